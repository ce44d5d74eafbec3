/**
 * Which events people record by hand, and what each of them carries. What a step of a machine brings about is recorded by that step and
 * by nothing else, so that nobody walks around its guards.
 * @module
 */
import { type ComplianceEvent, type Facts, type OpenInstrument, recordProblems, type Value } from '@hedun/compliance';
import { Failure } from '@hedun/sdk';
import type { EventForm, EventView } from '../shapes.ts';

type Field = EventForm['fields'][number];
const titles: Readonly<Record<string, Omit<Field, 'id' | 'required'>>> = {
  dueOn: { type: 'day', title: { zh: '指定的期限', en: 'Day set' } },
  approval: { type: 'boolean', title: { zh: '已经批准', en: 'Approved' } },
  notice: { type: 'boolean', title: { zh: '已书面告知对方', en: 'The other side was told in writing' } },
  reason: { type: 'text', title: { zh: '理由', en: 'Reason' } },
  n: { type: 'number', title: { zh: '延长的天数', en: 'Days of the extension' } },
};
/** What the platform itself knows and adds. */
const added = ['attribute', 'provider', 'requester', 'department'];

/** @param only The events to offer; without it all that no step of a machine brings about. */
export function eventForms(open: OpenInstrument, only?: readonly string[]): EventForm[] {
  const emitted = new Set(open.instrument.machines.flatMap((each) => each.transitions.map(({ emits }) => emits)));
  return open.instrument.events
    .filter(({ id }) => (only ? only.includes(id) : !emitted.has(id)))
    .map(({ id, title, data, record: recordId }) => {
      const record = open.instrument.records.find((each) => each.id === recordId);
      const fields: Field[] = record
        ? record.fields.map((field) => ({
            id: field.id,
            title: field.title,
            type: field.type,
            required: field.required === true,
          }))
        : [...data, ...(extendsClock(open, id) ? ['n'] : [])]
            .filter((name) => !added.includes(name))
            .map((name) => ({
              id: name,
              required: name === 'dueOn',
              ...(titles[name] ?? { type: 'text' as const, title: { zh: name, en: name } }),
            }));
      return { id, title, fields };
    });
}

/** Whether the event extends a clock that has a length. */
const extendsClock = (open: OpenInstrument, event: string) =>
  open.instrument.nodes.some(
    ({ obligation }) => obligation?.extend?.event === event && typeof obligation.clock === 'object',
  );

/** The event a person records, checked against its form. */
export function recorded(
  open: OpenInstrument,
  forms: readonly EventForm[],
  given: { readonly type: string; readonly data: Facts },
): void {
  const form = forms.find((each) => each.id === given.type);
  if (!form)
    throw new Failure('compliance.refused', {
      where: 'type',
      expected: forms.map((each) => each.id).join(', '),
      got: given.type,
    });
  const missing = form.fields.filter(({ id, required }) => required && (given.data[id] ?? '') === '');
  const record = open.instrument.events.find((each) => each.id === given.type)?.record;
  const shape = open.instrument.records.find((each) => each.id === record);
  const problems = shape ? recordProblems(shape, given.data).map((each) => each.field) : missing.map(({ id }) => id);
  const unknown = shape ? [] : Object.keys(given.data).filter((name) => !form.fields.some(({ id }) => id === name));
  const wrong = form.fields.filter(({ id, type }) => given.data[id] !== undefined && !fits(type, given.data[id]));
  if (problems.length + unknown.length + wrong.length === 0) return;
  throw new Failure('compliance.refused', {
    where: 'data',
    expected:
      [...problems, ...wrong.map(({ id, type }) => `${id}: ${type}`)].join(', ') ||
      form.fields.map(({ id }) => id).join(', ') ||
      'nothing',
    got: unknown.join(', ') || Object.keys(given.data).join(', ') || 'none',
  });
}

function fits(type: Field['type'], value: Value | null | undefined): boolean {
  if (type === 'day') return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  if (type === 'number' || type === 'boolean') return typeof value === type;
  return type === 'list' ? Array.isArray(value) : typeof value === 'string';
}

function detailsOf(open: OpenInstrument, { type, data = {} }: ComplianceEvent): EventView['details'] {
  const recordId = open.instrument.events.find((each) => each.id === type)?.record;
  const shape = open.instrument.records.find((each) => each.id === recordId);
  return Object.entries(data)
    .filter(([name]) => !added.includes(name))
    .map(([name, value]) => ({
      label: shape?.fields.find(({ id }) => id === name)?.title ?? titles[name]?.title ?? { zh: name, en: name },
      value: Array.isArray(value) ? value.join('、') : value === true ? '✓' : value === false ? '✗' : String(value),
    }));
}

export function eventViews(open: OpenInstrument, events: readonly ComplianceEvent[], own: string): EventView[] {
  return events
    .map((event) => ({
      id: event.id,
      title: open.instrument.events.find((each) => each.id === event.type)?.title ?? { zh: event.type, en: event.type },
      occurredAt: event.occurredAt,
      recordedAt: event.recordedAt ?? event.occurredAt,
      actor: event.actor ?? '',
      matter: event.subject === own ? null : event.subject.replace(`${own}/`, ''),
      details: detailsOf(open, event),
    }))
    .sort((left, right) => Date.parse(right.occurredAt) - Date.parse(left.occurredAt));
}
