/**
 * Operations on stored events: search, histogram, values, pivot, export, and hunts that are kept.
 * @module
 */
import { Failure, handlers, parseFilterText } from '@hedun/sdk';
import type { Detection } from '../../capability.ts';
import type { EventSummary, HuntRow } from '../../declared/hunts.ts';
import { eventStoreOf } from '../collection/runtime.ts';
import { type Here, instant, visible } from '../here.ts';
import type { EventQuery, StoredEvent } from '../store/event-store.ts';
import { exported } from './export.ts';

const minute = 60_000;
const spanLimit = 400 * 86_400_000;

export function queryOf(
  context: Here,
  { filter, from, to }: { readonly filter: string; readonly from: string; readonly to: string },
): EventQuery {
  const query = {
    from: Date.parse(from),
    to: Date.parse(to),
    filter: parseFilterText(filter),
    organisations: visible(context),
  };
  if (query.to <= query.from || query.to - query.from > spanLimit)
    throw new Failure('detection.span', {
      where: 'to',
      expected: 'after from, at most 400 days',
      got: `${from} – ${to}`,
    });
  return query;
}

const iso = (time: number) => new Date(time).toISOString();
export function summaryOf({ fields: _, activityId: __, ...event }: StoredEvent): EventSummary {
  return { ...event, time: iso(event.time), received: iso(event.received) };
}

export const huntHandlers = handlers<Detection>()({
  searchEvents: async ({ limit, cursor, ...span }, context) => {
    const store = await eventStoreOf(context);
    const after = cursor ? readCursor(cursor) : undefined;
    const events = await store.search(queryOf(context, span), limit + 1, after);
    const items = events.slice(0, limit).map(summaryOf);
    const last = events[limit - 1];
    return { items, nextCursor: events.length > limit && last ? `${last.time}~${last.id}` : null };
  },
  getEvent: async ({ id }, context) => {
    const event = await (await eventStoreOf(context)).get(id, visible(context));
    if (!event) throw new Failure('record.not_found', { values: { what: `event ${id}` } });
    return { event: summaryOf(event), fields: JSON.parse(event.fields) as Record<string, unknown> };
  },
  eventHistogram: async ({ buckets, ...span }, context) => {
    const { start, interval, counts, total } = await (await eventStoreOf(context)).histogram(
      queryOf(context, span),
      buckets,
    );
    return { start: iso(start), intervalMs: interval, counts: [...counts], total };
  },
  suggestValues: async ({ field, prefix, ...span }, context) => ({
    items: [...(await (await eventStoreOf(context)).suggest(queryOf(context, span), field, prefix, 12))],
  }),
  pivotEvents: async ({ field, limit, ...span }, context) => ({
    items: (await (await eventStoreOf(context)).pivot(queryOf(context, span), field, limit)).map((each) => ({
      ...each,
      first: iso(each.first),
      last: iso(each.last),
    })),
  }),
  exportEvents: async ({ as, limit, ...span }, context) => {
    const store = await eventStoreOf(context);
    const query = queryOf(context, span);
    const total = Math.min(limit, await store.count(query));
    const evidence = await context.transaction((inner) =>
      inner.files.keep(
        exported(store, query, as, limit, (done) => context.progress(done, total)),
        {
          organisationId: context.actor.organisationId,
          name: `events-${instant(context).slice(0, 16).replaceAll(':', '')}.${as === 'csv' ? 'csv' : 'ndjson'}`,
          mediaType: as === 'csv' ? 'text/csv' : 'application/x-ndjson',
        },
      ),
    );
    return { file: await context.transaction((inner) => inner.files.reference(evidence.id)), events: total };
  },
  storeStatistics: async (_input, context) => {
    const { oldest, newest, ...rest } = await (await eventStoreOf(context)).statistics();
    return { ...rest, oldest: oldest === null ? null : iso(oldest), newest: newest === null ? null : iso(newest) };
  },
  listHunts: async (_input, { db }) => ({
    items: await db.selectFrom('detectionHunts').selectAll().orderBy('name').execute(),
  }),
  saveHunt: async ({ id, ...given }, context): Promise<HuntRow> => {
    parseFilterText(given.filter);
    const before = id
      ? await context.db.selectFrom('detectionHunts').selectAll().where('id', '=', id).executeTakeFirst()
      : undefined;
    if (id && !before) throw new Failure('record.not_found', { values: { what: `hunt ${id}` } });
    const organisationId = before?.organisationId ?? context.actor.organisationId;
    const named = await context.db
      .selectFrom('detectionHunts')
      .select('id')
      .where('organisationId', '=', organisationId)
      .where('name', '=', given.name)
      .executeTakeFirst();
    if (named && named.id !== id) throw new Failure('detection.hunt_named', { where: 'name', got: given.name });
    const row: HuntRow = {
      id: id ?? context.newId(),
      organisationId,
      ...given,
      nextRunAt: given.everyMinutes === null ? null : instant(context),
      lastRunAt: before?.lastRunAt ?? null,
      lastCount: before?.lastCount ?? null,
      createdBy: before?.createdBy ?? (context.actor.kind === 'user' ? context.actor.id : null),
      createdAt: before?.createdAt ?? instant(context),
    };
    const { id: _, ...changes } = row;
    await context.db
      .insertInto('detectionHunts')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    return row;
  },
  removeHunt: async ({ id }, { db }) => {
    await db.deleteFrom('detectionHunts').where('id', '=', id).execute();
    return { done: true as const };
  },
  runDueHunts: async (_input, context) => {
    const store = await eventStoreOf(context);
    const now = context.now().getTime();
    const due = await context.transaction(async ({ db }) =>
      db.selectFrom('detectionHunts').selectAll().where('nextRunAt', '<=', iso(now)).execute(),
    );
    let told = 0;
    for (const hunt of due) {
      // A hunt sees what its organisation and those below it own, whoever runs it.
      const organisations = await context.transaction(async ({ db }) => {
        const top = await db
          .selectFrom('organisations')
          .select('path')
          .where('id', '=', hunt.organisationId)
          .executeTakeFirstOrThrow();
        return (await db.selectFrom('organisations').select('id').where('path', 'like', `${top.path}%`).execute()).map(
          ({ id }) => id,
        );
      });
      const query = {
        from: now - hunt.spanMinutes * minute,
        to: now,
        filter: parseFilterText(hunt.filter),
        organisations,
      };
      const count = await store.count(query);
      await context.transaction(async (inner) => {
        await inner.db
          .updateTable('detectionHunts')
          .set({ lastRunAt: iso(now), lastCount: count, nextRunAt: iso(now + (hunt.everyMinutes ?? 0) * minute) })
          .where('id', '=', hunt.id)
          .execute();
        if (count < hunt.threshold) return;
        told += 1;
        await inner.notify({
          to: { organisationId: hunt.organisationId, permission: 'detection.respond' },
          title: { 'zh-CN': `狩猎「${hunt.name}」命中 ${count} 条`, en: `Hunt "${hunt.name}" found ${count}` },
          body: { 'zh-CN': hunt.filter, en: hunt.filter },
          link: `/detection/hunting?filter=${encodeURIComponent(hunt.filter)}`,
          key: `hunt/${hunt.id}/${iso(now).slice(0, 13)}`,
        });
      });
    }
    return { ran: due.length, told };
  },
});

function readCursor(cursor: string): { readonly time: number; readonly id: string } {
  const at = cursor.indexOf('~');
  const time = Number(cursor.slice(0, at));
  if (at < 1 || !Number.isFinite(time)) throw new Failure('input.bad_cursor', { where: 'cursor' });
  return { time, id: cursor.slice(at + 1) };
}
