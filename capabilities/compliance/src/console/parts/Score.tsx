/**
 * The score of a cryptography assessment: verdict and how it came about, what is missing, high risks, every line of the arithmetic with
 * its numbers, and the doors to judging units, risks and compensations.
 * @module
 */
import type { ScoreLine } from '@hedun/compliance';
import {
  Alert,
  Button,
  Fields,
  marks,
  Section,
  Select,
  Space,
  Table,
  useFeedback,
  useMessages,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { lazy, Suspense, useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import { depth, outline } from './outline.ts';
import { type Shown, statedRisks } from './shown.ts';
import { useWords } from './words.ts';

const UnitDialog = lazy(async () => ({ default: (await import('./UnitDialog.tsx')).UnitDialog }));
const RiskDialog = lazy(async () => ({ default: (await import('./RiskDialog.tsx')).RiskDialog }));
const CompensationDialog = lazy(async () => ({
  default: (await import('./CompensationDialog.tsx')).CompensationDialog,
}));

export function Score({ detail, instrument }: Shown) {
  const t = useMessages(compliance);
  const words = useWords();
  const mayAssess = usePermission('compliance.write');
  const [dialog, setDialog] = useState<'risk' | 'compensation' | ''>('');
  const [judging, setJudging] = useState('');
  const { score, sheet } = detail;
  const scoring = instrument.scorings.find((each) => each.id === sheet?.rules);
  if (!score || !sheet || !scoring) return null;
  const nodes = new Map(instrument.nodes.map((node) => [node.id, node]));
  const nameOf = (ref: string) => {
    const [node = '', object] = ref.split('/');
    const group = scoring.groups.find((each) => each.id === node)?.title;
    const found = nodes.get(node);
    const base = found ? words(found) : group ? words(group) : node === scoring.id ? words(scoring.title) : node;
    const answer = sheet.units[node];
    const named = answer?.kind === 'objects' ? answer.objects.find((each) => each.id === object)?.name : undefined;
    return object === undefined ? base : (named ?? object);
  };
  const units = scoring.units
    .filter((each) => (each.weights[sheet.level - 1] ?? null) !== null)
    .map((each) => each.node);
  const explained = new Map(detail.scoreWords.map((each) => [`${each.kind} ${each.ref}`, each]));
  const close = () => {
    setDialog('');
    setJudging('');
  };
  return (
    <div className="hd-stack">
      <Fields
        rows={[
          [t.level, String(sheet.level)],
          [t.version, words(scoring.title)],
          [t.total, <b key="total">{score.total === undefined ? '—' : score.total.toFixed(2)}</b>],
          [t.verdict, score.verdict ? <b key="verdict">{words(score.verdict.title)}</b> : '—'],
        ]}
      />
      {score.total === undefined && (
        <Alert type="info" showIcon title={t.scoreMissing({ count: score.missing.length })} />
      )}
      {score.openHighRisks > 0 && <Alert type="error" showIcon title={t.highRisks({ count: score.openHighRisks })} />}
      <Risks detail={detail} nameOf={nameOf} />
      {detail.verdictWords.length > 0 && (
        <Section title={t.verdictWhy}>
          {detail.verdictWords.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Section>
      )}
      {mayAssess && (
        <Space wrap>
          <Select
            aria-label={t.unitJudge}
            placeholder={t.unitJudge}
            style={{ minWidth: 300 }}
            showSearch={{ optionFilterProp: 'label' }}
            value={null}
            onChange={(unit: string | null) => setJudging(unit ?? '')}
            options={units.map((unit) => {
              const layer = nodes.get(nodes.get(unit)?.parent ?? '');
              const mark = sheet.units[unit] ? '✓ ' : '';
              return { value: unit, label: `${mark}${layer ? words(layer) : ''} / ${nameOf(unit)}` };
            })}
          />
          <Button onClick={() => setDialog('risk')}>{t.addRisk}</Button>
          {scoring.compensation !== undefined && (
            <Button onClick={() => setDialog('compensation')}>{t.compensate}</Button>
          )}
        </Space>
      )}
      <Section title={t.scoreTab}>
        <Table<ScoreLine>
          size="small"
          pagination={false}
          scroll={{ x: 760, y: 560 }}
          rowKey={(line) => `${line.kind} ${line.ref}`}
          dataSource={outline(score.lines, scoring, (node) => nodes.get(node)?.parent)}
          columns={[
            {
              title: t.item,
              width: 280,
              render: (_, line) => (
                <span style={{ display: 'block', paddingInlineStart: depth[line.kind] * 14 }}>{nameOf(line.ref)}</span>
              ),
            },
            {
              title: t.sumOf,
              render: (_, line) => {
                const found = explained.get(`${line.kind} ${line.ref}`);
                return (
                  <>
                    <div style={{ fontVariantNumeric: 'tabular-nums' }}>{found?.sum ?? line.formula}</div>
                    <small className="hd-faint">{found?.why.join(marks().semicolon)}</small>
                  </>
                );
              },
            },
            { title: t.value, width: 90, align: 'right', render: (_, line) => <b>{line.value ?? '—'}</b> },
          ]}
        />
      </Section>
      <Suspense fallback={null}>
        {judging && (
          <UnitDialog key={judging} unit={judging} title={nameOf(judging)} {...{ detail, instrument, close }} />
        )}
        {dialog === 'risk' && <RiskDialog {...{ detail, instrument, units, nameOf, close }} />}
        {dialog === 'compensation' && <CompensationDialog {...{ detail, nameOf, close }} />}
      </Suspense>
    </div>
  );
}

function Risks({ detail, nameOf }: { readonly detail: AssessmentDetail; readonly nameOf: (ref: string) => string }) {
  const t = useMessages(compliance);
  const words = useWords();
  const feedback = useFeedback();
  const mayAssess = usePermission('compliance.write');
  const write = useWrite<Compliance, 'stateRisks'>(compliance, 'stateRisks');
  const withdraw = (place: number) => {
    const risks = statedRisks(detail).filter((_, at) => at !== place);
    write.mutate({ id: detail.summary.id, risks } as never, { onError: (error) => feedback.failure(error) });
  };
  return detail.score?.risks.map((each) => {
    const mitigation = each.risk.mitigations.find(({ id }) => id === each.statement.mitigation?.id);
    const place = detail.sheet?.risks?.indexOf(each.statement) ?? -1;
    const at =
      place >= 0
        ? place
        : (detail.sheet?.risks ?? []).findIndex((one) => JSON.stringify(one) === JSON.stringify(each.statement));
    return (
      <Alert
        key={`${each.risk.id} ${each.statement.unit} ${each.statement.description}`}
        type={each.lowered ? 'info' : 'error'}
        title={`${each.lowered ? t.riskLowered : t.riskHigh} · ${nameOf(each.statement.unit)}${marks().colon}${words(each.risk.problem)}`}
        description={
          <>
            {each.statement.description}
            {mitigation &&
              ` · ${t.mitigation}${marks().colon}${words(mitigation.title)}${marks().aside(each.statement.mitigation?.confirmedBy ?? '')}`}
          </>
        }
        action={
          mayAssess && (
            <Button size="small" onClick={() => withdraw(at)}>
              {t.removeRisk}
            </Button>
          )
        }
      />
    );
  });
}
