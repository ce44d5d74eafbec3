/** @module Rules [C17] to [C19]: events recorded by hand, obligations across all records, readiness, against a whole kernel. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeadlineView, ReadinessRow } from '../src/shapes.ts';
import { openTestPlatform, type TestPlatform } from './platform.ts';

let platform: TestPlatform;
let audit: string;
beforeAll(async () => {
  platform = await openTestPlatform();
  const about = { organisationId: platform.water, instrument: 'pi-audit', name: '水务缴费' };
  ({ id: audit } = await platform.run<{ id: string }>('createAssessment', about));
});
afterAll(() => platform.kernel.close());

interface Obligations {
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
  readonly items: readonly DeadlineView[];
}
const obligations = (show?: string, who?: Parameters<TestPlatform['run']>[2]) =>
  platform.run<Obligations>('listObligations', show ? { show } : {}, who);
const record = (type: string, given: object = {}) => platform.run('recordEvent', { id: audit, type, ...given });
const statuses = ({ items }: Obligations) => items.map(({ deadline }) => deadline.status);

test('[C17] an event carries what its form asks for; what a step brings about is recorded by that step alone', async () => {
  const { recordable } = await platform.detail(audit);
  expect(recordable.map(({ id }) => id)).toContain('order.received');
  expect(recordable.map(({ id }) => id)).not.toContain('report.submitted');
  await expect(record('report.submitted')).rejects.toThrow('compliance.refused');
  await expect(record('order.received')).rejects.toThrow('dueOn');
  await expect(record('order.received', { data: { dueOn: 'soon' } })).rejects.toThrow('dueOn: day');
  await expect(record('order.received', { data: { dueOn: '2026-12-31', colour: 'red' } })).rejects.toThrow('colour');
  await expect(record('measures.inForce', { at: '2027-01-01T00:00:00Z' })).rejects.toThrow('compliance.future');
  await record('order.received', { at: '2026-11-02T09:00:00+08:00', data: { dueOn: '2026-11-20' } });
  await record('complaint.received', { at: '2026-11-03T09:00:00+08:00', subject: '投诉 2026-17' });
  await record('complaint.received', { at: '2026-11-04T09:00:00+08:00', subject: '投诉 2026-18' });
  await record('complaint.answered', { at: '2026-11-10T09:00:00+08:00', subject: '投诉 2026-17' });
  const { deadlines, events } = await platform.detail(audit);
  expect(events.map((each) => each.matter)).toEqual(['投诉 2026-17', '投诉 2026-18', '投诉 2026-17', null]);
  expect(deadlines.filter((each) => each.matter !== null).map((each) => [each.matter, each.deadline.status])).toEqual([
    ['投诉 2026-17', 'met'],
    ['投诉 2026-18', 'unclocked'],
  ]);
});

test('[C18] obligations of all records stand in one list, overdue first; facts decide which apply; unannounced years are provisional', async () => {
  await record('measures.inForce', { at: '2025-05-01T00:00:00+08:00' });
  // Without the number of persons nobody knows whether the two years run; with it they do.
  expect((await obligations()).items.find(({ deadline }) => deadline.node === 'art-4')?.deadline.status).toBe(
    'undecided',
  );
  await platform.run('stateFact', { id: audit, fact: 'pi.persons', value: 12_000_000 });
  const { items, counts } = await obligations();
  expect(items.find(({ deadline }) => deadline.node === 'art-4')?.deadline).toMatchObject({
    dueOn: '2027-05-01',
    status: 'open',
  });
  expect(items[0]?.deadline).toMatchObject({ node: 'art-9', status: 'overdue', dueOn: '2026-11-20' });
  expect(counts).toMatchObject({ overdue: 1, open: 1, met: 1, unclocked: 1 });
  expect(statuses(await obligations('overdue'))).toEqual(['overdue']);
  expect(statuses(await obligations())).not.toContain('met');
  expect(statuses(await obligations('all'))).toContain('met');
  // A month later ten working days reach into a year whose holidays nobody has announced.
  platform.kernel.clock.advance(30 * 86_400_000);
  const { water, health } = platform;
  const entry = {
    organisationId: water,
    name: '居民用水量',
    attribute: 'conditional',
    items: ['户号'],
    format: 'CSV',
    frequency: '每月',
    level: '一般数据 2 级',
    method: 'interface',
    scope: '政府部门',
    purpose: '履职',
    conditions: ['不得用于商业目的'],
  };
  const { id: entryId } = await platform.run<{ id: string }>('createEntry', entry);
  const approved = {
    'catalogue.secrecyAssessed': true,
    'catalogue.privacyAssessed': true,
    'catalogue.headApproved': true,
  };
  await platform.run('stepEntry', { id: entryId, on: 'approve', actor: 'department', facts: approved });
  await platform.run('stepEntry', { id: entryId, on: 'submit', actor: 'department' });
  await platform.run('stepEntry', { id: entryId, on: 'publish', actor: 'authority' });
  const ask = { basis: '职责', scenario: '核对', scope: '本市', method: 'interface', duration: '一年' };
  const { id } = await platform.run<{ id: string }>('createRequest', { organisationId: health, entryId, ...ask });
  await platform.run('stepRequest', {
    id,
    on: 'approve',
    actor: 'requester',
    facts: { 'request.headApproved': true },
  });
  await platform.run('stepRequest', { id, on: 'submit', actor: 'requester' });
  const shared = (await obligations()).items.find(({ link }) => link === `/compliance/requests/${id}`);
  expect(shared).toMatchObject({ subjectTitle: '居民用水量', deadline: { provisional: true, status: 'open' } });
  const { total, items: one } = await platform.run<Obligations>('listObligations', { show: 'all', limit: 1 });
  expect([one.length, total > 1]).toEqual([1, true]);
  const outside = await platform.kernel.user('education', 'auditor', await platform.kernel.organisation('教育局'));
  expect((await obligations('all', outside)).items).toEqual([]);
});

test('[C19] readiness tells what stands today, what will stand at the nearest limit, and which evidence runs out', async () => {
  const evidence = await platform.evidence(platform.water, '隐私政策.txt');
  await platform.run('stateFact', { id: audit, fact: 'org.inPRC', value: true });
  await platform.run('stateFact', { id: audit, fact: 'org.stateOrgan', value: false });
  const short = { effectiveFrom: '2026-12-01', effectiveTo: '2027-01-31' };
  const answer = { id: audit, judgement: 'conform', standing: 'verified', evidenceIds: [evidence] };
  await platform.run('answerCheck', { ...answer, node: 'art-3', ...short });
  const rows = async (on?: string) =>
    (await platform.run<{ items: ReadinessRow[] }>('listReadiness', on ? { on } : {})).items;
  const [row, ...others] = await rows();
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    ready: 1,
    readyThen: 0,
    on: '2027-05-01',
    next: { day: '2027-05-01', clause: '第四条' },
  });
  expect(row?.lapsing).toMatchObject([{ node: 'art-3', evidence: '隐私政策.txt', until: '2027-01-31' }]);
  expect((await rows('2027-01-31'))[0]).toMatchObject({ readyThen: 1, lapsing: [] });
  expect((await rows('2027-02-01'))[0]).toMatchObject({ readyThen: 0 });
  await expect(rows('2027-02-30')).rejects.toThrow('compliance.refused');
});

test('[C17] an event that comes with a record carries all of it: a lead on a violation, five working days after the measure', async () => {
  const about = { organisationId: platform.water, instrument: 'network-transaction', name: '江城优选平台' };
  const { id } = await platform.run<{ id: string }>('createAssessment', about);
  const put = (type: string, at: string, data: object = {}) =>
    platform.run('recordEvent', { id, type, at, data, subject: '线索 1' });
  await put('measure.decided', '2026-04-29T10:00:00+08:00');
  const lead = {
    merchant: '某商行',
    shopName: '某商行旗舰店',
    goods: '无证器械',
    description: '销售未备案产品',
    records: ['页面截图'],
    measures: '下架',
  };
  const { measures: _measures, ...partial } = lead;
  await expect(put('lead.reported', '2026-05-09T10:00:00+08:00', partial)).rejects.toThrow('measures');
  await put('lead.reported', '2026-05-09T10:00:00+08:00', lead);
  const { deadlines, events } = await platform.detail(id);
  expect(deadlines.find(({ deadline }) => deadline.node === 'art-8')).toMatchObject({
    matter: '线索 1',
    deadline: { dueOn: '2026-05-09', status: 'met' },
  });
  const details = events.find((each) => each.details.length > 0)?.details ?? [];
  expect(details.map((each) => each.label.zh)).toContain('违法行为描述');
});
