/**
 * How a selection of records becomes input of an operation. Pure.
 * @module
 */
import type { Operation } from '@hedun/sdk';

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
