/**
 * Isolation forest (Liu, Ting and Zhou, ICDM 2008): 100 trees of 256 rows; strange rows are cut off early.
 * @module
 */

import type { ModelState } from '../../model-file.ts';
import type { Random } from '../../random.ts';
import { checkTraining, proceed, type TableDetector, type TableModel } from '../detector.ts';
import { type Matrix, sampleRows } from '../matrix.ts';
import { openTrees, type Tree } from './trees.ts';

type IsolationTree = Tree & {
  /** Path length that a leaf stands for: its depth and the expected rest. */
  readonly length: Float32Array;
};

/** Expected path length of an unsuccessful search among n rows. */
const expectedLength = (n: number) =>
  n <= 1 ? 0 : n === 2 ? 1 : 2 * (Math.log(n - 1) + 0.5772156649) - (2 * (n - 1)) / n;

function growIsolationTree(table: Matrix, rows: Uint32Array, random: Random): IsolationTree {
  const size = 2 * rows.length;
  const tree = {
    column: new Int16Array(size).fill(-1),
    cut: new Float32Array(size),
    left: new Uint16Array(size),
    right: new Uint16Array(size),
    length: new Float32Array(size),
  };
  const limit = Math.ceil(Math.log2(Math.max(2, rows.length)));
  const order = Uint32Array.from({ length: table.columns }, (_, index) => index);
  let used = 0;
  const grow = (from: number, to: number, depth: number): number => {
    const node = used;
    used += 1;
    const chosen = depth < limit && to - from > 1 ? chooseColumn(from, to) : null;
    if (!chosen) {
      tree.length[node] = depth + expectedLength(to - from);
      return node;
    }
    const cut = chosen.low + random.next() * (chosen.high - chosen.low);
    let middle = from;
    for (let at = from; at < to; at += 1) {
      const row = rows[at]!;
      if (table.values[row * table.columns + chosen.column]! < cut) {
        rows[at] = rows[middle]!;
        rows[middle] = row;
        middle += 1;
      }
    }
    tree.column[node] = chosen.column;
    tree.cut[node] = cut;
    tree.left[node] = grow(from, middle, depth + 1);
    tree.right[node] = grow(middle, to, depth + 1);
    return node;
  };
  /** A random column in which these rows differ; columns that do not are put aside one by one. */
  const chooseColumn = (from: number, to: number) => {
    for (let tried = 0; tried < order.length; tried += 1) {
      const at = tried + random.below(order.length - tried);
      const column = order[at]!;
      order[at] = order[tried]!;
      order[tried] = column;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let index = from; index < to; index += 1) {
        const value = table.values[rows[index]! * table.columns + column]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high > low) return { column, low, high };
    }
    return null;
  };
  grow(0, rows.length, 0);
  return tree;
}

export function isolationForest({ trees = 100, sample = 256 } = {}): TableDetector {
  return {
    name: 'iforest',
    needsLabels: 0,
    fit: (training, random, control) => {
      checkTraining('iforest', 0, training);
      const size = Math.min(sample, training.unlabelled.rows);
      const grown = Array.from({ length: trees }, (_, index) => {
        proceed(control, index / trees);
        return growIsolationTree(
          training.unlabelled,
          sampleRows(random, training.unlabelled.rows, size).slice(),
          random,
        );
      });
      return openForest({ trees: grown, sample: size });
    },
    open: openForest,
  };
}

function openForest(state: ModelState): TableModel {
  const { trees, sample } = state as unknown as { trees: readonly IsolationTree[]; sample: number };
  const lengths = openTrees(trees, ({ length }, leaf) => length[leaf]!);
  const usual = trees.length * (expectedLength(sample) || 1);
  return { state, score: (table) => lengths(table).map((sum) => 2 ** (-sum / usual)) };
}
