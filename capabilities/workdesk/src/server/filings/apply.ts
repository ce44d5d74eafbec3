/**
 * Applying for a filing: what is written down while it waits. Nothing of the register changes before the office has decided.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { sql } from 'kysely';
import type { ApplicationRow, FilingRow } from '../../filing-shapes.ts';
import { type Here, instant, json } from '../here.ts';

export type Details = Readonly<Record<string, unknown>>;

export async function filingOf(context: Here, id: string, lock = false): Promise<FilingRow> {
  const query = context.db.selectFrom('workdeskFilings').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

export async function waitingOf({ db }: Here, filingId: string): Promise<ApplicationRow | undefined> {
  return await db
    .selectFrom('workdeskApplications')
    .selectAll()
    .where('filingId', '=', filingId)
    .where('status', '=', 'waiting')
    .executeTakeFirst();
}

/** Refuses what would stand twice: another filing of the same thing in force or waiting. */
async function refuseTwice(context: Here, kind: FilingRow['kind'], subject: string, own: string | null): Promise<void> {
  const { rows } = await sql<{ number: string; status: string }>`SELECT number, status FROM workdesk_filings
    WHERE kind = ${kind} AND lower(subject) = lower(${subject}) AND status IN ('applied', 'filed') AND id IS DISTINCT FROM ${own}::uuid
      ${kind === 'system' ? sql`AND false` : sql``} LIMIT 1`.execute(context.db);
  const [other] = rows;
  if (other) throw new Failure('workdesk.filed_already', { where: 'subject', got: other.number || subject });
}

export async function apply(
  context: Here,
  wanted: {
    /** The filing a change is about; null for a new one. */
    readonly id: string | null;
    readonly kind: FilingRow['kind'];
    readonly action: ApplicationRow['action'];
    readonly organisationId: string;
    readonly assetId: string | null;
    readonly subject: string;
    readonly details: Details;
    readonly reason: string;
    readonly attachmentIds: readonly string[];
    readonly wantedUntil: string | null;
  },
): Promise<string> {
  context.organisations.requireScope([wanted.organisationId]);
  const now = instant(context);
  const before = wanted.id ? await filingOf(context, wanted.id, true) : null;
  if (before && before.status !== 'filed')
    throw new Failure('workdesk.filing_step', { where: 'id', expected: 'filed', got: before.status });
  if (before && before.kind !== wanted.kind)
    throw new Failure('workdesk.filing_step', { where: 'id', expected: wanted.kind, got: before.kind });
  if (before && (await waitingOf(context, before.id)))
    throw new Failure('workdesk.filing_waiting', { where: 'id', got: before.number });
  if (wanted.action !== 'retire' && wanted.action !== 'renew')
    await refuseTwice(context, wanted.kind, wanted.subject, before?.id ?? null);
  if (!before && wanted.kind === 'system' && wanted.assetId) {
    const other = await context.db
      .selectFrom('workdeskFilings')
      .select('number')
      .where('assetId', '=', wanted.assetId)
      .where('kind', '=', 'system')
      .where('status', 'in', ['applied', 'filed'])
      .executeTakeFirst();
    if (other) throw new Failure('workdesk.filed_already', { where: 'assetId', got: other.number || wanted.subject });
  }
  const filingId = before?.id ?? context.newId();
  if (!before)
    await context.db
      .insertInto('workdeskFilings')
      .values({
        id: filingId,
        organisationId: wanted.organisationId,
        kind: wanted.kind,
        number: '',
        subject: wanted.subject,
        assetId: wanted.assetId,
        details: json({}),
        status: 'applied',
        expiresOn: null,
        toldOn: null,
        approvedAt: null,
        createdAt: now,
        updatedAt: now,
      })
      .execute();
  else await context.db.updateTable('workdeskFilings').set({ updatedAt: now }).where('id', '=', filingId).execute();
  await context.db
    .insertInto('workdeskApplications')
    .values({
      id: context.newId(),
      organisationId: before?.organisationId ?? wanted.organisationId,
      filingId,
      action: wanted.action,
      details: json({ ...wanted.details }),
      before: json({ ...before?.details }),
      reason: wanted.reason,
      attachmentIds: [...wanted.attachmentIds],
      wantedUntil: wanted.wantedUntil,
      status: 'waiting',
      appliedBy: context.actor.name,
      appliedAt: now,
      decidedBy: null,
      decidedAt: null,
      opinion: '',
    })
    .execute();
  const unit = await context.organisations.get(before?.organisationId ?? wanted.organisationId);
  await context.notify({
    to: { organisationId: unit.id, permission: 'workdesk.issue' },
    title: { 'zh-CN': '备案待审批：{subject}', en: 'A filing waits: {subject}' },
    body: { 'zh-CN': '{unit}：{reason}', en: '{unit}: {reason}' },
    values: { subject: wanted.subject, unit: unit.name, reason: wanted.reason },
    link: `/workdesk/filings?id=${filingId}`,
  });
  return filingId;
}
