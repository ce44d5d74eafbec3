/**
 * One line of a list: as columns on a wide screen, as a card of two lines on a narrow one. It re-renders only when its own props change.
 * @module
 */
import { CopyOutlined, FilterOutlined, MoreOutlined, StopOutlined } from '@ant-design/icons';
import { Checkbox } from 'antd';
import { type MouseEvent, memo, type ReactNode, useState } from 'react';
import { copyText } from '../parts/clipboard.ts';
import { useText } from '../texts/index.ts';
import type { Column } from './column.ts';

export interface RowProps<Row> {
  readonly row: Row;
  readonly id: string;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly top: number;
  readonly height: number;
  readonly selectable: boolean;
  readonly selected: boolean;
  readonly focused: boolean;
  readonly open: boolean;
  readonly narrow: boolean;
  readonly onOpen: (index: number) => void;
  readonly onToggle: (index: number, range: boolean) => void;
  readonly onFilter: (column: string, value: string, negated: boolean) => void;
  readonly onMenu: ((index: number, x: number, y: number) => void) | undefined;
}

function TableRow<Row>(props: RowProps<Row>) {
  const { row, id, index, columns, top, height, selected, focused, open, narrow } = props;
  const names = ['hd-row', selected && 'is-selected', focused && 'is-focused', open && 'is-open']
    .filter(Boolean)
    .join(' ');
  const [hovered, setHovered] = useState(false);
  const place = { transform: `translateY(${top}px)`, height };
  const click = (event: MouseEvent) => {
    if ((event.target as Element).closest('a,button,input,label')) return;
    if (event.shiftKey) return props.onToggle(index, true);
    if (globalThis.getSelection()?.toString()) return;
    props.onOpen(index);
  };
  const menu = (event: MouseEvent) => {
    if (!props.onMenu || globalThis.getSelection()?.toString()) return;
    event.preventDefault();
    props.onMenu(index, event.clientX, event.clientY);
  };
  if (narrow) {
    const title = columns.find((column) => column.narrow === 'title') ?? columns[0];
    const line = columns.filter((column) => column !== title && column.narrow === 'line');
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list answers j, k, x and Enter for the focused row
      <div
        className={`${names} hd-row-narrow`}
        style={place}
        role="row"
        tabIndex={-1}
        aria-selected={selected}
        onClick={click}
        data-id={id}
      >
        <div className="hd-row-title">{title?.render?.(row)}</div>
        <div className="hd-row-line">
          {line.map((column) => (
            <span key={column.id}>{column.render?.(row)}</span>
          ))}
        </div>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list answers j, k, x and Enter for the focused row
    <div
      className={names}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      style={{ ...place, gridTemplateColumns: props.template }}
      role="row"
      tabIndex={-1}
      aria-selected={selected}
      onClick={click}
      onContextMenu={menu}
      data-id={id}
    >
      {props.selectable && (
        <div className="hd-cell hd-cell-select" role="gridcell">
          <Checkbox
            checked={selected}
            onClick={(event) => props.onToggle(index, (event as unknown as MouseEvent).shiftKey)}
          />
        </div>
      )}
      {columns.map((column) => (
        <Cell key={column.id} column={column} row={row} onFilter={props.onFilter} hovered={hovered} />
      ))}
      {hovered && props.onMenu && <MenuButton onClick={menu} />}
    </div>
  );
}
export const MemoRow = memo(TableRow) as typeof TableRow;

function MenuButton({ onClick }: { readonly onClick: (event: MouseEvent) => void }) {
  const t = useText();
  return (
    <button type="button" className="hd-row-menu" tabIndex={-1} title={`${t.rowMenu} (m)`} onClick={onClick}>
      <MoreOutlined />
    </button>
  );
}

function Cell<Row>({
  column,
  row,
  onFilter,
  hovered,
}: {
  readonly column: Column<Row>;
  readonly row: Row;
  readonly onFilter: RowProps<Row>['onFilter'];
  readonly hovered: boolean;
}) {
  const value = column.filterValue?.(row);
  const content: ReactNode = column.render ? column.render(row) : plain((row as Record<string, unknown>)[column.id]);
  return (
    <div className={`hd-cell${column.align === 'right' ? ' hd-cell-right' : ''}`} role="gridcell">
      <span className="hd-cell-content">{content}</span>
      {hovered && value && <CellActions value={value} onFilter={(negated) => onFilter(column.id, value, negated)} />}
    </div>
  );
}

function CellActions({ value, onFilter }: { readonly value: string; readonly onFilter: (negated: boolean) => void }) {
  const t = useText();
  return (
    <span className="hd-cell-actions">
      <button type="button" tabIndex={-1} title={t.filterFor} onClick={() => onFilter(false)}>
        <FilterOutlined />
      </button>
      <button type="button" tabIndex={-1} title={t.filterOut} onClick={() => onFilter(true)}>
        <StopOutlined />
      </button>
      <button type="button" tabIndex={-1} title={t.copy} onClick={() => void copyText(value)}>
        <CopyOutlined />
      </button>
    </span>
  );
}

export function plain(value: unknown): ReactNode {
  if (value === null || value === undefined || value === '') return <span className="hd-faint">—</span>;
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
