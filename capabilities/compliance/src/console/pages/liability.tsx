/**
 * What a breach costs: the law in force on the day of the conduct, the facts its table asks for, and each figure with where it comes from.
 * @module
 */
import type { ExplainedPenalty, FactShape } from '@hedun/compliance';
import {
  Alert,
  DayInput,
  EmptyView,
  ErrorView,
  Fields,
  Form,
  marks,
  PageFrame,
  Section,
  Select,
  Skeleton,
  StatusTag,
  useMessages,
  useOperation,
  useUrlState,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import { FactField, type FactValue } from '../parts/FactField.tsx';
import { useWords } from '../parts/words.ts';

export function Page() {
  const t = useMessages(compliance);
  const words = useWords();
  const [{ law, on }, change] = useUrlState('law', 'on');
  const [facts, setFacts] = useState<Record<string, FactValue>>({});
  const list = useOperation<Compliance, 'listInstruments'>(compliance, 'listInstruments', {});
  const laws = (list.data?.items ?? []).filter((each) => each.selectable && each.penalties > 0);
  const names = [...new Map(laws.map((each) => [each.name, each])).values()];
  const name = law || names[0]?.name || '';
  const query = useOperation<Compliance, 'explainPenalties'>(
    compliance,
    'explainPenalties',
    { instrument: name, ...(on ? { on } : {}), facts: facts as never },
    { enabled: name !== '', keep: true },
  );
  if (list.isError) return <ErrorView error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <PageFrame title={words({ zh: '法律责任', en: 'Liability' })} note={t.rangeNote}>
      <div style={{ display: 'grid', gap: 24, gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 360px), 1fr))' }}>
        <div className="hd-card">
          <Form layout="vertical">
            <Form.Item label={t.law} extra={t.draftsLeftOut}>
              <Select
                aria-label={t.law}
                value={name || null}
                style={{ maxWidth: 520 }}
                onChange={(next: string | null) => {
                  change({ law: next ?? '' });
                  setFacts({});
                }}
                options={names.map((each) => ({ value: each.name, label: words(each.title).replace(/（.*）/, '') }))}
              />
            </Form.Item>
            <Form.Item
              label={t.conductOn}
              {...(query.data
                ? {
                    extra: t.inForceOn({
                      title: words(query.data.instrument.title),
                      version: query.data.instrument.version,
                      day: query.data.on,
                    }),
                  }
                : {})}
            >
              <DayInput label={t.conductOn} value={on || undefined} onChange={(day) => change({ on: day ?? '' })} />
            </Form.Item>
            {(query.data?.facts ?? []).map((shape: FactShape) => (
              <Form.Item key={shape.id} label={words(shape.title)}>
                <FactField
                  shape={shape}
                  value={facts[shape.id]}
                  onChange={(value) => setFacts((before) => ({ ...before, [shape.id]: value }))}
                />
              </Form.Item>
            ))}
          </Form>
        </div>
        <div className="hd-card">
          {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
          {query.isPending && name !== '' && <Skeleton />}
          {query.data?.penalties.length === 0 || facts.conduct === undefined ? (
            <EmptyView kind="nothing-yet" title={t.noPenalty} />
          ) : (
            query.data?.penalties.map((each) => <Penalty key={each.id} penalty={each} />)
          )}
        </div>
      </div>
    </PageFrame>
  );
}

function Penalty({ penalty }: { readonly penalty: ExplainedPenalty }) {
  const t = useMessages(compliance);
  const figure = (label: string, each: ExplainedPenalty['fine']) =>
    each
      ? ([
          label,
          <div key={label}>
            <b>{each.says}</b>
            <div className="hd-faint">{each.how}</div>
          </div>,
        ] as const)
      : null;
  return (
    <Section
      title={`${penalty.clause} · ${penalty.title}`}
      actions={
        <>
          {penalty.status !== 'verified' && <StatusTag tone="warn">{penalty.statusTitle}</StatusTag>}
          {!penalty.fits && <StatusTag tone="neutral">{t.fitsNot}</StatusTag>}
        </>
      }
    >
      {penalty.missing.length > 0 && (
        <Alert type="info" title={t.missingFacts} description={penalty.missing.join(marks().comma)} />
      )}
      <Fields
        rows={[
          figure(t.fine, penalty.fine),
          figure(t.personsFine, penalty.persons),
          penalty.orders ? [t.orders, penalty.orders] : null,
          penalty.measures.length > 0 ? [t.measures, penalty.measures.join(marks().comma)] : null,
          [t.explanation, penalty.why.join(marks().semicolon)],
        ]}
      />
      <p className="hd-faint">{penalty.text}</p>
    </Section>
  );
}
