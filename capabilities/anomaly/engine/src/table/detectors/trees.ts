/**
 * Sums over many trees of the value of the leaf that a row falls into, by the kernels: how forests score.
 * @module
 */
import { type Heap, openHeap } from '../../runtime/heap.ts';
import type { Matrix } from '../matrix.ts';
import { openBlocks } from './blocks.ts';

export type Tree = {
  /** Column of the cut, or -1 for a leaf. */
  readonly column: Int16Array;
  readonly cut: Float32Array;
  readonly left: Uint16Array;
  readonly right: Uint16Array;
};

/** Rows that go through all trees together: they stay in the first cache. */
const block = 32;

/** Most steps that are taken without asking whether a leaf is reached: a step too many costs less than a wrong guess. */
const unasked = 8;

/** @param valueAt what a leaf says */
export function openTrees<T extends Tree>(
  trees: readonly T[],
  valueAt: (tree: T, leaf: number) => number,
): (table: Matrix) => Float32Array {
  const heap = openHeap();
  const placed = trees.map((tree) => layOut(heap, tree, (leaf) => valueAt(tree, leaf)));
  const sums = heap.allocate(block);
  const blocks = openBlocks(heap, block);
  return (table) => {
    const all = new Float32Array(table.rows);
    blocks(table, (x, count, from) => {
      heap.kernels.zero(sums, block);
      for (const { at, depth } of placed)
        heap.kernels.walkTree(x, table.columns, count, at, Math.min(depth, unasked), sums);
      all.set(heap.floats.subarray(sums >> 2, (sums >> 2) + count), from);
    });
    return all;
  };
}

/** Nodes as `walkTree` reads them, each before its left child and that before the right one. */
function layOut(heap: Heap, { column, cut, left, right }: Tree, valueAt: (leaf: number) => number) {
  const order: number[] = [];
  const places = new Map<number, number>();
  let deepest = 0;
  const visit = (node: number, depth: number): void => {
    places.set(node, order.length);
    order.push(node);
    deepest = Math.max(deepest, depth);
    if (column[node]! < 0) return;
    visit(left[node]!, depth + 1);
    visit(right[node]!, depth + 1);
  };
  visit(0, 0);
  const at = heap.allocate(4 * order.length);
  const floats = heap.floats.subarray(at >> 2);
  const words = new Uint32Array(floats.buffer, floats.byteOffset);
  for (const [place, node] of order.entries()) {
    const leaf = column[node]! < 0;
    words[4 * place] = leaf ? 0 : 4 * column[node]!;
    floats[4 * place + 1] = leaf ? Number.NEGATIVE_INFINITY : cut[node]!;
    words[4 * place + 2] = at + 16 * places.get(leaf ? node : right[node]!)!;
    floats[4 * place + 3] = leaf ? valueAt(node) : 0;
  }
  return { at, depth: deepest };
}
