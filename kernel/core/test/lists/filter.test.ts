import { checkFilter, type ListField, parseFilterText } from '@hedun/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const label = { 'zh-CN': '字段', en: 'field' };
const fields: Record<string, ListField> = {
  name: { label, type: 'text' },
  severity: { label, type: 'enum', values: { high: label, low: label } },
  level: { label, type: 'number' },
  seenAt: { label, type: 'time' },
  hidden: { label, type: 'text', filterable: false },
};

test('[L1] tokens, several values, negation, comparison, quotes and free words', () => {
  expect(parseFilterText('severity:high,low -name:"db, *" seenAt:>2026-01-01 自由 "two words"')).toEqual([
    { field: 'severity', negated: false, operator: '=', values: ['high', 'low'], position: 0 },
    { field: 'name', negated: true, operator: '=', values: ['db, *'], position: 18 },
    { field: 'seenAt', negated: false, operator: '>', values: ['2026-01-01'], position: 32 },
    { field: null, negated: false, operator: '=', values: ['自由'], position: 51 },
    { field: null, negated: false, operator: '=', values: ['two words'], position: 54 },
  ]);
});
test('[L1] any value, quoted, comes back as it was', () => {
  const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  void fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((each) => !/[\r\n\u2028\u2029]/.test(each)),
        { minLength: 1, maxLength: 4 },
      ),
      fc.boolean(),
      (values, negated) => {
        const [token, ...more] = parseFilterText(`${negated ? '-' : ''}name:${values.map(quote).join(',')}`);
        expect(more).toEqual([]);
        expect(token).toMatchObject({ field: 'name', negated, values });
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
test('[L1] any text parses or is refused with a position inside it, in linear pieces', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      try {
        for (const { position } of parseFilterText(text)) expect(position).toBeLessThan(text.length);
      } catch (error) {
        const failure = error as { code: string; where: string };
        expect(failure.code).toBe('input.unknown_filter');
        expect(Number(failure.where.split(':')[1])).toBeLessThanOrEqual(text.length + 1);
      }
    }),
    { seed: 11, numRuns: 500 },
  );
});
test.each([
  ['colour:red', 'filter:1', 'name, severity, level, seenAt', 'colour'],
  ['name:x severity:worst', 'filter:8', 'high, low', 'worst'],
  ['hidden:x', 'filter:1', 'name, severity, level, seenAt', 'hidden'],
  ['level:many', 'filter:1', 'a number', 'many'],
  ['seenAt:soon', 'filter:1', 'a time such as 2026-01-31 or 2026-01-31T08:00:00+08:00', 'soon'],
  ['name:>x', 'filter:1', 'name:value', 'name:>'],
])('[L2] %s is refused with place, expectation and what came', (text, where, expected, got) => {
  expect(() => checkFilter(parseFilterText(text), fields)).toThrow(
    expect.objectContaining({ code: 'input.unknown_filter', where, expected, got }),
  );
});
