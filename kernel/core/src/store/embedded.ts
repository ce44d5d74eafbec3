/**
 * PostgreSQL in this process: PGlite on a data folder, in a thread of its own; in memory, in this one. One connection, lent in turn.
 * @module
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import type { Connection, Pool } from './connection.ts';
import type { Answer, Ask } from './embedded-thread.ts';
import { lockFolder } from './lock.ts';
import { connectionOn, openPglite, type PgliteOptions } from './pglite.ts';
import { startUpkeep } from './upkeep.ts';

interface Engine {
  readonly connection: Connection;
  close(): Promise<void>;
}

/** The database on a data folder, which no other process may have open. */
export async function openEmbedded(dataFolder: string, sync?: PgliteOptions['sync']): Promise<Pool> {
  const folder = path.join(dataFolder, 'database');
  const unlock = lockFolder(dataFolder);
  // A restore cut off between its two renames left the old database aside.
  if (!existsSync(folder) && existsSync(`${folder}.before-restore`)) renameSync(`${folder}.before-restore`, folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let engine: Engine;
  try {
    engine = sync ? here(await openPglite({ folder, sync })) : await inThread(folder);
  } catch (error) {
    unlock();
    throw error;
  }
  const pool = lending(engine);
  const upkeep = startUpkeep(pool);
  return {
    use: pool.use,
    close: async () => {
      upkeep.stop();
      await pool.close();
      unlock();
    },
  };
}

/** A database that is gone when it is closed; `pglite` gives its image. */
export async function openInMemory(image?: Blob): Promise<Pool & { readonly pglite: PGlite }> {
  const pglite = await openPglite({ folder: null, image });
  return { pglite, ...lending(here(pglite)) };
}

function here(pglite: PGlite): Engine {
  return { connection: connectionOn(pglite), close: () => pglite.close() };
}

async function inThread(folder: string): Promise<Engine> {
  const thread = new Worker(new URL('./embedded-thread.ts', import.meta.url), { workerData: { folder } });
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let ended: Error | null = null;
  let last = 0;
  const end = (error: Error) => {
    ended ??= error;
    for (const each of waiting.values()) each.reject(error);
    waiting.clear();
  };
  thread.on('error', end);
  thread.on('exit', (code) =>
    end(new Error(`embedded database: expected an open thread, got one that ended (${code})`)),
  );
  thread.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    // Only work under way keeps the process alive, as it would in this thread.
    if (waiting.size === 0) thread.unref();
    if (answer.failure) asked?.reject(Object.assign(new Error(), answer.failure));
    else asked?.resolve(answer);
  });
  const expect = (id: number) => {
    const asked = Promise.withResolvers<Answer>();
    waiting.set(id, asked);
    thread.ref();
    return asked.promise;
  };
  const ask = async (kind: Ask['kind'], sql = '', values: Ask['values'] = []) => {
    if (ended) throw ended;
    last += 1;
    const answer = expect(last);
    thread.postMessage({ id: last, kind, sql, values } satisfies Ask);
    return await answer;
  };
  await expect(0);
  return {
    connection: {
      query: (sql, values) => ask('query', sql, values),
      exec: async (sql) => void (await ask('exec', sql)),
    },
    close: async () => void (await ask('close')),
  };
}

/** One at a time, in the order of asking. */
function lending({ connection, close }: Engine): Pool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    use: (work) => {
      const mine = last.then(() => work(connection));
      last = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      await last;
      await close();
    },
  };
}
