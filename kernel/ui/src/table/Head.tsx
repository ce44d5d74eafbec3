/**
 * The head of a list: titles that sort, and how wide the columns are.
 * @module
 */
import { CaretDownFilled, CaretUpFilled } from '@ant-design/icons';
import type { Column } from './column.ts';

const selectWidth = 36;
/** The least width of the column that takes what is left. */
const freeWidth = 240;

export function HeadCell<Row>({
  title,
  column,
  sort,
  sortBy,
  onSort,
}: {
  readonly title: string;
  readonly column: Column<Row>;
  readonly sort: string;
  readonly sortBy: string | null;
  readonly onSort: (key: string) => void;
}) {
  const direction =
    sortBy === null ? null : sort === sortBy ? 'ascending' : sort === `-${sortBy}` ? 'descending' : null;
  return (
    <div
      className={`hd-cell${column.align === 'right' ? ' hd-cell-right' : ''}`}
      role="columnheader"
      title={title}
      {...(direction ? { 'aria-sort': direction } : {})}
    >
      {sortBy === null ? (
        title
      ) : (
        <button type="button" className="hd-sort" onClick={() => onSort(sortBy)}>
          {title}
          {direction === 'ascending' && <CaretUpFilled />}
          {direction === 'descending' && <CaretDownFilled />}
        </button>
      )}
    </div>
  );
}

export function templateOf<Row>(columns: readonly Column<Row>[], selectable: boolean): string {
  const widths = columns.map(({ width }) =>
    width ? `minmax(${width}px, ${width}fr)` : `minmax(${freeWidth}px, ${freeWidth * 2}fr)`,
  );
  return [...(selectable ? [`${selectWidth}px`] : []), ...widths].join(' ');
}

/** Below this the list scrolls sideways instead of squeezing its columns. */
export function widthOf<Row>(columns: readonly Column<Row>[], selectable: boolean): number {
  return columns.reduce((sum, { width }) => sum + (width ?? freeWidth), selectable ? selectWidth : 0);
}
