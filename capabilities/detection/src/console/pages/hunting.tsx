/**
 * Searching stored events: a query with suggestions, its histogram, its events, sums by field, and hunts that are kept.
 * @module
 */
import {
  AutoComplete,
  Button,
  Drawer,
  EmptyView,
  ErrorView,
  Fields,
  NoPermission,
  OperationDialog,
  PageFrame,
  Section,
  Segmented,
  Select,
  Skeleton,
  Space,
  Table,
  Tag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useUrlState,
  useWrite,
} from '@hedun/ui';
import { useEffect, useMemo, useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import { classWords, eventFields, type PivotField, pivotFields } from '../../declared/event-fields.ts';
import type { EventSummary } from '../../declared/hunts.ts';
import { useCount } from '../parts/count.ts';
import { Histogram } from '../parts/Histogram.tsx';

const hour = 3_600_000;
const spans = { h: hour, d: 24 * hour, w: 7 * 24 * hour, m: 30 * 24 * hour, y: 366 * 24 * hour } as const;
type Span = keyof typeof spans;
const quietMs = 250;
const pageSize = 100;

export function Page() {
  const may = usePermission('detection.hunt');
  return may ? <Hunting /> : <NoPermission permission="detection.hunt" />;
}

function Hunting() {
  const t = useMessages(detection);
  const count = useCount();
  const say = useSay();
  const feedback = useFeedback();
  const [url, setUrl] = useUrlState('filter', 'span', 'to', 'field');
  const [text, setText] = useState(url.filter);
  const [typing, setTyping] = useState(url.filter);
  const [now, setNow] = useState(() => Date.now());
  const [open, setOpen] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [limit, setLimit] = useState(pageSize);
  useEffect(() => setText(url.filter), [url.filter]);
  useEffect(() => {
    const timer = setTimeout(() => setTyping(text), quietMs);
    return () => clearTimeout(timer);
  }, [text]);
  const span = (url.span || 'd') as Span;
  const to = url.to ? Date.parse(url.to) : now;
  const range = useMemo(
    () => ({ from: new Date(to - spans[span]).toISOString(), to: new Date(to).toISOString() }),
    [to, span],
  );
  const query = { filter: url.filter, ...range };
  const events = useOperation<Detection, 'searchEvents'>(
    detection,
    'searchEvents',
    { ...query, limit },
    { keep: true },
  );
  const histogram = useOperation<Detection, 'eventHistogram'>(
    detection,
    'eventHistogram',
    { ...query, buckets: 60 },
    { keep: true },
  );
  const field = (url.field || 'host') as PivotField;
  const pivot = useOperation<Detection, 'pivotEvents'>(
    detection,
    'pivotEvents',
    { ...query, field, limit: 12 },
    { keep: true },
  );
  const hunts = useOperation<Detection, 'listHunts'>(detection, 'listHunts', {});
  const suggestions = useSuggestions(typing, range);
  const exporting = useWrite<Detection, 'exportEvents'>(detection, 'exportEvents');
  const search = (filter = text) => {
    setNow(Date.now());
    setLimit(pageSize);
    setUrl({ filter, to: '' });
  };
  const add = (name: string, value: string, negated = false) =>
    search(`${text} ${negated ? '-' : ''}${name}:${quoted(value)}`.trim());
  return (
    <PageFrame
      title={t.hunting}
      actions={
        <Space>
          <Button disabled={url.filter === ''} onClick={() => setSaving(true)}>
            {t.saveHunt}
          </Button>
          <Button
            loading={exporting.isPending}
            onClick={() =>
              exporting.mutate({ ...query, as: 'csv', limit: 100_000 }, { onError: (error) => feedback.failure(error) })
            }
          >
            {t.exportEvents}
          </Button>
        </Space>
      }
    >
      <div className="hd-stack">
        <Space.Compact block>
          <AutoComplete
            style={{ width: '100%' }}
            value={text}
            options={[...suggestions]}
            onChange={setText}
            placeholder={t.huntPlaceholder}
            aria-label={t.search}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || suggestions.length === 0)) search();
            }}
          />
          <Button type="primary" onClick={() => search()}>
            {t.search}
          </Button>
        </Space.Compact>
        <Segmented
          value={span}
          onChange={(value) => {
            setNow(Date.now());
            setUrl({ span: value, to: '' });
          }}
          options={[
            { value: 'h', label: t.hour1 },
            { value: 'd', label: t.day1 },
            { value: 'w', label: t.week1 },
            { value: 'm', label: t.month1 },
            { value: 'y', label: t.year1 },
          ]}
        />
        {events.isError ? (
          <ErrorView error={events.error} onRetry={() => void events.refetch()} />
        ) : (
          <>
            {histogram.data && (
              <Section title={t.eventsFound({ total: count(histogram.data.total) })}>
                <Histogram
                  start={histogram.data.start}
                  intervalMs={histogram.data.intervalMs}
                  counts={histogram.data.counts}
                  label={t.eventsFound({ total: count(histogram.data.total) })}
                />
              </Section>
            )}
            <div style={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) 280px', gap: 16 }}>
              {events.isPending ? (
                <Skeleton />
              ) : events.data.items.length === 0 ? (
                <EmptyView kind="nothing-yet" title={t.noEvents} />
              ) : (
                <div>
                  <Table<EventSummary>
                    size="small"
                    rowKey="id"
                    pagination={false}
                    dataSource={events.data.items}
                    onRow={({ id }) => ({ onClick: () => setOpen(id), style: { cursor: 'pointer' } })}
                    columns={[
                      { title: t.time, width: 170, render: (_, { time }) => <TimeText at={time} exact /> },
                      { title: say(eventFields.host.label), width: 130, render: (_, { host }) => host },
                      {
                        title: say(classWords[0]).replace(/.*/, say(eventFields.classUid.label)),
                        width: 100,
                        render: (_, { classUid }) =>
                          say(classWords[classUid as keyof typeof classWords] ?? classWords[0]),
                      },
                      { title: say(eventFields.user.label), width: 110, render: (_, { user }) => user },
                      {
                        title: say(eventFields.message.label),
                        render: (_, event) => (
                          <span className="hd-code">
                            {(event.signature || event.url || event.message || event.raw).slice(0, 220)}
                          </span>
                        ),
                      },
                    ]}
                  />
                  {events.data.nextCursor && (
                    <Button block onClick={() => setLimit((before) => Math.min(500, before + pageSize))}>
                      {t.more}
                    </Button>
                  )}
                </div>
              )}
              <aside className="hd-stack">
                <Section title={t.pivotBy}>
                  <Select
                    value={field}
                    style={{ width: '100%' }}
                    onChange={(value) => setUrl({ field: value })}
                    options={pivotFields.map((value) => ({ value, label: say(eventFields[value].label) }))}
                  />
                  <ul className="hd-plain-list">
                    {(pivot.data?.items ?? []).map(({ value, count: number }) => (
                      <li key={value}>
                        <Button type="link" size="small" title={t.addFilter} onClick={() => add(field, value)}>
                          {field === 'classUid'
                            ? say(classWords[Number(value) as keyof typeof classWords] ?? classWords[0])
                            : value.slice(0, 40)}
                        </Button>
                        <span className="hd-faint">{count(number)}</span>
                      </li>
                    ))}
                  </ul>
                </Section>
                <Section title={t.savedHunts}>
                  {(hunts.data?.items ?? []).length === 0 && <p className="hd-faint">{t.noHunts}</p>}
                  <ul className="hd-plain-list">
                    {(hunts.data?.items ?? []).map((hunt) => (
                      <li key={hunt.id}>
                        <Button type="link" size="small" onClick={() => search(hunt.filter)}>
                          {hunt.name}
                        </Button>
                        <span className="hd-faint">
                          {hunt.everyMinutes === null ? t.byHand : t.every({ minutes: hunt.everyMinutes })}
                          {hunt.lastCount === null ? '' : ` · ${t.lastFound({ count: hunt.lastCount })}`}
                        </span>
                      </li>
                    ))}
                  </ul>
                </Section>
              </aside>
            </div>
          </>
        )}
      </div>
      <Drawer open={open !== null} size={620} onClose={() => setOpen(null)} destroyOnHidden>
        {open && <EventRecord id={open} onAdd={(name, value, negated) => add(name, value, negated)} />}
      </Drawer>
      {saving && (
        <OperationDialog
          capability={detection}
          operation="saveHunt"
          open
          title={t.saveHunt}
          initial={{ filter: url.filter }}
          onDone={() => setSaving(false)}
          onCancel={() => setSaving(false)}
        />
      )}
    </PageFrame>
  );
}

