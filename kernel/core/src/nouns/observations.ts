/**
 * Observations: what a source saw and when, kept as it came.
 * @module
 */
import type { Observation, Observations } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Session } from '../contract.ts';
import { chunks, jsonRows, requireRows, requireScope } from './shared.ts';

export function observationsOf(session: Session): Observations {
  return {
    record: async (observations) => {
      if (observations.length === 0) return [];
      const organisations = observations.map(({ organisationId }) => organisationId);
      requireScope(session, organisations);
      await requireRows(session, {
        organisations,
        assets: observations.flatMap(({ assetId }) => (assetId ? [assetId] : [])),
      });
      const receivedAt = session.now().toISOString();
      const rows = observations.map(
        (each): Observation => ({
          id: session.newId(),
          organisationId: each.organisationId,
          assetId: each.assetId ?? null,
          source: each.source,
          kind: each.kind,
          seenAt: each.seenAt.toISOString(),
          receivedAt,
          data: { ...each.data },
          evidenceId: each.evidenceId ?? null,
        }),
      );
      for (const part of chunks(rows))
        await sql`INSERT INTO observations (id, organisation_id, asset_id, source, kind, seen_at, received_at, data, evidence_id)
          SELECT id, "organisationId", "assetId", source, kind, "seenAt", "receivedAt", data, "evidenceId"
          FROM jsonb_to_recordset(${jsonRows(part)}) AS each (id uuid, "organisationId" uuid, "assetId" uuid, source text, kind text,
            "seenAt" timestamptz, "receivedAt" timestamptz, data jsonb, "evidenceId" uuid)`.execute(session.db);
      return rows;
    },
  };
}
