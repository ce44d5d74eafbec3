/**
 * Compares all detectors of `anomaly` on a folder of data sets in the plain format and on flows of our own: per data set and detector mean
 * and spread, ranks, and an HTML report with plots. Its own choice of nothing: one default configuration for every set. Every run is kept in a
 * folder, so that a killed evaluation goes on; the order is one seed of everything first, so that one that ends early is still a comparison.
 * @module
 */
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  comparisonOf,
  linesOf,
  type Protocol,
  tasksOf,
} from '../capabilities/anomaly/src/server/evaluation/compare.ts';
import { kindOfPlain } from '../capabilities/anomaly/src/server/evaluation/plain.ts';
import { runTasks } from '../capabilities/anomaly/src/server/evaluation/pool.ts';
import { htmlReport } from '../capabilities/anomaly/src/server/evaluation/report.ts';
import { fingerprintOfEngine, openResults } from '../capabilities/anomaly/src/server/evaluation/results.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    detectors: { type: 'string', default: 'all' },
    protocols: { type: 'string', default: 's30,series,u60' },
    /** Only data sets whose path holds one of these words. */
    only: { type: 'string', default: '' },
    /** No run is begun after this many minutes; 0 reports what is there already. */
    'budget-minutes': { type: 'string', default: 'Infinity' },
    threads: { type: 'string', default: '2' },
    /** Where runs are kept; the report tells which were measured with other sources of the engine, if they are wanted at all. */
    results: { type: 'string', default: 'data/anomaly-evaluation' },
    older: { type: 'boolean', default: false },
    report: { type: 'string', default: 'data/anomaly-evaluation.html' },
    json: { type: 'boolean', default: false },
  },
});
const folder = positionals[0] ?? '../shared/data/anomaly';
const seeds = values.seeds.split(',').map(Number);
const words = values.only.split(',').filter(Boolean);
const files = globSync('**/*.json', { cwd: folder })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
  .map((file) => path.join(folder, file));
const tables = files.filter((file) => kindOfPlain(file) === 'table').map((file) => ({ file }));
const series = inTurn(
  files
    .filter((file) => kindOfPlain(file) === 'series')
    .map((file) => ({ file, name: `${path.basename(path.dirname(file))}/${path.basename(file, '.json')}` })),
);
const flows = words.length === 0 || words.includes('flows') ? [{ file: 'flows' }] : [];
if (tables.length + series.length + flows.length === 0) {
  console.error(`eval:anomaly: expected data sets in the plain format in ${folder}, found none`);
  process.exit(2);
}

const protocols = (['s30', 'series', 'u60'] as const).filter((each) => values.protocols.split(',').includes(each));
const setsOf = (protocol: Protocol) => (protocol === 'series' ? series : [...tables, ...flows]);
const tasks = seeds.flatMap((seed) =>
  protocols.flatMap((protocol) => tasksOf(setsOf(protocol), protocol, values.detectors, [seed])),
);
const results = openResults(values.results, fingerprintOfEngine(), { older: values.older });
const until = performance.now() + Number(values['budget-minutes']) * 60_000;
const answers = await runTasks(tasks, {
  threads: Number(values.threads),
  results,
  goOn: () => performance.now() < until,
  told: ({ task, seconds }, done) =>
    process.stderr.write(
      `${done}/${tasks.length} ${task.protocol} ${task.seed} ${task.name ?? path.basename(task.file)} ${task.detector} ${seconds.toFixed(1)} s\n`,
    ),
});

const comparisons = protocols.map((protocol) => comparisonOf(protocol, tasks, answers));
for (const comparison of comparisons) {
  const { reached, wanted } = comparison.trials;
  console.log(`\n${comparison.protocol}: ${reached} of ${wanted} data sets x seeds, seeds ${seeds.join(', ')}`);
  for (const line of linesOf(comparison)) console.log(line);
}
if (results.older() > 0) console.log(`\n${results.older()} runs were measured with other sources of the engine`);
mkdirSync(path.dirname(values.report), { recursive: true });
writeFileSync(
  values.report,
  htmlReport(comparisons, [
    `Seeds ${seeds.join(', ')}; ${tables.length} tables, ${series.length} series, flows of our own.`,
    ...comparisons.map(
      ({ protocol, trials }) => `${protocol}: ${trials.reached} of ${trials.wanted} data sets x seeds were reached.`,
    ),
    ...(results.older() > 0 ? [`${results.older()} runs were measured with other sources of the engine.`] : []),
  ]),
);
console.log(`\nreport: ${values.report}`);
if (values.json)
  console.log(
    JSON.stringify({
      comparisons: comparisons.map(({ protocol, rows, failed, trials }) => ({ protocol, rows, failed, trials })),
    }),
  );

/** One of each group after the other, so that an evaluation that ends early has seen all groups. */
function inTurn<T extends { readonly name: string }>(sets: readonly T[]): readonly T[] {
  const groups = Object.values(Object.groupBy(sets, ({ name }) => name.split('/')[0]!)) as (readonly T[])[];
  const longest = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => groups.flatMap((group) => group.slice(at, at + 1))).flat();
}
