import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RuleMatch, SigmaEngine, type SigmaEngineOptions } from '../src/index.ts';
import { compile, refusalOf } from './helpers.ts';

const base = (name: string) =>
  `title: ${name}\nname: ${name}\nlogsource: {product: test}\ndetection: {s: {kind: ${name}}, condition: s}\n`;
const correlation = (body: string, more = '') =>
  `title: C\nname: combined\n${more}correlation:\n${body.replace(/^/gm, '  ')}\n`;
const engineOf = (names: readonly string[], correlations: readonly string[], options: SigmaEngineOptions = {}) =>
  new SigmaEngine(compile([...names.map(base), ...correlations].join('---\n')), options);
const push = (engine: SigmaEngine, kind: string, seconds: number, more: object = {}): readonly RuleMatch[] =>
  engine.push({ kind, timestamp: 1_700_000_000 + seconds, ...more }, 0, { product: 'test' });
const at = (seconds: number) => (1_700_000_000 + seconds) * 1000;

describe('correlation types', () => {
  test('[S11] event_count fires with the event that fulfils it, per group, and not again within the timespan', () => {
    const engine = engineOf(
      ['a'],
      [correlation('type: event_count\nrules: [a]\ngroup-by: [h]\ntimespan: 10s\ncondition: {gte: 3}')],
    );
    expect(push(engine, 'a', 0, { h: 'x' })).toEqual([]);
    expect(push(engine, 'a', 1, { h: 'x' })).toEqual([]);
    expect(push(engine, 'a', 1, { h: 'y' })).toEqual([]);
    const [fired] = push(engine, 'a', 2, { h: 'x' });
    expect(fired).toMatchObject({ group: ['x'], value: 3, time: at(2) });
    expect(push(engine, 'a', 3, { h: 'x' })).toEqual([]);
    expect(push(engine, 'a', 30, { h: 'x' })).toEqual([]);
    push(engine, 'a', 31, { h: 'x' });
    expect(push(engine, 'a', 32, { h: 'x' })).toHaveLength(1);
  });
  test('[S11] an event exactly one timespan old is outside', () => {
    const engine = engineOf(
      ['a'],
      [correlation('type: event_count\nrules: [a]\ngroup-by: [h]\ntimespan: 10s\ncondition: {gte: 2}')],
    );
    push(engine, 'a', 0, { h: 'x' });
    expect(push(engine, 'a', 10, { h: 'x' })).toEqual([]);
    expect(push(engine, 'a', 19, { h: 'x' })).toHaveLength(1);
  });
  test('[S11] value_count counts distinct values, of several fields together too', () => {
    const engine = engineOf(
      ['a'],
      [correlation('type: value_count\nrules: [a]\ngroup-by: [h]\ntimespan: 1m\ncondition: {field: [u, v], gt: 2}')],
    );
    for (const [index, [u, v]] of [
      ['1', '1'],
      ['1', '1'],
      ['1', '2'],
      ['2', '1'],
    ].entries())
      expect(push(engine, 'a', index, { h: 'x', u, v })).toHaveLength(index === 3 ? 1 : 0);
  });
  test('[S11] value_sum, value_avg, value_median, value_percentile measure numbers', () => {
    const run = (type: string, condition: string, values: readonly number[]) => {
      const engine = engineOf(
        ['a'],
        [correlation(`type: ${type}\nrules: [a]\ngroup-by: [h]\ntimespan: 1m\ncondition: {field: n, ${condition}}`)],
      );
      return values.map((n, index) => push(engine, 'a', index, { h: 'x', n }).length);
    };
    expect(run('value_sum', 'gte: 10', [4, 5, 1])).toEqual([0, 0, 1]);
    expect(run('value_avg', 'gt: 4', [4, 4, 6])).toEqual([0, 0, 1]);
    expect(run('value_median', 'gte: 5', [1, 100, 5])).toEqual([0, 1, 0]);
    expect(run('value_percentile', 'percentile: 90, gte: 9', [1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 9])).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ]);
  });
  test('[S11] value_percentile of names asks how common the newest one is', () => {
    const engine = engineOf(
      ['a'],
      [
        correlation(
          'type: value_percentile\nrules: [a]\ngroup-by: [h]\ntimespan: 1h\ncondition: {field: image, lte: 10}',
        ),
      ],
    );
    for (let index = 0; index < 20; index += 1) push(engine, 'a', index, { h: 'x', image: 'usual' });
    expect(push(engine, 'a', 21, { h: 'x', image: 'rare' })).toHaveLength(1);
  });
  test('[S11] temporal needs every rule in any order, temporal_ordered in its order', () => {
    const any = engineOf(
      ['a', 'b', 'c'],
      [correlation('type: temporal\nrules: [a, b, c]\ngroup-by: [h]\ntimespan: 10s')],
    );
    push(any, 'c', 0, { h: 'x' });
    push(any, 'a', 4, { h: 'x' });
    expect(push(any, 'b', 9, { h: 'x' })).toHaveLength(1);
    expect(push(any, 'b', 40, { h: 'x' })).toHaveLength(0);
    const ordered = engineOf(
      ['a', 'b', 'c'],
      [correlation('type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [h]\ntimespan: 10s')],
    );
    const run = (...steps: readonly (readonly [string, number])[]) =>
      steps.map(([kind, time]) => push(ordered, kind, time, { h: 'x' }).length);
    expect(run(['c', 0], ['a', 1], ['b', 2], ['c', 3])).toEqual([0, 0, 0, 1]);
    expect(run(['a', 20], ['b', 25], ['a', 28], ['c', 31])).toEqual([0, 0, 0, 0]);
    expect(run(['b', 32], ['c', 33])).toEqual([0, 1]);
  });
  test('[S11] temporal with a count needs so many different rules', () => {
    const engine = engineOf(
      ['a', 'b', 'c'],
      [correlation('type: temporal\nrules: [a, b, c]\ngroup-by: [h]\ntimespan: 10s\ncondition: {gte: 2}')],
    );
    push(engine, 'a', 0, { h: 'x' });
    push(engine, 'a', 1, { h: 'x' });
    expect(push(engine, 'c', 2, { h: 'x' })).toHaveLength(1);
  });
  test('[S12] a bound from above is answered at the end of the timespan', () => {
    const engine = engineOf(
      ['a'],
      [correlation('type: event_count\nrules: [a]\ngroup-by: [h]\ntimespan: 10s\ncondition: {gt: 1, lte: 3}')],
    );
    for (const second of [0, 1, 2]) expect(push(engine, 'a', second, { h: 'x' })).toEqual([]);
    for (const second of [0.5, 1, 2, 3].map((each) => each + 2))
      expect(push(engine, 'a', second, { h: 'y' })).toEqual([]);
    expect(engine.advance(at(9))).toEqual([]);
    expect(engine.advance(at(13)).map((match) => [match.group, match.value])).toEqual([[['x'], 3]]);
  });
  test('[S13] aliases join different fields; a match without its group fields belongs to no group', () => {
    const engine = engineOf(
      ['a', 'b'],
      [correlation('type: temporal\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 10s\naliases: {ip: {a: src, b: dst}}')],
    );
    push(engine, 'a', 0, { src: '1.1.1.1' });
    push(engine, 'b', 1, {});
    expect(push(engine, 'b', 2, { dst: '1.1.1.1' })).toHaveLength(1);
    expect(engine.statistics.ungrouped).toBe(1);
  });
  test('[S14] correlations chain; their parts stay silent unless generate says otherwise', () => {
    const many = correlation('type: event_count\nrules: [a]\ngroup-by: [h, u]\ntimespan: 1m\ncondition: {gte: 2}')
      .replace('name: combined', 'name: many')
      .replace('title: C', 'title: Many');
    const then = correlation('type: temporal_ordered\nrules: [many, b]\ngroup-by: [u]\ntimespan: 1h');
    const names = (matches: readonly RuleMatch[]) => matches.map((match) => match.rule.title);
    const engine = engineOf(['a', 'b'], [many, then]);
    push(engine, 'a', 0, { h: 'x', u: 'joe' });
    expect(names(push(engine, 'a', 1, { h: 'x', u: 'joe' }))).toEqual([]);
    expect(names(push(engine, 'b', 9, { h: 'other', u: 'joe' }))).toEqual(['C']);
    const loud = engineOf(['a', 'b'], [many.replace('correlation:', 'generate: true\ncorrelation:'), then]);
    expect(names(push(loud, 'a', 0, { h: 'x', u: 'joe' }))).toEqual(['a']);
  });
  test('[S14] cycles and missing rules are refused by name', () => {
    const engine = engineOf(
      ['a'],
      [
        correlation('type: temporal\nrules: [d, a]\ntimespan: 1m'),
        correlation('type: temporal\nrules: [combined, a]\ntimespan: 1m')
          .replace('name: combined', 'name: d')
          .replace('title: C', 'title: D'),
        correlation('type: event_count\nrules: [nobody]\ntimespan: 1m\ncondition: {gte: 1}')
          .replace('name: combined', 'name: e')
          .replace('title: C', 'title: E'),
      ],
    );
    expect(engine.refusals.map((refusal) => refusal.name).sort()).toEqual(['C', 'D', 'E']);
    expect(engine.refusals.find((refusal) => refusal.name === 'E')?.reason).toContain('not here: nobody');
  });
  test('[S14] a name that two rules bear is refused, not guessed at', () => {
    const engine = engineOf(['a', 'b', 'a'], [correlation('type: temporal\nrules: [a, b]\ntimespan: 1m')]);
    expect(engine.refusals.map((refusal) => refusal.reason)).toEqual(['names two rules at once: a']);
  });
  test.each([
    ['type: nope\nrules: [a]\ntimespan: 1m', 'type: expected one of'],
    ['type: event_count\nrules: []\ntimespan: 1m\ncondition: {gte: 1}', 'at least one'],
    ['type: event_count\nrules: [a, a]\ntimespan: 1m\ncondition: {gte: 1}', 'named twice'],
    ['type: event_count\nrules: [a]\ntimespan: soon\ncondition: {gte: 1}', 'timespan'],
    ['type: event_count\nrules: [a]\ntimespan: 1m', 'condition: expected a map'],
    ['type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {field: x}', 'needs one of'],
    ['type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: many}', 'expected a number'],
    ['type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1}', 'needs "field"'],
    ['type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {field: x, gte: 1}', 'takes no "field"'],
    ['type: event_count\nrules: [a]\ntimespan: 1m\nwindow: x\ncondition: {gte: 1}', 'unknown key "window"'],
    ['type: temporal_ordered\nrules: [a, b]\ntimespan: 1m\ncondition: {gte: 1}', 'cannot be ordered'],
  ])('[S2] correlation %j is refused', (body, reason) => {
    expect(refusalOf(correlation(body))).toContain(reason);
  });
});

