/**
 * One assessment: where it stands, the ranking, and behind each score the lines and records it is made of.
 * @module
 */
import {
  Alert,
  Button,
  ErrorView,
  fileHref,
  Link,
  OperationDialog,
  RecordHead,
  Skeleton,
  StatusTag,
  Table,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import {
  type Metric,
  metricWords,
  type ResultRow,
  type SchemeDetail,
  schemeStatusWords,
} from '../../assessment-shapes.ts';
import { type Workdesk, workdesk } from '../../capability.ts';
import { SchemeEditor } from './SchemeEditor.tsx';

const tenth = (value: number | null) => (value === null ? '—' : String(Math.round(value * 10) / 10));
const linkOf: Readonly<Record<string, (id: string) => string>> = {
  notice: (id) => `/workdesk/notices?id=${id}`,
  finding: (id) => `/findings?id=${id}`,
  enrolment: () => '/workdesk/training?show=people',
  // One period or announcement has many records of a unit: what follows the first word only tells them apart.
  'safe-report': (id) => `/workdesk/safe-reports?period=${id.split(' ')[0]}`,
  receipt: (id) => `/workdesk/announcements?id=${id.split(' ')[0]}`,
  sheet: (id) => `/workdesk/tasks?sheet=${id}`,
  review: (id) => `/workdesk/reviews?sheet=${id}`,
  'review-entries': (id) => `/workdesk/reviews?sheet=${id}`,
};
type Dialog = 'publishScheme' | 'writeRanking';

export function SchemeRecord({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getScheme'>(workdesk, 'getScheme', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={`${id}-${query.data.scheme.updatedAt}`} detail={query.data} />;
}

function Loaded({ detail: { scheme, results } }: { readonly detail: SchemeDetail }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const feedback = useFeedback();
  const may = usePermission('workdesk.issue');
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [editing, setEditing] = useState(false);
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  const measure = useWrite<Workdesk, 'measureScheme'>(workdesk, 'measureScheme');
  const close = useWrite<Workdesk, 'closeScheme'>(workdesk, 'closeScheme');
  const open = scheme.status === 'draft' || scheme.status === 'measured';
  return (
    <div className="hd-record">
      <RecordHead
        over={`${scheme.fromDay} — ${scheme.toDay}`}
        title={scheme.title}
        tags={
          <>
            <StatusTag tone={scheme.status === 'closed' ? 'good' : 'accent'}>
              {say(schemeStatusWords[scheme.status])}
            </StatusTag>
            {scheme.status === 'published' && scheme.appealTo && (
              <span className="hd-faint">{t.appealUntil({ day: scheme.appealTo })}</span>
            )}
          </>
        }
        actions={
          may && (
            <>
              {open && (
                <Button type="primary" onClick={() => measure.mutate({ id: scheme.id }, fail)}>
                  {t.measure}
                </Button>
              )}
              {scheme.status === 'measured' && <Button onClick={() => setDialog('publishScheme')}>{t.publish}</Button>}
              {scheme.status === 'published' && (
                <Button onClick={() => close.mutate({ id: scheme.id }, fail)}>{t.closeScheme}</Button>
              )}
              {open && <Button onClick={() => setEditing(true)}>{t.edit}</Button>}
              {scheme.status !== 'draft' && <Button onClick={() => setDialog('writeRanking')}>{t.writeRanking}</Button>}
            </>
          )
        }
      />
      {scheme.status === 'draft' && <Alert type="info" showIcon title={t.notMeasured} />}
      {results.length > 0 && <Ranking results={results} mayAppeal={scheme.status === 'published'} />}
      {dialog && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={dialog}
          open
          preset={{ id: scheme.id }}
          onCancel={() => setDialog(null)}
          onDone={(done) => {
            setDialog(null);
            if ('href' in done) location.assign(fileHref(done.id));
          }}
        />
      )}
      {editing && <SchemeEditor scheme={scheme} open onClose={() => setEditing(false)} />}
    </div>
  );
}

function Ranking({ results, mayAppeal }: { readonly results: readonly ResultRow[]; readonly mayAppeal: boolean }) {
  const t = useMessages(workdesk);
  const issues = usePermission('workdesk.issue');
  const isUnit = usePermission('workdesk.unit');
  const [asked, setAsked] = useState<{
    readonly id: string;
    readonly operation: 'appealResult' | 'decideAppeal';
  } | null>(null);
  return (
    <>
      <Table<ResultRow>
        size="middle"
        rowKey="id"
        pagination={results.length > 50 ? { pageSize: 50 } : false}
        dataSource={[...results]}
        expandable={{
          expandedRowRender: (row) => <Lines row={row} />,
          ...(results.length === 1 ? { defaultExpandAllRows: true } : {}),
        }}
        columns={[
          {
            title: t.place,
            dataIndex: 'place',
            width: 70,
            align: 'right',
            render: (place: number | null) => place ?? '—',
          },
          { title: t.unit, dataIndex: 'unitName' },
          {
            title: t.score,
            width: 110,
            align: 'right',
            render: (_, row) => <strong>{tenth(row.total === null ? null : row.total + row.adjustment)}</strong>,
          },
          {
            title: t.appeal,
            width: 150,
            render: (_, row) =>
              row.appeal ? (
                row.appeal.decision === 'waiting' && issues ? (
                  <Button size="small" onClick={() => setAsked({ id: row.id, operation: 'decideAppeal' })}>
                    {t.answerAppeal}
                  </Button>
                ) : (
                  <StatusTag tone={row.appeal.decision === 'accepted' ? 'good' : 'neutral'}>
                    {t[`appeal_${row.appeal.decision}`]}
                  </StatusTag>
                )
              ) : (
                mayAppeal &&
                isUnit && (
                  <Button size="small" onClick={() => setAsked({ id: row.id, operation: 'appealResult' })}>
                    {t.appeal}
                  </Button>
                )
              ),
          },
        ]}
      />
      {asked && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={asked.operation}
          open
          preset={{ id: asked.id }}
          onCancel={() => setAsked(null)}
          onDone={() => setAsked(null)}
        />
      )}
    </>
  );
}

