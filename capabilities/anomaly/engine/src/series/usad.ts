/**
 * USAD (Audibert et al., KDD 2020).
 * @module
 */
import type { ModelState } from '../model-file.ts';
import { openRandom, type Random } from '../random.ts';
import { openHeap } from '../runtime/heap.ts';
import { perceptron } from '../runtime/layers.ts';
import { meanSquare } from '../runtime/losses.ts';
import { Parameters } from '../runtime/parameters.ts';
import { Tape, type Tensor } from '../runtime/tape.ts';
import { proceed } from '../table/detector.ts';
import { networkState, restoreNetwork } from '../table/detectors/network.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import { onScaledReadings, type SeriesDetector, scoresOf } from './detector.ts';
import { copyReadings } from './fill.ts';
import { windowsOf } from './nearest.ts';

const batch = 64;

/** Two autoencoders with one encoder: the second learns to tell what the first rebuilt from what is real. */
export function usad({ window = 5, steps = 600, latent = 24, alpha = 0.5, smooth = 1 } = {}): SeriesDetector {
  const build = (width: number, random: Random) => {
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
    return { heap, parts: { shared, one, two }, write };
  };
  return onScaledReadings({
    name: 'usad',
    memory: window + smooth,
    fit: (scaled, random, control) => {
      const windows = windowsOf(scaled, window);
      const width = windows.columns;
      const { heap, parts, write } = build(width, random);
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
        for (let at = 0; at < batch; at += 1) copyReadings(heap.floats, windows, random.below(windows.rows), net.x, at);
        for (const [loss, own, other] of [
          [firstLoss, parts.one, parts.two],
          [secondLoss, parts.two, parts.one],
        ] as const) {
          tape.forward();
          tape.backward(loss);
          parts.shared.step({ rate: 1e-3, clip: 5 });
          own.step({ rate: 1e-3, clip: 5 });
          other.zeroGradients();
        }
      }
      return {
        width,
        nets: Object.fromEntries(
          Object.entries(parts).map(([name, parameters]) => [name, networkState(width, { heap, parameters })]),
        ),
      };
    },
    open: (state) => {
      const width = state.width as number;
      const { heap, parts, write } = build(width, openRandom(0));
      for (const [name, parameters] of Object.entries(parts))
        restoreNetwork((state.nets as ModelState)[name] as ModelState, { heap, parameters });
      const judging = new Tape(heap);
      const judge = write(judging);
      return (scaled) => {
        const seen = windowsOf(scaled, window);
        const sensors = matrix(scaled.rows, scaled.columns);
        eachBatch(seen, judge.x, heap.floats, judging, (row, at) => {
          const [a, b] = [judging.read(judge.byFirst), judging.read(judge.again)];
          for (let column = 0; column < width; column += 1) {
            const value = seen.values[row * width + column]!;
            const error =
              alpha * (value - a[at * width + column]!) ** 2 + (1 - alpha) * (value - b[at * width + column]!) ** 2;
            sensors.values[row * scaled.columns + (column % scaled.columns)]! += error / window;
          }
        });
        return scoresOf(sensors, smooth);
      };
    },
  });
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
