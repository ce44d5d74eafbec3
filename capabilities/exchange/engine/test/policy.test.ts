import {
  atomsOf,
  atomTree,
  compileSpan,
  dateOf,
  dayOf,
  describePolicy,
  formatPolicy,
  type Policy,
  PolicyError,
  parsePolicy,
  policyLimits,
  selectRows,
  sharesOf,
} from '@hedun/exchange/policy';
import { expect, test } from 'vitest';
import { drawer, meets, randomAttributes, randomPolicy } from './helpers.ts';

const prime = 2n ** 255n - 19n;

test('[X10] a policy of words, numbers, dates and thresholds reads to one tree and prints back to one text', () => {
  expect(parsePolicy('(dept:dispatch and level>=3) or role:auditor')).toEqual({
    kind: 'gate',
    threshold: 1,
    branches: [
      {
        kind: 'gate',
        threshold: 2,
        branches: [
          { kind: 'attribute', name: 'dept', value: 'dispatch' },
          { kind: 'compare', name: 'level', operator: '>=', value: 3, unit: 'number' },
        ],
      },
      { kind: 'attribute', name: 'role', value: 'auditor' },
    ],
  });
  expect(formatPolicy(parsePolicy('( a:1 && b:"two words" ) || 2 of ( c:1 ,d:1,  e:1 )'))).toBe(
    '(a:1 and b:"two words") or 2 of (c:1, d:1, e:1)',
  );
  expect(formatPolicy(parsePolicy('部门：调度 且 （级别≥3 或 到期＞2026-11-30）'))).toBe(
    '部门:调度 and (级别>=3 or 到期>2026-11-30)',
  );
  const draw = drawer('print');
  for (let round = 0; round < 400; round += 1) {
    const policy = randomPolicy(draw, 3);
    expect(parsePolicy(formatPolicy(policy))).toEqual(policy);
  }
});

