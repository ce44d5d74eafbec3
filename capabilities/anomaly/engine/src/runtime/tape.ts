/**
 * Reverse-mode differentiation on a fixed tape: a network is written down once for a batch size, then run as often as wanted without
 * allocating anything. Every tensor is a matrix of 32-bit floats, row-major; stacks of equal matrices are rows below each other.
 * @module
 */
import type { Heap } from './heap.ts';
import { type FunctionName, functions } from './kernels.ts';
import type { Parameter } from './parameters.ts';

export interface Tensor {
  readonly rows: number;
  readonly columns: number;
  /** Address of the values in the heap, in bytes. */
  readonly at: number;
  /** Address of the gradient; 0 where none is kept (inputs and what depends on inputs alone). */
  readonly gradient: number;
}

interface Step {
  forward(): void;
  backward(): void;
}

export class Tape {
  readonly heap: Heap;
  readonly #steps: Step[] = [];
  readonly #gradients: Tensor[] = [];
  readonly #leaves = new Map<Parameter, Tensor>();

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** A matrix that the caller fills before each `forward`. */
  input(rows: number, columns: number): Tensor {
    checkSize(rows, columns);
    return { rows, columns, at: this.heap.allocate(rows * columns), gradient: 0 };
  }
  /** A parameter as a tensor; its gradient is the parameter's own and is not zeroed here but by the optimiser. */
  leaf(parameter: Parameter): Tensor {
    const known = this.#leaves.get(parameter);
    if (known) return known;
    const { rows, columns, at, gradient } = parameter;
    const tensor = { rows, columns, at, gradient };
    this.#leaves.set(parameter, tensor);
    return tensor;
  }
  /** An input whose gradient is wanted, for critics and explanations. */
  watchedInput(rows: number, columns: number): Tensor {
    return this.#result(rows, columns, true);
  }

  write(tensor: Tensor, values: ArrayLike<number>): void {
    if (values.length !== tensor.rows * tensor.columns)
      throw new RangeError(`values: expected ${tensor.rows} x ${tensor.columns}, got ${values.length} numbers`);
    this.heap.floats.set(values, tensor.at >> 2);
  }
  /** A view that holds until the heap grows. */
  read(tensor: Tensor): Float32Array {
    return this.heap.floats.subarray(tensor.at >> 2, (tensor.at >> 2) + tensor.rows * tensor.columns);
  }
  readGradient(tensor: Tensor): Float32Array {
    return this.heap.floats.subarray(tensor.gradient >> 2, (tensor.gradient >> 2) + tensor.rows * tensor.columns);
  }

