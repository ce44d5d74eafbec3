/**
 * Other measures of a series of scores: point-wise and range-wise best F1 (no point adjustment), the share of root causes found, and the
 * point-adjusted F1 that must never stand alone, because a random score reaches high values by it.
 * @module
 */
import { descending } from '../table/metrics.ts';
import { segmentsOf } from './vus.ts';

/** Best F1 over all thresholds, each time stamp counted by itself. */
export function bestPointF1(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  return bestF1(scores, (at) => (labels[at] ? 1 : 0), countOf(labels));
}

/**
 * Best F1 with precision by time stamps and recall by segments, a segment being found in part (Hundman-like existence would be 1 as soon as
 * one point is found; here the share of each segment counts, as Tatbul et al., NeurIPS 2018, with a flat bias and no cardinality factor).
 */
export function bestRangeF1(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const segments = segmentsOf(labels);
  const weight = new Float64Array(labels.length);
  for (const { first, last } of segments) weight.fill(1 / (last - first + 1) / segments.length, first, last + 1);
  const order = descending(scores);
  let [best, found, right] = [0, 0, 0];
  for (let taken = 0; taken < order.length; ) {
    const height = scores[order[taken]!]!;
    for (; taken < order.length && scores[order[taken]!] === height; taken += 1) {
      found += weight[order[taken]!]!;
      if (labels[order[taken]!]) right += 1;
    }
    const precision = right / taken;
    if (precision + found > 0) best = Math.max(best, (2 * precision * found) / (precision + found));
  }
  return best;
}

/** Best F1 when one found point marks its whole segment as found. Print it only beside a random score's. */
export function pointAdjustedF1(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const adjusted = Float64Array.from({ length: scores.length }, (_, at) => scores[at]!);
  for (const { first, last } of segmentsOf(labels)) {
    let most = Number.NEGATIVE_INFINITY;
    for (let at = first; at <= last; at += 1) most = Math.max(most, scores[at]!);
    adjusted.fill(most, first, last + 1);
  }
  return bestPointF1(adjusted, labels);
}

function bestF1(scores: ArrayLike<number>, hit: (at: number) => number, positives: number): number {
  const order = descending(scores);
  let [best, right] = [0, 0];
  for (let taken = 0; taken < order.length; ) {
    const height = scores[order[taken]!]!;
    for (; taken < order.length && scores[order[taken]!] === height; taken += 1) right += hit(order[taken]!);
    best = Math.max(best, (2 * right) / (taken + positives));
  }
  return best;
}
function countOf(labels: ArrayLike<number>): number {
  let count = 0;
  for (let at = 0; at < labels.length; at += 1) if (labels[at]) count += 1;
  return count;
}

/**
 * Share of the true causes among the first `share` times as many ranked sensors (HitRate@P: Su et al., KDD 2019).
 * @param ranking sensors, most suspicious first @param causes the true ones
 */
export function hitRate(ranking: readonly number[], causes: readonly number[], share = 1): number {
  if (causes.length === 0) return Number.NaN;
  const first = new Set(ranking.slice(0, Math.floor(share * causes.length)));
  return causes.filter((cause) => first.has(cause)).length / causes.length;
}
