import { expect, test } from 'vitest';
import {
  addToken,
  formatFilter,
  parseFilter,
  removeToken,
  toggleValue,
  token,
  valuesOf,
} from '../src/table/filter-tokens.ts';

test.each(['plain', 'two words', 'with "quotes"', 'back\\slash', 'a,b', 'a:b', '-minus', '>5', '10.0.0.1', '中文 词'])(
  '[F1] a value %j comes back as it was',
  (value) => {
    for (const each of [token('name', value), token('name', value, true), token(null, value)])
      expect(parseFilter(formatFilter([each]))).toEqual([each]);
  },
);

test('[F1] operators and several values come back', () => {
  const text = 'severity:critical,high -status:dismissed lastSeenAt:>=2026-01-01 "free words"';
  expect(formatFilter(parseFilter(text))).toBe(text);
});

test('[F2] a second value of a field joins the first; the same twice is once', () => {
  const once = addToken('', token('severity', 'high'));
  expect(addToken(once, token('severity', 'high'))).toBe('severity:high');
  expect(addToken(once, token('severity', 'low'))).toBe('severity:high,low');
  expect(addToken(once, token('severity', 'low', true))).toBe('severity:high -severity:low');
});

test('[F2] toggling the last value removes its token, and leaves the others', () => {
  expect(toggleValue('severity:high status:open', 'severity', 'high')).toBe('status:open');
  expect(toggleValue('severity:high,low', 'severity', 'high')).toBe('severity:low');
  expect(valuesOf('severity:high,low -severity:info', 'severity')).toEqual(['high', 'low']);
  expect(removeToken('severity:high status:open', 0)).toBe('status:open');
});

test.each(['name:"open', 'name:', ':', '"', '-', '   '])('[F3] half-typed %j neither fails nor is lost', (text) => {
  const tokens = parseFilter(text);
  expect(tokens.map(({ values }) => values.join('')).join('').length > 0).toBe(text.trim() !== '');
});
