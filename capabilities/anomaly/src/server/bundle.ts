/**
 * The portable file of a model as the platform keeps it: the detector's own state and all that is needed to judge new rows with it, which are
 * the preparation of values, the threshold, the normal rows that explanations point at, and what scores and columns looked like in training.
 * @module
 */
import {
  applyPreparation,
  type Matrix,
  type ModelState,
  matrix,
  type Preparation,
  readModel,
  rowOf,
  type SeriesModel,
  type TableModel,
  writeModel,
} from '@hedun/anomaly';
import { chooseDetectors, seriesRoster, tableRoster } from '@hedun/anomaly/evaluation';
import { explainReading, explainRow, type NormalCases, normalCases, type Population } from '@hedun/anomaly/explain';
import type { Explained } from './thread-tasks.ts';

export type Judge =
  | { readonly kind: 'table'; readonly model: TableModel }
  | { readonly kind: 'series'; readonly model: SeriesModel };

export interface Bundle {
  readonly detector: string;
  readonly judge: Judge;
  readonly preparation: Preparation;
  readonly threshold: number;
  readonly normal: NormalCases;
  readonly population: { readonly scores: Population; readonly columns: readonly Population[] };
}

/** Rows judged at once, so that ten million do not stand in memory as prepared copies. */
const portion = 20_000;

export const isSeries = (detector: string): boolean => seriesRoster.some(({ name }) => name === detector);
export const tableDetector = (name: string) => chooseDetectors(name, tableRoster)[0]!;
export const seriesDetector = (name: string) => chooseDetectors(name, seriesRoster)[0]!;

export function writeBundle({ detector, judge, preparation, threshold, normal, population }: Bundle): Uint8Array {
  const { low, high, middle, silent } = preparation;
  return writeModel({
    detector,
    kind: judge.kind,
    threshold,
    preparation: { kind: 'min-max', low, high, middle, silent: [...silent] },
    normal: { rows: normal.rows, places: normal.places },
    population: population as unknown as ModelState,
    state: judge.model.state,
  });
}

export function openBundle(file: Uint8Array): Bundle {
  const saved = readModel(file);
  const state = saved.state as ModelState;
  const detector = saved.detector as string;
  const normal = saved.normal as unknown as { readonly rows: Matrix; readonly places: Uint32Array };
  return {
    detector,
    judge:
      saved.kind === 'series'
        ? { kind: 'series', model: seriesDetector(detector).open(state) }
        : { kind: 'table', model: tableDetector(detector).open(state) },
    preparation: saved.preparation as unknown as Preparation,
    threshold: saved.threshold as number,
    normal: normalCases(normal.rows, normal.places),
    population: saved.population as unknown as Bundle['population'],
  };
}

/** Scores of raw rows, in their order. */
export function scoreRows({ judge, preparation }: Pick<Bundle, 'judge' | 'preparation'>, raw: Matrix): Float32Array {
  const all = new Float32Array(raw.rows);
  for (let from = 0; from < raw.rows; from += portion) {
    const to = Math.min(raw.rows, from + portion);
    // A series needs the readings before the portion too.
    const before = judge.kind === 'series' ? Math.min(from, judge.model.memory) : 0;
    const part = rowsOf(raw, from - before, to);
    const scores =
      judge.kind === 'series' ? judge.model.score(part).scores : judge.model.score(applyPreparation(preparation, part));
    all.set(scores.subarray(before), from);
  }
  return all;
}

export function rowsOf(raw: Matrix, from: number, to: number): Matrix {
  return matrix(to - from, raw.columns, raw.values.slice(from * raw.columns, to * raw.columns));
}

/**
 * The places that are shown as anomalies, strangest first: rows of a table above the threshold; of a series the peak of each stretch above it,
 * so that one fault of an hour is one anomaly and not thousands. A stretch of which a part was judged or told before is not told again.
 */
export function flaggedRows(
  { judge, threshold }: Pick<Bundle, 'judge' | 'threshold'>,
  scores: Float32Array,
  counts: (row: number) => boolean,
): readonly number[] {
  const flagged: number[] = [];
  for (let row = 0; row < scores.length; row += 1) {
    if (scores[row]! <= threshold) continue;
    let [peak, fresh] = [row, counts(row)];
    while (judge.kind === 'series' && row + 1 < scores.length && scores[row + 1]! > threshold) {
      row += 1;
      if (scores[row]! > scores[peak]!) peak = row;
      fresh &&= counts(row);
    }
    if (fresh) flagged.push(peak);
  }
  return flagged.sort((a, b) => scores[b]! - scores[a]!);
}

/** Trial rows that explanations may cost. */
const explanationRows = 30_000;
export const mostExplained = (columns: number): number =>
  Math.max(5, Math.min(100, Math.floor(explanationRows / (columns + 1))));

/** @param first number of the first raw row in the data set */
export function explainRows(
  bundle: Bundle,
  raw: Matrix,
  scores: Float32Array,
  rows: readonly number[],
  first = 0,
): Explained[] {
  const { judge, preparation, normal } = bundle;
  return rows.slice(0, mostExplained(raw.columns)).map((row) => {
    const ready = rowOf(applyPreparation(preparation, rowsOf(raw, row, row + 1)), 0);
    const explained =
      judge.kind === 'table'
        ? explainRow(judge.model, ready, normal)
        : explainReading(
            judge.model
              .score(rowsOf(raw, Math.max(0, row - judge.model.memory), row + 1))
              .sensors.values.slice(-raw.columns),
            ready,
            normal,
          );
    return {
      row: first + row,
      score: scores[row]!,
      reasons: explained.reasons
        .filter(({ share }, place) => share >= 0.02 || place === 0)
        .map((reason) => ({
          ...reason,
          value: raw.values[row * raw.columns + reason.column]!,
          usual: unprepared(reason.usual, reason.column, preparation),
        })),
      nearest: explained.nearest.map(({ place, distance }) => ({ row: place, distance })),
    };
  });
}

function unprepared(value: number, column: number, { low, high }: Preparation): number {
  return low[column]! + value * (high[column]! - low[column]!);
}
