/**
 * The steps of a notice, each by the one whose step it is: sign, report, ask for time, return, re-check, verify, archive.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { extendDeadline } from '@hedun/workdesk';
import type { Workdesk } from '../capability.ts';
import type { Extension, NoticeRow } from '../shapes.ts';
import { calendar, type Here, instant, json } from './here.ts';
import { startImport } from './imports.ts';
import { findingsOf, noticeOf, summaryById } from './notices.ts';

type Status = Awaited<ReturnType<Here['cases']['get']>>['status'];

async function standing(context: Here, id: string, expected: readonly Status[]): Promise<NoticeRow> {
  const notice = await noticeOf(context, id, true);
  const { status, number } = await context.cases.get(id);
  if (!expected.includes(status))
    throw new Failure('workdesk.step_refused', { where: number, expected: expected.join(', '), got: status });
  return notice;
}
async function set(context: Here, id: string, values: Record<string, unknown>): Promise<void> {
  await context.db
    .updateTable('workdeskNotices')
    .set(values as never)
    .where('id', '=', id)
    .execute();
}
async function tell(
  context: Here,
  notice: NoticeRow,
  permission: 'workdesk.unit' | 'workdesk.issue',
  title: { readonly 'zh-CN': string; readonly en: string },
  body: string,
): Promise<void> {
  const { number } = await context.cases.get(notice.id);
  await context.notify({
    to: { organisationId: notice.organisationId, permission },
    title,
    body: { 'zh-CN': body, en: body },
    values: { number, unit: notice.unitName },
    link: `/workdesk/notices?id=${notice.id}`,
  });
}

export const loopHandlers = handlers<Workdesk>()({
  signNotice: async ({ id, note }, context) => {
    const notice = await standing(context, id, ['issued']);
    await context.cases.move(id, 'acknowledged', note);
    await context.cases.move(id, 'remediating');
    await set(context, id, { signedAt: instant(context), signedBy: context.actor.name });
    await tell(
      context,
      notice,
      'workdesk.issue',
      { 'zh-CN': '{unit}已签收 {number}', en: '{unit} signed for {number}' },
      context.actor.name,
    );
    return await summaryById(context, id);
  },
  submitFix: async ({ id, note, evidenceIds }, context) => {
    const notice = await standing(context, id, ['acknowledged', 'remediating', 'returned']);
    const { status } = await context.cases.get(id);
    if (status === 'acknowledged') await context.cases.move(id, 'remediating');
    await context.cases.move(id, 'submitted', note, evidenceIds);
    await set(context, id, { submittedAt: instant(context), measures: note });
    await tell(
      context,
      notice,
      'workdesk.issue',
      { 'zh-CN': '{unit}反馈了 {number} 的整改情况', en: '{unit} reported its fix of {number}' },
      note,
    );
    return await summaryById(context, id);
  },
  requestExtension: async ({ id, workdays, reason }, context) => {
    const notice = await standing(context, id, ['acknowledged', 'remediating', 'returned']);
    if (notice.extensions.at(-1)?.decision === 'waiting')
      throw new Failure('workdesk.extension_waiting', { where: id });
    const request: Extension = {
      workdays,
      reason,
      requestedBy: context.actor.name,
      requestedAt: instant(context),
      decision: 'waiting',
      decidedBy: null,
      decidedAt: null,
      note: '',
    };
    await set(context, id, { extensions: json([...notice.extensions, request]) });
    await context.cases.comment(
      id,
      context.locale === 'en'
        ? `Asks for ${workdays} more working days: ${reason}`
        : `申请延期 ${workdays} 个工作日：${reason}`,
    );
    await tell(
      context,
      notice,
      'workdesk.issue',
      { 'zh-CN': '{unit}申请延期：{number}', en: '{unit} asks for more time: {number}' },
      reason,
    );
    return await summaryById(context, id);
  },
  decideExtension: async ({ id, approve, note }, context) => {
    const notice = await standing(context, id, ['acknowledged', 'remediating', 'returned']);
    const request = notice.extensions.at(-1);
    if (request?.decision !== 'waiting')
      throw new Failure('workdesk.step_refused', { where: id, expected: 'a waiting request', got: 'none' });
    const decided: Extension = {
      ...request,
      decision: approve ? 'approved' : 'declined',
      decidedBy: context.actor.name,
      decidedAt: instant(context),
      note,
    };
    const extensions = json([...notice.extensions.slice(0, -1), decided]);
    if (approve) {
      const { startedOn, workdays, dueOn, provisional } = notice;
      const next = extendDeadline(calendar, { startedOn, workdays, dueOn, dueAt: '', provisional }, request.workdays);
      await context.cases.setDeadline(id, new Date(next.dueAt), note || request.reason);
      await set(context, id, { extensions, dueOn: next.dueOn, workdays: next.workdays, provisional: next.provisional });
    } else {
      await set(context, id, { extensions });
      await context.cases.comment(id, context.locale === 'en' ? `Extension declined: ${note}` : `不同意延期：${note}`);
    }
    await tell(
      context,
      notice,
      'workdesk.unit',
      approve
        ? { 'zh-CN': '延期申请已同意：{number}', en: 'More time granted: {number}' }
        : { 'zh-CN': '延期申请未同意：{number}', en: 'More time declined: {number}' },
      note,
    );
    return await summaryById(context, id);
  },
  returnNotice: async ({ id, reason }, context) => {
    const notice = await standing(context, id, ['submitted']);
    await context.cases.move(id, 'returned', reason);
    await set(context, id, { returns: notice.returns + 1 });
    await tell(
      context,
      notice,
      'workdesk.unit',
      { 'zh-CN': '整改反馈被退回：{number}', en: 'Your fix was returned: {number}' },
      reason,
    );
    return await summaryById(context, id);
  },
  recheckNotice: async ({ id, evidenceId, coversAll }, context) => {
    const notice = await standing(context, id, ['remediating', 'submitted', 'returned']);
    const evidence = await context.files.get(evidenceId);
    const same = await context.db
      .selectFrom('workdeskImports')
      .select('id')
      .where('sha256', '=', evidence.sha256)
      .where('status', '<>', 'broken')
      .executeTakeFirst();
    if (same)
      throw new Failure('workdesk.same_scan', { where: 'evidenceId', expected: 'a new scan', got: evidence.name });
    return await startImport(context, evidence, {
      partial: false,
      minimumSeverity: 'info',
      assetId: null,
      noticeId: id,
      // The empty target stands for findings in code and components.
      covered: coversAll ? [...notice.targets, ''] : [],
    });
  },
  verifyNotice: async ({ id, note }, context) => {
    const notice = await standing(context, id, ['submitted']);
    const findings = await findingsOf(context, notice);
    const still = findings.filter(({ verdict }) => verdict === 'still-there').length;
    if (still > 0) throw new Failure('workdesk.still_there', { where: id, values: { count: still } });
    const unproven = findings.filter(({ verdict }) => verdict !== 'gone').length;
    if (unproven > 0 && note.trim() === '')
      throw new Failure('workdesk.proof_missing', { where: 'note', values: { count: unproven } });
    await context.cases.move(id, 'verified', note);
    await set(context, id, { verifiedAt: instant(context), opinion: note || null });
    await tell(context, notice, 'workdesk.unit', { 'zh-CN': '复核通过：{number}', en: 'Verified: {number}' }, note);
    return await summaryById(context, id);
  },
  archiveNotice: async ({ id, note }, context) => {
    const notice = await standing(context, id, ['verified']);
    const { number } = await context.cases.move(id, 'archived', note);
    await set(context, id, { archivedAt: instant(context) });
    await context.events.publish('workdesk.notice.archived', id, { id, organisationId: notice.organisationId, number });
    return await summaryById(context, id);
  },
});
