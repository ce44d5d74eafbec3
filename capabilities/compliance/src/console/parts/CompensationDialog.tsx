/**
 * One object that makes up for the weakness of another; it counts because a person says so, with the reason.
 * @module
 */
import { Form, Input, Modal, Select, useFeedback, useMessages, useWrite } from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';

export function CompensationDialog({
  detail,
  nameOf,
  close,
}: {
  readonly detail: AssessmentDetail;
  readonly nameOf: (ref: string) => string;
  readonly close: () => void;
}) {
  const t = useMessages(compliance);
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'stateCompensations'>(compliance, 'stateCompensations', { onDone: close });
  const [weak, setWeak] = useState('');
  const [giver, setGiver] = useState('');
  const [reason, setReason] = useState('');
  const objects = Object.entries(detail.sheet?.units ?? {}).flatMap(([unit, answer]) =>
    answer.kind === 'objects'
      ? answer.objects.map(({ id }) => ({
          value: `${unit}/${id}`,
          label: `${nameOf(unit)} / ${nameOf(`${unit}/${id}`)}`,
        }))
      : [],
  );
  const save = () => {
    const [unit = '', object = ''] = weak.split('/');
    const [giverUnit = '', giverObject = ''] = giver.split('/');
    const before = (detail.sheet?.compensations ?? []).map(({ confirmedBy: _by, ...each }) => each);
    const compensations = [...before, { unit, object, giverUnit, giver: giverObject, reason }];
    write.mutate({ id: detail.summary.id, compensations } as never, { onError: (error) => feedback.failure(error) });
  };
  return (
    <Modal
      open
      title={t.compensate}
      onCancel={close}
      onOk={save}
      okText={t.compensate}
      confirmLoading={write.isPending}
    >
      <Form layout="vertical">
        {(
          [
            [t.compensated, weak, setWeak],
            [t.giver, giver, setGiver],
          ] as const
        ).map(([label, value, set]) => (
          <Form.Item key={label} label={label}>
            <Select
              aria-label={label}
              showSearch={{ optionFilterProp: 'label' }}
              value={value || null}
              onChange={(next: string | null) => set(next ?? '')}
              options={objects}
            />
          </Form.Item>
        ))}
        <Form.Item label={t.explanation}>
          <Input.TextArea
            aria-label={t.explanation}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
