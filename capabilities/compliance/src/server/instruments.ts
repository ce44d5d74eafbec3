/**
 * The library of instruments asked: lists, texts, penalties, the OSCAL catalogue; and the figures of all assessments by instrument.
 * @module
 */
import {
  evaluateAssessment,
  explainPenalty,
  type Facts,
  isSelectable,
  oscalCatalog,
  oscalResults,
  penalties,
  readiness,
  unfitness,
  type Value,
} from '@hedun/compliance';
import { Failure, type FileReference, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { StatisticsRow } from '../shapes.ts';
import { type Here, load, openOf, type Row } from './assessment-record.ts';
import { calendar, checked, instrumentOf, library, short, summaryOf } from './library.ts';
import { scoreOf } from './score-sheet.ts';
import { withSignatures } from './signatures.ts';
import { machineOf, stateTitle } from './steps.ts';

async function kept(context: Here, organisationId: string, name: string, value: unknown): Promise<FileReference> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  const { id } = await context.files.keep(bytes, { organisationId, name, mediaType: 'application/json' });
  return await context.files.reference(id);
}

function figuresOf(rows: readonly Row[], context: Here): StatisticsRow {
  const [first] = rows as [Row];
  const open = openOf(first);
  const locale = short(context.locale);
  const asOf = context.now().toISOString();
  const machine = machineOf(open);
  const sum = { applicable: 0, ready: 0, major: 0, minor: 0, undecided: 0, overdue: 0, inTime: 0, settled: 0 };
  const scores: StatisticsRow['scores'] = [];
  for (const row of rows) {
    const assessment = withSignatures(open, row.body);
    const { counts, deadlines } = evaluateAssessment(open, assessment, { asOf, calendar });
    const standing = readiness(open, assessment, { asOf, calendar });
    sum.applicable += standing.applicable;
    sum.ready += standing.ready;
    for (const name of ['major', 'minor', 'undecided'] as const) sum[name] += counts[name] ?? 0;
    for (const { status } of deadlines) {
      if (status === 'overdue') sum.overdue += 1;
      if (status === 'met') sum.inTime += 1;
      if (status === 'met' || status === 'late' || status === 'overdue') sum.settled += 1;
    }
    const result = scoreOf(open, row.body.sheet);
    if (result?.total !== undefined)
      scores.push({
        name: row.name,
        total: result.total,
        verdict: result.verdict?.title[locale] ?? '',
        openHighRisks: result.openHighRisks,
      });
  }
  const { inTime, settled, ...rest } = sum;
  return {
    instrument: open.instrument.id,
    title: open.instrument.title,
    assessments: rows.length,
    states: [...Map.groupBy(rows, ({ status }) => status)].map(([state, all]) => ({
      title: machine ? stateTitle(machine, state, context.locale) : locale === 'zh' ? '自查' : 'Self-check',
      count: all.length,
    })),
    ...rest,
    onTimeRate: settled === 0 ? null : Math.round((inTime / settled) * 10_000) / 10_000,
    scores: scores.sort((left, right) => right.total - left.total),
  };
}

export const instrumentHandlers = handlers<Compliance>()({
  listInstruments: async () => ({ items: [...library().values()].map(({ instrument }) => summaryOf(instrument)) }),
  showInstrument: async ({ instrument }, context) => ({
    instrument: instrumentOf(instrument, dayOfInstant(context.now().toISOString())).instrument,
  }),
  explainPenalties: async ({ instrument, on, facts }, context) => {
    const day = on ?? dayOfInstant(context.now().toISOString());
    const open = checked('on', () => instrumentOf(instrument, day));
    const { instrument: own } = open;
    if (!isSelectable(own))
      throw new Failure('compliance.refused', { where: 'instrument', expected: 'a text in force', got: own.id });
    if (own.penalties.length === 0)
      throw new Failure('compliance.refused', { where: 'instrument', expected: 'a table of penalties', got: own.id });
    for (const [fact, value] of Object.entries(facts)) {
      const shape = open.facts.get(fact);
      const wrong = shape ? unfitness(shape, value as Value) : [...open.facts.keys()].join(', ');
      if (wrong) throw new Failure('compliance.refused', { where: fact, expected: wrong, got: JSON.stringify(value) });
    }
    return {
      instrument: summaryOf(own),
      on: day,
      facts: own.facts,
      penalties: penalties(own, facts as Facts).map((each) => explainPenalty(open, each, short(context.locale))),
    };
  },
  exportInstrument: async ({ instrument }, context) => {
    const now = context.now().toISOString();
    const open = instrumentOf(instrument, dayOfInstant(now));
    const name = `${open.instrument.id}.oscal.json`;
    return await kept(context, context.actor.organisationId, name, oscalCatalog(open, now));
  },
  exportResults: async ({ id }, context) => {
    const row = await load(context, id);
    const open = openOf(row);
    const now = context.now().toISOString();
    const assessment = withSignatures(open, row.body);
    const evaluation = evaluateAssessment(open, assessment, { asOf: now, calendar });
    const results = oscalResults(open, assessment, evaluation, now);
    return await kept(context, row.organisationId, `${row.name}.results.oscal.json`, results);
  },
  statistics: async (_input, context) => {
    const rows = await context.db.selectFrom('complianceAssessments').selectAll().orderBy('id').execute();
    const grouped = [...Map.groupBy(rows, (row) => row.instrument).values()];
    return {
      asOf: dayOfInstant(context.now().toISOString()),
      items: grouped.map((all) => figuresOf(all, context)),
    };
  },
});
