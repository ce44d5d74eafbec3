/**
 * The filter language as the console edits it: text to tokens and back. The grammar is the sdk's; here a half-typed text never fails.
 * @module
 */
import { parseFilterText, type FilterToken as SdkToken } from '@hedun/sdk';

export type FilterToken = Omit<SdkToken, 'position'>;

/** `severity:high` as a token; a null field is a free word. */
export function token(field: string | null, value: string, negated = false): FilterToken {
  return { field, negated, operator: '=', values: [value] };
}

/** The tokens of a text; one that is not finished (an open quotation mark) counts as a word, so that it stays visible. */
export function parseFilter(text: string): readonly FilterToken[] {
  try {
    return parseFilterText(text).map(({ field, negated, operator, values }) => ({ field, negated, operator, values }));
  } catch {
    return text.trim() === '' ? [] : [token(null, text.trim())];
  }
}

export function formatFilter(tokens: readonly FilterToken[]): string {
  return tokens.map(formatToken).join(' ');
}
export function formatToken({ field, negated, operator, values }: FilterToken): string {
  if (field === null) return values.map((value) => quote(value, /[\s":]|^-/)).join(' ');
  const written = values.map((value) => quote(value, /[\s",<>]/)).join(',');
  return `${negated ? '-' : ''}${field}:${operator === '=' ? '' : operator}${written}`;
}

interface Named {
  readonly label: { readonly 'zh-CN': string; readonly en: string };
  readonly values?: Readonly<Record<string, { readonly 'zh-CN': string; readonly en: string }>> | undefined;
}
const same = (title: Named['label'], typed: string) =>
  title['zh-CN'] === typed || title.en.toLowerCase() === typed.toLowerCase();

/** `field:value` from what a person typed with the words of the screen; other text stays as it is. A full-width colon counts. */
export function inFieldNames(text: string, fields: Readonly<Record<string, Named>>): string {
  const [, minus = '', name = '', rest = ''] = /^\s*(-?)([^\s:\uff1a"]+)[:\uff1a](.*)$/.exec(text) ?? [];
  const [field, known] = Object.entries(fields).find(([, { label }]) => same(label, name)) ?? [];
  if (!field || !known || name in fields) return text;
  const values = rest.split(/[,\uff0c]/).map((typed) => {
    const found = Object.entries(known.values ?? {}).find(([, title]) => same(title, typed.trim()));
    return found ? found[0] : typed;
  });
  return `${minus}${field}:${values.join(',')}`;
}

/** Adds a token; a second value of the same field joins the first as "or", the same token twice is once. */
export function addToken(text: string, added: FilterToken): string {
  const tokens = parseFilter(text);
  const joins = (each: FilterToken) =>
    added.field !== null &&
    each.field === added.field &&
    each.negated === added.negated &&
    each.operator === '=' &&
    added.operator === '=';
  const at = tokens.findIndex((each) => joins(each) || formatToken(each) === formatToken(added));
  if (at < 0) return formatFilter([...tokens, added]);
  return formatFilter(
    tokens.map((each, index) =>
      index === at && joins(each) ? { ...each, values: [...new Set([...each.values, ...added.values])] } : each,
    ),
  );
}

export function removeToken(text: string, index: number): string {
  return formatFilter(parseFilter(text).filter((_, at) => at !== index));
}

/** The values a field is filtered for, e.g. to show which lamps of a legend are on. */
export function valuesOf(text: string, field: string): readonly string[] {
  return parseFilter(text).flatMap((each) => (each.field === field && !each.negated ? each.values : []));
}

/** Turns one value of a field on or off. */
export function toggleValue(text: string, field: string, value: string): string {
  const tokens = parseFilter(text);
  if (!valuesOf(text, field).includes(value)) return addToken(text, token(field, value));
  return formatFilter(
    tokens.flatMap((each) => {
      if (each.field !== field || each.negated) return [each];
      const values = each.values.filter((known) => known !== value);
      return values.length > 0 ? [{ ...each, values }] : [];
    }),
  );
}

function quote(text: string, needs: RegExp): string {
  return text === '' || needs.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}
