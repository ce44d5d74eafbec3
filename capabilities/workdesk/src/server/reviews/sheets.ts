/**
 * Reading reviews: the campaign with its statistics, the sheet of a unit with its differences and open steps.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { differencesOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import type {
  ReviewDetail,
  ReviewEntryRow,
  ReviewRow,
  ReviewSheetDetail,
  ReviewSheetSummary,
} from '../../review-shapes.ts';
import { type Here, today } from '../here.ts';

export async function reviewOf({ db }: Here, id: string): Promise<ReviewRow> {
  const row = await db.selectFrom('workdeskReviews').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}
export async function entryOf({ db }: Here, id: string): Promise<ReviewEntryRow> {
  const row = await db.selectFrom('workdeskReviewEntries').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

export const sheetRows = (day: string) => sql`SELECT s.*, s.review_id AS review, v.title AS review_title,
    (s.status NOT IN ('signed', 'accepted') AND v.due_on < ${day}) AS overdue,
    (SELECT count(*)::int FROM workdesk_review_entries e WHERE e.sheet_id = s.id) AS entries,
    (SELECT count(*)::int FROM workdesk_review_entries e WHERE e.sheet_id = s.id AND e.answer <> 'waiting') AS answered,
    (SELECT count(*)::int FROM workdesk_review_entries e WHERE e.sheet_id = s.id AND e.answer IN ('corrected', 'added', 'retired')) AS changed
  FROM workdesk_review_sheets s JOIN workdesk_reviews v ON v.id = s.review_id`;

export async function sheetOf(context: Here, id: string): Promise<ReviewSheetSummary> {
  const { rows } =
    await sql<ReviewSheetSummary>`SELECT * FROM (${sheetRows(today(context))}) r WHERE r.id = ${id}::uuid`.execute(
      context.db,
    );
  if (!rows[0]) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return rows[0];
}

export async function sheetDetail(context: Here, id: string): Promise<ReviewSheetDetail> {
  const sheet = await sheetOf(context, id);
  const { title, requirement, dueOn, status, id: reviewId } = await reviewOf(context, sheet.reviewId);
  const entries = await context.db
    .selectFrom('workdeskReviewEntries')
    .selectAll()
    .where('sheetId', '=', id)
    .orderBy(sql`answer = 'added'`)
    .orderBy('name')
    .orderBy('id')
    .execute();
  return {
    sheet,
    review: { id: reviewId, title, requirement, dueOn, status },
    entries: entries.map((entry) => ({ ...entry, differences: changesOf(entry) })),
    steps: status === 'running' ? stepsOf(context, sheet) : [],
  };
}

export function changesOf({ before, after, answer }: ReviewEntryRow) {
  return answer === 'corrected' || answer === 'added' ? differencesOf(before ?? {}, after ?? {}) : [];
}

/** The unit answers, its leader signs (and may still correct), the office accepts or returns. */
export function stepsOf(context: Here, { status }: Pick<ReviewSheetSummary, 'status'>): ReviewSheetDetail['steps'] {
  const [unit, leader, office] = ['workdesk.unit', 'workdesk.lead', 'workdesk.issue'].map((each) => context.can(each));
  const open = status === 'waiting' || status === 'returned';
  return [
    ...(unit && open ? (['confirm-all', 'submit'] as const) : []),
    ...(leader && status === 'submitted' ? (['sign'] as const) : []),
    ...(office && status === 'signed' ? (['accept'] as const) : []),
    ...(office && (status === 'signed' || status === 'submitted') ? (['return'] as const) : []),
    ...((unit && open) || (leader && status === 'submitted') ? (['answer'] as const) : []),
  ];
}

export async function reviewDetail(context: Here, id: string): Promise<ReviewDetail> {
  const review = await reviewOf(context, id);
  const { rows: sheets } = await sql<{ units: number; signed: number; accepted: number }>`SELECT count(*)::int AS units,
      count(*) FILTER (WHERE status IN ('signed', 'accepted'))::int AS signed, count(*) FILTER (WHERE status = 'accepted')::int AS accepted
    FROM workdesk_review_sheets WHERE review_id = ${id}::uuid`.execute(context.db);
  const { rows: answers } = await sql<{
    answer: ReviewEntryRow['answer'];
    count: number;
  }>`SELECT e.answer, count(*)::int AS count
    FROM workdesk_review_entries e JOIN workdesk_review_sheets s ON s.id = e.sheet_id WHERE s.review_id = ${id}::uuid GROUP BY e.answer`.execute(
    context.db,
  );
  const corrected = (
    await sql<ReviewEntryRow>`SELECT e.* FROM workdesk_review_entries e JOIN workdesk_review_sheets s ON s.id = e.sheet_id
      WHERE s.review_id = ${id}::uuid AND e.answer = 'corrected' ORDER BY e.id LIMIT 20000`.execute(context.db)
  ).rows;
  const fields = new Map<string, number>();
  for (const entry of corrected)
    for (const { field } of changesOf(entry)) fields.set(field, (fields.get(field) ?? 0) + 1);
  const of = (answer: ReviewEntryRow['answer']) => answers.find((each) => each.answer === answer)?.count ?? 0;
  return {
    review,
    statistics: {
      ...(sheets[0] ?? { units: 0, signed: 0, accepted: 0 }),
      entries: answers.reduce((sum, { count }) => sum + count, 0),
      waiting: of('waiting'),
      confirmed: of('confirmed'),
      corrected: of('corrected'),
      added: of('added'),
      retired: of('retired'),
      fields: [...fields]
        .map(([field, count]) => ({ field, count }))
        .sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1)),
    },
    mayManage: context.can('workdesk.issue'),
  };
}
