import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { Reducer } from '../../src/index.ts';
import { kendallTau, measure, naiveGrouping, readLabelledNetworks } from './alert-truth.ts';

const data = path.resolve(import.meta.dirname, '../../../../../../shared/data/alerts');

describe('measured against labels', () => {
  test('[R14] Kendall τ counts pairs, and an order that tells two apart wrongly or not at all loses', () => {
    const order = (...found: number[]) => kendallTau(found.map((each, index) => ({ truth: index, found: each })));
    expect([order(1, 2, 3), order(3, 2, 1), order(1, 1, 1), order(1, 3, 2)]).toEqual([1, -1, 0, 1 / 3]);
  });
  test.skipIf(!existsSync(data))(
    '[R14] labelled networks: every step in an incident, few incidents a day (skipped: no shared data)',
    () => {
      for (const network of readLabelledNetworks(data)) {
        const reducer = new Reducer();
        const episodeOf = network.alerts.map(({ alert }) => reducer.push(alert, network.name));
        const groupOf = episodeOf.map((index) => {
          const verdict = reducer.episodes[index]?.verdict;
          return verdict && 'incident' in verdict ? verdict.incident : undefined;
        });
        const opened = new Map(reducer.incidents.map((incident) => [incident.id, incident.opened]));
        const ours = measure(network, { groupOf, opened });
        const naive = measure(network, naiveGrouping(network));
        expect([network.name, ours.stepsKept]).toEqual([network.name, ours.steps.size]);
        expect(ours.mostPerDay).toBeLessThanOrEqual(15);
        expect(ours.inThree).toBeGreaterThanOrEqual(0.9);
        expect(ours.macroInThree).toBeGreaterThan(naive.macroInThree);
      }
    },
    600_000,
  );
});
