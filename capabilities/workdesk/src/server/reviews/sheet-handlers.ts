/**
 * Handlers of the sheets of an annual review: answered, corrected, submitted, signed, accepted, returned.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { SystemDetails } from '../../register-shapes.ts';
import type { ReviewEntryRow, ReviewSheetRow, ReviewSheetSummary } from '../../review-shapes.ts';
import { type Here, instant, json, today } from '../here.ts';
import { refreshSystems } from '../registers/refresh.ts';
import { writeEntry } from './accept.ts';
import { entryOf, reviewOf, sheetDetail, sheetRows } from './sheets.ts';

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

export const reviewSheetHandlers = handlers<Workdesk>()({
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
});
