/**
 * Data sets and the models trained on them: bring data, train with progress, compare champion and challenger.
 * @module
 */
import {
  Button,
  EmptyView,
  ErrorView,
  Fields,
  formatNumber,
  JobLine,
  OperationDialog,
  PageFrame,
  Skeleton,
  StatusTag,
  TimeText,
  type Tone,
  useLiveJobs,
  useMessages,
  useOperation,
  usePermission,
  usePreferences,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Anomaly, anomaly } from '../../capability.ts';
import { type ModelRow, modelStatusWords, type SetRow } from '../../shapes.ts';
import { Drift } from '../parts/Drift.tsx';
import { Sources } from '../parts/Sources.tsx';

const tones: Readonly<Record<ModelRow['status'], Tone>> = {
  champion: 'good',
  challenger: 'accent',
  retired: 'neutral',
};

const originWords: Readonly<Record<string, { readonly 'zh-CN': string; readonly en: string }>> = {
  csv: { 'zh-CN': 'CSV 文件', en: 'CSV file' },
  parquet: { 'zh-CN': 'Parquet 文件', en: 'Parquet file' },
  http: { 'zh-CN': 'HTTP 推送或 MQTT', en: 'HTTP push or MQTT' },
  findings: { 'zh-CN': '平台发现', en: 'Findings' },
};
const figure = (value: number | null) => (value === null ? '—' : value.toFixed(3));

export function Page() {
  const t = useMessages(anomaly);
  const say = useSay();
  const { locale } = usePreferences();
  const number = (value: number) => formatNumber(value, locale);
  const may = usePermission('anomaly.write');
  const [making, setMaking] = useState<'importSet' | 'createSet' | 'followFindings' | null>(null);
  const [training, setTraining] = useState<SetRow | null>(null);
  const sets = useOperation<Anomaly, 'listSets'>(anomaly, 'listSets', { limit: 100 });
  const bring = may && (
    <>
      <Button onClick={() => setMaking('followFindings')}>{t.followFindings}</Button>
      <Button onClick={() => setMaking('createSet')}>{t.createSet}</Button>
      <Button type="primary" onClick={() => setMaking('importSet')}>
        {t.importData}
      </Button>
    </>
  );
  return (
    <PageFrame title={t.data} actions={bring}>
      {sets.isPending && <Skeleton />}
      {sets.isError && <ErrorView error={sets.error} onRetry={() => void sets.refetch()} />}
      {sets.data?.items.length === 0 && <EmptyView kind="nothing-yet" title={t.noSets} />}
      <div className="hd-stack">
        {sets.data?.items.map((set) => (
          <article key={set.id} className="hd-card hd-stack">
            <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
              <strong style={{ fontSize: 16 }}>{set.name}</strong>
              <span className="hd-grow" />
              {may && (
                <Button size="small" onClick={() => setTraining(set as SetRow)}>
                  {t.train}
                </Button>
              )}
            </div>
            <Fields
              rows={[
                [t.origin, say(originWords[set.origin] ?? originWords.http!)],
                [t.rows, number(set.rowCount)],
                [t.waiting, number(set.rowCount - set.scoredTo)],
                [t.columns, number(set.columns.length)],
                [t.labelled, number(set.labelled)],
                [t.odd, number(set.odd)],
              ]}
            />
            <Training />
            <Models setId={set.id} />
            <Drift setId={set.id} />
            {set.origin === 'http' && <Sources set={set as SetRow} />}
          </article>
        ))}
      </div>
      <OperationDialog
        capability={anomaly as Anomaly}
        operation={making ?? 'importSet'}
        open={making !== null}
        onCancel={() => setMaking(null)}
        onDone={() => setMaking(null)}
      />
      <OperationDialog
        capability={anomaly as Anomaly}
        operation="trainModel"
        open={training !== null}
        preset={{ setId: training?.id ?? '' }}
        onCancel={() => setTraining(null)}
        onDone={() => setTraining(null)}
      />
    </PageFrame>
  );
}

/** The training that runs now; the newest only. */
function Training() {
  const job = useLiveJobs().find(
    ({ operation, status }) => operation === 'anomaly.trainModel' && (status === 'queued' || status === 'running'),
  );
  return job ? <JobLine job={job} /> : null;
}

function Models({ setId }: { readonly setId: string }) {
  const t = useMessages(anomaly);
  const say = useSay();
  const may = usePermission('anomaly.write');
  const models = useOperation<Anomaly, 'listModels'>(anomaly, 'listModels', { limit: 200 }, { refreshMs: 3000 });
  const promote = useWrite<Anomaly, 'promoteModel'>(anomaly, 'promoteModel');
  if (models.isPending) return <Skeleton rows={2} />;
  if (models.isError) return <ErrorView error={models.error} onRetry={() => void models.refetch()} />;
  const own = models.data.items.filter((model) => model.setId === setId);
  if (own.length === 0) return <p className="hd-faint">{t.noModels}</p>;
  return (
    <div className="hd-stack" data-testid="models">
      {own.map((model) => (
        <div key={model.id} className="hd-form-actions" style={{ justifyContent: 'flex-start', flexWrap: 'wrap' }}>
          <strong>{t.version({ version: model.version })}</strong>
          <span>{model.detector === 'fused' ? t.detector_fused : model.detector}</span>
          <StatusTag tone={tones[model.status]}>{say(modelStatusWords[model.status])}</StatusTag>
          <span>
            {t.keptAp} {figure(model.card.keptAp)}
            {model.card.championAp !== null &&
              model.card.championVersion !== null &&
              ` · ${t.championOn({ version: model.card.championVersion, value: figure(model.card.championAp) })}`}
          </span>
          <span>
            {t.flagged} {model.card.flagged}
          </span>
          <span className="hd-faint">
            <TimeText at={model.createdAt} />
          </span>
          <span className="hd-grow" />
          {may && model.status === 'challenger' && (
            <Button size="small" loading={promote.isPending} onClick={() => promote.mutate({ id: model.id })}>
              {t.champion}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
