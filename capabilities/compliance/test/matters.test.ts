/** @module Rules [C26] to [C30]: updates of the catalogue, what follows a delivery, disputes, complaints, against a whole kernel. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeadlineView } from '../src/shapes.ts';
import type { Complaint, Dispute, Entry, RequestSummary } from '../src/sharing-shapes.ts';
import { openTestPlatform, type TestPlatform } from './platform.ts';

let platform: TestPlatform;
let entryId = '';
let requestId = '';
const approved = {
  'catalogue.secrecyAssessed': true,
  'catalogue.privacyAssessed': true,
  'catalogue.headApproved': true,
};
const whole = {
  name: '居民用水量',
  attribute: 'conditional',
  items: ['户号', '用水量'],
  format: 'CSV',
  frequency: '每月',
  level: '一般数据 2 级',
  method: 'interface',
  scope: '政府部门',
  purpose: '履职',
  conditions: ['不得用于商业目的'],
};
const entryStep = (on: string, actor: string, at?: string, facts = {}) =>
  platform.run<Entry>('stepEntry', { id: entryId, on, actor, facts, ...(at ? { at } : {}) });
const step = (on: string, actor: string, at: string, facts = {}) =>
  platform.run<RequestSummary>('stepRequest', { id: requestId, on, actor, at, facts });
const note = (type: string, at: string, extra: object = {}) =>
  platform.run('recordRequestEvent', { id: requestId, type, at, ...extra });
const clocks = async () =>
  (await platform.run<{ deadlines: DeadlineView[] }>('getRequest', { id: requestId })).deadlines;
const published = () => platform.run<{ body: Record<string, unknown> }>('getPublished', { id: entryId });
const events = async (name: string) =>
  (await platform.kernel.core.store.system((db) =>
    db
      .selectFrom('outbox')
      .selectAll()
      .where('event' as never, '=', name as never)
      .execute(),
  )) as unknown as { payload: { why?: string } }[];

beforeAll(async () => {
  platform = await openTestPlatform();
  ({ id: entryId } = await platform.run<Entry>('createEntry', { organisationId: platform.water, ...whole }));
});
afterAll(() => platform.kernel.close());

describe('the catalogue is kept up to date', () => {
  test('[C26] a published entry changes by an update that is reviewed again; what is published stays until then', async () => {
    await platform.run('updateEntry', { id: entryId, ...whole, abstract: '按月汇总' });
    await entryStep('approve', 'department', '2026-02-02T09:00:00+08:00', approved);
    await entryStep('submit', 'department', '2026-02-03T09:00:00+08:00');
    const head = await platform.kernel.user('water-head', 'administrator', platform.water);
    await expect(platform.run('stepEntry', { id: entryId, on: 'publish', actor: 'authority' }, head)).rejects.toThrow(
      'access.out_of_scope',
    );
    await entryStep('publish', 'authority', '2026-02-04T09:00:00+08:00');
    const change = { id: entryId, ...whole, frequency: '每日' };
    await expect(platform.run('updateEntry', change)).rejects.toThrow('compliance.not_editable');
    await entryStep('update', 'department', '2026-03-02T09:00:00+08:00');
    const { scope: _scope, ...bare } = change;
    expect((await platform.run<Entry>('updateEntry', bare)).problems.map((each) => each.field)).toEqual(['scope']);
    await expect(entryStep('submit', 'department', '2026-03-03T09:00:00+08:00', approved)).rejects.toThrow('要素');
    await platform.run('updateEntry', change);
    await expect(entryStep('submit', 'department', '2026-03-03T09:00:00+08:00')).rejects.toThrow('负责人');
    await entryStep('submit', 'department', '2026-03-03T09:00:00+08:00', approved);
    expect((await published()).body.frequency).toBe('每月');
    await entryStep('publish', 'authority', '2026-03-09T09:00:00+08:00');
    expect((await published()).body.frequency).toBe('每日');
  });
  test('[C27] a change of law starts ten working days, an agreed extension adds five; reviews have two; both stand in the obligations and the tables', async () => {
    const { deadlines } = await platform.run<Entry>('getEntry', { id: entryId });
    const reviews = deadlines.filter(({ deadline }) => deadline.node === 'art-17.3').map(({ deadline }) => deadline);
    expect(reviews.map(({ dueOn, status }) => [dueOn, status])).toEqual([
      ['2026-02-05', 'met'],
      ['2026-03-05', 'late'],
    ]);
    const record = (type: string, at: string, data: object = {}) =>
      platform.run('recordEntryEvent', { id: entryId, type, at, data });
    await expect(record('catalogue.updated', '2026-03-10T09:00:00+08:00')).rejects.toThrow('duty.changed');
    await record('duty.changed', '2026-09-18T09:00:00+08:00');
    const due = async () =>
      (await platform.run<Entry>('getEntry', { id: entryId })).deadlines.find(
        ({ deadline }) => deadline.node === 'art-17',
      )?.deadline;
    expect(await due()).toMatchObject({ dueOn: '2026-10-09', status: 'overdue' });
    await record('catalogue.extended', '2026-10-09T09:00:00+08:00', { approval: true });
    expect(await due()).toMatchObject({ dueOn: '2026-10-15', status: 'overdue' });
    const { items } = await platform.run<{ items: DeadlineView[] }>('listObligations', { show: 'overdue' });
    expect(items.map((each) => each.deadline.node)).toContain('art-17');
    const { tables, overdue } = await platform.run<{
      tables: { id: string; rows: { late: number; overdue: number }[] }[];
      overdue: DeadlineView[];
    }>('supervision', {});
    expect(tables.find(({ id }) => id === 'updates-by-department')?.rows).toMatchObject([{ overdue: 1 }]);
    expect(tables.find(({ id }) => id === 'reviews-by-department')?.rows).toMatchObject([{ inTime: 1, late: 1 }]);
    expect(overdue.map((each) => each.subjectTitle)).toEqual(['居民用水量', '居民用水量']);
  });
});

describe('after the delivery', () => {
  test('[C28] records of use are complete, kept for three years and made by who has the data; each correction has its own clock', async () => {
    const ask = { basis: '职责', scenario: '核对', scope: '本市', method: 'batch', duration: '一年' };
    const about = { organisationId: platform.health, entryId, ...ask };
    ({ id: requestId } = await platform.run<RequestSummary>('createRequest', about));
    await step('approve', 'requester', '2026-03-10T09:00:00+08:00', { 'request.headApproved': true });
    await step('submit', 'requester', '2026-03-10T10:00:00+08:00');
    await step('review', 'provider', '2026-03-11T10:00:00+08:00');
    await expect(note('data.used', '2026-03-11T11:00:00+08:00')).rejects.toThrow('request.extended');
    await step('agree', 'provider', '2026-03-12T10:00:00+08:00', { 'answer.headApproved': true });
    await step('share', 'provider', '2026-03-16T10:00:00+08:00');
    const used = {
      scenario: '核对',
      process: '批量比对',
      effect: '清退 12 户',
      storage: '政务云',
      destruction: '未销毁',
    };
    const { effect: _effect, ...partial } = used;
    await expect(note('data.used', '2026-03-20T10:00:00+08:00', { data: partial })).rejects.toThrow('effect');
    await note('data.used', '2026-03-20T10:00:00+08:00', { data: used });
    await note('correction.requested', '2026-04-29T10:00:00+08:00', { matter: '校核 1' });
    await note('correction.requested', '2026-04-30T10:00:00+08:00', { matter: '校核 2' });
    await note('correction.answered', '2026-05-15T10:00:00+08:00', { matter: '校核 1' });
    const found = await clocks();
    expect(found.find(({ deadline }) => deadline.node === 'art-29.2')?.deadline).toMatchObject({
      status: 'retained',
      dueOn: '2029-03-20',
    });
    expect(
      found.filter(({ deadline }) => deadline.node === 'art-26.2').map((each) => [each.matter, each.deadline.status]),
    ).toEqual([
      ['校核 1', 'met'],
      ['校核 2', 'overdue'],
    ]);
    const { use } = await platform.run<{ use: { group: string; records: number }[] }>('supervision', {});
    expect(use).toMatchObject([
      { group: platform.health, shared: 1, recorded: 1, records: 1, corrections: 2, rank: 1 },
    ]);
  });
  test('[C29] access is suspended for misuse, given again when rectified, changed with reason; every turn is handed over, and no old fact opens a new step', async () => {
    await expect(step('suspend', 'provider', '2026-06-01T10:00:00+08:00')).rejects.toThrow('违规使用情形');
    await step('suspend', 'authority', '2026-06-01T10:00:00+08:00', { 'breach.kind': 'third-party' });
    await step('resume', 'provider', '2026-06-08T10:00:00+08:00', { 'breach.rectified': true });
    await step('suspend', 'provider', '2026-06-15T10:00:00+08:00', { 'breach.kind': 'purpose' });
    await expect(step('resume', 'provider', '2026-06-16T10:00:00+08:00')).rejects.toThrow('整改到位');
    await step('resume', 'provider', '2026-06-22T10:00:00+08:00', { 'breach.rectified': true });
    const change = { 'change.reason': '系统改造', 'change.consulted': true };
    await expect(step('change-service', 'provider', '2026-07-01T10:00:00+08:00', change)).rejects.toThrow('备案');
    await step('change-service', 'provider', '2026-07-01T10:00:00+08:00', { ...change, 'change.filed': true });
    await step('widen-use', 'provider', '2026-07-02T10:00:00+08:00', {
      'use.widerScope': true,
      'use.providerConsent': true,
    });
    const why = async (name: string) => (await events(name)).map(({ payload }) => payload.why);
    expect(await why('compliance.sharing.stopped')).toEqual(['suspended', 'suspended']);
    expect(await why('compliance.sharing.changed')).toEqual(['resumed', 'resumed', 'service-changed', 'use-widened']);
    await step('end-purpose', 'requester', '2026-08-03T10:00:00+08:00');
    expect((await clocks()).find(({ deadline }) => deadline.node === 'art-27')?.deadline.status).toBe('unclocked');
    await step('dispose', 'requester', '2026-08-10T10:00:00+08:00', { 'disposal.asRequired': true });
    expect(await why('compliance.sharing.stopped')).toEqual(['suspended', 'suspended', 'ended']);
  });
});

describe('disputes and complaints', () => {
  test('[C30] a dispute goes from negotiation to the authority, or the common superior, to the government; only the parties see it', async () => {
    const claim = '拒绝提供历史数据';
    const outside = await platform.kernel.organisation('教育局');
    const stranger = await platform.kernel.user('stranger', 'administrator', outside);
    const open = { requestId, organisationId: outside, claim };
    await expect(platform.run('openDispute', open)).rejects.toThrow('compliance.refused');
    await expect(platform.run('openDispute', open, stranger)).rejects.toThrow('compliance.unknown');
    const about = { requestId, organisationId: platform.health, claim };
    const { id } = await platform.run<Dispute>('openDispute', about);
    const go = (on: string, actor: string, facts = {}, who?: Parameters<TestPlatform['run']>[2]) =>
      platform.run<Dispute>('stepDispute', { id, on, actor, facts }, who);
    await expect(go('escalate', 'requester', { 'dispute.level': 'same' })).rejects.toThrow('先行协商');
    await go('escalate', 'requester', { 'dispute.level': 'same', 'dispute.negotiated': true });
    const requester = await platform.kernel.user('requester-clerk', 'unit-contact', platform.health);
    await expect(go('refer', 'authority', { 'dispute.unsettled': true }, requester)).rejects.toThrow('access.denied');
    // Not even its administrator rules over a dispute of its own: the authority stands over both parties.
    const own = await platform.kernel.user('requester-head', 'administrator', platform.health);
    await expect(go('refer', 'authority', { 'dispute.unsettled': true }, own)).rejects.toThrow('access.out_of_scope');
    await go('refer', 'authority', { 'dispute.unsettled': true });
    await expect(go('decide', 'government')).rejects.toThrow('决定内容');
    const decided = await go('decide', 'government', { 'dispute.outcome': '自本月起提供近三年数据' });
    expect(decided).toMatchObject({ status: 'decided', outcome: '自本月起提供近三年数据', steps: [] });
    expect(decided.history.map((each) => each.title)).toEqual(['申请同级协调', '报请政府决定', '作出决定']);
    const seen = async (who: Parameters<TestPlatform['run']>[2]) =>
      (await platform.run<{ items: unknown[] }>('listDisputes', {}, who)).items.length;
    expect([await seen(requester), await seen(stranger)]).toEqual([1, 0]);
    const { disputes } = await platform.run<{ disputes: unknown[] }>('getRequest', { id: requestId });
    expect(disputes).toMatchObject([{ id, claim, outcome: '自本月起提供近三年数据' }]);
  });
  test('[C31] a complaint waits in the obligations until it is answered, once, and not before it came', async () => {
    const given = { title: '信息被转给企业', complainant: '张某', channel: '12345', text: '收到推销电话' };
    const at = '2026-11-02T09:00:00+08:00';
    const { id } = await platform.run<Complaint>('receiveComplaint', { organisationId: platform.water, ...given, at });
    const waiting = async () =>
      (await platform.run<{ items: DeadlineView[] }>('listObligations', {})).items.filter(
        ({ deadline }) => deadline.node === 'art-37',
      );
    expect(await waiting()).toMatchObject([{ subjectTitle: '信息被转给企业', deadline: { status: 'unclocked' } }]);
    const answer = { id, outcome: '已责令整改并告知' };
    await expect(platform.run('answerComplaint', { ...answer, at: '2026-11-01T09:00:00+08:00' })).rejects.toThrow(
      'compliance.refused',
    );
    const done = await platform.run<Complaint>('answerComplaint', { ...answer, at: '2026-11-05T09:00:00+08:00' });
    expect(done.deadlines.map(({ deadline }) => deadline.status)).toEqual(['met']);
    await expect(platform.run('answerComplaint', answer)).rejects.toThrow('compliance.step_refused');
    expect(await waiting()).toEqual([]);
    const reader = await platform.kernel.user('health-clerk', 'auditor', platform.health);
    expect((await platform.run<{ items: unknown[] }>('listComplaints', {}, reader)).items).toEqual([]);
  });
  test('[C39] the store itself keeps requests and disputes to their parties and the catalogue to its provider', async () => {
    const outside = await platform.kernel.organisation('文旅局');
    const access = (ids: string[]) => ({ scope: { kind: 'organisations', ids } as const, userId: null });
    const { store } = platform.kernel.core;
    const rows = (table: string, ids: string[]) =>
      store.read(
        access(ids),
        async (db) =>
          (
            await db
              .selectFrom(table as never)
              .select('id' as never)
              .execute()
          ).length,
      );
    for (const table of ['complianceRequests', 'complianceDisputes'])
      expect([
        await rows(table, [outside]),
        await rows(table, [platform.health]),
        await rows(table, [platform.water]),
      ]).toEqual([0, 1, 1]);
    expect(await rows('complianceCatalogue', [outside])).toBe(1);
    // The open door costs a search nothing: no scope is left in its plan.
    const plan = await store.read(access([outside]), (db) =>
      sql`EXPLAIN SELECT id FROM compliance_catalogue WHERE grams @> ARRAY['用水']`.execute(db),
    );
    expect(JSON.stringify(plan.rows)).not.toContain('organisation_id');
    const remove = (ids: string[]) =>
      store.transaction(access(ids), async (db) =>
        Number((await db.deleteFrom('complianceCatalogue' as never).executeTakeFirst()).numDeletedRows),
      );
    expect(await remove([outside, platform.health])).toBe(0);
    expect(await rows('complianceCatalogue', [platform.water])).toBe(1);
  });
  test('[C40] the authority chooses what incomplete material does to the clock; the default restarts it', async () => {
    const ask = { basis: '职责', scenario: '核对', scope: '本市', method: 'file', duration: '一年' };
    const about = { organisationId: platform.health, entryId, ...ask };
    ({ id: requestId } = await platform.run<RequestSummary>('createRequest', about));
    await step('approve', 'requester', '2026-02-12T09:00:00+08:00', { 'request.headApproved': true });
    await step('submit', 'requester', '2026-02-13T10:00:00+08:00');
    await step('ask-material', 'provider', '2026-02-24T10:00:00+08:00', { 'material.missing': ['授权文件'] });
    await step('resubmit', 'requester', '2026-02-28T10:00:00+08:00');
    const due = async () => (await clocks()).find(({ deadline }) => deadline.node === 'art-21.1c')?.deadline.dueOn;
    expect(await due()).toBe('2026-03-13');
    await platform.kernel.run('kernel.setSetting', { id: 'compliance.onIncomplete', value: 'run' });
    expect(await due()).toBe('2026-03-05');
  });
});