const quoted = (value: string) => (/[\s,"]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value);

/** What may follow the last word: field names, and behind a field its commonest values. */
function useSuggestions(text: string, range: { readonly from: string; readonly to: string }) {
  const say = useSay();
  const count = useCount();
  const last = /(^|\s)(-?)([A-Za-z]\w*)?(:)?([^\s:]*)$/.exec(text);
  const name = last?.[3] ?? '';
  const known = (pivotFields as readonly string[]).includes(name);
  const asks = last?.[4] === ':' && known;
  const values = useOperation<Detection, 'suggestValues'>(
    detection,
    'suggestValues',
    { filter: '', ...range, field: (asks ? name : 'host') as PivotField, prefix: asks ? (last?.[5] ?? '') : '' },
    { enabled: asks },
  );
  const head = text.slice(0, text.length - (last?.[0].trimStart().length ?? 0));
  if (asks)
    return (values.data?.items ?? []).map(({ value, count: number }) => ({
      value: `${head}${last?.[2] ?? ''}${name}:${quoted(value)} `,
      label: `${value}  (${count(number)})`,
    }));
  if (name === '' || last?.[4] === ':') return [];
  return Object.entries(eventFields)
    .filter(([field, { label }]) => field.toLowerCase().startsWith(name.toLowerCase()) || say(label).startsWith(name))
    .map(([field, { label }]) => ({ value: `${head}${last?.[2] ?? ''}${field}:`, label: `${field}  ${say(label)}` }));
}

function EventRecord({
  id,
  onAdd,
}: {
  readonly id: string;
  readonly onAdd: (name: string, value: string, negated: boolean) => void;
}) {
  const t = useMessages(detection);
  const say = useSay();
  const query = useOperation<Detection, 'getEvent'>(detection, 'getEvent', { id });
  const sources = useOperation<Detection, 'listSources'>(detection, 'listSources', { limit: 500 });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { event, fields } = query.data;
  const shown = (name: string, value: string) => {
    if (name === 'classUid') return say(classWords[event.classUid as keyof typeof classWords] ?? classWords[0]);
    return name === 'sourceId' ? (sources.data?.items.find((source) => source.id === value)?.name ?? value) : value;
  };
  return (
    <div className="hd-record">
      <h2>{say(classWords[event.classUid as keyof typeof classWords] ?? classWords[0])}</h2>
      <TimeText at={event.time} exact />
      <Fields
        rows={pivotFields.flatMap((name) => {
          const value = String(event[name]);
          if (value === '' || value === '0') return [];
          return [
            [
              say(eventFields[name].label),
              <span key={name}>
                {shown(name, value)} <Tag onClick={() => onAdd(name, value, false)}>+</Tag>
                <Tag onClick={() => onAdd(name, value, true)}>{t.exclude}</Tag>
              </span>,
            ] as const,
          ];
        })}
      />
      <Section title={t.raw}>
        <pre className="hd-code-box" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {event.raw}
        </pre>
      </Section>
      <Section title={t.ownFields}>
        <Fields
          rows={Object.entries(fields).map(
            ([name, value]) =>
              [name, <code key={name}>{typeof value === 'string' ? value : JSON.stringify(value)}</code>] as const,
          )}
        />
      </Section>
    </div>
  );
}
