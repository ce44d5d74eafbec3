/**
 * What a model learns: named matrices with their gradients and the moments of the optimiser. Two tapes of one heap may share them.
 * @module
 */
import type { Random } from '../random.ts';
import type { Heap } from './heap.ts';

export interface Parameter {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly at: number;
  readonly gradient: number;
  readonly moments: readonly [first: number, second: number];
}

export interface AdamOptions {
  readonly rate: number;
  readonly first?: number;
  readonly second?: number;
  readonly epsilon?: number;
  /** Decoupled weight decay per step, relative to the rate; on matrices only, never on biases. */
  readonly decay?: number;
  /** The gradient is scaled down to this norm where it is longer. */
  readonly clip?: number;
  /** L2 penalty `ridge |W|^2` on matrices, as part of the gradient. */
  readonly ridge?: number;
}

export class Parameters {
  readonly heap: Heap;
  readonly #list: Parameter[] = [];
  #steps = 0;

  constructor(heap: Heap) {
    this.heap = heap;
  }
  get list(): readonly Parameter[] {
    return this.#list;
  }
  /** How many numbers are learned. */
  get count(): number {
    return this.#list.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  }

  create(name: string, rows: number, columns: number, start: (index: number) => number = () => 0): Parameter {
    if (this.#list.some((each) => each.name === name)) throw new RangeError(`parameter: ${name} exists already`);
    const n = rows * columns;
    const { heap } = this;
    const parameter: Parameter = {
      name,
      rows,
      columns,
      at: heap.allocate(n),
      gradient: heap.allocate(n),
      moments: [heap.allocate(n), heap.allocate(n)],
    };
    for (let index = 0; index < n; index += 1) heap.floats[(parameter.at >> 2) + index] = start(index);
    this.#list.push(parameter);
    return parameter;
  }
  /** Uniform within the limit of Glorot and Bengio (2010), times `gain`. */
  weights(name: string, rows: number, columns: number, random: Random, gain = 1): Parameter {
    const limit = gain * Math.sqrt(6 / (rows + columns));
    return this.create(name, rows, columns, () => (2 * random.next() - 1) * limit);
  }

  values(parameter: Parameter): Float32Array {
    return this.heap.floats.subarray(parameter.at >> 2, (parameter.at >> 2) + parameter.rows * parameter.columns);
  }
  gradientOf(parameter: Parameter): Float32Array {
    const from = parameter.gradient >> 2;
    return this.heap.floats.subarray(from, from + parameter.rows * parameter.columns);
  }

  zeroGradients(): void {
    for (const { gradient, rows, columns } of this.#list) this.heap.kernels.zero(gradient, rows * columns);
  }
  /** One step of Adam over all parameters; the gradients are zeroed after it. */
  step({ rate, first = 0.9, second = 0.999, epsilon = 1e-8, decay = 0, ridge = 0, clip }: AdamOptions): void {
    this.#steps += 1;
    const { kernels } = this.heap;
    if (ridge > 0)
      for (const { at, gradient, rows, columns } of this.#list)
        if (rows > 1) kernels.scale(at, gradient, rows * columns, 2 * ridge, true);
    if (clip !== undefined) this.#clip(clip);
    const correction = Math.sqrt(1 - second ** this.#steps);
    const corrected = (rate * correction) / (1 - first ** this.#steps);
    for (const { at, gradient, moments, rows, columns } of this.#list) {
      const shrink = rows > 1 ? rate * decay : 0;
      kernels.adam(at, gradient, ...moments, rows * columns, corrected, first, second, epsilon * correction, shrink);
      kernels.zero(gradient, rows * columns);
    }
  }

  /** All values, by name, for a model file. */
  save(): ReadonlyMap<string, { readonly rows: number; readonly columns: number; readonly values: Float32Array }> {
    return new Map(
      this.#list.map((parameter) => [
        parameter.name,
        { rows: parameter.rows, columns: parameter.columns, values: this.values(parameter).slice() },
      ]),
    );
  }
  load(
    saved: ReadonlyMap<string, { readonly rows: number; readonly columns: number; readonly values: Float32Array }>,
  ): void {
    for (const parameter of this.#list) {
      const found = saved.get(parameter.name);
      if (!found || found.rows !== parameter.rows || found.columns !== parameter.columns)
        throw new RangeError(
          `parameter ${parameter.name}: expected ${parameter.rows} x ${parameter.columns}, got ${found ? `${found.rows} x ${found.columns}` : 'none'}`,
        );
      this.values(parameter).set(found.values);
    }
  }
  /** this <- this + share (other - this), for slowly following copies (target networks). */
  follow(other: Parameters, share: number): void {
    for (const [index, mine] of this.#list.entries()) {
      const theirs = other.#list[index]!;
      const to = this.values(mine);
      const from = other.values(theirs);
      for (let at = 0; at < to.length; at += 1) to[at]! += share * (from[at]! - to[at]!);
    }
  }

  #clip(limit: number): void {
    let square = 0;
    for (const parameter of this.#list) {
      const gradient = this.gradientOf(parameter);
      for (let at = 0; at < gradient.length; at += 1) square += gradient[at]! * gradient[at]!;
    }
    const length = Math.sqrt(square);
    if (length <= limit) return;
    for (const { gradient, rows, columns } of this.#list)
      this.heap.kernels.scale(gradient, gradient, rows * columns, limit / length, false);
  }
}
