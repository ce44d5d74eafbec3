/**
 * From command-line words to an operation's raw input: flags are the input's fields in kebab-case, bare words fill the fields of
 * the path and then the other required ones. The operation's schema does the checking.
 * @module
 */
import { parseArgs } from 'node:util';
import { Failure, fieldMeta, labelOf, type Operation } from '@hedun/sdk';
import { z } from 'zod';

export interface FieldOption {
  readonly name: string;
  readonly flag: string;
  readonly kind: 'text' | 'json' | 'boolean' | 'list' | 'file';
  readonly required: boolean;
  readonly label: { readonly 'zh-CN': string; readonly en: string };
  readonly values: readonly string[];
}
type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Record<string, JsonSchema>;
  readonly required?: readonly string[];
};

export const commonFlags = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  server: { type: 'string' },
  token: { type: 'string' },
  data: { type: 'string' },
  locale: { type: 'string' },
  'no-wait': { type: 'boolean' },
} as const;

export function fieldOptions(operation: Operation): readonly FieldOption[] {
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const shape = (operation.input as { shape?: Record<string, z.ZodType> }).shape ?? {};
  const inPath = [...operation.http.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const names = Object.keys(schema.properties ?? {}).sort(
    (a, b) => Number(inPath.includes(b)) - Number(inPath.includes(a)),
  );
  return names.map((name) => {
    const property = schema.properties?.[name] ?? {};
    const meta = shape[name] ? fieldMeta(shape[name]) : undefined;
    const label = labelOf(name, shape[name]);
    return {
      name,
      flag: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      kind: meta?.widget === 'file' ? 'file' : kindOf(property),
      required: schema.required?.includes(name) ?? false,
      label: typeof label === 'string' ? { 'zh-CN': label, en: label } : label,
      values: enumOf(property),
    };
  });
}

function kindOf(schema: JsonSchema): FieldOption['kind'] {
  if (schema.anyOf) return schema.anyOf.map(kindOf).find((kind) => kind !== 'json') ?? 'json';
  if (schema.enum) return 'text';
  if (schema.type === 'boolean') return 'boolean';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'array' && schema.items?.type === 'string') return 'list';
  return 'json';
}

function enumOf(schema: JsonSchema): readonly string[] {
  return (schema.enum ?? schema.anyOf?.flatMap((each) => each.enum ?? []) ?? []).map(String);
}

export interface ParsedCommand {
  readonly input: Record<string, unknown>;
  /** Fields whose value is a local path to upload first. */
  readonly files: Readonly<Record<string, string>>;
  readonly common: {
    readonly json?: boolean;
    readonly help?: boolean;
    readonly server?: string;
    readonly token?: string;
    readonly data?: string;
    readonly locale?: string;
    readonly 'no-wait'?: boolean;
  };
}

export function parseOperationArguments(operation: Operation, words: readonly string[]): ParsedCommand {
  const fields = fieldOptions(operation);
  const options = {
    ...Object.fromEntries(
      fields.map((each) => [
        each.flag,
        { type: each.kind === 'boolean' ? 'boolean' : 'string', multiple: each.kind === 'list' } as const,
      ]),
    ),
    ...commonFlags,
  };
  const { values, positionals } = parse(words, options);
  const common = Object.fromEntries(
    Object.keys(commonFlags).flatMap((flag) => (values[flag] === undefined ? [] : [[flag, values[flag]]])),
  ) as ParsedCommand['common'];
  const given = Object.fromEntries(
    fields.flatMap((each) =>
      values[each.flag] === undefined || each.flag in commonFlags ? [] : [[each.name, values[each.flag]]],
    ),
  );
  const open = fields.filter((each) => each.required && given[each.name] === undefined);
  for (const word of positionals) {
    const next = open.shift();
    if (!next) throw new Failure('input.invalid', { where: word, expected: 'no further words', got: word });
    given[next.name] = next.kind === 'list' ? [...word.split(',')] : word;
  }
  const input: Record<string, unknown> = {};
  const files: Record<string, string> = {};
  for (const field of fields) {
    const value = given[field.name];
    if (value === undefined) continue;
    if (field.kind === 'file' && !/^[0-9a-f-]{36}$/i.test(String(value))) files[field.name] = String(value);
    else input[field.name] = field.kind === 'json' ? readJson(field.flag, String(value)) : value;
  }
  return { input, files, common };
}

function parse(
  words: readonly string[],
  options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean; short?: string }>,
) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new Failure('input.invalid', {
      where: 'command line',
      expected: `flags ${Object.keys(options)
        .map((flag) => `--${flag}`)
        .join(' ')}`,
      got: (error as Error).message.split('.')[0] ?? '',
    });
  }
}

/** Numbers and structures are JSON; anything that is not is passed on as text for the schema to judge. */
function readJson(flag: string, text: string): unknown {
  if (!/^[[{"\d-]|^(true|false|null)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    if (/^[[{]/.test(text))
      throw new Failure('input.invalid', { where: `--${flag}`, expected: 'JSON', got: text.slice(0, 60) });
    return text;
  }
}
