/**
 * Handlers of the campaigns of the annual review: drafted, started with a sheet for each unit, counted, closed, reported.
 * @module
 */
import { type Asset, Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { ReviewRow, ReviewSheetSummary, ReviewSummary } from '../../review-shapes.ts';
import { type Here, instant, json, today } from '../here.ts';
import { detailsOf, systemKind } from '../registers/record.ts';
import { reviewDocument } from './document.ts';
import { reviewDetail, reviewOf, sheetRows } from './sheets.ts';

/** The systems of each unit that take part, as they stand now. */
async function systemsBy(context: Here, wanted: readonly string[]): Promise<ReadonlyMap<string, readonly Asset[]>> {
  let query = context.db
    .selectFrom('assets')
    .selectAll()
    .where('kind', '=', systemKind)
    .where('status', '<>', 'retired');
  if (wanted.length > 0) query = query.where('organisationId', '=', sql<string>`ANY (${[...wanted]}::uuid[])`);
  return Map.groupBy((await query.orderBy('name').execute()) as Asset[], ({ organisationId }) => organisationId);
}

export const campaignHandlers = handlers<Workdesk>()({
  listReviews: (input, context) =>
    listing<ReviewSummary>(
      context,
      {
        from: sql`SELECT v.id, v.title, v.due_on, v.status, v.started_at, v.closed_at, v.updated_at,
            (SELECT count(*)::int FROM workdesk_review_sheets s WHERE s.review_id = v.id) AS units,
            (SELECT count(*)::int FROM workdesk_review_sheets s WHERE s.review_id = v.id AND s.status = 'accepted') AS accepted
          FROM workdesk_reviews v WHERE ${context.can('workdesk.read') ? sql`true` : sql`v.status <> 'draft'`}`,
        fields: workdesk.operations.listReviews.list,
        words: [sql`r.title`],
        sort: '-dueOn',
      },
      input,
    ),
  getReview: ({ id }, context) => reviewDetail(context, id),
  saveReview: async ({ id, ...given }, context) => {
    const before = id ? await reviewOf(context, id) : null;
    if (before && before.status !== 'draft')
      throw new Failure('workdesk.review_step', { where: 'id', expected: 'draft', got: before.status });
    if (given.dueOn <= today(context))
      throw new Failure('input.invalid', { where: 'dueOn', expected: `> ${today(context)}`, got: given.dueOn });
    context.organisations.requireScope(given.organisationIds);
    const row: ReviewRow = {
      id: before?.id ?? context.newId(),
      ...given,
      status: 'draft',
      startedAt: null,
      closedAt: null,
      updatedAt: instant(context),
    };
    const { id: own, ...changes } = row;
    await context.db
      .insertInto('workdeskReviews')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
      .execute();
    return { ...row, id: own };
  },
  startReview: async ({ id }, context) => {
    const review = await reviewOf(context, id);
    if (review.status !== 'draft')
      throw new Failure('workdesk.review_step', { where: 'id', expected: 'draft', got: review.status });
    const systems = await systemsBy(context, review.organisationIds);
    // A unit that was named takes part even without an entry: it may have something to add.
    const units = review.organisationIds.length > 0 ? review.organisationIds : [...systems.keys()];
    if (units.length === 0) throw new Failure('workdesk.review_empty', { where: 'organisationIds' });
    const names = new Map((await context.organisations.list()).map((each) => [each.id, each.name]));
    for (const organisationId of units) {
      const sheetId = context.newId();
      await context.db
        .insertInto('workdeskReviewSheets')
        .values({
          id: sheetId,
          organisationId,
          reviewId: id,
          unitName: names.get(organisationId) ?? '',
          status: 'waiting',
          submittedBy: null,
          submittedAt: null,
          signedBy: null,
          signedAt: null,
          acceptedBy: null,
          acceptedAt: null,
          opinion: '',
          returns: 0,
          toldOn: null,
        })
        .execute();
      const entries = (systems.get(organisationId) ?? []).map((asset) => ({
        id: context.newId(),
        organisationId,
        sheetId,
        assetId: asset.id,
        name: asset.name,
        before: json(detailsOf(asset)),
        after: null,
        answer: 'waiting' as const,
        note: '',
        answeredBy: null,
        answeredAt: null,
      }));
      if (entries.length > 0) await context.db.insertInto('workdeskReviewEntries').values(entries).execute();
      await context.notify({
        to: { organisationId, permission: 'workdesk.unit' },
        title: { 'zh-CN': '年度审查：{title}', en: 'Annual review: {title}' },
        body: {
          'zh-CN': '请在 {due} 前逐项核对本单位的 {count} 个信息系统，并由单位负责人签字。',
          en: 'Please check the {count} systems of your unit by {due} and have your leader sign.',
        },
        values: { title: review.title, due: review.dueOn, count: entries.length },
        link: `/workdesk/reviews?sheet=${sheetId}`,
      });
    }
    const now = instant(context);
    await context.db
      .updateTable('workdeskReviews')
      .set({ status: 'running', startedAt: now, updatedAt: now })
      .where('id', '=', id)
      .execute();
    context.audit({ review: review.title, units: units.length });
    return await reviewDetail(context, id);
  },
  closeReview: async ({ id }, context) => {
    const review = await reviewOf(context, id);
    if (review.status !== 'running')
      throw new Failure('workdesk.review_step', { where: 'id', expected: 'running', got: review.status });
    const now = instant(context);
    await context.db
      .updateTable('workdeskReviews')
      .set({ status: 'closed', closedAt: now, updatedAt: now })
      .where('id', '=', id)
      .execute();
    return await reviewDetail(context, id);
  },
  writeReview: async ({ id, format }, context) => {
    const detail = await reviewDetail(context, id);
    const { rows } =
      await sql<ReviewSheetSummary>`SELECT * FROM (${sheetRows(today(context))}) r WHERE r.review_id = ${id}::uuid ORDER BY r.unit_name`.execute(
        context.db,
      );
    const home = context.actor.organisationId;
    const issuer = await context.organisations.get(home);
    const document = reviewDocument(detail, rows, { issuer: issuer.name, day: today(context), locale: context.locale });
    return await context.reports.make(document, format, home, document.title);
  },
});
