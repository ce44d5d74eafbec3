/**
 * How well scores rank the anomalous rows above the others. Equal scores share their place: no order of the input can help.
 * @module
 */

/** Row numbers from the highest score to the lowest. Scores that are no number are refused. */
export function descending(scores: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(scores.length);
  for (let index = 0; index < scores.length; index += 1) {
    if (Number.isNaN(scores[index]!)) throw new RangeError(`score ${index}: expected a number, got NaN`);
    order[index] = index;
  }
  return order.sort((a, b) => scores[b]! - scores[a]!);
}

/** Visits groups of equal scores from the top: how many anomalous and other rows each holds. */
function eachGroup(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  visit: (positives: number, negatives: number) => void,
): { readonly positives: number; readonly negatives: number } {
  if (scores.length !== labels.length)
    throw new RangeError(`labels: expected ${scores.length}, one for each score, got ${labels.length}`);
  const order = descending(scores);
  const all = { positives: 0, negatives: 0 };
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]!]!;
    let positives = 0;
    let negatives = 0;
    for (; at < order.length && scores[order[at]!] === score; at += 1)
      if (labels[order[at]!]) positives += 1;
      else negatives += 1;
    all.positives += positives;
    all.negatives += negatives;
    visit(positives, negatives);
  }
  return all;
}

/** Area under the ROC curve (Mann and Whitney's U); NaN where one of the two kinds is absent. */
export function aucRoc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  let above = 0;
  let seenPositives = 0;
  const { positives, negatives } = eachGroup(scores, labels, (groupPositives, groupNegatives) => {
    above += groupNegatives * (seenPositives + groupPositives / 2);
    seenPositives += groupPositives;
  });
  return above / (positives * negatives);
}

/** Average precision, the area under the precision-recall curve without interpolation; NaN without an anomalous row. */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  let found = 0;
  let seen = 0;
  let sum = 0;
  const { positives } = eachGroup(scores, labels, (groupPositives, groupNegatives) => {
    found += groupPositives;
    seen += groupPositives + groupNegatives;
    if (groupPositives > 0) sum += groupPositives * (found / seen);
  });
  return sum / positives;
}