const oneLine = { whiteSpace: 'nowrap' } as const;

function Lines({ row }: { readonly row: ResultRow }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <div className="hd-stack">
      {row.appeal && (
        <Alert
          type="info"
          title={`${row.appeal.by}${t.colon}${row.appeal.reason}`}
          description={row.appeal.answer ? `${t.answerAppeal}${t.colon}${row.appeal.answer}` : undefined}
        />
      )}
      <table className="hd-issues">
        <thead>
          <tr>
            <th>{t.indicator}</th>
            <th>{t.measured}</th>
            <th>{t.points}</th>
            <th>{t.counts}</th>
            <th>{t.records}</th>
          </tr>
        </thead>
        <tbody>
          {row.lines.map((line) => {
            const metric = line.indicator as Metric;
            return (
              <tr key={line.indicator}>
                <td>{metric in metricWords ? say(metricWords[metric]) : line.title}</td>
                <td style={oneLine}>{tenth(line.value)}</td>
                <td style={oneLine}>{line.points === null ? t.leftOut : tenth(line.points)}</td>
                <td style={oneLine}>{`${tenth(line.share)}% → ${tenth(line.counted)}`}</td>
                <td>
                  {line.records.slice(0, 8).map((record) => (
                    <div key={record.id}>
                      <Link to={(linkOf[record.kind]?.(record.id) ?? '/') as never}>{record.title}</Link>{' '}
                      <span className="hd-faint">{tenth(record.value)}</span>
                    </div>
                  ))}
                  {line.records.length > 8 && (
                    <span className="hd-faint">{t.andMore({ count: line.records.length - 8 })}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
