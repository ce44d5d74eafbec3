/**
 * Handlers of assets, relations, evidence and observations.
 * @module
 */
import { type Asset, type Evidence, handlers, type Observation } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Core } from '../contract.ts';
import { list } from '../lists/list.ts';
import { sessionOf } from '../session.ts';
import { relate, retire } from './assets.ts';
import { assetList, evidenceList, observationList } from './definitions.ts';
import { referenceTo } from './files.ts';
import { notFound } from './shared.ts';
import { undoAssets } from './undo.ts';

export function assetHandlers(core: Core) {
  return handlers<Kernel>()({
    listAssetKinds: async () => ({
      items: core.registry.assetKinds().flatMap((kind) => {
        const declared = core.registry.assetKind(kind);
        if (!declared) return [];
        const { title, capability, attributes } = declared;
        return [{ kind, title, capability, attributes: z.toJSONSchema(attributes, { io: 'input' }) }];
      }),
    }),
    listAssets: (input, context) => list<Asset>(sessionOf(context), assetList, input),
    getAsset: async ({ id }, context) => {
      const { db } = sessionOf(context);
      const asset = await context.assets.get(id);
      const relations = await db
        .selectFrom('relations')
        .innerJoin('assets', (join) =>
          join.on(
            sql<boolean>`assets.id = CASE WHEN relations.from_asset_id = ${id}::uuid THEN relations.to_asset_id ELSE relations.from_asset_id END`,
          ),
        )
        .select([
          'relations.id',
          'relations.organisationId',
          'relations.fromAssetId',
          'relations.toAssetId',
          'relations.kind',
          'assets.id as otherId',
          'assets.name as otherName',
          'assets.kind as otherKind',
        ])
        .where((row) => row.or([row('fromAssetId', '=', id), row('toAssetId', '=', id)]))
        .orderBy('assets.name')
        .limit(1000)
        .execute();
      const open = await db
        .selectFrom('findings')
        .select(['severity', sql<number>`count(*)::int`.as('count')])
        .where('assetId', '=', id)
        .where('status', 'in', ['open', 'triaged', 'in_case'])
        .groupBy('severity')
        .execute();
      return {
        asset,
        relations: relations.map(({ otherId, otherName, otherKind, ...relation }) => ({
          relation: relation as never,
          other: { id: otherId, name: otherName, kind: otherKind },
        })),
        openFindings: Object.fromEntries(open.map(({ severity, count }) => [severity, count])),
      };
    },
    createAsset: (input, context) =>
      context.assets.create({ ...input, protectionLevel: input.protectionLevel ?? null }),
    updateAsset: ({ id, ...changes }, context) => context.assets.update(id, changes as never),
    retireAssets: async ({ ids, reason }, context) => ({ changed: await retire(sessionOf(context), ids, reason) }),
    undoAssetStep: ({ ids }, context) => undoAssets(sessionOf(context), ids),
    relateAssets: ({ id, kind, toAssetId }, context) => relate(sessionOf(context), id, kind, toAssetId),
    unrelateAssets: async ({ id }, context) => {
      const gone = await sessionOf(context).db.deleteFrom('relations').where('id', '=', id).returning('id').execute();
      if (gone.length === 0) throw notFound(`relation ${id}`);
      return { done: true };
    },
    listEvidence: (input, context) => list<Evidence>(sessionOf(context), evidenceList, input),
    getEvidence: async ({ id }, context) => {
      const evidence = await context.files.get(id);
      return { evidence, file: referenceTo(evidence) };
    },
    listObservations: (input, context) => list<Observation>(sessionOf(context), observationList, input),
  });
}
