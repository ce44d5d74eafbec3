/**
 * The data-sharing regulation at work: entries of the catalogue, their publication, and requests with their statutory clocks.
 * Longer than most files because entry and request pass through the same few helpers.
 * @module
 */
import {
  type ComplianceEvent,
  type Deadline,
  deadlines,
  type Facts,
  type OpenInstrument,
  recordProblems,
  recordShape,
  startCase,
  type Value,
} from '@hedun/compliance';
import { type Context, Failure, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import { sql } from 'kysely';
import type { z } from 'zod';
import { type Compliance, compliance } from '../capability.ts';
import type { Entry, EntryRow, RequestRow, RequestSummary } from '../shapes.ts';
import { calendar, instrumentOf, json, short } from './library.ts';
import { page } from './pages.ts';
import { gramsOf, searchCatalogue, searchText } from './search.ts';
import { legalTime, machineOf, stateTitle, stepsOf, take } from './steps.ts';
import { deadlineView } from './views.ts';

type Here = Context<Compliance>;
type EntryRecord = z.infer<typeof EntryRow>;
export type RequestRecord = z.infer<typeof RequestRow>;

export function regulation(context: { now(): Date }): OpenInstrument {
  return instrumentOf('gov-data-sharing', dayOfInstant(context.now().toISOString()));
}
function machine(open: OpenInstrument, id: string) {
  const found = machineOf(open, id);
  if (!found) throw new Failure('compliance.unknown', { where: 'machine', got: id });
  return found;
}

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

/** Both parties see a request; nobody else does. */
export async function visibleRequests(context: Here): Promise<RequestRecord[]> {
  return await requestQuery(context).selectAll().orderBy('id', 'desc').execute();
}
function requestQuery({ db, scope }: Here) {
  const query = db.selectFrom('complianceRequests');
  if (scope.kind === 'all') return query;
  // One array parameter, not one per organisation: a province has more organisations than a statement has parameters.
  const ids = sql<string>`ANY(${[...scope.ids]}::uuid[])`;
  return query.where((row) =>
    row.or([row('requesterOrganisationId', '=', ids), row('providerOrganisationId', '=', ids)]),
  );
}
async function loadRequest(context: Here, id: string, lock = false): Promise<RequestRecord> {
  const query = requestQuery(context).selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
  return row;
}
/** Whoever acts as a party must hold its organisation; the authority and those above need the permission to supervise. */
function mayActAs(context: Here, actor: string, row: RequestRecord): void {
  if (actor === 'requester') context.organisations.requireScope([row.requesterOrganisationId]);
  else if (actor === 'provider') context.organisations.requireScope([row.providerOrganisationId]);
  else context.require('compliance.supervise');
}

export function clocksOf(
  open: OpenInstrument,
  rows: readonly { readonly events: readonly ComplianceEvent[] }[],
  now: Date,
) {
  return deadlines(open, { events: rows.flatMap((row) => row.events), calendar, asOf: now.toISOString() });
}
/** The clock people wait for: one that has passed first, then the nearest that runs. */
function nearest(found: readonly Deadline[]): Deadline | undefined {
  const waiting = found.filter((each) => each.status === 'overdue' || each.status === 'open');
  return waiting.sort((left, right) => ((left.dueOn ?? '9') < (right.dueOn ?? '9') ? -1 : 1))[0];
}
function requestView(
  row: RequestRecord,
  open: OpenInstrument,
  own: readonly Deadline[],
  context: Here,
): RequestSummary {
  const { body, facts: _facts, state: _state, events: _events, ...rest } = row;
  const next = nearest(own);
  const late = own.find((each) => each.status === 'late');
  return {
    ...rest,
    statusTitle: stateTitle(machine(open, 'request'), row.status, context.locale),
    provider: String(body.provider ?? ''),
    requester: String(body.requester ?? ''),
    dueOn: next?.dueOn ?? null,
    clock: next?.status ?? late?.status ?? 'none',
  };
}
const grouped = (found: readonly Deadline[]) => Map.groupBy(found, (each) => each.subject);

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

export const sharingHandlers = handlers<Compliance>()({
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
  listRequests: async ({ filter, cursor, limit }, context) => {
    const open = regulation(context);
    const found = await page(limit, (size) => {
      let query = requestQuery(context).selectAll().orderBy('id', 'desc').limit(size);
      if (filter.trim()) query = query.where('title', 'ilike', `%${filter.trim().replace(/[\\%_]/g, '\\$&')}%`);
      if (cursor) query = query.where('id', '<', cursor);
      return query.execute();
    });
    const clocks = grouped(clocksOf(open, found.items, context.now()));
    return { ...found, items: found.items.map((row) => requestView(row, open, clocks.get(row.id) ?? [], context)) };
  },
  createRequest: async ({ organisationId, entryId, ...fields }, context) => {
    context.organisations.requireScope([organisationId]);
    const entry = await context.db
      .selectFrom('complianceCatalogue')
      .selectAll()
      .where('id', '=', entryId)
      .executeTakeFirst();
    if (!entry)
      throw new Failure('compliance.unknown', { where: 'entryId', expected: 'a published entry', got: entryId });
    const open = regulation(context);
    const now = context.now().toISOString();
    const { name: requester } = await context.organisations.get(organisationId);
    const row: RequestRecord = {
      id: context.newId(),
      requesterOrganisationId: organisationId,
      providerOrganisationId: entry.providerOrganisationId,
      entryId,
      title: entry.name,
      attribute: entry.attribute,
      status: machine(open, 'request').initial,
      body: { ...fields, entry: entry.name, provider: entry.provider, requester },
      facts: {},
      state: startCase(machine(open, 'request')),
      events: [],
      createdAt: now,
      updatedAt: now,
    };
    await context.db
      .insertInto('complianceRequests')
      .values({
        ...row,
        body: json(row.body),
        facts: json(row.facts),
        state: json(row.state),
        events: json(row.events),
      })
      .execute();
    return requestView(row, open, [], context);
  },
  getRequest: async ({ id }, context) => {
    const row = await loadRequest(context, id);
    const open = regulation(context);
    const own = clocksOf(open, [row], context.now());
    const about = {
      title: row.title,
      link: `/compliance/requests/${id}`,
      organisationId: row.providerOrganisationId,
    };
    return {
      summary: requestView(row, open, own, context),
      body: row.body,
      state: row.state,
      events: row.events,
      steps: stepsOf(open, machine(open, 'request'), row.state, requestFacts(open, row), context.locale),
      deadlines: own.map((each) => deadlineView(open, each, about, context.locale)),
    };
  },
  stepRequest: async ({ id, on, actor, at, facts }, context) => {
    const row = await loadRequest(context, id, true);
    mayActAs(context, actor, row);
    const open = regulation(context);
    const now = context.now();
    const occurredAt = legalTime(at, now);
    const stated = { ...row.facts, ...(facts as Facts) };
    const known = { ...stated, ...requestFacts(open, row) };
    const moved = take(
      open,
      machine(open, 'request'),
      row.state,
      { on, actor, at: occurredAt, facts: known },
      context.locale,
    );
    const data = {
      attribute: row.attribute,
      provider: row.providerOrganisationId,
      requester: row.requesterOrganisationId,
    };
    const events = moved.emits ? [...row.events, eventOf(moved.emits, id, occurredAt, context, data)] : row.events;
    const changed = {
      ...row,
      facts: stated,
      state: moved.next,
      status: moved.next.state,
      events,
      updatedAt: now.toISOString(),
    };
    await context.db
      .updateTable('complianceRequests')
      .set({
        facts: json(stated),
        state: json(changed.state),
        status: changed.status,
        events: json(events),
        updatedAt: changed.updatedAt,
      })
      .where('id', '=', id)
      .execute();
    await handOver(changed, context);
    context.audit({ on, actor, facts, state: changed.status });
    return requestView(changed, open, clocksOf(open, [changed], now), context);
  },
  recordRequestEvent: async ({ id, type, at, data }, context) => {
    const row = await loadRequest(context, id, true);
    const byProvider = type === 'request.extended' || type === 'correction.answered';
    mayActAs(context, byProvider ? 'provider' : 'requester', row);
    const occurredAt = legalTime(at, context.now());
    const open = regulation(context);
    if (type === 'data.used') {
      const shape = recordShape(open.instrument, 'usage-record');
      const problems = recordProblems(shape, data as Facts);
      if (problems.length > 0)
        throw new Failure('compliance.refused', {
          where: 'data',
          expected: problems.map((each) => each.field).join(', '),
          got: Object.keys(data).join(', ') || 'none',
        });
    }
    const parties = {
      attribute: row.attribute,
      provider: row.providerOrganisationId,
      requester: row.requesterOrganisationId,
    };
    const event = eventOf(type, id, occurredAt, context, { ...(data as Facts), ...parties });
    await context.db
      .updateTable('complianceRequests')
      .set({ events: json([...row.events, event]), updatedAt: context.now().toISOString() })
      .where('id', '=', id)
      .execute();
    return { done: true };
  },
});

function requestFacts(open: OpenInstrument, row: RequestRecord): Facts {
  const { provider: _provider, requester: _requester, ...body } = row.body;
  const complete = recordProblems(recordShape(open.instrument, 'sharing-request'), body).length === 0;
  const method = typeof body.method === 'string' ? { 'delivery.method': body.method } : {};
  return { ...row.facts, attribute: row.attribute, 'request.complete': complete, ...method };
}

function eventOf(type: string, subject: string, occurredAt: string, context: Here, data: Facts): ComplianceEvent {
  const known = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Record<
    string,
    Value
  >;
  return {
    id: context.newId(),
    type,
    subject,
    occurredAt,
    recordedAt: context.now().toISOString(),
    actor: context.actor.name,
    data: known,
  };
}

/** Tells whoever moves data what was decided; the regulation ends here and the exchange begins. */
async function handOver(row: RequestRecord, context: Here): Promise<void> {
  const text = (value: Value | null | undefined) => (typeof value === 'string' ? value : '');
  const about = {
    requestId: row.id,
    entryId: row.entryId,
    providerOrganisationId: row.providerOrganisationId,
    requesterOrganisationId: row.requesterOrganisationId,
    method: text(row.body.method),
    purpose: text(row.body.scenario),
    duration: text(row.body.duration),
  };
  if (row.status === 'agreed') await context.events.publish('compliance.sharing.agreed', row.id, about);
  const why = { suspended: 'suspended', terminated: 'terminated', 'purpose-ended': 'ended' }[row.status];
  if (why) await context.events.publish('compliance.sharing.stopped', row.id, { ...about, why });
}
