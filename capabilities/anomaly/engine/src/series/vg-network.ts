/**
 * The network of VG-Net: a variational autoencoder with a graph network over learned relations of the sensors, predicting the next and
 * reconstructing the present together. It knows no scores and no thresholds.
 * @module
 */
import type { Random } from '../random.ts';
import { openHeap } from '../runtime/heap.ts';
import { dense, perceptron } from '../runtime/layers.ts';
import { Parameters } from '../runtime/parameters.ts';
import { Tape, type Tensor } from '../runtime/tape.ts';
import { type Control, proceed } from '../table/detector.ts';
import type { Network } from '../table/detectors/network.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import { keepNearest } from './relations.ts';

export interface VgNetSizes {
  readonly window: number;
  readonly hidden: number;
  readonly latent: number;
  readonly embedding: number;
  /** How many neighbours a sensor listens to. */
  readonly neighbours: number;
}
/** What a forecast left over, and the readings themselves, row for row. */
export interface Seen {
  readonly rest: Matrix;
  readonly readings: Matrix;
}
export interface VgNetwork {
  readonly network: Network;
  train(seen: Seen, steps: number, batch: number, random: Random, control?: Control): void;
  /** A judge of the parameters as they are now: squared errors of prediction and reconstruction for each sensor. */
  judge(): (seen: Seen) => { readonly prediction: Matrix; readonly reconstruction: Matrix };
}

