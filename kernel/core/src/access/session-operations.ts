/**
 * Set-up, sign-in, password and one-time codes: one file, because all of them count the same failures and open sessions in the same way.
 * Every attempt to sign in leaves an audit record.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import type { Core, Database, Principal } from '../contract.ts';
import { callOf } from '../session.ts';
import { accountHandlers, requirePerson } from './account-operations.ts';
import { sha256 } from './index.ts';
import { checkPassword, hashPassword, passwordMatches } from './password.ts';
import { seedRoles } from './roles.ts';
import { createStrangers, createThrottle } from './throttle.ts';
import { base32, fromBase32, otpauthUri, totpStep } from './totp.ts';
import { getUser } from './users.ts';

const challengeMinutes = 5;
const recoveryCount = 10;
/** Sign-in attempts of one address in one minute. */
const attemptsPerMinute = 30;

export function sessionHandlers(core: Core) {
  const throttle = createThrottle(core.clock, attemptsPerMinute, 60_000);
  const strangers = createStrangers(core.clock);
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
  const requireUnlocked = (lockedUntil: string | null) => {
    if (lockedUntil && Date.parse(lockedUntil) > core.clock.now().getTime())
      throw new Failure('access.locked', { where: 'userName', values: { until: lockedUntil } });
  };
  /** The own password once more, before the account changes; guessing here locks as it does at sign-in. */
  const requirePassword = async (
    owner: Database,
    id: string,
    password: string,
    request: Parameters<typeof record>[4],
  ) => {
    throttle(request?.address ?? 'local');
    const user = await owner.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    requireUnlocked(user.lockedUntil);
    if (!user.passwordHash || !(await passwordMatches(password, user.passwordHash)))
      return await fail(user, user.name, request, 'access.bad_credentials');
    return user;
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
    if (!user) strangers.fail(name, after, minutes);
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
        requireUnlocked(user ? user.lockedUntil : strangers.lockedUntil(userName));
        if (!user?.passwordHash || !right)
          return await fail(user ?? null, userName, context.request, 'access.bad_credentials');
        if (user.status === 'disabled') return await fail(user, user.name, context.request, 'access.disabled');
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
        requireUnlocked(user.lockedUntil);
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
      requirePerson(principal);
      await core.store.elevated(session.db, async (owner) => {
        const user = await requirePassword(owner, session.actor.id, current, context.request);
        await setPassword(owner, user, next, { failures: 0 });
        await owner
          .deleteFrom('sessions')
          .where('userId', '=', user.id)
          .where('id', '!=', principal?.sessionId ?? user.id)
          .execute();
      });
      return { done: true };
    },
    updateAccount: async (changes, context) => {
      const { session, principal } = callOf(context);
      requirePerson(principal);
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
      const { session, principal } = callOf(context);
      requirePerson(principal);
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
      const { session, principal } = callOf(context);
      requirePerson(principal);
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
      const { session, principal } = callOf(context);
      requirePerson(principal);
      await core.store.elevated(session.db, async (owner) => {
        const user = await requirePassword(owner, session.actor.id, password, context.request);
        await owner
          .updateTable('users')
          .set({ totpEnabled: false, totpSecret: null, recoveryHashes: [] })
          .where('id', '=', user.id)
          .execute();
      });
      return { done: true };
    },
    ...accountHandlers(core),
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
    // Of two requests with the same code at once one is too late.
    const taken = await owner
      .updateTable('users')
      .set({ totpLastStep: step })
      .where('id', '=', user.id)
      .where((row) => row.or([row('totpLastStep', 'is', null), row('totpLastStep', '<', step)]))
      .returning('id')
      .executeTakeFirst();
    return taken ? 'totp' : null;
  }
  const hash = Buffer.from(sha256(code.trim().toLowerCase())).toString('hex');
  if (!user.recoveryHashes.includes(hash)) return null;
  const taken = await owner
    .updateTable('users')
    .set({ recoveryHashes: sql<string[]>`array_remove(recovery_hashes, ${hash})` })
    .where('id', '=', user.id)
    .where(sql<boolean>`${hash} = ANY (recovery_hashes)`)
    .returning('id')
    .executeTakeFirst();
  return taken ? 'recovery' : null;
}
