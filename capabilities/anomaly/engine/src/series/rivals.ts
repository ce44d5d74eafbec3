/**
 * Published networks for sensor series, written anew on this runtime as rivals of VG-Net: USAD (Audibert et al., KDD 2020), a graph deviation
 * network (GDN: Deng and Hooi, AAAI 2021) and a recurrent variational autoencoder with linked latent states in the manner of OmniAnomaly (Su et
 * al., KDD 2019). Sizes follow the papers where they fit a processor's time; nothing of the test recording is used for scaling, unlike in
 * some of the authors' programs. Each sees the present and the past alone.
 * @module
 */
import { openHeap } from '../runtime/heap.ts';
import { dense, gatedRecurrent, perceptron } from '../runtime/layers.ts';
import { meanSquare, normalLikelihood, standardDivergence } from '../runtime/losses.ts';
import { Parameters } from '../runtime/parameters.ts';
import { Tape, type Tensor } from '../runtime/tape.ts';
import { proceed } from '../table/detector.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import { applyScaling, learnScaling, type SeriesDetector, scoresOf, trailingMean } from './detector.ts';
import { windowsOf } from './nearest.ts';
import { keepNearest } from './relations.ts';

const batch = 64;

/** Two autoencoders with one encoder: the second learns to tell what the first rebuilt from what is real. */
export function usad({ window = 5, steps = 600, latent = 24, alpha = 0.5, smooth = 1 } = {}): SeriesDetector {
  return {
    name: 'usad',
    fit: (training, random, control) => {
      const scaling = learnScaling(training);
      const windows = windowsOf(applyScaling(scaling, training), window);
      const width = windows.columns;
      const heap = openHeap();
      const [shared, one, two] = [new Parameters(heap), new Parameters(heap), new Parameters(heap)];
      const middle = Math.max(latent, Math.min(256, width >> 1));
      const encoder = perceptron(shared, 'encoder', [width, middle, latent], random);
      const first = perceptron(one, 'first', [latent, middle, width], random);
      const second = perceptron(two, 'second', [latent, middle, width], random);
      const write = (tape: Tape) => {
        const x = tape.input(batch, width);
        const z = tape.map('relu', encoder.on(tape, x));
        const byFirst = first.on(tape, z);
        const bySecond = second.on(tape, z);
        const again = second.on(tape, tape.map('relu', encoder.on(tape, byFirst)));
        return { x, byFirst, bySecond, again };
      };
      const tape = new Tape(heap);
      const net = write(tape);
      const share = tape.input(1, 1);
      const rest = tape.input(1, 1);
      const adversarial = meanSquare(tape, net.again, net.x);
      const firstLoss = tape.add(
        tape.product(meanSquare(tape, net.byFirst, net.x), share),
        tape.product(adversarial, rest),
      );
      const secondLoss = tape.subtract(
        tape.product(meanSquare(tape, net.bySecond, net.x), share),
        tape.product(adversarial, rest),
      );
      const epoch = Math.max(1, Math.round(steps / 20));
      for (let step = 0; step < steps; step += 1) {
        if (step % 20 === 0) proceed(control, step / steps);
        const n = 1 + Math.floor(step / epoch);
        tape.write(share, [1 / n]);
        tape.write(rest, [1 - 1 / n]);
        for (let at = 0; at < batch; at += 1) copy(heap.floats, windows, random.below(windows.rows), net.x, at);
        for (const [loss, own, other] of [
          [firstLoss, one, two],
          [secondLoss, two, one],
        ] as const) {
          tape.forward();
          tape.backward(loss);
          shared.step({ rate: 1e-3, clip: 5 });
          own.step({ rate: 1e-3, clip: 5 });
          other.zeroGradients();
        }
      }
      const judging = new Tape(heap);
      const judge = write(judging);
      return {
        score: (series) => {
          const seen = windowsOf(applyScaling(scaling, series), window);
          const sensors = matrix(series.rows, series.columns);
          eachBatch(seen, judge.x, heap.floats, judging, (row, at) => {
            const [a, b] = [judging.read(judge.byFirst), judging.read(judge.again)];
            for (let column = 0; column < width; column += 1) {
              const value = seen.values[row * width + column]!;
              const error =
                alpha * (value - a[at * width + column]!) ** 2 + (1 - alpha) * (value - b[at * width + column]!) ** 2;
              sensors.values[row * series.columns + (column % series.columns)]! += error / window;
            }
          });
          return scoresOf(sensors, smooth);
        },
      };
    },
  };
}

/** Each sensor is forecast from those most like it; the largest normalised error counts, a mean of three time stamps. */
export function graphDeviation({
  window = 5,
  steps = 500,
  hidden = 64,
  neighbours = 15,
  smooth = 3,
} = {}): SeriesDetector {
  return {
    name: 'gdn',
    fit: (training, random, control) => {
      const scaling = learnScaling(training);
      const scaled = applyScaling(scaling, training);
      const cut = Math.max(window + 2, Math.floor(scaled.rows * 0.8));
      const sensors = scaled.columns;
      const size = 16;
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
      for (let step = 0; step < steps; step += 1) {
        if (step % 20 === 0) {
          proceed(control, step / steps);
          keepNearest(parameters.values(places), sensors, hidden, neighbours, heap.floats, mask, size);
        }
        for (let at = 0; at < size; at += 1) fill(scaled, at, window + random.below(cut - window));
        tape.forward();
        tape.backward(loss);
        parameters.step({ rate: 1e-3, clip: 5 });
      }
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
      // Median and quartiles of the errors on the tail of training; the authors' program takes those of the test recording.
      const tail = errorsOf(matrix(scaled.rows - cut, sensors, scaled.values.subarray(cut * sensors)));
      const usual = Array.from({ length: sensors }, (_, sensor) => {
        const column = Float32Array.from(
          { length: tail.rows },
          (_, row) => tail.values[row * sensors + sensor]!,
        ).sort();
        const at = (share: number) => column[Math.floor(share * (column.length - 1))] ?? 0;
        return { middle: at(0.5), spread: at(0.75) - at(0.25) + 1e-2 };
      });
      return {
        score: (series) => {
          const errors = errorsOf(applyScaling(scaling, series));
          const most = new Float32Array(series.rows);
          for (let at = 0; at < errors.values.length; at += 1) {
            const { middle, spread } = usual[at % sensors]!;
            errors.values[at] = Math.max(0, (errors.values[at]! - middle) / spread);
            const row = Math.floor(at / sensors);
            most[row] = Math.max(most[row]!, errors.values[at]!);
          }
          return { scores: trailingMean(most, smooth), sensors: errors };
        },
      };
    },
  };
}

