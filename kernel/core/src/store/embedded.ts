/**
 * PostgreSQL in this process: PGlite in the data folder. One connection, lent in turn.
 * @module
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { type Connection, isoTimestamp, type Pool } from './connection.ts';
import { DurableFolder, startParameters } from './durable-folder.ts';
import { lockFolder } from './lock.ts';
import { startUpkeep } from './upkeep.ts';

/** Type ids of PostgreSQL (pg_type.dat). */
const timestamptz = 1184;
const int8 = 20;
const numeric = 1700;

export interface EmbeddedOptions {
  /** Null keeps everything in memory. */
  readonly dataFolder: string | null;
  /** A data folder image to start from instead of an empty database. */
  readonly image?: Blob;
  /** How an open file is made durable; only tests give another. */
  readonly sync?: (descriptor: number) => void;
}

export async function openEmbedded({
  dataFolder,
  image,
  sync,
}: EmbeddedOptions): Promise<Pool & { readonly pglite: PGlite }> {
  const folder = dataFolder === null ? null : path.join(dataFolder, 'database');
  const unlock = dataFolder === null ? () => undefined : lockFolder(dataFolder);
  if (folder) {
    // A restore cut off between its two renames left the old database aside.
    if (!existsSync(folder) && existsSync(`${folder}.before-restore`)) renameSync(`${folder}.before-restore`, folder);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const durable = folder !== null;
  let pglite: PGlite;
  try {
    pglite = await PGlite.create({
      ...(folder === null ? {} : { fs: new DurableFolder(folder, sync) }),
      startParams: startParameters(PGlite.defaultStartParams, durable),
      ...(image ? { loadDataDir: image } : {}),
      extensions: { pg_trgm },
      parsers: { [timestamptz]: isoTimestamp, [int8]: Number, [numeric]: Number },
    });
    await pglite.exec("SET TIME ZONE 'UTC'");
  } catch (error) {
    unlock();
    throw error;
  }
  const connection: Connection = {
    query: async (sql, values) => {
      const { rows, affectedRows } = await pglite.query(sql, [...values]);
      return { rows, affected: affectedRows ?? rows.length };
    },
    exec: async (sql) => void (await pglite.exec(sql)),
  };
  let last: Promise<unknown> = Promise.resolve();
  const use: Pool['use'] = (work) => {
    const mine = last.then(() => work(connection));
    last = mine.catch(() => undefined);
    return mine;
  };
  const upkeep = durable ? startUpkeep({ use, close: async () => undefined }) : null;
  return {
    pglite,
    use,
    close: async () => {
      upkeep?.stop();
      await last;
      await pglite.close();
      unlock();
    },
  };
}
