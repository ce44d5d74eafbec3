/**
 * The papers' ways to split a labelled table for partially labelled detection, reproducible by seed. Labels are used only to make the
 * split and, afterwards, to judge: a detector sees unlabelled rows and its budget of labelled anomalies.
 * @module
 */
import type { Random } from '../random.ts';
import { type Matrix, takeRows } from './matrix.ts';

export interface LabelledTable {
  readonly table: Matrix;
  /** 0 normal, 1 anomalous, one byte a row. */
  readonly labels: Uint8Array;
  /** 0 normal, k the anomaly family k. */
  readonly classes?: Uint8Array;
  /** A separate test file, where the set has one. */
  readonly test?: { readonly table: Matrix; readonly labels: Uint8Array; readonly classes?: Uint8Array };
}

export interface Split {
  readonly unlabelled: Matrix;
  readonly labelled: Matrix;
  readonly test: Matrix;
  readonly testLabels: Uint8Array;
  readonly testClasses: Uint8Array;
  /** Anomalous rows among the unlabelled ones: for the record, never for a detector. */
  readonly contamination: number;
}

export interface SplitOptions {
  readonly labels: number;
  /** Largest share of anomalous rows among the unlabelled ones. */
  readonly contamination: number;
  /** The one family whose anomalies are labelled; any where left out. */
  readonly family?: number;
}

export const protocols = {
  s30: { labels: 30, contamination: 0.02 },
  u60: { labels: 60, contamination: 0.02 },
} as const;

/** 80/20, stratified; min-max scaling is not part of it: `prepare` the unlabelled and labelled rows together. */
export function splitTable(data: LabelledTable, options: SplitOptions, random: Random): Split {
  const classes = data.classes ?? data.labels;
  const normals: number[] = [];
  const anomalies: number[] = [];
  for (const row of random.permutation(data.table.rows)) (data.labels[row] ? anomalies : normals).push(row);
  const trainShare = data.test ? 1 : 0.8;
  const trainNormals = normals.slice(0, Math.round(normals.length * trainShare));
  const trainAnomalies = stratified(anomalies, classes, trainShare);
  const known = trainAnomalies.filter((row) => options.family === undefined || classes[row] === options.family);
  const labelled = known.slice(0, options.labels);
  const used = new Set(labelled);
  const left = trainAnomalies.filter((row) => !used.has(row));
  // contamination = hidden / (hidden + normals)
  const hidden = left.slice(
    0,
    Math.min(left.length, Math.floor((options.contamination * trainNormals.length) / (1 - options.contamination))),
  );
  const unlabelledRows = [...trainNormals, ...hidden];
  const shuffled = random.permutation(unlabelledRows.length);
  const inTrain = new Set([...trainNormals, ...trainAnomalies]);
  const testRows = data.test ? [] : [...normals, ...anomalies].filter((row) => !inTrain.has(row));
  const test = data.test;
  return {
    unlabelled: takeRows(
      data.table,
      Array.from(shuffled, (index) => unlabelledRows[index]!),
    ),
    labelled: takeRows(data.table, labelled),
    test: test ? test.table : takeRows(data.table, testRows),
    testLabels: test ? test.labels : Uint8Array.from(testRows, (row) => data.labels[row]!),
    testClasses: test ? (test.classes ?? test.labels) : Uint8Array.from(testRows, (row) => classes[row]!),
    contamination: hidden.length / unlabelledRows.length,
  };
}

/** The first `share` of each family, in the drawn order. */
function stratified(rows: readonly number[], classes: Uint8Array, share: number): number[] {
  const total = new Map<number, number>();
  for (const row of rows) total.set(classes[row]!, (total.get(classes[row]!) ?? 0) + 1);
  const taken = new Map<number, number>();
  return rows.filter((row) => {
    const family = classes[row]!;
    const count = taken.get(family) ?? 0;
    if (count >= Math.round(total.get(family)! * share)) return false;
    taken.set(family, count + 1);
    return true;
  });
}
