import { expect, test } from 'vitest';
import { driftOf, explainRow, learnNormal, learnPopulation, stabilityIndex } from '../src/explain/index.ts';
import { isolationForest, matrix, openRandom, rowOf, stackRows } from '../src/index.ts';

const normals = (seed: number, rows = 500) => {
  const random = openRandom(seed);
  return matrix(
    rows,
    5,
    Float32Array.from({ length: rows * 5 }, () => 0.5 + 0.05 * random.normal()),
  );
};
const strange = matrix(1, 5, Float32Array.of(0.5, 0.5, 1.4, 0.5, 0.5));

test('[A70] an explanation names the column, how far it is from normal, and near normal rows', () => {
  const table = stackRows(normals(1), strange);
  const model = isolationForest().fit({ unlabelled: table, labelled: matrix(0, 5) }, openRandom(2));
  const normal = learnNormal(table, model.score(table), openRandom(3));
  const { reasons, nearest } = explainRow(model, rowOf(strange, 0), normal);
  expect(reasons[0]!.column).toBe(2);
  expect(reasons[0]!.share).toBeGreaterThan(0.6);
  expect(reasons[0]!.spreads).toBeGreaterThan(8);
  expect(reasons[0]!.below).toBe(1);
  expect(nearest.length).toBe(3);
  // The strange row is no normal case, not even of itself.
  expect(nearest.map(({ place }) => place)).not.toContain(500);
  expect(nearest[0]!.distance).toBeLessThanOrEqual(nearest[1]!.distance);
});
test('[A71] drift: the same population is stable, a moved one is told, a vanished sensor too', () => {
  const column = (table: { values: Float32Array }) => table.values.filter((_, at) => at % 5 === 0);
  const population = learnPopulation(column(normals(1, 4000)));
  expect(driftOf(stabilityIndex(population, column(normals(2, 4000))))).toBe('stable');
  expect(
    driftOf(
      stabilityIndex(
        population,
        column(normals(2, 4000)).map((value) => value + 0.1),
      ),
    ),
  ).toBe('other');
  expect(driftOf(stabilityIndex(population, new Float32Array(100).fill(Number.NaN)))).toBe('other');
  // A constant column that stays as it was.
  expect(driftOf(stabilityIndex(learnPopulation(new Float32Array(500).fill(3)), new Float32Array(400).fill(3)))).toBe(
    'stable',
  );
});
