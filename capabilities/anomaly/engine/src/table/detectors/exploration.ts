/**
 * The agent's surroundings, as DPLAN describes them (Pang et al., KDD 2021): the next row is, by a coin, a labelled anomaly, or among a drawn
 * sample of unlabelled rows the one nearest to the present row (when the agent held it for anomalous) or farthest from it (when not), in the
 * agent's own feature space.
 * @module
 */
import type { Random } from '../../random.ts';
import type { Tape, Tensor } from '../../runtime/tape.ts';
import type { TrainingTable } from '../detector.ts';
import { type Matrix, stackRows } from '../matrix.ts';
import { copyRow, type Network } from './network.ts';

export interface Surroundings {
  /** Labelled anomalies first, then the unlabelled rows. */
  readonly rows: Matrix;
  isLabelled(row: number): boolean;
  start(): number;
  after(row: number, heldForAnomalous: boolean): number;
}

export function openSurroundings(
  training: TrainingTable,
  random: Random,
  sample: number,
  network: Network,
  features: (tape: Tape, x: Tensor) => Tensor,
  tape: Tape,
): Surroundings {
  const { heap } = network;
  const labels = training.labelled.rows;
  const rows = stackRows(training.labelled, training.unlabelled);
  const size = Math.min(sample, training.unlabelled.rows);
  const x = tape.input(size + 1, rows.columns);
  const out = features(tape, x);
  const drawn = new Uint32Array(size);
  return {
    rows,
    isLabelled: (row) => row < labels,
    start: () => labels + random.below(training.unlabelled.rows),
    after: (row, heldForAnomalous) => {
      if (random.next() < 0.5) return random.below(labels);
      for (let at = 0; at < size; at += 1) {
        drawn[at] = labels + random.below(training.unlabelled.rows);
        copyRow(heap, rows, drawn[at]!, x, at);
      }
      copyRow(heap, rows, row, x, size);
      tape.forward();
      const values = tape.read(out);
      const width = out.columns;
      let best = 0;
      let extreme = heldForAnomalous ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      for (let at = 0; at < size; at += 1) {
        if (drawn[at] === row) continue;
        let square = 0;
        for (let unit = 0; unit < width; unit += 1)
          square += (values[at * width + unit]! - values[size * width + unit]!) ** 2;
        if (heldForAnomalous ? square < extreme : square > extreme) {
          extreme = square;
          best = at;
        }
      }
      return drawn[best]!;
    },
  };
}
