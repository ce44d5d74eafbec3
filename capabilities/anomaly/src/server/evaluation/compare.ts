/**
 * A comparison of detectors on files: which tasks, then one table of means, spreads and ranks, and a readable print of it.
 * @module
 */
import {
  chooseDetectors,
  type Measured,
  overall,
  pandaAblations,
  type SummaryRow,
  seriesRoster,
  summarise,
  type TableProtocol,
  tableRoster,
} from '@hedun/anomaly/evaluation';
import { runTasks } from './pool.ts';
import type { Answer, Task } from './task.ts';

export type Protocol = TableProtocol | 'series';
export const protocolNames = ['s30', 'u60', 'series'] as const satisfies readonly Protocol[];

/** The measure that ranks, and those that are printed, in order. */
export const measures: Readonly<Record<Protocol, readonly string[]>> = {
  s30: ['ap', 'roc'],
  u60: ['ap', 'apKnown', 'apUnknown', 'apAbsent', 'roc'],
  series: [
    'vusPr',
    'vusRoc',
    'ap',
    'bestF1',
    'rangeF1',
    'thresholdF1',
    'hitRate',
    'pointAdjustedF1',
    'pointAdjustedF1OfRandom',
  ],
};

export interface Comparison {
  readonly protocol: Protocol;
  readonly rows: readonly SummaryRow[];
  readonly runs: readonly Measured[];
  readonly failed: readonly {
    readonly dataset: string;
    readonly detector: string;
    readonly seed: number;
    readonly reason: string;
  }[];
  /** Mean wall-clock seconds of a run. */
  readonly seconds: Readonly<Record<string, number>>;
  /** A trial is a data set under a seed, run by all detectors. */
  readonly trials: { readonly reached: number; readonly wanted: number };
}

/** All runs of one protocol, one seed after the other, so that an evaluation that ends early has whole seeds. */
export function tasksOf(
  files: readonly { readonly file: string; readonly name?: string }[],
  protocol: Protocol,
  detectors: string,
  seeds: readonly number[],
): readonly Task[] {
  const chosen =
    protocol === 'series'
      ? chooseDetectors(detectors, seriesRoster)
      : chooseDetectors(detectors, tableRoster, pandaAblations);
  return seeds.flatMap((seed) =>
    files.flatMap(({ file, name }) =>
      chosen.map(({ name: detector }) => ({ file, ...(name ? { name } : {}), protocol, detector, seed })),
    ),
  );
}

/**
 * Detectors are compared where all of them were run: a data set under a seed that one of them lacks counts for none. What failed counts as
 * run; its place in the table stays empty.
 */
export function comparisonOf(protocol: Protocol, tasks: readonly Task[], answers: readonly Answer[]): Comparison {
  const trialOf = ({ file, seed }: Task) => `${seed} ${file}`;
  const own = answers.filter(({ task }) => task.protocol === protocol);
  const count = (of: readonly Task[]) => {
    const counts = new Map<string, number>();
    for (const task of of) counts.set(trialOf(task), (counts.get(trialOf(task)) ?? 0) + 1);
    return counts;
  };
  const wanted = count(tasks.filter((task) => task.protocol === protocol));
  const reached = count(own.map(({ task }) => task));
  const whole = own.filter(({ task }) => reached.get(trialOf(task)) === wanted.get(trialOf(task)));
  const runs = whole.flatMap((answer) => (answer.kind === 'measured' ? answer.runs : []));
  const seconds: Record<string, number[]> = {};
  for (const { task, seconds: taken } of whole) seconds[task.detector] = [...(seconds[task.detector] ?? []), taken];
  return {
    protocol,
    rows: summarise(runs, measures[protocol][0]!),
    runs,
    failed: own.flatMap((answer) =>
      answer.kind === 'failed'
        ? [
            {
              dataset: answer.task.name ?? answer.task.file,
              detector: answer.task.detector,
              seed: answer.task.seed,
              reason: answer.reason,
            },
          ]
        : [],
    ),
    seconds: Object.fromEntries(
      Object.entries(seconds).map(([name, all]) => [name, all.reduce((sum, each) => sum + each, 0) / all.length]),
    ),
    trials: { reached: new Set(whole.map(({ task }) => trialOf(task))).size, wanted: wanted.size },
  };
}

