/**
 * Reads the fields of a form from an operation's declared input. It knows schemas, not how a field is drawn.
 * @module
 */
import { commonChoices, type FieldMeta, fieldMeta, labelOf, type Text, type Widget } from '@hedun/sdk';
import type { z } from 'zod';

export interface FieldDescription {
  readonly name: string;
  readonly label: Text | string;
  readonly help?: Text;
  readonly widget: Widget;
  readonly required: boolean;
  readonly many: boolean;
  readonly options?: readonly { readonly value: string | number; readonly label: Text | string }[];
  readonly initial?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly in?: z.ZodType;
  readonly defaultValue?: unknown;
}
const definitionOf = (schema: z.ZodType) => (schema as unknown as { def: Definition }).def;

/** The fields of an object input in declared order; ones drawn by nobody (`hidden`, free records) are left out. */
export function describeInput(input: z.ZodType): readonly FieldDescription[] {
  const shape = (input as { shape?: Record<string, z.ZodType> }).shape ?? {};
  return Object.entries(shape).flatMap(([name, schema]) => {
    const field = describeField(name, schema);
    return field ? [field] : [];
  });
}

function describeField(name: string, schema: z.ZodType): FieldDescription | null {
  const meta = fieldMeta(schema);
  const { inner, optional, initial } = unwrap(schema);
  const definition = definitionOf(inner);
  const many = definition.type === 'array';
  const value = many && definition.element ? unwrap(definition.element).inner : inner;
  const widget = meta?.widget ?? guessWidget(name, definitionOf(value), many);
  if (widget === null || widget === 'hidden') return null;
  const limits = value as { minValue?: number | null; maxValue?: number | null };
  return {
    name,
    label: labelOf(name, schema),
    ...(meta?.help ? { help: meta.help } : {}),
    widget,
    required: !optional,
    many,
    ...optionsOf(definitionOf(value), meta),
    ...(initial === undefined ? {} : { initial }),
    ...(widget === 'number' && Number.isFinite(limits.minValue) ? { minimum: limits.minValue as number } : {}),
    ...(widget === 'number' && Number.isFinite(limits.maxValue) ? { maximum: limits.maxValue as number } : {}),
  };
}

function unwrap(schema: z.ZodType): { inner: z.ZodType; optional: boolean; initial: unknown } {
  let inner = schema;
  let optional = false;
  let initial: unknown;
  for (;;) {
    const definition = definitionOf(inner);
    if (definition.type === 'optional' || definition.type === 'nullable' || definition.type === 'nullish')
      optional = true;
    else if (definition.type === 'default' || definition.type === 'prefault') {
      optional = true;
      initial = definition.defaultValue;
    } else if (definition.type === 'pipe' && definition.in) {
      inner = definition.in;
      continue;
    } else if (definition.type !== 'readonly' && definition.type !== 'catch') return { inner, optional, initial };
    if (!definition.innerType) return { inner, optional, initial };
    inner = definition.innerType;
  }
}

function guessWidget(name: string, definition: Definition, many: boolean): Widget | null {
  if (/organisationIds?$/i.test(name)) return 'organisation';
  if (/(user|assignee)Ids?$/i.test(name)) return 'user';
  if (/assetIds?$/i.test(name)) return 'asset';
  if (/evidenceIds?$/i.test(name)) return 'file';
  if (/findingIds?$/i.test(name)) return 'finding';
  switch (definition.type) {
    case 'enum':
    case 'literal':
      return 'select';
    case 'boolean':
      return 'switch';
    case 'number':
    case 'int':
      return 'number';
    case 'string':
      return many ? 'tags' : 'text';
    default:
      return null;
  }
}

function optionsOf(definition: Definition, meta: FieldMeta | undefined): Pick<FieldDescription, 'options'> {
  const values = definition.entries ? Object.values(definition.entries) : (definition.values as string[] | undefined);
  if (!values) return meta?.options ? { options: titled(Object.keys(meta.options), meta) } : {};
  return { options: titled(values, meta) };
}
function titled(values: readonly string[], meta: FieldMeta | undefined) {
  return values.map((value) => ({ value, label: meta?.options?.[value] ?? commonChoices[value] ?? value }));
}

/** The fields of a JSON schema, for shapes that come from the server (attributes of an asset kind, settings). */
export function describeJsonSchema(schema: Readonly<Record<string, unknown>>): readonly FieldDescription[] {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const required = new Set((schema.required as readonly string[] | undefined) ?? []);
  return Object.entries(properties).map(([name, property]) => describeProperty(name, property, required.has(name)));
}
export function describeProperty(
  name: string,
  property: Readonly<Record<string, unknown>>,
  required: boolean,
): FieldDescription {
  const meta = property.hedun as FieldMeta | undefined;
  const type = jsonType(property);
  const values = property.enum as readonly string[] | undefined;
  const widget: Widget =
    meta?.widget ??
    (values
      ? 'select'
      : type === 'boolean'
        ? 'switch'
        : type === 'array'
          ? 'tags'
          : type === 'text'
            ? 'text'
            : 'number');
  return {
    name,
    label: meta?.label ?? (property.title as string | undefined) ?? name,
    ...(meta?.help ? { help: meta.help } : {}),
    widget,
    required,
    many: type === 'array',
    ...(values ? { options: titled(values, meta) } : {}),
    ...(property.default === undefined ? {} : { initial: property.default }),
    ...(typeof property.minimum === 'number' ? { minimum: property.minimum } : {}),
    ...(typeof property.maximum === 'number' ? { maximum: property.maximum } : {}),
  };
}
function jsonType(property: Readonly<Record<string, unknown>>): 'boolean' | 'array' | 'number' | 'text' {
  const any = property.anyOf as readonly Readonly<Record<string, unknown>>[] | undefined;
  const types = any ? any.map((each) => each.type) : [property.type];
  if (types.includes('boolean')) return 'boolean';
  if (types.includes('array')) return 'array';
  return types.includes('number') || types.includes('integer') ? 'number' : 'text';
}
