/**
 * A small table inside a page; long lists are `DataTable`. It is loaded when the first one is shown.
 * @module
 */
import type { TableProps } from 'antd';
import { lazy, type ReactElement, Suspense } from 'react';
import { Skeleton } from './states.tsx';

const Loaded = lazy(async () => ({ default: (await import('./AntTable.tsx')).AntTable }));

export function Table<Row extends object>(props: TableProps<Row>): ReactElement {
  return (
    <Suspense fallback={<Skeleton rows={3} />}>
      <Loaded {...(props as unknown as TableProps<unknown>)} />
    </Suspense>
  );
}
