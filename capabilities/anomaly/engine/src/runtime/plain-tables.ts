/**
 * The kernels of scoring in TypeScript, for runtimes without SIMD: each sum rounded in the order of `assembly/tables.as.ts`.
 * @module
 */
import type { TableKernels } from './kernels.ts';

const round = Math.fround;
const greatest = 3.4028234663852886e38;

export function openPlainTableKernels(heap: () => Float32Array): TableKernels {
  return {
    walkTree(x, columns, rows, tree, _sure, out) {
      const floats = heap();
      const words = new Uint32Array(floats.buffer);
      for (let row = 0; row < rows; row += 1) {
        const first = (x >> 2) + row * columns;
        let node = -1;
        for (let next = tree >> 2; next !== node; ) {
          node = next;
          next = floats[first + (words[node]! >> 2)]! < floats[node + 1]! ? node + 4 : words[node + 2]! >> 2;
        }
        floats[(out >> 2) + row]! += floats[node + 3]!;
      }
    },
    nearest(products, own, lengths, out, rows, count, most) {
      const floats = heap();
      for (let row = 0; row < rows; row += 1) {
        const kept = floats.subarray((out >> 2) + row * most, (out >> 2) + (row + 1) * most).fill(greatest);
        for (let at = 0; at < count; at += 1) {
          const sum = round(floats[(own >> 2) + row]! + floats[(lengths >> 2) + at]!);
          const square = round(sum - 2 * floats[(products >> 2) + row * count + at]!);
          if (!(square < kept[most - 1]!)) continue;
          let to = most - 1;
          for (; to > 0 && kept[to - 1]! > square; to -= 1) kept[to] = kept[to - 1]!;
          kept[to] = square;
        }
      }
    },
    sumBins(x, columns, rows, bins, table, out) {
      const floats = heap();
      const wide = columns & ~3;
      for (let row = 0; row < rows; row += 1) {
        const sums = [0, 0, 0, 0];
        for (let column = 0; column < columns; column += 1) {
          const bin = binOf(floats[(x >> 2) + row * columns + column]!, bins);
          const lane = column < wide ? column & 3 : 0;
          sums[lane] = round(sums[lane]! + floats[(table >> 2) + column * (bins + 2) + bin]!);
        }
        const [a, b, c, d] = sums as [number, number, number, number];
        const to = (out >> 2) + row;
        floats[to] = round(floats[to]! + round(a + b)) + round(c + d);
      }
    },
    sumSquares(x, columns, rows, out) {
      const floats = heap();
      const wide = columns & ~3;
      for (let row = 0; row < rows; row += 1) {
        const first = (x >> 2) + row * columns;
        const square = (column: number) => round(floats[first + column]! * floats[first + column]!);
        const lanes = [0, 0, 0, 0];
        for (let column = 0; column < wide; column += 1) lanes[column & 3] = round(lanes[column & 3]! + square(column));
        let sum = round(round(lanes[0]! + lanes[1]!) + round(lanes[2]! + lanes[3]!));
        for (let column = wide; column < columns; column += 1) sum = round(sum + square(column));
        floats[(out >> 2) + row] = sum;
      }
    },
    sumTails(x, columns, rows, knots, size, pairs, out) {
      const floats = heap();
      for (let row = 0; row < rows; row += 1) {
        const value = floats[(x >> 2) + row * columns]!;
        let at = knots >> 2;
        for (let half = size >> 1; half >= 1; half >>= 1) if (floats[at + half - 1]! < value) at += half;
        const place = (pairs >> 2) + 4 * (at - (knots >> 2)) + (floats[at] === value ? 2 : 0);
        for (let side = 0; side < 2; side += 1) floats[(out >> 2) + 2 * row + side]! += floats[place + side]!;
      }
    },
  };
}

/** The bin of a prepared value, of `bins` over [0, 1] and one beyond each end. */
export function binOf(value: number, bins: number): number {
  return Math.max(0, Math.min(bins + 1, round(Math.floor(round(value * bins)) + 1)));
}
