/**
 * Records that a regulation prescribes (a catalogue entry, a report): which fields are missing, and by which rule.
 * @module
 */
import { evaluate, explain, type Facts, type Trace, type Value } from './predicate.ts';
import type { Instrument, RecordShape, Words } from './schema.ts';

export type RecordProblem =
  | {
      readonly kind: 'missing';
      readonly field: string;
      readonly title: Words;
      readonly ref: string;
      readonly because?: Trace;
    }
  | {
      readonly kind: 'undecided';
      readonly field: string;
      readonly title: Words;
      readonly ref: string;
      readonly because: Trace;
    }
  | {
      readonly kind: 'type';
      readonly field: string;
      readonly title: Words;
      readonly ref: string;
      readonly expected: string;
      readonly got: Value;
    }
  | { readonly kind: 'unknown-field'; readonly field: string; readonly ref: string };

/** @throws {RangeError} for a record the instrument does not have. */
export function recordShape(instrument: Instrument, id: string): RecordShape {
  const found = instrument.records.find((each) => each.id === id);
  if (!found)
    throw new RangeError(`record: expected one of ${instrument.records.map((each) => each.id).join(', ')}, got ${id}`);
  return found;
}

const types: Readonly<Record<RecordShape['fields'][number]['type'], (value: Value) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  day: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
  choice: (value) => typeof value === 'string',
  list: (value) => Array.isArray(value),
};

/** Everything wrong with a record; empty when it is complete. */
export function recordProblems(shape: RecordShape, record: Facts): readonly RecordProblem[] {
  const found: RecordProblem[] = [];
  const scope = { facts: record, parameters: {} };
  const { ref } = shape;
  for (const field of shape.fields) {
    const value = record[field.id];
    const { id, title } = field;
    const empty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
    if (!empty) {
      const options = field.options?.map((each) => each.id);
      if (!types[field.type](value))
        found.push({ kind: 'type', field: id, title, ref, expected: field.type, got: value });
      else if (options && !options.includes(value as string))
        found.push({ kind: 'type', field: id, title, ref, expected: options.join(' | '), got: value });
      continue;
    }
    if (field.required === undefined) continue;
    if (field.required === true) {
      found.push({ kind: 'missing', field: id, title, ref });
      continue;
    }
    const holds = evaluate(field.required, scope);
    if (holds !== false)
      found.push({
        kind: holds ? 'missing' : 'undecided',
        field: id,
        title,
        ref,
        because: explain(field.required, scope),
      });
  }
  for (const field of Object.keys(record))
    if (!shape.fields.some((each) => each.id === field)) found.push({ kind: 'unknown-field', field, ref });
  return found;
}