test.each([
  ['', 0, 'an attribute such as dept:dispatch, or “(”', 'the end'],
  ['dept', 4, '“:” or a comparison (<, <=, =, >=, >)', 'the end'],
  ['dept:', 5, 'a value such as dispatch or "two words"', 'the end'],
  ['dept:a and', 10, 'an attribute such as dept:dispatch, or “(”', 'the end'],
  ['(dept:a or role:b', 17, '“)”', 'the end'],
  ['dept:a role:b', 7, '“and”, “or” or the end', '“role”'],
  ['level>=three', 7, 'a whole number up to 4294967295 or a date such as 2026-11-30', '“three”'],
  ['level>=4294967296', 7, 'a whole number up to 4294967295 or a date such as 2026-11-30', '“4294967296”'],
  ['until<2026-02-30', 6, 'a whole number up to 4294967295 or a date such as 2026-11-30', '“2026-02-30”'],
  ['level>=0', 7, 'a comparison that some values meet and others do not', 'level>=0, which all meet'],
  ['level<0', 6, 'a comparison that some values meet and others do not', 'level<0, which none meets'],
  ['3 of (a:1, b:1)', 0, 'a number from 1 to 2', '3'],
  ['0 of (a:1, b:1)', 0, 'a number from 1 to 2', '0'],
  ['a:1 and 部门：§', 11, 'a name, a value, a comparison or a bracket', '“§”'],
  ['and:1', 0, 'an attribute such as dept:dispatch, or “(”', '“and”'],
])('[X11] “%s” is refused with the place, what was expected and what stands there', (text, position, expected, got) => {
  let error: unknown;
  try {
    parsePolicy(text);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(PolicyError);
  expect(error).toMatchObject({ position, expected, got });
});

test('[X12] a policy too long, too deep, too wide or repeated too often is refused before it costs anything', () => {
  const deep = `${'('.repeat(policyLimits.depth + 1)}a:1${')'.repeat(policyLimits.depth + 1)}`;
  expect(() => parsePolicy(deep)).toThrow('nested brackets');
  expect(() => parsePolicy('('.repeat(16_000))).toThrow('nested brackets');
  expect(() => parsePolicy('a:1 or '.repeat(policyLimits.branches).concat('a:1'))).toThrow('branches of one gate');
  expect(() => parsePolicy(`a:${'x'.repeat(policyLimits.characters)}`)).toThrow('characters');
  expect(() => parsePolicy(`a:${'x'.repeat(policyLimits.word + 1)}`)).toThrow('a value such as');
  const wide: Policy = {
    kind: 'gate',
    threshold: 1,
    branches: Array.from({ length: policyLimits.leaves + 1 }, () => ({ kind: 'attribute', name: 'a', value: '1' })),
  };
  expect(() => atomTree(wide)).toThrow('leaves');
  const repeated = Array.from({ length: policyLimits.colours + 1 }, (_, index) => `(a:1 and b:${index})`).join(' or ');
  expect(() => compileSpan(atomTree(parsePolicy(repeated)), prime)).toThrow('at most 64 times');
});

test('[X13] a policy is told as a sentence in Chinese and in English, with the titles of the directory', () => {
  const policy = parsePolicy('(dept:dispatch and level>=3) or role:auditor or until>2026-11-30');
  const words = {
    names: {
      dept: { 'zh-CN': '部门', en: 'department' },
      level: { 'zh-CN': '级别', en: 'level' },
      role: { 'zh-CN': '角色', en: 'role' },
    },
    values: {
      'dept:dispatch': { 'zh-CN': '调度中心', en: 'dispatch centre' },
      'role:auditor': { 'zh-CN': '审计员', en: 'auditor' },
    },
  };
  expect(describePolicy(policy, 'zh-CN', words)).toBe(
    '只有（部门为「调度中心」，并且级别不低于 3），或者角色为「审计员」，或者until晚于 2026-11-30的人可以解密。',
  );
  expect(describePolicy(policy, 'en', words)).toBe(
    'Only those can decrypt for whom (department is “dispatch centre” and level is at least 3) or role is “auditor” or until is after 2026-11-30.',
  );
  expect(describePolicy(parsePolicy('2 of (a:1, b:1, c:1)'), 'zh-CN')).toContain('以下 3 项中至少满足 2 项');
});

test('[X14] a date is a day of the calendar; days and dates are each other’s inverse', () => {
  expect(dayOf('1970-01-01')).toBe(0);
  expect(dayOf('2000-03-01')).toBe(11_017);
  expect(dayOf('2026-11-25')).toBe(Date.UTC(2026, 10, 25) / 86_400_000);
  for (const wrong of ['1969-12-31', '2025-02-29', '2026-13-01', '2026-00-10', '2026-1-1'])
    expect(dayOf(wrong)).toBeUndefined();
  for (let day = 0; day < 60_000; day += 7) expect(dayOf(dateOf(day))).toBe(day);
});

/** The span program by its definition: is (1, 0, ..., 0) a combination of the rows the attributes own? Gaussian elimination. */
function spans(rows: readonly (readonly (readonly [number, bigint])[])[], columns: number): boolean {
  const mod = (value: bigint) => ((value % prime) + prime) % prime;
  const power = (base: bigint, exponent: bigint): bigint => {
    let [result, square] = [1n, base];
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % prime;
      square = (square * square) % prime;
    }
    return result;
  };
  const matrix = rows.map((row) => {
    const full = Array.from({ length: columns }, () => 0n);
    for (const [column, value] of row) full[column] = mod(value);
    return full;
  });
  // Eliminate every column but the first; what is left in the first column tells.
  let done = 0;
  for (let column = columns - 1; column > 0; column -= 1) {
    const pivot = matrix.findIndex((row, index) => index >= done && row[column] !== 0n);
    if (pivot < 0) continue;
    [matrix[done], matrix[pivot]] = [matrix[pivot] as bigint[], matrix[done] as bigint[]];
    const head = matrix[done] as bigint[];
    const inverse = power(head[column] as bigint, prime - 2n);
    for (const [index, row] of matrix.entries()) {
      if (index === done || row[column] === 0n) continue;
      const factor = mod((row[column] as bigint) * inverse);
      for (let each = 0; each < columns; each += 1)
        row[each] = mod((row[each] as bigint) - factor * (head[each] as bigint));
    }
    done += 1;
  }
  return matrix.slice(done).some((row) => row[0] !== 0n);
}