describe('event time', () => {
  const body = 'type: temporal_ordered\nrules: [a, b]\ngroup-by: [h]\ntimespan: 30s';
  test('[S15] within the lateness the order of arrival does not matter', () => {
    const events = fc.array(
      fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 300 }), fc.constantFrom('x', 'y')),
      { minLength: 1, maxLength: 40 },
    );
    void fc.assert(
      fc.property(
        events,
        fc.array(fc.integer({ min: 0, max: 59 }), { minLength: 40, maxLength: 40 }),
        (list, delays) => {
          const sorted = list
            .map((each, index) => ({ each, index }))
            .sort((left, right) => left.each[1] - right.each[1] || left.index - right.index);
          const distinct = sorted.filter((entry, index) => index === 0 || entry.each[1] !== sorted[index - 1]?.each[1]);
          const fired = (order: typeof distinct) => {
            const engine = engineOf(['a', 'b'], [correlation(body)], { lateness: 60_000 });
            const matches = order.flatMap(({ each: [kind, time, h] }) => push(engine, kind, time, { h }));
            matches.push(...engine.advance(at(100_000)));
            expect(engine.statistics.late).toBe(0);
            return matches.map((match) => [match.time, match.group]);
          };
          const shuffled = distinct
            .map((entry, index) => ({ entry, arrival: entry.each[1] + (delays[index] ?? 0) }))
            .sort((left, right) => left.arrival - right.arrival)
            .map(({ entry }) => entry);
          expect(fired(shuffled)).toEqual(fired(distinct));
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });
  test('[S15] what comes later than that is counted and left out', () => {
    const engine = engineOf(['a', 'b'], [correlation(body)]);
    push(engine, 'b', 100, { h: 'x' });
    push(engine, 'a', 50, { h: 'x' });
    expect(engine.statistics.late).toBe(1);
  });
  test('[S16] groups are capped, the stalest goes first and is counted', () => {
    const engine = engineOf(
      ['a'],
      [correlation('type: event_count\nrules: [a]\ngroup-by: [h]\ntimespan: 1h\ncondition: {gte: 2}')],
      { groupLimit: 100 },
    );
    push(engine, 'a', 0, { h: 'kept' });
    for (let index = 0; index < 99; index += 1) push(engine, 'a', 1, { h: `h${index}` });
    expect(push(engine, 'a', 2, { h: 'kept' })).toHaveLength(1);
    push(engine, 'a', 3, { h: 'one more' });
    expect(engine.statistics).toMatchObject({ evictedGroups: 1, groups: 100 });
    expect(push(engine, 'a', 4, { h: 'h0' })).toEqual([]);
  });
  test('[S17] value_count is exact at every event of a sliding window', () => {
    void fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 6 })), { maxLength: 80 }),
        (steps) => {
          const engine = engineOf(
            ['a'],
            [correlation('type: value_count\nrules: [a]\ntimespan: 10s\ncondition: {field: u, gte: 4}')],
          );
          let time = 0;
          let holding = false;
          let firedAt = Number.NEGATIVE_INFINITY;
          const history: [number, number][] = [];
          for (const [gap, user] of steps) {
            time += gap;
            history.push([time, user]);
            const distinct = new Set(history.filter(([when]) => when > time - 10).map(([, who]) => who)).size;
            const expected = distinct >= 4 && (!holding || time - firedAt >= 10);
            holding = distinct >= 4;
            if (expected) firedAt = time;
            expect(push(engine, 'a', time, { u: user })).toHaveLength(expected ? 1 : 0);
          }
        },
      ),
      { numRuns: 200, seed: 11 },
    );
  });
});

test('[S8] group-by and counted fields are found under the names of the common schemas too', () => {
  const engine = new SigmaEngine(
    compile(`title: Failed
name: failed
logsource: {product: linux, service: sshd}
detection: {kw: ['Failed password'], condition: kw}
---
title: Many
correlation: {type: value_count, rules: [failed], group-by: [src_ip], timespan: 1m, condition: {field: user, gte: 2}}
`),
  );
  const line = (user: string, seconds: number) =>
    engine.push(
      {
        message: 'Failed password',
        src_endpoint: { ip: '203.0.113.1' },
        'actor.user.name': user,
        timestamp: 1_700_000_000 + seconds,
      },
      0,
      { product: 'linux', service: 'sshd' },
    );
  expect(line('a', 0)).toEqual([]);
  expect(line('b', 1)).toMatchObject([{ group: ['203.0.113.1'], value: 2 }]);
});
