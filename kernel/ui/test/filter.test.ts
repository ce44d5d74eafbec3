import { expect, test } from 'vitest';
import {
  addToken,
  formatFilter,
  inFieldNames,
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

test('[F4] a token typed with the words of the screen is the token of the field', () => {
  const fields = {
    status: {
      label: { 'zh-CN': '状态', en: 'Status' },
      values: { open: { 'zh-CN': '待确认', en: 'Open' }, in_case: { 'zh-CN': '已建工单', en: 'In case' } },
    },
    name: { label: { 'zh-CN': '名称', en: 'Name' } },
  };
  expect(inFieldNames('状态:待确认', fields)).toBe('status:open');
  expect(inFieldNames('-状态：待确认，已建工单', fields)).toBe('-status:open,in_case');
  expect(inFieldNames('名称:门户', fields)).toBe('name:门户');
  for (const text of ['status:open', '门户', '别的:什么', 'open', '10.0.0.1:80'])
    expect(inFieldNames(text, fields)).toBe(text);
});
