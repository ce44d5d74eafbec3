/**
 * Set-up, sign-in, the own account. Every attempt to sign in leaves an audit record.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import type { Core, Database, Principal } from '../contract.ts';
import { callOf, sessionOf } from '../session.ts';
import { sha256 } from './index.ts';
import { checkPassword, hashPassword, passwordMatches } from './password.ts';
import { seedRoles } from './roles.ts';
import { createThrottle } from './throttle.ts';
import { base32, fromBase32, otpauthUri, totpStep } from './totp.ts';
import { getUser } from './users.ts';

const challengeMinutes = 5;
const recoveryCount = 10;
/** Sign-in attempts of one address in one minute. */
const attemptsPerMinute = 30;

export function sessionHandlers(core: Core) {
  const throttle = createThrottle(core.clock, attemptsPerMinute, 60_000);
  let dummy: Promise<string> | null = null;
  const dummyHash = () => {
    dummy ??= hashPassword('no such user', core.randomBytes(16));
    return dummy;
  };
  const sessionInfo = async (db: Database, principal: Principal) => {
    const user = await getUser(db, principal.actor.id);
    const { mustChangePassword } = await db
      .selectFrom('users')
      .select('mustChangePassword')
      .where('id', '=', principal.actor.id)
      .executeTakeFirstOrThrow();
    return {
      user,
      permissions: [...principal.permissions].sort(),
      mustChangePassword,
      expiresAt: principal.expiresAt,
      scope: {
        all: principal.scope.kind === 'all',
        organisationIds: principal.scope.kind === 'all' ? [] : [...principal.scope.ids],
      },
    };
  };
  const record = (
    db: Database,
    action: string,
    outcome: 'allowed' | 'denied',
    user: { id: string | null; name: string; organisationId: string | null },
    request: Parameters<Core['audit']['append']>[1]['request'],
    details = {},
  ) =>
    core.audit.append(db, {
      actor: { id: user.id, name: user.name },
      organisationId: user.organisationId,
      action,
      outcome,
      request: request ?? null,
      details,
    });
  /** Opens the session and answers what the console needs to begin. */
  const enter = async (
    owner: Database,
    userId: string,
    request: Parameters<Core['access']['openSession']>[2],
    setCookie: (cookie: string) => void,
  ) => {
    const { sessionId, cookie } = await core.access.openSession(owner, userId, request);
    setCookie(cookie);
    await owner
      .updateTable('users')
      .set({ lastSignInAt: core.clock.now().toISOString(), failures: 0, lockedUntil: null })
      .where('id', '=', userId)
      .execute();
    core.access.forget();
    return await sessionInfo(owner, await core.access.principalOfUser(owner, userId, sessionId));
  };
  const setPassword = async (
    owner: Database,
    user: { id: string; name: string },
    password: string,
    changes: object = {},
  ) => {
    checkPassword(password, user.name, await core.setting<number>('kernel.passwordMinimum'));
    await owner
      .updateTable('users')
      .set({
        passwordHash: await hashPassword(password, core.randomBytes(16)),
        passwordChangedAt: core.clock.now().toISOString(),
        mustChangePassword: false,
        ...changes,
      } as never)
      .where('id', '=', user.id)
      .execute();
  };
  /** Counts a failure and locks; in a transaction of its own, because the operation's is rolled back. */
  const fail = async (
    user: { id: string; name: string; organisationId: string } | null,
    name: string,
    request: Parameters<typeof record>[4],
    code: string,
  ): Promise<never> => {
    const [after, minutes] = await Promise.all([
      core.setting<number>('kernel.lockAfter'),
      core.setting<number>('kernel.lockMinutes'),
    ]);
    core.afterRollback(async () => {
      await core.store.system(async (owner) => {
        if (user) {
          const { failures } = await owner
            .updateTable('users')
            .set((row) => ({ failures: row('failures', '+', 1) }))
            .where('id', '=', user.id)
            .returning('failures')
            .executeTakeFirstOrThrow();
          if (failures >= after)
            await owner
              .updateTable('users')
              .set({ failures: 0, lockedUntil: new Date(core.clock.now().getTime() + minutes * 60_000).toISOString() })
              .where('id', '=', user.id)
              .execute();
        }
        await record(
          owner,
          'session.refused',
          'denied',
          { id: user?.id ?? null, name: user?.name ?? name.slice(0, 64), organisationId: user?.organisationId ?? null },
          request,
          { code },
        );
      });
    });
    throw new Failure(code, { where: 'userName' });
  };

  return handlers<Kernel>()({
    getSetup: async () => {
      const root = await core.store.system((db) =>
        db.selectFrom('organisations').select('id').where('parentId', 'is', null).executeTakeFirst(),
      );
      return { needed: !root, version: core.version, oidc: core.config.oidc.map(({ id, title }) => ({ id, title })) };
    },
    completeSetup: async (input, context) => {
      const { session, setCookie } = callOf(context);
      const minimum = await core.setting<number>('kernel.passwordMinimum');
      checkPassword(input.password, input.userName, minimum);
      return await core.store.elevated(session.db, async (owner) => {
        const root = await owner
          .selectFrom('organisations')
          .select('id')
          .where('parentId', 'is', null)
          .executeTakeFirst();
        if (root) throw new Failure('access.setup_done');
        await core.access.takeSecret(owner, 'setup', input.token);
        await seedRoles(owner, session.newId);
        const [organisationId, userId, now] = [session.newId(), session.newId(), session.now().toISOString()];
        await owner
          .insertInto('organisations')
          .values({
            id: organisationId,
            parentId: null,
            name: input.organisationName,
            kind: input.organisationKind,
            path: organisationId,
            createdAt: now,
            updatedAt: now,
          })
          .execute();
        await owner
          .insertInto('users')
          .values({
            id: userId,
            organisationId,
            name: input.userName,
            displayName: input.displayName,
            locale: input.locale,
            status: 'active',
            createdAt: now,
          })
          .execute();
        await setPassword(owner, { id: userId, name: input.userName }, input.password);
        const role = await owner
          .selectFrom('roles')
          .select('id')
          .where('name', '=', 'administrator')
          .executeTakeFirstOrThrow();
        await owner.insertInto('grants').values({ userId, roleId: role.id, organisationId }).execute();
        await record(
          owner,
          'platform.set_up',
          'allowed',
          { id: userId, name: input.displayName, organisationId },
          context.request,
        );
        return await enter(owner, userId, context.request, setCookie);
      });
    },
    signIn: async ({ userName, password }, context) => {
      const { session, setCookie } = callOf(context);
      throttle(context.request?.address ?? 'local');
      return await core.store.elevated(session.db, async (owner) => {
        const user = await owner
          .selectFrom('users')
          .selectAll()
          .where((row) => row(row.fn<string>('lower', ['name']), '=', userName.toLowerCase()))
          .executeTakeFirst();
        // The same work whether or not the name exists: the answer's time tells nothing.
        const right = await passwordMatches(password, user?.passwordHash ?? (await dummyHash()));
        if (user?.lockedUntil && Date.parse(user.lockedUntil) > core.clock.now().getTime())
          throw new Failure('access.locked', { values: { until: user.lockedUntil } });
        if (!user?.passwordHash || !right)
          return await fail(user ?? null, userName, context.request, 'access.bad_credentials');
        if (user.status === 'disabled') return await fail(null, userName, context.request, 'access.disabled');
        if (user.totpEnabled) {
          const { token } = await core.access.issueSecret(owner, 'totp', user.id, challengeMinutes);
          return { kind: 'totpRequired' as const, challenge: token };
        }
        await record(owner, 'session.opened', 'allowed', { ...user, name: user.displayName }, context.request, {
          method: 'password',
        });
        return { kind: 'signedIn' as const, session: await enter(owner, user.id, context.request, setCookie) };
      });
    },
    confirmTotp: async ({ challenge, code }, context) => {
      const { session, setCookie } = callOf(context);
      throttle(context.request?.address ?? 'local');
      return await core.store.elevated(session.db, async (owner) => {
        const pending = await owner
          .selectFrom('oneTimeSecrets')
          .selectAll()
          .where('hash', '=', sha256(challenge))
          .where('purpose', '=', 'totp')
          .executeTakeFirst();
        if (!pending?.userId || Date.parse(pending.expiresAt) <= core.clock.now().getTime())
          throw new Failure('access.bad_token', { where: 'challenge' });
        const user = await owner
          .selectFrom('users')
          .selectAll()
          .where('id', '=', pending.userId)
          .executeTakeFirstOrThrow();
        if (user.lockedUntil && Date.parse(user.lockedUntil) > core.clock.now().getTime())
          throw new Failure('access.locked', { values: { until: user.lockedUntil } });
        const used = await useCode(core, owner, user, code);
        if (!used) return await fail(user, user.name, context.request, 'access.bad_code');
        await owner.deleteFrom('oneTimeSecrets').where('hash', '=', sha256(challenge)).execute();
        await record(owner, 'session.opened', 'allowed', { ...user, name: user.displayName }, context.request, {
          method: used,
        });
        return await enter(owner, user.id, context.request, setCookie);
      });
    },
    signOut: async (_input, context) => {
      const { session, principal, setCookie } = callOf(context);
      const sessionId = principal?.sessionId;
      if (sessionId)
        await core.store.elevated(session.db, (owner) =>
          owner.deleteFrom('sessions').where('id', '=', sessionId).execute(),
        );
      setCookie(core.access.clearCookie());
      return { done: true };
    },
    getSession: async (_input, context) => {
      const { session, principal } = callOf(context);
      if (!principal || principal.actor.kind === 'system') throw new Failure('access.not_signed_in');
      return await sessionInfo(session.db, principal);
    },
    acceptInvitation: async ({ token, password }, context) => {
      const { session, setCookie } = callOf(context);
      return await core.store.elevated(session.db, async (owner) => {
        const { userId } = await core.access.takeSecret(owner, 'invitation', token);
        if (!userId) throw new Failure('access.bad_token', { where: 'token' });
        const user = await owner.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow();
        if (user.status === 'disabled') throw new Failure('access.disabled');
        await setPassword(owner, user, password, { status: 'active', failures: 0, lockedUntil: null });
        await record(owner, 'session.opened', 'allowed', { ...user, name: user.displayName }, context.request, {
          method: 'invitation',
        });
        return await enter(owner, userId, context.request, setCookie);
      });
    },
    changePassword: async ({ current, next }, context) => {
      const { session, principal } = callOf(context);
      await core.store.elevated(session.db, async (owner) => {
        const user = await owner
          .selectFrom('users')
          .selectAll()
          .where('id', '=', session.actor.id)
          .executeTakeFirstOrThrow();
        if (!user.passwordHash || !(await passwordMatches(current, user.passwordHash)))
          return await fail(user, user.name, context.request, 'access.bad_credentials');
        await setPassword(owner, user, next);
        await owner
          .deleteFrom('sessions')
          .where('userId', '=', user.id)
          .where('id', '!=', principal?.sessionId ?? user.id)
          .execute();
      });
      return { done: true };
    },
    updateAccount: async (changes, context) => {
      const { session } = callOf(context);
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      if (Object.keys(given).length > 0)
        await core.store.elevated(session.db, (owner) =>
          owner
            .updateTable('users')
            .set(given as never)
            .where('id', '=', session.actor.id)
            .execute(),
        );
      return await getUser(session.db, session.actor.id);
    },
    startTotp: async (_input, context) => {
      const { session } = callOf(context);
      const user = await getUser(session.db, session.actor.id);
      if (user.totpEnabled) throw new Failure('record.exists', { values: { what: 'TOTP' } });
      const secret = base32(core.randomBytes(20));
      await core.store.elevated(session.db, (owner) =>
        owner
          .updateTable('users')
          .set({ totpSecret: core.secrets.seal(secret, `totp/${user.id}`), totpEnabled: false, totpLastStep: null })
          .where('id', '=', user.id)
          .execute(),
      );
      return { secret, uri: otpauthUri(secret, user.name) };
    },
    finishTotp: async ({ code }, context) => {
      const { session } = callOf(context);
      const codes = Array.from({ length: recoveryCount }, () =>
        base32(core.randomBytes(10))
          .toLowerCase()
          .replace(/(.{4})(?=.)/g, '$1-'),
      );
      await core.store.elevated(session.db, async (owner) => {
        const user = await owner
          .selectFrom('users')
          .selectAll()
          .where('id', '=', session.actor.id)
          .executeTakeFirstOrThrow();
        if (!user.totpSecret || user.totpEnabled) throw new Failure('record.not_found', { values: { what: 'TOTP' } });
        const step = totpStep(
          fromBase32(core.secrets.open(user.totpSecret, `totp/${user.id}`)),
          code,
          core.clock.now(),
          null,
        );
        if (step === null) throw new Failure('access.bad_code', { where: 'code' });
        await owner
          .updateTable('users')
          .set({
            totpEnabled: true,
            totpLastStep: step,
            recoveryHashes: codes.map((each) => Buffer.from(sha256(each)).toString('hex')),
          })
          .where('id', '=', user.id)
          .execute();
      });
      return { recoveryCodes: codes };
    },
    removeTotp: async ({ password }, context) => {
      const { session } = callOf(context);
      await core.store.elevated(session.db, async (owner) => {
        const user = await owner
          .selectFrom('users')
          .selectAll()
          .where('id', '=', session.actor.id)
          .executeTakeFirstOrThrow();
        if (!user.passwordHash || !(await passwordMatches(password, user.passwordHash)))
          return await fail(user, user.name, context.request, 'access.bad_credentials');
        await owner
          .updateTable('users')
          .set({ totpEnabled: false, totpSecret: null, recoveryHashes: [] })
          .where('id', '=', user.id)
          .execute();
      });
      return { done: true };
    },
    listTokens: async (_input, context) => {
      const { session } = callOf(context);
      const items = await core.store.elevated(session.db, (owner) =>
        owner
          .selectFrom('tokens')
          .select(['id', 'name', 'prefix', 'permissions', 'organisationId', 'createdAt', 'expiresAt', 'lastUsedAt'])
          .where('userId', '=', session.actor.id)
          .where('revokedAt', 'is', null)
          .orderBy('createdAt', 'desc')
          .execute(),
      );
      return { items: items.map((each) => ({ ...each, permissions: [...each.permissions] })) };
    },
    createToken: async ({ name, permissions, organisationId, days }, context) => {
      const { session, principal } = callOf(context);
      if (principal?.actor.kind !== 'user')
        throw new Failure('access.denied', { values: { permission: 'signed-in user' } });
      const beyond = permissions.find((each) => !context.can(each));
      if (beyond) throw new Failure('access.grant_beyond_own', { where: 'permissions', got: beyond });
      const home = organisationId ?? session.actor.organisationId;
      context.organisations.requireScope([home]);
      const token = `hdn_${Buffer.from(core.randomBytes(32)).toString('base64url')}`;
      const now = session.now();
      const info = {
        id: session.newId(),
        name,
        prefix: token.slice(0, 10),
        permissions,
        organisationId: home,
        createdAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + days * 86_400_000).toISOString(),
        lastUsedAt: null,
      };
      await core.store.elevated(session.db, (owner) =>
        owner
          .insertInto('tokens')
          .values({ ...info, userId: session.actor.id, tokenHash: sha256(token) })
          .execute(),
      );
      context.audit({ token: info.prefix, permissions, expiresAt: info.expiresAt });
      return { token, info };
    },
    revokeToken: async ({ id }, context) => {
      const { session } = callOf(context);
      const revoked = await core.store.elevated(session.db, (owner) =>
        owner
          .updateTable('tokens')
          .set({ revokedAt: session.now().toISOString() })
          .where('id', '=', id)
          .where('userId', '=', session.actor.id)
          .returning('id')
          .executeTakeFirst(),
      );
      if (!revoked) throw new Failure('record.not_found', { values: { what: `token ${id}` } });
      return { done: true };
    },
    listSessions: async (_input, context) => {
      const { session, principal } = callOf(context);
      const rows = await core.store.elevated(session.db, (owner) =>
        owner
          .selectFrom('sessions')
          .select(['id', 'address', 'agent', 'createdAt', 'lastSeenAt'])
          .where('userId', '=', session.actor.id)
          .orderBy('lastSeenAt', 'desc')
          .execute(),
      );
      return { items: rows.map((row) => ({ ...row, current: row.id === principal?.sessionId })) };
    },
    endSession: async ({ id }, context) => {
      const { session } = callOf(context);
      const ended = await core.store.elevated(session.db, (owner) =>
        owner
          .deleteFrom('sessions')
          .where('id', '=', id)
          .where('userId', '=', session.actor.id)
          .returning('id')
          .executeTakeFirst(),
      );
      if (!ended) throw new Failure('record.not_found', { values: { what: `session ${id}` } });
      return { done: true };
    },
    getPreferences: async (_input, context) => {
      const { db, actor } = sessionOf(context);
      const rows = await db
        .selectFrom('preferences')
        .select(['name', 'value'])
        .where('userId', '=', actor.id)
        .execute();
      return { values: Object.fromEntries(rows.map(({ name, value }) => [name, value])) };
    },
    setPreference: async ({ name, value }, context) => {
      const { db, actor } = sessionOf(context);
      const text = JSON.stringify(value ?? null);
      if (text.length > 20_000) throw new Failure('input.too_large', { where: 'value', values: { limit: 20_000 } });
      await db
        .insertInto('preferences')
        .values({ userId: actor.id, name, value: text })
        .onConflict((conflict) => conflict.columns(['userId', 'name']).doUpdateSet({ value: text }))
        .execute();
      return { done: true };
    },
    listViews: async ({ list }, context) => {
      const { db, actor } = sessionOf(context);
      const rows = await db.selectFrom('views').selectAll().where('list', '=', list).orderBy('name').execute();
      return { items: rows.map(({ userId, ...row }) => ({ ...row, mine: userId === actor.id })) };
    },
    saveView: async ({ id, list, name, shared, state }, context) => {
      const { db, actor, newId } = sessionOf(context);
      const row = { id: id ?? newId(), userId: actor.id, list, name, shared, state: JSON.stringify(state) };
      if (id) {
        const changed = await db
          .updateTable('views')
          .set({ name, shared, state: row.state })
          .where('id', '=', id)
          .where('userId', '=', actor.id)
          .returning('id')
          .executeTakeFirst();
        if (!changed) throw new Failure('record.not_found', { values: { what: `view ${id}` } });
      } else await db.insertInto('views').values(row).execute();
      return { id: row.id };
    },
    deleteView: async ({ id }, context) => {
      const { db, actor } = sessionOf(context);
      const gone = await db
        .deleteFrom('views')
        .where('id', '=', id)
        .where('userId', '=', actor.id)
        .returning('id')
        .executeTakeFirst();
      if (!gone) throw new Failure('record.not_found', { values: { what: `view ${id}` } });
      return { done: true };
    },
  });
}

/** A code from the device or one of the recovery codes, each good once. */
async function useCode(
  core: Core,
  owner: Database,
  user: { id: string; totpSecret: Uint8Array | null; totpLastStep: number | null; recoveryHashes: readonly string[] },
  code: string,
): Promise<'totp' | 'recovery' | null> {
  if (!user.totpSecret) return null;
  if (/^\d{6}$/.test(code)) {
    const step = totpStep(
      fromBase32(core.secrets.open(user.totpSecret, `totp/${user.id}`)),
      code,
      core.clock.now(),
      user.totpLastStep,
    );
    if (step === null) return null;
    await owner.updateTable('users').set({ totpLastStep: step }).where('id', '=', user.id).execute();
    return 'totp';
  }
  const hash = Buffer.from(sha256(code.trim().toLowerCase())).toString('hex');
  if (!user.recoveryHashes.includes(hash)) return null;
  await owner
    .updateTable('users')
    .set({ recoveryHashes: user.recoveryHashes.filter((each) => each !== hash) })
    .where('id', '=', user.id)
    .execute();
  return 'recovery';
}
