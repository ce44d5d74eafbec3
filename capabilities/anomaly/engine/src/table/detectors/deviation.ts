/**
 * DevNet (Pang, Shen and van den Hengel, KDD 2019): unlabelled scores near the mean of a standard normal reference, labelled anomalies at
 * least five deviations above it. Settings of the paper: one hidden layer of 20, L2 0.01, RMSprop with the gradient's norm clipped to 1,
 * batches of 512 half of each kind, 1,000 of them.
 * @module
 */
import { openRandom, type Random } from '../../random.ts';
import { dense } from '../../runtime/layers.ts';
import { Tape, type Tensor } from '../../runtime/tape.ts';
import { checkTraining, proceed, type TableDetector } from '../detector.ts';
import { drawRows, networkState, openNetwork, openNetworkModel, openScorer } from './network.ts';

export function deviation({
  steps = 1000,
  batch = 512,
  hidden = 20,
  margin = 5,
  references = 5000,
} = {}): TableDetector {
  const build = (columns: number, random: Random) => {
    const network = openNetwork();
    const layer = dense(network.parameters, 'hidden', columns, hidden, random, 'relu');
    const out = dense(network.parameters, 'score', hidden, 1, random);
    return { network, output: (tape: Tape, x: Tensor) => out.on(tape, layer.on(tape, x)) };
  };
  return {
    name: 'devnet',
    needsLabels: 1,
    fit: (training, random, control) => {
      checkTraining('devnet', 1, training);
      const { columns } = training.unlabelled;
      const { network, output } = build(columns, random);
      const { heap, parameters } = network;
      const tape = new Tape(heap);
      const half = batch / 2;
      const x = tape.input(batch, columns);
      const shift = tape.input(1, 1);
      const scale = tape.input(batch, 1);
      const score = output(tape, x);
      const distance = tape.product(tape.addRow(score, shift), scale);
      // |d| for unlabelled rows and max(0, margin - d) for anomalies, chosen by 0/1 inputs.
      const isUnlabelled = tape.input(batch, 1);
      const isLabelled = tape.input(batch, 1);
      const five = tape.input(1, 1);
      const near = tape.product(tape.map('abs', distance), isUnlabelled);
      const far = tape.product(tape.map('relu', tape.addRow(tape.scale(distance, -1), five)), isLabelled);
      const loss = tape.mean(tape.add(near, far));
      tape.write(five, [margin]);
      tape.write(
        isUnlabelled,
        Float32Array.from({ length: batch }, (_, row) => (row < half ? 1 : 0)),
      );
      tape.write(
        isLabelled,
        Float32Array.from({ length: batch }, (_, row) => (row < half ? 0 : 1)),
      );
      const ones = new Float32Array(batch);
      for (let step = 0; step < steps; step += 1) {
        if (step % 50 === 0) proceed(control, step / steps);
        drawRows(heap, training.unlabelled, random, x, 0, half);
        drawRows(heap, training.labelled, random, x, half, batch);
        let [mean, square] = [0, 0];
        for (let draw = 0; draw < references; draw += 1) {
          const value = random.normal();
          mean += value / references;
          square += (value * value) / references;
        }
        tape.write(shift, [-mean]);
        tape.write(scale, ones.fill(1 / Math.sqrt(square - mean * mean)));
        tape.forward();
        tape.backward(loss);
        // RMSprop is Adam without the first moment.
        parameters.step({ rate: 1e-3, first: 0, second: 0.9, epsilon: 1e-7, ridge: 0.01, clip: 1 });
      }
      return { state: networkState(columns, network), score: openScorer(network, columns, output) };
    },
    open: (state) => openNetworkModel(state, (columns) => build(columns, openRandom(0))),
  };
}
