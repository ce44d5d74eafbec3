/**
 * Deep SAD (Ruff et al., ICLR 2020): unlabelled rows are drawn to a centre, labelled anomalies pushed from it by the inverse of their squared
 * distance (eta = 1). The encoder has no biases, the centre is the mean of the first outputs with coordinates kept away from zero.
 * @module
 */
import { openRandom, type Random } from '../../random.ts';
import { Tape, type Tensor } from '../../runtime/tape.ts';
import { checkTraining, proceed, type TableDetector } from '../detector.ts';
import { type Matrix, sampleRows, takeRows } from '../matrix.ts';
import { drawRows, networkState, openNetwork, openNetworkModel, openScorer } from './network.ts';

export function deepSad({ steps = 2000, batch = 128, sizes = [64, 32] } = {}): TableDetector {
  /** The output reads the centre when it is written onto a tape. */
  const build = (columns: number, centre: Float32Array, random: Random) => {
    const network = openNetwork();
    const weights = [columns, ...sizes]
      .slice(0, -1)
      .map((inputs, index) =>
        network.parameters.weights(`encoder.${index}`, inputs, sizes[index]!, random, Math.SQRT2),
      );
    const encode = (tape: Tape, x: Tensor) =>
      weights.reduce<Tensor>((value, matrix, index) => {
        const product = tape.matmul(value, tape.leaf(matrix));
        return index === weights.length - 1 ? product : tape.map('leakyRelu', product);
      }, x);
    const output = (tape: Tape, x: Tensor) => {
      const minus = tape.input(1, centre.length);
      tape.write(
        minus,
        centre.map((value) => -value),
      );
      return tape.rowSums(tape.map('square', tape.addRow(encode(tape, x), minus)));
    };
    return { network, encode, output };
  };
  return {
    name: 'deepsad',
    needsLabels: 1,
    fit: (training, random, control) => {
      checkTraining('deepsad', 1, training);
      const { columns } = training.unlabelled;
      const centre = new Float32Array(sizes.at(-1)!);
      const { network, encode, output: squaredDistance } = build(columns, centre, random);
      const { heap, parameters } = network;
      setCentre(
        centre,
        new Tape(heap),
        encode,
        takeRows(training.unlabelled, sampleRows(random, training.unlabelled.rows, 1024)),
      );
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
      return {
        state: { ...networkState(columns, network), centre },
        score: openScorer(network, columns, squaredDistance),
      };
    },
    open: (state) => openNetworkModel(state, (columns) => build(columns, state.centre as Float32Array, openRandom(0))),
  };
}

/** The mean of the first outputs, each coordinate kept at least 0.1 from zero, where a network without biases could go to at no cost. */
function setCentre(centre: Float32Array, tape: Tape, encode: (tape: Tape, x: Tensor) => Tensor, some: Matrix): void {
  const x = tape.input(some.rows, some.columns);
  const out = encode(tape, x);
  tape.write(x, some.values);
  tape.forward();
  const values = tape.read(out);
  for (let at = 0; at < values.length; at += 1) centre[at % centre.length]! += values[at]! / some.rows;
  for (let unit = 0; unit < centre.length; unit += 1)
    if (Math.abs(centre[unit]!) < 0.1) centre[unit] = centre[unit]! < 0 ? -0.1 : 0.1;
}
