/** @module Rules [P1] to [P6]. */
import { describe, expect, test } from 'vitest';
import {
  boundaryCases,
  compare,
  evaluate,
  explain,
  namesIn,
  type Operator,
  type Predicate,
  predicatesOf,
  undecidedFacts,
  type Value,
} from '../src/index.ts';
import { countsItself, twoValued } from './oracle.ts';
import { generator, named, shipped } from './shipped.ts';

const big: Predicate = { fact: 'n', op: '>', v: 10 };
const flag: Predicate = { fact: 'f', op: '=', v: true };
const scope = (facts: Record<string, Value>, parameters: Record<string, Value> = {}) => ({ facts, parameters });

describe('three values', () => {
  test('[P1] unknown is never false', () => {
    expect(evaluate(big, scope({}))).toBe(null);
    expect(evaluate({ not: big }, scope({}))).toBe(null);
    expect(evaluate({ and: [big, flag] }, scope({ f: true }))).toBe(null);
    expect(evaluate({ and: [big, flag] }, scope({ f: false }))).toBe(false);
    expect(evaluate({ or: [big, flag] }, scope({ f: true }))).toBe(true);
    expect(evaluate({ or: [big, flag] }, scope({ f: false }))).toBe(null);
    expect(evaluate({ fact: 'n', op: 'known' }, scope({}))).toBe(false);
    expect(evaluate({ fact: 'n', op: 'known' }, scope({ n: '' }))).toBe(false);
  });

  test('[P1] Kleene: whatever the engine decides, no completion of the unknown facts contradicts (2,000 generated predicates)', () => {
    const next = generator(7);
    const names = ['a', 'b', 'c'];
    const operators: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>='];
    const build = (depth: number): Predicate => {
      const kind = depth === 0 ? 3 : next(4);
      if (kind === 0) return { and: [build(depth - 1), build(depth - 1)] };
      if (kind === 1) return { or: [build(depth - 1), build(depth - 1)] };
      if (kind === 2) return { not: build(depth - 1) };
      return { fact: names[next(3)] as string, op: operators[next(6)] as Operator, v: next(3) };
    };
    let decided = 0;
    for (let round = 0; round < 2000; round += 1) {
      const predicate = build(3);
      const known: Record<string, Value> = {};
      for (const name of names) if (next(2) === 1) known[name] = next(3);
      const result = evaluate(predicate, scope(known));
      const outcomes = new Set<boolean>();
      for (let code = 0; code < 27; code += 1) {
        const full = { a: code % 3, b: Math.floor(code / 3) % 3, c: Math.floor(code / 9), ...known };
        outcomes.add(twoValued(predicate, full, {}));
      }
      if (result !== null) {
        decided += 1;
        expect([...outcomes]).toEqual([result]);
      }
    }
    expect(decided).toBeGreaterThan(500);
  });
});

describe('boundaries', () => {
  const predicates = shipped.flatMap(({ open }) =>
    open.instrument.nodes.flatMap((node) =>
      predicatesOf(open.instrument, node).map((predicate) => ({ open, node: node.id, predicate })),
    ),
  );

  test('[P2] every generated boundary case agrees with the oracle', () => {
    let checked = 0;
    for (const { open, predicate, node } of predicates)
      for (const each of boundaryCases(predicate, open.facts, open.parameters)) {
        const facts = Object.fromEntries(Object.entries(each.facts).filter(([, value]) => value !== null)) as Record<
          string,
          Value
        >;
        expect({ node, fact: each.fact, offset: each.offset, result: each.result }).toEqual({
          node,
          fact: each.fact,
          offset: each.offset,
          result: twoValued(predicate, facts, open.parameters),
        });
        checked += 1;
      }
    expect(checked).toBeGreaterThanOrEqual(50);
  });

  test('[P2] 以上 includes the number and 超过 does not, at every comparison of every regulation', () => {
    for (const { open, predicate } of predicates) {
      const found = boundaryCases(predicate, open.facts, open.parameters);
      for (let index = 0; index < found.length; index += 3) {
        const at = found[index + 1];
        const inner = at && (at.op === '>=' || at.op === '>' ? found[index + 2] : found[index]);
        if (!at || !inner) throw new Error('boundary cases come in threes');
        // Where the comparison decides alone, the number itself behaves as its inside exactly when the word includes it.
        if (at.op !== '=' && at.op !== '!=') expect(at.result === inner.result).toBe(countsItself[at.op]);
      }
    }
  });

  test.each([
    ['art-4', 'pi.persons', 10_000_000, false],
    ['art-12', 'pi.persons', 1_000_000, true],
    ['guide-22', 'pi.persons', 1_000_000, true],
  ])('[P2] %s at exactly its number', (id, fact, number, applies) => {
    const node = named('cn.pi-audit.2025').nodes.get(id);
    expect(evaluate(node?.applies as Predicate, scope({ [fact]: number }))).toBe(applies);
    expect(evaluate(node?.applies as Predicate, scope({ [fact]: number + 1 }))).toBe(true);
    expect(evaluate(node?.applies as Predicate, scope({ [fact]: number - 1 }))).toBe(false);
  });
});

