/**
 * Disputes about sharing (Art. 28): negotiated by the parties, coordinated by the authority or the common superior, decided by the
 * people's government. Both parties see them; acting above the parties needs the permission to supervise.
 * @module
 */
import { type Facts, type OpenInstrument, startCase } from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import type { z } from 'zod';
import type { Compliance } from '../capability.ts';
import type { Dispute, DisputeRow } from '../sharing-shapes.ts';
import { json, short } from './library.ts';
import { page } from './pages.ts';
import { type Here, loadRequest, machine, mayActAs, regulation } from './request-record.ts';
import { legalTime, roleTitle, stateTitle, stepsOf, take } from './steps.ts';

type Row = z.infer<typeof DisputeRow>;

function view(row: Row, open: OpenInstrument, context: Here): Dispute {
  const own = machine(open, 'dispute');
  const { state, partyIds: _parties, ...rest } = row;
  return {
    ...rest,
    statusTitle: stateTitle(own, row.status, context.locale),
    steps: stepsOf(open, own, state, {}, context.locale),
    history: state.history.map(({ on, from, to, actor, at }) => ({
      title:
        own.transitions.find((each) => each.on === on && each.from.includes(from) && each.to === to)?.title[
          short(context.locale)
        ] ?? on,
      role: roleTitle(open, actor, short(context.locale)),
      at,
    })),
  };
}

async function load(context: Here, id: string, lock = false): Promise<Row> {
  const query = context.db.selectFrom('complianceDisputes').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
  return row;
}

export async function disputesOf(context: Here, requestId: string) {
  const rows = await context.db
    .selectFrom('complianceDisputes')
    .select(['id', 'claim', 'status', 'outcome'])
    .where('requestId', '=', requestId)
    .orderBy('id')
    .execute();
  const own = machine(await regulation(context), 'dispute');
  return rows.map(({ status, ...row }) => ({ ...row, statusTitle: stateTitle(own, status, context.locale) }));
}

export const disputeHandlers = handlers<Compliance>()({
  listDisputes: async ({ filter, cursor, limit }, context) => {
    const open = await regulation(context);
    const found = await page(limit, (size) => {
      let query = context.db.selectFrom('complianceDisputes').selectAll().orderBy('id', 'desc').limit(size);
      if (filter.trim()) query = query.where('title', 'ilike', `%${filter.trim().replace(/[\\%_]/g, '\\$&')}%`);
      if (cursor) query = query.where('id', '<', cursor);
      return query.execute();
    });
    return { ...found, items: found.items.map((row) => view(row, open, context)) };
  },
  getDispute: async ({ id }, context) => view(await load(context, id), await regulation(context), context),
  openDispute: async ({ requestId, organisationId, claim }, context) => {
    context.organisations.requireScope([organisationId]);
    const request = await loadRequest(context, requestId);
    if (!request.partyIds.includes(organisationId))
      throw new Failure('compliance.refused', {
        where: 'organisationId',
        expected: 'one of the two parties',
        got: organisationId,
      });
    const open = await regulation(context);
    const state = startCase(machine(open, 'dispute'));
    const now = context.now().toISOString();
    const row: Row = {
      id: context.newId(),
      requestId,
      partyIds: request.partyIds,
      openedBy: organisationId,
      title: request.title,
      claim,
      status: state.state,
      outcome: null,
      state,
      createdAt: now,
      updatedAt: now,
    };
    await context.db
      .insertInto('complianceDisputes')
      .values({ ...row, state: json(state) })
      .execute();
    return view(row, open, context);
  },
  stepDispute: async ({ id, on, actor, at, facts }, context) => {
    const row = await load(context, id, true);
    mayActAs(context, actor, await loadRequest(context, row.requestId));
    const open = await regulation(context);
    const occurredAt = legalTime(at, context.now());
    const given = { on, actor, at: occurredAt, facts: facts as Facts };
    const moved = take(open, machine(open, 'dispute'), row.state, given, context.locale);
    const outcome = facts['dispute.outcome'];
    const changed: Row = {
      ...row,
      state: moved.next,
      status: moved.next.state,
      outcome: typeof outcome === 'string' ? outcome : row.outcome,
      updatedAt: context.now().toISOString(),
    };
    await context.db
      .updateTable('complianceDisputes')
      .set({
        state: json(changed.state),
        status: changed.status,
        outcome: changed.outcome,
        updatedAt: changed.updatedAt,
      })
      .where('id', '=', id)
      .execute();
    context.audit({ on, actor, facts, state: changed.status });
    return view(changed, open, context);
  },
});
