/**
 * Requests for shared data: made, answered, delivered and ended by the two parties, each step by its clock.
 * @module
 */
import { type Facts, type OpenInstrument, startCase, type Value } from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import type { Compliance } from '../capability.ts';
import { disputesOf } from './disputes.ts';
import { eventForms, eventViews, recorded } from './event-forms.ts';
import { json } from './library.ts';
import { page } from './pages.ts';
import {
  clocksOf,
  eventOf,
  grouped,
  type Here,
  loadRequest,
  machine,
  matterOf,
  mayActAs,
  type RequestRecord,
  regulation,
  requestDeadlineView,
  requestFacts,
  requestQuery,
  requestView,
} from './request-record.ts';
import { legalTime, stepsOf, take } from './steps.ts';

/** What people record on a request, in which states, and who of the two. */
const waiting = ['submitted', 'incomplete', 'under-review'];
const having = ['shared', 'suspended', 'purpose-ended'];
const recordable: Readonly<Record<string, { readonly by: 'provider' | 'requester'; readonly in: readonly string[] }>> =
  {
    'request.extended': { by: 'provider', in: waiting },
    'data.used': { by: 'requester', in: having },
    'correction.requested': { by: 'requester', in: having },
    // Whatever became of the sharing, a correction once asked for is answered.
    'correction.answered': { by: 'provider', in: [...having, 'terminated', 'disposed'] },
  };
const formsOf = (open: OpenInstrument, status: string) =>
  eventForms(
    open,
    Object.keys(recordable).filter((type) => recordable[type]?.in.includes(status)),
  );

export const requestHandlers = handlers<Compliance>()({
  listRequests: async ({ filter, cursor, limit }, context) => {
    const open = await regulation(context);
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
    const open = await regulation(context);
    const now = context.now().toISOString();
    const { name: requester } = await context.organisations.get(organisationId);
    const row: RequestRecord = {
      id: context.newId(),
      requesterOrganisationId: organisationId,
      providerOrganisationId: entry.organisationId,
      partyIds: [organisationId, entry.organisationId],
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
    const open = await regulation(context);
    const own = clocksOf(open, [row], context.now());
    return {
      summary: requestView(row, open, own, context),
      body: row.body,
      state: row.state,
      steps: stepsOf(open, machine(open, 'request'), row.state, requestFacts(open, row), context.locale),
      deadlines: own.map(requestDeadlineView(open, [row], context)),
      events: eventViews(open, row.events, id),
      recordable: formsOf(open, row.status),
      disputes: await disputesOf(context, id),
    };
  },
  stepRequest: async ({ id, on, actor, at, facts }, context) => {
    const row = await loadRequest(context, id, true);
    mayActAs(context, actor, row);
    const open = await regulation(context);
    const now = context.now();
    const occurredAt = legalTime(at, now);
    const stated = { ...row.facts, ...(facts as Facts) };
    const known = { ...(facts as Facts), ...requestFacts(open, row) };
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
    await handOver(row, changed, moved.emits, context);
    context.audit({ on, actor, facts, state: changed.status });
    return requestView(changed, open, clocksOf(open, [changed], now), context);
  },
  recordRequestEvent: async ({ id, type, at, data, matter }, context) => {
    const row = await loadRequest(context, id, true);
    mayActAs(context, recordable[type]?.by ?? 'requester', row);
    const occurredAt = legalTime(at, context.now());
    const open = await regulation(context);
    recorded(open, formsOf(open, row.status), { type, data: data as Facts });
    const parties = {
      attribute: row.attribute,
      provider: row.providerOrganisationId,
      requester: row.requesterOrganisationId,
    };
    const event = eventOf(type, matterOf(id, matter), occurredAt, context, { ...(data as Facts), ...parties });
    await context.db
      .updateTable('complianceRequests')
      .set({ events: json([...row.events, event]), updatedAt: context.now().toISOString() })
      .where('id', '=', id)
      .execute();
    return { done: true };
  },
});

/** Tells whoever moves data what was decided; the regulation ends here and the exchange begins. */
async function handOver(
  before: RequestRecord,
  row: RequestRecord,
  emitted: string | undefined,
  context: Here,
): Promise<void> {
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
  const changed =
    before.status === 'suspended' && row.status === 'shared'
      ? 'resumed'
      : { 'service.changed': 'service-changed', 'use.widened': 'use-widened' }[emitted ?? ''];
  if (changed) await context.events.publish('compliance.sharing.changed', row.id, { ...about, why: changed });
  const why = { suspended: 'suspended', terminated: 'terminated', 'purpose-ended': 'ended' }[row.status];
  if (why) await context.events.publish('compliance.sharing.stopped', row.id, { ...about, why });
}
