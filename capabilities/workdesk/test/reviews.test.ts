/** @module Rules [Y1] to [Y6]: the annual review on a whole kernel. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FilingDetail } from '../src/filing-shapes.ts';
import type { SystemDetail, SystemSummary } from '../src/register-shapes.ts';
import type { ReviewDetail, ReviewRow, ReviewSheetDetail, ReviewSheetSummary } from '../src/review-shapes.ts';
import { openStage, type Stage, type Who } from './stage.ts';

const dayMs = 86_400_000;
let stage: Stage;
let review = '';
const sheets: Record<string, string> = {};
const system = async (organisationId: string, name: string, more: Record<string, unknown> = {}) =>
  (await stage.run<SystemDetail>('saveSystem', { organisationId, name, technician: '王芳', ...more })).id;
const ids: Record<string, string> = {};
beforeAll(async () => {
  stage = await openStage();
  ids.jw = await system(stage.computing, '教务系统', { protectionLevel: 3 });
  ids.oj = await system(stage.computing, '在线评测');
  ids.old = await system(stage.computing, '旧选课系统');
  ids.gone = await system(stage.computing, '已停系统', { status: 'retired', retiredOn: '2024-01-01' });
  ids.archive = await system(stage.history, '数字档案馆');
});
afterAll(() => stage.kernel.close());

const sheetOf = (id: string, who?: Who) => stage.run<ReviewSheetDetail>('getReviewSheet', { id }, who);
const listSheets = async (who?: Who) =>
  (await stage.run<{ items: ReviewSheetSummary[] }>('listReviewSheets', { filter: `review:${review}` }, who)).items;
const entry = async (name: string) =>
  (await sheetOf(sheets.computing ?? '')).entries.find((each) => each.name === name)?.id ?? '';
const titles = async (who: Who) =>
  (await stage.run<{ items: { title: { 'zh-CN': string } | string }[] }>('kernel.listNotices', {}, who)).items.map(
    ({ title }) => (typeof title === 'string' ? title : title['zh-CN']),
  );

describe('the annual review', () => {
  test('[Y1] every unit with a system gets a sheet with all it runs; retired ones stay out; each is told', async () => {
    const empty = await stage.run<ReviewRow>('saveReview', {
      title: '空',
      dueOn: '2026-12-10',
      organisationIds: [stage.root],
    });
    expect(empty.status).toBe('draft');
    await expect(stage.run('saveReview', { title: '过期', dueOn: '2026-11-24' })).rejects.toThrow('dueOn');
    review = (await stage.run<ReviewRow>('saveReview', { title: '2026年度审查', dueOn: '2026-12-31' })).id;
    expect((await stage.run<{ items: unknown[] }>('listReviews', {}, stage.contact)).items).toEqual([]);
    const started = await stage.run<ReviewDetail>('startReview', { id: review });
    expect(started.statistics).toMatchObject({ units: 2, entries: 4, waiting: 4, signed: 0 });
    for (const each of await listSheets())
      sheets[each.organisationId === stage.computing ? 'computing' : 'history'] = each.id;
    const { entries } = await sheetOf(sheets.computing ?? '');
    expect(entries.map(({ name }) => name).sort()).toEqual(['在线评测', '教务系统', '旧选课系统'].sort());
    expect(await titles(stage.contact)).toContain('年度审查：2026年度审查');
    await expect(stage.run('startReview', { id: review })).rejects.toThrow('workdesk.review_step');
  });
  test('[Y2] a unit sees its own sheet only, and nobody answers for another', async () => {
    expect((await listSheets(stage.contact)).map(({ organisationId }) => organisationId)).toEqual([stage.computing]);
    await expect(sheetOf(sheets.history ?? '', stage.contact)).rejects.toThrow('workdesk.unknown');
    const own = await stage.run<ReviewDetail>('getReview', { id: review }, stage.contact);
    expect(own.statistics).toMatchObject({ units: 1, entries: 3 });
    await expect(
      stage.run('answerEntry', { id: await entry('教务系统'), answer: 'confirmed' }, stage.other),
    ).rejects.toThrow('workdesk.unknown');
    await expect(
      stage.run('answerEntry', { id: await entry('教务系统'), answer: 'confirmed' }, stage.auditor),
    ).rejects.toThrow('access.denied');
  });
  test('[Y5] what is filed before the review is filed as it is', async () => {
    for (const [name, id] of [
      ['教务系统', ids.jw],
      ['旧选课系统', ids.old],
    ] as const) {
      const { details } = await stage.run<SystemDetail>('getSystem', { id });
      const { filing } = await stage.run<FilingDetail>(
        'fileSystem',
        { ...details, organisationId: stage.computing, assetId: id, reason: `${name}备案` },
        stage.contact,
      );
      await stage.run('decideFiling', { id: filing.id, approve: true });
    }
    const { items } = await stage.run<{ items: SystemSummary[] }>('listSystems', { filter: 'filing:filed' });
    expect(items).toHaveLength(2);
  });
  test('[Y3] corrections stand field by field, and the register waits for the end', async () => {
    const before = (await sheetOf(sheets.computing ?? '')).entries.find(({ name }) => name === '教务系统')?.before;
    const corrected = await stage.run<ReviewSheetDetail>(
      'correctEntry',
      { id: await entry('教务系统'), ...before, technician: '刘洋', domains: ['jw.example.edu.cn'], note: '换人' },
      stage.contact,
    );
    expect(corrected.entries.find(({ name }) => name === '教务系统')).toMatchObject({
      answer: 'corrected',
      differences: [
        { field: 'domains', before: '', after: 'jw.example.edu.cn' },
        { field: 'technician', before: '王芳', after: '刘洋' },
      ],
    });
    await stage.run('answerEntry', { id: await entry('旧选课系统'), answer: 'retired', note: '已下线' }, stage.contact);
    const added = await stage.run<ReviewSheetDetail>(
      'addEntry',
      { id: sheets.computing, name: '科研平台' },
      stage.contact,
    );
    expect(added.sheet).toMatchObject({ entries: 4, answered: 3, changed: 3 });
    expect((await stage.run<SystemDetail>('getSystem', { id: ids.jw })).details.technician).toBe('王芳');
  });
  test('[Y4] nothing is submitted half checked; the leader signs, the office accepts or returns with a reason', async () => {
    await expect(stage.run('submitReviewSheet', { id: sheets.computing }, stage.contact)).rejects.toThrow(
      'workdesk.review_unanswered',
    );
    await stage.run('confirmRest', { id: sheets.computing }, stage.contact);
    await stage.run('submitReviewSheet', { id: sheets.computing }, stage.contact);
    await expect(
      stage.run('answerEntry', { id: await entry('教务系统'), answer: 'waiting' }, stage.contact),
    ).rejects.toThrow('workdesk.review_step');
    await expect(stage.run('signReviewSheet', { id: sheets.computing }, stage.contact)).rejects.toThrow(
      'access.denied',
    );
    await expect(stage.run('acceptReviewSheet', { id: sheets.computing })).rejects.toThrow('workdesk.review_step');
    expect(await titles(stage.leader)).toContain('请签字：2026年度审查');
    await stage.run('returnReviewSheet', { id: sheets.computing, reason: '域名不全' });
    expect(await titles(stage.contact)).toContain('年度审查被退回：2026年度审查');
    await stage.run('submitReviewSheet', { id: sheets.computing }, stage.contact);
    const signed = await stage.run<ReviewSheetDetail>(
      'signReviewSheet',
      { id: sheets.computing, note: '同意' },
      stage.leader,
    );
    expect(signed.sheet).toMatchObject({ status: 'signed', signedBy: 'leader', returns: 1 });
    expect(signed.steps).toEqual([]);
  });
  test('[Y5] accepting writes only what differs; what the office changed in between stays', async () => {
    await stage.run('kernel.updateAsset', { id: ids.jw, attributes: { technician: '王芳', leader: '李明' } });
    const accepted = await stage.run<ReviewSheetDetail>('acceptReviewSheet', { id: sheets.computing });
    expect(accepted.sheet.status).toBe('accepted');
    expect((await stage.run<SystemDetail>('getSystem', { id: ids.jw })).details).toMatchObject({
      technician: '刘洋',
      leader: '李明',
      domains: ['jw.example.edu.cn'],
      protectionLevel: 3,
    });
    expect((await stage.run<SystemDetail>('getSystem', { id: ids.old })).details).toMatchObject({
      status: 'retired',
      retiredOn: '2026-11-24',
    });
    const { items } = await stage.run<{ items: SystemSummary[] }>('listSystems', { filter: 'confirmedOn:2026-11-24' });
    expect(items.map(({ name }) => name).sort()).toEqual(['在线评测', '教务系统', '旧选课系统', '科研平台'].sort());
    // The office has approved what it accepted: nothing differs from the filing, and what is retired is no longer filed.
    const jw = await stage.run<SystemDetail>('getSystem', { id: ids.jw });
    expect(jw.differences.map(({ field }) => field)).toEqual(['leader']);
    expect((await stage.run<SystemDetail>('getSystem', { id: ids.old })).filing).toBe('retired');
    expect((await stage.run<SystemDetail>('getSystem', { id: ids.jw })).reviews).toMatchObject([
      { title: '2026年度审查', answer: 'corrected' },
    ]);
  });
  test('[Y6] who has not signed is reminded and then the leader; the statistics and the report count what happened', async () => {
    const round = async () => {
      await stage.run('refreshRegister', {});
      await stage.kernel.core.jobs.drain();
    };
    stage.kernel.clock.advance(10 * dayMs);
    await round();
    expect(await titles(stage.other)).toContain('请完成年度审查：2026年度审查');
    expect(await titles(stage.contact)).not.toContain('请完成年度审查：2026年度审查');
    stage.kernel.clock.advance(30 * dayMs);
    await round();
    expect(await titles(stage.other)).toContain('年度审查已逾期：2026年度审查');
    expect((await listSheets()).filter(({ overdue }) => overdue).map(({ organisationId }) => organisationId)).toEqual([
      stage.history,
    ]);
    const { statistics } = await stage.run<ReviewDetail>('getReview', { id: review });
    expect(statistics).toMatchObject({
      units: 2,
      signed: 1,
      accepted: 1,
      entries: 5,
      waiting: 1,
      confirmed: 1,
      corrected: 1,
      added: 1,
      retired: 1,
      fields: [
        { field: 'domains', count: 1 },
        { field: 'technician', count: 1 },
      ],
    });
    for (const format of ['pdf', 'docx', 'xlsx'])
      expect((await stage.run<{ size: number }>('writeReview', { id: review, format })).size).toBeGreaterThan(3000);
    await stage.run('closeReview', { id: review });
    expect((await sheetOf(sheets.history ?? '', stage.other)).steps).toEqual([]);
  });
});
