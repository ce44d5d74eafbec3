/**
 * The pipeline's platform on the kernel's database: rules, sources, and commits in which offsets, snapshot, alerts, incidents and health
 * change together or not at all.
 * @module
 */
import { sql } from 'kysely';
import { type Here, json } from '../here.ts';
import type { IncidentDesk } from '../incidents/desk.ts';
import { activeRules, rulesVersion } from '../rules/index.ts';
import type { Commit, Platform, WorkSource } from './shapes.ts';

export const workerName = 'pipeline';

/** Sources as workers and collectors see them; secrets opened only where asked for. */
export async function workSources(context: Here, withSecrets: boolean): Promise<readonly WorkSource[]> {
  const rows = await context.db
    .selectFrom('detectionSources as s')
    .leftJoin('detectionParsers as p', 'p.id', 's.parserId')
    .selectAll('s')
    .select(['p.pattern', 'p.updatedAt as parserUpdatedAt'])
    .where('s.enabled', '=', true)
    .orderBy('s.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    organisationId: row.organisationId,
    kind: row.kind,
    format: row.format,
    zone: row.zone,
    encoding: row.encoding,
    logsource: (row.logsource ?? null) as WorkSource['logsource'],
    pattern: row.pattern ?? null,
    settings: row.settings,
    secret: withSecrets && row.secret ? context.secrets.open(row.secret, `source/${row.id}`) : null,
    revision: `${row.updatedAt} ${row.parserUpdatedAt ?? ''}`,
  }));
}

export function platformOf(context: Here, desk: IncidentDesk): Platform {
  return {
    state: () =>
      context.transaction(async ({ db }) => {
        const row = await db
          .selectFrom('detectionWorkers')
          .selectAll()
          .where('name', '=', workerName)
          .executeTakeFirst();
        return { offsets: row?.offsets ?? {}, snapshot: row?.snapshot ?? '' };
      }),
    sources: () => context.transaction((inner) => workSources(inner, false)),
    rules: (version) =>
      context.transaction(async (inner) => ((await rulesVersion(inner)) === version ? null : await activeRules(inner))),
    commit: async (commit) => {
      try {
        await context.transaction(async (inner) => {
          await keepState(inner, commit);
          await keepHealth(inner, commit);
          await desk.take(inner, commit.alerts);
        });
      } catch (error) {
        // What the desk concluded in a transaction that did not happen is forgotten; it reads its alerts again.
        desk.forget();
        throw error;
      }
    },
  };
}

async function keepState({ db, now }: Here, { offsets, snapshot }: Commit): Promise<void> {
  const values = { name: workerName, offsets: json({ ...offsets }), snapshot, updatedAt: now().toISOString() };
  await db
    .insertInto('detectionWorkers')
    .values(values)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute();
}

async function keepHealth({ db, now }: Here, { counts }: Commit): Promise<void> {
  for (const [id, each] of Object.entries(counts))
    await sql`UPDATE detection_source_health SET parsed = ${each.parsed}, failed = ${each.failed}, damaged = ${each.damaged}, late = ${each.late}, skew_ms = ${each.skewMs},
        unparsed = ${JSON.stringify(each.unparsed)}::jsonb, sample = ${JSON.stringify(each.sample)}::jsonb, updated_at = ${now().toISOString()}::timestamptz
      WHERE source_id = ${id}::uuid`.execute(db);
}
