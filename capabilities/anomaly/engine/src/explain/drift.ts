/**
 * Whether new rows still come from where the training rows came from: the population stability index of each column and of the score
 * (Siddiqi, Credit Risk Scorecards, 2006: below 0.1 stable, 0.1 to 0.25 moved, above 0.25 another population).
 * @module
 */

/** Edges between the shares of a reference, and the shares themselves. Small enough to keep beside a model. */
export interface Population {
  readonly edges: readonly number[];
  readonly shares: readonly number[];
}
export type Drift = 'stable' | 'moved' | 'other';

/** Ten parts of equal share; equal values fall into one part, so a column of few values has fewer parts. */
export function learnPopulation(values: ArrayLike<number>, parts = 10): Population {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const edges: number[] = [];
  for (let part = 1; part < parts; part += 1) {
    const edge = sorted[Math.floor((part * sorted.length) / parts)];
    if (edge !== undefined && edge !== edges.at(-1) && edge > sorted[0]!) edges.push(edge);
  }
  return { edges, shares: sharesOf(edges, values) };
}

export function stabilityIndex({ edges, shares }: Population, values: ArrayLike<number>): number {
  const now = sharesOf(edges, values);
  return shares.reduce((sum, before, part) => sum + (now[part]! - before) * Math.log(now[part]! / before), 0);
}
export const driftOf = (index: number): Drift => (index < 0.1 ? 'stable' : index < 0.25 ? 'moved' : 'other');

/** The last part counts missing values. Half a row is added to each part, so that an empty one is rare and not impossible. */
function sharesOf(edges: readonly number[], values: ArrayLike<number>): number[] {
  const counts = new Array<number>(edges.length + 2).fill(0.5);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    const part = Number.isFinite(value) ? edges.filter((edge) => value >= edge).length : edges.length + 1;
    counts[part]! += 1;
  }
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => count / sum);
}
