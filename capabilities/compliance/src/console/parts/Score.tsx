/**
 * The score of a cryptography assessment: verdict, what is missing, high risks, every line of the arithmetic, and the judging of units.
 * @module
 */
import type { Instrument, ObjectInput, ScoreLine } from '@hedun/compliance';
import {
  Alert,
  Button,
  Fields,
  Form,
  Input,
  InputNumber,
  Modal,
  Radio,
  Section,
  Segmented,
  Select,
  Switch,
  Table,
  useFeedback,
  useMessages,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import { useWords } from './words.ts';

interface Shown {
  readonly detail: AssessmentDetail;
  readonly instrument: Instrument;
}

export function Score({ detail, instrument }: Shown) {
  const t = useMessages(compliance);
  const words = useWords();
  const mayAssess = usePermission('compliance.assess');
  const [risking, setRisking] = useState(false);
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
    return object === undefined ? base : `${base} / ${object}`;
  };
  const units = scoring.units
    .filter((each) => (each.weights[sheet.level - 1] ?? null) !== null)
    .map((each) => each.node);
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
      {score.risks.map((each) => (
        <Alert
          key={`${each.risk.id} ${each.statement.unit}`}
          type={each.lowered ? 'info' : 'warning'}
          title={`${each.lowered ? t.riskLowered : t.riskHigh} · ${nameOf(each.statement.unit)}：${words(each.risk.problem)}`}
          description={each.statement.description}
        />
      ))}
      {mayAssess && (
        <p>
          <Select
            aria-label={t.unitJudge}
            placeholder={t.unitJudge}
            style={{ minWidth: 320 }}
            showSearch={{ optionFilterProp: 'label' }}
            value={null}
            onChange={(unit: string | null) => setJudging(unit ?? '')}
            options={units.map((unit) => {
              const layer = nodes.get(nodes.get(unit)?.parent ?? '');
              const mark = sheet.units[unit] ? '✓ ' : '';
              return { value: unit, label: `${mark}${layer ? words(layer) : ''} / ${nameOf(unit)}` };
            })}
          />{' '}
          <Button onClick={() => setRisking(true)}>{t.addRisk}</Button>
        </p>
      )}
      <Section title={t.scoreTab}>
        <Table<ScoreLine>
          size="small"
          pagination={false}
          scroll={{ x: 760, y: 420 }}
          rowKey={(line) => `${line.kind} ${line.ref}`}
          dataSource={outline(score.lines, scoring, (node) => nodes.get(node)?.parent)}
          columns={[
            {
              title: t.item,
              render: (_, line) => (
                <span style={{ paddingInlineStart: depth[line.kind] * 16 }}>{nameOf(line.ref)}</span>
              ),
            },
            {
              title: t.formula,
              render: (_, line) =>
                line.notApplicable ? `${line.notApplicable.reason}（${line.notApplicable.by}）` : line.formula,
            },
            { title: t.value, width: 90, align: 'right', render: (_, line) => line.value ?? '—' },
          ]}
        />
      </Section>
      {detail.gains.length > 0 && (
        <Section title={t.plan}>
          <Fields
            rows={detail.gains.slice(0, 10).map((each) => [nameOf(each.unit), `+${each.gain.toFixed(2)}`] as const)}
          />
        </Section>
      )}
      {judging && (
        <UnitDialog
          key={judging}
          unit={judging}
          title={nameOf(judging)}
          detail={detail}
          instrument={instrument}
          close={() => setJudging('')}
        />
      )}
      {risking && (
        <RiskDialog
          detail={detail}
          instrument={instrument}
          units={units}
          nameOf={nameOf}
          close={() => setRisking(false)}
        />
      )}
    </div>
  );
}

/** From the total down: each group with its layers, each layer with its units, each unit with its objects. */
function outline(
  lines: readonly ScoreLine[],
  scoring: Instrument['scorings'][number],
  parentOf: (node: string) => string | undefined,
): ScoreLine[] {
  const of = (kind: ScoreLine['kind'], fits: (ref: string) => boolean) =>
    lines.filter((line) => line.kind === kind && fits(line.ref));
  const unitLines = (unit: ScoreLine) => [
    unit,
    ...lines.filter(
      ({ kind, ref }) => (kind === 'object' || kind === 'compensation') && ref.startsWith(`${unit.ref}/`),
    ),
  ];
  const layerLines = (layer: ScoreLine) => [
    layer,
    ...of('unit', (ref) => parentOf(ref) === layer.ref).flatMap(unitLines),
  ];
  const groupLines = (group: ScoreLine) => [
    group,
    ...of('layer', (ref) => scoring.layers.some((each) => each.node === ref && each.group === group.ref)).flatMap(
      layerLines,
    ),
  ];
  const ordered = [...of('total', () => true), ...of('group', () => true).flatMap(groupLines)];
  // While something is missing a group may have no line yet; what it would hold is shown all the same.
  const shown = new Set(ordered);
  return [...ordered, ...lines.filter((line) => !shown.has(line))];
}

const depth: Readonly<Record<ScoreLine['kind'], number>> = {
  total: 0,
  group: 1,
  layer: 2,
  unit: 3,
  compensation: 4,
  object: 4,
};

