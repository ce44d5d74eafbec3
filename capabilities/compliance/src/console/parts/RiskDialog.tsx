/**
 * One more high risk, with the listed mitigation that is claimed for it and the evidence of that.
 * @module
 */
import { FileUpload, Form, Input, Modal, Select, useFeedback, useMessages, useWrite } from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import { type Shown, statedRisks } from './shown.ts';
import { useWords } from './words.ts';

export function RiskDialog({
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
  const level = detail.sheet?.level ?? 0;
  const known = instrument.highRisks.filter((each) => each.levels.includes(level));
  const [risk, setRisk] = useState(known[0]?.id ?? '');
  const [unit, setUnit] = useState(units[0] ?? '');
  const [description, setDescription] = useState('');
  const [mitigation, setMitigation] = useState('');
  const [evidence, setEvidence] = useState<string[]>([]);
  const chosen = known.find((each) => each.id === risk);
  const fitting = chosen && chosen.units.length > 0 ? units.filter((each) => chosen.units.includes(each)) : units;
  const at = fitting.includes(unit) ? unit : (fitting[0] ?? '');
  const save = () => {
    const claimed = mitigation ? { mitigation: { id: mitigation, evidence } } : {};
    const risks = [...statedRisks(detail), { risk, unit: at, description, ...claimed }];
    write.mutate({ id: detail.summary.id, risks } as never, { onError: (error) => feedback.failure(error) });
  };
  return (
    <Modal open title={t.addRisk} onCancel={close} onOk={save} okText={t.addRisk} confirmLoading={write.isPending}>
      <Form layout="vertical">
        <Form.Item label={t.riskHigh}>
          <Select
            aria-label={t.riskHigh}
            value={risk}
            onChange={(next) => {
              setRisk(next);
              setMitigation('');
            }}
            options={known.map((each) => ({ value: each.id, label: words(each.problem) }))}
          />
        </Form.Item>
        <Form.Item label={t.unitJudge}>
          <Select
            aria-label={t.unitJudge}
            value={at}
            onChange={setUnit}
            options={fitting.map((each) => ({ value: each, label: nameOf(each) }))}
          />
        </Form.Item>
        <Form.Item label={t.describeRisk}>
          <Input.TextArea
            aria-label={t.describeRisk}
            value={description}
            onChange={({ target }) => setDescription(target.value)}
          />
        </Form.Item>
        <Form.Item label={t.mitigation} {...(chosen?.mitigations.length === 0 ? { extra: t.noMitigationListed } : {})}>
          <Select
            aria-label={t.mitigation}
            value={mitigation}
            disabled={!chosen || chosen.mitigations.length === 0}
            onChange={setMitigation}
            options={[
              { value: '', label: t.noMitigation },
              ...(chosen?.mitigations ?? []).map((each) => ({ value: each.id, label: words(each.title) })),
            ]}
          />
        </Form.Item>
        {mitigation !== '' && (
          <Form.Item label={t.evidence}>
            <FileUpload
              many
              organisationId={detail.summary.organisationId}
              onChange={(next: never) => setEvidence(next as unknown as string[])}
            />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
