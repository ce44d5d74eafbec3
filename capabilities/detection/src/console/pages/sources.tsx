/**
 * Sources of logs: whether each receives, how fast, what it could not read, and the way to make it read.
 * @module
 */
import {
  axisLook,
  Button,
  Chart,
  type ChartOption,
  DataTable,
  EmptyView,
  ErrorView,
  Fields,
  PageFrame,
  type Palette,
  RecordHead,
  refresh,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useQueryClient,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useCallback, useEffect, useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import { formatWords, type SourceSummary, sourceKindWords } from '../../declared/source-shapes.ts';
import { useCount } from '../parts/count.ts';
import { ImportDialog } from '../parts/ImportDialog.tsx';
import { ParserStudio } from '../parts/ParserStudio.tsx';
import { HowToSend, SourceEditor } from '../parts/SourceEditor.tsx';

function State({ source }: { readonly source: SourceSummary }) {
  const t = useMessages(detection);
  if (!source.enabled) return <StatusTag tone="neutral">{t.sourceOff}</StatusTag>;
  if (source.health?.status === 'running') return <StatusTag tone="good">{t.sourceRunning}</StatusTag>;
  if (source.health?.status === 'failed') return <StatusTag tone="bad">{t.sourceFailed}</StatusTag>;
  return <StatusTag tone="warn">{t.sourceWaiting}</StatusTag>;
}

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(detection);
  const count = useCount();
  const say = useSay();
  const may = usePermission('detection.collect');
  const [making, setMaking] = useState(false);
  const [importing, setImporting] = useState(false);
  const queries = useQueryClient();
  // Rates and states move by themselves; nothing tells the list.
  useEffect(() => {
    const timer = setInterval(() => void refresh(queries, detection.id), 5000);
    return () => clearInterval(timer);
  }, [queries]);
  if (recordId)
    return (
      <PageFrame title={t.sources}>
        <SourceRecord id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame
      title={t.sources}
      fill
      actions={may && <Button onClick={() => setImporting(true)}>{t.importFile}</Button>}
    >
      <DataTable<SourceSummary>
        capability={detection}
        list="listSources"
        defaultSort="name"
        emptyText={t.noSources}
        emptyAction={
          may && (
            <Button type="primary" onClick={() => setMaking(true)}>
              {t.newSource}
            </Button>
          )
        }
        columns={[
          {
            id: 'name',
            title: '',
            narrow: 'title',
            render: ({ name }) => <strong className="hd-cell-main">{name}</strong>,
          },
          { id: 'kind', title: '', width: 150, narrow: 'line', render: ({ kind }) => say(sourceKindWords[kind]) },
          { id: 'format', title: '', width: 130, narrow: 'none', render: ({ format }) => say(formatWords[format]) },
          {
            id: 'status',
            title: t.status,
            width: 110,
            sort: null,
            narrow: 'line',
            render: (source) => <State source={source} />,
          },
          {
            id: 'rate',
            title: t.rate,
            width: 110,
            align: 'right',
            sort: null,
            narrow: 'none',
            render: ({ health }) => count(Math.round(health?.rate ?? 0)),
          },
          {
            id: 'received',
            title: t.received,
            width: 120,
            align: 'right',
            sort: null,
            narrow: 'line',
            render: ({ health }) => count(health?.received ?? 0),
          },
          {
            id: 'failed',
            title: t.failedLines,
            width: 100,
            align: 'right',
            sort: null,
            narrow: 'none',
            render: ({ health }) => count(health?.failed ?? 0),
          },
        ]}
        detail={(id) => <SourceRecord id={id} />}
        {...(may ? { create: { title: t.newSource, run: () => setMaking(true) } } : {})}
      />
      {making && <SourceEditor source={null} onClose={() => setMaking(false)} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </PageFrame>
  );
}

function SourceRecord({ id }: { readonly id: string }) {
  const t = useMessages(detection);
  const count = useCount();
  const say = useSay();
  const feedback = useFeedback();
  const may = usePermission('detection.collect');
  const [editing, setEditing] = useState(false);
  const [writing, setWriting] = useState<string | null>(null);
  const query = useOperation<Detection, 'getSource'>(detection, 'getSource', { id }, { refreshMs: 3000 });
  const remove = useWrite<Detection, 'removeSource'>(detection, 'removeSource');
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const source = query.data;
  const { health } = source;
  return (
    <div className="hd-record">
      <RecordHead
        over={say(sourceKindWords[source.kind])}
        title={source.name}
        tags={<State source={source} />}
        actions={
          may && (
            <>
              {source.kind !== 'upload' && <Button onClick={() => setEditing(true)}>{t.edit}</Button>}
              <Button
                danger
                loading={remove.isPending}
                onClick={() => remove.mutate({ id }, { onError: (error) => feedback.failure(error) })}
              >
                {t.remove}
              </Button>
            </>
          )
        }
      />
      {health?.detail && <p className="hd-faint">{health.detail}</p>}
      <HowToSend source={source} />
      <Fields
        rows={[
          [t.received, count(health?.received ?? 0)],
          [t.parsed, count(health?.parsed ?? 0)],
          [t.failedLines, count(health?.failed ?? 0)],
          [t.damaged, count(health?.damaged ?? 0)],
          [t.dropped, count(health?.dropped ?? 0)],
          [t.late, count(health?.late ?? 0)],
          [t.rate, count(Math.round(health?.rate ?? 0))],
          [t.skew, health && health.skewMs !== 0 ? `${Math.round(health.skewMs / 1000)} s` : t.skewNone],
          [t.lastLine, health?.lastAt ? <TimeText key="last" at={health.lastAt} exact /> : '—'],
          [t.format, say(formatWords[source.format])],
        ]}
      />
      {health && health.minutes.length > 1 && (
        <Section title={t.lastHour}>
          <Minutes counts={health.minutes} label={t.lastHour} />
        </Section>
      )}
      <Section title={t.unparsedLines}>
        {!health || health.unparsed.length === 0 ? (
          <EmptyView kind="nothing-yet" title={t.noUnparsed} />
        ) : (
          <ul className="hd-plain-list">
            {health.unparsed.map(({ at, reason, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same line may come twice in one moment
              <li key={`${at} ${index}`}>
                <span className="hd-faint">
                  <TimeText at={at} /> · {reason}
                </span>{' '}
                <code className="hd-code">{text.slice(0, 400)}</code>{' '}
                {may && text !== '' && (
                  <Button size="small" onClick={() => setWriting(text)}>
                    {t.writeParser}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Section>
      {health && health.sample.length > 0 && (
        <Section title={t.sampleLines}>
          {health.sample.map((line) => (
            <p key={line}>
              <code className="hd-code">{line}</code>
            </p>
          ))}
        </Section>
      )}
      {editing && <SourceEditor source={source} onClose={() => setEditing(false)} />}
      {writing !== null && <ParserStudio line={writing} sourceId={id} onClose={() => setWriting(null)} />}
    </div>
  );
}

function Minutes({ counts, label }: { readonly counts: readonly number[]; readonly label: string }) {
  const option = useCallback(
    (palette: Palette): ChartOption => ({
      grid: { left: 48, right: 8, top: 8, bottom: 20 },
      xAxis: {
        type: 'category',
        data: counts.map((_, index) => `-${counts.length - 1 - index}`),
        ...axisLook(palette),
      },
      yAxis: { type: 'value', ...axisLook(palette) },
      series: [{ type: 'line', data: [...counts], showSymbol: false, areaStyle: { opacity: 0.15 } }],
    }),
    [counts],
  );
  return <Chart option={option} height={120} label={label} />;
}
