/**
 * A small network that has learned to say what a slow detector says (distillation: Hinton, Vinyals and Dean, 2015), for streams of a million
 * rows a second. It learns on rows that exist and on rows made from them, because what has to be told apart is what training never saw. It is a
 * sieve: what it ranks high is worth the slow detector's own judgement, which `judgeStrangest` gives.
 * @module
 */
import type { ModelState } from '../model-file.ts';
import { openRandom, type Random } from '../random.ts';
import { dense } from '../runtime/layers.ts';
import { Tape, type Tensor } from '../runtime/tape.ts';
import { learnPlane } from '../series/linear.ts';
import { calibrate, surprise } from './calibration.ts';
import { type Control, proceed, type TableModel, type TrainingTable } from './detector.ts';
import { copyRow, networkState, openNetwork, openNetworkModel, openScorer } from './detectors/network.ts';
import { type Matrix, matrix, sampleRows, stackRows, takeRows } from './matrix.ts';

export interface DistilOptions {
  readonly hidden?: number;
  readonly steps?: number;
  readonly batch?: number;
  /** Rows that exist and rows made from them, each at most this many. */
  readonly rows?: number;
}

/** Nats beyond which more surprise teaches nothing: the sieve only has to rank it high. */
const most = 12;
/** Rows scored at once: few enough for the cache, enough that the calls cost nothing. */
const atOnce = 512;

function build(columns: number, hidden: number, random: Random) {
  const network = openNetwork();
  // Squares beside the values: what is far out on either side is strange, and a few units alone could not say so for every column. Squares of
  // the units beside the units: with them a distance from a plane can be said, which is what a broken relation of many columns looks like.
  const straight = dense(network.parameters, 'straight', columns, hidden, random);
  const squared = dense(network.parameters, 'squared', columns, hidden, random);
  const out = dense(network.parameters, 'out', 2 * hidden, 1, random);
  return {
    network,
    output: (tape: Tape, x: Tensor) => {
      const units = straight.on(tape, x);
      const bent = tape.map('relu', tape.add(units, squared.on(tape, tape.map('square', x))));
      return out.on(tape, tape.concat(bent, tape.map('square', units)));
    },
  };
}

/** The first units look along the directions in which ordinary rows differ most: relations are found from there, seldom from chance. */
function lookAlong(rows: Matrix, weights: Float32Array, bias: Float32Array): void {
  const { columns } = rows;
  const hidden = bias.length;
  const mean = new Float64Array(columns);
  for (let at = 0; at < rows.values.length; at += 1) mean[at % columns]! += rows.values[at]! / rows.rows;
  const centred = matrix(
    rows.rows,
    columns,
    rows.values.map((value, at) => value - mean[at % columns]!),
  );
  const { directions } = learnPlane(centred);
  for (let unit = 0; unit < Math.min(hidden, directions.rows); unit += 1) {
    bias[unit] = 0;
    for (let column = 0; column < columns; column += 1) {
      const along = directions.values[unit * columns + column]!;
      weights[column * hidden + unit] = along;
      bias[unit]! -= along * mean[column]!;
    }
  }
}

/** @returns a model whose scores rank rows as the teacher's do, as nearly as so small a network can */
export function distil(
  teacher: Pick<TableModel, 'score'>,
  { unlabelled, labelled }: TrainingTable,
  random: Random,
  { hidden = 16, steps = 3000, batch = 256, rows = 12_000 }: DistilOptions = {},
  control?: Control,
): TableModel {
  const { columns } = unlabelled;
  const real = takeRows(unlabelled, sampleRows(random, unlabelled.rows, rows));
  const all = stackRows(real, labelled, changedRows(stackRows(real, labelled), rows, random));
  const said = teacher.score(all);
  const calibration = calibrate(said.slice(0, real.rows));
  const targets = said.map((score) => Math.min(most, surprise(calibration, score)));
  const { network, output } = build(columns, hidden, random);
  const { heap, parameters } = network;
  const named = (name: string) => parameters.values(parameters.list.find((each) => each.name === name)!);
  lookAlong(takeRows(real, sampleRows(random, real.rows, 4000)), named('straight.weights'), named('straight.bias'));
  const tape = new Tape(heap);
  const x = tape.input(batch, columns);
  const y = tape.input(batch, 1);
  const one = tape.input(1, 1);
  tape.write(one, [1]);
  const error = tape.subtract(output(tape, x), y);
  const loss = tape.mean(tape.map('sqrt', tape.addRow(tape.map('square', error), one)));
  const wanted = new Float32Array(batch);
  for (let step = 0; step < steps; step += 1) {
    if (step % 50 === 0) proceed(control, step / steps);
    for (let at = 0; at < batch; at += 1) {
      const row = random.below(all.rows);
      copyRow(heap, all, row, x, at);
      wanted[at] = targets[row]!;
    }
    tape.write(y, wanted);
    tape.forward();
    tape.backward(loss);
    parameters.step({ rate: 3e-3 * Math.min(1, (1.5 * (steps - step)) / steps), clip: 5 });
  }
  return { state: { ...networkState(columns, network), hidden }, score: openScorer(network, columns, output, atOnce) };
}

export function openFastScorer(state: ModelState): TableModel {
  return openNetworkModel(state, (columns) => build(columns, state.hidden as number, openRandom(0)), atOnce);
}

/**
 * Rows in which some columns come from another row or from anywhere in the range: one column, a few or half of them, so that both a single wild
 * value and a broken relation are among what is learned.
 */
function changedRows(from: Matrix, count: number, random: Random): Matrix {
  const { columns, values } = from;
  const changed = matrix(count, columns);
  for (let row = 0; row < count; row += 1) {
    const base = random.below(from.rows) * columns;
    const other = random.below(from.rows) * columns;
    changed.values.set(values.subarray(base, base + columns), row * columns);
    const many = Math.max(1, Math.floor(columns * random.next() ** 3));
    const wild = random.next() < 0.5;
    for (let each = 0; each < many; each += 1) {
      const column = random.below(columns);
      changed.values[row * columns + column] = wild ? 2 * random.next() - 0.5 : values[other + column]!;
    }
  }
  return changed;
}

/** Scores by the fast model for all rows and by the slow one for the strangest share, which always rank above the others. */
export function judgeStrangest(
  fast: Pick<TableModel, 'score'>,
  slow: Pick<TableModel, 'score'>,
  table: Matrix,
  share: number,
): Float32Array {
  const scores = fast.score(table);
  const order = scores.slice().sort();
  const bar = order[Math.min(order.length - 1, Math.floor((1 - share) * order.length))] ?? 0;
  const strange = Array.from(scores.keys()).filter((row) => scores[row]! >= bar);
  const judged = slow.score(takeRows(table, strange));
  const least = judged.reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY);
  const highest = order.at(-1) ?? 0;
  for (const [at, row] of strange.entries()) scores[row] = highest + 1 + judged[at]! - least;
  return scores;
}
