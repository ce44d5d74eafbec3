/**
 * The duties of units in a period, each met in time or not: safe reports, tasks, announcements to confirm, the annual review. A duty
 * counts when its time has passed or when it was met; a day is a day in Beijing.
 * @module
 */
import { dayOfInstant } from '@hedun/workdays';
import { slotsUntil, stateOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import { calendar, type Here, instant } from './here.ts';
import { endedAt, keyOf } from './safe-reports/rows.ts';

export interface Duty {
  readonly kind: 'safe-report' | 'sheet' | 'receipt' | 'review' | 'review-entries';
  readonly id: string;
  readonly organisationId: string;
  readonly title: string;
  /** 1 when it was met in time; of the entries of a review the share that was checked. */
  readonly value: number;
}

export async function readDuties(context: Here, from: string, to: string): Promise<readonly Duty[]> {
  return [
    ...(await safeDuties(context, from, to)),
    ...(await taskDuties(context, from, to)),
    ...(await confirmDuties(context, from, to)),
    ...(await reviewDuties(context, from, to)),
  ];
}

async function safeDuties(context: Here, from: string, to: string): Promise<readonly Duty[]> {
  const { db } = context;
  const now = instant(context);
  const periods = await db
    .selectFrom('workdeskSafePeriods')
    .selectAll()
    .where('fromDay', '<=', to)
    .where('toDay', '>=', from)
    .orderBy('fromDay')
    .orderBy('id')
    .execute();
  const duties: Duty[] = [];
  for (const period of periods) {
    const reports = await db.selectFrom('workdeskSafeReports').selectAll().where('periodId', '=', period.id).execute();
    const made = new Map(reports.map((report) => [`${report.organisationId} ${keyOf(report)}`, report]));
    const slots = slotsUntil(calendar, period, endedAt(period, now)).filter(({ day }) => day >= from && day <= to);
    for (const organisationId of period.organisationIds)
      for (const slot of slots) {
        const state = stateOf(slot, made.get(`${organisationId} ${keyOf(slot)}`), Date.parse(now));
        if (state === 'upcoming' || state === 'open') continue;
        duties.push({
          kind: 'safe-report',
          id: `${period.id} ${keyOf(slot)}`,
          organisationId,
          title: `${period.title} ${keyOf(slot)}`,
          value: state === 'in-time' ? 1 : 0,
        });
      }
  }
  return duties;
}

async function taskDuties(context: Here, from: string, to: string): Promise<readonly Duty[]> {
  const { rows } = await sql<{
    readonly id: string;
    readonly organisationId: string;
    readonly title: string;
    readonly dueOn: string;
    readonly firstSubmittedAt: string | null;
  }>`SELECT s.id, s.organisation_id, k.title, k.due_on, s.first_submitted_at
    FROM workdesk_task_sheets s JOIN workdesk_tasks k ON k.id = s.task_id
    WHERE k.due_on >= ${from} AND k.due_on <= ${to} ORDER BY k.due_on, s.id`.execute(context.db);
  const today = dayOfInstant(instant(context));
  return rows
    .filter(({ firstSubmittedAt, dueOn }) => firstSubmittedAt !== null || dueOn < today)
    .map(({ id, organisationId, title, dueOn, firstSubmittedAt }) => ({
      kind: 'sheet' as const,
      id,
      organisationId,
      title,
      value: firstSubmittedAt !== null && dayOfInstant(firstSubmittedAt) <= dueOn ? 1 : 0,
    }));
}

async function confirmDuties(context: Here, from: string, to: string): Promise<readonly Duty[]> {
  const { rows } = await sql<{
    readonly id: string;
    readonly organisationId: string;
    readonly title: string;
    readonly confirmBy: string;
    readonly confirmedAt: string | null;
  }>`SELECT a.id || ' ' || r.id AS id, r.organisation_id, a.title || '：' || r.user_name AS title, a.confirm_by, r.confirmed_at
    FROM workdesk_receipts r JOIN workdesk_announcements a ON a.id = r.announcement_id
    WHERE a.status = 'published' AND a.confirm AND a.confirm_by >= ${from} AND a.confirm_by <= ${to} ORDER BY a.confirm_by, r.id`.execute(
    context.db,
  );
  const today = dayOfInstant(instant(context));
  return rows
    .filter(({ confirmedAt, confirmBy }) => confirmedAt !== null || confirmBy < today)
    .map(({ id, organisationId, title, confirmBy, confirmedAt }) => ({
      kind: 'receipt' as const,
      id,
      organisationId,
      title,
      value: confirmedAt !== null && dayOfInstant(confirmedAt) <= confirmBy ? 1 : 0,
    }));
}

/** Signed by the leader until the named day, and how much of the sheet was checked at all. */
async function reviewDuties(context: Here, from: string, to: string): Promise<readonly Duty[]> {
  const { rows } = await sql<{
    readonly id: string;
    readonly organisationId: string;
    readonly title: string;
    readonly dueOn: string;
    readonly signedAt: string | null;
    readonly entries: number;
    readonly answered: number;
  }>`SELECT s.id, s.organisation_id, v.title, v.due_on, s.signed_at, e.entries, e.answered
    FROM workdesk_review_sheets s JOIN workdesk_reviews v ON v.id = s.review_id
    JOIN LATERAL (SELECT count(*)::int AS entries, count(*) FILTER (WHERE answer <> 'waiting')::int AS answered
      FROM workdesk_review_entries WHERE sheet_id = s.id) e ON true
    WHERE v.due_on >= ${from} AND v.due_on <= ${to} ORDER BY v.due_on, s.id`.execute(context.db);
  const today = dayOfInstant(instant(context));
  return rows
    .filter(({ signedAt, dueOn }) => signedAt !== null || dueOn < today)
    .flatMap(({ id, organisationId, title, dueOn, signedAt, entries, answered }) => [
      {
        kind: 'review' as const,
        id,
        organisationId,
        title,
        value: signedAt !== null && dayOfInstant(signedAt) <= dueOn ? 1 : 0,
      },
      ...(entries > 0
        ? [
            {
              kind: 'review-entries' as const,
              id,
              organisationId,
              title: `${title} ${answered} / ${entries}`,
              value: answered / entries,
            },
          ]
        : []),
    ]);
}
