/**
 * What the pages of incidents and alerts share: a list or one record of it, a record while it loads, and the columns both lists begin with.
 * @module
 */
import { type Column, ErrorView, PageFrame, SeverityTag, Skeleton } from '@hedun/ui';
import type { ReactNode } from 'react';
import type { AlertRow } from '../../declared/incident-shapes.ts';

interface Rated {
  readonly severity: AlertRow['severity'];
  readonly title: string;
}

/** How bad, and what. */
export const leadColumns: readonly [Column<Rated>, Column<Rated>] = [
  {
    id: 'severity',
    title: '',
    width: 90,
    narrow: 'line',
    render: ({ severity }) => <SeverityTag severity={severity} />,
    filterValue: ({ severity }) => severity,
  },
  {
    id: 'title',
    title: '',
    narrow: 'title',
    render: ({ title }) => <strong className="hd-cell-main">{title}</strong>,
  },
];

export function RecordOrList({
  title,
  recordId,
  record,
  children,
}: {
  readonly title: string;
  readonly recordId: string | undefined;
  readonly record: (id: string) => ReactNode;
  readonly children: ReactNode;
}) {
  if (recordId) return <PageFrame title={title}>{record(recordId)}</PageFrame>;
  return (
    <PageFrame title={title} fill>
      {children}
    </PageFrame>
  );
}

interface Asked<Data> {
  readonly isPending: boolean;
  readonly isError: boolean;
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

export function Loaded<Data>({
  query,
  children,
}: {
  readonly query: Asked<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending || query.data === undefined) return <Skeleton />;
  return children(query.data);
}
