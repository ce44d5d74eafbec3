/** What a head of one unit can and cannot do to others and to the platform. */
import { Failure } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Principal } from '../../src/contract.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let bureau: string;
let office: string;
/** Administrator of one bureau: every permission, over its subtree only. */
let head: Principal;
beforeAll(async () => {
  kernel = await openTestKernel();
  bureau = await kernel.organisation('市教育局');
  office = await kernel.organisation('电教馆', bureau);
  head = await kernel.user('head', 'administrator', bureau);
});
afterAll(() => kernel.close());

const code = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
const roleId = async (name: string) => {
  const { items } = (await kernel.run('kernel.listRoles', {})) as { items: { id: string; name: string }[] };
  return items.find((each) => each.name === name)?.id ?? '';
};
const request = { id: 'r', address: null, headers: {}, cookie: null, authorization: null };

test('[A13] a head of a unit grants within the own subtree', async () => {
  const user = await kernel.user('clerk', 'auditor', office);
  const grants = [{ roleId: await roleId('security-officer'), organisationId: office }];
  expect(await code(kernel.run('kernel.setGrants', { id: user.actor.id, grants }, head))).toBe('done');
});
test('[A13] grants over other units are not seen and stay as they are', async () => {
  const user = await kernel.user('shared', 'auditor', office);
  const other = await kernel.organisation('市水务局');
  const grants = [
    { roleId: await roleId('auditor'), organisationId: office },
    { roleId: await roleId('auditor'), organisationId: other },
  ];
  await kernel.run('kernel.setGrants', { id: user.actor.id, grants });
  await kernel.run('kernel.setGrants', { id: user.actor.id, grants: [] }, head);
  const left = await kernel.core.store.system((db) =>
    db.selectFrom('grants').select('organisationId').where('userId', '=', user.actor.id).execute(),
  );
  expect(left).toEqual([{ organisationId: other }]);
});
test.each([
  ['kernel.inviteAgain', {}],
  ['kernel.updateUser', { status: 'disabled' }],
  ['kernel.updateUser', { email: 'own@example.com' }],
])('[A18] %s %j is refused for a user who holds more', async (operation, input) => {
  // Belongs to the unit, but is administrator of everything.
  const above = await kernel.user(`above${Object.keys(input).join('')}`, 'administrator', bureau);
  await kernel.run('kernel.setGrants', {
    id: above.actor.id,
    grants: [{ roleId: await roleId('administrator'), organisationId: kernel.root }],
  });
  expect(await code(kernel.run(operation, { id: above.actor.id, ...input }, head))).toBe('access.grant_beyond_own');
});
test('[A18] an own user is invited anew: password, sessions and tokens end', async () => {
  const { core } = kernel;
  const user = await kernel.user('renewed', 'auditor', office);
  const { token } = (await kernel.run('kernel.createToken', { name: 't', permissions: ['asset.read'] }, user)) as {
    token: string;
  };
  const { cookie } = await core.store.system((db) => core.access.openSession(db, user.actor.id, null));
  expect(await code(kernel.run('kernel.inviteAgain', { id: user.actor.id }, head))).toBe('done');
  expect(await core.access.authenticate({ ...request, cookie: cookie.split(';')[0] ?? '' })).toBeNull();
  expect(await code(core.access.authenticate({ ...request, authorization: `Bearer ${token}` }))).toBe(
    'access.bad_token',
  );
});
test.each([
  ['kernel.setSetting', { id: 'kernel.sessionHours', value: 1 }],
  ['kernel.saveRole', { name: 'own', title: { 'zh-CN': '我', en: 'Me' }, permissions: ['asset.read'] }],
  ['kernel.setSchedule', { operation: 'kernel.endDismissals', enabled: false }],
])('[A19] %s reaches every unit and needs the permission over all of them', async (operation, input) => {
  expect(await code(kernel.run(operation, input, head))).toBe('access.out_of_scope');
  expect(await code(kernel.run(operation, input))).not.toBe('access.out_of_scope');
});
test('[A20] what a token started goes on within the limits of the token', async () => {
  const { core } = kernel;
  const { token, info } = (await kernel.run(
    'kernel.createToken',
    { name: 'narrow', permissions: ['asset.read'], organisationId: office },
    head,
  )) as { token: string; info: { id: string } };
  const found = await core.access.authenticate({ ...request, authorization: `Bearer ${token}` });
  const actor = found?.principal.actor;
  expect(actor?.tokenId).toBe(info.id);
  const later = await core.access.principalOf(actor as NonNullable<typeof actor>);
  expect([...later.permissions]).toEqual(['asset.read']);
  expect(later.scopeOf('asset.read')).toEqual({ kind: 'organisations', ids: [office] });
  await kernel.run('kernel.revokeToken', { id: info.id }, head);
  expect(await code(core.access.principalOf(actor as NonNullable<typeof actor>))).toBe('access.bad_token');
});
test('[A20] a token changes no account and makes no token', async () => {
  const { token } = (await kernel.run('kernel.createToken', { name: 'm', permissions: ['asset.read'] }, head)) as {
    token: string;
  };
  const found = await kernel.core.access.authenticate({ ...request, authorization: `Bearer ${token}` });
  expect(
    await code(kernel.run('kernel.createToken', { name: 'n', permissions: ['asset.read'] }, found?.principal)),
  ).toBe('access.denied');
});
test('[A11] a session left alone for two hours has ended', async () => {
  const { core, clock } = kernel;
  const { cookie } = await core.store.system((db) => core.access.openSession(db, head.actor.id, null));
  const ask = () => core.access.authenticate({ ...request, cookie: cookie.split(';')[0] ?? '' });
  expect((await ask())?.principal.actor.id).toBe(head.actor.id);
  clock.advance(121 * 60_000);
  expect(await ask()).toBeNull();
});
