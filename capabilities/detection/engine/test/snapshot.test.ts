import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Correlation, type CorrelationRule, type DetectionRule, type EventRecord, ruleKey } from '../src/index.ts';
import { compile } from './helpers.ts';

const rules = compile(`title: A
name: a
logsource: {product: test}
detection: {s: {kind: a}, condition: s}
---
title: B
name: b
logsource: {product: test}
detection: {s: {kind: b}, condition: s}
${[
  'type: event_count\n  rules: [a]\n  condition: {gte: 3}',
  'type: event_count\n  rules: [a, b]\n  condition: {lt: 3}',
  'type: value_count\n  rules: [a]\n  condition: {field: v, gte: 2}',
  'type: value_sum\n  rules: [a]\n  condition: {field: v, gte: 6}',
  'type: value_avg\n  rules: [b]\n  condition: {field: v, gt: 2}',
  'type: value_percentile\n  rules: [b]\n  condition: {field: v, percentile: 50, gte: 3}',
  'type: value_median\n  rules: [a]\n  condition: {field: v, gte: 3}',
  'type: temporal\n  rules: [a, b]',
  'type: temporal_ordered\n  rules: [a, b]',
]
  .map(
    (body, index) =>
      `---\ntitle: C${index}\nname: c${index}\ncorrelation:\n  ${body}\n  group-by: [host]\n  timespan: 10s\n`,
  )
  .join('')}`);
const correlations = rules.filter((rule): rule is CorrelationRule => rule.kind === 'correlation');
const [a, b] = rules as [DetectionRule, DetectionRule];
const arrivals = fc.array(
  fc.record({
    first: fc.boolean(),
    step: fc.integer({ min: 0, max: 6 }),
    host: fc.constantFrom('x', 'y'),
    v: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 60 },
);

describe('snapshots of correlations', () => {
  test('[S18] a correlation restored from its snapshot, through JSON, goes on exactly as if nothing had happened', () => {
    expect(correlations).toHaveLength(9);
    void fc.assert(
      fc.property(arrivals, fc.nat(), fc.constantFrom(0, 4000), (events, cut, lateness) => {
        const whole = new Correlation(correlations, rules, { lateness });
        let broken = new Correlation(correlations, rules, { lateness });
        let time = 1_000_000;
        for (const [index, { first, step, host, v }] of events.entries()) {
          time += step * 1000;
          const match = { rule: first ? a : b, time, event: { host, v } as EventRecord };
          if (index === cut % (events.length + 1)) {
            const kept = JSON.parse(JSON.stringify(broken.snapshot()));
            broken = new Correlation(correlations, rules, { lateness });
            broken.restore(kept);
          }
          expect(broken.push(match).map(({ rule, ...rest }) => ({ ...rest, rule: ruleKey(rule) }))).toEqual(
            whole.push(match).map(({ rule, ...rest }) => ({ ...rest, rule: ruleKey(rule) })),
          );
        }
        expect(broken.advance(time + 20_000)).toEqual(whole.advance(time + 20_000));
        expect(broken.statistics).toEqual(whole.statistics);
      }),
      { numRuns: 200 },
    );
  });
  test('[S18] what a snapshot holds of rules that are gone is left out', () => {
    const correlation = new Correlation(correlations, rules);
    correlation.push({ rule: a, time: 1, event: { host: 'x', v: 1 } });
    const fewer = new Correlation(correlations.slice(0, 1), rules);
    fewer.restore(correlation.snapshot());
    expect(fewer.statistics.groups).toBe(1);
  });
  test('[S16] a group whose last event left the window is forgotten, and what follows is as if it never had been', () => {
    const immediate = correlations.filter((_, index) => index !== 1);
    let forgotten = 0;
    void fc.assert(
      fc.property(arrivals, (events) => {
        const whole = new Correlation(immediate, rules);
        const fresh = new Map<string, { correlation: Correlation; last: number }>();
        let time = 1_000_000;
        for (const { first, step, host, v } of events) {
          time += step * 2000;
          const match = { rule: first ? a : b, time, event: { host, v } as EventRecord };
          let own = fresh.get(host);
          if (!own || time - own.last >= 10_000) {
            if (own) forgotten += 1;
            own = { correlation: new Correlation(immediate, rules), last: time };
            fresh.set(host, own);
          }
          own.last = time;
          expect(whole.push(match)).toEqual(own.correlation.push(match));
        }
        whole.advance(time + 10_000);
        expect(whole.statistics).toMatchObject({ groups: 0, evictedGroups: 0 });
        expect(whole.snapshot().rules).toEqual({});
      }),
      { numRuns: 300 },
    );
    expect(forgotten).toBeGreaterThan(100);
  });
});
