/**
 * Handlers of the annual review.
 * @module
 */
import { type Asset, Failure, handlers } from '@hedun/sdk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { SystemDetails } from '../../register-shapes.ts';
import type {
  ReviewEntryRow,
  ReviewRow,
  ReviewSheetRow,
  ReviewSheetSummary,
  ReviewSummary,
} from '../../review-shapes.ts';
import { type Here, instant, json, today } from '../here.ts';
import { listing } from '../listing.ts';
import { detailsOf, systemKind } from '../registers/record.ts';
import { refreshSystems } from '../registers/refresh.ts';
import { writeEntry } from './accept.ts';
import { reviewDocument } from './document.ts';
import { entryOf, reviewDetail, reviewOf, sheetDetail, sheetRows } from './sheets.ts';

type Step = Awaited<ReturnType<typeof sheetDetail>>['steps'][number];
async function standing(context: Here, sheetId: string, step: Step): Promise<ReviewSheetSummary> {
  await context.db.selectFrom('workdeskReviewSheets').select('id').where('id', '=', sheetId).forUpdate().execute();
  const { sheet, steps } = await sheetDetail(context, sheetId);
  if (!steps.includes(step))
    throw new Failure('workdesk.review_step', {
      where: 'id',
      expected: steps.join(', ') || 'none',
      got: `${step} (${sheet.status})`,
    });
  return sheet;
}
async function setSheet({ db }: Here, id: string, values: Partial<ReviewSheetRow>): Promise<void> {
  await db.updateTable('workdeskReviewSheets').set(values).where('id', '=', id).execute();
}
async function answer(
  context: Here,
  entry: ReviewEntryRow,
  values: Pick<ReviewEntryRow, 'answer' | 'note'> & { readonly after?: SystemDetails | null },
) {
  await standing(context, entry.sheetId, 'answer');
  const taken = values.answer === 'waiting';
  if (taken && entry.assetId === null)
    await context.db.deleteFrom('workdeskReviewEntries').where('id', '=', entry.id).execute();
  else
    await context.db
      .updateTable('workdeskReviewEntries')
      .set({
        answer: values.answer,
        note: values.note,
        after: values.after ? json(values.after) : null,
        answeredBy: taken ? null : context.actor.name,
        answeredAt: taken ? null : instant(context),
      })
      .where('id', '=', entry.id)
      .execute();
  return await sheetDetail(context, entry.sheetId);
}
async function tell(
  context: Here,
  sheet: ReviewSheetSummary,
  permission: 'workdesk.unit' | 'workdesk.lead' | 'workdesk.issue',
  title: { readonly 'zh-CN': string; readonly en: string },
  body: string,
) {
  const { title: review } = await reviewOf(context, sheet.reviewId);
  await context.notify({
    to: { organisationId: sheet.organisationId, permission },
    title,
    body: { 'zh-CN': body || review, en: body || review },
    values: { review, unit: sheet.unitName },
    link: `/workdesk/reviews?sheet=${sheet.id}`,
  });
}

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

