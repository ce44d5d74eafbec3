/** @module Rules [S8] and [F3]: scores and penalties in words that can be recomputed. */
import { describe, expect, test } from 'vitest';
import {
  explainPenalty,
  explainScore,
  explainVerdict,
  type OpenInstrument,
  penalties,
  type ScoringInput,
  score,
  type UnitInput,
  yuan,
} from '../src/index.ts';
import { shipped } from './shipped.ts';

const named = (id: string): OpenInstrument => {
  const found = shipped.find(({ instrument }) => instrument.id === id);
  if (!found) throw new Error(`expected ${id} among the shipped instruments`);
  return found.open;
};
const crypto = named('cn.crypto-assessment.2023');

/** What a reader with a calculator gets from the written sum; it knows no weights and no table. */
function recompute(sum: string): number {
  const expression = sum.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('min', 'Math.min');
  if (!/^[\d\s.+*/(),Mathmin]+$/.test(expression)) throw new Error(`expected a sum, got ${sum}`);
  return new Function(`return ${expression}`)() as number;
}
const halfUp = (value: number, decimals: number) => Math.floor(value * 10 ** decimals + 0.5 + 1e-9) / 10 ** decimals;

/** Every unit judged with objects of changing quality, the numbers from a fixed sequence. */
function mixed(rules: string, level: number): ScoringInput {
  const scoring = crypto.instrument.scorings.find((each) => each.id === rules);
  let turn = level;
  const next = (count: number) => {
    turn = (turn * 7 + 3) % 101;
    return turn % count;
  };
  const units: Record<string, UnitInput> = {};
  for (const { node, weights } of scoring?.units ?? []) {
    if (weights[level - 1] === null) continue;
    const layer = scoring?.layers.find((each) => each.node === crypto.nodes.get(node)?.parent);
    units[node] =
      layer?.judged === 'whole'
        ? { kind: 'whole', choice: (['met', 'partly', 'unmet'] as const)[next(3)] ?? 'met' }
        : {
            kind: 'objects',
            objects: Array.from({ length: 1 + next(3) }, (_, index) => ({
              id: `o${index}`,
              name: `对象${index}`,
              facts: {
                D: next(4) > 0,
                A: next(2) === 0,
                K: next(2) === 0,
                strengthBits: [64, 100, 128][next(3)] ?? 128,
                moduleLevel: 1 + next(3),
                keyRequirementsMet: next(2) === 0,
              },
            })),
          };
  }
  units['physical-access-records'] = { kind: 'not-applicable', reason: '机房托管', by: '李某' };
  return { level, units };
}

describe.each(['rules-2021', 'rules-2023'])('[S8] %s', (rules) => {
  test.each([1, 2, 3, 4])('[S8] every line at level %i, recomputed from its words, gives its value', (level) => {
    const input = mixed(rules, level);
    const result = score(crypto.instrument, rules, input);
    const words = explainScore(crypto, result, input, 'zh');
    expect(words.map(({ ref, kind }) => `${kind} ${ref}`)).toEqual(
      result.lines.map(({ ref, kind }) => `${kind} ${ref}`),
    );
    for (const [index, line] of result.lines.entries()) {
      const { sum = '', why = [] } = words[index] ?? {};
      if (line.notApplicable) {
        expect(sum).toBe('—');
        expect(why.join()).toContain('机房托管');
        continue;
      }
      expect(why.length, `${line.kind} ${line.ref}`).toBeGreaterThan(0);
      // A group is a fraction rounded to four places; the total adds the exact fractions and rounds once.
      if (line.kind === 'total') expect(Math.abs(recompute(sum) - (line.value ?? 0))).toBeLessThanOrEqual(0.0051);
      else expect(halfUp(recompute(sum), 4), `${line.kind} ${line.ref}: ${sum}`).toBe(line.value);
    }
  });
});

test('[S8] the verdict names each row of its table and how it came out, in both languages', () => {
  const input = mixed('rules-2023', 3);
  const risky: ScoringInput = {
    ...input,
    risks: [{ risk: 'algorithm', unit: 'network-integrity', description: 'SHA-1' }],
  };
  const result = score(crypto.instrument, 'rules-2023', risky);
  const zh = explainVerdict(crypto, result, 'zh');
  expect(zh.length).toBe(3);
  expect(zh.slice(0, 2).every((line) => line.endsWith('不成立'))).toBe(true);
  expect(zh[2]).toContain('不符合');
  expect(explainVerdict(crypto, result, 'en')[2]).toContain('holds');
  expect(explainVerdict(crypto, { ...result, total: undefined as never }, 'zh')).toEqual([]);
});

describe('[F3] penalties in words', () => {
  const law = named('cn.cybersecurity-law.2026');
  const explained = (facts: Record<string, string | number>, locale: 'zh' | 'en' = 'zh') =>
    penalties(law.instrument, facts).map((each) => explainPenalty(law, each, locale));

  test('[F3] each figure says its range, its may or shall, and where it comes from', () => {
    const [row, ...rest] = explained({ conduct: 'cii-duties', severity: 'serious' });
    expect(rest).toEqual([]);
    expect(row).toMatchObject({
      fits: true,
      fine: { range: [500_000, 2_000_000], says: '应当处 50 万元以上 200 万元以下罚款' },
      persons: { range: [50_000, 200_000] },
      statusTitle: '未核对官方文本',
    });
    expect(row?.fine?.how).toContain('第六十一条');
    expect(row?.persons?.says).toContain('直接负责的主管人员');
    expect(row?.orders).toMatch(/^可以责令暂停相关业务/);
    expect(row?.why.length).toBeGreaterThan(0);
  });
  test('[F3] a multiple shows its base; without the base there is no amount, and the missing fact is named', () => {
    const [known] = explained({ conduct: 'unreviewed-products', purchaseAmount: 300_000 });
    expect(known?.fine).toMatchObject({ range: [300_000, 3_000_000] });
    expect(known?.fine?.how).toContain('采购金额 30 万元');
    const [unknown] = explained({ conduct: 'unreviewed-products' });
    expect(unknown?.fine).toMatchObject({ range: null, how: '「采购金额」尚未填报，金额无法确定' });
    const open = explained({ conduct: 'uncertified-products' });
    expect(open.map((each) => [each.fits, each.missing])).toEqual([
      [false, ['违法所得']],
      [false, ['违法所得']],
    ]);
  });
  test('[F3] amounts are written as the law writes them', () => {
    expect([
      yuan(50_000, 'zh'),
      yuan(12_300, 'zh'),
      yuan(12_345, 'zh'),
      yuan(9_999, 'zh'),
      yuan(2_000_000, 'en'),
    ]).toEqual(['5 万元', '1.23 万元', '12,345 元', '9,999 元', 'CNY 2,000,000']);
  });
});
