/**
 * Assets: typed attributes by kind, identifiers written in one way, relations. It never decides who may see them: the policies do.
 * @module
 */
import { type Asset, type Assets, Failure, type NewAsset, RelationKind } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Registry, Session } from '../contract.ts';
import { parseInput } from '../input.ts';
import { list } from '../lists/list.ts';
import { assetList } from './definitions.ts';
import { normaliseIdentifier, normaliseIdentifiers } from './identifiers.ts';
import {
  addHistory,
  anyOf,
  type NounRooms,
  notFound,
  requireOrganisations,
  requireRows,
  tellAssets,
} from './shared.ts';

/** The attributes of a kind, checked and coerced; places are named `attributes.port`. */
export function checkAttributes(registry: Registry, kind: string, attributes: unknown): Record<string, unknown> {
  const declared = registry.assetKind(kind);
  if (!declared)
    throw new Failure('asset.unknown_kind', {
      where: 'kind',
      expected: registry.assetKinds().join(', '),
      got: kind.slice(0, 80),
    });
  try {
    return parseInput(declared.attributes, attributes) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const issues = error.issues.map((issue) => ({ ...issue, where: `attributes.${issue.where}` }));
    const first = issues[0];
    throw new Failure(error.code, {
      ...(first ? { where: first.where, expected: first.expected, got: first.got } : {}),
      issues,
    });
  }
}

export function assetsOf(rooms: NounRooms, session: Session): Assets {
  const { db } = session;
  const get = async (id: string): Promise<Asset> => {
    const row = await db.selectFrom('assets').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw notFound(`asset ${id}`);
    return row as Asset;
  };
  const requireUsers = async (ids: readonly string[]) => {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return;
    // Responsible persons may sit above the actor's scope (a city's officer for a bureau's system): existence is all that counts.
    const found = await rooms.store.elevated(db, (owner) =>
      owner.selectFrom('users').select('id').where('id', '=', anyOf(wanted)).execute(),
    );
    const known = new Set(found.map(({ id }) => id));
    const missing = wanted.find((id) => !known.has(id));
    if (missing) throw notFound(`user ${missing}`);
  };
  return {
    create: async (asset) => {
      await requireOrganisations(session, [asset.organisationId]);
      await requireUsers(asset.responsibleUserIds ?? []);
      const now = session.now().toISOString();
      const row: Asset = {
        id: session.newId(),
        organisationId: asset.organisationId,
        kind: asset.kind,
        name: asset.name,
        status: asset.status ?? 'active',
        protectionLevel: asset.protectionLevel ?? null,
        identifiers: normaliseIdentifiers(asset.identifiers ?? []),
        responsibleUserIds: [...(asset.responsibleUserIds ?? [])],
        tags: [...new Set(asset.tags ?? [])],
        attributes: checkAttributes(rooms.registry, asset.kind, asset.attributes ?? {}),
        firstSeenAt: now,
        lastSeenAt: now,
        createdAt: now,
        updatedAt: now,
      };
      await db
        .insertInto('assets')
        .values({ ...row, attributes: JSON.stringify(row.attributes) })
        .execute();
      await tellAssets(session, [row]);
      return row;
    },
    update: async (id, changes) => {
      const before = await get(id);
      const after = { ...before, ...given(changes) };
      if (after.organisationId !== before.organisationId) await requireOrganisations(session, [after.organisationId]);
      if (changes.responsibleUserIds) await requireUsers(changes.responsibleUserIds);
      const attributes = checkAttributes(rooms.registry, after.kind, after.attributes);
      await db
        .updateTable('assets')
        .set({
          organisationId: after.organisationId,
          kind: after.kind,
          name: after.name,
          status: after.status,
          protectionLevel: after.protectionLevel,
          identifiers: normaliseIdentifiers(after.identifiers),
          responsibleUserIds: [...after.responsibleUserIds],
          tags: [...new Set(after.tags)],
          attributes: JSON.stringify(attributes),
          updatedAt: session.now().toISOString(),
        })
        .where('id', '=', id)
        .execute();
      if (after.organisationId !== before.organisationId) await moveBelongings(session, id, after.organisationId);
      await tellAssets(session, [after]);
      return await get(id);
    },
    get,
    list: (input) => list<Asset>(session, assetList, input),
    resolve: async (identifiers) => {
      const wanted = new Map(identifiers.map((raw) => [raw, normaliseIdentifier(raw)] as const));
      const found = new Map<string, Asset>();
      if (wanted.size === 0) return found;
      const rows = (await db
        .selectFrom('assets')
        .selectAll()
        .where(sql<boolean>`identifiers && ${[...new Set(wanted.values())]}::text[]`)
        // The asset in use wins over a retired one, the one seen last over an older one.
        .orderBy(sql`status = 'retired'`)
        .orderBy('lastSeenAt', 'desc')
        .orderBy('id')
        .execute()) as Asset[];
      const owner = new Map<string, Asset>();
      for (const row of rows) for (const each of row.identifiers) if (!owner.has(each)) owner.set(each, row);
      for (const [raw, normal] of wanted) {
        const asset = owner.get(normal);
        if (asset) found.set(raw, asset);
      }
      return found;
    },
    relate: async (fromAssetId, kind, toAssetId) => {
      await relate(session, fromAssetId, kind, toAssetId);
    },
  };
}

