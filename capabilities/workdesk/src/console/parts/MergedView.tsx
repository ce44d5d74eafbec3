/**
 * All sheets of a task together: side by side as a table, or question by question as counts.
 * @module
 */
import { EmptyView, ErrorView, marks, Progress, Skeleton, Table, useMessages, useOperation } from '@hedun/ui';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { MergedTask } from '../../task-shapes.ts';

const tenth = (value: number) => String(Math.round(value * 10) / 10);

export function MergedView({ id, part }: { readonly id: string; readonly part: 'table' | 'statistics' }) {
  const t = useMessages(workdesk);
  const query = useOperation<Workdesk, 'mergeTask'>(workdesk, 'mergeTask', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const merged = query.data;
  if (merged.replies === 0) return <EmptyView kind="nothing-yet" title={t.nothingMerged} />;
  const waiting = merged.waiting.length > 0 ? t.notYet({ names: merged.waiting.join(marks().comma) }) : t.allHandedIn;
  return (
    <div className="hd-stack">
      <div className="hd-faint">{waiting}</div>
      {part === 'table' ? <Sheets merged={merged} /> : <Statistics merged={merged} />}
    </div>
  );
}

function Sheets({ merged: { header, rows } }: { readonly merged: MergedTask }) {
  return (
    <Table<MergedTask['rows'][number]>
      size="small"
      rowKey="sheetId"
      scroll={{ x: 'max-content' }}
      pagination={rows.length > 50 ? { pageSize: 50 } : false}
      dataSource={[...rows]}
      columns={header.map((title, index) => ({
        key: `${index}-${title}`,
        title: <div style={{ maxWidth: 220, whiteSpace: 'normal' }}>{title}</div>,
        render: (_: unknown, { cells }: MergedTask['rows'][number]) => (
          <div style={{ maxWidth: 260, whiteSpace: 'pre-wrap' }}>{cells[index] || '—'}</div>
        ),
        ...(index === 0 ? { fixed: 'left' as const } : {}),
      }))}
    />
  );
}

function Statistics({ merged: { summary } }: { readonly merged: MergedTask }) {
  const t = useMessages(workdesk);
  return (
    <div className="hd-stack" style={{ gap: 20 }}>
      {summary.map((question, index) => (
        <div key={question.id} className="hd-stack" style={{ gap: 6 }}>
          <strong>{`${index + 1}. ${question.title}`}</strong>
          <div className="hd-faint">{t.answeredOf(question)}</div>
          {question.tallies.map(({ label, count }) => (
            <div
              key={label}
              style={{
                display: 'grid',
                gridTemplateColumns: 'minmax(80px, 180px) 1fr 48px',
                gap: 12,
                alignItems: 'center',
              }}
            >
              <span>{label}</span>
              <Progress
                percent={question.answered === 0 ? 0 : Math.round((count / question.answered) * 100)}
                showInfo={false}
                style={{ margin: 0 }}
              />
              <span className="hd-number" style={{ textAlign: 'right' }}>
                {count}
              </span>
            </div>
          ))}
          {question.numbers && (
            <div>
              {`${t.sum} ${tenth(question.numbers.sum)} · ${t.mean} ${tenth(question.numbers.mean)} · ${t.range} ${tenth(question.numbers.least)} – ${tenth(question.numbers.most)}`}
            </div>
          )}
        </div>
      ))}
    </div>
  );
}
