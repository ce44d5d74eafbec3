/**
 * One announcement as whoever asks may see it, and their receipt.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { sql } from 'kysely';
import type { AnnouncementDetail, AnnouncementRow, ReceiptRow, UnitReading } from '../../announcement-shapes.ts';
import { type Here, instant } from '../here.ts';

type Reading = AnnouncementDetail['reading'];

/** Whether it is meant for whoever asks: their unit is among those addressed, and their role too. */
export async function isAddressed(context: Here, row: AnnouncementRow): Promise<boolean> {
  const home = await context.organisations.get(context.actor.organisationId);
  const unit =
    row.organisationIds.length === 0
      ? home.parentId !== null
      : home.path.split('/').some((id) => row.organisationIds.includes(id));
  const [answers, leads] = [context.can('workdesk.unit'), context.can('workdesk.lead')];
  if (row.audience === 'contacts') return unit && answers && !leads;
  return unit && (row.audience === 'leaders' ? leads : answers || leads);
}

export async function announcementOf(context: Here, id: string): Promise<AnnouncementRow> {
  const row = await context.db.selectFrom('workdeskAnnouncements').selectAll().where('id', '=', id).executeTakeFirst();
  const unknown = new Failure('workdesk.unknown', { where: 'id', got: id });
  if (!row) throw unknown;
  if (row.status === 'draft' ? context.can('workdesk.write') : context.can('workdesk.read')) return row;
  const mine = row.status === 'draft' ? null : await receiptOf(context, id);
  if (!mine && (row.status !== 'published' || !(await isAddressed(context, row)))) throw unknown;
  // What was withdrawn is known to have been there, and why it went; its text is gone for the units.
  return row.status === 'withdrawn' ? { ...row, body: '', attachments: [] } : row;
}
export function requireStatus(row: AnnouncementRow, wanted: AnnouncementRow['status']): void {
  if (row.status !== wanted)
    throw new Failure('workdesk.announcement_step', { where: 'id', expected: wanted, got: row.status });
}

export async function receiptOf({ db, actor }: Here, announcementId: string): Promise<ReceiptRow | null> {
  const row = await db
    .selectFrom('workdeskReceipts')
    .selectAll()
    .where('announcementId', '=', announcementId)
    .where('userId', '=', actor.id)
    .executeTakeFirst();
  return row ?? null;
}
/** The own receipt; who came to an addressed unit after the publication gets one when they open it. */
export async function ownReceipt(context: Here, row: AnnouncementRow): Promise<ReceiptRow | null> {
  const found = await receiptOf(context, row.id);
  if (found || row.status !== 'published' || !(await isAddressed(context, row))) return found;
  const { actor } = context;
  const receipt: ReceiptRow = {
    id: context.newId(),
    organisationId: actor.organisationId,
    announcementId: row.id,
    userId: actor.id,
    userName: actor.name,
    unitName: (await context.organisations.get(actor.organisationId)).name,
    sentAt: instant(context),
    openedAt: null,
    confirmedAt: null,
    reminders: 0,
  };
  await context.db
    .insertInto('workdeskReceipts')
    .values(receipt)
    .onConflict((conflict) => conflict.columns(['announcementId', 'userId']).doNothing())
    .execute();
  return await receiptOf(context, row.id);
}

export function readingOf(row: AnnouncementRow, mine: ReceiptRow | null): Reading {
  if (!mine || row.status !== 'published') return 'none';
  if (!mine.openedAt) return 'unread';
  return row.confirm && !mine.confirmedAt ? 'unconfirmed' : 'done';
}

export async function detailOf(context: Here, row: AnnouncementRow): Promise<AnnouncementDetail> {
  const mine = await receiptOf(context, row.id);
  const { rows } =
    await sql<UnitReading>`SELECT organisation_id, min(unit_name) AS unit_name, count(*)::int AS receivers,
      count(opened_at)::int AS opened, count(confirmed_at)::int AS confirmed
    FROM workdesk_receipts WHERE announcement_id = ${row.id} GROUP BY organisation_id
    ORDER BY count(*) - count(opened_at) DESC, count(*) - count(confirmed_at) DESC, min(unit_name)`.execute(context.db);
  return { announcement: row, mine, reading: readingOf(row, mine), units: rows };
}

/** Those of an announcement who have still something to do, with why. */
export const openReceipts = (
  id: string,
) => sql<ReceiptRow>`SELECT r.* FROM workdesk_receipts r JOIN workdesk_announcements a ON a.id = r.announcement_id
  WHERE a.id = ${id} AND a.status = 'published' AND (r.opened_at IS NULL OR (a.confirm AND r.confirmed_at IS NULL)) ORDER BY r.id`;
