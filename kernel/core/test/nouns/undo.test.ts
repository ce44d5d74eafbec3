import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let serial = 0;
beforeAll(async () => {
  kernel = await openTestKernel();
});
afterAll(() => kernel.close());
const raise = async (): Promise<string> => {
  serial += 1;
  const made = await kernel.run('kernel.raiseFinding', {
    organisationId: kernel.root,
    title: `弱口令 ${serial}`,
    severity: 'medium',
  });
  return (made as { id: string }).id;
};
const finding = async (id: string) =>
  ((await kernel.run('kernel.getFinding', { id })) as { finding: Record<string, unknown> }).finding;
const state = async (id: string) => {
  const { status, severity, caseId, dismissal, fixedAt } = await finding(id);
  return { status, severity, caseId, dismissal, fixedAt };
};
const undo = (ids: readonly string[], principal?: Parameters<TestKernel['run']>[2]) =>
  kernel.run('kernel.undoFindingStep', { ids }, principal) as Promise<{ changed: number; skipped: { why: string }[] }>;

test.each([
  ['kernel.triageFindings', {}],
  ['kernel.markFindingsFixed', { note: '已打补丁' }],
  ['kernel.dismissFindings', { reason: 'false_positive', note: '扫描器误报' }],
  ['kernel.setFindingSeverity', { severity: 'critical', note: '可被远程利用' }],
])('[N31] %s is taken back exactly, once, and both stand in the timeline', async (operation, extra) => {
  const id = await raise();
  await kernel.run('kernel.triageFindings', { ids: [id] });
  await kernel.run('kernel.reopenFindings', { ids: [id], reason: '再看' });
  const before = await state(id);
  await kernel.run(operation, { ids: [id], ...extra });
  expect(await state(id)).not.toEqual(before);
  expect(await undo([id])).toEqual({ changed: 1, skipped: [] });
  expect(await state(id)).toEqual(before);
  expect((await undo([id])).skipped[0]?.why).toMatch(/^expected a step that can be taken back/);
  const { timeline } = (await kernel.run('kernel.getFinding', { id })) as { timeline: { kind: string }[] };
  expect(timeline.at(-1)?.kind).toBe('undo');
});

test('[N31] a finding dismissed out of a running case goes back into it; out of a closed one it is open', async () => {
  const [stays, left] = [await raise(), await raise()];
  const { id: caseId } = (await kernel.run('kernel.openCase', {
    organisationId: kernel.root,
    title: '整改',
    severity: 'medium',
    findingIds: [stays, left],
  })) as { id: string };
  const dismiss = (id: string) =>
    kernel.run('kernel.dismissFindings', { ids: [id], reason: 'duplicate', note: '重复' });
  await dismiss(stays);
  expect(await finding(stays)).toMatchObject({ status: 'dismissed', caseId: null });
  await undo([stays]);
  expect(await finding(stays)).toMatchObject({ status: 'in_case', caseId });
  await dismiss(left);
  await kernel.core.store.system((db) =>
    db.updateTable('cases').set({ status: 'archived' }).where('id', '=', caseId).execute(),
  );
  await undo([left]);
  expect(await finding(left)).toMatchObject({ status: 'open', caseId: null });
});

test("[N31] another person's step, an old one and one followed by anything else stay", async () => {
  const [foreign, old, followed] = [await raise(), await raise(), await raise()];
  const other = await kernel.user('wang', 'administrator', kernel.root);
  await kernel.run('kernel.triageFindings', { ids: [foreign, old, followed] });
  expect((await undo([foreign], other)).skipped[0]?.why).toMatch(/^expected your own last step, got one of 管理员/);
  await kernel.run('kernel.markFindingsFixed', { ids: [followed] }, other);
  expect((await undo([followed])).skipped[0]?.why).toMatch(/got one of wang/);
  kernel.clock.advance(11 * 60_000);
  expect((await undo([old])).skipped[0]?.why).toMatch(/^expected a step of the last ten minutes/);
  expect([(await finding(foreign)).status, (await finding(old)).status]).toEqual(['triaged', 'triaged']);
});

test('[N31] a retired asset is back in the state it had', async () => {
  const { id } = (await kernel.run('kernel.createAsset', {
    organisationId: kernel.root,
    kind: 'host',
    name: '主机',
    status: 'planned',
  })) as { id: string };
  await kernel.run('kernel.retireAssets', { ids: [id], reason: '下线' });
  expect(await kernel.run('kernel.undoAssetStep', { ids: [id] })).toEqual({ changed: 1, skipped: [] });
  expect(((await kernel.run('kernel.getAsset', { id })) as { asset: { status: string } }).asset.status).toBe('planned');
});
