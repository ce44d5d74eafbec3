/**
 * Mean distance to the nearest of a sample of unlabelled rows (k-NN detection: Ramaswamy, Rastogi and Shim, SIGMOD 2000; a sample instead of
 * all rows: Sugiyama and Borgwardt, NeurIPS 2013).
 * @module
 */

import type { ModelState } from '../../model-file.ts';
import { type Heap, openHeap } from '../../runtime/heap.ts';
import { checkTraining, type TableDetector, type TableModel } from '../detector.ts';
import { type Matrix, matrix, sampleRows, takeRows } from '../matrix.ts';
import { openBlocks, openPanels } from './blocks.ts';

const batch = 128;

export function neighbours({ sample = 1024, count = 5 } = {}): TableDetector {
  return {
    name: 'knn',
    needsLabels: 0,
    fit: (training, random) => {
      checkTraining('knn', 0, training);
      const prototypes = takeRows(training.unlabelled, sampleRows(random, training.unlabelled.rows, sample));
      return openNeighbours({
        prototypes: prototypes.values,
        columns: prototypes.columns,
        count: Math.min(count, prototypes.rows),
      });
    },
    open: openNeighbours,
  };
}

function openNeighbours(state: ModelState): TableModel {
  const { prototypes, columns, count: k } = state as { prototypes: Float32Array; columns: number; count: number };
  const heap = openHeap();
  const products = openProducts(heap, matrix(prototypes.length / columns, columns, prototypes));
  // One place more, and a distance of zero is left out: a training row is its own nearest neighbour.
  const most = Math.min(k + 1, prototypes.length / columns);
  const squares = heap.allocate(batch * most);
  return {
    state,
    score: (table) => {
      const scores = new Float32Array(table.rows);
      products(table, (row, count, { at, width, own, lengths }) => {
        heap.kernels.nearest(at, own, lengths, squares, count, width, most);
        for (let each = 0; each < count; each += 1) {
          const first = (squares >> 2) + each * most;
          const from = heap.floats[first]! < 1e-9 ? 1 : 0;
          let sum = 0;
          for (let index = from; index < from + k && index < most; index += 1)
            sum += Math.sqrt(Math.max(0, heap.floats[first + index]!));
          scores[row + each] = sum / k;
        }
      });
      return scores;
    },
  };
}

/** Squared distances of each row of a table to all prototypes, by one matrix product for each batch of rows. */
export function openDistances(
  prototypes: Matrix,
): (table: Matrix, visit: (row: number, squares: Float32Array) => void) => void {
  const heap = openHeap();
  const products = openProducts(heap, prototypes);
  const squares = new Float32Array(prototypes.rows);
  return (table, visit) =>
    products(table, (from, count, { at, width, own, lengths }) => {
      const { floats } = heap;
      for (let row = 0; row < count; row += 1) {
        const first = (at >> 2) + row * width;
        const mine = floats[(own >> 2) + row]!;
        for (let index = 0; index < prototypes.rows; index += 1)
          squares[index] = mine + floats[(lengths >> 2) + index]! - 2 * floats[first + index]!;
        visit(from + row, squares);
      }
    });
}

interface Products {
  /** Products of each row with each prototype; `width` numbers a row. */
  readonly at: number;
  readonly width: number;
  /** Squared lengths of the rows and of the prototypes. */
  readonly own: number;
  readonly lengths: number;
}

function openProducts(
  heap: Heap,
  { rows, columns, values }: Matrix,
): (table: Matrix, work: (from: number, count: number, products: Products) => void) => void {
  const panels = openPanels(heap, columns, rows, (column, row) => values[row * columns + column]!);
  const { width } = panels;
  const places = { at: heap.allocate(batch * width), width, own: heap.allocate(batch), lengths: heap.allocate(width) };
  heap.floats.fill(Number.POSITIVE_INFINITY, places.lengths >> 2, (places.lengths >> 2) + width);
  heap.floats.set(squaredLengths(values, rows, columns), places.lengths >> 2);
  const blocks = openBlocks(heap, batch);
  return (table, work) =>
    blocks(table, (x, count, from) => {
      panels.multiply(x, count, places.at);
      const block = heap.floats.subarray(x >> 2, (x >> 2) + count * columns);
      heap.floats.set(squaredLengths(block, count, columns), places.own >> 2);
      work(from, count, places);
    });
}

/** Rounded as the product of a row with itself is, so that a row is at distance zero from itself. */
function squaredLengths(values: Float32Array, rows: number, columns: number): Float32Array {
  const lengths = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let at = row * columns; at < (row + 1) * columns; at += 1)
      sum = Math.fround(sum + Math.fround(values[at]! * values[at]!));
    lengths[row] = sum;
  }
  return lengths;
}
