import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let bureau: string;
beforeAll(async () => {
  kernel = await openTestKernel();
  bureau = await kernel.organisation('大数据局');
});
afterAll(() => kernel.close());

type Answer = Record<string, unknown> & { id: string };
const run = async (operation: string, input: unknown) => (await kernel.run(`kernel.${operation}`, input)) as Answer;

test('[N18] an asset shows its relations from both ends and its open findings by severity', async () => {
  const system = await run('createAsset', { organisationId: bureau, kind: 'information-system', name: '门户' });
  const host = await run('createAsset', { organisationId: bureau, kind: 'host', name: '主机一' });
  await run('relateAssets', { id: system.id, kind: 'runs-on', toAssetId: host.id });
  await run('raiseFinding', {
    organisationId: bureau,
    assetId: host.id,
    title: '弱口令',
    kind: 'weak-password',
    severity: 'high',
  });
  expect(await run('getAsset', { id: host.id })).toMatchObject({
    asset: { name: '主机一' },
    relations: [{ relation: { kind: 'runs-on', fromAssetId: system.id }, other: { id: system.id, name: '门户' } }],
    openFindings: { high: 1 },
  });
  const { relations } = (await run('getAsset', { id: system.id })) as unknown as {
    relations: { relation: { id: string } }[];
  };
  await run('unrelateAssets', { id: relations[0]?.relation.id });
  expect((await run('getAsset', { id: system.id })).relations).toEqual([]);
});
test('[N2] a person who reports the same title on the same asset twice has reported one finding', async () => {
  const input = { organisationId: bureau, title: '目录列表未关闭', severity: 'medium' };
  const first = await run('raiseFinding', input);
  expect(await run('raiseFinding', input)).toEqual({ id: first.id, outcome: 'seen_again' });
  expect(await run('getFinding', { id: first.id })).toMatchObject({
    finding: { occurrences: 2 },
    asset: null,
    mergedFrom: [],
  });
});
test('[N7] bulk steps answer what changed and why the rest did not', async () => {
  const one = await run('raiseFinding', { organisationId: bureau, title: '甲', severity: 'low' });
  const two = await run('raiseFinding', { organisationId: bureau, title: '乙', severity: 'low' });
  await run('markFindingsFixed', { ids: [one.id] });
  expect(await run('triageFindings', { ids: [one.id, two.id] })).toEqual({
    changed: 1,
    skipped: [{ id: one.id, why: 'expected open, got fixed' }],
  });
  const { timeline } = (await run('getFinding', { id: two.id })) as unknown as {
    timeline: { actorName: string; data: unknown }[];
  };
  expect(timeline).toMatchObject([{ actorName: '管理员', data: { from: 'open', to: 'triaged' } }]);
});
test('[N4] the job that ends expired dismissals opens their findings again', async () => {
  const one = await run('raiseFinding', { organisationId: bureau, title: '丙', severity: 'low' });
  const expiresAt = new Date(kernel.clock.now().getTime() + 60_000).toISOString();
  await run('dismissFindings', { ids: [one.id], reason: 'risk_accepted', note: '临时', expiresAt });
  kernel.clock.advance(120_000);
  await run('endDismissals', {});
  await kernel.core.jobs.drain();
  expect(await run('getFinding', { id: one.id })).toMatchObject({ finding: { status: 'open', dismissal: null } });
});
test('[L5] counts by group follow the filter and bear titles', async () => {
  const { groups } = (await run('countFindings', { filter: 'severity:low', by: 'severity' })) as unknown as {
    groups: { key: string; title: string; count: number }[];
  };
  expect(groups).toEqual([{ key: 'low', title: '低危', count: 3 }]);
  const byOrganisation = (await run('countFindings', { by: 'organisation' })) as unknown as { groups: unknown[] };
  expect(byOrganisation.groups).toMatchObject([{ key: bureau, title: '大数据局' }]);
});
test('[N13] a case shows its findings, its timeline and the next steps', async () => {
  const one = await run('raiseFinding', { organisationId: bureau, title: '丁', severity: 'critical' });
  const opened = await run('openCase', {
    organisationId: bureau,
    title: '整改',
    severity: 'critical',
    findingIds: [one.id],
  });
  await run('commentCase', { id: opened.id, text: '请尽快' });
  expect(await run('getCase', { id: opened.id })).toMatchObject({
    case: { number: 'ZG-2026-0001', status: 'drafted' },
    findings: [{ id: one.id, status: 'in_case' }],
    nextSteps: ['issued'],
  });
});
test('[N17] retiring assets keeps the reason in their history', async () => {
  const host = await run('createAsset', { organisationId: bureau, kind: 'host', name: '旧主机' });
  expect(await run('retireAssets', { ids: [host.id], reason: '报废' })).toEqual({ changed: 1 });
  expect(await run('retireAssets', { ids: [host.id], reason: '报废' })).toEqual({ changed: 0 });
  expect((await run('getAsset', { id: host.id })).asset).toMatchObject({ status: 'retired' });
});
