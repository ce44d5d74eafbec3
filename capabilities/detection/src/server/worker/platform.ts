/**
 * The pipeline's platform on the kernel's database: rules, sources, and commits in which offsets, snapshot, alerts, incidents and health
 * change together or not at all.
 * @module
 */
import { sql } from 'kysely';
import { type Here, json } from '../here.ts';
import type { IncidentDesk } from '../incidents/desk.ts';
import { activeRules, rulesVersion } from '../rules/index.ts';
import { type Commit, fencedMark, originMark, type Platform, type WorkSource } from './shapes.ts';

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

/** Where a partition of a group stands, without taking it. */
export const committedOf = (context: Here, name: string, partition: string): Promise<number> =>
  context.transaction(async ({ db }) => {
    const row = await db.selectFrom('detectionWorkers').select('offsets').where('name', '=', name).executeTakeFirst();
    return row?.offsets[partition] ?? 0;
  });

/** How far a server handed on what it took, and, with offsets, that it did. */
export const forwarded = (context: Here, name: string, offsets?: Readonly<Record<string, number>>) =>
  context.transaction(async (inner) => {
    if (offsets) await keepState(inner, name, { offsets, snapshot: '', alerts: [], counts: {} });
    const row = await inner.db
      .selectFrom('detectionWorkers')
      .select('offsets')
      .where('name', '=', name)
      .executeTakeFirst();
    return row?.offsets ?? {};
  });

/** How far the group took what one log handed on: of an organisation's lines the one partition that has them. */
export const takenOf = (context: Here, log: string): Promise<number> =>
  context.transaction(async ({ db }) => {
    const { rows } = await sql<{ n: number }>`
      SELECT coalesce(max((offsets ->> ${`${originMark}${log}`})::float8), -1) AS n FROM detection_workers`.execute(db);
    return Number(rows[0]?.n ?? -1) + 1;
  });

/**
 * @param name the worker's, or, in a group, that of the partition it has
 * @param fenced several processes may believe that they have the partition: whoever took its state last has it, the others' commits fail
 */
export function platformOf(context: Here, desk: IncidentDesk, name = workerName, fenced = false): Platform {
  let epoch = -1;
  return {
    state: () =>
      context.transaction(async (inner) => {
        if (fenced) epoch = await claim(inner, name);
        const row = await inner.db
          .selectFrom('detectionWorkers')
          .selectAll()
          .where('name', '=', name)
          .executeTakeFirst();
        return { offsets: row?.offsets ?? {}, snapshot: row?.snapshot ?? '', ...(fenced ? { epoch } : {}) };
      }),
    sources: () => context.transaction((inner) => workSources(inner, false)),
    rules: (version) =>
      context.transaction(async (inner) => ((await rulesVersion(inner)) === version ? null : await activeRules(inner))),
    commit: async (commit) => {
      try {
        await context.transaction(async (inner) => {
          if (fenced) await keepClaimed(inner, name, epoch, commit);
          else await keepState(inner, name, commit);
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

async function claim({ db, now }: Here, name: string): Promise<number> {
  const { rows } = await sql<{ epoch: number }>`
    INSERT INTO detection_workers (name, offsets, snapshot, updated_at, epoch) VALUES (${name}, '{}', '', ${now().toISOString()}::timestamptz, 1)
    ON CONFLICT (name) DO UPDATE SET epoch = detection_workers.epoch + 1 RETURNING epoch`.execute(db);
  return rows[0]?.epoch ?? -1;
}

async function keepClaimed(
  { db, now }: Here,
  name: string,
  epoch: number,
  { offsets, snapshot }: Commit,
): Promise<void> {
  const { rows } = await sql`
    UPDATE detection_workers SET offsets = ${JSON.stringify(offsets)}::jsonb, snapshot = ${snapshot}, updated_at = ${now().toISOString()}::timestamptz
    WHERE name = ${name} AND epoch = ${epoch} RETURNING name`.execute(db);
  if (rows.length === 0) throw new Error(`${fencedMark} another worker took ${name}`);
}

async function keepState({ db, now }: Here, name: string, { offsets, snapshot }: Commit): Promise<void> {
  const values = { name, offsets: json({ ...offsets }), snapshot, updatedAt: now().toISOString() };
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
