/**
 * The protocol of series: fitted on the training recording alone, scored causally on the test recording, judged by the volume under the
 * surface of precision and recall and by what else is honest. Point-adjusted F1 comes only as a pair with that of a random score.
 * @module
 */
import { openRandom } from '../random.ts';
import type { SeriesDetector } from '../series/detector.ts';
import { bestPointF1, bestRangeF1, hitRate, pointAdjustedF1 } from '../series/metrics.ts';
import { segmentsOf, volumeUnderSurface } from '../series/vus.ts';
import type { Control } from '../table/detector.ts';
import type { Matrix } from '../table/matrix.ts';
import { averagePrecision } from '../table/metrics.ts';
import type { Measured } from './measured.ts';

export interface RootCause {
  /** First and last time stamp of the test recording, both inclusive. */
  readonly first: number;
  readonly last: number;
  /** Sensors, counted from 0. */
  readonly sensors: readonly number[];
}
export interface LabelledSeries {
  readonly training: Matrix;
  readonly test: Matrix;
  readonly labels: Uint8Array;
  readonly rootCauses?: readonly RootCause[];
}

/** The probability by which the threshold is set from training alone, the same for every recording. */
const risk = 1e-3;

export function runSeries(
  dataset: string,
  data: LabelledSeries,
  detector: SeriesDetector,
  seed: number,
  control?: Control,
): Measured {
  const random = openRandom(seed).fork(detector.name);
  const model = detector.fit(data.training, random, control);
  const { scores, sensors } = model.score(data.test);
  const volume = volumeUnderSurface(scores, data.labels);
  const threshold = model.threshold?.(risk);
  const chance = Float32Array.from({ length: scores.length }, () => random.next());
  return {
    dataset,
    detector: detector.name,
    seed,
    values: {
      vusPr: volume.precisionRecall,
      vusRoc: volume.roc,
      ap: averagePrecision(scores, data.labels),
      bestF1: bestPointF1(scores, data.labels),
      rangeF1: bestRangeF1(scores, data.labels),
      thresholdF1: threshold === undefined ? Number.NaN : f1At(scores, data.labels, threshold),
      hitRate: meanHitRate(sensors, data.rootCauses ?? [], 1),
      hitRate150: meanHitRate(sensors, data.rootCauses ?? [], 1.5),
      pointAdjustedF1: pointAdjustedF1(scores, data.labels),
      pointAdjustedF1OfRandom: pointAdjustedF1(chance, data.labels),
    },
  };
}

/** Sensors of a stretch of time, strangest first, by their mean strangeness in it. */
export function rankSensors(sensors: Matrix, first: number, last: number): readonly number[] {
  const sums = new Float64Array(sensors.columns);
  for (let row = Math.max(0, first); row <= Math.min(last, sensors.rows - 1); row += 1)
    for (let column = 0; column < sensors.columns; column += 1)
      sums[column]! += sensors.values[row * sensors.columns + column]!;
  return Array.from(sums.keys()).sort((a, b) => sums[b]! - sums[a]!);
}

function meanHitRate(sensors: Matrix, causes: readonly RootCause[], share: number): number {
  const rates = causes.map((cause) => hitRate(rankSensors(sensors, cause.first, cause.last), cause.sensors, share));
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

function f1At(scores: Float32Array, labels: Uint8Array, threshold: number): number {
  let [right, taken, positives] = [0, 0, 0];
  for (let at = 0; at < scores.length; at += 1) {
    if (labels[at]) positives += 1;
    if (scores[at]! <= threshold) continue;
    taken += 1;
    if (labels[at]) right += 1;
  }
  return taken + positives > 0 ? (2 * right) / (taken + positives) : Number.NaN;
}

/** How many stretches a recording's labels hold, for the report. */
export const stretches = (labels: Uint8Array): number => segmentsOf(labels).length;