export async function compare(
  files: readonly { readonly file: string; readonly name?: string }[],
  protocol: Protocol,
  detectors: string,
  seeds: readonly number[],
  told: (answer: Answer, done: number, total: number) => void = () => {},
): Promise<Comparison> {
  const tasks = tasksOf(files, protocol, detectors, seeds);
  const answers = await runTasks(tasks, { told: (answer, done) => told(answer, done, tasks.length) });
  return comparisonOf(protocol, tasks, answers);
}

export const shown = (value: number | undefined): string =>
  value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(3);

/** Lines of a comparison: per data set (and family) and detector, then over all. */
/** Hedun's own default for tables and for series. */
const own = { s30: 'fused', u60: 'fused', series: 'vg-net' } as const satisfies Readonly<Record<Protocol, string>>;
/**
 * Where the default stands by each measure, and who is better: said below the table, so that nobody has to look for it. Point-adjusted F1 is
 * left out, being printed only beside a random score.
 */
export function standings({ protocol, rows }: Pick<Comparison, 'protocol' | 'rows'>): readonly string[] {
  const name = own[protocol];
  const all = overall(rows, measures[protocol][0]!).filter(({ detector }) => detector !== 'random');
  const ours = all.find(({ detector }) => detector === name);
  if (!ours || all.length < 2) return [];
  return measures[protocol]
    .filter((measure) => !measure.startsWith('pointAdjusted'))
    .flatMap((measure) => {
      const value = ours.values[measure] ?? Number.NaN;
      const rivals = all
        .filter(({ detector, values }) => detector !== name && Number.isFinite(values[measure]))
        .sort((a, b) => (b.values[measure] as number) - (a.values[measure] as number));
      if (!Number.isFinite(value) || rivals.length === 0) return [];
      const better = rivals.filter(({ values }) => (values[measure] as number) > value);
      const told = (better.length > 0 ? better : rivals.slice(0, 1))
        .map(({ detector, values }) => `${detector} ${shown(values[measure])}`)
        .join(', ');
      return [
        `${measure}: ${name} ${shown(value)} ${better.length === 0 ? `is the best mean of ${rivals.length + 1}, next ${told}` : `is not the best mean, better: ${told}`}`,
      ];
    });
}

export function linesOf({ protocol, rows, failed, seconds }: Comparison): readonly string[] {
  const names = measures[protocol];
  const wide = Math.max(16, ...rows.map(({ dataset, family }) => `${dataset}${family ? ` #${family}` : ''}`.length));
  const head = `${'data set'.padEnd(wide)}  ${'detector'.padEnd(18)}  ${names.map((name) => name.padStart(13)).join('  ')}   rank`;
  const body = rows.map(({ dataset, family, detector, values, rank }) => {
    const cells = names.map((name) => {
      const spread = values[name];
      return (
        spread && Number.isFinite(spread.mean) ? `${shown(spread.mean)} ± ${spread.sd.toFixed(3)}` : '-'
      ).padStart(13);
    });
    return `${`${dataset}${family ? ` #${family}` : ''}`.padEnd(wide)}  ${detector.padEnd(18)}  ${cells.join('  ')}  ${rank.toFixed(1).padStart(5)}`;
  });
  const all = overall(rows, names[0]!).map(
    ({ detector, values, meanRank, datasets }) =>
      `${`mean of ${datasets}`.padEnd(wide)}  ${detector.padEnd(18)}  ${names.map((name) => shown(values[name]).padStart(13)).join('  ')}  ${meanRank.toFixed(2).padStart(5)}   ${(seconds[detector] ?? 0).toFixed(1)} s a run`,
  );
  return [
    head,
    ...body,
    '',
    ...all,
    ...standings({ protocol, rows }),
    ...failed.map(({ dataset, detector, seed, reason }) => `failed: ${dataset} ${detector} seed ${seed}: ${reason}`),
  ];
}
