/**
 * Organisations, users, roles and grants. Nobody gives more than they have; the last administrator stays.
 * @module
 */
import { Failure, handlers, type Role } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import type { Core, Database, Session } from '../contract.ts';
import { list } from '../lists/list.ts';
import { callOf, sessionOf } from '../session.ts';
import { mayManage, requireAdministrator, setGrants } from './granting.ts';
import {
  createOrganisation,
  deleteOrganisation,
  getOrganisation,
  listOrganisations,
  updateOrganisation,
} from './organisations.ts';
import { expand } from './roles.ts';
import { sessionHandlers } from './session-operations.ts';
import { getUser, userColumns } from './users.ts';
import { firstNotHeldOverAll, requireWholePlatform } from './whole-platform.ts';

/** Seven days to accept. */
const invitationMinutes = 7 * 24 * 60;

export function accessHandlers(core: Core) {
  const invite = async (session: Session, userId: string) => {
    const { token, expiresAt } = await core.store.elevated(session.db, async (owner) => {
      await owner
        .deleteFrom('oneTimeSecrets')
        .where('purpose', '=', 'invitation')
        .where('userId', '=', userId)
        .execute();
      return await core.access.issueSecret(owner, 'invitation', userId, invitationMinutes);
    });
    return { token, path: `${core.config.basePath}/invitation?token=${token}`, expiresAt };
  };
  const grantsOf = async (db: Database, userId: string) => {
    const rows = await db
      .selectFrom('grants')
      .innerJoin('roles', 'roles.id', 'grants.roleId')
      .innerJoin('organisations', 'organisations.id', 'grants.organisationId')
      .select([
        'grants.roleId',
        'roles.name as roleName',
        'roles.title as roleTitle',
        'grants.organisationId',
        'organisations.name as organisationName',
      ])
      .where('grants.userId', '=', userId)
      .execute();
    return rows as {
      roleId: string;
      roleName: string;
      roleTitle: { 'zh-CN': string; en: string };
      organisationId: string;
      organisationName: string;
    }[];
  };
  return {
    ...sessionHandlers(core),
    ...handlers<Kernel>()({
      listOrganisations: async (_input, context) => ({ items: [...(await listOrganisations(sessionOf(context)))] }),
      getOrganisation: ({ id }, context) => getOrganisation(sessionOf(context), id),
      createOrganisation: async (input, context) => {
        context.organisations.requireScope([input.parentId]);
        const made = await createOrganisation(sessionOf(context), input);
        core.access.forget();
        context.audit({ name: made.name, id: made.id });
        return made;
      },
      updateOrganisation: async ({ id, ...changes }, context) => {
        context.organisations.requireScope([id, ...(changes.parentId ? [changes.parentId] : [])]);
        const changed = await updateOrganisation(sessionOf(context), id, changes);
        core.access.forget();
        return changed;
      },
      deleteOrganisation: async ({ id }, context) => {
        context.organisations.requireScope([id]);
        await core.store.elevated(sessionOf(context).db, (owner) =>
          deleteOrganisation({ ...sessionOf(context), db: owner }, id),
        );
        core.access.forget();
        return { done: true };
      },
      listUsers: (input, context) =>
        list(
          sessionOf(context),
          {
            table: 'users',
            fields: kernel.operations.listUsers.list,
            words: ['name', 'displayName', 'email'],
            sort: 'name',
            select: userColumns,
          },
          input,
        ),
      getUser: async ({ id }, context) => {
        const { db } = sessionOf(context);
        return { user: await getUser(db, id), grants: await grantsOf(db, id) };
      },
      createUser: async ({ roleId, ...input }, context) => {
        const session = sessionOf(context);
        context.organisations.requireScope([input.organisationId]);
        const { principal } = callOf(context);
        const id = session.newId();
        await core.store.elevated(session.db, async (owner) => {
          const same = await owner
            .selectFrom('users')
            .select('id')
            .where((row) => row(row.fn<string>('lower', ['name']), '=', input.name.toLowerCase()))
            .executeTakeFirst();
          if (same)
            throw new Failure('record.exists', { where: 'name', got: input.name, values: { what: input.name } });
          await owner
            .insertInto('users')
            .values({
              id,
              organisationId: input.organisationId,
              name: input.name,
              displayName: input.displayName,
              email: input.email ?? null,
              phone: input.phone ?? null,
              locale: input.locale,
              status: 'invited',
              createdAt: session.now().toISOString(),
            })
            .execute();
        });
        if (roleId) await setGrants(core, session, principal, id, [{ roleId, organisationId: input.organisationId }]);
        context.audit({ id, name: input.name, organisationId: input.organisationId });
        return { user: await getUser(session.db, id), invitation: await invite(session, id) };
      },
      updateUser: async ({ id, ...changes }, context) => {
        const session = sessionOf(context);
        const before = await getUser(session.db, id);
        context.organisations.requireScope([
          before.organisationId,
          ...(changes.organisationId ? [changes.organisationId] : []),
        ]);
        await mayManage(core, session, callOf(context).principal, id);
        const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
        await core.store.elevated(session.db, async (owner) => {
          if (changes.status === 'disabled') {
            await owner.deleteFrom('sessions').where('userId', '=', id).execute();
            await owner.updateTable('users').set({ status: 'disabled' }).where('id', '=', id).execute();
            await requireAdministrator(owner);
          }
          if (changes.status === 'active') {
            const { passwordHash, oidcSubject } = await owner
              .selectFrom('users')
              .select(['passwordHash', 'oidcSubject'])
              .where('id', '=', id)
              .executeTakeFirstOrThrow();
            Object.assign(given, {
              status: passwordHash || oidcSubject ? 'active' : 'invited',
              failures: 0,
              lockedUntil: null,
            });
          }
          if (Object.keys(given).length > 0)
            await owner
              .updateTable('users')
              .set(given as never)
              .where('id', '=', id)
              .execute();
        });
        core.access.forget();
        context.audit({ changes: given });
        return await getUser(session.db, id);
      },
      inviteAgain: async ({ id }, context) => {
        const session = sessionOf(context);
        const user = await getUser(session.db, id);
        context.organisations.requireScope([user.organisationId]);
        await mayManage(core, session, callOf(context).principal, id);
        await core.store.elevated(session.db, async (owner) => {
          await owner.deleteFrom('sessions').where('userId', '=', id).execute();
          await owner
            .updateTable('users')
            .set({
              passwordHash: null,
              status: 'invited',
              failures: 0,
              lockedUntil: null,
              totpEnabled: false,
              totpSecret: null,
              recoveryHashes: [],
            })
            .where('id', '=', id)
            .execute();
          await owner
            .updateTable('tokens')
            .set({ revokedAt: session.now().toISOString() })
            .where('userId', '=', id)
            .where('revokedAt', 'is', null)
            .execute();
          await requireAdministrator(owner);
        });
        return await invite(session, id);
      },
      setGrants: async ({ id, grants }, context) => {
        const session = sessionOf(context);
        const user = await getUser(session.db, id);
        context.organisations.requireScope([
          user.organisationId,
          ...grants.map(({ organisationId }) => organisationId),
        ]);
        await setGrants(core, session, callOf(context).principal, id, grants);
        context.audit({ grants });
        return { grants: await grantsOf(session.db, id) };
      },
      listRoles: async (_input, context) => ({
        items: (await sessionOf(context)
          .db.selectFrom('roles')
          .selectAll()
          .orderBy('builtIn', 'desc')
          .orderBy('name')
          .execute()) as Role[],
      }),
      listPermissions: async () => ({ items: [...core.registry.permissions()] }),
      saveRole: async ({ id, name, title, permissions }, context) => {
        const { db, newId } = sessionOf(context);
        const { principal } = callOf(context);
        requireWholePlatform(sessionOf(context));
        const known = id ? await db.selectFrom('roles').selectAll().where('id', '=', id).executeTakeFirst() : undefined;
        if (id && !known) throw new Failure('record.not_found', { values: { what: `role ${id}` } });
        if (known?.builtIn) throw new Failure('record.in_use', { where: 'id', values: { what: known.name } });
        // A role reaches wherever it was granted: what is put in, and what is taken out, must be one's own everywhere.
        const touched = expand(permissions, core.registry).concat(expand(known?.permissions ?? [], core.registry));
        const beyond = firstNotHeldOverAll(principal, touched);
        if (beyond) throw new Failure('access.grant_beyond_own', { where: 'permissions', got: beyond });
        const same = await db.selectFrom('roles').select('id').where('name', '=', name).executeTakeFirst();
        if (same && same.id !== id)
          throw new Failure('record.exists', { where: 'name', got: name, values: { what: name } });
        const row = { id: id ?? newId(), name, title: JSON.stringify(title), builtIn: false, permissions };
        await db
          .insertInto('roles')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, title: row.title, permissions }))
          .execute();
        core.access.forget();
        context.audit({ role: name, permissions, by: principal?.actor.id });
        return { ...row, title };
      },
      deleteRole: async ({ id }, context) => {
        const { db } = sessionOf(context);
        requireWholePlatform(sessionOf(context));
        const role = await db.selectFrom('roles').selectAll().where('id', '=', id).executeTakeFirst();
        if (!role) throw new Failure('record.not_found', { values: { what: `role ${id}` } });
        const used = await core.store.elevated(db, (owner) =>
          owner.selectFrom('grants').select('userId').where('roleId', '=', id).limit(1).executeTakeFirst(),
        );
        if (role.builtIn || used) throw new Failure('record.in_use', { where: 'id', values: { what: role.name } });
        await db.deleteFrom('roles').where('id', '=', id).execute();
        return { done: true };
      },
    }),
  };
}
