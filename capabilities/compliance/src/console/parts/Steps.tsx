/**
 * The steps a record may take: one button each, with the role, the legal time and the facts its guards ask for.
 * @module
 */
import { Alert, Button, DayInput, ErrorView, Form, Modal, marks, Select, useMessages } from '@hedun/ui';
import { useState } from 'react';
import { compliance } from '../../capability.ts';
import type { StepView } from '../../shapes.ts';
import { FactField, type FactValue } from './FactField.tsx';
import { useWords } from './words.ts';

export interface StepTaken {
  readonly on: string;
  readonly actor: string;
  readonly at?: string;
  readonly facts: Record<string, FactValue>;
}

export function Steps({
  steps,
  take,
}: {
  readonly steps: readonly StepView[];
  readonly take: (step: StepTaken) => Promise<unknown>;
}) {
  const words = useWords();
  const [chosen, setChosen] = useState<StepView | null>(null);
  return (
    <>
      {steps.map((step, index) => (
        <Button key={step.on} type={index === 0 ? 'primary' : 'default'} onClick={() => setChosen(step)}>
          {words(step.title)}
        </Button>
      ))}
      {chosen && <StepDialog key={chosen.on} step={chosen} take={take} close={() => setChosen(null)} />}
    </>
  );
}

function StepDialog({
  step,
  take,
  close,
}: {
  readonly step: StepView;
  readonly take: (step: StepTaken) => Promise<unknown>;
  readonly close: () => void;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const [actor, setActor] = useState(step.actors[0]?.id ?? '');
  const [at, setAt] = useState('');
  const [facts, setFacts] = useState<Record<string, FactValue>>({});
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: unknown }>({ busy: false, error: null });
  const submit = async () => {
    setState({ busy: true, error: null });
    try {
      await take({ on: step.on, actor, facts, ...(at ? { at } : {}) });
      close();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <Modal
      open
      title={words(step.title)}
      onCancel={close}
      onOk={() => void submit()}
      okText={words(step.title)}
      confirmLoading={state.busy}
    >
      {step.blocked.length > 0 && (
        <Alert type="info" showIcon title={t.blocked} description={step.blocked.join(marks().semicolon)} />
      )}
      <Form layout="vertical">
        <Form.Item label={t.as}>
          <Select
            aria-label={t.as}
            value={actor}
            onChange={setActor}
            options={step.actors.map(({ id, title }) => ({ value: id, label: words(title) }))}
          />
        </Form.Item>
        <Form.Item label={t.when}>
          <DayInput withTime label={t.when} value={at || undefined} onChange={(next) => setAt(next ?? '')} />
        </Form.Item>
        {step.facts.map((shape) => (
          <Form.Item key={shape.id} label={words(shape.title)}>
            <FactField
              shape={shape}
              value={facts[shape.id]}
              onChange={(value) => setFacts((before) => ({ ...before, [shape.id]: value }))}
            />
          </Form.Item>
        ))}
      </Form>
      {state.error !== null && <ErrorView error={state.error} compact />}
    </Modal>
  );
}