describe('lists', () => {
  const counted: Predicate = { count: { of: 'list', where: { fact: 'item.x', op: '=', v: 1 } }, op: '>=', v: 2 };
  test('[P3] undecided items make a span', () => {
    const list = (...items: (number | null)[]) => scope({ list: items.map((x) => (x === null ? {} : { x })) });
    expect(evaluate(counted, list(1, 1, null))).toBe(true);
    expect(evaluate(counted, list(1, null))).toBe(null);
    expect(evaluate(counted, list(0, null))).toBe(false);
    expect(evaluate(counted, scope({}))).toBe(null);
  });

  test('[P4] trailing runs equal brute force on 300 generated histories', () => {
    const next = generator(11);
    for (let round = 0; round < 300; round += 1) {
      const items = Array.from({ length: next(7) }, (_, index) => ({
        day: index,
        who: next(2),
        mode: next(3) === 0 ? 'skip' : 'count',
      }));
      // Shuffled, to show that the order given plays no part.
      const shuffled = items
        .map((item) => ({ item, key: next(1000) }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item);
      let run = 0;
      for (const item of [...items].reverse()) {
        if (item.mode === 'skip') continue;
        if (item.who !== 1) break;
        run += 1;
      }
      for (let limit = 0; limit < 5; limit += 1) {
        const predicate: Predicate = {
          trailing: {
            of: 'list',
            orderBy: 'day',
            where: { fact: 'item.who', op: '=', v: 1 },
            skip: { fact: 'item.mode', op: '=', v: 'skip' },
          },
          op: '<',
          v: limit,
        };
        expect(evaluate(predicate, scope({ list: shuffled }))).toBe(run < limit);
      }
    }
  });

  test('[P4] rotation equals brute force with affiliates that change over time (100 histories)', () => {
    const next = generator(23);
    const open = named('cn.pi-audit.2025');
    const rule = open.nodes.get('art-15')?.rule as Predicate;
    const houses = ['x', 'y', 'z'];
    let barred = 0;
    for (let round = 0; round < 100; round += 1) {
      const audits = Array.from({ length: next(6) }, (_, index) => {
        const house = houses[next(3)] as string;
        const mates = houses.filter((other) => other === house || next(4) === 0);
        const internal = next(5) === 0;
        return {
          affiliates: internal ? [] : mates,
          lead: internal ? 'own' : (['li', 'wang'][next(2)] as string),
          mode: internal ? 'self-internal' : 'ordered',
          completedOn: `${2018 + index}-06-01`,
        };
      });
      const institution = houses[next(3)] as string;
      const lead = ['li', 'wang'][next(2)] as string;
      const external = audits.filter((audit) => audit.mode !== 'self-internal').reverse();
      const runOf = (matches: (audit: (typeof audits)[number]) => boolean) => {
        const stop = external.findIndex((audit) => !matches(audit));
        return stop < 0 ? external.length : stop;
      };
      for (const maxConsecutive of [2, 3]) {
        const allowed =
          Math.max(
            runOf((audit) => audit.affiliates.includes(institution)),
            runOf((audit) => audit.lead === lead),
          ) +
            1 <=
          maxConsecutive;
        if (!allowed) barred += 1;
        const facts = { 'candidate.institution': institution, 'candidate.lead': lead, audits };
        expect(evaluate(rule, { facts, parameters: { ...open.parameters, maxConsecutive } })).toBe(allowed);
      }
    }
    expect(barred).toBeGreaterThan(5);
  });
});

test('[P5] a trace names facts, findings and what is missing', () => {
  const predicate: Predicate = { and: [big, { or: [flag, { fact: 'g', op: '=', v: 1 }] }] };
  const trace = explain(predicate, scope({ n: 11 }));
  expect(trace.result).toBe(null);
  expect(undecidedFacts(trace)).toEqual(['f', 'g']);
  expect(trace.of?.[0]).toEqual({ kind: 'compare', result: true, subject: 'n', op: '>', got: 11, expected: 10 });
  expect([...namesIn(predicate).facts]).toEqual(['n', 'f', 'g']);
});

test('[P6] values of the wrong type are refused', () => {
  expect(() => compare('12', '>', 10)).toThrow(/expected two numbers or two texts, got "12" and 10/);
  expect(() => evaluate({ fact: 'n', op: 'in', v: 3 }, scope({ n: 3 }))).toThrow(TypeError);
  expect(() => evaluate({ fact: 'n', op: '>', param: 'absent' }, scope({ n: 3 }))).toThrow(/absent/);
});
