/**
 * What both forms of the hot loops offer: WebAssembly with SIMD and plain TypeScript. Addresses are bytes, multiples of 16.
 * @module
 */

/** The element-wise functions, by the number the kernels know them by. */
export const functions = {
  relu: 0,
  leakyRelu: 1,
  sigmoid: 2,
  tanh: 3,
  softplus: 4,
  exp: 5,
  log: 6,
  square: 7,
  abs: 8,
  sqrt: 9,
} as const;
export type FunctionName = keyof typeof functions;

/** Scoring tables: rows stand one after the other, `columns` numbers each. What the arguments mean stands in `assembly/tables.as.ts`. */
export interface TableKernels {
  walkTree(x: number, columns: number, rows: number, tree: number, sure: number, out: number): void;
  nearest(products: number, own: number, lengths: number, out: number, rows: number, count: number, most: number): void;
  sumBins(x: number, columns: number, rows: number, bins: number, table: number, out: number): void;
  sumSquares(x: number, columns: number, rows: number, out: number): void;
  sumTails(x: number, columns: number, rows: number, knots: number, size: number, pairs: number, out: number): void;
}

export interface Kernels extends TableKernels {
  multiply(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    m: number,
    n: number,
    k: number,
    accumulate: boolean,
  ): void;
  transpose(from: number, to: number, rows: number, columns: number): void;
  zero(at: number, n: number): void;
  addRow(x: number, row: number, out: number, rows: number, columns: number): void;
  sumRows(x: number, row: number, rows: number, columns: number): void;
  scale(x: number, y: number, n: number, factor: number, accumulate: boolean): void;
  add(x: number, y: number, out: number, n: number): void;
  subtract(x: number, y: number, out: number, n: number): void;
  product(x: number, y: number, out: number, n: number, accumulate: boolean): void;
  map(kind: number, x: number, y: number, n: number): void;
  mapBackward(kind: number, x: number, y: number, dy: number, dx: number, n: number): void;
  softmax(x: number, y: number, rows: number, columns: number): void;
  softmaxBackward(y: number, dy: number, dx: number, rows: number, columns: number): void;
  normalise(x: number, y: number, spread: number, rows: number, columns: number): void;
  normaliseBackward(y: number, spread: number, dy: number, dx: number, rows: number, columns: number): void;
  adam(
    p: number,
    g: number,
    m: number,
    v: number,
    n: number,
    rate: number,
    first: number,
    second: number,
    epsilon: number,
    decay: number,
  ): void;
}
