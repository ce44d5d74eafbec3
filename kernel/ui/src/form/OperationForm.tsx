/**
 * A form made from an operation's declared input: labels, kinds of field, limits and errors come from the declaration.
 * It checks before sending and puts the server's refusals beside the field they are about.
 * @module
 */
import type { Capability, Operation } from '@hedun/sdk';
import { Button, Form, Modal } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import type { z } from 'zod';
import { ErrorView } from '../parts/ErrorView.tsx';
import { ClientFailure, type InputOf, type OperationName, type OutputOf, useWrite } from '../platform/api.ts';
import { useSay, useText } from '../texts/index.ts';
import { describeInput, type FieldDescription } from './describe.ts';
import { FieldItem } from './FieldItem.tsx';
import { chosenFields } from './preset.ts';
import { useOutcome } from './use-outcome.ts';

export interface OperationFormProps<C extends Capability, K extends OperationName<C>> {
  readonly capability: C;
  readonly operation: K;
  /** Values that are not asked for, e.g. the record the form is about. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Values the fields start with. */
  readonly initial?: Readonly<Record<string, unknown>>;
  /** Fields to leave out, or the only ones to show, in that order. */
  readonly omit?: readonly string[];
  readonly only?: readonly string[];
  /** Fields of the page's own, above and below the declared ones; `Form.Item` names as in the input. */
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  readonly extraFields?: readonly FieldDescription[];
  readonly submitText?: string;
  readonly onDone?: (output: OutputOf<C, K>) => void;
  readonly onCancel?: () => void;
  /** Last change of the values before they are checked and sent. */
  readonly prepare?: (values: Record<string, unknown>) => Record<string, unknown>;
}

export function OperationForm<const C extends Capability, K extends OperationName<C>>(props: OperationFormProps<C, K>) {
  const { capability, operation: name, preset = {}, omit = [], only, extraFields = [] } = props;
  const operation = capability.operations[name] as Operation;
  const say = useSay();
  const t = useText();
  const told = useOutcome();
  const [form] = Form.useForm();
  const [refusal, setRefusal] = useState<unknown>(null);
  const write = useWrite(capability, name, {
    onDone: (output, input) => {
      told(capability, name, (input ?? {}) as Readonly<Record<string, unknown>>, output);
      props.onDone?.(output);
    },
  });
  const fields = useMemo(
    () => chosenFields(describeInput(operation.input), Object.keys(preset), omit, only),
    [operation, preset, omit, only],
  );
  const initial = {
    ...Object.fromEntries(fields.map(({ name: field, initial: value }) => [field, value])),
    ...props.initial,
  };

  const submit = (typed: Record<string, unknown>) => {
    setRefusal(null);
    const values = withoutBlanks({ ...typed, ...preset });
    const prepared = props.prepare ? props.prepare(values) : values;
    const checked = operation.input.safeParse(prepared);
    if (!checked.success) {
      const beside = checked.error.issues.filter(({ path }) => fields.some((field) => field.name === path[0]));
      form.setFields(beside.map(({ path, message }) => ({ name: path[0] as string, errors: [message] })));
      if (beside.length === 0)
        setRefusal(
          new TypeError(checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')),
        );
      return;
    }
    write.mutate(prepared as InputOf<C, K>, {
      onError: (error) => {
        const beside = issuesByField(error, fields);
        if (beside.length > 0) form.setFields([...beside]);
        else setRefusal(error);
      },
    });
  };
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={initial}
      onFinish={submit}
      requiredMark
      disabled={write.isPending}
    >
      {operation.description && <p className="hd-note">{say(operation.description)}</p>}
      {props.lead}
      {fields.map((field) => (
        <FieldItem key={field.name} field={field} />
      ))}
      {extraFields.map((field) => (
        <FieldItem key={field.name} field={field} />
      ))}
      {props.children}
      {refusal !== null && <ErrorView error={refusal} compact />}
      <div className="hd-form-actions">
        {props.onCancel && <Button onClick={props.onCancel}>{t.cancel}</Button>}
        <Button type="primary" htmlType="submit" loading={write.isPending}>
          {props.submitText ?? say(operation.title)}
        </Button>
      </div>
    </Form>
  );
}

/** The same form in a dialog. */
export function OperationDialog<const C extends Capability, K extends OperationName<C>>({
  open,
  title,
  width = 560,
  ...form
}: OperationFormProps<C, K> & {
  readonly open: boolean;
  readonly title?: string;
  readonly width?: number;
  readonly onCancel: () => void;
}) {
  const say = useSay();
  const operation = form.capability.operations[form.operation] as Operation;
  return (
    <Modal
      open={open}
      title={title ?? say(operation.title)}
      width={width}
      footer={null}
      destroyOnHidden
      onCancel={form.onCancel}
      mask={{ closable: false }}
    >
      {open && <OperationForm {...form} />}
    </Modal>
  );
}

/** An emptied field means "not given". */
function withoutBlanks(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}

function issuesByField(error: unknown, fields: readonly FieldDescription[]) {
  if (!(error instanceof ClientFailure)) return [];
  const issues =
    error.issues.length > 0
      ? error.issues
      : error.where
        ? [{ where: error.where, expected: error.expected ?? '', got: '' }]
        : [];
  return issues.flatMap(({ where, expected }) => {
    const name = where.replace(/^\/|^input\./, '').split(/[./[]/)[0] ?? '';
    return fields.some((field) => field.name === name)
      ? [{ name, errors: [expected ? `${expected}` : error.message] }]
      : [];
  });
}

export type { z };
