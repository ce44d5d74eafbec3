/**
 * How a selection of records becomes input of an operation. Pure.
 * @module
 */
import type { Operation } from '@hedun/sdk';
import type { FieldDescription } from './describe.ts';

/** The field of an operation that takes a selection: `ids`, `findingIds`, …, or `id` for one record; null when it takes none. */
export function selectionField(operation: Operation): { readonly name: string; readonly many: boolean } | null {
  const shape = (operation.input as { shape?: Record<string, unknown> }).shape ?? {};
  const noun = operation.on;
  for (const name of ['ids', `${noun}Ids`]) if (name in shape) return { name, many: true };
  for (const name of ['id', `${noun}Id`]) if (name in shape) return { name, many: false };
  return null;
}

/** What a selection of records becomes as input of an operation; null when it takes only one and several are selected. */
export function presetFor(operation: Operation, ids: readonly string[]): Readonly<Record<string, unknown>> | null {
  const field = selectionField(operation);
  if (!field) return null;
  if (field.many) return { [field.name]: ids };
  return ids.length === 1 ? { [field.name]: ids[0] } : null;
}

/** The fields a form asks for: all, less what is given or left out, or only the named ones in their order. */
export function chosenFields(
  fields: readonly FieldDescription[],
  preset: readonly string[],
  omit: readonly string[],
  only: readonly string[] | undefined,
): readonly FieldDescription[] {
  const asked = fields.filter(({ name }) => !preset.includes(name) && !omit.includes(name));
  if (!only) return asked;
  return only.flatMap((name) => asked.find((field) => field.name === name) ?? []);
}

/** What a form about one record starts with: the record's own values where the operation asks for fields of the same name. */
export function valuesOf(fields: readonly FieldDescription[], row: unknown): Readonly<Record<string, unknown>> {
  const record = (row ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    fields.flatMap(({ name }) => {
      const value = record[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  );
}

/** The records a deed changed, as input of the operation that takes it back; null when there is nothing to take back. */
export function undoPreset(
  operation: Operation,
  undo: Operation,
  input: Readonly<Record<string, unknown>>,
  output: unknown,
): Readonly<Record<string, unknown>> | null {
  const field = selectionField(operation);
  if (!field) return null;
  const { skipped = [], changed } = (output ?? {}) as { skipped?: readonly { id: string }[]; changed?: number };
  if (changed === 0) return null;
  const left = new Set(skipped.map(({ id }) => id));
  const asked = field.many ? ((input[field.name] ?? []) as readonly string[]) : [input[field.name] as string];
  const ids = asked.filter((id) => !left.has(id));
  return ids.length === 0 ? null : presetFor(undo, ids);
}
