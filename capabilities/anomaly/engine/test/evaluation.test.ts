import { expect, test } from 'vitest';
import {
  attackFamilies,
  chooseDetectors,
  familiesOf,
  flowColumns,
  hideFamily,
  makeFlows,
  overall,
  runSeries,
  runTable,
  seriesRoster,
  spreadOf,
  summarise,
  tableRoster,
  withFamilies,
} from '../src/evaluation/index.ts';
import {
  applyPreparation,
  averagePrecision,
  balancedForest,
  isolationForest,
  matrix,
  openRandom,
  prepare,
  principalComponents,
  takeRows,
} from '../src/index.ts';

const flows = () => makeFlows(openRandom(7), { normals: 400, perFamily: 40 });

test('[A60] flows: the same seed gives the same rows; two families stand in the test file alone', () => {
  const [one, two] = [flows(), flows()];
  expect(one.table.values).toEqual(two.table.values);
  expect(one.table.columns).toBe(flowColumns.length);
  expect(familiesOf(one)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(familiesOf(one.test!)).toEqual(attackFamilies.map(({ family }) => family));
});

test('[A61] u60 judges the known, the unknown and the absent families apart, for every family in turn', () => {
  const rows = runTable('flows', flows(), 'u60', isolationForest({ trees: 30 }), 1);
  expect(rows.map(({ family }) => family)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const { values } of rows) {
    expect(values.labelled).toBe(40);
    expect(values.contamination).toBeLessThanOrEqual(0.02);
    for (const name of ['ap', 'apKnown', 'apUnknown', 'apAbsent']) expect(values[name]).toBeGreaterThan(0);
  }
  expect(runTable('flows', flows(), 'u60', isolationForest({ trees: 30 }), 1)).toEqual(rows);
});

test('[A62] a set without families gets groups of its anomalies, and one group is hidden from training altogether', () => {
  const { table, labels } = flows();
  const grouped = withFamilies({ table, labels });
  expect(familiesOf(grouped)).toEqual([1, 2, 3]);
  expect(withFamilies({ table, labels }).classes).toEqual(grouped.classes);
  const hidden = hideFamily(grouped, 2, openRandom(3));
  expect(familiesOf(hidden)).toEqual([1, 3]);
  expect(familiesOf(hidden.test!)).toEqual([1, 2, 3]);
  expect(hidden.table.rows + hidden.test!.table.rows).toBe(table.rows);
  const [first] = runTable('grouped', { table, labels }, 'u60', isolationForest({ trees: 20 }), 1);
  expect(Number.isFinite(first!.values.apAbsent)).toBe(true);
});

test('[A63] s30 tells a detector thirty anomalies and nothing more', () => {
  const seen: number[] = [];
  const spy = {
    name: 'spy',
    needsLabels: 0,
    fit: ({ labelled }: { labelled: { rows: number } }) => {
      seen.push(labelled.rows);
      return { score: ({ rows }: { rows: number }) => new Float32Array(rows) };
    },
  };
  const [row] = runTable('flows', flows(), 's30', spy as never, 5);
  expect(seen).toEqual([30]);
  // A constant score is worth the share of anomalies, however rows are sorted.
  const { test } = flows();
  expect(row!.values.ap).toBeCloseTo(test!.labels.reduce((sum, label) => sum + label, 0) / test!.labels.length, 6);
});

test('[A64] series: point-adjusted F1 comes only as a pair with that of a random score', () => {
  const random = openRandom(1);
  const recording = (rows: number) =>
    matrix(
      rows,
      4,
      Float32Array.from({ length: rows * 4 }, (_, at) => Math.sin(at / 40) + 0.1 * random.normal()),
    );
  const test = recording(300);
  const labels = new Uint8Array(300).fill(1, 200, 220);
  for (let row = 200; row < 220; row += 1) test.values[row * 4 + 2] = 6;
  const data = { training: recording(600), test, labels, rootCauses: [{ first: 200, last: 219, sensors: [2] }] };
  const { values } = runSeries('sines', data, principalComponents(), 1);
  expect(values.hitRate).toBe(1);
  expect(values.vusPr).toBeGreaterThan(0.5);
  expect(values.pointAdjustedF1OfRandom).toBeGreaterThan(0);
  expect(values.thresholdF1).toBeNaN();
});

test('[A65] summaries: mean, spread of the sample, rank with shared places', () => {
  expect(spreadOf([1, 2, 3])).toEqual({ mean: 2, sd: 1, runs: 3 });
  const run = (dataset: string, detector: string, seed: number, ap: number) => ({
    dataset,
    detector,
    seed,
    values: { ap },
  });
  const rows = summarise(
    [run('d', 'a', 1, 0.4), run('d', 'a', 2, 0.6), run('d', 'b', 1, 0.5), run('d', 'c', 1, 0.1), run('e', 'b', 1, 1)],
    'ap',
  );
  expect(rows.map(({ dataset, detector, rank }) => [dataset, detector, rank])).toEqual([
    ['d', 'a', 1.5],
    ['d', 'b', 1.5],
    ['d', 'c', 3],
    ['e', 'b', 1],
  ]);
  expect(overall(rows, 'ap')[0]).toMatchObject({ detector: 'b', values: { ap: 0.75 }, datasets: 2 });
});

test('[A66] detectors are chosen by name; a name nobody bears is refused', () => {
  expect(chooseDetectors('all', tableRoster)).toBe(tableRoster);
  expect(chooseDetectors('iforest, fused', tableRoster).map(({ name }) => name)).toEqual(['fused', 'iforest']);
  expect(() => chooseDetectors('fused,oracle', seriesRoster)).toThrow(/got fused/);
});

test('[A67] poisoned labels: three normal rows among sixty labels cost little', () => {
  const { table, labels } = makeFlows(openRandom(9), { normals: 1500, perFamily: 40 });
  const preparation = prepare(table);
  const ready = applyPreparation(preparation, table);
  const rows = Array.from(labels.keys());
  const [strange, ordinary] = [rows.filter((row) => labels[row]), rows.filter((row) => !labels[row])];
  const apOf = (told: readonly number[]) => {
    const seen = new Set([...strange.slice(0, 60), ...told]);
    const rest = rows.filter((row) => !seen.has(row));
    const training = {
      unlabelled: takeRows(
        ready,
        ordinary.filter((row) => !seen.has(row)),
      ),
      labelled: takeRows(ready, told),
    };
    const scores = balancedForest().fit(training, openRandom(1)).score(takeRows(ready, rest));
    return averagePrecision(
      scores,
      Uint8Array.from(rest, (row) => labels[row]!),
    );
  };
  const [clean, poisoned] = [apOf(strange.slice(0, 60)), apOf([...strange.slice(0, 57), ...ordinary.slice(0, 3)])];
  expect(clean).toBeGreaterThan(0.5);
  expect(poisoned).toBeGreaterThan(0.85 * clean);
});
