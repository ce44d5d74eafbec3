/**
 * One training: prepares the rows, fits the detector, judges it on labels it was not told, and the champion on the very same rows and labels,
 * explains the strangest rows and writes the model as one portable file. It reads no store; what it gets is data, what it answers is data.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  applyPreparation,
  averagePrecision,
  calibrate,
  heightOf,
  type Matrix,
  matrix,
  openRandom,
  prepare,
  takeRows,
} from '@hedun/anomaly';
import { learnNormal, learnPopulation } from '@hedun/anomaly/explain';
import {
  type Bundle,
  explainRows,
  flaggedRows,
  isSeries,
  type Judge,
  openBundle,
  scoreRows,
  seriesDetector,
  tableDetector,
  writeBundle,
} from './bundle.ts';
import { fitFusedInThreads } from './member-pool.ts';
import type { Trained, TrainingTask } from './thread-tasks.ts';

/** A normal row is flagged with this probability at most; from unlabelled rows alone. */
const risk = 0.005;
/** Fewer kept labels than this say nothing of a model. */
const leastKept = 3;

/** A fifth of the labelled anomalies is never told to any model: by row, so that a label kept once is kept from every later version. */
export const isKept = (row: number): boolean => Math.imul(row + 1, 0x9e3779b1) >>> 0 < 2 ** 32 / 5;

export async function train(task: TrainingTask, tell: (done: number) => void): Promise<Trained> {
  const started = performance.now();
  const { columns, anomalies, normals } = task;
  const raw = matrix(task.values.length / columns, columns, task.values);
  const told = anomalies.filter((row) => !isKept(row));
  const kept = anomalies.filter(isKept);
  const known = new Set(anomalies);
  const unlabelledRows = Array.from({ length: raw.rows }, (_, row) => row).filter((row) => !known.has(row));
  const preparation = prepare(takeRows(raw, [...unlabelledRows, ...told]));
  const judge = await fit(task, raw, told, unlabelledRows, preparation, tell);
  const scores = scoreRows({ judge, preparation }, raw);
  const ordinary = Float32Array.from(unlabelledRows, (row) => scores[row]!);
  const threshold = thresholdOf(judge, ordinary);
  const cases = learnNormal(
    applyPreparation(preparation, takeRows(raw, unlabelledRows)),
    ordinary,
    openRandom(task.seed).fork('normal'),
  );
  const bundle: Bundle = {
    detector: task.detector,
    judge,
    preparation,
    threshold,
    normal: { ...cases, places: cases.places.map((place) => unlabelledRows[place]!) },
    population: {
      scores: learnPopulation(ordinary),
      columns: Array.from({ length: columns }, (_, column) =>
        learnPopulation(Float32Array.from(unlabelledRows, (row) => raw.values[row * columns + column]!)),
      ),
    },
  };
  const judged = new Set([...anomalies, ...normals]);
  const flagged = flaggedRows(bundle, scores, (row) => !judged.has(row));
  const apOf = (of: Float32Array) => (kept.length >= leastKept ? keptPrecision(of, kept, unlabelledRows) : null);
  return {
    kind: 'trained',
    explained: explainRows(bundle, raw, scores, flagged),
    card: {
      rows: raw.rows,
      columns,
      labelsTold: told.length,
      labelsKept: kept.length,
      keptAp: apOf(scores),
      championAp: task.champion && apOf(scoreRows(openBundle(task.champion.file), raw)),
      championVersion: task.champion?.version ?? null,
      threshold,
      flagged: flagged.length,
      memory: judge.kind === 'series' ? judge.model.memory : 0,
      seconds: Math.round(performance.now() - started) / 1000,
    },
    file: writeBundle(bundle),
    lineage: createHash('sha256')
      .update(new Uint8Array(task.values.buffer, task.values.byteOffset, task.values.byteLength))
      .update(JSON.stringify([anomalies, normals, task.detector, task.seed]))
      .digest('hex'),
  };
}

async function fit(
  { detector, seed, stop }: TrainingTask,
  raw: Matrix,
  told: readonly number[],
  unlabelledRows: readonly number[],
  preparation: ReturnType<typeof prepare>,
  tell: (done: number) => void,
): Promise<Judge> {
  const flag = new Int32Array(stop);
  let last = 0;
  const control = {
    proceed: (done: number) => {
      if (done - last > 0.01) {
        last = done;
        tell(done);
      }
      return Atomics.load(flag, 0) === 0;
    },
  };
  const random = openRandom(seed).fork(detector);
  if (!isSeries(detector)) {
    const ready = applyPreparation(preparation, raw);
    const training = { unlabelled: takeRows(ready, unlabelledRows), labelled: takeRows(ready, told) };
    if (detector === 'fused') return { kind: 'table', model: await fitFusedInThreads(training, random, control) };
    return { kind: 'table', model: tableDetector(detector).fit(training, random, control) };
  }
  // A recording has to stay whole: what is known to be anomalous is taken as not read, and the last good reading is held there.
  const recording = matrix(raw.rows, raw.columns, raw.values.slice());
  for (const row of told) recording.values.fill(Number.NaN, row * raw.columns, (row + 1) * raw.columns);
  return { kind: 'series', model: seriesDetector(detector).fit(recording, random, control) };
}

function thresholdOf(judge: Judge, ordinary: Float32Array): number {
  const own = judge.kind === 'series' ? judge.model.threshold?.(risk) : undefined;
  return own ?? heightOf(calibrate(ordinary), -Math.log(risk));
}

/** Average precision of kept anomalies against the rows nobody labelled an anomaly. */
function keptPrecision(scores: Float32Array, kept: readonly number[], unlabelled: readonly number[]): number {
  const rows = [...kept, ...unlabelled];
  const labels = new Uint8Array(rows.length).fill(1, 0, kept.length);
  return averagePrecision(
    Float32Array.from(rows, (row) => scores[row]!),
    labels,
  );
}
