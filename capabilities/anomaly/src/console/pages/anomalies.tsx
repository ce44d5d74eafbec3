/**
 * The strangest rows: why each is strange, which normal rows are nearest, and what the analyst says.
 * @module
 */
import {
  Button,
  EmptyView,
  ErrorView,
  Link,
  marks,
  PageFrame,
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
import { type Anomaly, anomaly } from '../../capability.ts';
import { type AnomalyRow, verdictWords } from '../../shapes.ts';

/** How many are shown at once: about what a person judges in one sitting. */
const shown = 40;

export function Page() {
  const t = useMessages(anomaly);
  const may = usePermission('anomaly.write');
  const feedback = useFeedback();
  const query = useOperation<Anomaly, 'listAnomalies'>(anomaly, 'listAnomalies', { limit: shown }, { keep: true });
  const judge = useWrite<Anomaly, 'giveFeedback'>(anomaly, 'giveFeedback');
  const say = (ids: readonly string[], verdict: 'anomaly' | 'normal') =>
    judge.mutate({ ids: [...ids], verdict }, { onError: (error) => feedback.failure(error) });
  const items = (query.data?.items ?? []) as readonly AnomalyRow[];
  const open = items.filter(({ verdict }) => verdict === null);
  return (
    <PageFrame
      title={t.anomalies}
      actions={
        may &&
        open.length > 1 && (
          <Button
            onClick={() =>
              say(
                open.map(({ id }) => id),
                'anomaly',
              )
            }
          >
            {t.confirmShown({ count: open.length })}
          </Button>
        )
      }
    >
      {query.isPending && <Skeleton />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && items.length === 0 && <EmptyView kind="nothing-yet" title={t.noAnomalies} />}
      <div className="hd-stack">
        {items.map((row) => (
          <Card
            key={row.id}
            row={row}
            {...(may ? { onJudge: (verdict: 'anomaly' | 'normal') => say([row.id], verdict) } : {})}
          />
        ))}
      </div>
    </PageFrame>
  );
}

function Card({
  row,
  onJudge,
}: {
  readonly row: AnomalyRow;
  readonly onJudge?: (verdict: 'anomaly' | 'normal') => void;
}) {
  const t = useMessages(anomaly);
  const say = useSay();
  return (
    <article className="hd-card hd-stack" data-testid="anomaly">
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start', flexWrap: 'wrap' }}>
        <strong>
          {row.setName} · {t.row({ row: row.row + 1 })}
        </strong>
        <span>
          {t.score} {row.score.toFixed(3)}
        </span>
        {row.verdict && (
          <StatusTag tone={row.verdict === 'anomaly' ? 'bad' : 'good'}>{say(verdictWords[row.verdict])}</StatusTag>
        )}
        <span className="hd-grow" />
        {row.findingId && <Link to={`/findings/${row.findingId}` as never}>{t.finding}</Link>}
        {onJudge && row.verdict === null && (
          <>
            <Button size="small" danger onClick={() => onJudge('anomaly')}>
              {t.isAnomaly}
            </Button>
            <Button size="small" onClick={() => onJudge('normal')}>
              {t.isNormal}
            </Button>
          </>
        )}
      </div>
      <Table
        size="small"
        pagination={false}
        rowKey="column"
        dataSource={row.reasons}
        columns={[
          { title: t.why, dataIndex: 'column' },
          {
            title: t.share,
            dataIndex: 'share',
            width: 160,
            render: (share: number) => (
              <svg width={140} height={14} role="img" aria-label={`${Math.round(share * 100)}%`}>
                <rect width={100} height={8} y={3} fill="currentColor" opacity={0.12} />
                <rect width={100 * share} height={8} y={3} fill="currentColor" opacity={0.7} />
                <text x={106} y={11} fontSize={11} fill="currentColor">
                  {Math.round(share * 100)}%
                </text>
              </svg>
            ),
          },
          { title: t.value, dataIndex: 'value', align: 'right', width: 120 },
          { title: t.usual, dataIndex: 'usual', align: 'right', width: 120 },
          {
            title: t.spreads,
            dataIndex: 'spreads',
            align: 'right',
            width: 150,
            render: (value: number) => value.toFixed(1),
          },
          {
            title: t.below,
            dataIndex: 'below',
            align: 'right',
            width: 150,
            render: (value: number) => `${(100 * value).toFixed(1)}%`,
          },
        ]}
      />
      <p className="hd-faint" style={{ marginTop: 10 }}>
        {t.nearest}
        {marks().colon}
        {row.nearest
          .map(
            ({ row: other, distance }) =>
              `${t.row({ row: other + 1 })}${marks().aside(t.distance({ distance: distance.toFixed(2) }))}`,
          )
          .join(marks().comma)}
      </p>
    </article>
  );
}
