/**
 * What the neural detectors share: filling a batch from drawn rows, and scoring any table by a network's output.
 * @module
 */

import type { ModelState } from '../../model-file.ts';
import type { Random } from '../../random.ts';
import { type Heap, openHeap } from '../../runtime/heap.ts';
import { Parameters } from '../../runtime/parameters.ts';
import { Tape, type Tensor } from '../../runtime/tape.ts';
import type { TableModel } from '../detector.ts';
import type { Matrix } from '../matrix.ts';

export interface Network {
  readonly heap: Heap;
  readonly parameters: Parameters;
}
export function openNetwork(): Network {
  const heap = openHeap();
  return { heap, parameters: new Parameters(heap) };
}

/** Copies a drawn row into the given row of an input. */
export function copyRow(heap: Heap, table: Matrix, row: number, to: Tensor, at: number): void {
  heap.floats.set(
    table.values.subarray(row * table.columns, (row + 1) * table.columns),
    (to.at >> 2) + at * to.columns,
  );
}

/** Fills rows `from` to `to` of an input with rows drawn with replacement. */
export function drawRows(heap: Heap, table: Matrix, random: Random, input: Tensor, from: number, to: number): void {
  for (let at = from; at < to; at += 1) copyRow(heap, table, random.below(table.rows), input, at);
}

/** Scores by a network written once for batches of `size` rows: `output` has one column. */
export function openScorer(
  { heap }: Network,
  columns: number,
  output: (tape: Tape, x: Tensor) => Tensor,
  size = 256,
): (table: Matrix) => Float32Array {
  const tape = new Tape(heap);
  const x = tape.input(size, columns);
  const out = output(tape, x);
  return (table) => {
    const scores = new Float32Array(table.rows);
    for (let from = 0; from < table.rows; from += size) {
      const count = Math.min(size, table.rows - from);
      heap.floats.set(table.values.subarray(from * columns, (from + count) * columns), x.at >> 2);
      tape.forward();
      scores.set(tape.read(out).subarray(0, count), from);
    }
    return scores;
  };
}

/** A trained network as plain data: its columns and every parameter by name. */
export function networkState(columns: number, { parameters }: Network): ModelState {
  return {
    columns,
    parameters: Array.from(parameters.save(), ([name, saved]) => ({ name, ...saved })),
  };
}
/** Puts saved parameters into a network that was built in the same way. */
export function restoreNetwork(state: ModelState, { parameters }: Network): void {
  const saved = state.parameters as unknown as readonly {
    name: string;
    rows: number;
    columns: number;
    values: Float32Array;
  }[];
  parameters.load(new Map(saved.map(({ name, ...rest }) => [name, rest])));
}
/** A model from a function that builds the network and its output; `random` only fills what is overwritten. */
export function openNetworkModel(
  state: ModelState,
  build: (columns: number) => { readonly network: Network; readonly output: (tape: Tape, x: Tensor) => Tensor },
  size?: number,
): TableModel {
  const columns = state.columns as number;
  const { network, output } = build(columns);
  restoreNetwork(state, network);
  return { state, score: openScorer(network, columns, output, size) };
}
