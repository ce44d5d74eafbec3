/**
 * Makes any table of numbers fit for a detector, from training rows alone: each column to [0, 1] by the smallest and largest training
 * value, clipped to [-0.5, 1.5]; a missing value (NaN) becomes the column's training median; an infinite one its far edge; a column without
 * two different training values says nothing and becomes 0.
 * @module
 */
import { type Matrix, matrix } from './matrix.ts';

export interface Preparation {
  readonly kind: 'min-max';
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** What stands in for a missing value, already scaled. */
  readonly middle: Float32Array;
  /** Columns that are constant or empty in training. */
  readonly silent: readonly number[];
}

export function prepare(training: Matrix): Preparation {
  if (training.rows === 0) throw new RangeError('training: expected at least one row, got none');
  const { rows, columns, values } = training;
  const low = new Float32Array(columns);
  const high = new Float32Array(columns);
  const middle = new Float32Array(columns);
  const silent: number[] = [];
  // The median of at most 10,001 evenly spaced rows: exact enough for a stand-in, bounded for ten million rows.
  const step = Math.max(1, Math.floor(rows / 10_001));
  for (let column = 0; column < columns; column += 1) {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = column; at < values.length; at += columns) {
      const value = values[at]!;
      if (!Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (!(most > least)) {
      silent.push(column);
      continue;
    }
    low[column] = least;
    high[column] = most;
    const some: number[] = [];
    for (let row = 0; row < rows; row += step) {
      const value = values[row * columns + column]!;
      if (Number.isFinite(value)) some.push(value);
    }
    some.sort((a, b) => a - b);
    middle[column] = some.length === 0 ? 0.5 : (some[some.length >> 1]! - least) / (most - least);
  }
  return { kind: 'min-max', low, high, middle, silent };
}

export function applyPreparation(preparation: Preparation, table: Matrix): Matrix {
  const { low, high, middle } = preparation;
  if (table.columns !== low.length)
    throw new RangeError(`table: expected ${low.length} columns as in training, got ${table.columns}`);
  const ready = matrix(table.rows, table.columns);
  for (let at = 0, column = 0; at < table.values.length; at += 1) {
    const width = high[column]! - low[column]!;
    if (width > 0) {
      const value = table.values[at]!;
      const scaled = Number.isNaN(value) ? middle[column]! : (value - low[column]!) / width;
      ready.values[at] = scaled < -0.5 ? -0.5 : scaled > 1.5 ? 1.5 : scaled;
    }
    column += 1;
    if (column === table.columns) column = 0;
  }
  return ready;
}
