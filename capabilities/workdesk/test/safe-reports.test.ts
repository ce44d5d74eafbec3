import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MySafePeriod, SafeBoard, SafeReportRow } from '../src/safe-report-shapes.ts';
import { openStage, type Stage } from './stage.ts';

/** The stage opens on Tuesday 24 November 2026, 16:00 in Beijing. */
let stage: Stage;
let period: string;
let robot: Server;
const said: { path: string; content: string }[] = [];
beforeAll(async () => {
  robot = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { markdown: { content: string } };
      said.push({ path: request.url ?? '', content: body.markdown.content });
      response.end(JSON.stringify({ errcode: 0, errmsg: 'ok' }));
    });
  });
  await new Promise<void>((resolve) => robot.listen(0, '127.0.0.1', resolve));
  stage = await openStage();
  await stage.run(
    'kernel.setSetting',
    { id: 'kernel.allowedHosts', value: ['127.0.0.1/32'] },
    stage.kernel.administrator,
  );
});
afterAll(async () => {
  await stage.kernel.close();
  robot.close();
});

type Who = Stage['contact'];
const hour = 3_600_000;
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
const save = (changes: object = {}) =>
  stage.run<{ id: string; organisationIds: string[] }>('saveSafePeriod', {
    title: '两会重保',
    fromDay: '2026-11-24',
    toDay: '2026-11-30',
    times: ['17:00', '09:00'],
    openMinutes: 60,
    remindMinutes: 20,
    ...changes,
  });
const mine = async (who: Who) => (await stage.run<{ items: MySafePeriod[] }>('mySafeReports', {}, who)).items;
const board = (day?: string) => stage.run<SafeBoard>('safeBoard', { id: period, ...(day ? { day } : {}) });
const notices = async (who: Who) =>
  (await stage.run<{ items: { title: string; body: string }[] }>('kernel.listNotices', {}, who)).items;
const watch = async () => {
  await stage.run('watchSafeReports', {});
  await stage.kernel.core.jobs.drain();
};

