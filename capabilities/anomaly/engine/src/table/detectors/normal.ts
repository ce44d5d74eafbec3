/**
 * Detectors that look at all columns together as one normal distribution; none needs a label. Mahalanobis with shrinkage: Ledoit and Wolf, 2004.
 * Probabilistic principal components: Tipping and Bishop, 1999.
 * @module
 */
import { cholesky, inverseOf, symmetricEigen } from '../../algebra.ts';
import type { ModelState } from '../../model-file.ts';
import type { Random } from '../../random.ts';
import { openHeap } from '../../runtime/heap.ts';
import { checkTraining, type TableDetector, type TableModel } from '../detector.ts';
import { type Matrix, sampleRows, takeRows } from '../matrix.ts';
import { openBlocks, openPanels } from './blocks.ts';

/** Rows scored at once, and most rows a covariance is taken of. */
const [block, most] = [256, 20_000];

/** Distance from the mean in units of the spread, with the covariance shrunk towards a multiple of the identity. */
export function mahalanobis(): TableDetector {
  return {
    name: 'mahalanobis',
    needsLabels: 0,
    fit: (training, random) => {
      checkTraining('mahalanobis', 0, training);
      const { columns } = training.unlabelled;
      const { mean, covariance } = momentsOf(training.unlabelled, random);
      return openMahalanobis({ mean, factor: cholesky(covariance, columns) });
    },
    open: openMahalanobis,
  };
}

/**
 * The same distance with the spread known along the widest directions alone and taken as equal across them: a plane with a thickness. It costs a
 * tenth of the full distance, and hears a relation of many columns that breaks.
 */
export function plane({ directions = 16 } = {}): TableDetector {
  return {
    name: 'plane',
    needsLabels: 0,
    fit: (training, random) => {
      checkTraining('plane', 0, training);
      const { columns } = training.unlabelled;
      const { mean, covariance } = momentsOf(training.unlabelled, random);
      for (let i = 0; i < columns; i += 1)
        for (let j = 0; j < i; j += 1) covariance[j * columns + i] = covariance[i * columns + j]!;
      const { values, vectors } = symmetricEigen(covariance, columns);
      const kept = Math.min(directions, columns - 1);
      const across = values.subarray(kept).reduce((sum, value) => sum + value, 0) / (columns - kept);
      const along = Float64Array.from({ length: kept * columns }, (_, at) => {
        const direction = Math.floor(at / columns);
        return (
          vectors[(at % columns) * columns + direction]! * Math.sqrt(Math.max(0, 1 / across - 1 / values[direction]!))
        );
      });
      return openPlane({ mean, across, along });
    },
    open: openPlane,
  };
}

/** The mean, and the lower triangle of the covariance, shrunk. */
function momentsOf(
  unlabelled: Matrix,
  random: Random,
): { readonly mean: Float64Array; readonly covariance: Float64Array } {
  const { columns } = unlabelled;
  const some = takeRows(unlabelled, sampleRows(random, unlabelled.rows, most));
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
  return { mean, covariance };
}

function openMahalanobis(state: ModelState): TableModel {
  const { mean, factor } = state as { mean: Float64Array; factor: Float64Array };
  const columns = mean.length;
  const inverse = inverseOf(factor, columns);
  const square = openSquares(mean, columns, (input, output) => inverse[output * columns + input]!, true);
  return { state, score: (table) => square(table, (_own, product) => Math.sqrt(product)) };
}

function openPlane(state: ModelState): TableModel {
  const { mean, across, along } = state as { mean: Float64Array; across: number; along: Float64Array };
  const columns = mean.length;
  const square = openSquares(mean, along.length / columns, (input, output) => along[output * columns + input]!);
  return { state, score: (table) => square(table, (own, product) => Math.sqrt(Math.max(0, own / across - product))) };
}

/**
 * For each row the squared length of its distance from the mean, and of the product of that with a matrix of so many outputs.
 * @param triangular whether an output depends on the inputs up to its own place alone
 */
function openSquares(
  mean: Float64Array,
  outputs: number,
  valueAt: (input: number, output: number) => number,
  triangular = false,
): (table: Matrix, join: (own: number, product: number) => number) => Float32Array {
  const columns = mean.length;
  const heap = openHeap();
  const panels = openPanels(heap, columns, outputs, valueAt, (output) =>
    triangular ? Math.min(columns, output + 8) : columns,
  );
  const [minus, products] = [heap.allocate(columns), heap.allocate(block * panels.width)];
  const [own, squares] = [heap.allocate(block), heap.allocate(block)];
  heap.floats.set(
    mean.map((value) => -value),
    minus >> 2,
  );
  const blocks = openBlocks(heap, block);
  return (table, join) => {
    const scores = new Float32Array(table.rows);
    blocks(table, (x, count, from) => {
      heap.kernels.addRow(x, minus, x, count, columns);
      heap.kernels.sumSquares(x, columns, count, own);
      panels.multiply(x, count, products);
      heap.kernels.sumSquares(products, panels.width, count, squares);
      const { floats } = heap;
      for (let row = 0; row < count; row += 1)
        scores[from + row] = join(floats[(own >> 2) + row]!, floats[(squares >> 2) + row]!);
    });
    return scores;
  };
}
