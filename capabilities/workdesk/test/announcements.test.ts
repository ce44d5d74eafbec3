import { Failure } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnnouncementDetail, AnnouncementSummary, ReceiptSummary } from '../src/announcement-shapes.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.kernel.close());

type Who = Stage['contact'];
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
const draft = async (changes: object = {}) =>
  (
    await stage.run<{ id: string }>('saveAnnouncement', {
      title: '关于做好国庆期间网络安全工作的通知',
      body: '# 要求\n- 落实值班',
      ...changes,
    })
  ).id;
const publish = async (changes: object = {}) => {
  const id = await draft(changes);
  await stage.run('publishAnnouncement', { id });
  return id;
};
const show = (id: string, who?: Who) => stage.run<AnnouncementDetail>('getAnnouncement', { id }, who);
const titles = async (who: Who, filter = '') =>
  (await stage.run<{ items: AnnouncementSummary[] }>('listAnnouncements', { filter }, who)).items;
const notices = async (who: Who) =>
  (await stage.run<{ items: { title: string; body: string }[] }>('kernel.listNotices', {}, who)).items;
const codes = (who: Who, id: string) => codeOf(show(id, who));

test('[N1] a draft is the office’s own; published it goes to the people of units by role, each told once', async () => {
  const { run, office, contact, leader, other, auditor, computing } = stage;
  const id = await draft({ audience: 'contacts' });
  expect([await codes(contact, id), await codes(auditor, id), await codes(office, id)]).toEqual([
    'workdesk.unknown',
    'workdesk.unknown',
    'done',
  ]);
  // Two units, one contact each; the leader is not among the contacts, nor is who sits above.
  expect(await run('publishAnnouncement', { id })).toEqual({ receivers: 2, units: 2 });
  expect(await codes(contact, id)).toBe('done');
  expect(await codes(leader, id)).toBe('workdesk.unknown');
  expect((await notices(other)).filter(({ title }) => title.startsWith('通知公告：'))).toHaveLength(1);
  const own = await publish({ title: '只给计算机学院', organisationIds: [computing], audience: 'both' });
  expect([await codes(contact, own), await codes(leader, own), await codes(other, own)]).toEqual([
    'done',
    'done',
    'workdesk.unknown',
  ]);
  expect((await titles(other)).map(({ title }) => title)).toEqual(['关于做好国庆期间网络安全工作的通知']);
  expect(await codeOf(run('publishAnnouncement', { id: own }, contact))).toBe('access.denied');
});
test('[N2] what is published is not changed; withdrawn it is gone for the units, with the reason', async () => {
  const { run, contact, office } = stage;
  const id = await publish({ title: '发错的公告' });
  expect(await codeOf(run('saveAnnouncement', { id, title: 'x', body: 'y' }))).toBe('workdesk.announcement_step');
  expect(await codeOf(run('publishAnnouncement', { id }))).toBe('workdesk.announcement_step');
  expect(await codeOf(run('deleteAnnouncement', { id }))).toBe('workdesk.announcement_step');
  await run('withdrawAnnouncement', { id, reason: '时间有误' });
  expect((await show(id, contact)).announcement).toMatchObject({
    body: '',
    withdrawnReason: '时间有误',
    attachments: [],
  });
  expect((await show(id, office)).announcement.body).toContain('落实值班');
  expect((await notices(contact)).map(({ body }) => body)).toContain('原因：时间有误');
  expect(await codeOf(run('confirmAnnouncement', { id }, contact))).toBe('workdesk.announcement_step');
  const gone = await draft();
  await run('deleteAnnouncement', { id: gone });
  expect(await codes(office, gone)).toBe('workdesk.unknown');
});
test('[N3] the first opening is the receipt, confirming stands beside it, and neither is done twice or by others', async () => {
  const { run, kernel, contact, office, auditor } = stage;
  const id = await publish({ title: '请确认', confirm: true, confirmBy: '2026-12-01' });
  const mine = async () => (await titles(contact, 'title:请确认'))[0]?.mine;
  expect(await mine()).toBe('unread');
  // Looking at the statistics is not reading.
  await show(id, contact);
  expect(await mine()).toBe('unread');
  const opened = await run<AnnouncementDetail>('openAnnouncement', { id }, contact);
  expect([opened.reading, opened.mine?.confirmedAt]).toEqual(['unconfirmed', null]);
  kernel.clock.advance(60_000);
  const again = await run<AnnouncementDetail>('openAnnouncement', { id }, contact);
  expect(again.mine?.openedAt).toBe(opened.mine?.openedAt);
  const confirmed = await run<AnnouncementDetail>('confirmAnnouncement', { id }, contact);
  expect(confirmed.reading).toBe('done');
  kernel.clock.advance(60_000);
  const twice = await run<AnnouncementDetail>('confirmAnnouncement', { id }, contact);
  expect(twice.mine?.confirmedAt).toBe(confirmed.mine?.confirmedAt);
  expect(await codeOf(run('confirmAnnouncement', { id }, office))).toBe('workdesk.not_addressed');
  await run('openAnnouncement', { id }, auditor);
  expect((await show(id)).units.reduce((sum, { opened }) => sum + opened, 0)).toBe(1);
  expect(await codeOf(run('saveAnnouncement', { title: 'x', body: 'y', confirm: true, confirmBy: '2026-11-01' }))).toBe(
    'input.invalid',
  );
});
test('[N4] statistics count what the receipts say, by unit; a unit sees only its own people', async () => {
  const { run, contact, other, computing, history } = stage;
  const id = await publish({ title: '统计', confirm: true, audience: 'both' });
  await run('confirmAnnouncement', { id }, contact);
  await run('openAnnouncement', { id }, other);
  const { units } = await show(id);
  expect(
    units.map(({ organisationId, receivers, opened, confirmed }) => [organisationId, receivers, opened, confirmed]),
  ).toEqual([
    [computing, 2, 1, 1],
    [history, 1, 1, 0],
  ]);
  expect((await titles(stage.office, 'title:统计'))[0]).toMatchObject({
    receivers: 3,
    opened: 2,
    confirmed: 1,
    mine: 'none',
  });
  expect((await show(id, other)).units.map(({ organisationId }) => organisationId)).toEqual([history]);
  const receipts = async (filter: string, who?: Who) =>
    (await run<{ items: ReceiptSummary[] }>('listReceipts', { filter: `announcementId:${id} ${filter}` }, who)).items;
  expect((await receipts('reading:unread')).map(({ userName }) => userName)).toEqual(['leader']);
  expect((await receipts('reading:unconfirmed')).map(({ userName }) => userName)).toEqual(['other']);
  expect((await receipts('', other)).map(({ userName }) => userName)).toEqual(['other']);
  const file = await run<{ name: string; size: number }>('writeReceipts', { id, format: 'xlsx' });
  expect(file.name).toBe('统计 公告接收情况.xlsx');
  expect(file.size).toBeGreaterThan(2000);
  expect(await codeOf(run('writeReceipts', { id }, other))).toBe('access.denied');
});
test('[N5] who comes to an addressed unit later gets the announcement and a receipt by opening it', async () => {
  const { run, kernel, computing } = stage;
  const id = await publish({ title: '长期有效的公告', audience: 'contacts' });
  const newcomer = await kernel.user('newcomer', 'unit-contact', computing);
  expect((await titles(newcomer, 'mine:unread')).map(({ title }) => title)).toContain('长期有效的公告');
  expect((await run<AnnouncementDetail>('openAnnouncement', { id }, newcomer)).reading).toBe('done');
  expect((await show(id)).units.find(({ organisationId }) => organisationId === computing)).toMatchObject({
    receivers: 2,
    opened: 1,
  });
});
test('[N6] an attachment comes to whoever takes it, byte for byte, and to nobody it was not sent to', async () => {
  const { run, upload, contact, other, computing } = stage;
  const evidence = await upload('附件1.txt', '值班安排表');
  const id = await draft({ title: '带附件', organisationIds: [computing], attachmentIds: [evidence] });
  // Saved again without naming files they stay.
  expect(
    (
      await run<{ attachments: unknown[] }>('saveAnnouncement', {
        id,
        title: '带附件',
        body: '见附件',
        organisationIds: [computing],
      })
    ).attachments,
  ).toHaveLength(1);
  await run('publishAnnouncement', { id });
  const taken = await run<{ id: string; name: string; sha256: string }>(
    'takeAnnouncementFile',
    { id, position: 0 },
    contact,
  );
  const { evidence: original } = await run<{ evidence: { sha256: string } }>('kernel.getEvidence', { id: evidence });
  expect([taken.name, taken.sha256]).toEqual(['附件1.txt', original.sha256]);
  expect(await codeOf(run('takeAnnouncementFile', { id, position: 0 }, other))).toBe('workdesk.unknown');
  expect(await codeOf(run('takeAnnouncementFile', { id, position: 1 }, contact))).toBe('workdesk.unknown');
});
test('[N7] the morning round reminds those with something left, once a day, not on days off; the office reminds by hand', async () => {
  const { run, kernel, contact, other } = stage;
  const id = await publish({ title: '待阅读的公告', audience: 'contacts' });
  await run('openAnnouncement', { id }, other);
  const reminders = async (who: Who) =>
    (await notices(who)).filter(({ title }) => title === '请阅读公告：待阅读的公告').length;
  const round = async () => {
    await run('remindDuties', {});
    await kernel.core.jobs.drain();
  };
  await round();
  expect(await reminders(contact)).toBe(0);
  // From Tuesday to Wednesday: one working day.
  kernel.clock.advance(86_400_000);
  await round();
  await round();
  expect([await reminders(contact), await reminders(other)]).toEqual([1, 0]);
  // Saturday.
  kernel.clock.advance(3 * 86_400_000);
  await round();
  expect(await reminders(contact)).toBe(1);
  expect(await run('remindAnnouncement', { id })).toMatchObject({ reminded: 2 });
  expect(await reminders(contact)).toBe(2);
  const { items } = await run<{ items: ReceiptSummary[] }>('listReceipts', {
    filter: `announcementId:${id} userName:contact`,
  });
  // Once by the round of Wednesday, once by hand; the second round of that day and Saturday counted nothing.
  expect(items[0]?.reminders).toBe(2);
});
test('[N8] an announcement nobody would receive is not published', async () => {
  const empty = await stage.kernel.organisation('新成立的单位');
  const id = await draft({ organisationIds: [empty] });
  expect(await codeOf(stage.run('publishAnnouncement', { id }))).toBe('workdesk.no_receivers');
  expect((await show(id)).announcement.status).toBe('draft');
});
