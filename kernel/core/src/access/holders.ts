/**
 * Who holds a permission over an organisation: recipients of notices and escalations.
 * @module
 */

import { grantsPermission } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Database } from '../contract.ts';

/** Active users with a grant of the permission over the organisation or anything above it. */
export async function holdersOf(
  owner: Database,
  permission: string,
  organisationId: string,
): Promise<readonly { readonly id: string; readonly displayName: string }[]> {
  const organisation = await owner
    .selectFrom('organisations')
    .select('path')
    .where('id', '=', organisationId)
    .executeTakeFirst();
  if (!organisation) return [];
  const rows = await owner
    .selectFrom('grants')
    .innerJoin('roles', 'roles.id', 'grants.roleId')
    .innerJoin('users', 'users.id', 'grants.userId')
    .select(['users.id', 'users.displayName', 'roles.permissions', 'grants.organisationId'])
    .where('users.status', '=', 'active')
    .where('grants.organisationId', 'in', organisation.path.split('/'))
    .orderBy('users.id')
    .execute();
  const held = rows.filter((row) => grantsPermission(row.permissions, permission));
  return [...new Map(held.map(({ id, displayName }) => [id, { id, displayName }])).values()];
}

/** Active users whose home is one of the organisations and who hold the permission over their home. One query, whatever the number. */
export async function membersOf(
  owner: Database,
  permission: string,
  organisationIds: readonly string[],
): Promise<readonly { readonly id: string; readonly displayName: string; readonly organisationId: string }[]> {
  if (organisationIds.length === 0) return [];
  const rows = await owner
    .selectFrom('users')
    .innerJoin('organisations', 'organisations.id', 'users.organisationId')
    .innerJoin('grants', 'grants.userId', 'users.id')
    .innerJoin('roles', 'roles.id', 'grants.roleId')
    .select([
      'users.id',
      'users.displayName',
      'users.organisationId',
      'organisations.path',
      'roles.permissions',
      'grants.organisationId as over',
    ])
    .where('users.status', '=', 'active')
    .where('users.organisationId', '=', sql<string>`ANY (${[...organisationIds]}::uuid[])`)
    .orderBy('users.id')
    .execute();
  const held = rows.filter(
    ({ path, over, permissions }) => path.split('/').includes(over) && grantsPermission(permissions, permission),
  );
  return [
    ...new Map(held.map(({ id, displayName, organisationId }) => [id, { id, displayName, organisationId }])).values(),
  ];
}
