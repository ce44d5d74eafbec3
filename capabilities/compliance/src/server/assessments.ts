/**
 * Assessments: begun, scoped by facts, moved by events and steps; evaluated afresh each time they are read.
 * @module
 */
import {
  chooseParameters,
  evaluateAssessment,
  type FactStatement,
  type Facts,
  moveAssessment,
  type Parameters as Readings,
  record,
  startAssessment,
  startCase,
  type Value,
} from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { AssessmentBody } from '../shapes.ts';
import { sealDocuments } from './assessment-documents.ts';
import { change, load, openOf, type Row, summary, withFact } from './assessment-record.ts';
import { eventForms, recorded } from './event-forms.ts';
import { calendar, checked, instrumentOf, json } from './library.ts';
import { page } from './pages.ts';
import { guardFacts } from './score-sheet.ts';
import { withSignatures } from './signatures.ts';
import { legalTime, machineOf, take } from './steps.ts';
import { assessmentView } from './views.ts';

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
  chooseReadings: ({ id, parameters }, context) =>
    change(context, id, ({ body }, open) => {
      const chosen = checked('parameters', () =>
        chooseParameters(open, { ...body.assessment.parameters, ...(parameters as Facts as Readings) }),
      );
      context.audit({ parameters });
      return { ...body, assessment: { ...body.assessment, parameters: chosen } };
    }),
  moveAssessment: async ({ id, instrument }, context) => {
    const row = await load(context, id, true);
    const from = openOf(row);
    const now = context.now().toISOString();
    const to = checked('instrument', () => instrumentOf(instrument, dayOfInstant(now)));
    const { family } = from.instrument;
    if (to.instrument.family !== family || to.instrument.id === from.instrument.id)
      throw new Failure('compliance.refused', {
        where: 'instrument',
        expected: `another version of ${family}`,
        got: to.instrument.id,
      });
    const { sheet } = row.body;
    if (sheet && !to.instrument.scorings.some((each) => each.id === sheet.rules))
      throw new Failure('compliance.refused', {
        where: 'instrument',
        expected: `one that has the rules ${sheet.rules}`,
        got: to.instrument.scorings.map((each) => each.id).join(', ') || 'none',
      });
    const moved = checked('instrument', () => moveAssessment(from, to, row.body.assessment));
    // A case goes on where it stood; where the new machine does not know the state it begins again, its history kept.
    const machine = machineOf(to);
    const known = machine?.states.some((each) => each.id === row.state?.state);
    const state = !machine
      ? null
      : row.state && known
        ? row.state
        : { ...startCase(machine), history: row.state?.history ?? [] };
    await context.db
      .updateTable('complianceAssessments')
      .set({
        instrument: to.instrument.id,
        body: json({ ...row.body, assessment: moved.assessment }),
        state: state && json(state),
        status: state?.state ?? 'none',
        updatedAt: now,
      })
      .where('id', '=', id)
      .execute();
    context.audit({ from: from.instrument.id, to: to.instrument.id, ...moved.report });
    const { kept, review, orphaned, added } = moved.report;
    return { kept: [...kept], review: [...review], orphaned: [...orphaned], added: [...added] };
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
  recordEvent: ({ id, type, at, data, subject }, context) =>
    change(context, id, ({ body }, open) => {
      recorded(open, eventForms(open), { type, data: data as Facts });
      const now = context.now();
      const event = {
        id: context.newId(),
        type,
        subject: subject ?? id,
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
    const evaluation = evaluateAssessment(open, withSignatures(open, body), { asOf: now.toISOString(), calendar });
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
    const sealed = body.sealed ? null : await sealDocuments(context, open, { ...row, body }, moved.next.state);
    if (sealed) body = { ...body, sealed };
    await context.db
      .updateTable('complianceAssessments')
      .set({ body: json(body), state: json(moved.next), status: moved.next.state, updatedAt: now.toISOString() })
      .where('id', '=', id)
      .execute();
    context.audit({ on, actor, state: moved.next.state });
    return { done: true };
  },
});
