/**
 * Notices to the person: unread count, the latest ones, mark as read, and the record each is about.
 * @module
 */
import { BellOutlined } from '@ant-design/icons';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate } from '@tanstack/react-router';
import { Badge, Button, Popover, Tooltip } from 'antd';
import { useState } from 'react';
import { EmptyView } from '../parts/states.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { useText } from '../texts/index.ts';

export function NoticeCenter() {
  const t = useText();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const unread = useOperation<Kernel, 'countUnreadNotices'>(kernel, 'countUnreadNotices', {}, { refreshMs: 120_000 });
  const list = useOperation<Kernel, 'listNotices'>(kernel, 'listNotices', { limit: 30 }, { enabled: open });
  const read = useWrite<Kernel, 'readNotices'>(kernel, 'readNotices');
  const items = list.data?.items ?? [];
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      title={
        <div className="hd-section-head">
          {t.notices}
          <Button size="small" type="link" disabled={!unread.data?.unread} onClick={() => read.mutate({})}>
            {t.readAll}
          </Button>
        </div>
      }
      content={
        <div className="hd-tray">
          {list.isSuccess && items.length === 0 && <EmptyView kind="nothing-yet" title={t.noNotices} />}
          {items.map((notice) => (
            <button
              key={notice.id}
              type="button"
              className={notice.readAt ? 'hd-notice' : 'hd-notice is-unread'}
              onClick={() => {
                if (!notice.readAt) read.mutate({ ids: [notice.id] });
                setOpen(false);
                if (notice.link) void navigate({ to: notice.link as never });
              }}
            >
              <strong>{notice.title}</strong>
              <span>{notice.body}</span>
              <TimeText at={notice.createdAt} />
            </button>
          ))}
        </div>
      }
    >
      <Tooltip title={open ? '' : t.notices}>
        <Button
          type="text"
          aria-label={t.notices}
          icon={
            <Badge count={unread.data?.unread ?? 0} size="small" offset={[2, -2]}>
              <BellOutlined />
            </Badge>
          }
        />
      </Tooltip>
    </Popover>
  );
}
