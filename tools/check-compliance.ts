/**
 * The coverage table of the shipped regulations: articles, leaves, how many are executable, checklist or information, and the cases per
 * executable id. Fails on a lint error, a failing case, or an executable id without a case that holds and one that does not.
 * `--json`: the last line is one object. `--folder PATH`: where the instruments are (default capabilities/compliance/instruments).
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CasesFile,
  type Coverage,
  coverage,
  type Instrument,
  lintInstrument,
  lintLibrary,
  loadCases,
  loadInstrument,
  openInstrument,
  type Problem,
} from '@hedun/compliance';
import { calendarCN, openCalendar } from '@hedun/workdays';

export interface ComplianceCheck {
  readonly coverages: readonly Coverage[];
  readonly problems: readonly Problem[];
}

export function checkCompliance(folder: string): ComplianceCheck {
  const calendar = openCalendar(calendarCN);
  const problems: Problem[] = [];
  const instruments: Instrument[] = [];
  const cases: CasesFile[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.yaml') && !file.endsWith('.json')) continue;
    const source = readFileSync(path.join(folder, file), 'utf8');
    if (/\.cases\.(yaml|json)$/.test(file)) {
      const loaded = loadCases(file, source);
      if (loaded.kind === 'refused') problems.push(...loaded.problems);
      else cases.push(loaded.value);
      continue;
    }
    const loaded = loadInstrument(file, source);
    if (loaded.kind === 'refused') {
      problems.push(...loaded.problems);
      continue;
    }
    problems.push(...lintInstrument(loaded.value, loaded.text));
    instruments.push(loaded.value);
  }
  problems.push(...lintLibrary(instruments));
  return {
    problems,
    coverages: instruments.map((instrument) => coverage(openInstrument(instrument), cases, calendar)),
  };
}

function cell(value: string | number, width: number): string {
  return typeof value === 'number' ? String(value).padStart(width) : value.padEnd(width);
}

function table(check: ComplianceCheck): string {
  const head = [
    'instrument',
    'articles',
    'leaves',
    'executable',
    'checklist',
    'information',
    'missing',
    'cases',
    'boundary',
    'tests/id',
    'untested',
  ];
  const widths = [30, 8, 6, 10, 9, 11, 7, 5, 8, 8, 8];
  const lines = [
    head
      .map((each, index) => (index === 0 ? each.padEnd(widths[0] ?? 0) : each.padStart(widths[index] ?? 0)))
      .join('  '),
  ];
  for (const each of check.coverages) {
    const boundary = each.nodes.reduce((sum, node) => sum + node.boundary, 0);
    const perId =
      each.executable === 0 ? 0 : Math.round(((each.outcomes.length + boundary) / each.executable) * 10) / 10;
    const row = [
      each.instrument,
      each.articles,
      each.leaves,
      each.executable,
      each.checklist,
      each.information,
      each.missing,
      each.outcomes.length,
      boundary,
      perId,
      each.untested.length,
    ];
    lines.push(row.map((value, index) => cell(value, widths[index] ?? 0)).join('  '));
  }
  return lines.join('\n');
}

/** The figures the check stands or falls by. */
export function figuresOf(check: ComplianceCheck) {
  const sum = (of: (each: Coverage) => number) => check.coverages.reduce((total, each) => total + of(each), 0);
  const errors = check.problems.filter((problem) => problem.severity === 'error').length;
  const failing = sum((each) => each.outcomes.filter((outcome) => !outcome.passed).length);
  const untested = sum((each) => each.untested.length);
  const leaves = check.coverages.find((each) => each.name === 'pi-audit')?.leaves ?? 0;
  return [
    {
      id: 'compliance.untested',
      value: untested,
      unit: 'executable ids',
      target: 0,
      direction: 'max',
      holds: untested === 0,
    },
    { id: 'compliance.failing', value: failing, unit: 'cases', target: 0, direction: 'max', holds: failing === 0 },
    { id: 'compliance.lint', value: errors, unit: 'errors', target: 0, direction: 'max', holds: errors === 0 },
    {
      id: 'compliance.executable',
      value: sum((each) => each.executable),
      unit: 'executable ids',
      target: 75,
      direction: 'min',
      holds: sum((each) => each.executable) >= 75,
    },
    {
      id: 'compliance.cases',
      value: sum((each) => each.outcomes.length),
      unit: 'cases',
      target: 200,
      direction: 'min',
      holds: sum((each) => each.outcomes.length) >= 200,
    },
    {
      id: 'compliance.pi-audit.leaves',
      value: leaves,
      unit: 'checks',
      target: 111,
      direction: 'min',
      holds: leaves === 111,
    },
  ];
}

function main(): void {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, folder: { type: 'string' } } });
  const folder = values.folder ?? path.resolve(import.meta.dirname, '../capabilities/compliance/instruments');
  const check = checkCompliance(folder);
  console.log(table(check));
  for (const problem of check.problems)
    console.log(
      `${problem.severity} ${problem.file}:${problem.line ?? 0}:${problem.column ?? 0} ${problem.code} ${problem.en}`,
    );
  for (const { instrument, outcomes, nodes } of check.coverages) {
    for (const { case: given, got, passed } of outcomes)
      if (!passed)
        console.log(
          `failing ${instrument}/${given.node} “${given.name}”: expected ${JSON.stringify(given.expect)}, got ${JSON.stringify(got)}`,
        );
    for (const node of nodes)
      if (node.positive === 0 || node.negative === 0)
        console.log(
          `untested ${instrument}/${node.node}: ${node.positive} cases that hold, ${node.negative} that do not`,
        );
  }
  const figures = figuresOf(check);
  if (values.json) console.log(JSON.stringify({ figures }));
  process.exitCode = figures.every((figure) => figure.holds) ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) main();
