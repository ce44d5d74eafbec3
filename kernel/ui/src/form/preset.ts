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
