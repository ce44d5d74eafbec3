/**
 * Deep SAD (Ruff et al., ICLR 2020): unlabelled rows are drawn to a centre, labelled anomalies pushed from it by the inverse of their squared
 * distance (eta = 1). The encoder has no biases, the centre is the mean of the first outputs with coordinates kept away from zero.
 * @module
 */
import type { Layer } from '../../runtime/layers.ts';
import { Tape, type Tensor } from '../../runtime/tape.ts';
import { checkTraining, proceed, type TableDetector } from '../detector.ts';
import { sampleRows, takeRows } from '../matrix.ts';
import { drawRows, openNetwork, openScorer } from './network.ts';

export function deepSad({ steps = 2000, batch = 128, sizes = [64, 32] } = {}): TableDetector {
  return {
    name: 'deepsad',
    needsLabels: 1,
    fit: (training, random, control) => {
      checkTraining('deepsad', 1, training);
      const { columns } = training.unlabelled;
      const network = openNetwork();
      const { heap, parameters } = network;
      const weights = [columns, ...sizes]
        .slice(0, -1)
        .map((inputs, index) => parameters.weights(`encoder.${index}`, inputs, sizes[index]!, random, Math.SQRT2));
      const encoder: Pick<Layer, 'on'> = {
        on: (tape, x) =>
          weights.reduce<Tensor>((value, matrix, index) => {
            const product = tape.matmul(value, tape.leaf(matrix));
            return index === weights.length - 1 ? product : tape.map('leakyRelu', product);
          }, x),
      };
      const width = sizes.at(-1)!;
      const centre = new Float32Array(width);
      for (let unit = 0; unit < width; unit += 1) {
        const output = openScorer(network, columns, (tape, x) => tape.columns(encoder.on(tape, x), unit, 1));
        const some = takeRows(training.unlabelled, sampleRows(random, training.unlabelled.rows, 1024));
        let mean = 0;
        for (const value of output(some)) mean += value / some.rows;
        centre[unit] = Math.abs(mean) < 0.1 ? (mean < 0 ? -0.1 : 0.1) : mean;
      }
      const squaredDistance = (tape: Tape, x: Tensor) => {
        const minus = tape.input(1, width);
        tape.write(
          minus,
          centre.map((value) => -value),
        );
        return tape.rowSums(tape.map('square', tape.addRow(encoder.on(tape, x), minus)));
      };
      const tape = new Tape(heap);
      // A quarter of each batch is labelled: with the few labels there are, their share in the data would be next to nothing.
      const unlabelledRows = (batch * 3) / 4;
      const ordinary = tape.input(unlabelledRows, columns);
      const anomalous = tape.input(batch - unlabelledRows, columns);
      const tiny = tape.input(1, 1);
      tape.write(tiny, [1e-6]);
      const pull = tape.mean(squaredDistance(tape, ordinary));
      const inverse = tape.map(
        'exp',
        tape.scale(tape.map('log', tape.addRow(squaredDistance(tape, anomalous), tiny)), -1),
      );
      const loss = tape.add(pull, tape.mean(inverse));
      for (let step = 0; step < steps; step += 1) {
        if (step % 50 === 0) proceed(control, step / steps);
        drawRows(heap, training.unlabelled, random, ordinary, 0, ordinary.rows);
        drawRows(heap, training.labelled, random, anomalous, 0, anomalous.rows);
        tape.forward();
        tape.backward(loss);
        parameters.step({ rate: 1e-3, decay: 1e-3, clip: 5 });
      }
      return { score: openScorer(network, columns, squaredDistance) };
    },
  };
}