export const reviewHandlers = handlers<Workdesk>()({
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
  listReviewSheets: (input, context) =>
    listing<ReviewSheetSummary>(
      context,
      {
        from: sheetRows(today(context)),
        fields: workdesk.operations.listReviewSheets.list,
        columns: { organisation: sql`r.organisation_id` },
        words: [sql`r.unit_name`, sql`r.review_title`],
        sort: 'unitName',
      },
      input,
    ),
  getReviewSheet: ({ id }, context) => sheetDetail(context, id),
  answerEntry: async ({ id, answer: given, note }, context) =>
    await answer(context, await entryOf(context, id), { answer: given, note }),
  correctEntry: async ({ id, note, ...details }, context) => {
    const entry = await entryOf(context, id);
    const added = entry.assetId === null;
    return await answer(context, entry, { answer: added ? 'added' : 'corrected', note, after: details });
  },
  addEntry: async ({ id, note, ...details }, context) => {
    const sheet = await standing(context, id, 'answer');
    await context.db
      .insertInto('workdeskReviewEntries')
      .values({
        id: context.newId(),
        organisationId: sheet.organisationId,
        sheetId: id,
        assetId: null,
        name: details.name,
        before: null,
        after: json(details),
        answer: 'added',
        note,
        answeredBy: context.actor.name,
        answeredAt: instant(context),
      })
      .execute();
    return await sheetDetail(context, id);
  },
  confirmRest: async ({ id }, context) => {
    await standing(context, id, 'confirm-all');
    await context.db
      .updateTable('workdeskReviewEntries')
      .set({ answer: 'confirmed', answeredBy: context.actor.name, answeredAt: instant(context) })
      .where('sheetId', '=', id)
      .where('answer', '=', 'waiting')
      .execute();
    return await sheetDetail(context, id);
  },
  submitReviewSheet: async ({ id }, context) => {
    const sheet = await standing(context, id, 'submit');
    const open = await context.db
      .selectFrom('workdeskReviewEntries')
      .select('name')
      .where('sheetId', '=', id)
      .where('answer', '=', 'waiting')
      .limit(20)
      .execute();
    if (open.length > 0)
      throw new Failure('workdesk.review_unanswered', {
        where: 'entries',
        got: open.map(({ name }) => name).join('、'),
        values: { count: sheet.entries - sheet.answered },
      });
    await setSheet(context, id, {
      status: 'submitted',
      submittedBy: context.actor.name,
      submittedAt: instant(context),
    });
    await tell(context, sheet, 'workdesk.lead', { 'zh-CN': '请签字：{review}', en: 'Please sign: {review}' }, '');
    return await sheetDetail(context, id);
  },
  signReviewSheet: async ({ id, note }, context) => {
    const sheet = await standing(context, id, 'sign');
    await setSheet(context, id, {
      status: 'signed',
      signedBy: context.actor.name,
      signedAt: instant(context),
      opinion: note,
    });
    await tell(
      context,
      sheet,
      'workdesk.issue',
      { 'zh-CN': '{unit}已签字：{review}', en: '{unit} signed: {review}' },
      note,
    );
    return await sheetDetail(context, id);
  },
  acceptReviewSheet: async ({ id, note }, context) => {
    const sheet = await standing(context, id, 'accept');
    const entries = await context.db
      .selectFrom('workdeskReviewEntries')
      .selectAll()
      .where('sheetId', '=', id)
      .execute();
    const assets: string[] = [];
    for (const entry of entries) {
      const assetId = await writeEntry(context, entry);
      if (!assetId) continue;
      assets.push(assetId);
      if (entry.assetId === null)
        await context.db.updateTable('workdeskReviewEntries').set({ assetId }).where('id', '=', entry.id).execute();
    }
    await setSheet(context, id, {
      status: 'accepted',
      acceptedBy: context.actor.name,
      acceptedAt: instant(context),
      opinion: note || sheet.opinion,
    });
    await refreshSystems(context, assets);
    context.audit({ unit: sheet.unitName, changed: sheet.changed });
    await tell(
      context,
      sheet,
      'workdesk.unit',
      { 'zh-CN': '年度审查已通过：{review}', en: 'Review accepted: {review}' },
      note,
    );
    return await sheetDetail(context, id);
  },
  returnReviewSheet: async ({ id, reason }, context) => {
    const sheet = await standing(context, id, 'return');
    await setSheet(context, id, {
      status: 'returned',
      opinion: reason,
      returns: sheet.returns + 1,
      signedBy: null,
      signedAt: null,
    });
    await tell(
      context,
      sheet,
      'workdesk.unit',
      { 'zh-CN': '年度审查被退回：{review}', en: 'Review returned: {review}' },
      reason,
    );
    return await sheetDetail(context, id);
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
