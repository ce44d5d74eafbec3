/**
 * Facts that follow from what the platform already knows: assets, catalogue, findings. Only what can be observed is stated; what is not
 * there stays unknown and is never taken as false.
 * @module
 */
import { type FactStatement, recordProblems, recordShape, type Value } from '@hedun/compliance';
import { handlers } from '@hedun/sdk';
import { addDays, dayOfInstant } from '@hedun/workdays';
import { sql } from 'kysely';
import type { Compliance } from '../capability.ts';
import type { AssessmentBody } from '../shapes.ts';
import { auditsOf } from './affiliations.ts';
import { type Here, load, openOf, type Row, withFact } from './assessment-record.ts';
import { json, short } from './library.ts';
import { regulation } from './request-record.ts';

interface Observed {
  readonly fact: string;
  readonly value: Value;
  /** What it was seen in, for people. */
  readonly from: string;
  readonly seen: readonly unknown[];
}
/** Tags by which asset registers mark critical information infrastructure. */
const criticalTags = ['cii', '关基', '关键信息基础设施'];

type Collector = (context: Here, row: Row) => Promise<Observed | null>;

const assetsOf = (context: Here, row: Row) =>
  context.db
    .selectFrom('assets')
    .select(['id', 'name', 'protectionLevel', 'tags'])
    .where('organisationId', '=', row.organisationId)
    .where('status', '=', 'active');

const collectors: Readonly<Record<string, Collector>> = {
  // Who audited the same object before, as the rule on consecutive audits counts it.
  audits: auditsOf,
  // The level of a system is that of the asset that bears its name, else the highest of the organisation.
  level: async (context, row) => {
    const levelled = await assetsOf(context, row).where('protectionLevel', 'is not', null).execute();
    const own = levelled.filter((each) => each.name === row.name);
    const counted = own.length > 0 ? own : levelled;
    const value = Math.max(...counted.map((each) => each.protectionLevel ?? 0));
    if (counted.length === 0) return null;
    return {
      fact: 'level',
      value,
      from: counted
        .map((each) => each.name)
        .slice(0, 5)
        .join('、'),
      seen: counted,
    };
  },
  ciio: async (context, row) => {
    const marked = await assetsOf(context, row).where(sql<boolean>`tags && ${criticalTags}::text[]`).execute();
    if (marked.length === 0) return null;
    return {
      fact: 'ciio',
      value: true,
      from: marked
        .map((each) => each.name)
        .slice(0, 5)
        .join('、'),
      seen: marked,
    };
  },
  // An incident case of whichever room, or an open finding that data leaked: that something happened; how many persons is for people to state.
  'incident.occurred': async (context, row) => {
    const cases = await context.db
      .selectFrom('cases')
      .select(['id', 'number', 'title'])
      .where('organisationId', '=', row.organisationId)
      .where(sql<boolean>`kind ~ '(^|[.-])incident$'`)
      .limit(50)
      .execute();
    const leaks = await context.db
      .selectFrom('findings')
      .select(['id', 'title'])
      .where('organisationId', '=', row.organisationId)
      .where('status', '!=', 'dismissed')
      .where(sql<boolean>`kind ~ '(^|[.-])leak$'`)
      .limit(50)
      .execute();
    const seen = [...cases.map(({ number, title }) => `${number} ${title}`), ...leaks.map(({ title }) => title)];
    if (seen.length === 0) return null;
    return { fact: 'incident.occurred', value: true, from: seen.slice(0, 5).join('、'), seen: [...cases, ...leaks] };
  },
  'catalogue.complete': async (context, row) => {
    const entries = await context.db
      .selectFrom('complianceEntries')
      .select(['id', 'name', 'body'])
      .where('organisationId', '=', row.organisationId)
      .where('status', '!=', 'withdrawn')
      .execute();
    if (entries.length === 0) return null;
    const shape = recordShape((await regulation(context)).instrument, 'catalogue-entry');
    const open = entries.filter((each) => recordProblems(shape, each.body).length > 0);
    const value = open.length === 0;
    const from = value
      ? String(entries.length)
      : open
          .map((each) => each.name)
          .slice(0, 5)
          .join('、');
    return { fact: 'catalogue.complete', value, from, seen: entries.map(({ id, name }) => ({ id, name })) };
  },
};

export const factHandlers = handlers<Compliance>()({
  collectFacts: async ({ id, effectiveDays }, context) => {
    const row = await load(context, id, true);
    const open = openOf(row);
    const today = dayOfInstant(context.now().toISOString());
    const observed: Observed[] = [];
    for (const [fact, collect] of Object.entries(collectors)) {
      const found = open.facts.has(fact) ? await collect(context, row) : null;
      if (found) observed.push(found);
    }
    let body: AssessmentBody = row.body;
    for (const { fact, value, seen } of observed) {
      const bytes = new TextEncoder().encode(JSON.stringify({ fact, value, on: today, seen }, null, 2));
      const evidence = await context.files.keep(bytes, {
        organisationId: row.organisationId,
        name: `${fact}-${today}.json`,
        mediaType: 'application/json',
      });
      const statement: FactStatement = {
        id: context.newId(),
        fact,
        value,
        by: short(context.locale) === 'zh' ? '平台采集' : 'collector',
        standing: 'observed',
        validFrom: today,
        validTo: addDays(today, effectiveDays),
        evidence: [evidence.id],
        // What the collector itself said before is replaced; what people said stays beside it.
        replaces: body.assessment.statements
          .filter((each) => each.fact === fact && each.standing === 'observed')
          .map((each) => each.id),
      };
      body = withFact(open, body, statement, false);
    }
    await context.db
      .updateTable('complianceAssessments')
      .set({ body: json(body), updatedAt: context.now().toISOString() })
      .where('id', '=', id)
      .execute();
    return {
      items: observed.map(({ fact, value, from }) => ({
        fact,
        title: open.facts.get(fact)?.title[short(context.locale)] ?? fact,
        value,
        from,
      })),
    };
  },
});