test('[X15] the compiled policy accepts exactly the attributes the policy accepts, and its shares add up to the secret', () => {
  const draw = drawer('span');
  let accepted = 0;
  for (let round = 0; round < 600; round += 1) {
    const policy = randomPolicy(draw, 3);
    const attributes = randomAttributes(draw);
    const tree = atomTree(policy);
    const program = compileSpan(tree, prime);
    const held = new Set(attributes.flatMap(atomsOf));
    const wanted = meets(policy, attributes);
    const uses = selectRows(tree, (atom) => held.has(atom), prime);
    expect(uses !== undefined).toBe(wanted);
    const owned = program.rows.filter(({ atoms }) => atoms.every((atom) => held.has(atom)));
    if (program.columns < 40)
      expect(
        spans(
          owned.map(({ coefficients }) => coefficients),
          program.columns,
        ),
      ).toBe(wanted);
    if (!uses) continue;
    accepted += 1;
    const randoms = Array.from({ length: program.columns - 1 }, () => BigInt(draw.below(1_000_000)) ** 5n);
    const shares = sharesOf(program, 4711n, randoms, prime);
    const sum = uses.reduce((total, { row, factor }) => total + factor * (shares[row] as bigint), 0n);
    expect(((sum % prime) + prime) % prime).toBe(4711n);
    for (const { row } of uses) expect(program.rows[row]?.atoms.every((atom) => held.has(atom))).toBe(true);
  }
  // Both answers came up often enough to mean something.
  expect(accepted).toBeGreaterThan(60);
  expect(accepted).toBeLessThan(540);
});

test('[X16] no attribute stands twice under one colour, and a conjunction of words is one row', () => {
  const draw = drawer('colours');
  for (let round = 0; round < 300; round += 1) {
    const program = compileSpan(atomTree(randomPolicy(draw, 3)), prime);
    const seen = program.rows.flatMap(({ atoms, colour }) => atoms.map((atom) => `${colour}/${atom}`));
    expect(new Set(seen).size).toBe(seen.length);
    expect(Math.max(...program.rows.map(({ colour }) => colour)) + 1).toBe(program.colours);
  }
  const hundred = Array.from({ length: 100 }, (_, index) => `a${index}:x`);
  expect(compileSpan(atomTree(parsePolicy(hundred.join(' and '))), prime).rows.length).toBe(1);
  expect(compileSpan(atomTree(parsePolicy(hundred.join(' or '))), prime).rows.length).toBe(100);
});

test('[X17] a comparison holds for exactly the numbers it names, at every edge of a size class', () => {
  const edges = [1, 2, 3, 7, 8, 15, 16, 17, 255, 256, 257, 65_535, 65_536, 65_537, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];
  for (const operator of ['<', '<=', '=', '>=', '>'] as const)
    for (const bound of edges) {
      if (bound === 2 ** 32 - 1 && (operator === '>' || operator === '<=')) continue;
      const policy: Policy = { kind: 'compare', name: 'level', operator, value: bound, unit: 'number' };
      const tree = atomTree(policy);
      for (const value of [0, ...edges, ...edges.map((edge) => edge - 1)]) {
        const attributes = [{ kind: 'number', name: 'level', value } as const];
        const held = new Set(attributes.flatMap(atomsOf));
        const answer = selectRows(tree, (atom) => held.has(atom), prime) !== undefined;
        expect([operator, bound, value, answer]).toEqual([operator, bound, value, meets(policy, attributes)]);
      }
    }
  // A small bound stays small, whatever the width of numbers.
  expect(compileSpan(atomTree(parsePolicy('level>=3')), prime).rows.length).toBeLessThan(6);
  // A word, a number and a date of one name have nothing in common.
  const word = new Set(atomsOf({ kind: 'word', name: 'level', value: '3' }));
  const date = new Set(atomsOf({ kind: 'date', name: 'level', value: 3 }));
  for (const atom of atomsOf({ kind: 'number', name: 'level', value: 3 }))
    expect(word.has(atom) || date.has(atom)).toBe(false);
});

test.each([
  [{ kind: 'word', name: '1dept', value: 'a' }, 'attribute name'],
  [{ kind: 'word', name: 'a|b', value: 'a' }, 'attribute name'],
  [{ kind: 'word', name: 'dept', value: ' a' }, 'printable'],
  [{ kind: 'word', name: 'dept', value: 'a\u0000' }, 'printable'],
  [{ kind: 'number', name: 'level', value: -1 }, 'whole number'],
  [{ kind: 'number', name: 'level', value: 1.5 }, 'whole number'],
  [{ kind: 'date', name: 'until', value: 2 ** 32 }, 'whole number'],
] as const)('[X18] an attribute that no policy could name is refused: %j', (attribute, message) => {
  expect(() => atomsOf(attribute)).toThrow(message);
});
