/**
 * The kernels in TypeScript, for runtimes without SIMD. Each sum and product is rounded to single precision in the order of
 * `assembly/kernels.as.ts`, so that both give the same bits: a test compares them.
 * @module
 */
import type { Kernels } from './kernels.ts';
import { openPlainTableKernels } from './plain-tables.ts';

const round = Math.fround;
const smallestNormal = round(1.17549435e-38);

export function openPlainKernels(heap: () => Float32Array): Kernels {
  const each = (n: number, work: (floats: Float32Array, index: number) => void) => {
    const floats = heap();
    const end = Math.ceil(n / 4) * 4;
    for (let index = 0; index < end; index += 1) work(floats, index);
  };
  return {
    ...openPlainTableKernels(heap),
    multiply(a, aRow, aColumn, b, bRow, c, cRow, m, n, k, accumulate) {
      const floats = heap();
      for (let i = 0; i < m; i += 1)
        for (let j = 0; j < n; j += 1) {
          let sum = 0;
          let p = (a >> 2) + i * aRow;
          let q = (b >> 2) + j;
          for (let l = 0; l < k; l += 1) {
            sum = round(sum + round(floats[p]! * floats[q]!));
            p += aColumn;
            q += bRow;
          }
          const r = (c >> 2) + i * cRow + j;
          floats[r] = accumulate ? floats[r]! + sum : sum;
        }
    },
    transpose(from, to, rows, columns) {
      const floats = heap();
      for (let i = 0; i < rows; i += 1)
        for (let j = 0; j < columns; j += 1) floats[(to >> 2) + j * rows + i] = floats[(from >> 2) + i * columns + j]!;
    },
    zero(at, n) {
      heap().fill(0, at >> 2, (at >> 2) + n);
    },
    addRow(x, row, out, rows, columns) {
      const floats = heap();
      for (let i = 0; i < rows; i += 1)
        for (let j = 0; j < columns; j += 1)
          floats[(out >> 2) + i * columns + j] = floats[(x >> 2) + i * columns + j]! + floats[(row >> 2) + j]!;
    },
    sumRows(x, row, rows, columns) {
      const floats = heap();
      for (let i = 0; i < rows; i += 1)
        for (let j = 0; j < columns; j += 1)
          floats[(row >> 2) + j] = floats[(row >> 2) + j]! + floats[(x >> 2) + i * columns + j]!;
    },
    scale(x, y, n, factor, accumulate) {
      const f = round(factor);
      each(n, (floats, index) => {
        const value = round(floats[(x >> 2) + index]! * f);
        floats[(y >> 2) + index] = accumulate ? floats[(y >> 2) + index]! + value : value;
      });
    },
    add(x, y, out, n) {
      each(n, (floats, index) => {
        floats[(out >> 2) + index] = floats[(x >> 2) + index]! + floats[(y >> 2) + index]!;
      });
    },
    subtract(x, y, out, n) {
      each(n, (floats, index) => {
        floats[(out >> 2) + index] = floats[(x >> 2) + index]! - floats[(y >> 2) + index]!;
      });
    },
    product(x, y, out, n, accumulate) {
      each(n, (floats, index) => {
        const value = round(floats[(x >> 2) + index]! * floats[(y >> 2) + index]!);
        floats[(out >> 2) + index] = accumulate ? floats[(out >> 2) + index]! + value : value;
      });
    },
    map(kind, x, y, n) {
      each(n, (floats, index) => {
        floats[(y >> 2) + index] = apply(kind, floats[(x >> 2) + index]!);
      });
    },
    mapBackward(kind, x, y, dy, dx, n) {
      each(n, (floats, index) => {
        const along = slope(kind, floats[(x >> 2) + index]!, floats[(y >> 2) + index]!);
        floats[(dx >> 2) + index] = floats[(dx >> 2) + index]! + round(floats[(dy >> 2) + index]! * along);
      });
    },
    softmax(x, y, rows, columns) {
      const floats = heap();
      for (let i = 0; i < rows; i += 1) {
        const p = (x >> 2) + i * columns;
        const q = (y >> 2) + i * columns;
        let most = floats[p]!;
        for (let j = 1; j < columns; j += 1) most = Math.max(most, floats[p + j]!);
        let sum = 0;
        for (let j = 0; j < columns; j += 1) {
          const e = exponential(round(floats[p + j]! - most));
          floats[q + j] = e;
          sum = round(sum + e);
        }
        for (let j = 0; j < columns; j += 1) floats[q + j] = floats[q + j]! / sum;
      }
    },
    softmaxBackward(y, dy, dx, rows, columns) {
      const floats = heap();
      for (let i = 0; i < rows; i += 1) {
        let dot = 0;
        for (let j = i * columns; j < (i + 1) * columns; j += 1)
          dot = round(dot + round(floats[(dy >> 2) + j]! * floats[(y >> 2) + j]!));
        for (let j = i * columns; j < (i + 1) * columns; j += 1) {
          const along = round(floats[(y >> 2) + j]! * round(floats[(dy >> 2) + j]! - dot));
          floats[(dx >> 2) + j] = floats[(dx >> 2) + j]! + along;
        }
      }
    },
    normalise(x, y, spread, rows, columns) {
      const floats = heap();
      for (let i = 0; i < rows; i += 1) {
        const p = (x >> 2) + i * columns;
        let sum = 0;
        for (let j = 0; j < columns; j += 1) sum = round(sum + floats[p + j]!);
        const mean = round(sum / columns);
        let square = 0;
        for (let j = 0; j < columns; j += 1) {
          const value = round(floats[p + j]! - mean);
          square = round(square + round(value * value));
        }
        const inverse = round(1 / round(Math.sqrt(round(round(square / columns) + round(1e-5)))));
        floats[(spread >> 2) + i] = inverse;
        for (let j = 0; j < columns; j += 1)
          floats[(y >> 2) + i * columns + j] = round(floats[p + j]! - mean) * inverse;
      }
    },
    normaliseBackward(y, spread, dy, dx, rows, columns) {
      const floats = heap();
      for (let i = 0; i < rows; i += 1) {
        let sum = 0;
        let dot = 0;
        for (let j = i * columns; j < (i + 1) * columns; j += 1) {
          sum = round(sum + floats[(dy >> 2) + j]!);
          dot = round(dot + round(floats[(dy >> 2) + j]! * floats[(y >> 2) + j]!));
        }
        const mean = round(sum / columns);
        const along = round(dot / columns);
        const inverse = floats[(spread >> 2) + i]!;
        for (let j = i * columns; j < (i + 1) * columns; j += 1) {
          const centred = round(round(floats[(dy >> 2) + j]! - mean) - round(floats[(y >> 2) + j]! * along));
          floats[(dx >> 2) + j] = floats[(dx >> 2) + j]! + round(inverse * centred);
        }
      }
    },
    adam(p, g, m, v, n, rate, first, second, epsilon, decay) {
      const [b1, b2, step, tiny] = [round(first), round(second), round(rate), round(epsilon)];
      const [c1, c2, keep] = [round(1 - b1), round(1 - b2), round(1 - round(decay))];
      each(n, (floats, index) => {
        const d = floats[(g >> 2) + index]!;
        const m1 = round(round(b1 * floats[(m >> 2) + index]!) + round(c1 * d));
        const v1 = round(round(b2 * floats[(v >> 2) + index]!) + round(c2 * round(d * d)));
        floats[(m >> 2) + index] = m1;
        floats[(v >> 2) + index] = v1;
        const change = round(round(step * m1) / round(round(Math.sqrt(v1)) + tiny));
        floats[(p >> 2) + index] = round(keep * floats[(p >> 2) + index]!) - change;
      });
    },
  };
}

