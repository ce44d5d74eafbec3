/** @module Rules [L1] to [L12]: the rectification loop on a whole kernel. */
import { addWorkdays, calendarCN, openCalendar } from '@hedun/workdays';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MonthFigures } from '../src/figure-shapes.ts';
import { noticeDocument } from '../src/server/documents.ts';
import type { ImportRow, NoticeDetail, NoticeSummary } from '../src/shapes.ts';
import { nuclei, openStage, type Stage, type Who } from './stage.ts';

const calendar = openCalendar(calendarCN);
const dayMs = 86_400_000;
let stage: Stage;
let first: NoticeSummary;
let second: NoticeSummary;
beforeAll(async () => {
  stage = await openStage();
  await stage.asset(stage.computing, '教务系统', ['jw.example.edu.cn'], 3);
  await stage.asset(stage.history, '档案馆', ['archive.example.edu.cn']);
  await bring('一.jsonl', [
    nuclei('jw.example.edu.cn', 'CVE-2024-0001', 'critical'),
    nuclei('jw.example.edu.cn', 'CVE-2024-0002', 'medium'),
    nuclei('jw.example.edu.cn', 'banner', 'info'),
    nuclei('archive.example.edu.cn', 'CVE-2024-0003', 'medium'),
  ]);
});
afterAll(() => stage.kernel.close());

async function bring(name: string, lines: readonly string[], noticeId?: string): Promise<ImportRow> {
  const evidenceId = await stage.upload(name, lines.join('\n'));
  const row = noticeId
    ? await stage.run<ImportRow>('recheckNotice', { id: noticeId, evidenceId })
    : (await stage.run<{ import: ImportRow }>('importScan', { evidenceId })).import;
  await stage.kernel.core.jobs.drain();
  return await stage.run<ImportRow>('getImport', { id: row.id });
}
const detail = (id: string, who?: Who) => stage.run<NoticeDetail>('getNotice', { id }, who);
const evidence = (name = '截图.png') => stage.upload(name, `proof ${name}`, stage.computing, stage.contact);
const notices = async (who: Who) =>
  await stage.run<{ items: { title: { 'zh-CN': string } }[] }>('kernel.listNotices', {}, who);
const titles = async (who: Who) =>
  (await notices(who)).items.map(({ title }) => (typeof title === 'string' ? title : title['zh-CN']));

