/**
 * What every detector of sensor series is: it learns from a training recording, mostly normal and without labels, and then judges each time
 * stamp by the present and the past alone. Rows are time stamps, columns sensors.
 * @module
 */
import type { ModelState } from '../model-file.ts';
import type { Random } from '../random.ts';
import type { Control } from '../table/detector.ts';
import { type Matrix, matrix } from '../table/matrix.ts';

export interface SeriesScores {
  /** One for each time stamp, higher for stranger. */
  readonly scores: Float32Array;
  /** How strange each sensor is, row-major, for root causes. */
  readonly sensors: Matrix;
}

export interface SeriesModel {
  score(series: Matrix): SeriesScores;
  /** Everything the model knows, as plain data: `detector.open(state)` scores the same bits. */
  readonly state: ModelState;
  /** How many time stamps before the present a score depends on: what a stream has to keep. */
  readonly memory: number;
  /**
   * The score that a normal time stamp exceeds with this probability, from training alone: peaks over threshold on a part of the recording kept
   * from fitting (Siffer et al., KDD 2017). Left out by rivals that are only ranked.
   */
  threshold?(risk: number): number;
}

export interface SeriesDetector {
  readonly name: string;
  fit(training: Matrix, random: Random, control?: Control): SeriesModel;
  open(state: ModelState): SeriesModel;
}

/** Scaling learned from training rows alone. A sensor that never moved in training gets the spread of one unit of its range. */
export type Scaling = {
  readonly middle: Float32Array;
  readonly width: Float32Array;
};

/** Farther than this many spreads counts as this far: one wild sensor must not silence all others. */
const edge = 8;

export function learnScaling(training: Matrix): Scaling {
  if (training.rows < 2) throw new RangeError(`training: expected at least 2 time stamps, got ${training.rows}`);
  const { rows, columns, values } = training;
  const middle = new Float32Array(columns);
  const width = new Float32Array(columns);
  for (let column = 0; column < columns; column += 1) {
    let [count, sum, square] = [0, 0, 0];
    for (let row = 0; row < rows; row += 1) {
      const value = values[row * columns + column]!;
      if (!Number.isFinite(value)) continue;
      count += 1;
      sum += value;
      square += value * value;
    }
    const mean = count > 0 ? sum / count : 0;
    const deviation = count > 0 ? Math.sqrt(Math.max(0, square / count - mean * mean)) : 0;
    middle[column] = mean;
    width[column] = deviation > 1e-6 * Math.max(1, Math.abs(mean)) ? deviation : Math.max(1, Math.abs(mean)) * 0.5;
  }
  return { middle, width };
}

/** Missing and infinite readings are held at the last good one of the sensor, at the middle before the first. */
export function applyScaling({ middle, width }: Scaling, series: Matrix): Matrix {
  if (series.columns !== middle.length)
    throw new RangeError(`series: expected ${middle.length} sensors as in training, got ${series.columns}`);
  const scaled = matrix(series.rows, series.columns);
  const held = new Float32Array(series.columns);
  for (let row = 0; row < series.rows; row += 1)
    for (let column = 0; column < series.columns; column += 1) {
      const at = row * series.columns + column;
      const value = series.values[at]!;
      if (Number.isFinite(value))
        held[column] = Math.max(-edge, Math.min(edge, (value - middle[column]!) / width[column]!));
      scaled.values[at] = held[column]!;
    }
  return scaled;
}

/**
 * A detector that sees scaled readings alone, as the neural rivals of VG-Net do. They are written anew on this runtime; sizes follow the papers where
 * they fit a processor's time. Nothing of the test recording is used for scaling, unlike in the authors' programs, and a score depends on the present
 * and on `memory` time stamps before it.
 */
export function onScaledReadings(parts: {
  readonly name: string;
  readonly memory: number;
  /** @returns what was learned, as plain data that `open` scores by */
  fit(scaled: Matrix, random: Random, control?: Control): ModelState;
  open(state: ModelState): (scaled: Matrix) => SeriesScores;
}): SeriesDetector {
  const open = (state: ModelState): SeriesModel => {
    const scaling = state.scaling as unknown as Scaling;
    const score = parts.open(state);
    return { state, memory: parts.memory, score: (series) => score(applyScaling(scaling, series)) };
  };
  return {
    name: parts.name,
    fit: (training, random, control) => {
      const scaling = learnScaling(training);
      return open({ ...parts.fit(applyScaling(scaling, training), random, control), scaling });
    },
    open,
  };
}

/** Mean of the last `length` values, fewer at the start. */
export function trailingMean(values: Float32Array, length: number): Float32Array {
  const means = new Float32Array(values.length);
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) {
    sum += values[at]! - (at >= length ? values[at - length]! : 0);
    means[at] = sum / Math.min(at + 1, length);
  }
  return means;
}

/** Squared errors of each sensor to one score: their mean, trailing over `smooth` time stamps. */
export function scoresOf(sensors: Matrix, smooth: number): SeriesScores {
  const scores = new Float32Array(sensors.rows);
  for (let row = 0; row < sensors.rows; row += 1) {
    let sum = 0;
    for (let column = 0; column < sensors.columns; column += 1) sum += sensors.values[row * sensors.columns + column]!;
    scores[row] = sum / sensors.columns;
  }
  return { scores: smooth > 1 ? trailingMean(scores, smooth) : scores, sensors };
}
