/**
 * One run of one detector and what it measured; many of them to mean, spread and rank.
 * @module
 */

export interface Measured {
  readonly dataset: string;
  readonly detector: string;
  readonly seed: number;
  /** The labelled family, where the protocol goes through them. */
  readonly family?: number;
  /** Measures by name; one that does not exist for this data set (no such family in the test rows) is NaN. */
  readonly values: Readonly<Record<string, number>>;
}

export interface Spread {
  readonly mean: number;
  /** Of the sample (n - 1); 0 for a single run. */
  readonly sd: number;
  readonly runs: number;
}

export interface SummaryRow {
  readonly dataset: string;
  readonly detector: string;
  readonly family?: number;
  readonly values: Readonly<Record<string, Spread>>;
  /** 1 is best by the leading measure; equals share the mean of their places. */
  readonly rank: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const real = values.filter((value) => Number.isFinite(value));
  const mean = real.reduce((sum, value) => sum + value, 0) / real.length;
  const square = real.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: real.length > 1 ? Math.sqrt(square / (real.length - 1)) : 0, runs: real.length };
}

/** One row for each data set, family and detector. Ranks are among the detectors of the same data set and family. */
export function summarise(runs: readonly Measured[], leading: string): readonly SummaryRow[] {
  const groups = new Map<string, Measured[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.dataset, run.family ?? null, run.detector]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const rows = [...groups.values()].map((group) => {
    const { dataset, detector, family } = group[0]!;
    const names = [...new Set(group.flatMap(({ values }) => Object.keys(values)))];
    return {
      dataset,
      detector,
      ...(family === undefined ? {} : { family }),
      values: Object.fromEntries(names.map((name) => [name, spreadOf(group.map(({ values }) => values[name]!))])),
    };
  });
  return rows.map((row) => ({
    ...row,
    rank: rankAmong(
      row.values[leading]?.mean ?? Number.NaN,
      rows
        .filter(({ dataset, family }) => dataset === row.dataset && family === row.family)
        .map(({ values }) => values[leading]?.mean ?? Number.NaN),
    ),
  }));
}

function rankAmong(value: number, all: readonly number[]): number {
  if (!Number.isFinite(value)) return all.length;
  const better = all.filter((other) => other > value).length;
  const equal = all.filter((other) => other === value).length;
  return better + (equal + 1) / 2;
}

export interface Overall {
  readonly detector: string;
  /** Mean over data sets of the data set's mean, each data set counting once. */
  readonly values: Readonly<Record<string, number>>;
  readonly meanRank: number;
  readonly datasets: number;
}

/** Over all data sets, best leading measure first. */
export function overall(rows: readonly SummaryRow[], leading: string): readonly Overall[] {
  const detectors = [...new Set(rows.map(({ detector }) => detector))];
  return detectors
    .map((detector) => {
      const own = rows.filter((row) => row.detector === detector);
      const datasets = [...new Set(own.map(({ dataset }) => dataset))];
      const names = [...new Set(own.flatMap(({ values }) => Object.keys(values)))];
      const ofSets = (pick: (row: SummaryRow) => number) =>
        spreadOf(datasets.map((dataset) => spreadOf(own.filter((row) => row.dataset === dataset).map(pick)).mean)).mean;
      return {
        detector,
        values: Object.fromEntries(
          names.map((name) => [name, ofSets(({ values }) => values[name]?.mean ?? Number.NaN)]),
        ),
        meanRank: ofSets(({ rank }) => rank),
        datasets: datasets.length,
      };
    })
    .sort((a, b) => (b.values[leading] ?? -1) - (a.values[leading] ?? -1));
}
