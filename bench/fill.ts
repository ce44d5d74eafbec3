/**
 * Filling a table faster than the platform would, for benchmarks of what is read: its indexes are taken away and made again once.
 * @module
 */
import type { RunningKernel } from '@hedun/core';
import { sql } from 'kysely';

export async function withoutIndexes(
  { store }: RunningKernel['core'],
  table: string,
  fill: () => Promise<void>,
): Promise<void> {
  const { rows } = await store.system((db) =>
    sql<{ name: string; made: string }>`SELECT indexname AS name, indexdef AS made FROM pg_indexes
      WHERE schemaname = 'public' AND tablename = ${table} AND indexdef NOT LIKE 'CREATE UNIQUE%'`.execute(db),
  );
  for (const { name } of rows) await store.system((db) => sql`DROP INDEX ${sql.ref(name)}`.execute(db));
  await fill();
  for (const { made } of rows) await store.system((db) => sql.raw(made).execute(db));
  await store.analyse();
}