export async function relate(session: Session, fromAssetId: string, kind: string, toAssetId: string) {
  const parsed = RelationKind.safeParse(kind);
  if (!parsed.success)
    throw new Failure('input.invalid', { where: 'kind', expected: RelationKind.options.join(', '), got: kind });
  if (fromAssetId === toAssetId)
    throw new Failure('input.invalid', { where: 'toAssetId', expected: 'another asset', got: toAssetId });
  const from = await session.db
    .selectFrom('assets')
    .select(['id', 'organisationId'])
    .where('id', '=', fromAssetId)
    .executeTakeFirst();
  if (!from) throw notFound(`asset ${fromAssetId}`);
  await requireRows(session, { assets: [toAssetId] });
  const row = {
    id: session.newId(),
    organisationId: from.organisationId,
    fromAssetId,
    toAssetId,
    kind: parsed.data,
  };
  const inserted = await session.db
    .insertInto('relations')
    .values(row)
    .onConflict((conflict) => conflict.columns(['fromAssetId', 'kind', 'toAssetId']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted) return row;
  const existing = await session.db
    .selectFrom('relations')
    .selectAll()
    .where('fromAssetId', '=', fromAssetId)
    .where('kind', '=', kind)
    .where('toAssetId', '=', toAssetId)
    .executeTakeFirstOrThrow();
  return existing as typeof row;
}

export async function retire(session: Session, ids: readonly string[], reason: string): Promise<number> {
  await requireRows(session, { assets: ids });
  const changed = await session.db
    .selectFrom('assets')
    .select(['id', 'organisationId', 'status'])
    .where('id', '=', anyOf(ids))
    .where('status', '<>', 'retired')
    .orderBy('id')
    .forUpdate()
    .execute();
  await session.db
    .updateTable('assets')
    .set({ status: 'retired', updatedAt: session.now().toISOString() })
    .where('id', '=', anyOf(changed.map(({ id }) => id)))
    .execute();
  await addHistory(
    session,
    changed.map(({ id, organisationId, status }) => ({
      organisationId,
      subjectKind: 'asset' as const,
      subjectId: id,
      kind: 'status',
      text: reason,
      data: { from: status, to: 'retired', before: { status } },
    })),
  );
  await tellAssets(session, changed);
  return changed.length;
}

/** Findings and relations belong where their asset belongs. */
async function moveBelongings({ db }: Session, id: string, organisationId: string): Promise<void> {
  await db.updateTable('findings').set({ organisationId }).where('assetId', '=', id).execute();
  await db.updateTable('relations').set({ organisationId }).where('fromAssetId', '=', id).execute();
}

function given(changes: Partial<NewAsset>): Partial<Asset> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<Asset>;
}
