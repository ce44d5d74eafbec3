/**
 * Entries of the data catalogue: drafted by a department, published by the authority, found by everyone.
 * @module
 */
import { type Facts, type OpenInstrument, recordProblems, recordShape, startCase, type Value } from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import type { z } from 'zod';
import { type Compliance, compliance } from '../capability.ts';
import type { DeadlineView } from '../shapes.ts';
import type { Entry, EntryRow } from '../sharing-shapes.ts';
import { eventForms, eventViews, recorded } from './event-forms.ts';
import { json, short } from './library.ts';
import { page } from './pages.ts';
import { clocksOf, eventOf, type Here, machine, regulation } from './request-record.ts';
import { gramsOf, searchCatalogue, searchText } from './search.ts';
import { legalTime, stateTitle, stepsOf, take } from './steps.ts';
import { deadlineView } from './views.ts';

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
/** A published entry changes by an update that is reviewed again, never in place. */
const editableIn: readonly string[] = ['draft', 'updating'];
/** What people record on an entry; the rest its steps bring about. */
const formsOf = (open: OpenInstrument, status: string) =>
  status === 'withdrawn' ? [] : eventForms(open, ['duty.changed', 'catalogue.extended']);

/** The clocks of entries: updates after a change of law or duties, reviews by the authority. */
export function entryDeadlines(open: OpenInstrument, rows: readonly EntryRecord[], context: Here): DeadlineView[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return clocksOf(open, rows, context.now()).map((deadline) => {
    const row = byId.get(deadline.subject);
    const about = {
      title: row?.name ?? deadline.subject,
      link: row ? `/compliance/catalogue/${row.id}` : null,
      organisationId: row?.organisationId ?? null,
      own: deadline.subject,
    };
    return deadlineView(open, deadline, about, context.locale);
  });
}
export const visibleEntries = ({ db }: Here): Promise<EntryRecord[]> =>
  db.selectFrom('complianceEntries').selectAll().orderBy('id', 'desc').execute();

function entryView(row: EntryRecord, open: OpenInstrument, context: Here): Entry {
  const own = machine(open, 'catalogue');
  const { state, events, ...rest } = row;
  return {
    ...rest,
    statusTitle: stateTitle(own, row.status, context.locale),
    problems: problemsOf(open, row.body, context.locale),
    steps: stepsOf(open, own, state, entryFacts(open, row), context.locale),
    editable: editableIn.includes(row.status),
    events: eventViews(open, events, row.id),
    recordable: formsOf(open, row.status),
    deadlines: entryDeadlines(open, [row], context),
  };
}

const bodyOf = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as Facts;

async function loadEntry(context: Here, id: string, lock = false): Promise<EntryRecord> {
  const query = context.db.selectFrom('complianceEntries').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
  return row;
}

async function publish(row: EntryRecord, provider: string, context: Here, at: string): Promise<void> {
  const search = searchText(row.body, provider);
  const text = (value: Value | null | undefined) => (typeof value === 'string' ? value : '');
  const copy = {
    id: row.id,
    organisationId: row.organisationId,
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
    const open = await regulation(context);
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
    const open = await regulation(context);
    const now = context.now().toISOString();
    const { name: provider } = await context.organisations.get(organisationId);
    const body = bodyOf({ ...fields, provider });
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
    return entryView(await loadEntry(context, id), await regulation(context), context);
  },
  updateEntry: async ({ id, ...fields }, context) => {
    const row = await loadEntry(context, id, true);
    if (!editableIn.includes(row.status))
      throw new Failure('compliance.not_editable', { where: 'id', expected: editableIn.join(', '), got: row.status });
    const changed: EntryRecord = {
      ...row,
      name: fields.name,
      attribute: fields.attribute,
      body: bodyOf({ ...fields, provider: row.body.provider }),
      updatedAt: context.now().toISOString(),
    };
    await context.db
      .updateTable('complianceEntries')
      .set({
        name: changed.name,
        attribute: changed.attribute,
        body: json(changed.body),
        updatedAt: changed.updatedAt,
      })
      .where('id', '=', id)
      .execute();
    return entryView(changed, await regulation(context), context);
  },
  recordEntryEvent: async ({ id, type, at, data }, context) => {
    const row = await loadEntry(context, id, true);
    const open = await regulation(context);
    recorded(open, formsOf(open, row.status), { type, data: data as Facts });
    const about = { ...(data as Facts), department: row.organisationId };
    const event = eventOf(type, id, legalTime(at, context.now()), context, about);
    await context.db
      .updateTable('complianceEntries')
      .set({ events: json([...row.events, event]), updatedAt: context.now().toISOString() })
      .where('id', '=', id)
      .execute();
    return { done: true };
  },
  getPublished: async ({ id }, context) => {
    const row = await context.db.selectFrom('complianceCatalogue').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
    const { search: _search, grams: _grams, ...entry } = row;
    return entry;
  },
  stepEntry: async ({ id, on, actor, at, facts }, context) => {
    if (actor !== 'department') context.require('compliance.issue');
    const row = await loadEntry(context, id, true);
    if (actor !== 'department') {
      // A department does not review its own catalogue: the authority stands above it.
      const { parentId } = await context.organisations.get(row.organisationId);
      if (parentId) context.organisations.requireScope([parentId]);
    }
    const open = await regulation(context);
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
    const events = moved.emits
      ? [...row.events, eventOf(moved.emits, id, occurredAt, context, { department: row.organisationId })]
      : row.events;
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
