/**
 * The stored record of an assessment: read, changed under a row lock, summed up. What it means is the engine's to say.
 * @module
 */
import { type FactStatement, type OpenInstrument, state as stateFact, unfitness } from '@hedun/compliance';
import { type Context, Failure } from '@hedun/sdk';
import type { z } from 'zod';
import type { Compliance } from '../capability.ts';
import { type AssessmentBody, type AssessmentRow, type AssessmentSummary, derivedFacts } from '../shapes.ts';
import { json, library, short } from './library.ts';
import { machineOf, stateTitle } from './steps.ts';

export type Row = z.infer<typeof AssessmentRow>;
export type Here = Context<Compliance>;

/** The text of an assessment with the readings chosen for it. */
export function openOf(row: { readonly instrument: string; readonly body?: AssessmentBody }): OpenInstrument {
  const open = library().get(row.instrument);
  if (!open) throw new Failure('compliance.unknown', { where: 'instrument', got: row.instrument });
  const chosen = row.body?.assessment.parameters;
  return chosen ? { ...open, parameters: { ...open.parameters, ...chosen } } : open;
}

export async function load(context: Here, id: string, lock = false): Promise<Row> {
  const query = context.db.selectFrom('complianceAssessments').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
  return row;
}

export async function change(
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

export function withFact(
  open: OpenInstrument,
  body: AssessmentBody,
  statement: FactStatement,
  correct: boolean,
): AssessmentBody {
  const shape = derivedFacts.includes(statement.fact) ? undefined : open.facts.get(statement.fact);
  const wrong = shape
    ? unfitness(shape, statement.value)
    : `one of ${[...open.facts.keys()].filter((each) => !derivedFacts.includes(each)).join(', ')}`;
  if (wrong)
    throw new Failure('compliance.refused', {
      where: statement.fact,
      expected: wrong,
      got: shape ? JSON.stringify(statement.value) : statement.fact,
    });
  const replaces = body.assessment.statements.filter((each) => each.fact === statement.fact).map((each) => each.id);
  return { ...body, assessment: stateFact(body.assessment, correct ? { ...statement, replaces } : statement) };
}
