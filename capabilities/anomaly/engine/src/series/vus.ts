/**
 * Volume under the surface (Paparrizos et al., VLDB 2022; fast form: Boniol et al., VLDB Journal 2025): precision-recall and ROC with labels
 * that fade around each anomalous segment, averaged over widths 0 to W. Nothing is point-adjusted: a random score stays near the share of
 * anomalous points. The same numbers as the authors' program at its 250 thresholds; sorting once makes it O(n log n + W n).
 * @module
 */
import { descending } from '../table/metrics.ts';

export interface Segment {
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
}

export function segmentsOf(labels: ArrayLike<number>): readonly Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < labels.length; at += 1) {
    if (!labels[at]) continue;
    const first = at;
    while (at + 1 < labels.length && labels[at + 1]) at += 1;
    segments.push({ first, last: at });
  }
  return segments;
}

/** One inside each segment; beside it sqrt(1 - distance / width) within half the width; what overlaps adds up to at most one. */
export function fadingLabels(segments: readonly Segment[], length: number, width: number): Float64Array {
  const soft = new Float64Array(length);
  const reach = Math.floor(width / 2);
  for (const { first, last } of segments) {
    for (let at = first; at <= last; at += 1) soft[at]! += 1;
    for (let away = 1; away <= reach; away += 1) {
      const value = Math.sqrt(1 - away / width);
      if (last + away < length) soft[last + away]! += value;
      if (first - away >= 0) soft[first - away]! += value;
    }
  }
  for (let at = 0; at < length; at += 1) if (soft[at]! > 1) soft[at] = 1;
  return soft;
}

/** Segments widened by half the width on each side; those that meet become one. */
function widened(segments: readonly Segment[], length: number, width: number): Segment[] {
  const reach = Math.floor(width / 2);
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of segments) {
    const before = joined.at(-1);
    if (before && before.last >= first - reach) before.last = last + reach;
    else joined.push({ first: Math.max(first - reach, 0), last: last + reach });
  }
  return joined.map(({ first, last }) => ({ first, last: Math.min(last, length - 1) }));
}

export interface Volume {
  readonly precisionRecall: number;
  readonly roc: number;
}

/**
 * @param scores one for each time stamp, higher for stranger
 * @param labels 0 or 1 for each
 * @param options.window the largest width: 100 by convention, 24 for hourly data
 * @returns both volumes; NaN where no time stamp is anomalous
 */
export function volumeUnderSurface(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { window = 100, thresholds = 250 } = {},
): Volume {
  const n = scores.length;
  if (labels.length !== n) throw new RangeError(`labels: expected ${n}, one for each score, got ${labels.length}`);
  const segments = segmentsOf(labels);
  if (segments.length === 0) return { precisionRecall: Number.NaN, roc: Number.NaN };
  const order = descending(scores);
  const { takes, heights } = takeByThreshold(scores, order, thresholds);
  const positives = segments.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  let [volumePr, volumeRoc] = [0, 0];
  for (let width = 0; width <= window; width += 1) {
    const soft = fadingLabels(segments, n, width);
    const peaks = widened(segments, n, width)
      .map(({ first, last }) => {
        let most = Number.NEGATIVE_INFINITY;
        for (let at = first; at <= last; at += 1) most = Math.max(most, scores[at]!);
        return most;
      })
      .sort((a, b) => b - a);
    let [soFar, inside, seen, detected] = [0, 0, 0, 0];
    let [recallBefore, falseBefore] = [0, 0];
    let [areaPr, areaRoc] = [0, 0];
    for (let index = 0; index < thresholds; index += 1) {
      for (; seen < takes[index]!; seen += 1) {
        const at = order[seen]!;
        soFar += soft[at]!;
        if (labels[at]) inside += 1;
      }
      while (detected < peaks.length && peaks[detected]! >= heights[index]!) detected += 1;
      // Half the hard labels, half the hard ones with the faded ones that were found.
      const wanted = (2 * positives + soFar - inside) / 2;
      const recall = Math.min(soFar / wanted, 1) * (detected / peaks.length);
      const falseRate = (takes[index]! - soFar) / (n - wanted);
      areaPr += (recall - recallBefore) * (soFar / takes[index]!);
      areaRoc += ((falseRate - falseBefore) * (recall + recallBefore)) / 2;
      [recallBefore, falseBefore] = [recall, falseRate];
    }
    volumePr += areaPr;
    volumeRoc += areaRoc + ((1 - falseBefore) * (1 + recallBefore)) / 2;
  }
  return { precisionRecall: volumePr / (window + 1), roc: volumeRoc / (window + 1) };
}

/** Thresholds at evenly spaced places of the sorted scores, and how many scores reach each; equal scores go together. */
function takeByThreshold(scores: ArrayLike<number>, order: Uint32Array, thresholds: number) {
  const n = order.length;
  const takes = new Uint32Array(thresholds);
  const heights = new Float64Array(thresholds);
  for (let index = 0; index < thresholds; index += 1) {
    const place = Math.floor((index * (n - 1)) / (thresholds - 1));
    const height = scores[order[place]!]!;
    let count = place + 1;
    while (count < n && scores[order[count]!] === height) count += 1;
    takes[index] = count;
    heights[index] = height;
  }
  return { takes, heights };
}
