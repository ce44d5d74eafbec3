/**
 * Filter tokens to SQL conditions, for both dialects. Values always travel as parameters; names come from the declared list only.
 * @module
 */
import { Failure, type FilterToken } from '@hedun/sdk';
import { type EventFieldName, eventFields } from '../../declared/event-fields.ts';
import type { EventQuery } from './event-store.ts';

export type ParameterType = 'text' | 'number' | 'texts';
export interface Dialect {
  /** Places a parameter and answers how the SQL names it. */
  parameter(value: unknown, type: ParameterType): string;
  quote(name: string): string;
  /** Case-insensitive LIKE; backslash escapes. */
  like(expression: string, pattern: string): string;
  equalText(expression: string, value: string): string;
  oneOf(expression: string, texts: string): string;
  /** A product's own field out of the JSON text, as text. */
  own(name: string): string;
  /** IPv4 text columns have a numeric companion. */
  readonly numericAddress: Readonly<Record<'srcIp' | 'dstIp', string>>;
}

export function whereOf(query: EventQuery, dialect: Dialect): string {
  const time = dialect.quote('time');
  const parts = [
    `${time} >= ${dialect.parameter(query.from, 'number')}`,
    `${time} < ${dialect.parameter(query.to, 'number')}`,
  ];
  if (query.organisations)
    parts.push(
      query.organisations.length === 0
        ? '1 = 0'
        : dialect.oneOf(dialect.quote('organisationId'), dialect.parameter([...query.organisations], 'texts')),
    );
  for (const token of query.filter) parts.push(conditionOf(token, dialect));
  return parts.join(' AND ');
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');

function conditionOf(token: FilterToken, dialect: Dialect): string {
  const any = token.values.map((value) => oneCondition(token, value, dialect)).join(' OR ');
  return token.negated ? `NOT (${any})` : `(${any})`;
}

function oneCondition({ field, operator, position }: FilterToken, value: string, dialect: Dialect): string {
  if (field === null) {
    const pattern = dialect.parameter(`%${escapeLike(value)}%`, 'text');
    return dialect.like(dialect.quote('raw'), pattern);
  }
  if (field.startsWith('field.')) return textCondition(dialect.own(field.slice(6)), value, false, dialect);
  if (!Object.hasOwn(eventFields, field))
    throw new Failure('input.unknown_filter', {
      where: `filter:${position + 1}`,
      expected: [...Object.keys(eventFields), 'field.<name>'].join(', '),
      got: field,
    });
  const name = field as EventFieldName;
  const { compare } = eventFields[name];
  const column = dialect.quote(name);
  if (compare === 'number') return numberCondition(column, operator, value, position, dialect);
  if (operator !== '=')
    throw new Failure('input.unknown_filter', {
      where: `filter:${position + 1}`,
      expected: `${field}:value`,
      got: `${field}:${operator}${value}`,
    });
  if (compare === 'address' && value.includes('/'))
    return networkCondition(name as 'srcIp' | 'dstIp', value, position, dialect);
  return textCondition(column, value, compare === 'part', dialect);
}

function textCondition(column: string, value: string, part: boolean, dialect: Dialect): string {
  if (value === 'none') return `${column} = ''`;
  if (value.includes('*'))
    return dialect.like(column, dialect.parameter(escapeLike(value).replaceAll('*', '%'), 'text'));
  if (part) return dialect.like(column, dialect.parameter(`%${escapeLike(value)}%`, 'text'));
  return dialect.equalText(column, dialect.parameter(value, 'text'));
}

function numberCondition(
  column: string,
  operator: FilterToken['operator'],
  value: string,
  position: number,
  dialect: Dialect,
): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number))
    throw new Failure('input.unknown_filter', { where: `filter:${position + 1}`, expected: 'a number', got: value });
  return `${column} ${operator} ${dialect.parameter(number, 'number')}`;
}

/** IPv4 text to its number; null where it is none. */
export function addressNumber(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!parts) return null;
  let number = 0;
  for (let index = 1; index <= 4; index += 1) {
    const byte = Number(parts[index]);
    if (byte > 255) return null;
    number = number * 256 + byte;
  }
  return number;
}

function networkCondition(name: 'srcIp' | 'dstIp', value: string, position: number, dialect: Dialect): string {
  const [base = '', length = ''] = value.split('/');
  const number = addressNumber(base);
  const bits = Number(length);
  if (number === null || !/^\d{1,2}$/.test(length) || bits > 32)
    throw new Failure('input.unknown_filter', {
      where: `filter:${position + 1}`,
      expected: 'an IPv4 network such as 10.0.0.0/8',
      got: value,
    });
  const size = 2 ** (32 - bits);
  const first = Math.floor(number / size) * size;
  const column = dialect.quote(dialect.numericAddress[name]);
  return `${column} BETWEEN ${dialect.parameter(Math.max(first, 1), 'number')} AND ${dialect.parameter(first + size - 1, 'number')}`;
}
