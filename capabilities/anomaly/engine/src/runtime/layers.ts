/**
 * Layers: they create their parameters once and write themselves onto any tape of the same heap.
 * @module
 */
import type { Random } from '../random.ts';
import type { FunctionName } from './kernels.ts';
import type { Parameters } from './parameters.ts';
import type { Tape, Tensor } from './tape.ts';

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  on(tape: Tape, x: Tensor): Tensor;
}

/** y = f(x W + b). */
export function dense(
  parameters: Parameters,
  name: string,
  inputs: number,
  outputs: number,
  random: Random,
  activation?: FunctionName,
): Layer {
  const gain = activation === 'relu' || activation === 'leakyRelu' ? Math.SQRT2 : 1;
  const weights = parameters.weights(`${name}.weights`, inputs, outputs, random, gain);
  const bias = parameters.create(`${name}.bias`, 1, outputs);
  return {
    inputs,
    outputs,
    on: (tape, x) => {
      const sum = tape.addRow(tape.matmul(x, tape.leaf(weights)), tape.leaf(bias));
      return activation ? tape.map(activation, sum) : sum;
    },
  };
}

/** Dense layers behind each other; the last has no activation. */
export function perceptron(
  parameters: Parameters,
  name: string,
  sizes: readonly number[],
  random: Random,
  activation: FunctionName = 'relu',
): Layer {
  const layers = sizes.slice(1).map((outputs, index) => {
    const last = index === sizes.length - 2;
    return dense(parameters, `${name}.${index}`, sizes[index]!, outputs, random, last ? undefined : activation);
  });
  return {
    inputs: sizes[0]!,
    outputs: sizes.at(-1)!,
    on: (tape, x) => layers.reduce((value, layer) => layer.on(tape, value), x),
  };
}

/** Normalised rows with a learned gain and offset. */
export function layerNormal(parameters: Parameters, name: string, width: number): Layer {
  const gain = parameters.create(`${name}.gain`, 1, width, () => 1);
  const offset = parameters.create(`${name}.offset`, 1, width);
  return {
    inputs: width,
    outputs: width,
    on: (tape, x) => {
      const repeated = tape.gather(tape.leaf(gain), new Uint32Array(x.rows));
      return tape.addRow(tape.product(tape.normalise(x), repeated), tape.leaf(offset));
    },
  };
}

/** A gated recurrent unit (Cho et al., 2014): the state after each of the steps, each `rows x hidden`. */
export function gatedRecurrent(parameters: Parameters, name: string, inputs: number, hidden: number, random: Random) {
  const gates = dense(parameters, `${name}.gates`, inputs + hidden, 2 * hidden, random, 'sigmoid');
  const candidate = dense(parameters, `${name}.candidate`, inputs + hidden, hidden, random, 'tanh');
  return {
    inputs,
    outputs: hidden,
    on: (tape: Tape, steps: readonly Tensor[], start?: Tensor): readonly Tensor[] => {
      const first = steps[0];
      if (!first) throw new RangeError('gatedRecurrent: expected at least one step, got none');
      let state = start ?? tape.input(first.rows, hidden);
      const states: Tensor[] = [];
      for (const x of steps) {
        const both = gates.on(tape, tape.concat(x, state));
        const update = tape.columns(both, 0, hidden);
        const reset = tape.columns(both, hidden, hidden);
        const next = candidate.on(tape, tape.concat(x, tape.product(reset, state)));
        state = tape.add(state, tape.product(update, tape.subtract(next, state)));
        states.push(state);
      }
      return states;
    },
  };
}

/** Scaled dot-product self-attention with one head (Vaswani et al., 2017) over stacks of `length` rows. */
export function selfAttention(parameters: Parameters, name: string, width: number, random: Random) {
  const query = dense(parameters, `${name}.query`, width, width, random);
  const key = dense(parameters, `${name}.key`, width, width, random);
  const value = dense(parameters, `${name}.value`, width, width, random);
  return {
    inputs: width,
    outputs: width,
    on: (tape: Tape, x: Tensor, length: number): Tensor => {
      const count = x.rows / length;
      if (!Number.isInteger(count))
        throw new RangeError(`selfAttention: expected stacks of ${length} rows, got ${x.rows}`);
      const scores = tape.matmulTransposed(query.on(tape, x), key.on(tape, x), count);
      return tape.matmul(tape.softmax(tape.scale(scores, 1 / Math.sqrt(width))), value.on(tape, x), count);
    },
  };
}
