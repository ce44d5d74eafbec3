/**
 * The thread of one training: prepares the rows, fits the detector, judges it on labels it was not told, explains the strangest rows and
 * writes the model as one portable file. It reads no store; what it gets is data, what it answers is data.
 * @module
 */
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import {
  applyPreparation,
  averagePrecision,
  calibrate,
  heightOf,
  type Matrix,
  matrix,
  openRandom,
  prepare,
  rowOf,
  takeRows,
  writeModel,
} from '@hedun/anomaly';
import { chooseDetectors, tableRoster } from '@hedun/anomaly/evaluation';
import { explainRow, learnNormal } from '@hedun/anomaly/explain';
import type { Explained, ThreadAnswer, TrainingTask } from './training-task.ts';

/** A normal row is flagged with this probability at most; from unlabelled rows alone. */
const risk = 0.005;
/** Trial rows that explanations may cost. */
const explanationRows = 30_000;

/** A fifth of the labelled anomalies is never told to any model: by row, so that a label kept once is kept from every later version. */
export const isKept = (row: number): boolean => Math.imul(row + 1, 0x9e3779b1) >>> 0 < 2 ** 32 / 5;

function train(task: TrainingTask): ThreadAnswer {
  const started = performance.now();
  const { columns, anomalies, normals } = task;
  const table = matrix(task.values.length / columns, columns, task.values);
  const told = anomalies.filter((row) => !isKept(row));
  const kept = anomalies.filter(isKept);
  const known = new Set(anomalies);
  const unlabelledRows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => !known.has(row));
  const preparation = prepare(takeRows(table, [...unlabelledRows, ...told]));
  const ready = applyPreparation(preparation, table);
  const unlabelled = takeRows(ready, unlabelledRows);
  const [detector] = chooseDetectors(task.detector, tableRoster);
  const flag = new Int32Array(task.stop);
  let last = 0;
  const model = detector!.fit(
    { unlabelled, labelled: takeRows(ready, told) },
    openRandom(task.seed).fork(task.detector),
    {
      proceed: (done) => {
        if (done - last > 0.01) {
          last = done;
          parentPort?.postMessage({ kind: 'progress', done } satisfies ThreadAnswer);
        }
        return Atomics.load(flag, 0) === 0;
      },
    },
  );
  const scores = scoreInParts(model, ready);
  const ordinary = Float32Array.from(unlabelledRows, (row) => scores[row]!);
  const threshold = heightOf(calibrate(ordinary), -Math.log(risk));
  const judged = new Set([...anomalies, ...normals]);
  const order = unlabelledRows
    .filter((row) => !judged.has(row) && scores[row]! > threshold)
    .sort((a, b) => scores[b]! - scores[a]!);
  const normal = learnNormal(unlabelled, ordinary, openRandom(task.seed).fork('normal'));
  const most = Math.max(5, Math.min(100, Math.floor(explanationRows / (columns + 1))));
  const explained: Explained[] = order.slice(0, most).map((row) => {
    const { reasons, nearest } = explainRow(model, rowOf(ready, row), normal);
    return {
      row,
      score: scores[row]!,
      reasons: reasons
        .filter(({ share }, place) => share >= 0.02 || place === 0)
        .map((reason) => ({
          ...reason,
          value: task.values[row * columns + reason.column]!,
          usual: unprepared(reason.usual, reason.column, preparation),
        })),
      nearest: nearest.map(({ place, distance }) => ({ row: unlabelledRows[place]!, distance })),
    };
  });
  return {
    kind: 'trained',
    explained,
    card: {
      rows: table.rows,
      columns,
      labelsTold: told.length,
      labelsKept: kept.length,
      keptAp: kept.length >= 3 ? apOf(scores, kept, unlabelledRows) : null,
      threshold,
      flagged: order.length,
      seconds: Math.round(performance.now() - started) / 1000,
    },
    file: writeModel({
      detector: task.detector,
      preparation: {
        low: preparation.low,
        high: preparation.high,
        middle: preparation.middle,
        silent: [...preparation.silent],
      },
      state: model.state,
    }),
    lineage: createHash('sha256')
      .update(new Uint8Array(task.values.buffer, task.values.byteOffset, task.values.byteLength))
      .update(JSON.stringify([anomalies, normals, task.detector, task.seed]))
      .digest('hex'),
  };
}

/** Kept anomalies against the rows nobody labelled an anomaly. */
function apOf(scores: Float32Array, kept: readonly number[], unlabelled: readonly number[]): number {
  const rows = [...kept, ...unlabelled];
  const labels = new Uint8Array(rows.length).fill(1, 0, kept.length);
  return averagePrecision(
    Float32Array.from(rows, (row) => scores[row]!),
    labels,
  );
}

function unprepared(value: number, column: number, { low, high }: ReturnType<typeof prepare>): number {
  return low[column]! + value * (high[column]! - low[column]!);
}

function scoreInParts(model: { score(table: Matrix): Float32Array }, table: Matrix): Float32Array {
  const all = new Float32Array(table.rows);
  const step = 20_000;
  for (let from = 0; from < table.rows; from += step) {
    const rows = Math.min(step, table.rows - from);
    const part = matrix(rows, table.columns, table.values.slice(from * table.columns, (from + rows) * table.columns));
    all.set(model.score(part), from);
  }
  return all;
}

if (parentPort) {
  try {
    parentPort.postMessage(train(workerData as TrainingTask));
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    parentPort.postMessage({
      kind: reason.name === 'Stopped' ? 'stopped' : 'failed',
      reason: reason.message,
    } satisfies ThreadAnswer);
  }
}
