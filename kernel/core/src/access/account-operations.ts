/**
 * What a person keeps here: API tokens, sessions, preferences, saved views.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import type { Core, Principal } from '../contract.ts';
import { callOf, sessionOf } from '../session.ts';
import { sha256 } from './index.ts';

/** The account itself is changed by the person who signed in, never by one of the person's tokens. */
export function requirePerson(principal: Principal | null): void {
  if (principal?.actor.kind !== 'user')
    throw new Failure('access.denied', { expected: 'a person who signed in', values: { permission: 'signed-in' } });
}

export function accountHandlers(core: Core) {
  return handlers<Kernel>()({
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
      requirePerson(principal);
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
          // A token may end itself, no other.
          .where('id', '=', session.actor.tokenId ?? id)
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
      const { session, principal } = callOf(context);
      requirePerson(principal);
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
