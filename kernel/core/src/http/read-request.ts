/**
 * Reads an operation's raw input out of a request: path, query, JSON or raw body. The inverse of the client's `requestOf`.
 * It checks form only; the operation's own schema checks the content.
 * @module
 */
import { Failure, type Operation } from '@hedun/sdk';
import { z } from 'zod';

type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
};

/** Fields whose query text is taken as it is; all others hold JSON. */
export function textFieldsOf(operation: Operation): ReadonlySet<string> {
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const names = Object.entries(schema.properties ?? {})
    .filter(([, each]) => holdsText(each))
    .map(([name]) => name);
  return new Set(names);
}

function holdsText(schema: JsonSchema): boolean {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.includes('string')) return true;
  if (schema.enum?.some((value) => typeof value === 'string')) return true;
  return schema.anyOf?.some(holdsText) ?? false;
}

export function readInput(
  parts: {
    readonly params: Readonly<Record<string, string>>;
    readonly query: Readonly<Record<string, unknown>>;
    readonly body: unknown;
  },
  textFields: ReadonlySet<string>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  if (parts.body !== undefined && parts.body !== null) {
    if (typeof parts.body !== 'object' || Array.isArray(parts.body))
      throw new Failure('input.invalid', {
        where: '(body)',
        expected: 'a JSON object',
        got: Array.isArray(parts.body) ? 'an array' : typeof parts.body,
      });
    Object.assign(input, parts.body);
  }
  for (const [name, value] of Object.entries(parts.query)) input[name] = readQuery(name, value, textFields);
  Object.assign(input, parts.params);
  return input;
}

function readQuery(name: string, value: unknown, textFields: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value;
  const text = String(value);
  if (textFields.has(name)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON from bytes: fatal on invalid UTF-8, and the place of a syntax error is named. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('input.not_json', { where: '(body)', expected: 'UTF-8', got: 'invalid bytes' });
  }
  try {
    return JSON.parse(text, dropPrototype);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    throw new Failure('input.not_json', {
      where: /position \d+.*$/.exec(message)?.[0] ?? '(body)',
      expected: 'JSON',
      got: text.slice(0, 40),
      cause,
    });
  }
}

/** `__proto__` as a key would be lost or poison later merges: it is never a field of ours. */
function dropPrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}
