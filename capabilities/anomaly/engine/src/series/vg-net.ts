/**
 * VG-Net: a variational autoencoder with a graph network over learned relations of the sensors, predicting and reconstructing together, after the
 * article 《智慧交通物联网数据协同异常检测方法》; the authors' network is not public, so what stands here is this project's reading (unverified) on
 * published parts: variational autoencoder (Kingma and Welling, 2014), graph attention over learned sensor embeddings (GDN: Deng and Hooi,
 * AAAI 2021), joint prediction and reconstruction (MTAD-GAT: Zhao et al., ICDM 2020).
 *
 * It is trained on what a linear forecast leaves over, so that the linear model is its floor, and it remembers normal readings, so that what is
 * near none of them is strange even where each sensor by itself could be forecast. All constants are the same for every recording.
 * @module
 */
import type { Random } from '../random.ts';
import { openHeap } from '../runtime/heap.ts';
import { dense, perceptron } from '../runtime/layers.ts';
import { Parameters } from '../runtime/parameters.ts';
import { Tape, type Tensor } from '../runtime/tape.ts';
import { calibrate, heightOf } from '../table/calibration.ts';
import { type Control, proceed } from '../table/detector.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import { applyScaling, learnScaling, type SeriesDetector, trailingMean } from './detector.ts';
import { expected, forecastErrors, learnForecast, usualOf } from './linear.ts';
import { openNearest } from './nearest.ts';
import { keepNearest } from './relations.ts';

export interface VgNetOptions {
  readonly name?: string;
  readonly window?: number;
  readonly steps?: number;
  readonly batch?: number;
  readonly hidden?: number;
  readonly latent?: number;
  readonly embedding?: number;
  /** How many neighbours a sensor listens to. */
  readonly neighbours?: number;
  readonly smooth?: number;
  /** Parts that can be switched off, so that their worth can be measured. */
  readonly without?: readonly Part[];
}
export type Part = 'forecast' | 'memory' | 'prediction' | 'reconstruction';
const parts: readonly Part[] = ['forecast', 'memory', 'prediction', 'reconstruction'];

export function vgNet(options: VgNetOptions = {}): SeriesDetector {
  const { name = 'vg-net', smooth = 10, without = [] } = options;
  const used = parts.filter((part) => !without.includes(part));
  return {
    name,
    fit: (training, random, control) => {
      const scaling = learnScaling(training);
      const scaled = applyScaling(scaling, training);
      // The tail of the recording is kept from everything that is fitted: on it the parts are put on one scale.
      const cut = Math.max(2, Math.floor(scaled.rows * 0.8));
      const head = matrix(cut, scaled.columns, scaled.values.subarray(0, cut * scaled.columns));
      const forecast = learnForecast(head);
      const nearest = openNearest(head, 2000, random.fork('memory'));
      const leftOver = (series: Matrix) => {
        const rest = expected(forecast, series);
        for (let at = 0; at < rest.values.length; at += 1) {
          const value = (series.values[at]! - rest.values[at]!) / Math.sqrt(forecast.usual[at % rest.columns]!);
          rest.values[at] = Math.max(-8, Math.min(8, value));
        }
        return rest;
      };
      const net = trainNet(leftOver(head), head, options, random.fork('net'), control);
      const errorsOf = (series: Matrix): Record<Part, Matrix> => {
        const judged = net(leftOver(series), series);
        const { partners } = nearest(series);
        for (let at = 0; at < partners.values.length; at += 1)
          partners.values[at] = (series.values[at]! - partners.values[at]!) ** 2;
        return {
          forecast: forecastErrors(forecast, series),
          memory: partners,
          prediction: judged.prediction,
          reconstruction: judged.reconstruction,
        };
      };
      const tail = matrix(scaled.rows - cut, scaled.columns, scaled.values.subarray(cut * scaled.columns));
      const usualErrors = errorsOf(tail.rows > 50 ? tail : scaled);
      const usual = Object.fromEntries(used.map((part) => [part, usualOf(usualErrors[part])])) as Record<
        Part,
        Float32Array
      >;
      const judge = (errors: Record<Part, Matrix>, usualMeans: Record<Part, number>) => {
        const rows = errors.memory.rows;
        const scores = new Float32Array(rows);
        const sensors = matrix(rows, scaled.columns);
        for (const part of used) {
          const energy = trailingMean(rowMeans(errors[part], usual[part]), smooth);
          // The logarithm keeps one part's burst from drowning the others; its scale is what the part says of the kept tail.
          for (let row = 0; row < rows; row += 1)
            scores[row]! += Math.log1p(Math.max(0, energy[row]!) / usualMeans[part]) / used.length;
          // The memory points at no sensor: its partner may differ in all of them.
          if (part === 'memory' && used.length > 1) continue;
          for (let at = 0; at < sensors.values.length; at += 1)
            sensors.values[at]! += errors[part].values[at]! / usual[part][at % scaled.columns]!;
        }
        return { scores, sensors };
      };
      const usualMeans = Object.fromEntries(
        used.map((part) => [part, Math.max(1e-3, meanOf(rowMeans(usualErrors[part], usual[part])))]),
      ) as Record<Part, number>;
      const calibration = calibrate(judge(usualErrors, usualMeans).scores);
      return {
        score: (series) => judge(errorsOf(applyScaling(scaling, series)), usualMeans),
        threshold: (risk) => heightOf(calibration, -Math.log(risk)),
      };
    },
  };
}

