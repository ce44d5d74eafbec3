/**
 * Puts the scores of any detector on one scale: how unlikely a score of at least this height is among ordinary rows, as a number of nats
 * (-ln p). Within the reference it is the empirical tail; beyond its upper tenth an exponential-to-Pareto tail fitted by moments goes on
 * (peaks over threshold: Pickands, 1975; Hosking and Wallis, 1987), so that what lies above everything seen keeps its order.
 * @module
 */
import { lowerBound, upperBound } from './detectors/distribution.ts';

export interface Calibration {
  /** Sorted reference scores. */
  readonly reference: Float32Array;
  readonly threshold: number;
  /** Share of the reference above the threshold. */
  readonly above: number;
  readonly scale: number;
  /** 0: exponential; towards 1: heavy tails, whose nats grow as a logarithm. */
  readonly shape: number;
}

const tail = 0.1;

export function calibrate(scores: Float32Array): Calibration {
  const reference = scores.slice().sort();
  const n = reference.length;
  const from = Math.min(n - 1, Math.floor((1 - tail) * n));
  const threshold = reference[from]!;
  let [count, mean, square] = [0, 0, 0];
  for (let at = from; at < n; at += 1) {
    const excess = reference[at]! - threshold;
    if (excess <= 0) continue;
    count += 1;
    mean += excess;
    square += excess * excess;
  }
  mean /= Math.max(count, 1);
  const variance = square / Math.max(count, 1) - mean * mean;
  const ratio = variance > 0 ? (mean * mean) / variance : 1;
  // Moments exist for shapes below a half only; what is heavier is taken as a half.
  const shape = count < 10 ? 0 : Math.max(0, Math.min(0.5, (1 - ratio) / 2));
  const scale = mean * (1 - shape);
  return { reference, threshold, above: Math.max(count, 1) / n, scale, shape };
}

/** Nats of surprise, 0 and more. */
export function surprise({ reference, threshold, above, scale, shape }: Calibration, score: number): number {
  const n = reference.length;
  if (score <= threshold || scale <= 0) {
    const lower = lowerBound(reference, score);
    const upper = reference[lower] === score ? upperBound(reference, score) : lower;
    const higher = n - upper + 0.5 * (upper - lower);
    return -Math.log((higher + 0.5) / (n + 1));
  }
  const excess = (score - threshold) / scale;
  return -Math.log(above) + (shape > 1e-6 ? Math.log1p(shape * excess) / shape : excess);
}

/** Cells that a score is looked for in, before the reference scores of that cell are searched. */
const cells = 1024;

/** `surprise` of many scores, the same bits as singles, with what they share worked out once. */
export function openSurprise(calibration: Calibration): (scores: Float32Array) => Float32Array {
  const { reference, threshold, scale } = calibration;
  const n = reference.length;
  const low = reference[0]!;
  const width = threshold > low ? cells / (threshold - low) : 0;
  const cellOf = (score: number) => Math.max(0, Math.min(cells - 1, Math.trunc((score - low) * width)));
  const starts = new Uint32Array(cells + 1);
  for (const score of reference) starts[cellOf(score) + 1]! += 1;
  for (let cell = 0; cell < cells; cell += 1) starts[cell + 1]! += starts[cell]!;
  // Nats by twice the number of higher reference scores, equals counting half.
  const nats = Float32Array.from({ length: 2 * n + 1 }, (_, twice) => -Math.log((twice / 2 + 0.5) / (n + 1)));
  return (scores) => {
    const said = new Float32Array(scores.length);
    for (let at = 0; at < said.length; at += 1) {
      const score = scores[at]!;
      if (!(score <= threshold || scale <= 0)) {
        said[at] = surprise(calibration, score);
        continue;
      }
      const cell = cellOf(score);
      let [lower, end] = [starts[cell]!, starts[cell + 1]!];
      while (lower < end) {
        const middle = (lower + end) >> 1;
        if (reference[middle]! < score) lower = middle + 1;
        else end = middle;
      }
      const upper = reference[lower] === score ? upperBound(reference, score) : lower;
      said[at] = nats[2 * n - upper - lower]!;
    }
    return said;
  };
}

/** The score whose surprise is this many nats: the inverse of `surprise`. */
export function heightOf(calibration: Calibration, nats: number): number {
  const { reference, threshold, above, scale, shape } = calibration;
  const beyond = nats + Math.log(above);
  if (beyond > 0 && scale > 0) return threshold + scale * (shape > 1e-6 ? Math.expm1(shape * beyond) / shape : beyond);
  const place = Math.floor((1 - Math.exp(-nats)) * reference.length);
  return reference[Math.min(reference.length - 1, Math.max(0, place))]!;
}
