/**
 * Detectors that look at each column by itself, or at all together as one normal distribution. None needs a label.
 * ECOD: Li et al., TKDE 2022. HBOS: Goldstein and Dengel, KI 2012. Mahalanobis with shrinkage: Ledoit and Wolf, 2004.
 * @module
 */
import type { ModelState } from '../../model-file.ts';
import { checkTraining, type TableDetector, type TableModel } from '../detector.ts';
import { sampleRows, takeRows } from '../matrix.ts';

/** Tails of the empirical distribution of each column; of the left, the right and the skewed side the largest sum counts. */
export function ecod({ most = 50_000 } = {}): TableDetector {
  return {
    name: 'ecod',
    needsLabels: 0,
    fit: (training, random) => {
      checkTraining('ecod', 0, training);
      const { columns } = training.unlabelled;
      const some = takeRows(training.unlabelled, sampleRows(random, training.unlabelled.rows, most));
      const sorted = Array.from({ length: columns }, (_, column) => {
        const values = new Float32Array(some.rows);
        for (let row = 0; row < some.rows; row += 1) values[row] = some.values[row * columns + column]!;
        return values.sort();
      });
      return openEcod({ sorted });
    },
    open: openEcod,
  };
}

function openEcod(state: ModelState): TableModel {
  const { sorted } = state as { sorted: readonly Float32Array[] };
  const columns = sorted.length;
  const leans = sorted.map((values) => (skewness(values) < 0 ? 'left' : 'right'));
  return {
    state,
    score: (table) => {
      const scores = new Float32Array(table.rows);
      for (let row = 0; row < table.rows; row += 1) {
        let [left, right, auto] = [0, 0, 0];
        for (let column = 0; column < columns; column += 1) {
          const values = sorted[column]!;
          const value = table.values[row * columns + column]!;
          const below = upperBound(values, value);
          const above = values.length - lowerBound(values, value);
          const l = -Math.log((below + 1) / (values.length + 2));
          const r = -Math.log((above + 1) / (values.length + 2));
          left += l;
          right += r;
          auto += leans[column] === 'left' ? l : r;
        }
        scores[row] = Math.max(left, right, auto);
      }
      return scores;
    },
  };
}

/** Histograms of each column with as many equal bins as the square root of the rows, at most 64. */
export function hbos(): TableDetector {
  return {
    name: 'hbos',
    needsLabels: 0,
    fit: (training) => {
      checkTraining('hbos', 0, training);
      const { rows, columns, values } = training.unlabelled;
      const bins = Math.max(5, Math.min(64, Math.round(Math.sqrt(rows))));
      const rarity = new Float32Array(columns * (bins + 2));
      for (let at = 0; at < values.length; at += 1)
        rarity[(at % columns) * (bins + 2) + binOf(values[at]!, bins)]! += 1;
      for (let at = 0; at < rarity.length; at += 1)
        rarity[at] = -Math.log((rarity[at]! + 0.5) / (rows + 0.5 * (bins + 2)));
      return openHbos({ bins, columns, rarity });
    },
    open: openHbos,
  };
}

/** Prepared values lie in [-0.5, 1.5]; one bin beyond each end of [0, 1] takes what training never saw. */
const binOf = (value: number, bins: number) => Math.max(0, Math.min(bins + 1, Math.floor(value * bins) + 1));

function openHbos(state: ModelState): TableModel {
  const { bins, columns, rarity } = state as { bins: number; columns: number; rarity: Float32Array };
  return {
    state,
    score: (table) => {
      const scores = new Float32Array(table.rows);
      for (let row = 0; row < table.rows; row += 1)
        for (let column = 0; column < columns; column += 1)
          scores[row]! += rarity[column * (bins + 2) + binOf(table.values[row * columns + column]!, bins)]!;
      return scores;
    },
  };
}

/** Distance from the mean in units of the spread, with the covariance shrunk towards a multiple of the identity. */
export function mahalanobis({ most = 20_000 } = {}): TableDetector {
  return {
    name: 'mahalanobis',
    needsLabels: 0,
    fit: (training, random) => {
      checkTraining('mahalanobis', 0, training);
      const { columns } = training.unlabelled;
      const some = takeRows(training.unlabelled, sampleRows(random, training.unlabelled.rows, most));
      const mean = new Float64Array(columns);
      for (let at = 0; at < some.values.length; at += 1) mean[at % columns]! += some.values[at]! / some.rows;
      const covariance = new Float64Array(columns * columns);
      for (let row = 0; row < some.rows; row += 1)
        for (let i = 0; i < columns; i += 1) {
          const a = some.values[row * columns + i]! - mean[i]!;
          for (let j = 0; j <= i; j += 1)
            covariance[i * columns + j]! += (a * (some.values[row * columns + j]! - mean[j]!)) / some.rows;
        }
      let trace = 0;
      for (let i = 0; i < columns; i += 1) trace += covariance[i * columns + i]!;
      // A fixed share keeps a constant column from counting as infinitely strange; the share of Ledoit and Wolf goes to zero with the rows.
      const share = Math.max(0.01, Math.min(1, columns / some.rows));
      for (let i = 0; i < columns; i += 1)
        for (let j = 0; j <= i; j += 1)
          covariance[i * columns + j] =
            (1 - share) * covariance[i * columns + j]! + (i === j ? (share * Math.max(trace, 1e-9)) / columns : 0);
      const factor = cholesky(covariance, columns);
      return openMahalanobis({ mean, factor });
    },
    open: openMahalanobis,
  };
}

function openMahalanobis(state: ModelState): TableModel {
  const { mean, factor } = state as { mean: Float64Array; factor: Float64Array };
  const columns = mean.length;
  const offset = new Float64Array(columns);
  return {
    state,
    score: (table) => {
      const scores = new Float32Array(table.rows);
      for (let row = 0; row < table.rows; row += 1) {
        let square = 0;
        for (let i = 0; i < columns; i += 1) {
          let value = table.values[row * columns + i]! - mean[i]!;
          for (let j = 0; j < i; j += 1) value -= factor[i * columns + j]! * offset[j]!;
          value /= factor[i * columns + i]!;
          offset[i] = value;
          square += value * value;
        }
        scores[row] = Math.sqrt(square);
      }
      return scores;
    },
  };
}

/** Lower triangle L with L L' = A, in place of a copy; A is positive definite by the shrinkage above. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = a.slice();
  for (let i = 0; i < n; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = l[i * n + j]!;
      for (let k = 0; k < j; k += 1) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / l[j * n + j]!;
    }
  return l;
}

function skewness(values: Float32Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let [square, cube] = [0, 0];
  for (const value of values) {
    square += (value - mean) ** 2;
    cube += (value - mean) ** 3;
  }
  return square === 0 ? 0 : cube / square ** 1.5;
}
/** How many sorted values are smaller. */
export function lowerBound(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
/** How many sorted values are smaller or equal. */
export function upperBound(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
