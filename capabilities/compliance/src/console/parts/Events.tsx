/**
 * What happened on a record, and the dialog that records more of it: which event, when in law, for which matter, with what it carries.
 * @module
 */
import {
  Button,
  DayInput,
  ErrorView,
  Form,
  Input,
  InputNumber,
  Modal,
  marks,
  Section,
  Segmented,
  Select,
  Timeline,
  useMessages,
} from '@hedun/ui';
import { useState } from 'react';
import { compliance } from '../../capability.ts';
import type { EventForm, EventView } from '../../shapes.ts';
import { useWords } from './words.ts';

export interface EventGiven {
  readonly type: string;
  readonly at?: string;
  readonly data: Record<string, unknown>;
  readonly subject?: string;
}

export function Events({
  events,
  forms,
  mayRecord,
  withMatter = false,
  record,
}: {
  readonly events: readonly EventView[];
  readonly forms: readonly EventForm[];
  readonly mayRecord: boolean;
  readonly withMatter?: boolean;
  readonly record: (event: EventGiven) => Promise<unknown>;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <Section
      title={t.events}
      actions={
        mayRecord &&
        forms.length > 0 && (
          <Button size="small" onClick={() => setOpen(true)}>
            {t.record}
          </Button>
        )
      }
    >
      {events.length === 0 ? (
        <p className="hd-faint">{t.noEvents}</p>
      ) : (
        <Timeline
          entries={events.map((each) => ({
            id: each.id,
            at: each.occurredAt,
            actorId: null,
            actorName: each.actor,
            kind: 'status',
            text: [
              words(each.title),
              each.matter && `〔${each.matter}〕`,
              each.details.map(({ label, value }) => `${words(label)}${marks().colon}${value}`).join(marks().semicolon),
            ]
              .filter(Boolean)
              .join(' '),
            data: {},
          }))}
        />
      )}
      {open && <EventDialog forms={forms} withMatter={withMatter} record={record} close={() => setOpen(false)} />}
    </Section>
  );
}

function EventDialog({
  forms,
  withMatter,
  record,
  close,
}: {
  readonly forms: readonly EventForm[];
  readonly withMatter: boolean;
  readonly record: (event: EventGiven) => Promise<unknown>;
  readonly close: () => void;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const [type, setType] = useState(forms[0]?.id ?? '');
  const [at, setAt] = useState('');
  const [matter, setMatter] = useState('');
  const [data, setData] = useState<Record<string, unknown>>({});
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: unknown }>({ busy: false, error: null });
  const form = forms.find((each) => each.id === type);
  const submit = async () => {
    setState({ busy: true, error: null });
    try {
      const given = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== '' && value !== null));
      await record({
        type,
        data: given,
        ...(at ? { at } : {}),
        ...(matter.trim() ? { subject: matter.trim() } : {}),
      });
      close();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <Modal
      open
      title={t.record}
      onCancel={close}
      onOk={() => void submit()}
      okText={t.record}
      confirmLoading={state.busy}
    >
      <Form layout="vertical">
        <Form.Item label={t.event}>
          <Select
            aria-label={t.event}
            value={type}
            onChange={(next) => {
              setType(next);
              setData({});
            }}
            options={forms.map(({ id, title }) => ({ value: id, label: words(title) }))}
          />
        </Form.Item>
        <Form.Item label={t.when}>
          <DayInput withTime label={t.when} value={at || undefined} onChange={(next) => setAt(next ?? '')} />
        </Form.Item>
        {withMatter && (
          <Form.Item label={t.matter} extra={t.matterHelp}>
            <Input aria-label={t.matter} value={matter} onChange={({ target }) => setMatter(target.value)} />
          </Form.Item>
        )}
        {form?.fields.map((field) => (
          <Form.Item key={`${type} ${field.id}`} label={words(field.title)} required={field.required}>
            <DataField
              field={field}
              value={data[field.id]}
              onChange={(next) => setData((before) => ({ ...before, [field.id]: next }))}
            />
          </Form.Item>
        ))}
      </Form>
      {state.error !== null && <ErrorView error={state.error} compact />}
    </Modal>
  );
}

function DataField({
  field,
  value,
  onChange,
}: {
  readonly field: EventForm['fields'][number];
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const label = words(field.title);
  if (field.type === 'boolean')
    return (
      <Segmented
        aria-label={label}
        value={value === undefined ? '' : String(value)}
        onChange={(next) => onChange(next === '' ? undefined : next === 'true')}
        options={[
          { value: 'true', label: t.yes },
          { value: 'false', label: t.no },
          { value: '', label: t.unknown },
        ]}
      />
    );
  if (field.type === 'number')
    return (
      <InputNumber
        aria-label={label}
        min={0}
        value={(value as number) ?? null}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  if (field.type === 'day')
    return <DayInput label={label} value={value as string | undefined} onChange={(next) => onChange(next)} />;
  return <Input aria-label={label} value={String(value ?? '')} onChange={({ target }) => onChange(target.value)} />;
}
