import { describe, expect, test } from 'vitest';
import { openRandom, type Random } from '../src/random.ts';
import { type Heap, openHeap } from '../src/runtime/heap.ts';
import { type FunctionName, functions } from '../src/runtime/kernels.ts';
import { dense, gatedRecurrent, layerNormal, perceptron, selfAttention } from '../src/runtime/layers.ts';
import { binaryCrossEntropy, meanSquare, normalLikelihood, standardDivergence } from '../src/runtime/losses.ts';
import { Parameters } from '../src/runtime/parameters.ts';
import { Tape, type Tensor } from '../src/runtime/tape.ts';

/** A network of one operation between two learned matrices: built on a heap, it gives its loss. */
type Build = (tape: Tape, a: Tensor, b: Tensor, parameters: Parameters, random: Random) => Tensor;

const shapes = { a: [6, 5], b: [6, 5] } as const;
const maps: Record<string, Build> = Object.fromEntries(
  (Object.keys(functions) as FunctionName[]).map((name) => [
    `map ${name}`,
    (tape: Tape, a: Tensor) => {
      // Logarithms and roots want positive numbers; kinks want distance.
      const shifted = name === 'log' || name === 'sqrt' ? tape.add(tape.map('square', a), tape.map('exp', a)) : a;
      return tape.mean(tape.map('square', tape.map(name, shifted)));
    },
  ]),
);
const builds: Record<string, Build> = {
  ...maps,
  matmul: (tape, a, b) => tape.mean(tape.map('square', tape.matmul(a, tape.reshape(b, 5, 6)))),
  'matmul of stacks': (tape, a, b) =>
    tape.mean(tape.map('square', tape.matmul(tape.reshape(a, 10, 3), tape.reshape(b, 6, 5), 2))),
  'matmul transposed': (tape, a, b) => tape.mean(tape.map('square', tape.matmulTransposed(a, b, 2))),
  addRow: (tape, a, b) =>
    tape.mean(tape.map('square', tape.addRow(a, tape.reshape(tape.columns(tape.reshape(b, 1, 30), 0, 5), 1, 5)))),
  add: (tape, a, b) => tape.mean(tape.map('tanh', tape.add(a, b))),
  subtract: (tape, a, b) => tape.mean(tape.map('square', tape.subtract(a, b))),
  product: (tape, a, b) => tape.mean(tape.map('square', tape.product(a, b))),
  scale: (tape, a) => tape.mean(tape.map('square', tape.scale(a, -1.7))),
  softmax: (tape, a, b) => tape.mean(tape.product(tape.softmax(a), b)),
  normalise: (tape, a, b) => tape.mean(tape.product(tape.normalise(a), b)),
  concat: (tape, a, b) => tape.mean(tape.map('square', tape.concat(a, tape.map('tanh', b), a))),
  columns: (tape, a) => tape.mean(tape.map('square', tape.columns(a, 1, 3))),
  gather: (tape, a) => tape.mean(tape.map('square', tape.gather(a, Uint32Array.of(0, 2, 2, 5)))),
  'row sums': (tape, a, b) => tape.mean(tape.map('square', tape.rowSums(tape.product(a, b)))),
  dense: (tape, a, _b, parameters, random) =>
    tape.mean(tape.map('square', dense(parameters, 'd', 5, 3, random, 'tanh').on(tape, a))),
  'layer normal': (tape, a, b, parameters) => tape.mean(tape.product(layerNormal(parameters, 'n', 5).on(tape, a), b)),
  'gated recurrent': (tape, a, b, parameters, random) =>
    tape.mean(tape.map('square', gatedRecurrent(parameters, 'g', 5, 4, random).on(tape, [a, b, a]).at(-1)!)),
  'self-attention': (tape, a, b, parameters, random) =>
    tape.mean(tape.product(selfAttention(parameters, 's', 5, random).on(tape, a, 3), b)),
  'mean square': (tape, a, b) => meanSquare(tape, a, b),
  'binary cross entropy': (tape, a, b) => binaryCrossEntropy(tape, a, tape.map('sigmoid', b)),
  'normal likelihood': (tape, a, b) => normalLikelihood(tape, a, b, tape.map('tanh', a)),
  'standard divergence': (tape, a, b) => standardDivergence(tape, a, b),
};

