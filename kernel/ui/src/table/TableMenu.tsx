/**
 * What a person does to a list as a whole: choose columns and density, export the view as a job, copy a link to it.
 * @module
 */
import { ColumnHeightOutlined, DownloadOutlined, LinkOutlined, SettingOutlined } from '@ant-design/icons';
import type { Operation } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button, Checkbox, Dropdown, Popover, Segmented, Tooltip } from 'antd';
import { type Density, setPreferences, usePreferences } from '../app/preferences.ts';
import { copyText } from '../parts/clipboard.ts';
import { useFeedback } from '../parts/feedback.tsx';
import { useWrite } from '../platform/api.ts';
import { useSay, useText } from '../texts/index.ts';
import { type Column, columnTitle } from './column.ts';

export function TableMenu<Row>({
  listId,
  operation,
  columns,
  shown,
  filter,
  sort,
  onColumns,
}: {
  readonly listId: string;
  readonly operation: Operation;
  readonly columns: readonly Column<Row>[];
  readonly shown: readonly Column<Row>[];
  readonly filter: string;
  readonly sort: string;
  readonly onColumns: (ids: readonly string[]) => void;
}) {
  const t = useText();
  const say = useSay();
  const { density } = usePreferences();
  const feedback = useFeedback();
  const exportList = useWrite<Kernel, 'exportList'>(kernel, 'exportList');
  const ids = shown.map(({ id }) => id);
  const start = (format: 'csv' | 'json' | 'xlsx') =>
    exportList.mutate(
      { list: listId, filter, format, ...(sort ? { sort } : {}) },
      { onSuccess: () => feedback.success(t.exportQueued), onError: (error) => feedback.failure(error) },
    );
  return (
    <span className="hd-table-menu">
      <Popover
        trigger="click"
        placement="bottomRight"
        content={
          <div className="hd-stack hd-table-settings">
            <div className="hd-label">
              <ColumnHeightOutlined /> {t.density}
            </div>
            <Segmented<Density>
              size="small"
              value={density}
              onChange={(next) => setPreferences({ density: next })}
              options={[
                { value: 'compact', label: t.compact },
                { value: 'medium', label: t.medium },
                { value: 'relaxed', label: t.relaxed },
              ]}
            />
            <div className="hd-label">{t.columns}</div>
            {columns.map((column) => (
              <Checkbox
                key={column.id}
                checked={ids.includes(column.id)}
                disabled={ids.length === 1 && ids.includes(column.id)}
                onChange={({ target }) =>
                  onColumns(
                    columns.map(({ id }) => id).filter((id) => (id === column.id ? target.checked : ids.includes(id))),
                  )
                }
              >
                {say(column.title || columnTitle(operation, column.id))}
              </Checkbox>
            ))}
            <Button size="small" onClick={() => onColumns([])}>
              {t.defaultColumns}
            </Button>
          </div>
        }
      >
        <Tooltip title={t.tableSettings}>
          <Button type="text" icon={<SettingOutlined />} aria-label={t.tableSettings} />
        </Tooltip>
      </Popover>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'xlsx', label: t.exportAs('XLSX') },
            { key: 'csv', label: t.exportAs('CSV') },
            { key: 'json', label: t.exportAs('JSON') },
          ],
          onClick: ({ key }) => start(key as 'csv'),
        }}
      >
        <Tooltip title={t.export}>
          <Button type="text" icon={<DownloadOutlined />} aria-label={t.export} />
        </Tooltip>
      </Dropdown>
      <Tooltip title={t.copyLink}>
        <Button
          type="text"
          icon={<LinkOutlined />}
          aria-label={t.copyLink}
          onClick={() => void copyText(location.href).then(() => feedback.success(t.linkCopied))}
        />
      </Tooltip>
    </span>
  );
}
