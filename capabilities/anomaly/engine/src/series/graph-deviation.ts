/**
 * A graph deviation network (GDN: Deng and Hooi, AAAI 2021).
 * @module
 */
import type { ModelState } from '../model-file.ts';
import { openRandom, type Random } from '../random.ts';
import { openHeap } from '../runtime/heap.ts';
import { dense, perceptron } from '../runtime/layers.ts';
import { meanSquare } from '../runtime/losses.ts';
import { Parameters } from '../runtime/parameters.ts';
import { Tape } from '../runtime/tape.ts';
import { proceed } from '../table/detector.ts';
import { networkState, restoreNetwork } from '../table/detectors/network.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import { onScaledReadings, type SeriesDetector, trailingMean } from './detector.ts';
import { keepNearest } from './relations.ts';

/** Median and spread of quartiles of each sensor's errors on the tail of training; the authors' program takes those of the test recording. */
type Usual = { readonly middle: Float32Array; readonly spread: Float32Array };
/** Graphs judged at once. */
const size = 16;

/** Each sensor is forecast from those most like it; the largest normalised error counts, a mean of three time stamps. */
export function graphDeviation({
  window = 5,
  steps = 500,
  hidden = 64,
  neighbours = 15,
  smooth = 3,
} = {}): SeriesDetector {
  const build = (sensors: number, random: Random) => {
    const heap = openHeap();
    const parameters = new Parameters(heap);
    const places = parameters.create('embedding', sensors, hidden, () => random.normal() * 0.2);
    const value = dense(parameters, 'value', window, hidden, random);
    const left = dense(parameters, 'left', 2 * hidden, 1, random);
    const right = dense(parameters, 'right', 2 * hidden, 1, random);
    const out = perceptron(parameters, 'out', [hidden, hidden, 1], random);
    const tape = new Tape(heap);
    const rows = size * sensors;
    const x = tape.input(rows, window);
    const mask = tape.input(rows, sensors);
    const ones = tape.input(rows, 1);
    heap.floats.fill(1, ones.at >> 2, (ones.at >> 2) + rows);
    const where = tape.gather(
      tape.leaf(places),
      Uint32Array.from({ length: rows }, (_, row) => row % sensors),
    );
    const seen = value.on(tape, x);
    const both = tape.concat(where, seen);
    const scores = tape.matmulTransposed(
      tape.concat(left.on(tape, both), ones),
      tape.concat(ones, right.on(tape, both)),
      size,
    );
    const attention = tape.softmax(tape.add(tape.map('leakyRelu', scores), mask));
    const heard = tape.map('relu', tape.matmul(attention, seen, size));
    const forecast = out.on(tape, tape.product(heard, where));
    const target = tape.input(rows, 1);
    const loss = meanSquare(tape, forecast, target);
    const fill = (from: Matrix, at: number, row: number) => {
      for (let sensor = 0; sensor < sensors; sensor += 1) {
        for (let back = 0; back < window; back += 1)
          heap.floats[(x.at >> 2) + (at * sensors + sensor) * window + back] =
            from.values[Math.max(0, row - window + back) * sensors + sensor]!;
        heap.floats[(target.at >> 2) + at * sensors + sensor] = from.values[row * sensors + sensor]!;
      }
    };
    const relate = () => keepNearest(parameters.values(places), sensors, hidden, neighbours, heap.floats, mask, size);
    const errorsOf = (series: Matrix) => {
      const errors = matrix(series.rows, sensors);
      for (let from = 0; from < series.rows; from += size) {
        const count = Math.min(size, series.rows - from);
        for (let at = 0; at < count; at += 1) fill(series, at, from + at);
        tape.forward();
        const guessed = tape.read(forecast);
        for (let at = 0; at < count * sensors; at += 1)
          errors.values[from * sensors + at] = Math.abs(series.values[from * sensors + at]! - guessed[at]!);
      }
      return errors;
    };
    return { network: { heap, parameters }, tape, loss, fill, relate, errorsOf };
  };
  return onScaledReadings({
    name: 'gdn',
    memory: window + smooth,
    fit: (scaled, random, control) => {
      const cut = Math.max(window + 2, Math.floor(scaled.rows * 0.8));
      const sensors = scaled.columns;
      const net = build(sensors, random);
      for (let step = 0; step < steps; step += 1) {
        if (step % 20 === 0) {
          proceed(control, step / steps);
          net.relate();
        }
        for (let at = 0; at < size; at += 1) net.fill(scaled, at, window + random.below(cut - window));
        net.tape.forward();
        net.tape.backward(net.loss);
        net.network.parameters.step({ rate: 1e-3, clip: 5 });
      }
      // The relations that judge are those of the network as it is now: the same that are found again in its saved state.
      net.relate();
      const tail = net.errorsOf(matrix(scaled.rows - cut, sensors, scaled.values.subarray(cut * sensors)));
      return { usual: usualOf(tail), network: networkState(sensors, net.network) };
    },
    open: (state) => {
      const { usual } = state as unknown as { readonly usual: Usual };
      const saved = state.network as ModelState;
      const { network, relate, errorsOf } = build(saved.columns as number, openRandom(0));
      restoreNetwork(saved, network);
      relate();
      return (series) => {
        const errors = errorsOf(series);
        const most = new Float32Array(series.rows);
        for (let at = 0; at < errors.values.length; at += 1) {
          const sensor = at % errors.columns;
          errors.values[at] = Math.max(0, (errors.values[at]! - usual.middle[sensor]!) / usual.spread[sensor]!);
          const row = Math.floor(at / errors.columns);
          most[row] = Math.max(most[row]!, errors.values[at]!);
        }
        return { scores: trailingMean(most, smooth), sensors: errors };
      };
    },
  });
}

function usualOf(tail: Matrix): Usual {
  const usual = { middle: new Float32Array(tail.columns), spread: new Float32Array(tail.columns) };
  for (let sensor = 0; sensor < tail.columns; sensor += 1) {
    const column = Float32Array.from(
      { length: tail.rows },
      (_, row) => tail.values[row * tail.columns + sensor]!,
    ).sort();
    const at = (share: number) => column[Math.floor(share * (column.length - 1))] ?? 0;
    usual.middle[sensor] = at(0.5);
    usual.spread[sensor] = at(0.75) - at(0.25) + 1e-2;
  }
  return usual;
}