const bits = new Int32Array(1);
const value = new Float32Array(bits.buffer);

const exponentTerms = [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1];
const logarithmTerms = [
  -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1,
];

/** Cephes (S. Moshier), as in the assembly. */
function exponential(from: number): number {
  const x = Math.min(Math.max(from, -87), 88);
  const n = Math.floor(round(round(x * round(Math.LOG2E)) + 0.5));
  let r = round(x - round(n * 0.693359375));
  r = round(r - round(n * round(-2.1219444e-4)));
  let p = round(1.98756915e-4);
  for (const term of exponentTerms) p = round(round(p * r) + round(term));
  p = round(round(round(p * round(r * r)) + r) + 1);
  bits[0] = (n + 127) << 23;
  return round(p * value[0]!);
}

function logarithm(from: number): number {
  value[0] = Math.max(from, smallestNormal);
  let e = (bits[0]! >>> 23) - 126;
  bits[0] = (bits[0]! & 0x007fffff) | 0x3f000000;
  let m = value[0]!;
  const small = m < round(Math.SQRT1_2);
  if (small) e -= 1;
  m = round(round(m + (small ? m : 0)) - 1);
  const z = round(m * m);
  let p = round(7.0376836292e-2);
  for (const term of logarithmTerms) p = round(round(p * m) + round(term));
  p = round(round(p * m) * z);
  p = round(p + round(e * round(-2.1219444e-4)));
  p = round(p - round(z * 0.5));
  return round(round(m + p) + round(e * 0.693359375));
}

const logistic = (x: number) => round(1 / round(1 + exponential(-x)));

function apply(kind: number, x: number): number {
  switch (kind) {
    case 0:
      return Math.max(x, 0);
    case 1:
      return round(Math.max(x, 0) + round(round(0.2) * Math.min(x, 0)));
    case 2:
      return logistic(x);
    case 3:
      return round(round(2 * logistic(round(2 * x))) - 1);
    case 4:
      return round(Math.max(x, 0) + logarithm(round(1 + exponential(-Math.abs(x)))));
    case 5:
      return exponential(x);
    case 6:
      return logarithm(x);
    case 7:
      return round(x * x);
    case 8:
      return Math.abs(x);
    default:
      return round(Math.sqrt(x));
  }
}

function slope(kind: number, x: number, y: number): number {
  switch (kind) {
    case 0:
      return x > 0 ? 1 : 0;
    case 1:
      return x > 0 ? 1 : round(0.2);
    case 2:
      return round(y * round(1 - y));
    case 3:
      return round(1 - round(y * y));
    case 4:
      return logistic(x);
    case 5:
      return y;
    case 6:
      return round(1 / Math.max(x, smallestNormal));
    case 7:
      return round(2 * x);
    case 8:
      return (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0);
    default:
      return round(0.5 / Math.max(y, round(1e-12)));
  }
}
