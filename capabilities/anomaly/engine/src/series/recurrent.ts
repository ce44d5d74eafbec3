/**
 * A recurrent variational autoencoder with linked latent states in the manner of OmniAnomaly (Su et al., KDD 2019).
 * @module
 */
import type { ModelState } from '../model-file.ts';
import { openRandom, type Random } from '../random.ts';
import { openHeap } from '../runtime/heap.ts';
import { dense, gatedRecurrent } from '../runtime/layers.ts';
import { normalLikelihood, standardDivergence } from '../runtime/losses.ts';
import { Parameters } from '../runtime/parameters.ts';
import { Tape, type Tensor } from '../runtime/tape.ts';
import { proceed } from '../table/detector.ts';
import { networkState, restoreNetwork } from '../table/detectors/network.ts';
import { type Matrix, matrix } from '../table/matrix.ts';
import { onScaledReadings, type SeriesDetector, scoresOf } from './detector.ts';
import { copyReadings } from './fill.ts';

const batch = 64;

/** Recurrent encoder, latent states that follow each other, recurrent decoder; the score is how unlikely the newest reading is. */
export function recurrentVariational({
  window = 10,
  steps = 400,
  hidden = 32,
  latent = 8,
  smooth = 1,
} = {}): SeriesDetector {
  const build = (sensors: number, random: Random) => {
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
        copyReadings(heap.floats, from, Math.max(0, end - window + 1 + step), input, at);
    };
    return { network: { heap, parameters }, tape, noises, loss, fill, last: outputs.at(-1)! };
  };
  const silence = new Float32Array(batch * latent);
  return onScaledReadings({
    name: 'gru-vae',
    memory: window + smooth,
    fit: (scaled, random, control) => {
      const net = build(scaled.columns, random);
      for (let step = 0; step < steps; step += 1) {
        if (step % 20 === 0) proceed(control, step / steps);
        for (let at = 0; at < batch; at += 1) net.fill(scaled, at, random.below(scaled.rows));
        for (const noise of net.noises)
          net.tape.write(
            noise,
            silence.map(() => random.normal()),
          );
        net.tape.forward();
        net.tape.backward(net.loss);
        net.network.parameters.step({ rate: 2e-3, clip: 5 });
      }
      return { network: networkState(scaled.columns, net.network) };
    },
    open: (state) => {
      const saved = state.network as ModelState;
      const { network, tape, noises, fill, last } = build(saved.columns as number, openRandom(0));
      restoreNetwork(saved, network);
      for (const noise of noises) tape.write(noise, silence);
      return (seen) => {
        const errors = matrix(seen.rows, seen.columns);
        for (let from = 0; from < seen.rows; from += batch) {
          const count = Math.min(batch, seen.rows - from);
          for (let at = 0; at < count; at += 1) fill(seen, at, from + at);
          tape.forward();
          const [middle, logVariance] = [tape.read(last.mean), tape.read(last.logVariance)];
          for (let at = 0; at < count * seen.columns; at += 1)
            errors.values[from * seen.columns + at] =
              ((seen.values[from * seen.columns + at]! - middle[at]!) ** 2 * Math.exp(-logVariance[at]!) +
                logVariance[at]!) /
              2;
        }
        return scoresOf(errors, smooth);
      };
    },
  });
}
