/**
 * Who may give and take what: never more than one's own, over the same organisations; the last administrator stays.
 * @module
 */
import { Failure } from '@hedun/sdk';
import type { Core, Database, Principal, Session } from '../contract.ts';
import { expand } from './roles.ts';

export async function setGrants(
  core: Core,
  session: Session,
  principal: Principal | null,
  userId: string,
  grants: readonly { readonly roleId: string; readonly organisationId: string }[],
): Promise<void> {
  const isInScope = ({ organisationId }: { organisationId: string }) =>
    session.scope.kind === 'all' || session.scope.ids.includes(organisationId);
  await core.store.elevated(session.db, async (owner) => {
    const roles = new Map((await owner.selectFrom('roles').selectAll().execute()).map((role) => [role.id, role]));
    // Grants over organisations outside the scope are not seen and stay as they are.
    const before = (await owner.selectFrom('grants').selectAll().where('userId', '=', userId).execute()).filter(
      isInScope,
    );
    const key = (grant: { roleId: string; organisationId: string }) => `${grant.roleId} ${grant.organisationId}`;
    const kept = new Set(before.map(key));
    for (const grant of grants) {
      const role = roles.get(grant.roleId);
      if (!role) throw new Failure('record.not_found', { where: 'grants', values: { what: `role ${grant.roleId}` } });
      if (!kept.has(key(grant))) requireOwn(core, principal, role.permissions, grant.organisationId, role.name);
    }
    const wanted = new Set(grants.map(key));
    for (const grant of before)
      if (!wanted.has(key(grant)))
        requireOwn(
          core,
          principal,
          roles.get(grant.roleId)?.permissions ?? [],
          grant.organisationId,
          roles.get(grant.roleId)?.name ?? '',
        );
    if (before.length > 0)
      await owner
        .deleteFrom('grants')
        .where('userId', '=', userId)
        .where(
          'organisationId',
          'in',
          before.map(({ organisationId }) => organisationId),
        )
        .execute();
    if (grants.length > 0)
      await owner
        .insertInto('grants')
        .values([...new Map(grants.map((grant) => [key(grant), { userId, ...grant }])).values()])
        .execute();
    await requireAdministrator(owner);
  });
  core.access.forget();
}

/** What one gives or takes must be one's own, over that very organisation. */
function requireOwn(
  core: Core,
  principal: Principal | null,
  patterns: readonly string[],
  organisationId: string,
  role: string,
): void {
  if (!principal || principal.actor.kind === 'system') return;
  for (const permission of expand(patterns, core.registry)) {
    const scope = principal.scopeOf(permission);
    if (
      !principal.permissions.has(permission) ||
      (scope.kind === 'organisations' && !scope.ids.includes(organisationId))
    )
      throw new Failure('access.grant_beyond_own', { where: role, got: permission });
  }
}

/** A user is changed, disabled or reset only by someone who holds all that the user holds, over the same organisations. */
export async function mayManage(
  core: Core,
  session: Session,
  principal: Principal | null,
  userId: string,
): Promise<void> {
  if (!principal) return;
  const beyond = await core.store.elevated(session.db, (owner) => core.access.heldBeyond(owner, userId, principal));
  if (beyond) throw new Failure('access.grant_beyond_own', { where: 'id', got: beyond });
}

export async function requireAdministrator(owner: Database): Promise<void> {
  const left = await owner
    .selectFrom('grants')
    .innerJoin('roles', 'roles.id', 'grants.roleId')
    .innerJoin('users', 'users.id', 'grants.userId')
    .innerJoin('organisations', 'organisations.id', 'grants.organisationId')
    .select('users.id')
    .where('roles.name', '=', 'administrator')
    .where('organisations.parentId', 'is', null)
    .where('users.status', 'in', ['active', 'locked'])
    .limit(1)
    .executeTakeFirst();
  if (!left) throw new Failure('access.last_administrator');
}
