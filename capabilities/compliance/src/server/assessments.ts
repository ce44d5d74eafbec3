/**
 * Assessments: kept as the engine's plain record, changed under a row lock, evaluated afresh each time they are read.
 * Longer than most files because each of its twelve operations is the same few lines around one call of the engine.
 * @module
 */
import {
  answer,
  assessmentReport,
  cryptoReport,
  type Evidence,
  evaluateAssessment,
  type FactStatement,
  type Facts,
  markNotApplicable,
  type OpenInstrument,
  readiness,
  record,
  startAssessment,
  startCase,
  state as stateFact,
  type UnitInput,
  unfitness,
  type Value,
} from '@hedun/compliance';
import { type Context, Failure, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { z } from 'zod';
import type { Compliance } from '../capability.ts';
import type { AssessmentBody, AssessmentRow, AssessmentSummary } from '../shapes.ts';
import { reportOf } from './documents.ts';
import { calendar, checked, instrumentOf, json, library, short } from './library.ts';
import { page } from './pages.ts';
import { guardFacts, scoreOf } from './score-sheet.ts';
import { legalTime, machineOf, stateTitle, take } from './steps.ts';
import { assessmentView } from './views.ts';

type Row = z.infer<typeof AssessmentRow>;
type Here = Context<Compliance>;

export function openOf(row: { readonly instrument: string }): OpenInstrument {
  const open = library().get(row.instrument);
  if (!open) throw new Failure('compliance.unknown', { where: 'instrument', got: row.instrument });
  return open;
}

async function load(context: Here, id: string, lock = false): Promise<Row> {
  const query = context.db.selectFrom('complianceAssessments').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
  return row;
}

async function change(
  context: Here,
  id: string,
  work: (row: Row, open: OpenInstrument) => AssessmentBody | Promise<AssessmentBody>,
): Promise<{ done: true }> {
  const row = await load(context, id, true);
  const body = await work(row, openOf(row));
  await context.db
    .updateTable('complianceAssessments')
    .set({ body: json(body), updatedAt: context.now().toISOString() })
    .where('id', '=', id)
    .execute();
  return { done: true };
}

export function summary(row: Omit<Row, 'body' | 'state'>, context: Here): AssessmentSummary {
  const open = library().get(row.instrument);
  const { id, organisationId, instrument, name, status, createdAt, updatedAt } = row;
  const statusTitle = stateTitle(open && machineOf(open), status, context.locale);
  const instrumentTitle = open?.instrument.title[short(context.locale)] ?? instrument;
  return { id, organisationId, instrument, name, status, createdAt, updatedAt, statusTitle, instrumentTitle };
}

function withFact(
  open: OpenInstrument,
  body: AssessmentBody,
  statement: FactStatement,
  correct: boolean,
): AssessmentBody {
  const shape = open.facts.get(statement.fact);
  const wrong = shape ? unfitness(shape, statement.value) : `one of ${[...open.facts.keys()].join(', ')}`;
  if (wrong)
    throw new Failure('compliance.refused', {
      where: statement.fact,
      expected: wrong,
      got: shape ? JSON.stringify(statement.value) : statement.fact,
    });
  const replaces = body.assessment.statements.filter((each) => each.fact === statement.fact).map((each) => each.id);
  return { ...body, assessment: stateFact(body.assessment, correct ? { ...statement, replaces } : statement) };
}

export const assessmentHandlers = handlers<Compliance>()({
  listAssessments: async ({ filter, cursor, limit }, context) => {
    const found = await page(limit, (size) => {
      let query = context.db
        .selectFrom('complianceAssessments')
        .select(['id', 'organisationId', 'instrument', 'name', 'status', 'createdAt', 'updatedAt'])
        .orderBy('id', 'desc')
        .limit(size);
      if (filter.trim()) query = query.where('name', 'ilike', `%${filter.trim().replace(/[\\%_]/g, '\\$&')}%`);
      if (cursor) query = query.where('id', '<', cursor);
      return query.execute();
    });
    return { ...found, items: found.items.map((row) => summary(row, context)) };
  },
  createAssessment: async (input, context) => {
    const { organisationId, name, level } = input;
    context.organisations.requireScope([organisationId]);
    const now = context.now().toISOString();
    const day = dayOfInstant(now);
    const open = instrumentOf(input.instrument, day);
    const id = context.newId();
    const [scoring] = open.instrument.scorings;
    if (scoring && level === undefined)
      throw new Failure('compliance.refused', {
        where: 'level',
        expected: `one of ${scoring.levels.join(', ')}`,
        got: 'none',
      });
    const rules = input.rules ?? scoring?.id;
    if (rules && !open.instrument.scorings.some((each) => each.id === rules))
      throw new Failure('compliance.refused', {
        where: 'rules',
        expected: open.instrument.scorings.map((each) => each.id).join(', ') || 'none',
        got: rules,
      });
    const assessment = checked('instrument', () =>
      startAssessment(open, { id, subject: { id: organisationId, name } }),
    );
    let body: AssessmentBody = {
      assessment,
      sheet: rules && level !== undefined ? { rules, level, units: {}, risks: [] } : null,
    };
    if (level !== undefined && open.facts.has('level')) {
      const by = context.actor.name;
      body = withFact(
        open,
        body,
        { id: context.newId(), fact: 'level', value: level, by, standing: 'claimed', validFrom: day },
        false,
      );
    }
    const machine = machineOf(open);
    const row: Row = {
      id,
      organisationId,
      instrument: open.instrument.id,
      name,
      status: machine?.initial ?? 'none',
      body,
      state: machine ? startCase(machine) : null,
      createdAt: now,
      updatedAt: now,
    };
    await context.db
      .insertInto('complianceAssessments')
      .values({ ...row, body: json(row.body), state: row.state && json(row.state) })
      .execute();
    return summary(row, context);
  },
  getAssessment: async ({ id }, context) => {
    const row = await load(context, id);
    const open = openOf(row);
    return assessmentView(row, open, summary(row, context), context.now().toISOString(), context.locale);
  },
  stateFact: (input, context) =>
    change(context, input.id, async ({ body }, open) => {
      for (const id of input.evidenceIds) await context.files.get(id);
      const statement: FactStatement = {
        id: context.newId(),
        fact: input.fact,
        value: input.value as Value,
        by: context.actor.name,
        standing: input.standing,
        validFrom: input.validFrom ?? dayOfInstant(context.now().toISOString()),
        ...(input.validTo === undefined ? {} : { validTo: input.validTo }),
        ...(input.evidenceIds.length === 0 ? {} : { evidence: input.evidenceIds }),
      };
      return withFact(open, body, statement, input.correct);
    }),
  answerCheck: (input, context) =>
    change(context, input.id, async (row, open) => {
      if (input.standing === 'verified' && input.evidenceIds.length === 0)
        throw new Failure('compliance.no_evidence', { where: 'evidenceIds', expected: 'at least one', got: 'none' });
      const now = context.now().toISOString();
      const evidence: Evidence[] = [];
      for (const evidenceId of input.evidenceIds) {
        const kept = await context.files.get(evidenceId);
        evidence.push({
          id: evidenceId,
          title: kept.name,
          sha256: kept.sha256,
          effectiveFrom: input.effectiveFrom ?? dayOfInstant(now),
          ...(input.effectiveTo === undefined ? {} : { effectiveTo: input.effectiveTo }),
        });
      }
      const { judgement, standing, note } = input;
      const given = { judgement, standing, by: context.actor.name, at: now, evidence, ...(note ? { note } : {}) };
      const assessment = checked('node', () => answer(open, row.body.assessment, input.node, given));
      if (judgement !== 'conform') {
        const node = open.nodes.get(input.node);
        await context.findings.raise([
          {
            organisationId: row.organisationId,
            kind: 'compliance.breach',
            title: `${row.name}：${node?.trace ?? input.node}`,
            description: [node?.[short(context.locale)], note].filter(Boolean).join('\n'),
            severity: judgement === 'major' ? 'high' : 'medium',
            source: 'compliance',
            references: [{ kind: 'clause', id: `${open.instrument.id}/${input.node}` }],
            attributes: { instrument: open.instrument.id, node: input.node, assessmentId: row.id },
            evidenceIds: input.evidenceIds,
            identity: [row.id, input.node],
          },
        ]);
      }
      return { ...row.body, assessment };
    }),
  declareNotApplicable: ({ id, node, reason }, context) =>
    change(context, id, ({ body }, open) => {
      const override = { reason, by: context.actor.name, at: context.now().toISOString() };
      return { ...body, assessment: checked('node', () => markNotApplicable(open, body.assessment, node, override)) };
    }),
  recordEvent: ({ id, type, at, data }, context) =>
    change(context, id, ({ body }, open) => {
      if (!open.instrument.events.some((each) => each.id === type))
        throw new Failure('compliance.refused', {
          where: 'type',
          expected: open.instrument.events.map((each) => each.id).join(', '),
          got: type,
        });
      const now = context.now();
      const event = {
        id: context.newId(),
        type,
        subject: id,
        occurredAt: legalTime(at, now),
        recordedAt: now.toISOString(),
        actor: context.actor.name,
        data: data as Facts,
      };
      return { ...body, assessment: record(body.assessment, event as Parameters<typeof record>[1]) };
    }),
  stepAssessment: async ({ id, on, actor, at, facts }, context) => {
    const row = await load(context, id, true);
    const open = openOf(row);
    const machine = machineOf(open);
    if (!machine || !row.state)
      throw new Failure('compliance.step_refused', { where: on, expected: 'a state machine', got: 'none' });
    const now = context.now();
    const occurredAt = legalTime(at, now);
    let { body } = row;
    for (const [fact, value] of Object.entries(facts)) {
      const statement = {
        id: context.newId(),
        fact,
        value: value as Value,
        by: context.actor.name,
        standing: 'claimed' as const,
        validFrom: dayOfInstant(occurredAt),
      };
      body = withFact(open, body, statement, true);
    }
    const evaluation = evaluateAssessment(open, body.assessment, { asOf: now.toISOString(), calendar });
    const known = guardFacts(open, evaluation.facts, evaluation.results, body.sheet);
    const moved = take(open, machine, row.state, { on, actor, at: occurredAt, facts: known }, context.locale);
    if (moved.emits) {
      const event = {
        id: context.newId(),
        type: moved.emits,
        subject: id,
        occurredAt,
        recordedAt: now.toISOString(),
        actor: context.actor.name,
      };
      body = { ...body, assessment: record(body.assessment, event) };
    }
    await context.db
      .updateTable('complianceAssessments')
      .set({ body: json(body), state: json(moved.next), status: moved.next.state, updatedAt: now.toISOString() })
      .where('id', '=', id)
      .execute();
    context.audit({ on, actor, state: moved.next.state });
    return { done: true };
  },
  judgeUnit: ({ id, unit, answer: given }, context) =>
    change(context, id, ({ body }, open) => {
      const { sheet } = body;
      const scoring = open.instrument.scorings.find((each) => each.id === sheet?.rules);
      if (!sheet || !scoring)
        throw new Failure('compliance.refused', {
          where: 'unit',
          expected: 'an instrument with a score',
          got: open.instrument.id,
        });
      const asked = scoring.units
        .filter((each) => (each.weights[sheet.level - 1] ?? null) !== null)
        .map((each) => each.node);
      if (!asked.includes(unit))
        throw new Failure('compliance.refused', { where: 'unit', expected: asked.join(', '), got: unit });
      const whole = given.kind === 'not-applicable' ? { ...given, by: context.actor.name } : given;
      return { ...body, sheet: { ...sheet, units: { ...sheet.units, [unit]: whole as UnitInput } } };
    }),
  stateRisks: ({ id, risks }, context) =>
    change(context, id, async ({ body }, open) => {
      const { sheet } = body;
      if (!sheet)
        throw new Failure('compliance.refused', {
          where: 'risks',
          expected: 'an instrument with a score',
          got: open.instrument.id,
        });
      const stated = [];
      for (const { object, mitigation, ...risk } of risks) {
        if (!open.instrument.highRisks.some((each) => each.id === risk.risk))
          throw new Failure('compliance.refused', {
            where: 'risk',
            expected: open.instrument.highRisks.map((each) => each.id).join(', '),
            got: risk.risk,
          });
        for (const evidenceId of mitigation?.evidence ?? []) await context.files.get(evidenceId);
        stated.push({
          ...risk,
          ...(object === undefined ? {} : { object }),
          ...(mitigation ? { mitigation: { ...mitigation, confirmedBy: context.actor.name } } : {}),
        });
      }
      return { ...body, sheet: { ...sheet, risks: stated } };
    }),
  readiness: async ({ id, on }, context) => {
    const row = await load(context, id);
    const found = checked('on', () =>
      readiness(openOf(row), row.body.assessment, { asOf: `${on}T12:00:00+08:00`, calendar }),
    );
    return { day: on, ready: found.ready, applicable: found.applicable, lapsing: [...found.lapsing] };
  },
  writeDocument: async ({ id, document, format }, context) => {
    const row = await load(context, id);
    const open = openOf(row);
    const locale = short(context.locale);
    const now = context.now().toISOString();
    const result = scoreOf(open, row.body.sheet);
    const evaluation = evaluateAssessment(open, row.body.assessment, { asOf: now, calendar });
    const model = checked('document', () =>
      result && row.body.sheet && document === 'crypto-report'
        ? cryptoReport(open, { system: row.name, result, input: row.body.sheet, locale })
        : assessmentReport(document, {
            open,
            assessment: row.body.assessment,
            evaluation,
            locale,
            signed: signaturesOf(evaluation.facts),
          }),
    );
    const { name: issuer } = await context.organisations.get(row.organisationId);
    const report = reportOf(model, { date: dayOfInstant(now), issuer });
    return await context.reports.make(report, format, row.organisationId, `${model.title}－${row.name}`);
  },
});

/** Who signed, from the fact `signatures`. */
function signaturesOf(facts: Facts): Record<string, { name: string; on: string }> {
  const list = Array.isArray(facts.signatures) ? facts.signatures : [];
  return Object.fromEntries(
    list.flatMap((each) => {
      const { role, by, on } = (typeof each === 'object' && each !== null ? each : {}) as Record<string, string>;
      return role && by ? [[role, { name: by, on: on ?? '' }]] : [];
    }),
  );
}
