/**
 * Why a row is strange: which columns carry its score (what the score loses when the column is set to what is usual), how far each is from
 * normal, and the normal rows nearest to it. It asks only the model's own score, so it explains every detector alike.
 * @module
 */
import type { Random } from '../random.ts';
import type { TableModel } from '../table/detector.ts';
import { type Matrix, matrix, rowOf, sampleRows, takeRows } from '../table/matrix.ts';

/** What is normal, learned once from the rows that a model finds least strange. */
export interface NormalCases {
  readonly rows: Matrix;
  /** Places of these rows in the table they came from. */
  readonly places: Uint32Array;
  /** Of each column, sorted: for medians and shares. */
  readonly sorted: readonly Float32Array[];
}
export interface Reason {
  readonly column: number;
  /** Share of the score's fall over all columns, 0 to 1; the reasons of a row sum to 1 or, where no column alone matters, to 0. */
  readonly share: number;
  /** Prepared value of the row and the usual one. */
  readonly value: number;
  readonly usual: number;
  /** Distance from the median in robust spreads (1.4826 times the median distance); signed. */
  readonly spreads: number;
  /** Share of normal rows with a smaller value. */
  readonly below: number;
}
export interface Explanation {
  readonly reasons: readonly Reason[];
  readonly nearest: readonly { readonly place: number; readonly distance: number }[];
}

/** At most this many rows stand for what is normal; more would make neither medians nor neighbours better. */
const mostCases = 2000;

/** @param scores one a row of `table`; the stranger tenth of it is left out */
export function learnNormal(table: Matrix, scores: Float32Array, random: Random): NormalCases {
  if (table.rows === 0) throw new RangeError('table: expected at least one row, got none');
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const calm = order.slice(0, Math.max(1, Math.ceil(order.length * 0.9)));
  const places = Uint32Array.from(sampleRows(random, calm.length, mostCases), (at) => calm[at]!);
  return normalCases(takeRows(table, places), places);
}

/** Normal rows that were kept, such as those of a model file. */
export function normalCases(rows: Matrix, places: Uint32Array): NormalCases {
  const sorted = Array.from({ length: rows.columns }, (_, column) =>
    Float32Array.from({ length: rows.rows }, (_, row) => rows.values[row * rows.columns + column]!).sort(),
  );
  return { rows, places, sorted };
}

export function explainRow(
  model: Pick<TableModel, 'score'>,
  row: Float32Array,
  normal: NormalCases,
  { reasons: most = 6, nearest = 3 } = {},
): Explanation {
  if (row.length !== normal.rows.columns)
    throw new RangeError(`row: expected ${normal.rows.columns} columns, got ${row.length}`);
  const columns = row.length;
  // The row itself, then the row with one column after the other set to its median.
  const trials = matrix(columns + 1, columns);
  for (let at = 0; at <= columns; at += 1) trials.values.set(row, at * columns);
  for (let column = 0; column < columns; column += 1)
    trials.values[(column + 1) * columns + column] = medianOf(normal.sorted[column]!);
  const scores = model.score(trials);
  const falls = Array.from({ length: columns }, (_, column) => Math.max(0, scores[0]! - scores[column + 1]!));
  return { reasons: reasonsOf(falls, row, normal, most), nearest: nearestOf(row, normal, nearest) };
}

/** Why a time stamp of a series is strange: the model's own strangeness of each sensor takes the place of trials. */
export function explainReading(
  strange: Float32Array,
  row: Float32Array,
  normal: NormalCases,
  { reasons: most = 6, nearest = 3 } = {},
): Explanation {
  const shares = Array.from(strange, (value) => Math.max(0, value));
  return { reasons: reasonsOf(shares, row, normal, most), nearest: nearestOf(row, normal, nearest) };
}

function reasonsOf(falls: readonly number[], row: Float32Array, normal: NormalCases, most: number): readonly Reason[] {
  const sum = falls.reduce((total, fall) => total + fall, 0);
  return falls
    .map((fall, column) => {
      const sorted = normal.sorted[column]!;
      const usual = medianOf(sorted);
      return {
        column,
        share: sum > 0 ? fall / sum : 0,
        value: row[column]!,
        usual,
        spreads: (row[column]! - usual) / spreadOf(sorted, usual),
        below: lower(sorted, row[column]!) / sorted.length,
      };
    })
    .sort((a, b) => b.share - a.share || Math.abs(b.spreads) - Math.abs(a.spreads))
    .slice(0, most);
}

function nearestOf(row: Float32Array, { rows, places }: NormalCases, count: number) {
  const distances = Array.from({ length: rows.rows }, (_, at) => {
    const other = rowOf(rows, at);
    let square = 0;
    for (let column = 0; column < row.length; column += 1) square += (row[column]! - other[column]!) ** 2;
    return { place: places[at]!, distance: Math.sqrt(square) };
  });
  return distances.sort((a, b) => a.distance - b.distance).slice(0, count);
}

const medianOf = (sorted: Float32Array): number => sorted[sorted.length >> 1]!;

/** Never nothing: a column that hardly moves would be infinitely far from itself. */
function spreadOf(sorted: Float32Array, middle: number): number {
  const away = sorted.map((value) => Math.abs(value - middle)).sort();
  return Math.max(1.4826 * medianOf(away), 0.01);
}
function lower(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
