/**
 * Announcements: drafted by the office, published to the people of units, read, confirmed, reminded, counted.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import type { AnnouncementRow, AnnouncementSummary, ReceiptSummary } from '../../announcement-shapes.ts';
import { type Workdesk, workdesk } from '../../capability.ts';
import { bytesOf } from '../articles.ts';
import { type Here, instant, json, today } from '../here.ts';
import { peopleOf, unitsBelow } from '../people.ts';
import { announcementOf, detailOf, openReceipts, ownReceipt, requireStatus } from './rows.ts';
import { receiptDocument } from './statistics.ts';

const linkTo = (id: string) => `/workdesk/announcements?id=${id}`;
/** Rows in one statement: PostgreSQL takes at most 65,535 values. */
const receiptsAtOnce = 1000;

/** What is left to do for the reader `m`, who has a receipt or is addressed without one yet. */
const reading = sql`CASE WHEN a.status <> 'published' THEN 'none' WHEN m.id IS NULL THEN CASE WHEN addressed THEN 'unread' ELSE 'none' END
  WHEN m.opened_at IS NULL THEN 'unread' WHEN a.confirm AND m.confirmed_at IS NULL THEN 'unconfirmed' ELSE 'done' END`;

export const announcementHandlers = handlers<Workdesk>()({
  listAnnouncements: async (input, context) => {
    const home = await context.organisations.get(context.actor.organisationId);
    const [answers, leads] = [context.can('workdesk.unit'), context.can('workdesk.lead')];
    const roles = [
      ...(answers && !leads ? ['contacts'] : []),
      ...(leads ? ['leaders'] : []),
      ...(answers || leads ? ['both'] : []),
    ];
    const addressed = sql`(a.status = 'published' AND a.audience = ANY (${roles}::text[]) AND
      (CASE WHEN cardinality(a.organisation_ids) = 0 THEN ${home.parentId !== null} ELSE a.organisation_ids && ${home.path.split('/')}::uuid[] END))`;
    const shown = context.can('workdesk.write')
      ? sql`true`
      : context.can('workdesk.read')
        ? sql`a.status <> 'draft'`
        : sql`a.status <> 'draft' AND (m.id IS NOT NULL OR addressed)`;
    return await listing<AnnouncementSummary>(
      context,
      {
        from: sql`SELECT a.id, a.title, a.audience, a.confirm, a.confirm_by, a.status, a.author_name, a.published_at, a.withdrawn_reason, a.updated_at,
            coalesce(c.receivers, 0) AS receivers, coalesce(c.opened, 0) AS opened, coalesce(c.confirmed, 0) AS confirmed, ${reading} AS mine
          FROM workdesk_announcements a CROSS JOIN LATERAL (SELECT ${addressed} AS addressed) w
          LEFT JOIN workdesk_receipts m ON m.announcement_id = a.id AND m.user_id = ${context.actor.id}
          LEFT JOIN LATERAL (SELECT count(*)::int AS receivers, count(opened_at)::int AS opened, count(confirmed_at)::int AS confirmed
            FROM workdesk_receipts r WHERE r.announcement_id = a.id) c ON true
          WHERE ${shown}`,
        fields: workdesk.operations.listAnnouncements.list,
        words: [sql`r.title`],
        sort: '-updatedAt',
      },
      input,
    );
  },
  getAnnouncement: async ({ id }, context) => await detailOf(context, await announcementOf(context, id)),
  saveAnnouncement: async ({ id, attachmentIds, ...given }, context) => {
    const before = id ? await announcementOf(context, id) : null;
    if (before) requireStatus(before, 'draft');
    if (given.confirmBy && given.confirmBy < today(context))
      throw new Failure('input.invalid', {
        where: 'confirmBy',
        expected: `>= ${today(context)}`,
        got: given.confirmBy,
      });
    context.organisations.requireScope(given.organisationIds);
    const files = [];
    for (const each of attachmentIds ?? [])
      files.push({ file: await context.files.get(each), bytes: await bytesOf(context, each) });
    const row: AnnouncementRow = {
      id: before?.id ?? context.newId(),
      ...given,
      confirmBy: given.confirm ? (given.confirmBy ?? null) : null,
      status: 'draft',
      attachments: attachmentIds
        ? files.map(({ file, bytes }) => ({ name: file.name, mediaType: file.mediaType, size: bytes.length }))
        : (before?.attachments ?? []),
      authorName: context.actor.name,
      publishedAt: null,
      withdrawnReason: null,
      updatedAt: instant(context),
    };
    const { id: own, ...changes } = { ...row, attachments: json(row.attachments) };
    await context.db
      .insertInto('workdeskAnnouncements')
      .values({ id: own, ...changes })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    if (attachmentIds) {
      await context.db.deleteFrom('workdeskAnnouncementFiles').where('announcementId', '=', own).execute();
      for (const [position, { file, bytes }] of files.entries())
        await context.db
          .insertInto('workdeskAnnouncementFiles')
          .values({ announcementId: own, position, name: file.name, mediaType: file.mediaType, bytes })
          .execute();
    }
    return row;
  },
  deleteAnnouncement: async ({ id }, context) => {
    requireStatus(await announcementOf(context, id), 'draft');
    await context.db.deleteFrom('workdeskAnnouncements').where('id', '=', id).execute();
    return { done: true };
  },
  publishAnnouncement: async ({ id }, context) => {
    const row = await announcementOf(context, id);
    requireStatus(row, 'draft');
    const units = await unitsBelow(context, row.organisationIds);
    const nameOf = new Map(units.map((unit) => [unit.id, unit.name]));
    const people = await peopleOf(context, [...nameOf.keys()], row.audience);
    if (people.length === 0)
      throw new Failure('workdesk.no_receivers', { where: 'organisationIds', expected: row.audience, got: '0' });
    const at = instant(context);
    for (let start = 0; start < people.length; start += receiptsAtOnce)
      await context.db
        .insertInto('workdeskReceipts')
        .values(
          people.slice(start, start + receiptsAtOnce).map((person) => ({
            id: context.newId(),
            organisationId: person.organisationId,
            announcementId: id,
            userId: person.id,
            userName: person.displayName,
            unitName: nameOf.get(person.organisationId) ?? '',
            sentAt: at,
            openedAt: null,
            confirmedAt: null,
            reminders: 0,
          })),
        )
        .execute();
    await context.db
      .updateTable('workdeskAnnouncements')
      .set({ status: 'published', publishedAt: at, updatedAt: at })
      .where('id', '=', id)
      .execute();
    await context.notify({
      to: { userIds: people.map((person) => person.id) },
      title: { 'zh-CN': '通知公告：{title}', en: 'Announcement: {title}' },
      body: row.confirm
        ? row.confirmBy
          ? { 'zh-CN': '请阅读，并于 {day} 前确认知悉。', en: 'Please read and confirm by {day}.' }
          : { 'zh-CN': '请阅读并确认知悉。', en: 'Please read and confirm.' }
        : { 'zh-CN': '请及时阅读。', en: 'Please read.' },
      values: { title: row.title, day: row.confirmBy ?? '' },
      link: linkTo(id),
    });
    const reached = new Set(people.map(({ organisationId }) => organisationId)).size;
    context.audit({ announcement: row.title, receivers: people.length, units: reached });
    return { receivers: people.length, units: reached };
  },
  withdrawAnnouncement: async ({ id, reason }, context) => {
    const row = await announcementOf(context, id);
    requireStatus(row, 'published');
    const changes = { status: 'withdrawn', withdrawnReason: reason, updatedAt: instant(context) } as const;
    await context.db.updateTable('workdeskAnnouncements').set(changes).where('id', '=', id).execute();
    const told = await context.db
      .selectFrom('workdeskReceipts')
      .select('userId')
      .where('announcementId', '=', id)
      .execute();
    await context.notify({
      to: { userIds: told.map(({ userId }) => userId) },
      title: { 'zh-CN': '公告已撤回：{title}', en: 'Withdrawn: {title}' },
      body: { 'zh-CN': '原因：{reason}', en: 'Reason: {reason}' },
      values: { title: row.title, reason },
      link: linkTo(id),
    });
    context.audit({ announcement: row.title, reason });
    return { ...row, ...changes };
  },
  openAnnouncement: async ({ id }, context) => {
    const row = await announcementOf(context, id);
    const mine = await ownReceipt(context, row);
    if (mine && !mine.openedAt && row.status === 'published')
      await context.db
        .updateTable('workdeskReceipts')
        .set({ openedAt: instant(context) })
        .where('id', '=', mine.id)
        .execute();
    return await detailOf(context, row);
  },
  confirmAnnouncement: async ({ id }, context) => {
    const row = await announcementOf(context, id);
    requireStatus(row, 'published');
    const mine = await ownReceipt(context, row);
    if (!mine || !row.confirm) throw new Failure('workdesk.not_addressed', { where: 'id', got: row.title });
    if (!mine.confirmedAt)
      await context.db
        .updateTable('workdeskReceipts')
        .set({ openedAt: mine.openedAt ?? instant(context), confirmedAt: instant(context) })
        .where('id', '=', mine.id)
        .execute();
    return await detailOf(context, row);
  },
  takeAnnouncementFile: async ({ id, position }, context) => {
    const row = await announcementOf(context, id);
    const file = row.attachments[position]
      ? await context.db
          .selectFrom('workdeskAnnouncementFiles')
          .selectAll()
          .where('announcementId', '=', id)
          .where('position', '=', position)
          .executeTakeFirst()
      : undefined;
    if (!file) throw new Failure('workdesk.unknown', { where: 'position', got: String(position) });
    const kept = await context.files.keep(new Uint8Array(file.bytes), {
      organisationId: context.actor.organisationId,
      name: file.name,
      mediaType: file.mediaType,
    });
    return await context.files.reference(kept.id);
  },
  listReceipts: (input, context) =>
    listing<ReceiptSummary>(
      context,
      {
        from: sql`SELECT m.*, ${reading} AS reading FROM workdesk_receipts m
          JOIN workdesk_announcements a ON a.id = m.announcement_id CROSS JOIN (SELECT true AS addressed) w`,
        fields: workdesk.operations.listReceipts.list,
        columns: { organisation: sql`r.organisation_id` },
        words: [sql`r.user_name`, sql`r.unit_name`],
        sort: '-sentAt',
      },
      input,
    ),
  remindAnnouncement: async ({ id }, context) => {
    const row = await announcementOf(context, id);
    requireStatus(row, 'published');
    const { rows } = await openReceipts(id).execute(context.db);
    await remind(
      context,
      row,
      rows.map(({ userId }) => userId),
      `by-hand/${instant(context)}`,
    );
    context.audit({ announcement: row.title, reminded: rows.length });
    return { reminded: rows.length };
  },
  writeReceipts: async ({ id, format }, context) => {
    const row = await announcementOf(context, id);
    const { rows } = await sql<ReceiptSummary>`SELECT m.*, ${reading} AS reading FROM workdesk_receipts m
      JOIN workdesk_announcements a ON a.id = m.announcement_id CROSS JOIN (SELECT true AS addressed) w
      WHERE a.id = ${id} ORDER BY m.unit_name, m.user_name`.execute(context.db);
    const home = context.actor.organisationId;
    const issuer = await context.organisations.get(home);
    const document = receiptDocument(await detailOf(context, row), rows, issuer.name, today(context), context.locale);
    return await context.reports.make(document, format, home, `${row.title} ${document.subtitle ?? ''}`.trim());
  },
});

/** One call for all: a robot of a group then says it once, not once for each person. */
export async function remind(
  context: Here,
  row: AnnouncementRow,
  userIds: readonly string[],
  occasion: string,
): Promise<void> {
  if (userIds.length === 0) return;
  await context.notify({
    to: { userIds },
    title: { 'zh-CN': '请阅读公告：{title}', en: 'Please read: {title}' },
    body: row.confirm
      ? { 'zh-CN': '该公告要求确认知悉，您还没有完成。', en: 'It asks you to confirm, and you have not yet.' }
      : { 'zh-CN': '您还没有阅读该公告。', en: 'You have not read it yet.' },
    values: { title: row.title },
    link: linkTo(row.id),
    key: `workdesk/announcement/${row.id}/${occasion}`,
  });
  await context.db
    .updateTable('workdeskReceipts')
    .set({ reminders: sql`reminders + 1` as never })
    .where('announcementId', '=', row.id)
    .where('userId', '=', sql<string>`ANY (${[...userIds]}::uuid[])`)
    .execute();
}
