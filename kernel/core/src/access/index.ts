/**
 * Sessions, API tokens and what a principal may do and see. Only hashes of secrets are kept.
 * @module
 */
import { createHash } from 'node:crypto';
import { type Actor, Failure, type Request, type Scope } from '@hedun/sdk';
import type {
  AccessControl,
  Audit,
  Clock,
  Config,
  Database,
  Log,
  Principal,
  Registry,
  Secrets,
  Store,
} from '../contract.ts';
import type { TokensTable } from '../store/tables.ts';
import { covers, nothing, type Rights, readRights, subtree } from './rights.ts';
import { seedRoles } from './roles.ts';

export interface AccessOptions {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly secrets: Secrets;
  readonly audit: Audit;
  newId(): string;
  randomBytes(size: number): Uint8Array;
  setting<T>(id: string): Promise<T>;
}
export interface AccessRoom extends AccessControl {
  /** Opens a session in the given owner transaction and answers its cookie. */
  openSession(
    owner: Database,
    userId: string,
    request: Request | null,
  ): Promise<{ readonly sessionId: string; readonly cookie: string }>;
  principalOfUser(owner: Database, userId: string, sessionId: string | null): Promise<Principal>;
  /** A one-time secret: its text is given once, its hash is kept. */
  issueSecret(
    owner: Database,
    purpose: string,
    userId: string | null,
    minutes: number,
    data?: unknown,
  ): Promise<{ readonly token: string; readonly expiresAt: string }>;
  /** Takes a one-time secret: gone with the transaction's commit, still good when it is rolled back. */
  takeSecret(
    owner: Database,
    purpose: string,
    token: string,
  ): Promise<{ readonly userId: string | null; readonly data: Record<string, unknown> }>;
  /** The first permission a user holds that the principal does not hold over the same organisations; null when there is none. */
  heldBeyond(owner: Database, userId: string, principal: Principal): Promise<string | null>;
  clearCookie(): string;
  /** Forgets what is remembered of users' rights; called when grants, roles or organisations change. */
  forget(): void;
}

export const cookieName = 'hedun_session';
const tokenPrefix = 'hdn_';
const rotateAfterMs = 3_600_000;
/** The hash before a rotation stays good this long: requests already on their way carry it. */
const graceMs = 60_000;
const touchEveryMs = 60_000;
const rememberMs = 5_000;
const systemId = '00000000-0000-0000-0000-000000000000';

export const sha256 = (text: string): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest());

