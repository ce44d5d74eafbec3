/**
 * Fills inputs of a network from the readings of a series.
 * @module
 */
import type { Tensor } from '../runtime/tape.ts';
import type { Matrix } from '../table/matrix.ts';

/** Copies one time stamp into the given row of an input. */
export function copyReadings(floats: Float32Array, from: Matrix, row: number, to: Tensor, at: number): void {
  floats.set(from.values.subarray(row * from.columns, (row + 1) * from.columns), (to.at >> 2) + at * to.columns);
}
