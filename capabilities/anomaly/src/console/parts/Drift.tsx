/**
 * Drift of a data set: what the watch found last, the columns that moved most, and a look at this moment.
 * @module
 */
import {
  Button,
  ErrorView,
  Link,
  Section,
  StatusTag,
  Table,
  TimeText,
  type Tone,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { type Anomaly, anomaly } from '../../capability.ts';
import { type DriftReport, driftWords } from '../../shapes.ts';

const tones: Readonly<Record<DriftReport['drift'], Tone>> = { stable: 'good', moved: 'warn', other: 'bad' };
/** Columns that are shown; the record holds twenty. */
const shown = 5;

export function Drift({ setId }: { readonly setId: string }) {
  const t = useMessages(anomaly);
  const say = useSay();
  const feedback = useFeedback();
  const may = usePermission('anomaly.write');
  const drifts = useOperation<Anomaly, 'listDrifts'>(anomaly, 'listDrifts', { limit: 200 }, { refreshMs: 5000 });
  const watch = useWrite<Anomaly, 'watchDrift'>(anomaly, 'watchDrift');
  const latest = (drifts.data?.items as readonly DriftReport[] | undefined)?.find((each) => each.setId === setId);
  return (
    <Section
      title={t.drift}
      actions={
        may && (
          <Button
            size="small"
            loading={watch.isPending}
            onClick={() => watch.mutate({ setId }, { onError: (error) => feedback.failure(error) })}
          >
            {t.checkNow}
          </Button>
        )
      }
    >
      {drifts.isError && <ErrorView error={drifts.error} onRetry={() => void drifts.refetch()} />}
      {drifts.data && !latest && <p className="hd-faint">{t.noDrift}</p>}
      {latest && (
        <div data-testid="drift">
          <p>
            <StatusTag tone={tones[latest.drift]}>{say(driftWords[latest.drift])}</StatusTag>{' '}
            {t.driftSaid({ version: latest.version, rows: latest.newRows, scores: latest.scores.toFixed(3) })}{' '}
            <span className="hd-faint">
              <TimeText at={latest.createdAt} />
            </span>{' '}
            {latest.findingId && <Link to={`/findings/${latest.findingId}` as never}>{t.finding}</Link>}
          </p>
          <Table
            size="small"
            pagination={false}
            rowKey="column"
            dataSource={latest.columns.slice(0, shown)}
            columns={[
              { title: t.column, dataIndex: 'column' },
              {
                title: 'PSI',
                dataIndex: 'index',
                align: 'right',
                width: 120,
                render: (value: number) => value.toFixed(3),
              },
              {
                title: t.drift,
                dataIndex: 'drift',
                width: 140,
                render: (drift: DriftReport['drift']) => (
                  <StatusTag tone={tones[drift]}>{say(driftWords[drift])}</StatusTag>
                ),
              },
            ]}
          />
        </div>
      )}
    </Section>
  );
}