const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function rowMeans(errors: Matrix, usual: Float32Array): Float32Array {
  const means = new Float32Array(errors.rows);
  for (let at = 0; at < errors.values.length; at += 1)
    means[Math.floor(at / errors.columns)]! += errors.values[at]! / usual[at % errors.columns]! / errors.columns;
  return means;
}

/** Trains the network and gives a function that judges a series: squared errors of prediction and reconstruction for each sensor. */
function trainNet(
  rest: Matrix,
  readings: Matrix,
  { window = 16, steps = 400, batch = 16, hidden = 32, latent = 6, embedding = 12, neighbours = 12 }: VgNetOptions,
  random: Random,
  control?: Control,
): (rest: Matrix, readings: Matrix) => { readonly prediction: Matrix; readonly reconstruction: Matrix } {
  const sensors = rest.columns;
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
  const fill = (x: Tensor, at: number, from: { readonly rest: Matrix; readonly readings: Matrix }, end: number) => {
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

  const tape = new Tape(heap);
  const net = write(tape, batch);
  const nextTarget = tape.input(batch * sensors, 1);
  const windowTarget = tape.columns(net.x, 0, window);
  const predictionLoss = tape.mean(huber(tape, tape.subtract(net.next, nextTarget)));
  const reconstructionLoss = tape.mean(huber(tape, tape.subtract(net.rebuilt, windowTarget)));
  const outer = tape.add(tape.map('square', net.middle), tape.map('exp', net.logVariance));
  const divergence = tape.mean(tape.subtract(outer, net.logVariance));
  const loss = tape.add(tape.add(predictionLoss, reconstructionLoss), tape.scale(divergence, 0.01));
  const series = { rest, readings };
  const noise = new Float32Array(batch * sensors * latent);
  const targets = new Float32Array(batch * sensors);
  for (let step = 0; step < steps && rest.rows > window + 1; step += 1) {
    if (step % 20 === 0) {
      proceed(control, step / steps);
      relate(net.mask, batch);
    }
    for (let at = 0; at < batch; at += 1) {
      const end = window - 1 + random.below(rest.rows - window);
      fill(net.x, at, series, end);
      targets.set(rest.values.subarray((end + 1) * sensors, (end + 2) * sensors), at * sensors);
    }
    for (let at = 0; at < noise.length; at += 1) noise[at] = random.normal();
    tape.write(net.noise, noise);
    tape.write(nextTarget, targets);
    tape.forward();
    tape.backward(loss);
    parameters.step({ rate: 2e-3 * Math.min(1, (2 * (steps - step)) / steps), clip: 1 });
  }

  const judging = new Tape(heap);
  const size = 32;
  const judge = write(judging, size);
  relate(judge.mask, size);
  return (judgedRest, judgedReadings) => {
    const all = { rest: judgedRest, readings: judgedReadings };
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
}

/** sqrt(1 + e^2) - 1: squared near zero, straight far away, so that a burst in training does not rule it (pseudo-Huber). */
function huber(tape: Tape, error: Tensor): Tensor {
  const one = tape.input(1, error.columns);
  tape.heap.floats.fill(1, one.at >> 2, (one.at >> 2) + error.columns);
  return tape.map('sqrt', tape.addRow(tape.map('square', error), one));
}
