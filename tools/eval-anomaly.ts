/**
 * Compares all detectors of `anomaly` on a folder of data sets in the plain format and on flows of our own: per data set and detector mean
 * and spread, ranks, and an HTML report with plots. Its own choice of nothing: one default configuration for every set.
 * @module
 */
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Comparison, compare, linesOf } from '../capabilities/anomaly/src/server/evaluation/compare.ts';
import { kindOfPlain } from '../capabilities/anomaly/src/server/evaluation/plain.ts';
import { htmlReport } from '../capabilities/anomaly/src/server/evaluation/report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    detectors: { type: 'string', default: 'all' },
    protocols: { type: 'string', default: 's30,u60,series' },
    /** Only data sets whose path holds one of these words. */
    only: { type: 'string', default: '' },
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
const series = files
  .filter((file) => kindOfPlain(file) === 'series')
  .map((file) => ({ file, name: `${path.basename(path.dirname(file))}/${path.basename(file, '.json')}` }));
const flows = words.length === 0 || words.includes('flows') ? [{ file: 'flows' }] : [];
if (tables.length + series.length + flows.length === 0) {
  console.error(`eval:anomaly: expected data sets in the plain format in ${folder}, found none`);
  process.exit(2);
}

const comparisons: Comparison[] = [];
for (const protocol of ['s30', 'u60', 'series'] as const) {
  const sets = protocol === 'series' ? series : [...tables, ...flows];
  if (!values.protocols.split(',').includes(protocol) || sets.length === 0) continue;
  // Names of one roster mean nothing in the other.
  const detectors = values.detectors;
  const comparison = await compare(sets, protocol, detectors, seeds, (answer, done, total) => {
    if (process.stderr.isTTY || done % 50 === 0)
      process.stderr.write(`${protocol} ${done}/${total}: ${answer.task.file} ${answer.task.detector}\n`);
  });
  comparisons.push(comparison);
  console.log(`\n${protocol}, seeds ${seeds.join(', ')}`);
  for (const line of linesOf(comparison)) console.log(line);
}
mkdirSync(path.dirname(values.report), { recursive: true });
writeFileSync(
  values.report,
  htmlReport(comparisons, [
    `Seeds ${seeds.join(', ')}; ${tables.length} tables, ${series.length} series, flows of our own.`,
  ]),
);
console.log(`\nreport: ${values.report}`);
if (values.json)
  console.log(
    JSON.stringify({ comparisons: comparisons.map(({ protocol, rows, failed }) => ({ protocol, rows, failed })) }),
  );