  forward(): void {
    for (const step of this.#steps) step.forward();
  }
  /** Gradients of `loss`, a 1 x 1 tensor, or of the weighted sum of its entries where `seed` gives the weights. */
  backward(loss: Tensor, seed?: ArrayLike<number>): void {
    const { kernels } = this.heap;
    for (const tensor of this.#gradients) kernels.zero(tensor.gradient, tensor.rows * tensor.columns);
    if (seed) this.heap.floats.set(seed, loss.gradient >> 2);
    else this.heap.floats[loss.gradient >> 2] = 1;
    for (let index = this.#steps.length - 1; index >= 0; index -= 1) this.#steps[index]!.backward();
  }

  /** A B for stacks of `count` matrices each (default one). */
  matmul(a: Tensor, b: Tensor, count = 1): Tensor {
    const [m, k, n] = [a.rows / count, a.columns, b.columns];
    if (b.rows / count !== k) throw mismatch('matmul', a, b);
    const out = this.#result(a.rows, n, a.gradient !== 0 || b.gradient !== 0);
    const scratch = this.heap.allocate(Math.max(k * n, m * k));
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => {
        for (let each = 0; each < count; each += 1)
          kernels.multiply(
            a.at + each * m * k * 4,
            k,
            1,
            b.at + each * k * n * 4,
            n,
            out.at + each * m * n * 4,
            n,
            m,
            n,
            k,
            false,
          );
      },
      backward: () => {
        if (out.gradient === 0) return;
        for (let each = 0; each < count; each += 1) {
          const [atA, atB, atC] = [each * m * k * 4, each * k * n * 4, each * m * n * 4];
          if (b.gradient !== 0)
            kernels.multiply(a.at + atA, 1, k, out.gradient + atC, n, b.gradient + atB, n, k, n, m, true);
          if (a.gradient !== 0) {
            kernels.transpose(b.at + atB, scratch, k, n);
            kernels.multiply(out.gradient + atC, n, 1, scratch, k, a.gradient + atA, k, m, k, n, true);
          }
        }
      },
    });
    return out;
  }
  /** A B' for stacks of `count` matrices each. */
  matmulTransposed(a: Tensor, b: Tensor, count = 1): Tensor {
    const [m, k, n] = [a.rows / count, a.columns, b.rows / count];
    if (b.columns !== k) throw mismatch('matmulTransposed', a, b);
    const out = this.#result(a.rows, n, a.gradient !== 0 || b.gradient !== 0);
    const scratch = this.heap.allocate(k * n);
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => {
        for (let each = 0; each < count; each += 1) {
          kernels.transpose(b.at + each * n * k * 4, scratch, n, k);
          kernels.multiply(a.at + each * m * k * 4, k, 1, scratch, n, out.at + each * m * n * 4, n, m, n, k, false);
        }
      },
      backward: () => {
        if (out.gradient === 0) return;
        for (let each = 0; each < count; each += 1) {
          const [atA, atB, atC] = [each * m * k * 4, each * n * k * 4, each * m * n * 4];
          if (a.gradient !== 0)
            kernels.multiply(out.gradient + atC, n, 1, b.at + atB, k, a.gradient + atA, k, m, k, n, true);
          if (b.gradient !== 0)
            kernels.multiply(out.gradient + atC, 1, n, a.at + atA, k, b.gradient + atB, k, n, k, m, true);
        }
      },
    });
    return out;
  }
  /** Adds the one row of `row` to every row. */
  addRow(x: Tensor, row: Tensor): Tensor {
    if (row.rows !== 1 || row.columns !== x.columns) throw mismatch('addRow', x, row);
    const out = this.#result(x.rows, x.columns, x.gradient !== 0 || row.gradient !== 0);
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => kernels.addRow(x.at, row.at, out.at, x.rows, x.columns),
      backward: () => {
        if (out.gradient === 0) return;
        if (row.gradient !== 0) kernels.sumRows(out.gradient, row.gradient, x.rows, x.columns);
        if (x.gradient !== 0) kernels.scale(out.gradient, x.gradient, x.rows * x.columns, 1, true);
      },
    });
    return out;
  }
  map(name: FunctionName, x: Tensor): Tensor {
    const out = this.#result(x.rows, x.columns, x.gradient !== 0);
    const kind = functions[name];
    const n = x.rows * x.columns;
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => kernels.map(kind, x.at, out.at, n),
      backward: () => {
        if (out.gradient !== 0) kernels.mapBackward(kind, x.at, out.at, out.gradient, x.gradient, n);
      },
    });
    return out;
  }
  add(x: Tensor, y: Tensor): Tensor {
    return this.#pair(x, y, 1);
  }
  subtract(x: Tensor, y: Tensor): Tensor {
    return this.#pair(x, y, -1);
  }
  product(x: Tensor, y: Tensor): Tensor {
    if (x.rows !== y.rows || x.columns !== y.columns) throw mismatch('product', x, y);
    const out = this.#result(x.rows, x.columns, x.gradient !== 0 || y.gradient !== 0);
    const n = x.rows * x.columns;
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => kernels.product(x.at, y.at, out.at, n, false),
      backward: () => {
        if (out.gradient === 0) return;
        if (x.gradient !== 0) kernels.product(out.gradient, y.at, x.gradient, n, true);
        if (y.gradient !== 0) kernels.product(out.gradient, x.at, y.gradient, n, true);
      },
    });
    return out;
  }
  scale(x: Tensor, factor: number): Tensor {
    const out = this.#result(x.rows, x.columns, x.gradient !== 0);
    const n = x.rows * x.columns;
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => kernels.scale(x.at, out.at, n, factor, false),
      backward: () => {
        if (out.gradient !== 0) kernels.scale(out.gradient, x.gradient, n, factor, true);
      },
    });
    return out;
  }
  softmax(x: Tensor): Tensor {
    const out = this.#result(x.rows, x.columns, x.gradient !== 0);
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => kernels.softmax(x.at, out.at, x.rows, x.columns),
      backward: () => {
        if (out.gradient !== 0) kernels.softmaxBackward(out.at, out.gradient, x.gradient, x.rows, x.columns);
      },
    });
    return out;
  }
  /** Each row to mean 0 and deviation 1 (Ba, Kiros and Hinton, 2016); gain and offset are layers of their own. */
  normalise(x: Tensor): Tensor {
    const out = this.#result(x.rows, x.columns, x.gradient !== 0);
    const spread = this.heap.allocate(x.rows);
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => kernels.normalise(x.at, out.at, spread, x.rows, x.columns),
      backward: () => {
        if (out.gradient !== 0) kernels.normaliseBackward(out.at, spread, out.gradient, x.gradient, x.rows, x.columns);
      },
    });
    return out;
  }
  /** The columns of all parts side by side. */
  concat(...parts: readonly Tensor[]): Tensor {
    const first = parts[0];
    if (!first || parts.some((part) => part.rows !== first.rows))
      throw new RangeError('concat: expected parts with equally many rows');
    const columns = parts.reduce((sum, part) => sum + part.columns, 0);
    const out = this.#result(
      first.rows,
      columns,
      parts.some((part) => part.gradient !== 0),
    );
    let offset = 0;
    for (const part of parts) {
      this.#copyColumns(part, 0, out, offset, part.columns);
      offset += part.columns;
    }
    return out;
  }
  /** Columns `from` to `from + count`. */
  columns(x: Tensor, from: number, count: number): Tensor {
    if (from < 0 || count < 1 || from + count > x.columns)
      throw new RangeError(`columns: expected a part of ${x.columns}, got ${from} to ${from + count}`);
    const out = this.#result(x.rows, count, x.gradient !== 0);
    this.#copyColumns(x, from, out, 0, count);
    return out;
  }
  /** The same numbers as a matrix of another shape. */
  reshape(x: Tensor, rows: number, columns: number): Tensor {
    if (rows * columns !== x.rows * x.columns)
      throw new RangeError(`reshape: expected ${x.rows * x.columns} numbers, got ${rows} x ${columns}`);
    return { rows, columns, at: x.at, gradient: x.gradient };
  }
  /** Row `index[i]` of x as row i; the gradient is scattered back. The caller may rewrite `index` between runs. */
  gather(x: Tensor, index: Uint32Array): Tensor {
    const out = this.#result(index.length, x.columns, x.gradient !== 0);
    const width = x.columns;
    this.#steps.push({
      forward: () => {
        const { floats } = this.heap;
        for (let row = 0; row < index.length; row += 1) {
          const from = (x.at >> 2) + index[row]! * width;
          floats.copyWithin((out.at >> 2) + row * width, from, from + width);
        }
      },
      backward: () => {
        if (out.gradient === 0) return;
        const { floats } = this.heap;
        for (let row = 0; row < index.length; row += 1) {
          const to = (x.gradient >> 2) + index[row]! * width;
          const from = (out.gradient >> 2) + row * width;
          for (let column = 0; column < width; column += 1) floats[to + column]! += floats[from + column]!;
        }
      },
    });
    return out;
  }
  /** The sum of x times `factor`, 1 x 1, added in double precision. */
  sum(x: Tensor, factor = 1): Tensor {
    const out = this.#result(1, 1, x.gradient !== 0);
    const n = x.rows * x.columns;
    this.#steps.push({
      forward: () => {
        const { floats } = this.heap;
        let sum = 0;
        for (let index = x.at >> 2; index < (x.at >> 2) + n; index += 1) sum += floats[index]!;
        floats[out.at >> 2] = sum * factor;
      },
      backward: () => {
        if (out.gradient === 0) return;
        const { floats } = this.heap;
        const along = floats[out.gradient >> 2]! * factor;
        for (let index = x.gradient >> 2; index < (x.gradient >> 2) + n; index += 1) floats[index]! += along;
      },
    });
    return out;
  }
  mean(x: Tensor): Tensor {
    return this.sum(x, 1 / (x.rows * x.columns));
  }
  /** The sum of each row, rows x 1. */
  rowSums(x: Tensor): Tensor {
    const out = this.#result(x.rows, 1, x.gradient !== 0);
    this.#steps.push({
      forward: () => {
        const { floats } = this.heap;
        for (let row = 0; row < x.rows; row += 1) {
          let sum = 0;
          const from = (x.at >> 2) + row * x.columns;
          for (let index = from; index < from + x.columns; index += 1) sum += floats[index]!;
          floats[(out.at >> 2) + row] = sum;
        }
      },
      backward: () => {
        if (out.gradient === 0) return;
        const { floats } = this.heap;
        for (let row = 0; row < x.rows; row += 1) {
          const along = floats[(out.gradient >> 2) + row]!;
          const from = (x.gradient >> 2) + row * x.columns;
          for (let index = from; index < from + x.columns; index += 1) floats[index]! += along;
        }
      },
    });
    return out;
  }

  #result(rows: number, columns: number, differentiable: boolean): Tensor {
    checkSize(rows, columns);
    const n = rows * columns;
    const tensor = { rows, columns, at: this.heap.allocate(n), gradient: differentiable ? this.heap.allocate(n) : 0 };
    if (differentiable) this.#gradients.push(tensor);
    return tensor;
  }
  #pair(x: Tensor, y: Tensor, sign: 1 | -1): Tensor {
    if (x.rows !== y.rows || x.columns !== y.columns) throw mismatch(sign === 1 ? 'add' : 'subtract', x, y);
    const out = this.#result(x.rows, x.columns, x.gradient !== 0 || y.gradient !== 0);
    const n = x.rows * x.columns;
    const { kernels } = this.heap;
    this.#steps.push({
      forward: () => (sign === 1 ? kernels.add(x.at, y.at, out.at, n) : kernels.subtract(x.at, y.at, out.at, n)),
      backward: () => {
        if (out.gradient === 0) return;
        if (x.gradient !== 0) kernels.scale(out.gradient, x.gradient, n, 1, true);
        if (y.gradient !== 0) kernels.scale(out.gradient, y.gradient, n, sign, true);
      },
    });
    return out;
  }
  #copyColumns(x: Tensor, from: number, out: Tensor, to: number, count: number): void {
    this.#steps.push({
      forward: () => {
        const { floats } = this.heap;
        for (let row = 0; row < x.rows; row += 1) {
          const start = (x.at >> 2) + row * x.columns + from;
          floats.copyWithin((out.at >> 2) + row * out.columns + to, start, start + count);
        }
      },
      backward: () => {
        if (out.gradient === 0 || x.gradient === 0) return;
        const { floats } = this.heap;
        for (let row = 0; row < x.rows; row += 1) {
          const target = (x.gradient >> 2) + row * x.columns + from;
          const source = (out.gradient >> 2) + row * out.columns + to;
          for (let column = 0; column < count; column += 1) floats[target + column]! += floats[source + column]!;
        }
      },
    });
  }
}

function checkSize(rows: number, columns: number): void {
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 1 || columns < 1)
    throw new RangeError(`tensor: expected at least one row and one column, got ${rows} x ${columns}`);
}
const mismatch = (what: string, a: Tensor, b: Tensor) =>
  new RangeError(`${what}: shapes do not fit: ${a.rows} x ${a.columns} and ${b.rows} x ${b.columns}`);
