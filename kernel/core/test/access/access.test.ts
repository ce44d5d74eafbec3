import { Failure, grantsPermission } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPassword, hashPassword, passwordMatches } from '../../src/access/password.ts';
import { base32, fromBase32, totpAt, totpStep } from '../../src/access/totp.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await openTestKernel();
});
afterAll(() => kernel.close());
const code = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
const signIn = (userName: string, password: string) =>
  kernel.run('kernel.signIn', { userName, password }, null) as Promise<{ kind: string; challenge: string }>;

test('[A1] argon2id in PHC form verifies its own password and no other', async () => {
  const phc = await hashPassword('正确的马-Battery-9', new Uint8Array(16));
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect([
    await passwordMatches('正确的马-Battery-9', phc),
    await passwordMatches('正确的马-Battery-8', phc),
    await passwordMatches('x', 'nonsense'),
  ]).toEqual([true, false, false]);
});
test.each([
  ['short1!', 'length'],
  ['password2026!!', 'common'],
  ['P@ssw0rd-1234', 'common'],
  ['zhangsan-123456', 'name'],
  ['aaaaaaaaaaaaaa', 'same'],
  ['1234567890123', 'run'],
  ['qwertyuiop[]', 'run'],
])('[A2] the weak password %s is refused (%s)', (password) => {
  expect(() => checkPassword(password, 'zhangsan', 12)).toThrow('access.weak_password');
});
test('[A2] a good password passes', () => {
  expect(() => checkPassword('Correct-Horse-42', 'zhangsan', 12)).not.toThrow();
});
test('[A3] one-time codes equal the vectors of RFC 6238, appendix B', () => {
  const secret = Buffer.from('12345678901234567890');
  const vectors = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ] as const;
  expect(vectors.map(([seconds]) => totpAt(secret, Math.floor(seconds / 30), 8))).toEqual(
    vectors.map(([, wanted]) => wanted),
  );
  expect(Buffer.from(fromBase32(base32(secret))).toString()).toBe('12345678901234567890');
});
test('[A4] a code is good for its step and the neighbours, and never twice', () => {
  const secret = Buffer.from('12345678901234567890');
  const now = new Date(1_111_111_109_000);
  const step = Math.floor(1_111_111_109 / 30);
  expect([
    totpStep(secret, totpAt(secret, step), now, null),
    totpStep(secret, totpAt(secret, step - 1), now, null),
    totpStep(secret, totpAt(secret, step - 2), now, null),
    totpStep(secret, totpAt(secret, step), now, step),
  ]).toEqual([step, step - 1, null, null]);
});
test('[A5] permission patterns: everything, a noun, a verb, and what a later exclamation mark takes back', () => {
  expect([
    grantsPermission(['*'], 'a.b'),
    grantsPermission(['asset.*'], 'asset.read'),
    grantsPermission(['asset.*'], 'assets.read'),
    grantsPermission(['*.read'], 'x.read'),
    grantsPermission(['*.read', '!x.read'], 'x.read'),
    grantsPermission([], 'a.b'),
  ]).toEqual([true, true, false, true, false, false]);
});
test('[A6] set-up runs once, with its one-time token only', async () => {
  expect(await kernel.core.access.setupToken()).toBeNull();
  expect(
    await code(
      kernel.run(
        'kernel.completeSetup',
        { token: 'x'.repeat(30), organisationName: 'x', userName: 'y', displayName: 'z', password: 'Correct-Horse-42' },
        null,
      ),
    ),
  ).toBe('access.setup_done');
});
test('[A7] an invited user sets a password by link once; the link is then dead', async () => {
  const { invitation } = (await kernel.run('kernel.createUser', {
    organisationId: kernel.root,
    name: 'lina',
    displayName: '李娜',
  })) as { invitation: { token: string } };
  expect(
    await code(kernel.run('kernel.acceptInvitation', { token: invitation.token, password: 'lina-lina' }, null)),
  ).toBe('access.weak_password');
  expect(
    await code(kernel.run('kernel.acceptInvitation', { token: invitation.token, password: 'Yellow-Crane-88' }, null)),
  ).toBe('done');
  expect(
    await code(kernel.run('kernel.acceptInvitation', { token: invitation.token, password: 'Yellow-Crane-99' }, null)),
  ).toBe('access.bad_token');
  expect((await signIn('LINA', 'Yellow-Crane-88')).kind).toBe('signedIn');
});
test('[A8] failures lock the account, time opens it again; unknown names are refused the same way', async () => {
  for (let attempt = 1; attempt <= 5; attempt += 1)
    expect(await code(signIn('lina', 'wrong'))).toBe('access.bad_credentials');
  expect(await code(signIn('lina', 'Yellow-Crane-88'))).toBe('access.locked');
  kernel.clock.advance(16 * 60_000);
  expect(await code(signIn('lina', 'Yellow-Crane-88'))).toBe('done');
  expect(await code(signIn('nobody', 'wrong'))).toBe('access.bad_credentials');
});
test('[A9] every sign-in and every refusal stands in the audit log', async () => {
  const { items } = (await kernel.run('kernel.listAudit', { filter: 'action:session.*', limit: 100 })) as {
    items: { action: string; outcome: string }[];
  };
  expect(items.filter(({ action }) => action === 'session.refused').length).toBeGreaterThanOrEqual(6);
  expect(items.some(({ action, outcome }) => action === 'session.opened' && outcome === 'allowed')).toBe(true);
});
test('[A10] with one-time codes on, a password alone opens nothing; a recovery code works once', async () => {
  const lina = await kernel.core.store.system(async (db) =>
    kernel.core.access.principalOfUser(
      db,
      (await db.selectFrom('users').select('id').where('name', '=', 'lina').executeTakeFirstOrThrow()).id,
      null,
    ),
  );
  const { secret } = (await kernel.run('kernel.startTotp', {}, lina)) as { secret: string };
  const step = () => Math.floor(kernel.clock.now().getTime() / 30_000);
  const { recoveryCodes } = (await kernel.run(
    'kernel.finishTotp',
    { code: totpAt(fromBase32(secret), step()) },
    lina,
  )) as { recoveryCodes: string[] };
  expect(recoveryCodes.length).toBe(10);
  const first = await signIn('lina', 'Yellow-Crane-88');
  expect(first.kind).toBe('totpRequired');
  expect(
    await code(
      kernel.run('kernel.confirmTotp', { challenge: first.challenge, code: totpAt(fromBase32(secret), step()) }, null),
    ),
  ).toBe('access.bad_code');
  expect(
    await code(kernel.run('kernel.confirmTotp', { challenge: first.challenge, code: recoveryCodes[0] }, null)),
  ).toBe('done');
  const second = await signIn('lina', 'Yellow-Crane-88');
  expect(
    await code(kernel.run('kernel.confirmTotp', { challenge: second.challenge, code: recoveryCodes[0] }, null)),
  ).toBe('access.bad_code');
  kernel.clock.advance(60_000);
  expect(
    await code(
      kernel.run('kernel.confirmTotp', { challenge: second.challenge, code: totpAt(fromBase32(secret), step()) }, null),
    ),
  ).toBe('done');
});
test('[A11] sessions: the cookie opens one, rotates after an hour, an old copy ends it', async () => {
  const { core } = kernel;
  const { cookie } = await core.store.system((db) => core.access.openSession(db, kernel.administrator.actor.id, null));
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
  const ask = (header: string) =>
    core.access.authenticate({
      id: 'r',
      address: null,
      headers: {},
      cookie: header.split(';')[0] ?? '',
      authorization: null,
    });
  expect((await ask(cookie))?.principal.actor.name).toBe('管理员');
  kernel.clock.advance(61 * 60_000);
  const rotated = (await ask(cookie))?.setCookie ?? '';
  expect(rotated).toContain('hedun_session=');
  expect((await ask(cookie))?.principal.actor.name).toBe('管理员');
  kernel.clock.advance(2 * 60_000);
  expect(await ask(cookie)).toBeNull();
  expect(await ask(rotated)).toBeNull();
});
test('[A12] API tokens carry no more than their owner has, end when revoked and when they expire', async () => {
  const { core } = kernel;
  const bureau = await kernel.organisation('市水务局');
  const officer = await kernel.user('officer', 'security-officer', bureau);
  expect(await code(kernel.run('kernel.createToken', { name: 't', permissions: ['role.write'] }, officer))).toBe(
    'access.grant_beyond_own',
  );
  expect(
    await code(
      kernel.run(
        'kernel.createToken',
        { name: 't', permissions: ['asset.read'], organisationId: kernel.root },
        officer,
      ),
    ),
  ).toBe('access.out_of_scope');
  const { token, info } = (await kernel.run(
    'kernel.createToken',
    { name: 't', permissions: ['asset.read'], days: 2 },
    officer,
  )) as { token: string; info: { id: string } };
  const ask = () =>
    core.access.authenticate({ id: 'r', address: null, headers: {}, cookie: null, authorization: `Bearer ${token}` });
  const found = (await ask())?.principal;
  expect([...(found?.permissions ?? [])]).toEqual(['asset.read']);
  expect(found?.scopeOf('asset.read')).toEqual({ kind: 'organisations', ids: [bureau] });
  await kernel.run('kernel.revokeToken', { id: info.id }, officer);
  expect(await code(ask())).toBe('access.bad_token');
});
test('[A13] nobody grants beyond their own; the last administrator stays', async () => {
  const bureau = await kernel.organisation('市教育局');
  const leader = await kernel.user('leader', 'security-officer', bureau);
  const { items } = (await kernel.run('kernel.listRoles', {})) as { items: { id: string; name: string }[] };
  const admin = items.find(({ name }) => name === 'administrator')?.id ?? '';
  expect(await code(kernel.run('kernel.setGrants', { id: kernel.administrator.actor.id, grants: [] }))).toBe(
    'access.last_administrator',
  );
  expect(
    await code(
      kernel.run(
        'kernel.setGrants',
        { id: leader.actor.id, grants: [{ roleId: admin, organisationId: bureau }] },
        leader,
      ),
    ),
  ).toBe('access.denied');
  expect(
    await code(
      kernel.run('kernel.saveRole', { name: 'mine', title: { 'zh-CN': '我', en: 'Me' }, permissions: ['*'] }, leader),
    ),
  ).toBe('access.denied');
});
test('[A14] organisations: no cycles, no two of one name under one parent, a move carries the subtree', async () => {
  const [a, b] = [await kernel.organisation('甲'), await kernel.organisation('乙')];
  const child = await kernel.organisation('丙', a);
  expect(await code(kernel.run('kernel.updateOrganisation', { id: a, parentId: child }))).toBe('organisation.cycle');
  expect(
    await code(kernel.run('kernel.createOrganisation', { parentId: kernel.root, name: '甲', kind: 'bureau' })),
  ).toBe('record.exists');
  await kernel.run('kernel.updateOrganisation', { id: a, parentId: b });
  expect(((await kernel.run('kernel.getOrganisation', { id: child })) as { path: string }).path).toBe(
    [kernel.root, b, a, child].join('/'),
  );
  expect(await code(kernel.run('kernel.deleteOrganisation', { id: a }))).toBe('record.in_use');
});
test('[A15] a disabled user is out at once', async () => {
  const user = await kernel.user('gone', 'auditor', kernel.root);
  await kernel.run('kernel.updateUser', { id: user.actor.id, status: 'disabled' });
  expect(await code(kernel.core.access.principalOf(user.actor))).toBe('access.disabled');
});
