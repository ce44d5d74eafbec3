/**
 * How fast the regulations are evaluated: 500 organisations against every shipped instrument, one changed answer, 10,000 open
 * obligations, a score, and search in a catalogue of a million entries. `--json`, `--organisations N`, `--folder PATH`, `--entries N`,
 * `--data FOLDER` keeps the catalogue for another run.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type Assessment,
  answer,
  deadlines,
  evaluateAssessment,
  isSelectable,
  loadInstrument,
  type OpenInstrument,
  openInstrument,
  penalties,
  score,
  type UnitInput,
  type Value,
  visitPredicates,
} from '@hedun/compliance';
import { calendarCN, openCalendar } from '@hedun/workdays';
import { medianMilliseconds, report } from '../tools/report.ts';
import { catalogueFigures } from './compliance-catalogue.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    organisations: { type: 'string', default: '500' },
    folder: { type: 'string' },
    /** Entries of the catalogue that is searched; 0 leaves that part out. */
    entries: { type: 'string', default: '1000000' },
    data: { type: 'string' },
  },
});
const folder = values.folder ?? path.resolve(import.meta.dirname, '../capabilities/compliance/instruments');
const calendar = openCalendar(calendarCN);
const organisations = Number(values.organisations);
const asOf = '2026-06-01T10:00+08:00';

const opened = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.cases.yaml'))
  .sort()
  .map((file) => {
    const loaded = loadInstrument(file, readFileSync(path.join(folder, file), 'utf8'));
    if (loaded.kind === 'refused') throw new Error(`${file}: ${loaded.problems[0]?.en}`);
    return openInstrument(loaded.value);
  });

/** A filled-in assessment: every fact stated, every checklist node answered with evidence, each trigger of a clock twice. */
function filled(open: OpenInstrument, number: number): Assessment {
  const { instrument } = open;
  const sampleOf = (type: string, options: readonly { readonly id: string }[] | undefined): Value =>
    type === 'number'
      ? 1000 * number
      : type === 'boolean'
        ? number % 3 !== 0
        : type === 'list'
          ? []
          : type === 'day'
            ? '2026-01-01'
            : (options?.[number % options.length]?.id ?? 'x');
  // Every organisation is in scope: an evaluation that stops at the scope would measure nothing.
  const inScope = new Map<string, Value>();
  if (instrument.scope)
    visitPredicates(instrument.scope, (each) => {
      if ('fact' in each && each.op === '=' && each.v !== undefined) inScope.set(each.fact, each.v);
    });
  const statements = instrument.facts.map((fact) => ({
    id: fact.id,
    fact: fact.id,
    value: inScope.get(fact.id) ?? sampleOf(fact.type, fact.options),
    by: 'a',
    standing: 'verified' as const,
    validFrom: '2026-01-01',
  }));
  const evidence = [{ id: 'e', title: 'e', effectiveFrom: '2026-01-01' }];
  const answers = Object.fromEntries(
    instrument.nodes
      .filter((node) => node.type === 'checklist')
      .map((node) => [
        node.id,
        {
          judgement: 'conform' as const,
          by: 'a',
          at: asOf,
          standing: 'verified' as const,
          evidence,
          textHash: open.hashes.get(node.id) ?? '',
        },
      ]),
  );
  const events = instrument.nodes.flatMap((node) =>
    (node.obligation?.trigger ?? []).flatMap((type, index) =>
      [0, 1].map((turn) => ({
        id: `${node.id}.${index}.${turn}`,
        type,
        subject: `${node.id}.${turn}`,
        occurredAt: `2026-0${1 + (number % 5)}-1${turn}T10:00+08:00`,
        data: { attribute: 'conditional' },
      })),
    ),
  );
  return {
    id: `a${number}`,
    subject: { id: `o${number}`, name: `o${number}` },
    instrument: instrument.id,
    parameters: open.parameters,
    statements,
    answers,
    overrides: {},
    events,
  };
}

const selectable = opened.filter((open) => isSelectable(open.instrument));
const work = selectable.map((open) => ({
  open,
  assessments: Array.from({ length: organisations }, (_, number) => filled(open, number)),
}));
const all = medianMilliseconds(3, () => {
  for (const { open, assessments } of work)
    for (const assessment of assessments) evaluateAssessment(open, assessment, { asOf, calendar });
  for (const open of opened)
    for (let number = 0; number < organisations; number += 1)
      penalties(open.instrument, { conduct: 'cii-duties', severity: 'serious' });
});

const largest = work.reduce((best, each) =>
  each.open.instrument.nodes.length > best.open.instrument.nodes.length ? each : best,
);
const one = largest.assessments[0] as Assessment;
const node = largest.open.instrument.nodes.find((each) => each.type === 'checklist')?.id ?? '';
const answered = medianMilliseconds(50, () => {
  const changed = answer(largest.open, one, node, {
    judgement: 'major',
    by: 'a',
    at: asOf,
    standing: 'verified',
    evidence: [],
  });
  evaluateAssessment(largest.open, changed, { asOf, calendar });
});

const sharing = opened.find((open) => open.instrument.name === 'gov-data-sharing');
const requests = Array.from({ length: 10_000 }, (_, number) => ({
  id: `r${number}`,
  type: 'request.submitted',
  subject: `s${number}`,
  occurredAt: `2026-0${1 + (number % 6)}-1${number % 10}T10:00+08:00`,
  data: { attribute: 'conditional' },
}));
const obligations = sharing
  ? medianMilliseconds(5, () => deadlines(sharing, { events: requests, calendar, asOf }))
  : Number.NaN;

const crypto = opened.find((open) => open.instrument.name === 'crypto-assessment');
const units: Record<string, UnitInput> = {};
const scoring = crypto?.instrument.scorings[0];
for (const { node: unit, weights } of scoring?.units ?? []) {
  if (weights[2] === null || weights[2] === undefined) continue;
  const judged = scoring?.layers.find((layer) => layer.node === crypto?.nodes.get(unit)?.parent)?.judged;
  const objects = Array.from({ length: 20 }, (_, index) => ({
    id: `o${index}`,
    name: 'o',
    facts: { D: true, A: index % 2 === 0, K: true, strengthBits: 128 },
  }));
  units[unit] = judged === 'whole' ? { kind: 'whole', choice: 'met' } : { kind: 'objects', objects };
}
const scored = crypto
  ? medianMilliseconds(20, () => score(crypto.instrument, 'rules-2023', { level: 3, units }))
  : Number.NaN;

const entries = Number(values.entries);
const searched =
  entries > 0 ? await catalogueFigures(entries, values.data, (line) => void (values.json || console.log(line))) : [];

const round = (value: number, digits = 1) => Number(value.toFixed(digits));
report(
  [
    {
      id: 'compliance.evaluate.all',
      value: round(all / 1000, 2),
      unit: `s for ${organisations} organisations × ${opened.length} instruments`,
      target: 5,
      direction: 'max',
    },
    {
      id: 'compliance.evaluate.answer',
      value: round(answered, 2),
      unit: 'ms for one answer',
      target: 20,
      direction: 'max',
    },
    {
      id: 'compliance.deadlines',
      value: round(obligations),
      unit: 'ms for 10,000 open obligations',
      target: 300,
      direction: 'max',
    },
    {
      id: 'compliance.score',
      value: round(scored, 2),
      unit: 'ms for a system of 41 units and 20 objects each',
      target: 20,
      direction: 'max',
    },
    ...searched,
  ],
  { json: values.json },
);
