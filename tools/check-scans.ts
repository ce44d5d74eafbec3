/**
 * `npm run check:scans -- FOLDER`: reads every file of a folder of scanner outputs and compares the counts with `expected.tsv`.
 * A difference passes only if the room's SPEC.md explains it by file name. Exits 1 when a file does not parse or a difference is unexplained.
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readScan, type ScanItem, unpack } from '@hedun/workdesk';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.resolve(
  process.argv.slice(2).find((each) => !each.startsWith('--')) ?? path.join(root, '../shared/data/scans'),
);
const asJson = process.argv.includes('--json');
if (!existsSync(path.join(folder, 'expected.tsv'))) {
  console.error(`check:scans: expected ${folder}/expected.tsv, got nothing`);
  process.exit(2);
}

const expected = new Map(
  readFileSync(path.join(folder, 'expected.tsv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [file = '', count = ''] = line.split('\t');
      return [file, count] as const;
    }),
);
const explained = new Map(
  [
    ...readFileSync(path.join(root, 'capabilities/workdesk/SPEC.md'), 'utf8').matchAll(/^\| `([^`]+)` \| (\d+) \|/gm),
  ].map(([, file = '', count = '']) => [file, Number(count)]),
);

interface FileResult {
  readonly file: string;
  readonly findings: number;
  readonly issues: readonly string[];
  readonly expected: string;
  readonly equal: boolean | null;
  readonly explained: boolean;
}
const results: FileResult[] = [];
for (const file of globSync('**/*.{xml,json,jsonl,csv,html,sarif,nessus,zip,txt}', { cwd: folder })
  .filter((each) => each.includes('/'))
  .sort()) {
  const items: ScanItem[] = [];
  const bytes = readFileSync(path.join(folder, file));
  const parts = file.endsWith('.zip') ? unpack(bytes) : [{ name: file, text: new TextDecoder().decode(bytes) }];
  for (const part of parts) for await (const item of readScan([part.text], part.name)) items.push(item);
  const findings = items.filter((item) => item.kind === 'finding').length;
  const wanted = expected.get(file) ?? '';
  const equal = wanted === '' ? null : wanted.split('|').map(Number).includes(findings);
  const issues = items.flatMap((item) =>
    item.kind === 'issue' ? [`${item.issue.where}: expected ${item.issue.expected}, got ${item.issue.got}`] : [],
  );
  results.push({ file, findings, issues, expected: wanted, equal, explained: explained.get(file) === findings });
}

const tools = [...new Set(results.map(({ file }) => file.split('/')[0] ?? ''))];
const rows = tools.map((tool) => {
  const own = results.filter(({ file }) => file.startsWith(`${tool}/`));
  const counted = own.filter(({ equal }) => equal !== null);
  return {
    tool,
    files: own.length,
    parsed: own.filter(({ issues, explained: known }) => issues.length === 0 || known).length,
    findings: own.reduce((sum, { findings }) => sum + findings, 0),
    expected: counted.length,
    equal: counted.filter(({ equal }) => equal).length,
    explained: counted.filter(({ equal, explained: known }) => !equal && known).length,
  };
});
const total = (name: 'files' | 'parsed' | 'findings' | 'expected' | 'equal' | 'explained') =>
  rows.reduce((sum, row) => sum + row[name], 0);
if (!asJson) {
  console.log('tool                     files  parsed  findings  expected  equal  explained');
  for (const row of [
    ...rows,
    {
      tool: 'all',
      files: total('files'),
      parsed: total('parsed'),
      findings: total('findings'),
      expected: total('expected'),
      equal: total('equal'),
      explained: total('explained'),
    },
  ])
    console.log(
      `${row.tool.padEnd(24)} ${String(row.files).padStart(5)} ${String(row.parsed).padStart(7)} ${String(row.findings).padStart(9)} ${String(row.expected).padStart(9)} ${String(row.equal).padStart(6)} ${String(row.explained).padStart(10)}`,
    );
}
const bad = results.filter(({ issues, equal, explained: known }) => !known && (issues.length > 0 || equal === false));
for (const { file, findings, expected: wanted, issues } of bad)
  console.log(
    `✗ ${file}: ${findings} findings, expected ${wanted || 'any'}${issues[0] ? `; ${issues.length} issues, first: ${issues[0]}` : ''}`,
  );
const figures = [
  {
    id: 'scans.parsed',
    value: total('parsed'),
    unit: 'files',
    target: total('files'),
    direction: 'min',
    holds: total('parsed') === total('files'),
  },
  {
    id: 'scans.equal',
    value: total('equal') + total('explained'),
    unit: 'files',
    target: total('expected'),
    direction: 'min',
    holds: total('equal') + total('explained') === total('expected'),
  },
];
if (asJson) console.log(JSON.stringify({ rows, bad: bad.map(({ file }) => file), figures }));
process.exitCode = bad.length > 0 || results.length === 0 ? 1 : 0;