export function buildVgNetwork(
  sensors: number,
  { window, hidden, latent, embedding, neighbours }: VgNetSizes,
  random: Random,
): VgNetwork {
  const heap = openHeap();
  const parameters = new Parameters(heap);
  const places = parameters.create('embedding', sensors, embedding, () => random.normal() * 0.3);
  const encoder = dense(parameters, 'encoder', 2 * window + embedding, hidden, random, 'relu');
  const left = dense(parameters, 'attention.left', hidden, 1, random);
  const right = dense(parameters, 'attention.right', hidden, 1, random);
  const message = dense(parameters, 'message', hidden, hidden, random);
  const mean = dense(parameters, 'latent.mean', 2 * hidden, latent, random);
  const spread = dense(parameters, 'latent.spread', 2 * hidden, latent, random);
  const decoder = perceptron(parameters, 'decoder', [latent + embedding, hidden, window], random);
  const predictor = perceptron(parameters, 'predictor', [latent + hidden + embedding, hidden, 1], random);

  const write = (tape: Tape, size: number) => {
    const rows = size * sensors;
    const x = tape.input(rows, 2 * window);
    const noise = tape.input(rows, latent);
    const mask = tape.input(rows, sensors);
    const ones = tape.input(rows, 1);
    heap.floats.fill(1, ones.at >> 2, (ones.at >> 2) + rows);
    const where = tape.gather(
      tape.leaf(places),
      Uint32Array.from({ length: rows }, (_, row) => row % sensors),
    );
    const own = encoder.on(tape, tape.concat(x, where));
    const scores = tape.matmulTransposed(
      tape.concat(left.on(tape, own), ones),
      tape.concat(ones, right.on(tape, own)),
      size,
    );
    const attention = tape.softmax(tape.add(tape.map('leakyRelu', scores), mask));
    const heardNow = tape.map('relu', tape.matmul(attention, message.on(tape, own), size));
    const both = tape.concat(own, heardNow);
    const middle = mean.on(tape, both);
    const logVariance = spread.on(tape, both);
    const z = tape.add(middle, tape.product(tape.map('exp', tape.scale(logVariance, 0.5)), noise));
    const rebuilt = decoder.on(tape, tape.concat(z, where));
    const next = predictor.on(tape, tape.concat(z, heardNow, where));
    return { x, noise, mask, middle, logVariance, rebuilt, next };
  };
  /** The relations: each sensor listens to those whose embeddings are most like its own, itself included. */
  const relate = (mask: Tensor, size: number) =>
    keepNearest(parameters.values(places), sensors, embedding, neighbours, heap.floats, mask, size);
  /** One row a sensor: the window of what the forecast left over, then the window of readings, ending at `end`. */
  const fill = (x: Tensor, at: number, from: Seen, end: number) => {
    const { floats } = heap;
    for (let sensor = 0; sensor < sensors; sensor += 1) {
      const to = (x.at >> 2) + (at * sensors + sensor) * 2 * window;
      for (let back = 0; back < window; back += 1) {
        const row = Math.max(0, end - window + 1 + back);
        floats[to + back] = from.rest.values[row * sensors + sensor]!;
        floats[to + window + back] = from.readings.values[row * sensors + sensor]! / 2;
      }
    }
  };

  return {
    network: { heap, parameters },
    train: (series, steps, batch, draws, control) => {
      const tape = new Tape(heap);
      const net = write(tape, batch);
      const nextTarget = tape.input(batch * sensors, 1);
      const windowTarget = tape.columns(net.x, 0, window);
      const predictionLoss = tape.mean(huber(tape, tape.subtract(net.next, nextTarget)));
      const reconstructionLoss = tape.mean(huber(tape, tape.subtract(net.rebuilt, windowTarget)));
      const outer = tape.add(tape.map('square', net.middle), tape.map('exp', net.logVariance));
      const divergence = tape.mean(tape.subtract(outer, net.logVariance));
      const loss = tape.add(tape.add(predictionLoss, reconstructionLoss), tape.scale(divergence, 0.01));
      const noise = new Float32Array(batch * sensors * latent);
      const targets = new Float32Array(batch * sensors);
      for (let step = 0; step < steps && series.rest.rows > window + 1; step += 1) {
        if (step % 20 === 0) {
          proceed(control, step / steps);
          relate(net.mask, batch);
        }
        for (let at = 0; at < batch; at += 1) {
          const end = window - 1 + draws.below(series.rest.rows - window);
          fill(net.x, at, series, end);
          targets.set(series.rest.values.subarray((end + 1) * sensors, (end + 2) * sensors), at * sensors);
        }
        for (let at = 0; at < noise.length; at += 1) noise[at] = draws.normal();
        tape.write(net.noise, noise);
        tape.write(nextTarget, targets);
        tape.forward();
        tape.backward(loss);
        parameters.step({ rate: 2e-3 * Math.min(1, (2 * (steps - step)) / steps), clip: 1 });
      }
    },
    judge: () => {
      const judging = new Tape(heap);
      const size = 32;
      const judge = write(judging, size);
      relate(judge.mask, size);
      return (all) => {
        const judgedRest = all.rest;
        const prediction = matrix(judgedRest.rows, sensors);
        const reconstruction = matrix(judgedRest.rows, sensors);
        for (let from = 0; from < judgedRest.rows; from += size) {
          const count = Math.min(size, judgedRest.rows - from);
          for (let at = 0; at < count; at += 1) fill(judge.x, at, all, from + at);
          judging.forward();
          const [next, rebuilt] = [judging.read(judge.next), judging.read(judge.rebuilt)];
          for (let at = 0; at < count; at += 1)
            for (let sensor = 0; sensor < sensors; sensor += 1) {
              const row = from + at;
              const value = judgedRest.values[row * sensors + sensor]!;
              reconstruction.values[row * sensors + sensor] =
                (value - rebuilt[(at * sensors + sensor) * window + window - 1]!) ** 2;
              if (row + 1 < judgedRest.rows)
                prediction.values[(row + 1) * sensors + sensor] =
                  (judgedRest.values[(row + 1) * sensors + sensor]! - next[at * sensors + sensor]!) ** 2;
            }
        }
        return { prediction, reconstruction };
      };
    },
  };
}

/** sqrt(1 + e^2) - 1: squared near zero, straight far away, so that a burst in training does not rule it (pseudo-Huber). */
function huber(tape: Tape, error: Tensor): Tensor {
  const one = tape.input(1, error.columns);
  tape.heap.floats.fill(1, one.at >> 2, (one.at >> 2) + error.columns);
  return tape.map('sqrt', tape.addRow(tape.map('square', error), one));
}
