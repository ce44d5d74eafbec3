/**
 * Mean distance to the nearest of a sample of unlabelled rows (k-NN detection: Ramaswamy, Rastogi and Shim, SIGMOD 2000; a sample instead of
 * all rows: Sugiyama and Borgwardt, NeurIPS 2013).
 * @module
 */

import type { ModelState } from '../../model-file.ts';
import { openHeap } from '../../runtime/heap.ts';
import { Tape } from '../../runtime/tape.ts';
import { checkTraining, type TableDetector, type TableModel } from '../detector.ts';
import { type Matrix, matrix, sampleRows, takeRows } from '../matrix.ts';

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
  const distances = openDistances(matrix(prototypes.length / columns, columns, prototypes));
  return {
    state,
    score: (table) => {
      const scores = new Float32Array(table.rows);
      distances(table, (row, squares) => {
        // One place more, and a distance of zero is left out: a training row is its own nearest neighbour.
        const nearest = smallest(squares, k + 1);
        const from = nearest[0]! < 1e-9 ? 1 : 0;
        let sum = 0;
        for (let index = from; index < from + k && index < nearest.length; index += 1)
          sum += Math.sqrt(Math.max(0, nearest[index]!));
        scores[row] = sum / k;
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
  const tape = new Tape(heap);
  const x = tape.input(batch, prototypes.columns);
  const p = tape.input(prototypes.rows, prototypes.columns);
  const products = tape.matmulTransposed(x, p);
  tape.write(p, prototypes.values);
  const lengths = squaredLengths(prototypes);
  const squares = new Float32Array(prototypes.rows);
  return (table, visit) => {
    const own = squaredLengths(table);
    for (let from = 0; from < table.rows; from += batch) {
      const count = Math.min(batch, table.rows - from);
      heap.floats.set(table.values.subarray(from * table.columns, (from + count) * table.columns), x.at >> 2);
      tape.forward();
      const all = tape.read(products);
      for (let row = 0; row < count; row += 1) {
        const at = row * prototypes.rows;
        for (let index = 0; index < prototypes.rows; index += 1)
          squares[index] = own[from + row]! + lengths[index]! - 2 * all[at + index]!;
        visit(from + row, squares);
      }
    }
  };
}

function squaredLengths({ rows, columns, values }: Matrix): Float32Array {
  const lengths = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1)
    for (let at = row * columns; at < (row + 1) * columns; at += 1) lengths[row]! += values[at]! * values[at]!;
  return lengths;
}

/** The `count` smallest values, ascending. */
export function smallest(values: Float32Array, count: number): Float32Array {
  const kept = new Float32Array(Math.min(count, values.length)).fill(Number.POSITIVE_INFINITY);
  const last = kept.length - 1;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (value >= kept[last]!) continue;
    let at = last;
    for (; at > 0 && kept[at - 1]! > value; at -= 1) kept[at] = kept[at - 1]!;
    kept[at] = value;
  }
  return kept;
}
