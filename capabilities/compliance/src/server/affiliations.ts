/**
 * Which audit institutions belong together, and since when; and the audits a platform knows of, as the rule on consecutive audits counts
 * them: each with the institution and its affiliates of the day it was completed.
 * @module
 */
import { type DatedRelation, relatedOn, type Value } from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { Affiliation } from '../shapes.ts';
import type { Here, Row } from './assessment-record.ts';
import { openOf } from './assessment-record.ts';
import { page } from './pages.ts';

async function relations(context: Here): Promise<DatedRelation[]> {
  const rows = await context.db.selectFrom('complianceAffiliations').selectAll().execute();
  return rows.map(({ one, other, validFrom, validTo }) => ({
    left: one,
    right: other,
    from: validFrom,
    ...(validTo === null ? {} : { to: validTo }),
  }));
}

/** The last value somebody stated of a fact. */
function lastStated(row: Row, fact: string): Value | undefined {
  return row.body.assessment.statements.findLast((each) => each.fact === fact)?.value;
}

/** Completed audits of the same auditee under the same family of rules; null where the platform knows of none. */
export async function auditsOf(context: Here, row: Row) {
  const family = openOf(row).instrument.family;
  const rows = await context.db
    .selectFrom('complianceAssessments')
    .selectAll()
    .where('organisationId', '=', row.organisationId)
    .where('id', '!=', row.id)
    .execute();
  // Audits of another system are audits of another object.
  const done = rows.filter(
    (each) => each.name === row.name && each.body.sealed && openOf(each).instrument.family === family,
  );
  if (done.length === 0) return null;
  const known = await relations(context);
  const value = done
    .map((each) => {
      const completedOn = dayOfInstant(each.body.sealed?.at ?? each.updatedAt);
      const institution = String(lastStated(each, 'candidate.institution') ?? each.body.sealed?.seal ?? '');
      return {
        affiliates: [...relatedOn(known, institution, completedOn)],
        lead:
          each.body.signatures?.find(({ role }) => role === 'lead')?.name ??
          String(lastStated(each, 'candidate.lead') ?? ''),
        mode: String(lastStated(each, 'engagement.mode') ?? ''),
        completedOn,
      };
    })
    .sort((left, right) => left.completedOn.localeCompare(right.completedOn));
  return {
    fact: 'audits',
    value: value as unknown as Value,
    from: done.map((each) => each.body.sealed?.seal ?? each.name).join('、'),
    seen: value,
  };
}

export const affiliationHandlers = handlers<Compliance>()({
  listAffiliations: async ({ filter, cursor, limit }, context) =>
    await page(limit, (size) => {
      let query = context.db.selectFrom('complianceAffiliations').selectAll().orderBy('id', 'desc').limit(size);
      const like = `%${filter.trim().replace(/[\\%_]/g, '\\$&')}%`;
      if (filter.trim()) query = query.where((row) => row.or([row('one', 'ilike', like), row('other', 'ilike', like)]));
      if (cursor) query = query.where('id', '<', cursor);
      return query.execute();
    }),
  stateAffiliation: async ({ organisationId, validTo, ...fields }, context) => {
    context.organisations.requireScope([organisationId]);
    if (fields.one === fields.other)
      throw new Failure('compliance.refused', { where: 'other', expected: 'another institution', got: fields.other });
    if (validTo !== undefined && validTo < fields.validFrom)
      throw new Failure('compliance.refused', {
        where: 'validTo',
        expected: `at or after ${fields.validFrom}`,
        got: validTo,
      });
    const row: Affiliation = {
      id: context.newId(),
      organisationId,
      ...fields,
      validTo: validTo ?? null,
      createdAt: context.now().toISOString(),
    };
    await context.db.insertInto('complianceAffiliations').values(row).execute();
    return row;
  },
  endAffiliation: async ({ id, validTo }, context) => {
    const query = context.db.selectFrom('complianceAffiliations').selectAll().where('id', '=', id).forUpdate();
    const row = await query.executeTakeFirst();
    if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
    if (validTo < row.validFrom)
      throw new Failure('compliance.refused', {
        where: 'validTo',
        expected: `at or after ${row.validFrom}`,
        got: validTo,
      });
    await context.db.updateTable('complianceAffiliations').set({ validTo }).where('id', '=', id).execute();
    return { done: true };
  },
});
