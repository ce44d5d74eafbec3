/**
 * Keeps beside each system how complete it is and how its filing stands. Counted again from the asset whenever the asset, its filing or its
 * review changes, never added to: it cannot drift.
 * @module
 */
import type { Asset } from '@hedun/sdk';
import { completenessOf, differencesOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import type { FilingRow } from '../../filing-shapes.ts';
import type { SystemDetails, SystemRow } from '../../register-shapes.ts';
import { type Here, today } from '../here.ts';
import { detailsOf, recordOf, systemKind } from './record.ts';

const batch = 500;

export type FilingState = 'none' | 'applied' | 'filed' | 'differs' | 'retired';
export function filingStateOf(filing: Pick<FilingRow, 'status' | 'details'> | undefined, asset: Asset): FilingState {
  if (!filing || filing.status === 'refused') return 'none';
  if (filing.status !== 'filed') return filing.status;
  return differencesOf(filing.details as Partial<SystemDetails>, detailsOf(asset)).length > 0 ? 'differs' : 'filed';
}

/** Counts these systems again; assets of other kinds and those that are gone leave the register. */
export async function refreshSystems(context: Here, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += batch) {
    const some = ids.slice(at, at + batch);
    const list = sql<string>`ANY (${[...some]}::uuid[])`;
    const assets = (await context.db
      .selectFrom('assets')
      .selectAll()
      .where('id', '=', list)
      .where('kind', '=', systemKind)
      .execute()) as Asset[];
    // A filing goes with its system to another unit, as findings do.
    await sql`UPDATE workdesk_filings g SET organisation_id = a.organisation_id FROM assets a
      WHERE a.id = g.asset_id AND a.id = ${list} AND g.organisation_id <> a.organisation_id`.execute(context.db);
    await sql`UPDATE workdesk_applications p SET organisation_id = g.organisation_id FROM workdesk_filings g
      WHERE g.id = p.filing_id AND g.asset_id = ${list} AND p.organisation_id <> g.organisation_id`.execute(context.db);
    const filings = await context.db
      .selectFrom('workdeskFilings')
      .selectAll()
      .where('assetId', '=', list)
      .where('kind', '=', 'system')
      .orderBy('createdAt')
      .execute();
    const reviewed = await sql<{ id: string; day: string }>`SELECT e.asset_id AS id,
        max(to_char(s.accepted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')) AS day
      FROM workdesk_review_entries e JOIN workdesk_review_sheets s ON s.id = e.sheet_id
      WHERE s.status = 'accepted' AND e.asset_id = ANY (${[...some]}::uuid[]) GROUP BY e.asset_id`.execute(context.db);
    const confirmed = new Map(reviewed.rows.map(({ id, day }) => [id, day]));
    // The newest that was not refused decides.
    const filing = new Map(filings.filter(({ status }) => status !== 'refused').map((row) => [row.assetId, row]));
    await context.db.deleteFrom('workdeskSystems').where('id', '=', list).execute();
    if (assets.length === 0) continue;
    const rows = assets.map((asset): SystemRow => {
      const { percent, lines } = completenessOf(recordOf(asset), today(context));
      const own = filing.get(asset.id);
      return {
        id: asset.id,
        organisationId: asset.organisationId,
        completeness: percent,
        missing: lines.filter(({ state }) => state !== 'present').map(({ item }) => item),
        filing: filingStateOf(own, asset),
        filingExpiresOn: own?.status === 'filed' ? own.expiresOn : null,
        confirmedOn: confirmed.get(asset.id) ?? null,
      };
    });
    await context.db
      .insertInto('workdeskSystems')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          organisationId: row.ref('excluded.organisationId'),
          completeness: row.ref('excluded.completeness'),
          missing: row.ref('excluded.missing'),
          filing: row.ref('excluded.filing'),
          filingExpiresOn: row.ref('excluded.filingExpiresOn'),
          confirmedOn: row.ref('excluded.confirmedOn'),
        })),
      )
      .execute();
  }
}

/** Every system: an evaluation that was good yesterday may be a year old today. */
export async function refreshAll(context: Here): Promise<number> {
  const ids = await context.transaction(
    async ({ db }) =>
      (await db.selectFrom('assets').select('id').where('kind', '=', systemKind).execute()) as { id: string }[],
  );
  for (let at = 0; at < ids.length; at += batch) {
    await context.transaction((inner) =>
      refreshSystems(
        inner,
        ids.slice(at, at + batch).map(({ id }) => id),
      ),
    );
    await context.progress(Math.min(at + batch, ids.length), ids.length);
  }
  return ids.length;
}
