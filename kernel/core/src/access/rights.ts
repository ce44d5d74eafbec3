/**
 * What a user's grants add up to: permissions, and for each permission the organisations whose rows it reaches.
 * @module
 */
import type { Scope } from '@hedun/sdk';
import type { Database, Registry } from '../contract.ts';
import { expand } from './roles.ts';

export const nothing: Scope = { kind: 'organisations', ids: [] };

export interface Rights {
  readonly permissions: ReadonlySet<string>;
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly union: Scope;
}

/** Whether everything the narrow scope holds is in the wide one. */
export function covers(wide: Scope, narrow: Scope): boolean {
  if (wide.kind === 'all') return true;
  return narrow.kind === 'organisations' && narrow.ids.every((id) => wide.ids.includes(id));
}

/** Permissions are the union of all grants; the rows of one permission are the subtrees of the grants that carry it. */
export async function readRights(db: Database, userId: string, registry: Registry): Promise<Rights> {
  const rows = await db
    .selectFrom('grants')
    .innerJoin('roles', 'roles.id', 'grants.roleId')
    .innerJoin('organisations', 'organisations.id', 'grants.organisationId')
    .select(['roles.permissions', 'grants.organisationId', 'organisations.parentId'])
    .where('grants.userId', '=', userId)
    .execute();
  const rootsOf = new Map<string, Set<string>>();
  const whole = new Set<string>();
  for (const row of rows)
    for (const permission of expand(row.permissions, registry)) {
      rootsOf.set(permission, (rootsOf.get(permission) ?? new Set()).add(row.organisationId));
      if (row.parentId === null) whole.add(permission);
    }
  const trees = new Map<string, readonly string[]>();
  for (const root of new Set(rows.map(({ organisationId }) => organisationId)))
    trees.set(root, await subtree(db, [root]));
  const scopeOf = (roots: Iterable<string>): Scope => ({
    kind: 'organisations',
    ids: [...new Set([...roots].flatMap((root) => trees.get(root) ?? []))],
  });
  const scopes = new Map<string, Scope>(
    [...rootsOf].map(([permission, roots]) => [permission, whole.has(permission) ? { kind: 'all' } : scopeOf(roots)]),
  );
  const union: Scope = rows.some(({ parentId }) => parentId === null) ? { kind: 'all' } : scopeOf(trees.keys());
  return { permissions: new Set(rootsOf.keys()), scopes, union };
}

export async function subtree(db: Database, roots: readonly string[]): Promise<readonly string[]> {
  const rows = await db.selectFrom('organisations').select(['id', 'path']).execute();
  return rows.filter(({ path }) => roots.some((root) => path.split('/').includes(root))).map(({ id }) => id);
}