function build(heap: Heap, make: Build) {
  const random = openRandom(7);
  const parameters = new Parameters(heap);
  const away = () => {
    const value = 2 * random.next() - 1;
    return value + Math.sign(value) * 0.05;
  };
  const a = parameters.create('a', ...shapes.a, away);
  const b = parameters.create('b', ...shapes.b, away);
  const tape = new Tape(heap);
  const loss = make(tape, tape.leaf(a), tape.leaf(b), parameters, random);
  const value = () => {
    tape.forward();
    return tape.read(loss)[0]!;
  };
  return { parameters, tape, loss, value };
}

/** All kernels of tables on drawn rows, some of whose values stand exactly on a cut, an edge or a knot. */
function scoreByKernels(heap: Heap, rows: number, columns: number): number[][] {
  const random = openRandom(rows);
  const place = (values: ArrayLike<number>) => {
    const at = heap.allocate(values.length);
    heap.floats.set(values, at >> 2);
    return at;
  };
  const drawn = (count: number) => Array.from({ length: count }, () => Math.round(20 * random.next() - 4) / 10);
  const x = place(drawn(rows * columns));
  const read = (at: number, count: number) => [...heap.floats.subarray(at >> 2, (at >> 2) + count)];

  // Each node but the leaves has its left child behind it; the tree leans to the right.
  const depth = 5;
  const tree = heap.allocate(4 * (2 * depth + 1));
  for (let node = 0; node <= 2 * depth; node += 1) {
    const leaf = node % 2 === 1 || node === 2 * depth;
    const words = new Uint32Array(heap.floats.buffer, tree + 16 * node, 4);
    words.set([4 * random.below(columns), 0, tree + 16 * (leaf ? node : node + 2), 0]);
    heap.floats[(tree >> 2) + 4 * node + 1] = leaf ? Number.NEGATIVE_INFINITY : 0.3 - node / 20;
    heap.floats[(tree >> 2) + 4 * node + 3] = random.next();
  }
  const sums = heap.allocate(rows);
  for (const sure of [0, 3, 9]) heap.kernels.walkTree(x, columns, rows, tree, sure, sums);

  const [count, most] = [12, 3];
  const squares = heap.allocate(rows * most);
  const [products, own, lengths] = [place(drawn(rows * count)), place(drawn(rows)), place(drawn(count))];
  heap.kernels.nearest(products, own, lengths, squares, rows, count, most);

  const bins = 7;
  const binned = heap.allocate(rows);
  heap.kernels.sumBins(x, columns, rows, bins, place(drawn(columns * (bins + 2))), binned);

  const ownLengths = heap.allocate(rows);
  heap.kernels.sumSquares(x, columns, rows, ownLengths);

  const tails = heap.allocate(2 * rows);
  const knots = place([-0.2, 0, 0.1, 0.5, 0.9, 1.2, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  heap.kernels.sumTails(x + 4 * (columns - 1), columns, rows, knots, 8, place(drawn(4 * 8 + 2)), tails);
  return [
    read(sums, rows),
    read(squares, rows * most),
    read(binned, rows),
    read(ownLengths, rows),
    read(tails, 2 * rows),
  ];
}

describe('the learning runtime', () => {
  test.each(Object.entries(builds))('[L1] the gradient of %s is that of finite differences', (_name, make) => {
    const { parameters, tape, loss, value } = build(openHeap(), make);
    value();
    tape.backward(loss);
    let checked = 0;
    for (const parameter of parameters.list) {
      const gradient = parameters.gradientOf(parameter).slice();
      for (let index = 0; index < gradient.length; index += 1) {
        const kept = parameters.values(parameter)[index]!;
        const at = (shift: number) => {
          parameters.values(parameter)[index] = kept + shift;
          return value();
        };
        const step = 4e-3;
        // Five points (error of fourth order), since single precision allows no small step.
        const slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
        parameters.values(parameter)[index] = kept;
        expect(Math.abs(slope - gradient[index]!), `${parameter.name}[${index}]`).toBeLessThan(
          2e-3 * Math.max(0.1, Math.abs(slope)),
        );
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThanOrEqual(60);
  });

  test.each(Object.entries(builds))('[L2] %s gives the same bits with SIMD and in plain TypeScript', (_name, make) => {
    const [fast, plain] = [build(openHeap(), make), build(openHeap('plain'), make)];
    for (let round = 0; round < 3; round += 1) {
      expect(fast.value()).toBe(plain.value());
      for (const each of [fast, plain]) {
        each.tape.backward(each.loss);
        each.parameters.step({ rate: 0.01, decay: 0.1, clip: 0.5 });
      }
      expect([...fast.parameters.save()].map(([name, { values }]) => [name, [...values]])).toEqual(
        [...plain.parameters.save()].map(([name, { values }]) => [name, [...values]]),
      );
    }
    expect(openHeap().kind).toBe('wasm');
  });

  test('[L2] odd sizes give the same bits: rows, columns and depths from 1 to 21', () => {
    for (let size = 1; size <= 21; size += 2) {
      const results = (['fastest', 'plain'] as const).map((kind) => {
        const heap = openHeap(kind);
        const random = openRandom(size);
        const parameters = new Parameters(heap);
        const tape = new Tape(heap);
        const x = tape.input(size, 22 - size);
        tape.write(
          x,
          Float32Array.from({ length: size * (22 - size) }, () => random.normal()),
        );
        const out = perceptron(parameters, 'p', [22 - size, size, 3], random, 'tanh').on(tape, x);
        tape.forward();
        return [...tape.read(out)];
      });
      expect(results[0]).toEqual(results[1]);
    }
  });

  test('[L2] the kernels that score tables give the same bits: trees, nearest rows, bins and tails, for odd numbers of rows and columns', () => {
    for (const [rows, columns] of [
      [1, 1],
      [7, 5],
      [21, 12],
    ] as const) {
      const [fast, plain] = (['fastest', 'plain'] as const).map((kind) =>
        scoreByKernels(openHeap(kind), rows, columns),
      );
      expect(fast!.flat().every(Number.isFinite)).toBe(true);
      expect(new Set(fast!.flat()).size).toBeGreaterThan(rows);
      expect(fast).toEqual(plain);
    }
  });

  test('[L4] the same seed gives the same model, another seed another', () => {
    const train = (seed: number) => {
      const heap = openHeap();
      const random = openRandom(seed);
      const parameters = new Parameters(heap);
      const tape = new Tape(heap);
      const x = tape.input(32, 4);
      const target = tape.input(32, 1);
      const out = perceptron(parameters, 'p', [4, 8, 1], random).on(tape, x);
      const loss = binaryCrossEntropy(tape, out, target);
      for (let step = 0; step < 200; step += 1) {
        const rows = Float32Array.from({ length: 128 }, () => random.normal());
        tape.write(x, rows);
        tape.write(
          target,
          Float32Array.from({ length: 32 }, (_, row) => (rows[row * 4]! * rows[row * 4 + 1]! > 0 ? 1 : 0)),
        );
        tape.forward();
        tape.backward(loss);
        parameters.step({ rate: 0.01 });
      }
      return {
        weights: [...parameters.save().values()].flatMap(({ values }) => [...values]),
        loss: tape.read(loss)[0]!,
      };
    };
    const [first, again, other] = [train(1), train(1), train(2)];
    expect(first.weights).toEqual(again.weights);
    expect(first.weights).not.toEqual(other.weights);
    // The sign of a product cannot be told by any linear rule (loss ln 2 = 0.69): it was learned.
    expect(first.loss).toBeLessThan(0.45);
  });

  test('[L5] shapes that do not fit are refused with both', () => {
    const tape = new Tape(openHeap());
    expect(() => tape.matmul(tape.input(2, 3), tape.input(4, 2))).toThrow('2 x 3 and 4 x 2');
    expect(() => tape.add(tape.input(2, 3), tape.input(3, 2))).toThrow('2 x 3 and 3 x 2');
    expect(() => tape.input(0, 3)).toThrow('0 x 3');
    expect(() => tape.write(tape.input(2, 2), [1, 2, 3])).toThrow('2 x 2, got 3');
  });
});