describe('the loop', () => {
  test('[L1] one notice for each unit, numbered without gaps, due in working days by the worst severity', async () => {
    const attachment = await stage.upload('整改指南.txt', '先打补丁');
    const answer = await stage.run<{ notices: NoticeSummary[] }>('issueNotices', {
      organisationIds: [stage.computing, stage.history],
      attachmentIds: [attachment],
    });
    expect(answer.notices.map(({ number }) => number)).toEqual(['网安通报〔2026〕1号', '网安通报〔2026〕2号']);
    [first, second] = answer.notices as [NoticeSummary, NoticeSummary];
    expect(first).toMatchObject({
      organisationId: stage.computing,
      status: 'issued',
      severity: 'critical',
      findingCount: 2,
    });
    expect(first.dueOn).toBe(addWorkdays(calendar, '2026-11-24', 3).day);
    expect(second.dueOn).toBe(addWorkdays(calendar, '2026-11-24', 10).day);
    await expect(stage.run('issueNotices', { organisationIds: [stage.computing] })).rejects.toThrow(
      'workdesk.nothing_to_tell',
    );
    expect(await titles(stage.contact)).toEqual(['收到通报：网安通报〔2026〕1号']);
  });
  test('[L2] a unit sees its own notice with attachments, never that of another', async () => {
    const own = await detail(first.id, stage.contact);
    expect(own.attachments.map(({ name }) => name)).toEqual(['整改指南.txt']);
    expect(own.steps).toEqual(['sign']);
    expect(own.findings.map(({ title, priority }) => [title.slice(0, 13), priority])).toEqual([
      ['CVE-2024-0001', 1],
      ['CVE-2024-0002', 2],
    ]);
    await expect(detail(second.id, stage.contact)).rejects.toThrow('workdesk.unknown');
    const { items, total } = await stage.run<{ items: NoticeSummary[]; total: number }>(
      'listNotices',
      {},
      stage.contact,
    );
    expect([items.map(({ id }) => id), total]).toEqual([[first.id], 1]);
    await expect(stage.run('signNotice', { id: first.id }, stage.other)).rejects.toThrow('workdesk.unknown');
    await expect(stage.run('signNotice', { id: first.id }, stage.auditor)).rejects.toThrow('access.denied');
    await expect(stage.run('verifyNotice', { id: first.id }, stage.contact)).rejects.toThrow('access.denied');
  });
  test('[L3] every step waits for the one before', async () => {
    await expect(
      stage.run('submitFix', { id: first.id, note: '已升级', evidenceIds: [await evidence()] }, stage.contact),
    ).rejects.toThrow('workdesk.step_refused');
    const signed = await stage.run<NoticeSummary>('signNotice', { id: first.id }, stage.contact);
    expect(signed.status).toBe('remediating');
    expect((await detail(first.id)).notice).toMatchObject({ signedBy: 'contact' });
    await expect(stage.run('archiveNotice', { id: first.id })).rejects.toThrow('workdesk.step_refused');
    await expect(
      stage.run('submitFix', { id: first.id, note: '已升级', evidenceIds: [] }, stage.contact),
    ).rejects.toThrow('evidenceIds');
  });
  test('[L4] more time is asked for with a reason and counted from the day that was due', async () => {
    await stage.run('requestExtension', { id: first.id, workdays: 2, reason: '供应商补丁未发布' }, stage.contact);
    await expect(
      stage.run('requestExtension', { id: first.id, workdays: 2, reason: '再要' }, stage.contact),
    ).rejects.toThrow('workdesk.extension_waiting');
    expect((await detail(first.id)).steps).toContain('decide');
    const granted = await stage.run<NoticeSummary>('decideExtension', { id: first.id, approve: true, note: '同意' });
    expect(granted.dueOn).toBe(addWorkdays(calendar, first.dueOn, 2).day);
    await stage.run('requestExtension', { id: first.id, workdays: 5, reason: '还不够' }, stage.contact);
    const declined = await stage.run<NoticeSummary>('decideExtension', {
      id: first.id,
      approve: false,
      note: '不再延期',
    });
    expect(declined.dueOn).toBe(granted.dueOn);
    first = granted;
  });
  test('[L5] a fix is submitted with evidence; verifying without a re-check needs a written reason', async () => {
    stage.kernel.clock.advance(3_600_000);
    const submitted = await stage.run<NoticeSummary>(
      'submitFix',
      { id: first.id, note: '全部升级', evidenceIds: [await evidence()] },
      stage.contact,
    );
    expect(submitted.status).toBe('submitted');
    expect((await detail(first.id)).findings.map(({ status }) => status)).toEqual(['fixed', 'fixed']);
    expect((await detail(first.id)).waiting).toEqual(['workdesk.proof_missing']);
    await expect(stage.run('verifyNotice', { id: first.id })).rejects.toThrow('workdesk.proof_missing');
  });
  test('[L6] a re-check that still sees a weakness opens it again, and the notice cannot be verified', async () => {
    stage.kernel.clock.advance(3_600_000);
    const row = await bring(
      '复测一.jsonl',
      [nuclei('jw.example.edu.cn', 'CVE-2024-0002', 'medium', { round: 2 })],
      first.id,
    );
    expect(row).toMatchObject({ status: 'done', reopened: 1 });
    const { findings, waiting } = await detail(first.id);
    expect(findings.map(({ verdict, status, recurrences }) => [verdict, status, recurrences])).toEqual(
      expect.arrayContaining([
        ['gone', 'fixed', 0],
        ['still-there', 'in_case', 1],
      ]),
    );
    expect(waiting).toEqual(['workdesk.still_there']);
    await expect(stage.run('verifyNotice', { id: first.id, note: '看过了' })).rejects.toThrow('workdesk.still_there');
  });
  test('[L7] an old scan proves nothing, and another tool or target proves nothing about this one', async () => {
    const again = await stage.upload(
      '复测一（副本）.jsonl',
      nuclei('jw.example.edu.cn', 'CVE-2024-0002', 'medium', { round: 2 }),
    );
    await expect(stage.run('recheckNotice', { id: first.id, evidenceId: again })).rejects.toThrow('workdesk.same_scan');
  });
  test('[L8] it is returned with a reason, fixed again, re-checked clean, verified and archived', async () => {
    const returned = await stage.run<NoticeSummary>('returnNotice', { id: first.id, reason: '仍有一项未修复' });
    expect(returned.status).toBe('returned');
    expect(await titles(stage.contact)).toContain('整改反馈被退回：网安通报〔2026〕1号');
    stage.kernel.clock.advance(3_600_000);
    await stage.run(
      'submitFix',
      { id: first.id, note: '再次升级', evidenceIds: [await evidence('二.png')] },
      stage.contact,
    );
    await bring('复测二.jsonl', [nuclei('jw.example.edu.cn', 'banner', 'info', { round: 3 })], first.id);
    expect((await detail(first.id)).waiting).toEqual([]);
    expect((await stage.run<NoticeSummary>('verifyNotice', { id: first.id })).status).toBe('verified');
    expect((await stage.run<NoticeSummary>('archiveNotice', { id: first.id })).status).toBe('archived');
    const { findings, notice } = await detail(first.id, stage.contact);
    expect(findings.map(({ status }) => status)).toEqual(['verified', 'verified']);
    expect(notice).toMatchObject({ returns: 1, measures: '再次升级' });
  });
  test('[L9] what comes back after the archive is open again with its history and goes into a new notice', async () => {
    stage.kernel.clock.advance(dayMs);
    const row = await bring('三.jsonl', [nuclei('jw.example.edu.cn', 'CVE-2024-0001', 'critical', { round: 4 })]);
    expect(row).toMatchObject({ reopened: 1, raised: 0 });
    const { notices: fresh } = await stage.run<{ notices: NoticeSummary[] }>('issueNotices', {
      organisationIds: [stage.computing],
    });
    expect(fresh[0]).toMatchObject({ number: '网安通报〔2026〕3号', findingCount: 1 });
    const [finding] = (await detail(fresh[0]?.id ?? '')).findings;
    expect(finding).toMatchObject({ recurrences: 1, verdict: null });
  });
  test('[L10] notice and receipt as DOCX and PDF; a reader only makes none', async () => {
    for (const document of ['notice', 'receipt'])
      for (const format of ['docx', 'pdf']) {
        const file = await stage.run<{ size: number; name: string }>(
          'writeNotice',
          { id: first.id, document, format },
          stage.contact,
        );
        expect(file.size).toBeGreaterThan(4000);
        expect(file.name).toContain('网安通报〔2026〕1号');
      }
    await expect(stage.run('writeNotice', { id: first.id }, stage.auditor)).rejects.toThrow('access.denied');
    const { notice, findings } = await detail(first.id);
    const { blocks } = noticeDocument(notice, { number: first.number, title: first.title }, findings, 'zh-CN', [
      '整改指南.docx',
      '端口清单.xlsx',
    ]);
    const texts = blocks.flatMap((block) => ('text' in block ? [block.text] : []));
    expect(texts).toContain('附件：1. 整改指南');
    expect(texts).toContain('　　　2. 端口清单');
    expect(texts.find((text) => text.startsWith('整改期限'))).toContain(`${notice.workdays} 个工作日`);
  });
  test('[L11] the morning round reminds, then tells the leader, then the office; each once a day', async () => {
    const before = (await titles(stage.leader)).length;
    // Monday after the deadline of the second notice has run out for the first unit's third notice.
    stage.kernel.clock.advance(9 * dayMs);
    const job = async () => {
      await stage.run('remindNotices', {}, stage.office);
      await stage.kernel.core.jobs.drain();
    };
    await job();
    await job();
    const told = (await titles(stage.leader)).slice(0, -before || undefined);
    expect(told.filter((title) => title === '整改已逾期：网安通报〔2026〕3号')).toHaveLength(1);
    const { items } = await stage.run<{ items: NoticeSummary[] }>('listNotices', { filter: 'overdue:true' });
    expect(items.map(({ number, escalation }) => [number, escalation])).toEqual([['网安通报〔2026〕3号', 2]]);
    expect(await titles(stage.other)).toContain('请签收通报：网安通报〔2026〕2号');
    expect(await titles(stage.other)).not.toContain('整改已逾期：网安通报〔2026〕3号');
  });
  test('[L12] the figures of a month are what the database holds, and a unit gets only its own', async () => {
    await stage.kernel.core.events.settle();
    stage.kernel.clock.advance(10_000);
    await stage.kernel.core.jobs.drain();
    const figures = await stage.run<MonthFigures>('monthFigures', { month: '2026-11' });
    expect(figures.stale).toBe(0);
    const counted = await stage.kernel.core.store.system(
      async (db) =>
        (
          await sql<{ found: number; verified: number; issued: number; archived: number }>`SELECT
            (SELECT count(*)::int FROM findings WHERE first_seen_at >= '2026-11-01T00:00:00+08:00' AND first_seen_at < '2026-12-01T00:00:00+08:00') AS found,
            (SELECT count(*)::int FROM findings WHERE verified_at IS NOT NULL) AS verified,
            (SELECT count(*)::int FROM cases WHERE kind = 'notice') AS issued,
            (SELECT count(*)::int FROM cases WHERE status = 'archived') AS archived`.execute(db)
        ).rows[0],
    );
    expect(figures).toMatchObject(counted ?? {});
    expect(figures.units.reduce((sum, { found }) => sum + found, 0)).toBe(figures.found);
    expect(figures.severities.reduce((sum, { openAtEnd }) => sum + openAtEnd, 0)).toBe(figures.openAtEnd);
    const own = await stage.run<MonthFigures>('monthFigures', { month: '2026-11' }, stage.contact);
    expect(own.units.map(({ organisationId }) => organisationId)).toEqual([stage.computing]);
    for (const format of ['pdf', 'docx', 'xlsx']) {
      const file = await stage.run<{ size: number }>('writeMonthlyReport', {
        month: '2026-11',
        organisationId: stage.root,
        format,
      });
      expect(file.size).toBeGreaterThan(3000);
    }
    await expect(
      stage.run('writeMonthlyReport', { month: '2026-11', organisationId: stage.root }, stage.contact),
    ).rejects.toThrow('access.out_of_scope');
  });
});
