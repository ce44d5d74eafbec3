/**
 * PReNet (Pang et al., KDD 2023): a network of pairs predicts 8 for two labelled anomalies, 4 for one with an unlabelled row and 0 for two
 * unlabelled rows; a row's score is its mean prediction with anomalies on one side and unlabelled rows on the other. The head is linear in
 * the two feature vectors, so that mean needs no sampling of pairs beyond the partners' mean features.
 * @module
 */
import { openRandom, type Random } from '../../random.ts';
import { dense } from '../../runtime/layers.ts';
import { Tape, type Tensor } from '../../runtime/tape.ts';
import { checkTraining, proceed, type TableDetector } from '../detector.ts';
import { drawRows, networkState, openNetwork, openNetworkModel, openScorer } from './network.ts';

export function pairwise({ steps = 1000, batch = 512, hidden = 20 } = {}): TableDetector {
  const build = (columns: number, random: Random) => {
    const network = openNetwork();
    const feature = dense(network.parameters, 'feature', columns, hidden, random, 'relu');
    const first = dense(network.parameters, 'first', hidden, 1, random);
    const second = dense(network.parameters, 'second', hidden, 1, random);
    const output = (tape: Tape, x: Tensor) => {
      const features = feature.on(tape, x);
      return tape.add(first.on(tape, features), second.on(tape, features));
    };
    return { network, feature, first, second, output };
  };
  return {
    name: 'prenet',
    needsLabels: 1,
    fit: (training, random, control) => {
      checkTraining('prenet', 1, training);
      const { columns } = training.unlabelled;
      const { network, feature, first, second, output } = build(columns, random);
      const { heap, parameters } = network;
      const tape = new Tape(heap);
      const left = tape.input(batch, columns);
      const right = tape.input(batch, columns);
      const target = tape.input(batch, 1);
      const prediction = tape.add(first.on(tape, feature.on(tape, left)), second.on(tape, feature.on(tape, right)));
      const loss = tape.mean(tape.map('abs', tape.subtract(prediction, target)));
      // A quarter of the pairs are two anomalies, a quarter one of each, half two unlabelled rows, as in the authors' program.
      const [both, mixed] = [batch / 4, batch / 2];
      tape.write(
        target,
        Float32Array.from({ length: batch }, (_, row) => (row < both ? 8 : row < mixed ? 4 : 0)),
      );
      for (let step = 0; step < steps; step += 1) {
        if (step % 50 === 0) proceed(control, step / steps);
        drawRows(heap, training.labelled, random, left, 0, mixed);
        drawRows(heap, training.unlabelled, random, left, mixed, batch);
        drawRows(heap, training.labelled, random, right, 0, both);
        drawRows(heap, training.unlabelled, random, right, both, batch);
        tape.forward();
        tape.backward(loss);
        parameters.step({ rate: 1e-3, first: 0, second: 0.9, epsilon: 1e-7, ridge: 0.01, clip: 1 });
      }
      // Pairs (anomaly, x) and (x, unlabelled): up to a constant the sum of both halves of the head.
      return { state: networkState(columns, network), score: openScorer(network, columns, output) };
    },
    open: (state) => openNetworkModel(state, (columns) => build(columns, openRandom(0))),
  };
}
