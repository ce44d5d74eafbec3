/**
 * Trees on labelled anomalies against samples of the unlabelled rows: extremely randomised trees (Geurts, Ernst and Wehenkel, 2006) in bags
 * balanced by weight, the bagging of positive-unlabelled learning (Mordelet and Vert, 2014).
 * @module
 */

import type { ModelState } from '../../model-file.ts';
import type { Random } from '../../random.ts';
import { checkTraining, proceed, type TableDetector, type TableModel } from '../detector.ts';
import { type Matrix, stackRows } from '../matrix.ts';
import { openTrees, type Tree } from './trees.ts';

type VotingTree = Tree & {
  /** Weighted share of anomalies in a leaf. */
  readonly share: Float32Array;
};

export function balancedForest({ trees = 200, unlabelledRows = 2048 } = {}): TableDetector {
  return {
    name: 'balanced-forest',
    needsLabels: 1,
    fit: ({ unlabelled, labelled }, random, control) => {
      checkTraining('balanced-forest', 1, { unlabelled, labelled });
      const all = stackRows(labelled, unlabelled);
      const size = Math.min(unlabelledRows, unlabelled.rows);
      const grown = Array.from({ length: trees }, (_, index) => {
        proceed(control, index / trees);
        // With replacement on both sides: each tree sees about two thirds of the labels.
        const rows = new Uint32Array(labelled.rows + size);
        for (let at = 0; at < labelled.rows; at += 1) rows[at] = random.below(labelled.rows);
        for (let at = labelled.rows; at < rows.length; at += 1)
          rows[at] = labelled.rows + random.below(unlabelled.rows);
        return growVotingTree(all, rows, labelled.rows, size / labelled.rows, random);
      });
      return openForest({ trees: grown });
    },
    open: openForest,
  };
}

/** Rows below `positives` are anomalous and weigh `weight`; the others weigh 1. */
function growVotingTree(
  table: Matrix,
  rows: Uint32Array,
  positives: number,
  weight: number,
  random: Random,
): VotingTree {
  const size = 2 * rows.length;
  const tree = {
    column: new Int16Array(size).fill(-1),
    cut: new Float32Array(size),
    left: new Uint16Array(size),
    right: new Uint16Array(size),
    share: new Float32Array(size),
  };
  const { columns, values } = table;
  const tries = Math.max(2, Math.round(Math.sqrt(columns)));
  const order = Uint32Array.from({ length: columns }, (_, index) => index);
  let used = 0;
  const isAnomalous = (row: number) => row < positives;
  const grow = (from: number, to: number): number => {
    const node = used;
    used += 1;
    let anomalous = 0;
    for (let at = from; at < to; at += 1) if (isAnomalous(rows[at]!)) anomalous += 1;
    const others = to - from - anomalous;
    tree.share[node] = (anomalous * weight) / (anomalous * weight + others);
    if (anomalous === 0 || others === 0) return node;
    let best = { gain: -1, column: -1, cut: 0 };
    let useful = 0;
    for (let tried = 0; tried < columns && useful < tries; tried += 1) {
      const at = tried + random.below(columns - tried);
      const column = order[at]!;
      order[at] = order[tried]!;
      order[tried] = column;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let index = from; index < to; index += 1) {
        const value = values[rows[index]! * columns + column]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (!(high > low)) continue;
      useful += 1;
      const cut = low + (high - low) * (1 - random.next());
      let [leftAnomalous, leftOthers] = [0, 0];
      for (let index = from; index < to; index += 1) {
        const row = rows[index]!;
        if (values[row * columns + column]! >= cut) continue;
        if (isAnomalous(row)) leftAnomalous += 1;
        else leftOthers += 1;
      }
      const gain =
        purity(leftAnomalous * weight, leftOthers) + purity((anomalous - leftAnomalous) * weight, others - leftOthers);
      if (gain > best.gain) best = { gain, column, cut };
    }
    if (best.column < 0) return node;
    let middle = from;
    for (let at = from; at < to; at += 1) {
      const row = rows[at]!;
      if (values[row * columns + best.column]! < best.cut) {
        rows[at] = rows[middle]!;
        rows[middle] = row;
        middle += 1;
      }
    }
    if (middle === from || middle === to) return node;
    tree.column[node] = best.column;
    tree.cut[node] = best.cut;
    tree.left[node] = grow(from, middle);
    tree.right[node] = grow(middle, to);
    return node;
  };
  grow(0, rows.length);
  return {
    column: tree.column.slice(0, used),
    cut: tree.cut.slice(0, used),
    left: tree.left.slice(0, used),
    right: tree.right.slice(0, used),
    share: tree.share.slice(0, used),
  };
}

/** The part of Gini's criterion that depends on the cut: (a^2 + o^2) / (a + o). */
const purity = (a: number, o: number) => (a + o === 0 ? 0 : (a * a + o * o) / (a + o));

function openForest(state: ModelState): TableModel {
  const { trees } = state as unknown as { trees: readonly VotingTree[] };
  const votes = openTrees(trees, ({ share }, leaf) => share[leaf]!);
  return { state, score: (table) => votes(table).map((sum) => sum / trees.length) };
}
