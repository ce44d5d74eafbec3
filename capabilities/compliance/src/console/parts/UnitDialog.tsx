/**
 * The judging of one unit: as a whole, not applicable with a reason, or object by object.
 * @module
 */
import type { ObjectInput } from '@hedun/compliance';
import {
  Button,
  Form,
  Input,
  InputNumber,
  Modal,
  Radio,
  Segmented,
  Space,
  Switch,
  useFeedback,
  useMessages,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { Shown } from './shown.ts';
import { useWords } from './words.ts';

type Judged = Record<string, number | boolean>;
interface Draft {
  readonly id: string;
  readonly name: string;
  readonly facts: Judged;
}
const asked = ['D', 'A', 'K', 'strengthBits', 'moduleLevel', 'keyRequirementsMet'];
const start: Judged = { D: true, A: true, K: true, strengthBits: 128, moduleLevel: 2, keyRequirementsMet: true };
const draftOf = ({ id, name, facts }: ObjectInput): Draft => ({ id, name, facts: facts as Judged });

export function UnitDialog({
  unit,
  title,
  detail,
  instrument,
  close,
}: Shown & { readonly unit: string; readonly title: string; readonly close: () => void }) {
  const t = useMessages(compliance);
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'judgeUnit'>(compliance, 'judgeUnit', { onDone: close });
  const { sheet } = detail;
  const scoring = instrument.scorings.find((each) => each.id === sheet?.rules);
  const parent = instrument.nodes.find((each) => each.id === unit)?.parent;
  const whole = scoring?.layers.find((each) => each.node === parent)?.judged === 'whole';
  const before = sheet?.units[unit];
  const [excluding, setExcluding] = useState(before?.kind === 'not-applicable');
  const [reason, setReason] = useState(before?.kind === 'not-applicable' ? before.reason : '');
  const [choice, setChoice] = useState<'met' | 'partly' | 'unmet'>(before?.kind === 'whole' ? before.choice : 'met');
  const [objects, setObjects] = useState<readonly Draft[]>(
    before?.kind === 'objects' && before.objects.length > 0
      ? before.objects.map(draftOf)
      : [{ id: 'object-1', name: detail.summary.name, facts: start }],
  );
  const save = () => {
    const answer = excluding
      ? { kind: 'not-applicable', reason }
      : whole
        ? { kind: 'whole', choice }
        : { kind: 'objects', objects };
    write.mutate({ id: detail.summary.id, unit, answer } as never, { onError: (error) => feedback.failure(error) });
  };
  const add = () => {
    const number = Math.max(0, ...objects.map(({ id }) => Number(/^object-(\d+)$/.exec(id)?.[1] ?? 0))) + 1;
    setObjects([...objects, { id: `object-${number}`, name: '', facts: start }]);
  };
  return (
    <Modal open title={title} width={640} onCancel={close} onOk={save} confirmLoading={write.isPending}>
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
            {objects.map((object, index) => (
              <ObjectFields
                key={object.id}
                object={object}
                number={index + 1}
                instrument={instrument}
                change={(next) => setObjects(objects.map((each, at) => (at === index ? next : each)))}
                remove={objects.length > 1 ? () => setObjects(objects.filter((_, at) => at !== index)) : undefined}
              />
            ))}
            <Button onClick={add}>{t.addObject}</Button>
          </>
        )}
      </Form>
    </Modal>
  );
}

function ObjectFields({
  object,
  number,
  instrument,
  change,
  remove,
}: {
  readonly object: Draft;
  readonly number: number;
  readonly instrument: Shown['instrument'];
  readonly change: (next: Draft) => void;
  readonly remove: (() => void) | undefined;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const set = (id: string, value: number | boolean) => change({ ...object, facts: { ...object.facts, [id]: value } });
  return (
    <fieldset style={{ border: 0, padding: 0, margin: '0 0 16px' }}>
      <Form.Item label={`${t.objectName} ${number}`}>
        <Space.Compact style={{ width: '100%' }}>
          <Input
            aria-label={`${t.objectName} ${number}`}
            value={object.name}
            onChange={({ target }) => change({ ...object, name: target.value })}
          />
          {remove && <Button onClick={remove}>{t.removeObject}</Button>}
        </Space.Compact>
      </Form.Item>
      <Space wrap size="large">
        {asked.map((id) => {
          const shape = instrument.facts.find((each) => each.id === id);
          const label = shape ? words(shape.title) : id;
          const value = object.facts[id];
          return (
            <Form.Item key={id} label={label} style={{ marginBottom: 8 }}>
              {typeof start[id] === 'boolean' ? (
                <Segmented
                  aria-label={`${label} ${number}`}
                  value={value === undefined ? '' : String(value)}
                  onChange={(next) => next !== '' && set(id, next === 'true')}
                  options={[
                    { value: 'true', label: t.yes },
                    { value: 'false', label: t.no },
                    ...(value === undefined ? [{ value: '', label: t.unknown }] : []),
                  ]}
                />
              ) : (
                <InputNumber
                  aria-label={`${label} ${number}`}
                  value={typeof value === 'number' ? value : null}
                  min={0}
                  onChange={(next) => next !== null && set(id, next)}
                />
              )}
            </Form.Item>
          );
        })}
      </Space>
    </fieldset>
  );
}
