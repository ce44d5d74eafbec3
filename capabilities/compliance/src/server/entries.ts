/**
 * Entries of the data catalogue: drafted by a department, published by the authority, found by everyone.
 * @module
 */
import { type Facts, type OpenInstrument, recordProblems, recordShape, startCase, type Value } from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import type { z } from 'zod';
import { type Compliance, compliance } from '../capability.ts';
import type { Entry, EntryRow } from '../sharing-shapes.ts';
import { json, short } from './library.ts';
import { page } from './pages.ts';
import { eventOf, type Here, machine, regulation } from './request-record.ts';
import { gramsOf, searchCatalogue, searchText } from './search.ts';
import { legalTime, stateTitle, stepsOf, take } from './steps.ts';

type EntryRecord = z.infer<typeof EntryRow>;

function problemsOf(open: OpenInstrument, body: Facts, locale: Here['locale']): Entry['problems'] {
  const zh = short(locale) === 'zh';
  return recordProblems(recordShape(open.instrument, 'catalogue-entry'), body).map((problem) => {
    const title = 'title' in problem ? problem.title[short(locale)] : problem.field;
    const words =
      problem.kind === 'missing' || problem.kind === 'undecided'
        ? title
        : zh
          ? `${title}（取值不符）`
          : `${title} (value)`;
    return { field: problem.field, words, problem };
  });
}
/** What the regulation asks of an entry and only the record can say. */
function entryFacts(open: OpenInstrument, row: EntryRecord): Facts {
  const complete = recordProblems(recordShape(open.instrument, 'catalogue-entry'), row.body).length === 0;
  return { attribute: row.attribute, 'catalogue.complete': complete };
}
function entryView(row: EntryRecord, open: OpenInstrument, context: Here): Entry {
  const own = machine(open, 'catalogue');
  const { state, events: _events, ...rest } = row;
  return {
    ...rest,
    statusTitle: stateTitle(own, row.status, context.locale),
    problems: problemsOf(open, row.body, context.locale),
    steps: stepsOf(open, own, state, entryFacts(open, row), context.locale),
  };
}

async function publish(row: EntryRecord, provider: string, context: Here, at: string): Promise<void> {
  const search = searchText(row.body, provider);
  const text = (value: Value | null | undefined) => (typeof value === 'string' ? value : '');
  const copy = {
    id: row.id,
    providerOrganisationId: row.organisationId,
    name: row.name,
    provider,
    attribute: row.attribute,
    method: text(row.body.method) || null,
    level: text(row.body.level),
    body: json(row.body),
    search,
    grams: gramsOf(search),
    publishedAt: at,
  };
  const { id: _id, ...changes } = copy;
  await context.db
    .insertInto('complianceCatalogue')
    .values(copy)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
    .execute();
}

export const entryHandlers = handlers<Compliance>()({
  listEntries: async ({ filter, cursor, limit }, context) => {
    const open = regulation(context);
    const found = await page(limit, (size) => {
      let query = context.db.selectFrom('complianceEntries').selectAll().orderBy('id', 'desc').limit(size);
      if (filter.trim()) query = query.where('name', 'ilike', `%${filter.trim().replace(/[\\%_]/g, '\\$&')}%`);
      if (cursor) query = query.where('id', '<', cursor);
      return query.execute();
    });
    return { ...found, items: found.items.map((row) => entryView(row, open, context)) };
  },
  createEntry: async ({ organisationId, ...fields }, context) => {
    context.organisations.requireScope([organisationId]);
    const open = regulation(context);
    const now = context.now().toISOString();
    const { name: provider } = await context.organisations.get(organisationId);
    const body = Object.fromEntries(
      Object.entries({ ...fields, provider }).filter(([, value]) => value !== undefined && value !== ''),
    ) as Facts;
    const row: EntryRecord = {
      id: context.newId(),
      organisationId,
      name: fields.name,
      attribute: fields.attribute,
      status: machine(open, 'catalogue').initial,
      body,
      state: startCase(machine(open, 'catalogue')),
      events: [],
      createdAt: now,
      updatedAt: now,
    };
    await context.db
      .insertInto('complianceEntries')
      .values({ ...row, body: json(row.body), state: json(row.state), events: json(row.events) })
      .execute();
    return entryView(row, open, context);
  },
  getEntry: async ({ id }, context) => {
    const row = await context.db.selectFrom('complianceEntries').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
    return entryView(row, regulation(context), context);
  },
  getPublished: async ({ id }, context) => {
    const row = await context.db.selectFrom('complianceCatalogue').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
    const { search: _search, grams: _grams, ...entry } = row;
    return entry;
  },
  stepEntry: async ({ id, on, actor, at, facts }, context) => {
    if (actor !== 'department') context.require('compliance.supervise');
    const row = await context.db
      .selectFrom('complianceEntries')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
    const open = regulation(context);
    const now = context.now();
    const occurredAt = legalTime(at, now);
    // What follows from the record is never taken from the caller.
    const known = { ...(facts as Facts), ...entryFacts(open, row) };
    const moved = take(
      open,
      machine(open, 'catalogue'),
      row.state,
      { on, actor, at: occurredAt, facts: known },
      context.locale,
    );
    const events = moved.emits ? [...row.events, eventOf(moved.emits, id, occurredAt, context, {})] : row.events;
    const changed = { ...row, state: moved.next, status: moved.next.state, events, updatedAt: now.toISOString() };
    await context.db
      .updateTable('complianceEntries')
      .set({ state: json(changed.state), status: changed.status, events: json(events), updatedAt: changed.updatedAt })
      .where('id', '=', id)
      .execute();
    if (changed.status === 'published') await publish(changed, String(row.body.provider), context, occurredAt);
    if (changed.status === 'withdrawn')
      await context.db.deleteFrom('complianceCatalogue').where('id', '=', id).execute();
    context.audit({ on, actor, facts, state: changed.status });
    return entryView(changed, open, context);
  },
  searchCatalogue: (input, context) => searchCatalogue(input, compliance.operations.searchCatalogue.list, context),
});
