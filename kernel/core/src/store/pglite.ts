/**
 * PGlite as Hedun runs it: durable in a data folder or wholly in memory, with the settings, extensions and types the store counts on.
 * @module
 */
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { type Connection, isoTimestamp } from './connection.ts';
import { DurableFolder, startParameters } from './durable-folder.ts';

/** Type ids of PostgreSQL (pg_type.dat). */
const timestamptz = 1184;
const int8 = 20;
const numeric = 1700;

export interface PgliteOptions {
  /** The folder of the database's files; null keeps everything in memory. */
  readonly folder: string | null;
  /** A data folder image to start from instead of an empty database. */
  readonly image?: Blob | undefined;
  /** How an open file is made durable; only tests give another. */
  readonly sync?: ((descriptor: number) => void) | undefined;
}

export async function openPglite({ folder, image, sync }: PgliteOptions): Promise<PGlite> {
  const pglite = await PGlite.create({
    ...(folder === null ? {} : { fs: new DurableFolder(folder, sync) }),
    startParams: startParameters(PGlite.defaultStartParams, folder !== null),
    ...(image ? { loadDataDir: image } : {}),
    extensions: { pg_trgm },
    parsers: { [timestamptz]: isoTimestamp, [int8]: Number, [numeric]: Number },
  });
  await pglite.exec("SET TIME ZONE 'UTC'");
  return pglite;
}

export function connectionOn(pglite: PGlite): Connection {
  return {
    query: async (sql, values) => {
      const { rows, affectedRows } = await pglite.query(sql, [...values]);
      return { rows, affected: affectedRows ?? rows.length };
    },
    exec: async (sql) => void (await pglite.exec(sql)),
  };
}