test('[S1] a period asks the units that have a contact; wrong days and times are refused; units are told', async () => {
  const { run, computing, history, contact } = stage;
  await stage.kernel.organisation('没有联络员的单位');
  expect(await codeOf(save({ toDay: '2026-11-01' }))).toBe('input.invalid');
  expect(await codeOf(save({ days: 'chosen' }))).toBe('input.invalid');
  expect(await codeOf(save({ times: ['25:00'] }))).toBe('input.invalid');
  expect(await codeOf(run('saveSafePeriod', { title: 'x', fromDay: '2026-11-24', toDay: '2026-11-25' }, contact))).toBe(
    'access.denied',
  );
  const made = await save();
  period = made.id;
  expect([...made.organisationIds].sort()).toEqual([computing, history].sort());
  expect((await notices(contact)).map(({ title, body }) => `${title} ${body}`)).toEqual([
    '重保期报平安：两会重保 2026-11-24 至 2026-11-30，每次截止 09:00、17:00。请安排专人按时报送。',
  ]);
});
test('[S2] one press reports what is open now; twice is once; another unit or another day is refused', async () => {
  const { run, contact, leader, other, office, history } = stage;
  const [own] = await mine(contact);
  expect(own).toMatchObject({ unitName: '计算机学院', current: { time: '17:00', state: 'open' } });
  expect(own?.cells.map(({ time, state }) => `${time} ${state}`)).toEqual(['09:00 overdue', '17:00 open']);
  const first = await run<SafeReportRow>('reportSafe', { periodId: period }, contact);
  expect(first).toMatchObject({ day: '2026-11-24', time: '17:00', status: 'safe', late: false, byName: 'contact' });
  expect((await run<SafeReportRow>('reportSafe', { periodId: period, time: '17:00' }, leader)).id).toBe(first.id);
  // What was missed this morning is made up for, late.
  expect(await run<SafeReportRow>('reportSafe', { periodId: period }, contact)).toMatchObject({
    time: '09:00',
    late: true,
  });
  expect(await codeOf(run('reportSafe', { periodId: period, organisationId: history }, contact))).toBe(
    'access.out_of_scope',
  );
  expect(await codeOf(run('reportSafe', { periodId: period }, office))).toBe('access.denied');
  expect(await codeOf(run('reportSafe', { periodId: period, time: '18:00' }, other))).toBe('workdesk.not_open');
  expect(await mine(stage.auditor)).toEqual([]);
});
test('[S3] the board says who is missing; a unit sees only itself', async () => {
  const { run, history, other } = stage;
  const found = await board();
  expect(found.latest).toMatchObject({ time: '17:00', safe: 1, abnormal: 0, missing: [{ organisationId: history }] });
  const own = await run<SafeBoard>('safeBoard', { id: period }, other);
  expect(own.units.map(({ organisationId }) => organisationId)).toEqual([history]);
  expect(own.period.organisationIds).toEqual([history]);
});
test('[S4] an abnormal report needs detail, raises an incident with its evidence, tells the office and the leader at once', async () => {
  const { run, upload, contact, leader, office, computing } = stage;
  expect(await codeOf(run('reportAbnormal', { periodId: period, title: '首页被篡改', detail: '' }, contact))).toBe(
    'input.invalid',
  );
  const proof = await upload('截图.txt', 'x', computing, contact);
  const report = await run<SafeReportRow>(
    'reportAbnormal',
    {
      periodId: period,
      time: '17:00',
      title: '首页被篡改',
      detail: '已下线，正在排查',
      severity: 'critical',
      evidenceIds: [proof],
    },
    contact,
  );
  // The safe report of the same time is corrected, and it is known that it had come.
  expect(report).toMatchObject({ status: 'abnormal', late: false, safeBefore: expect.any(String) });
  const { finding } = await run<{
    finding: { kind: string; severity: string; evidenceIds: string[]; organisationId: string };
  }>('kernel.getFinding', { id: report.findingId });
  expect(finding).toMatchObject({ kind: 'incident', severity: 'critical', organisationId: computing });
  expect((await notices(office))[0]?.title).toBe('【异常】计算机学院：首页被篡改');
  expect((await notices(leader))[0]?.title).toBe('【异常】计算机学院：首页被篡改');
  expect(await codeOf(run('reportSafe', { periodId: period, time: '17:00' }, contact))).toBe(
    'workdesk.already_abnormal',
  );
  expect((await board()).latest).toMatchObject({ safe: 0, abnormal: 1 });
  // A second matter of the same time stands beside the first, the worse severity stays, and it is a finding of its own.
  const second = await run<SafeReportRow>(
    'reportAbnormal',
    { periodId: period, time: '17:00', title: '邮箱群发钓鱼邮件', detail: '已停用账号', severity: 'medium' },
    contact,
  );
  expect(second).toMatchObject({
    id: report.id,
    severity: 'critical',
    evidenceIds: [proof],
    safeBefore: report.safeBefore,
  });
  expect(second.detail).toBe('首页被篡改\n已下线，正在排查\n\n邮箱群发钓鱼邮件\n已停用账号');
  expect(second.findingId).not.toBe(report.findingId);
  // It can become a notice like any finding.
  const { items } = await run<{ items: { organisationId: string }[] }>('listPendingUnits', {});
  expect(items.map(({ organisationId }) => organisationId)).toContain(computing);
});
test('[S5] a report opens, nears its end and passes: each told once, the missing alone, the office by name; WeCom hears each once', async () => {
  const { run, kernel, contact, other, leader, office, root } = stage;
  const base = `http://127.0.0.1:${(robot.address() as AddressInfo).port}`;
  await run(
    'kernel.saveChannel',
    { organisationId: root, kind: 'wecom', name: '值班群', config: { url: `${base}/robot?key=k` } },
    kernel.administrator,
  );
  const titlesOf = async (who: Who) =>
    (await notices(who))
      .map(({ title }) => title)
      .filter((title) => title.includes('两会重保 '))
      .toReversed();
  const before = { contact: (await titlesOf(contact)).length, other: (await titlesOf(other)).length };
  expect(before).toEqual({ contact: 0, other: 0 });
  // To 08:10, 08:45 and 09:10 of Wednesday.
  for (const step of [16 * hour + 10 * 60_000, 35 * 60_000, 25 * 60_000]) {
    kernel.clock.advance(step);
    await watch();
    await watch();
    if (step === 16 * hour + 10 * 60_000) await run('reportSafe', { periodId: period }, contact);
  }
  expect(await titlesOf(contact)).toEqual(['请报平安：两会重保 09:00']);
  expect(await titlesOf(other)).toEqual([
    '请报平安：两会重保 09:00',
    '催报平安：两会重保 09:00',
    '报平安已逾时：两会重保 09:00',
  ]);
  // The leader of a unit that reported hears nothing.
  expect(await titlesOf(leader)).toEqual([]);
  expect((await notices(office))[0]).toMatchObject({ title: '两会重保 09:00：1 个单位未报平安', body: '历史文化学院' });
  await kernel.core.notifier.drain();
  expect(said.map(({ path }) => path)).toEqual(Array(4).fill('/robot?key=k'));
  expect(said.map(({ content }) => content.split('\n')[0])).toEqual([
    '**请报平安：两会重保 09:00**',
    '**催报平安：两会重保 09:00**',
    '**报平安已逾时：两会重保 09:00**',
    '**两会重保 09:00：1 个单位未报平安**',
  ]);
  expect(await run('remindSafe', { id: period })).toEqual({ units: 1 });
});
test('[S6] reports in time in a row, late ones and missing ones are counted for each unit', async () => {
  const { run, kernel, computing, history, other } = stage;
  await run('reportSafe', { periodId: period }, other);
  // Thursday morning: Wednesday 17:00 went by without anyone.
  kernel.clock.advance(20 * hour);
  const { units } = await board();
  const of = (id: string) => units.find(({ organisationId }) => organisationId === id)?.discipline;
  // Tuesday 09:00 late, 17:00 in time and abnormal, Wednesday 09:00 in time, 17:00 missing; Thursday 05:10 nothing is open.
  expect(of(computing)).toEqual({ asked: 4, inTime: 2, late: 1, missing: 1, abnormal: 1, streak: 0, longest: 2 });
  expect(of(history)).toEqual({ asked: 4, inTime: 0, late: 1, missing: 3, abnormal: 0, streak: 0, longest: 0 });
  const wednesday = await board('2026-11-25');
  expect(
    wednesday.units.find(({ organisationId }) => organisationId === computing)?.cells.map(({ state }) => state),
  ).toEqual(['in-time', 'absent']);
  // Yesterday is not made up for.
  expect(await codeOf(run('reportSafe', { periodId: period, time: '17:00' }, other))).toBe('workdesk.not_open');
  const file = await run<{ name: string; size: number }>('writeSafeReport', { id: period, format: 'xlsx' });
  expect(file.name).toBe('两会重保 报平安情况.xlsx');
  expect(file.size).toBeGreaterThan(2000);
});
test('[S7] a period ends by itself or by hand, asks for nothing afterwards and is not changed', async () => {
  const { run, kernel, contact } = stage;
  const short = (await save({ title: '临时重保', toDay: '2026-12-20' })).id;
  await run('endSafePeriod', { id: short });
  expect(await codeOf(run('endSafePeriod', { id: short }))).toBe('workdesk.period_ended');
  expect(await codeOf(save({ id: short }))).toBe('workdesk.period_ended');
  kernel.clock.advance(6 * 24 * hour);
  await watch();
  const { items } = await run<{ items: { title: string; status: string }[] }>('listSafePeriods', {});
  expect(items.map(({ status }) => status)).toEqual(['ended', 'ended']);
  expect(await mine(contact)).toEqual([]);
  expect(await codeOf(run('reportSafe', { periodId: period }, contact))).toBe('workdesk.not_open');
  // Ended on Thursday morning, it never asked for the days after.
  expect((await run<SafeBoard>('safeBoard', { id: short })).units[0]?.discipline.asked).toBe(4);
  expect(await codeOf(run('remindSafe', { id: period }))).toBe('workdesk.period_ended');
});
