/**
 * Turns what zod says about an input into the platform's failure: place, expected, got, never a secret value.
 * @module
 */
import { Failure, type FailureIssue, fieldMeta } from '@hedun/sdk';
import type { z } from 'zod';

export function parseInput<T extends z.ZodType>(schema: T, raw: unknown): z.output<T> {
  const unstorable = findUnstorable(raw, []);
  if (unstorable) throw new Failure('input.invalid', { ...unstorable, issues: [unstorable] });
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 100).map((issue) => describe(issue, raw, schema));
  const first = issues[0];
  throw new Failure('input.invalid', {
    ...(first ? { where: first.where, expected: first.expected, got: first.got } : {}),
    issues,
  });
}

function describe(issue: z.core.$ZodIssue, raw: unknown, schema: z.ZodType): FailureIssue {
  const where = issue.path.length > 0 ? issue.path.map(String).join('.') : '(input)';
  return {
    where,
    expected: expected(issue),
    got: isSecret(schema, issue.path) ? '••••' : got(issue, valueAt(raw, issue.path)),
  };
}

/** What was wanted, in marks rather than sentences: `>= 3 (string)`, `a | b`. */
export function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    case 'too_small':
      return `${issue.inclusive === false ? '>' : '>='} ${issue.minimum} (${issue.origin})`;
    case 'too_big':
      return `${issue.inclusive === false ? '<' : '<='} ${issue.maximum} (${issue.origin})`;
    case 'invalid_format':
      return issue.format === 'regex' && issue.pattern ? issue.pattern : issue.format;
    case 'unrecognized_keys':
      return `no field ${issue.keys.join(', ')}`;
    default:
      return issue.message;
  }
}

function got(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return issue.keys.join(', ');
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length})` : text;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let current = raw;
  for (const step of path) {
    if (current === null || typeof current !== 'object') return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}

function isSecret(schema: z.ZodType, path: readonly PropertyKey[]): boolean {
  const shape = (schema as { shape?: Record<string, z.ZodType> }).shape;
  const first = shape && typeof path[0] === 'string' ? shape[path[0]] : undefined;
  const name = String(path.at(-1) ?? '');
  return (first !== undefined && fieldMeta(first)?.widget === 'password') || /password|secret|token|code$/i.test(name);
}

/** NUL and lone surrogates are no text: no database keeps them and no file format carries them back. */
function findUnstorable(value: unknown, path: readonly string[]): FailureIssue | null {
  if (typeof value === 'string') {
    if (!value.includes('\u0000') && value.isWellFormed()) return null;
    return {
      where: path.join('.') || '(input)',
      expected: 'text without NUL and lone surrogates',
      got: JSON.stringify(value).slice(0, 60),
    };
  }
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array || path.length > 20) return null;
  for (const [name, each] of Object.entries(value)) {
    const found = findUnstorable(name, [...path, name]) ?? findUnstorable(each, [...path, name]);
    if (found) return found;
  }
  return null;
}