export function createAccess(options: AccessOptions): AccessRoom {
  const { store, clock, registry, config } = options;
  const remembered = new Map<string, { readonly at: number; readonly rights: Rights }>();
  let seeded: Promise<void> | null = null;
  const seed = () => {
    seeded ??= store.system((db) => seedRoles(db, options.newId));
    return seeded;
  };
  /** TLS ends here, or at the proxy that an administrator trusts. */
  const isSecure = (request: Request | null) =>
    (config.publicUrl ?? '').startsWith('https:') ||
    (config.trustProxy && request?.headers['x-forwarded-proto']?.split(',')[0]?.trim() === 'https');
  const cookieOf = (value: string, maxAge: number, request: Request | null) =>
    `${cookieName}=${value}; Path=${config.basePath || '/'}; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${isSecure(request) ? '; Secure' : ''}`;
  const random = () => Buffer.from(options.randomBytes(32)).toString('base64url');

  const rightsOf = async (db: Database, userId: string): Promise<Rights> => {
    const now = clock.now().getTime();
    const known = remembered.get(userId);
    if (known && now - known.at < rememberMs) return known.rights;
    const rights = await readRights(db, userId, registry);
    remembered.set(userId, { at: now, rights });
    return rights;
  };
  const principalOfUser = async (
    db: Database,
    userId: string,
    sessionId: string | null,
    expiresAt?: string,
  ): Promise<Principal> => {
    const user = await db
      .selectFrom('users')
      .select(['id', 'displayName', 'name', 'organisationId', 'locale', 'status'])
      .where('id', '=', userId)
      .executeTakeFirst();
    if (!user) throw new Failure('access.not_signed_in');
    if (user.status === 'disabled') throw new Failure('access.disabled');
    const rights = await rightsOf(db, userId);
    return {
      actor: {
        id: user.id,
        kind: 'user',
        name: user.displayName,
        organisationId: user.organisationId,
        locale: user.locale as Actor['locale'],
      },
      permissions: rights.permissions,
      scope: rights.union,
      scopeOf: (permission) => rights.scopes.get(permission) ?? nothing,
      sessionId,
      expiresAt: expiresAt ?? new Date(clock.now().getTime() + 3_600_000).toISOString(),
    };
  };
  const systemPrincipal = async (actor: Actor): Promise<Principal> => {
    const root = await store.system((db) =>
      db.selectFrom('organisations').select('id').where('parentId', 'is', null).executeTakeFirst(),
    );
    return {
      actor: { ...actor, id: systemId, kind: 'system', organisationId: root?.id ?? systemId },
      permissions: new Set(registry.permissions().map(({ id }) => id)),
      scope: { kind: 'all' },
      scopeOf: () => ({ kind: 'all' }),
      sessionId: null,
      expiresAt: '9999-12-31T00:00:00.000Z',
    };
  };

  const bySession = async (
    value: string,
    request: Request,
  ): Promise<{ principal: Principal; setCookie: string | null } | null> => {
    const idleMs = (await options.setting<number>('kernel.sessionIdleMinutes')) * 60_000;
    return await store.system(async (db) => {
      const hash = sha256(value);
      const now = clock.now();
      const session = await db
        .selectFrom('sessions')
        .selectAll()
        .where((row) => row.or([row('tokenHash', '=', hash), row('previousHash', '=', hash)]))
        .executeTakeFirst();
      if (!session || Date.parse(session.expiresAt) <= now.getTime()) return null;
      if (now.getTime() - Date.parse(session.lastSeenAt) > idleMs) {
        await db.deleteFrom('sessions').where('id', '=', session.id).execute();
        return null;
      }
      const isCurrent = Buffer.compare(Buffer.from(session.tokenHash), Buffer.from(hash)) === 0;
      const rotatedMs = now.getTime() - Date.parse(session.rotatedAt);
      if (!isCurrent && rotatedMs > graceMs) {
        // An old token long after its rotation is a stolen copy: the whole session ends.
        await db.deleteFrom('sessions').where('id', '=', session.id).execute();
        return null;
      }
      let setCookie: string | null = null;
      if (isCurrent && rotatedMs > rotateAfterMs) {
        const next = random();
        const rotated = await db
          .updateTable('sessions')
          .set({
            tokenHash: sha256(next),
            previousHash: hash,
            rotatedAt: now.toISOString(),
            lastSeenAt: now.toISOString(),
          })
          .where('id', '=', session.id)
          // Of two requests at once only one rotates; the other came with what is now the previous hash.
          .where('tokenHash', '=', hash)
          .returning('id')
          .executeTakeFirst();
        if (rotated)
          setCookie = cookieOf(next, Math.floor((Date.parse(session.expiresAt) - now.getTime()) / 1000), request);
      } else if (now.getTime() - Date.parse(session.lastSeenAt) > touchEveryMs)
        await db.updateTable('sessions').set({ lastSeenAt: now.toISOString() }).where('id', '=', session.id).execute();
      return { principal: await principalOfUser(db, session.userId, session.id, session.expiresAt), setCookie };
    });
  };

  /** The owner's rights of this moment, cut to the token's permissions and subtree. */
  const principalOfToken = async (db: Database, token: TokensTable): Promise<Principal> => {
    if (token.revokedAt || Date.parse(token.expiresAt) <= clock.now().getTime())
      throw new Failure('access.bad_token', { where: 'authorization' });
    const owner = await principalOfUser(db, token.userId, null, token.expiresAt);
    const permissions = new Set(token.permissions.filter((each) => owner.permissions.has(each)));
    const home = await db
      .selectFrom('organisations')
      .select('parentId')
      .where('id', '=', token.organisationId)
      .executeTakeFirst();
    const isWhole = home?.parentId === null;
    const within = isWhole ? [] : await subtree(db, [token.organisationId]);
    const narrow = (scope: Scope): Scope =>
      isWhole
        ? scope
        : {
            kind: 'organisations',
            ids: scope.kind === 'all' ? within : within.filter((id) => scope.ids.includes(id)),
          };
    return {
      ...owner,
      actor: { ...owner.actor, kind: 'token', name: `${owner.actor.name} (${token.name})`, tokenId: token.id },
      permissions,
      scope: narrow(owner.scope),
      scopeOf: (permission) => (permissions.has(permission) ? narrow(owner.scopeOf(permission)) : nothing),
    };
  };
  const byToken = async (text: string): Promise<Principal> =>
    await store.system(async (db) => {
      const now = clock.now();
      const token = text.startsWith(tokenPrefix)
        ? await db.selectFrom('tokens').selectAll().where('tokenHash', '=', sha256(text)).executeTakeFirst()
        : undefined;
      if (!token) throw new Failure('access.bad_token', { where: 'authorization' });
      const principal = await principalOfToken(db, token);
      if (!token.lastUsedAt || now.getTime() - Date.parse(token.lastUsedAt) > touchEveryMs)
        await db.updateTable('tokens').set({ lastUsedAt: now.toISOString() }).where('id', '=', token.id).execute();
      return principal;
    });
  /** What a token started goes on as that token, not as its owner. */
  const byTokenId = async (id: string | undefined): Promise<Principal> =>
    await store.system(async (db) => {
      const token = id ? await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst() : undefined;
      if (!token) throw new Failure('access.bad_token', { where: 'authorization' });
      return await principalOfToken(db, token);
    });
  /** Ended sessions and secrets nobody used go when the next one comes. */
  const sweep = async (db: Database, table: 'sessions' | 'oneTimeSecrets') =>
    await db.deleteFrom(table).where('expiresAt', '<', clock.now().toISOString()).execute();

  return {
    authenticate: async ({ cookie, authorization, ...request }) => {
      if (authorization !== null) {
        const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
        if (!token) throw new Failure('access.bad_token', { where: 'authorization', expected: 'Bearer <token>' });
        return { principal: await byToken(token), setCookie: null };
      }
      const value = readCookie(cookie, cookieName);
      if (value === null) return null;
      return await bySession(value, request);
    },
    principalOf: async (actor) => {
      await seed();
      if (actor.kind === 'system') return await systemPrincipal(actor);
      if (actor.kind === 'token') return await byTokenId(actor.tokenId);
      return await store.system((db) => principalOfUser(db, actor.id, null));
    },
    principalOfUser,
    setupToken: async () => {
      await seed();
      return await store.system(async (db) => {
        const root = await db.selectFrom('organisations').select('id').where('parentId', 'is', null).executeTakeFirst();
        if (root) return null;
        await db.deleteFrom('oneTimeSecrets').where('purpose', '=', 'setup').execute();
        const token = random();
        await db
          .insertInto('oneTimeSecrets')
          .values({
            hash: sha256(token),
            purpose: 'setup',
            userId: null,
            data: '{}',
            createdAt: clock.now().toISOString(),
            expiresAt: new Date(clock.now().getTime() + 7 * 86_400_000).toISOString(),
          })
          .execute();
        return token;
      });
    },
    openSession: async (db, userId, request) => {
      await sweep(db, 'sessions');
      const value = random();
      const now = clock.now();
      const hours = await options.setting<number>('kernel.sessionHours');
      const id = options.newId();
      await db
        .insertInto('sessions')
        .values({
          id,
          userId,
          tokenHash: sha256(value),
          previousHash: null,
          address: request?.address ?? null,
          agent: request?.headers['user-agent']?.slice(0, 300) ?? null,
          createdAt: now.toISOString(),
          lastSeenAt: now.toISOString(),
          rotatedAt: now.toISOString(),
          expiresAt: new Date(now.getTime() + hours * 3_600_000).toISOString(),
        })
        .execute();
      return { sessionId: id, cookie: cookieOf(value, hours * 3600, request) };
    },
    issueSecret: async (db, purpose, userId, minutes, data = {}) => {
      await sweep(db, 'oneTimeSecrets');
      const token = random();
      const expiresAt = new Date(clock.now().getTime() + minutes * 60_000).toISOString();
      await db
        .insertInto('oneTimeSecrets')
        .values({
          hash: sha256(token),
          purpose,
          userId,
          data: JSON.stringify(data),
          createdAt: clock.now().toISOString(),
          expiresAt,
        })
        .execute();
      return { token, expiresAt };
    },
    takeSecret: async (db, purpose, token) => {
      const row = await db
        .deleteFrom('oneTimeSecrets')
        .where('hash', '=', sha256(token))
        .where('purpose', '=', purpose)
        .returningAll()
        .executeTakeFirst();
      if (!row || Date.parse(row.expiresAt) <= clock.now().getTime())
        throw new Failure('access.bad_token', { where: 'token' });
      return { userId: row.userId, data: row.data as Record<string, unknown> };
    },
    heldBeyond: async (db, userId, principal) => {
      if (principal.actor.kind === 'system') return null;
      const { scopes } = await readRights(db, userId, registry);
      for (const [permission, scope] of scopes)
        if (!principal.permissions.has(permission) || !covers(principal.scopeOf(permission), scope)) return permission;
      return null;
    },
    clearCookie: () => cookieOf('', 0, null),
    forget: () => remembered.clear(),
  };
}

export function readCookie(header: string | null, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return null;
}