function UnitDialog({
  unit,
  title,
  detail,
  instrument,
  close,
}: Shown & { readonly unit: string; readonly title: string; readonly close: () => void }) {
  const t = useMessages(compliance);
  const words = useWords();
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'judgeUnit'>(compliance, 'judgeUnit', { onDone: close });
  const [excluding, setExcluding] = useState(false);
  const [reason, setReason] = useState('');
  const { sheet } = detail;
  const scoring = instrument.scorings.find((each) => each.id === sheet?.rules);
  const parent = instrument.nodes.find((each) => each.id === unit)?.parent;
  const whole = scoring?.layers.find((each) => each.node === parent)?.judged === 'whole';
  const before = sheet?.units[unit];
  const [choice, setChoice] = useState<'met' | 'partly' | 'unmet'>(before?.kind === 'whole' ? before.choice : 'met');
  const known: ObjectInput | undefined = before?.kind === 'objects' ? before.objects[0] : undefined;
  const [name, setName] = useState(known?.name ?? detail.summary.name);
  const [facts, setFacts] = useState<Record<string, number | boolean>>({
    D: true,
    A: true,
    K: true,
    strengthBits: 128,
    moduleLevel: 2,
    keyRequirementsMet: true,
    ...(known?.facts as Record<string, number | boolean> | undefined),
  });
  const save = () => {
    // The first object is edited here; the others of the unit stay as they are.
    const others = before?.kind === 'objects' ? before.objects.slice(1) : [];
    const answer = excluding
      ? { kind: 'not-applicable', reason }
      : whole
        ? { kind: 'whole', choice }
        : { kind: 'objects', objects: [{ id: known?.id ?? name, name, facts }, ...others] };
    write.mutate({ id: detail.summary.id, unit, answer } as never, { onError: (error) => feedback.failure(error) });
  };
  return (
    <Modal open title={title} onCancel={close} onOk={save} confirmLoading={write.isPending}>
      <Form layout="vertical">
        <Form.Item label={t.notApplicable}>
          <Switch aria-label={t.notApplicable} checked={excluding} onChange={setExcluding} />
        </Form.Item>
        {excluding && (
          <Form.Item label={t.explanation}>
            <Input aria-label={t.explanation} value={reason} onChange={({ target }) => setReason(target.value)} />
          </Form.Item>
        )}
        {!excluding && whole && (
          <Radio.Group
            value={choice}
            onChange={({ target }) => setChoice(target.value)}
            options={(['met', 'partly', 'unmet'] as const).map((value) => ({ value, label: t[value] }))}
          />
        )}
        {!excluding && !whole && (
          <>
            <Form.Item label={t.objectName}>
              <Input aria-label={t.objectName} value={name} onChange={({ target }) => setName(target.value)} />
            </Form.Item>
            {['D', 'A', 'K', 'strengthBits', 'moduleLevel', 'keyRequirementsMet'].map((id) => {
              const shape = instrument.facts.find((each) => each.id === id);
              const value = facts[id];
              return (
                <Form.Item key={id} label={shape ? words(shape.title) : id}>
                  {typeof value === 'boolean' ? (
                    <Segmented
                      value={String(value)}
                      onChange={(next) => setFacts((all) => ({ ...all, [id]: next === 'true' }))}
                      options={[
                        { value: 'true', label: t.yes },
                        { value: 'false', label: t.no },
                      ]}
                    />
                  ) : (
                    <InputNumber
                      value={value ?? 0}
                      min={0}
                      onChange={(next) => setFacts((all) => ({ ...all, [id]: next ?? 0 }))}
                    />
                  )}
                </Form.Item>
              );
            })}
          </>
        )}
      </Form>
    </Modal>
  );
}

function RiskDialog({
  detail,
  instrument,
  units,
  nameOf,
  close,
}: Shown & {
  readonly units: readonly string[];
  readonly nameOf: (ref: string) => string;
  readonly close: () => void;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'stateRisks'>(compliance, 'stateRisks', { onDone: close });
  const [risk, setRisk] = useState(instrument.highRisks[0]?.id ?? '');
  const [unit, setUnit] = useState(units[0] ?? '');
  const [description, setDescription] = useState('');
  const save = () => {
    const before = (detail.sheet?.risks ?? []).map(({ mitigation, ...each }) => ({
      ...each,
      ...(mitigation ? { mitigation: { id: mitigation.id, evidence: mitigation.evidence } } : {}),
    }));
    const risks = [...before, { risk, unit, description }];
    write.mutate({ id: detail.summary.id, risks } as never, { onError: (error) => feedback.failure(error) });
  };
  return (
    <Modal open title={t.addRisk} onCancel={close} onOk={save} confirmLoading={write.isPending}>
      <Form layout="vertical">
        <Form.Item label={t.riskHigh}>
          <Select
            aria-label={t.riskHigh}
            value={risk}
            onChange={setRisk}
            options={instrument.highRisks.map((each) => ({ value: each.id, label: words(each.problem) }))}
          />
        </Form.Item>
        <Form.Item label={t.unitJudge}>
          <Select
            aria-label={t.unitJudge}
            value={unit}
            onChange={setUnit}
            options={units.map((each) => ({ value: each, label: nameOf(each) }))}
          />
        </Form.Item>
        <Form.Item label={t.describeRisk}>
          <Input.TextArea
            aria-label={t.describeRisk}
            value={description}
            onChange={({ target }) => setDescription(target.value)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
