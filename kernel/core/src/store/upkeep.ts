/**
 * What background processes do in a PostgreSQL server and nobody does in the embedded one: checkpoints, statistics, dead rows.
 * Without it the write-ahead log grows until shutdown, plans after an import are tens of times slower, and tables only grow.
 * @module
 */
import type { Connection, Pool } from './connection.ts';

export interface UpkeepLimits {
  /** Bytes of write-ahead log after which a checkpoint is due; recovery after a crash reads at most about this much. */
  readonly logBytes: number;
  /** Rows and share of a table after which its statistics or dead rows are due: autovacuum's defaults. */
  readonly rows: number;
  readonly analyseShare: number;
  readonly vacuumShare: number;
  /** Seconds between two looks at one table's statistics (autovacuum_naptime), unless it has grown several times over meanwhile. */
  readonly analyseSeconds: number;
}
/** PostgreSQL's defaults (autovacuum_analyze_scale_factor 0.1, autovacuum_vacuum_scale_factor 0.2, thresholds 50). */
export const defaultLimits: UpkeepLimits = {
  logBytes: 64 * 1024 * 1024,
  rows: 50,
  analyseShare: 0.1,
  vacuumShare: 0.2,
  analyseSeconds: 60,
};
/** An import into a small table changes what plans rest on at once; into a large one statistics of a minute ago are good enough. */
const grownTimes = 3;
const everyMs = 5000;

/** The statements that are due now, most urgent first. */
export async function due(connection: Connection, limits: UpkeepLimits = defaultLimits): Promise<readonly string[]> {
  const log = await connection.query(
    'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()',
    [],
  );
  const statements: string[] = [];
  if (((log.rows[0] as { bytes: number } | undefined)?.bytes ?? 0) > limits.logBytes) statements.push('CHECKPOINT');
  const tables = await connection.query(
    `SELECT quote_ident(s.relname) AS name,
       (s.n_mod_since_analyze > $1 + $2 * greatest(c.reltuples, 0)
         AND (s.last_analyze IS NULL OR s.last_analyze < now() - make_interval(secs => $4) OR s.n_mod_since_analyze > $5 * greatest(c.reltuples, 0)))
       OR (c.reltuples < 0 AND c.relfilenode <> 0 AND pg_relation_size(c.oid) > 1048576) AS stale,
       -- The rows counted since the last look, too: an import into a small table has not made it bloated.
       s.n_dead_tup > $1 + $3 * greatest(c.reltuples, s.n_live_tup, 0) AS bloated
     FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE s.schemaname = 'public'`,
    [limits.rows, limits.analyseShare, limits.vacuumShare, limits.analyseSeconds, grownTimes],
  );
  for (const { name, stale, bloated } of tables.rows as readonly { name: string; stale: boolean; bloated: boolean }[])
    if (bloated) statements.push(`VACUUM (ANALYZE) ${name}`);
    else if (stale) statements.push(`ANALYZE ${name}`);
  return statements;
}

/** Looks every five seconds and does what is due, one statement per turn, so that waiting requests come in between. */
export function startUpkeep(pool: Pool): { stop(): void } {
  let busy = false;
  let stopped = false;
  const look = async () => {
    if (busy) return;
    busy = true;
    try {
      for (const statement of await pool.use((connection) => due(connection))) {
        if (stopped) return;
        await pool.use((connection) => connection.exec(statement));
      }
    } catch {
      // The next look tries again; a database that is broken says so to its users.
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
