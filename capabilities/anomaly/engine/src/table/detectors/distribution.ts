/**
 * Detectors that look at each column by itself; none needs a label. ECOD: Li et al., TKDE 2022. HBOS: Goldstein and Dengel, KI 2012.
 * @module
 */
import type { ModelState } from '../../model-file.ts';
import { openHeap } from '../../runtime/heap.ts';
import { binOf } from '../../runtime/plain-tables.ts';
import { checkTraining, type TableDetector, type TableModel } from '../detector.ts';
import { sampleRows, takeRows } from '../matrix.ts';
import { openBlocks } from './blocks.ts';

/** Rows scored at once. */
const block = 256;

/**
 * Tails of the empirical distribution of each column; of the left, the right and the skewed side the largest sum counts. Of each column are kept
 * the values at which a tail has changed by a 25th: that is finer than what the rows know of it, and small enough for the cache.
 */
export function ecod({ most = 50_000 } = {}): TableDetector {
  return {
    name: 'ecod',
    needsLabels: 0,
    fit: (training, random) => {
      checkTraining('ecod', 0, training);
      const { columns } = training.unlabelled;
      const some = takeRows(training.unlabelled, sampleRows(random, training.unlabelled.rows, most));
      const tails = Array.from({ length: columns }, (_, column) => {
        const values = new Float32Array(some.rows);
        for (let row = 0; row < some.rows; row += 1) values[row] = some.values[row * columns + column]!;
        return tailsOf(values.sort());
      });
      return openEcod({ tails });
    },
    open: openEcod,
  };
}

type Tails = {
  readonly knots: Float32Array;
  /** Nats of the left and the right tail: two numbers below each knot, two at it, and so on, and two above the last. */
  readonly nats: Float32Array;
  readonly leansLeft: boolean;
};

const finest = 0.04;

function tailsOf(sorted: Float32Array): Tails {
  const n = sorted.length;
  /** Nats of at most, and of at least, so many values. */
  const natsOf = (below: number, above: number) => [-Math.log((below + 1) / (n + 2)), -Math.log((above + 1) / (n + 2))];
  type Knot = { readonly value: number; readonly from: number; readonly to: number };
  const kept: Knot[] = [];
  const apart = (one: Knot | undefined, other: Knot) => {
    if (!one) return true;
    const [a, b] = [natsOf(one.to, n - one.from), natsOf(other.to, n - other.from)];
    return Math.abs(a[0]! - b[0]!) > finest || Math.abs(a[1]! - b[1]!) > finest;
  };
  let before: Knot | undefined;
  for (let from = 0, to = 0; from < n; from = to) {
    while (to < n && sorted[to] === sorted[from]) to += 1;
    const here = { value: sorted[from]!, from, to };
    if (before && before !== kept.at(-1) && apart(kept.at(-1), here)) kept.push(before);
    if (to === n || apart(kept.at(-1), here)) kept.push(here);
    before = here;
  }
  const nats = new Float32Array(4 * kept.length + 2);
  for (let index = 0; index <= kept.length; index += 1) {
    const low = kept[index - 1]?.to ?? 0;
    const high = kept[index]?.from ?? n;
    const [a, b] = [natsOf(low, n - low), natsOf(high, n - high)];
    nats.set([(a[0]! + b[0]!) / 2, (a[1]! + b[1]!) / 2], 4 * index);
    const at = kept[index];
    if (at) nats.set(natsOf(at.to, n - at.from), 4 * index + 2);
  }
  return { knots: Float32Array.from(kept, ({ value }) => value), nats, leansLeft: skewness(sorted) < 0 };
}

function openEcod(state: ModelState): TableModel {
  // Files of the first version hold all values.
  const { sorted } = state as unknown as { readonly sorted?: readonly Float32Array[] };
  const { tails } = state as unknown as { readonly tails: readonly Tails[] };
  return sorted ? openEcod({ tails: sorted.map(tailsOf) }) : { state, score: openTails(tails) };
}

function openTails(tails: readonly Tails[]): TableModel['score'] {
  const heap = openHeap();
  const columns = tails.map(({ knots, nats, leansLeft }) => {
    const size = 2 ** Math.ceil(Math.log2(knots.length + 1));
    const places = { knots: heap.allocate(size), pairs: heap.allocate(nats.length), size, leansLeft };
    heap.floats.fill(Number.POSITIVE_INFINITY, places.knots >> 2, (places.knots >> 2) + size);
    heap.floats.set(knots, places.knots >> 2);
    heap.floats.set(nats, places.pairs >> 2);
    return places;
  });
  const [lefts, rights] = [heap.allocate(2 * block), heap.allocate(2 * block)];
  const blocks = openBlocks(heap, block);
  return (table) => {
    const scores = new Float32Array(table.rows);
    blocks(table, (x, count, first) => {
      heap.kernels.zero(lefts, 2 * block);
      heap.kernels.zero(rights, 2 * block);
      for (const [column, { knots, size, pairs, leansLeft }] of columns.entries())
        heap.kernels.sumTails(x + 4 * column, table.columns, count, knots, size, pairs, leansLeft ? lefts : rights);
      const { floats } = heap;
      for (let row = 0; row < count; row += 1) {
        const [a, b] = [(lefts >> 2) + 2 * row, (rights >> 2) + 2 * row];
        const [left, right, auto] = [
          floats[a]! + floats[b]!,
          floats[a + 1]! + floats[b + 1]!,
          floats[a]! + floats[b + 1]!,
        ];
        scores[first + row] = Math.max(left, right, auto);
      }
    });
    return scores;
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
function openHbos(state: ModelState): TableModel {
  const { bins, columns, rarity } = state as { bins: number; columns: number; rarity: Float32Array };
  const heap = openHeap();
  const [table, sums] = [heap.allocate(rarity.length), heap.allocate(block)];
  heap.floats.set(rarity, table >> 2);
  const blocks = openBlocks(heap, block);
  return {
    state,
    score: (rows) => {
      const scores = new Float32Array(rows.rows);
      blocks(rows, (x, count, from) => {
        heap.kernels.zero(sums, block);
        heap.kernels.sumBins(x, columns, count, bins, table, sums);
        scores.set(heap.floats.subarray(sums >> 2, (sums >> 2) + count), from);
      });
      return scores;
    },
  };
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
