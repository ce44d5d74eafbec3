/**
 * What detectors share that score rows by the kernels: a table goes through them block by block, small enough for the cache, and a matrix that
 * every row is multiplied by lies there in panels of eight columns.
 * @module
 */
import type { Heap } from '../../runtime/heap.ts';
import type { Matrix } from '../matrix.ts';

/** Copies `size` rows at a time to where the kernels see them. */
export function openBlocks(
  heap: Heap,
  size: number,
): (table: Matrix, work: (x: number, count: number, from: number) => void) => void {
  let [x, room] = [0, 0];
  return ({ rows, columns, values }, work) => {
    if (columns > room) {
      x = heap.allocate(size * columns);
      room = columns;
    }
    for (let from = 0; from < rows; from += size) {
      const count = Math.min(size, rows - from);
      heap.floats.set(values.subarray(from * columns, (from + count) * columns), x >> 2);
      work(x, count, from);
    }
  };
}

const panel = 8;

export interface Panels {
  /** Numbers of a row of the product: the outputs, filled up to whole panels. */
  readonly width: number;
  multiply(x: number, rows: number, out: number): void;
}

/** @param depthOf how many inputs the eight outputs from this one on depend on; fewer of a triangular matrix */
export function openPanels(
  heap: Heap,
  inputs: number,
  outputs: number,
  valueAt: (input: number, output: number) => number,
  depthOf: (output: number) => number = () => inputs,
): Panels {
  const width = Math.ceil(outputs / panel) * panel;
  const at = heap.allocate(width * inputs);
  for (let output = 0; output < outputs; output += 1) {
    const first = (at >> 2) + (output - (output % panel)) * inputs + (output % panel);
    for (let input = 0; input < depthOf(output - (output % panel)); input += 1)
      heap.floats[first + input * panel] = valueAt(input, output);
  }
  const depths = Array.from({ length: width / panel }, (_, index) => Math.min(inputs, depthOf(index * panel)));
  return {
    width,
    multiply: (x, rows, out) => {
      for (const [index, depth] of depths.entries()) {
        const part = at + 4 * index * panel * inputs;
        heap.kernels.multiply(x, inputs, 1, part, panel, out + 4 * index * panel, width, rows, panel, depth, false);
      }
    },
  };
}
