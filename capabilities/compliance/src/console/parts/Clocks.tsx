/**
 * Deadlines as a table: what, until when, how far, and how the day was counted.
 * @module
 */
import { EmptyView, Link, StatusTag, Table, Tooltip, useMessages } from '@hedun/ui';
import { compliance } from '../../capability.ts';
import type { DeadlineView } from '../../shapes.ts';
import { toneOf } from './words.ts';

export function Clocks({
  deadlines,
  empty,
  withSubject = false,
  paged = false,
}: {
  readonly deadlines: readonly DeadlineView[];
  readonly empty?: string;
  readonly withSubject?: boolean;
  readonly paged?: boolean;
}) {
  const t = useMessages(compliance);
  if (deadlines.length === 0) return <EmptyView kind="nothing-yet" title={empty ?? t.noClocks} />;
  return (
    <Table<DeadlineView>
      size="small"
      pagination={paged && deadlines.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
      scroll={{ x: withSubject ? 860 : 720 }}
      rowKey={({ deadline }) => `${deadline.node} ${deadline.subject} ${deadline.trigger.id}`}
      dataSource={[...deadlines]}
      columns={[
        ...(withSubject
          ? [
              {
                title: t.source,
                width: 180,
                render: (_: unknown, row: DeadlineView) =>
                  row.link ? <Link to={row.link as never}>{row.subjectTitle}</Link> : row.subjectTitle,
              },
            ]
          : []),
        {
          title: t.clause,
          width: 150,
          render: (_, row) => (
            <span title={row.requirement}>{row.matter === null ? row.clause : `${row.clause} 〔${row.matter}〕`}</span>
          ),
        },
        {
          title: t.due,
          width: 130,
          render: (_, row) => (
            <>
              <div>{row.deadline.dueOn ?? '—'}</div>
              {row.deadline.provisional && (
                <Tooltip title={t.provisionalHelp}>
                  <span>
                    <StatusTag tone="warn">{t.provisional}</StatusTag>
                  </span>
                </Tooltip>
              )}
            </>
          ),
        },
        {
          title: t.state,
          width: 150,
          render: (_, row) => (
            <>
              <StatusTag tone={toneOf(row.deadline.status)}>{row.statusTitle}</StatusTag>
              <div className="hd-faint">{left(row.deadline.workdaysLeft, t)}</div>
            </>
          ),
        },
        { title: t.how, render: (_, row) => row.words },
      ]}
    />
  );
}

type Told = ReturnType<typeof useMessages<typeof compliance>>;
function left(workdays: number | undefined, t: Told): string {
  if (workdays === undefined) return '';
  return workdays < 0 ? t.workdaysOver({ count: -workdays }) : t.workdaysLeft({ count: workdays });
}