/** Recurrent encoder, latent states that follow each other, recurrent decoder; the score is how unlikely the newest reading is. */
export function recurrentVariational({
  window = 10,
  steps = 400,
  hidden = 32,
  latent = 8,
  smooth = 1,
} = {}): SeriesDetector {
  return {
    name: 'gru-vae',
    fit: (training, random, control) => {
      const scaling = learnScaling(training);
      const scaled = applyScaling(scaling, training);
      const sensors = scaled.columns;
      const heap = openHeap();
      const parameters = new Parameters(heap);
      const encoder = gatedRecurrent(parameters, 'encoder', sensors, hidden, random);
      const mean = dense(parameters, 'mean', hidden + latent, latent, random);
      const spread = dense(parameters, 'spread', hidden + latent, latent, random);
      const decoder = gatedRecurrent(parameters, 'decoder', latent, hidden, random);
      const rebuiltMean = dense(parameters, 'rebuilt.mean', hidden, sensors, random);
      const rebuiltSpread = dense(parameters, 'rebuilt.spread', hidden, sensors, random);
      const tape = new Tape(heap);
      const inputs = Array.from({ length: window }, () => tape.input(batch, sensors));
      const noises = Array.from({ length: window }, () => tape.input(batch, latent));
      let before: Tensor = tape.input(batch, latent);
      const states: Tensor[] = [];
      let divergence: Tensor | null = null;
      for (const [step, state] of encoder.on(tape, inputs).entries()) {
        const both = tape.concat(state, before);
        const [middle, logVariance] = [mean.on(tape, both), tape.map('tanh', spread.on(tape, both))];
        before = tape.add(middle, tape.product(tape.map('exp', tape.scale(logVariance, 0.5)), noises[step]!));
        states.push(before);
        const here = standardDivergence(tape, middle, logVariance);
        divergence = divergence ? tape.add(divergence, here) : here;
      }
      const outputs = decoder.on(tape, states).map((state) => ({
        mean: rebuiltMean.on(tape, state),
        // Between exp(-4) and exp(4): a sensor that never moves must not become infinitely sure.
        logVariance: tape.scale(tape.map('tanh', rebuiltSpread.on(tape, state)), 4),
      }));
      const losses = outputs.map((output, step) =>
        normalLikelihood(tape, output.mean, output.logVariance, inputs[step]!),
      );
      const loss = tape.add(
        tape.scale(
          losses.reduce((sum, each) => tape.add(sum, each)),
          1 / window,
        ),
        tape.scale(divergence!, 0.05 / window),
      );
      const fill = (from: Matrix, at: number, end: number) => {
        for (const [step, input] of inputs.entries())
          copy(heap.floats, from, Math.max(0, end - window + 1 + step), input, at);
      };
      const silence = new Float32Array(batch * latent);
      for (let step = 0; step < steps; step += 1) {
        if (step % 20 === 0) proceed(control, step / steps);
        for (let at = 0; at < batch; at += 1) fill(scaled, at, random.below(scaled.rows));
        for (const noise of noises)
          tape.write(
            noise,
            silence.map(() => random.normal()),
          );
        tape.forward();
        tape.backward(loss);
        parameters.step({ rate: 2e-3, clip: 5 });
      }
      for (const noise of noises) tape.write(noise, silence);
      const last = outputs.at(-1)!;
      return {
        score: (series) => {
          const seen = applyScaling(scaling, series);
          const errors = matrix(series.rows, sensors);
          for (let from = 0; from < series.rows; from += batch) {
            const count = Math.min(batch, series.rows - from);
            for (let at = 0; at < count; at += 1) fill(seen, at, from + at);
            tape.forward();
            const [middle, logVariance] = [tape.read(last.mean), tape.read(last.logVariance)];
            for (let at = 0; at < count * sensors; at += 1)
              errors.values[from * sensors + at] =
                ((seen.values[from * sensors + at]! - middle[at]!) ** 2 * Math.exp(-logVariance[at]!) +
                  logVariance[at]!) /
                2;
          }
          return scoresOf(errors, smooth);
        },
      };
    },
  };
}

function copy(floats: Float32Array, from: Matrix, row: number, to: Tensor, at: number): void {
  floats.set(from.values.subarray(row * from.columns, (row + 1) * from.columns), (to.at >> 2) + at * to.columns);
}

function eachBatch(
  rows: Matrix,
  x: Tensor,
  floats: Float32Array,
  tape: Tape,
  visit: (row: number, at: number) => void,
): void {
  for (let from = 0; from < rows.rows; from += batch) {
    const count = Math.min(batch, rows.rows - from);
    floats.set(rows.values.subarray(from * rows.columns, (from + count) * rows.columns), x.at >> 2);
    tape.forward();
    for (let at = 0; at < count; at += 1) visit(from + at, at);
  }
}
