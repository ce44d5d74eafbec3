/**
 * The filter language of every list: `severity:high,critical -status:dismissed name:"db-*" lastSeenAt:>2026-01-01 free words`.
 * Tokens are joined by "and"; values of one token, separated by commas, by "or"; a minus negates. Shared by server and console.
 * @module
 */

import type { ListField } from './capability.ts';
import { Failure } from './failure.ts';

export interface FilterToken {
  /** Null for a free word. */
  readonly field: string | null;
  readonly negated: boolean;
  readonly operator: '=' | '>' | '>=' | '<' | '<=';
  readonly values: readonly string[];
  /** Offset in the text, for messages. */
  readonly position: number;
}

const limit = 40;

export function parseFilterText(text: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const head = /^(-)?([A-Za-z][\w.]*):(>=|<=|>|<)?/.exec(text.slice(at));
    const position = at;
    at += head?.[0].length ?? 0;
    const { values, end } = readValues(text, at, head !== null);
    at = end;
    if (head && values.length === 0)
      throw new Failure('input.unknown_filter', {
        where: `filter:${position + 1}`,
        expected: `a value after ${head[2]}:`,
        got: 'nothing',
      });
    tokens.push({
      field: head?.[2] ?? null,
      negated: head?.[1] !== undefined,
      operator: (head?.[3] as FilterToken['operator'] | undefined) ?? '=',
      values,
      position,
    });
    if (tokens.length > limit)
      throw new Failure('input.unknown_filter', {
        where: `filter:${position + 1}`,
        expected: `at most ${limit} conditions`,
        got: 'more',
      });
  }
  return tokens;
}

/** Bare or quoted values; commas separate them only behind a field. */
function readValues(
  text: string,
  start: number,
  several: boolean,
): { readonly values: readonly string[]; readonly end: number } {
  const values: string[] = [];
  let at = start;
  for (;;) {
    const quoted = /^"((?:[^"\\]|\\.)*)("?)/.exec(text.slice(at));
    if (quoted) {
      if (!quoted[2])
        throw new Failure('input.unknown_filter', {
          where: `filter:${at + 1}`,
          expected: 'a closing quotation mark',
          got: text.slice(at, at + 30),
        });
      values.push((quoted[1] ?? '').replace(/\\(.)/g, '$1'));
      at += quoted[0].length;
    } else {
      const bare = (several ? /^[^\s,"]+/ : /^\S+/).exec(text.slice(at))?.[0] ?? '';
      if (bare) values.push(bare);
      at += bare.length;
    }
    if (several && text[at] === ',') at += 1;
    else return { values, end: Math.max(at, start + (values.length === 0 ? 1 : 0)) };
  }
}

/** Refuses tokens a list does not understand, naming place, expectation and what came. */
export function checkFilter(tokens: readonly FilterToken[], fields: Readonly<Record<string, ListField>>): void {
  const known = Object.entries(fields)
    .filter(([, field]) => field.filterable !== false)
    .map(([name]) => name);
  for (const token of tokens) {
    if (token.field === null) continue;
    const field = fields[token.field];
    const where = `filter:${token.position + 1}`;
    if (!field || field.filterable === false)
      throw new Failure('input.unknown_filter', { where, expected: known.join(', '), got: token.field });
    if (field.type === 'enum') {
      const wrong = token.values.find((value) => !(value in (field.values ?? {})));
      if (wrong !== undefined)
        throw new Failure('input.unknown_filter', {
          where,
          expected: Object.keys(field.values ?? {}).join(', '),
          got: wrong,
        });
    }
    if (token.operator !== '=' && field.type !== 'number' && field.type !== 'time')
      throw new Failure('input.unknown_filter', {
        where,
        expected: `${token.field}:value`,
        got: `${token.field}:${token.operator}`,
      });
    for (const value of token.values) checkValue(field, value, where);
  }
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
function checkValue(field: ListField, value: string, where: string): void {
  const wrong = (expected: string) => {
    throw new Failure('input.unknown_filter', { where, expected, got: value });
  };
  if (field.type === 'number' && !Number.isFinite(Number(value))) wrong('a number');
  if (field.type === 'time' && !(/^\d{4}-\d\d-\d\d/.test(value) && Number.isFinite(Date.parse(value))))
    wrong('a time such as 2026-01-31 or 2026-01-31T08:00:00+08:00');
  if (field.type === 'boolean' && !/^(true|false)$/.test(value)) wrong('true or false');
  if (
    (field.type === 'id' || field.type === 'organisation' || field.type === 'user') &&
    !uuid.test(value) &&
    value !== 'none'
  )
    wrong('an id, or none');
}
