/**
 * The tree of organisations: `path` holds the ids from the root down, so that a subtree is a prefix.
 * @module
 */
import { Failure, type Organisation } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Session } from '../contract.ts';

type Reader = Pick<Session, 'db'>;

export async function getOrganisation({ db }: Reader, id: string): Promise<Organisation> {
  const row = await db.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('record.not_found', { values: { what: `organisation ${id}` } });
  return row as Organisation;
}

/** Parents before children, siblings by name. */
export async function listOrganisations({ db }: Reader): Promise<readonly Organisation[]> {
  return (await db
    .selectFrom('organisations')
    .selectAll()
    .orderBy(sql`array_length(string_to_array(path, '/'), 1)`)
    .orderBy('name')
    .execute()) as Organisation[];
}

export interface OrganisationChanges {
  readonly parentId?: string | undefined;
  readonly name?: string | undefined;
  readonly shortName?: string | null | undefined;
  readonly kind?: Organisation['kind'] | undefined;
  readonly creditCode?: string | null | undefined;
  readonly contact?: string | null | undefined;
}

/** Two moves at once could close a circle that neither sees; changes of the tree take turns. Any number of its own does. */
const treeLock = 7_305_422;
const takeTurn = ({ db }: Reader) => sql`SELECT pg_advisory_xact_lock(${sql.lit(treeLock)})`.execute(db);

export async function createOrganisation(
  session: Session,
  input: {
    parentId: string;
    name: string;
    kind: Organisation['kind'];
    shortName?: string | null | undefined;
    creditCode?: string | null | undefined;
    contact?: string | null | undefined;
  },
  synthetic?: boolean,
): Promise<Organisation> {
  await takeTurn(session);
  const parent = await getOrganisation(session, input.parentId);
  await refuseSameName(session, input.parentId, input.name, null);
  const id = session.newId();
  const now = session.now().toISOString();
  const row = {
    id,
    parentId: parent.id,
    name: input.name,
    shortName: input.shortName ?? null,
    kind: input.kind,
    creditCode: input.creditCode ?? null,
    contact: input.contact ?? null,
    path: `${parent.path}/${id}`,
    synthetic: synthetic ?? parent.synthetic,
    createdAt: now,
    updatedAt: now,
  };
  await session.db.insertInto('organisations').values(row).execute();
  return row;
}

export async function updateOrganisation(
  session: Session,
  id: string,
  changes: OrganisationChanges,
): Promise<Organisation> {
  await takeTurn(session);
  const before = await getOrganisation(session, id);
  const moved = changes.parentId !== undefined && changes.parentId !== before.parentId;
  const name = changes.name ?? before.name;
  if (moved && before.parentId === null)
    throw new Failure('organisation.cycle', {
      where: 'parentId',
      expected: 'the root stays the root',
      got: changes.parentId ?? '',
    });
  const parent = moved && changes.parentId ? await getOrganisation(session, changes.parentId) : null;
  if (parent && (parent.path === before.path || parent.path.startsWith(`${before.path}/`)))
    throw new Failure('organisation.cycle', { where: 'parentId', got: parent.name });
  const parentId = parent?.id ?? before.parentId;
  if (parentId) await refuseSameName(session, parentId, name, id);
  const given = Object.fromEntries(
    Object.entries({
      name,
      shortName: changes.shortName,
      kind: changes.kind,
      creditCode: changes.creditCode,
      contact: changes.contact,
    }).filter(([, value]) => value !== undefined),
  );
  await session.db
    .updateTable('organisations')
    .set({ ...given, parentId, updatedAt: session.now().toISOString() } as never)
    .where('id', '=', id)
    .execute();
  if (parent) {
    const path = `${parent.path}/${id}`;
    await session.db
      .updateTable('organisations')
      .set({ path: sql<string>`${path} || substr(path, ${before.path.length + 1})` })
      .where((row) => row.or([row('path', '=', before.path), row('path', 'like', `${before.path}/%`)]))
      .execute();
  }
  return await getOrganisation(session, id);
}

async function refuseSameName({ db }: Reader, parentId: string, name: string, except: string | null): Promise<void> {
  const same = await db
    .selectFrom('organisations')
    .select('id')
    .where('parentId', '=', parentId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (same && same.id !== except)
    throw new Failure('record.exists', { where: 'name', got: name, values: { what: name } });
}

export async function deleteOrganisation(session: Session, id: string): Promise<void> {
  const organisation = await getOrganisation(session, id);
  if (organisation.parentId === null)
    throw new Failure('record.in_use', { where: 'id', values: { what: organisation.name } });
  const uses = await sql<{ what: string; count: number }>`
    SELECT 'organisations' AS what, count(*)::int AS count FROM organisations WHERE parent_id = ${id}
    UNION ALL SELECT 'users', count(*)::int FROM users WHERE organisation_id = ${id}
    UNION ALL SELECT 'assets', count(*)::int FROM assets WHERE organisation_id = ${id}
    UNION ALL SELECT 'findings', count(*)::int FROM findings WHERE organisation_id = ${id}
    UNION ALL SELECT 'cases', count(*)::int FROM cases WHERE organisation_id = ${id}`.execute(session.db);
  const used = uses.rows.filter(({ count }) => count > 0);
  if (used.length > 0)
    throw new Failure('record.in_use', {
      where: 'id',
      got: used.map(({ what, count }) => `${count} ${what}`).join(', '),
      values: { what: organisation.name },
    });
  await session.db
    .deleteFrom('organisations')
    .where('id', '=', id)
    .execute()
    .catch((cause) => {
      throw new Failure('record.in_use', { where: 'id', values: { what: organisation.name }, cause });
    });
}
