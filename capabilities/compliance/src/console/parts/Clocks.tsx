/**
 * Deadlines as a table: what, until when, how far, and how the day was counted.
 * @module
 */
import { EmptyView, Link, StatusTag, Table, useMessages } from '@hedun/ui';
import { compliance } from '../../capability.ts';
import type { DeadlineView } from '../../shapes.ts';
import { toneOf } from './words.ts';

export function Clocks({
  deadlines,
  empty,
  withSubject = false,
}: {
  readonly deadlines: readonly DeadlineView[];
  readonly empty?: string;
  readonly withSubject?: boolean;
}) {
  const t = useMessages(compliance);
  if (deadlines.length === 0) return <EmptyView kind="nothing-yet" title={empty ?? t.noClocks} />;
  return (
    <Table<DeadlineView>
      size="small"
      pagination={false}
      scroll={{ x: 720 }}
      rowKey={({ deadline }) => `${deadline.node} ${deadline.subject} ${deadline.trigger.id}`}
      dataSource={[...deadlines]}
      columns={[
        ...(withSubject
          ? [
              {
                title: t.item,
                render: (_: unknown, row: DeadlineView) =>
                  row.link ? <Link to={row.link as never}>{row.subjectTitle}</Link> : row.subjectTitle,
              },
            ]
          : []),
        { title: t.clause, width: 150, render: (_, row) => row.clause },
        { title: t.due, width: 110, render: (_, row) => row.deadline.dueOn ?? '—' },
        {
          title: t.state,
          width: 110,
          render: (_, row) => <StatusTag tone={toneOf(row.deadline.status)}>{row.statusTitle}</StatusTag>,
        },
        { title: t.how, render: (_, row) => row.words },
      ]}
    />
  );
}
