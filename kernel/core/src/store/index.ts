/**
 * Opens the store: the embedded database or PostgreSQL, migrated, every transaction under row-level security.
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CapabilityServer } from '@hedun/sdk';
import type { Access, Config, Database, Log, Store } from '../contract.ts';
import { type Connection, type Pool, queryBuilder } from './connection.ts';
import { migrate } from './migrate.ts';
import { openPool } from './pool.ts';
import { beginSql, roleOf } from './scope.ts';

export interface StoreOptions {
  readonly config: Pick<Config, 'dataFolder' | 'databaseUrl'>;
  readonly capabilities: readonly CapabilityServer[];
  readonly log: Log;
  /** The configured database, where it was opened ahead. */
  readonly pool?: Promise<Pool> | undefined;
}

export async function openStore({ config, capabilities, log, pool: ahead }: StoreOptions): Promise<Store> {
  const pool = await (ahead ?? openPool(config));
  try {
    return await storeOn(pool, config.databaseUrl === null ? 'embedded' : 'postgresql', capabilities, log);
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** Serialisation failure and deadlock: PostgreSQL asks to try again (documentation, appendix A). */
const retryable = new Set(['40001', '40P01']);
const attempts = 5;
/** Key of the advisory lock under which one of several servers migrates. */
const migrationLock = 7_305_421;

export async function storeOn(
  pool: Pool,
  kind: Store['kind'],
  capabilities: readonly CapabilityServer[],
  log: Log,
): Promise<Store> {
  const ran = await pool.use(async (connection) => {
    if (kind === 'postgresql') await connection.exec(`SELECT pg_advisory_lock(${migrationLock})`);
    try {
      return await migrate(connection, capabilities);
    } finally {
      if (kind === 'postgresql') await connection.exec(`SELECT pg_advisory_unlock(${migrationLock})`);
    }
  });
  if (ran.length > 0) log.info('migrated', { steps: ran });
  /** The transaction around the running code, so that a room asked from inside one joins it instead of waiting for its connection. */
  const around = new AsyncLocalStorage<{ readonly db: Database; open: boolean }>();
  const opened = new WeakMap<
    Database,
    { readonly connection: Connection; readonly access: Access | null; elevated?: boolean }
  >();
  const within = async <T>(begin: string, access: Access | null, work: (db: Database) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await pool.use(async (connection) => {
          await connection.exec(begin).catch(async (error) => {
            await connection.exec('ROLLBACK').catch(() => undefined);
            throw error;
          });
          const db = queryBuilder(connection);
          opened.set(db, { connection, access });
          const current = { db, open: true };
          try {
            const result = await around.run(current, () => work(db));
            current.open = false;
            await connection.exec('COMMIT');
            return result;
          } catch (error) {
            current.open = false;
            await connection.exec('ROLLBACK').catch(() => undefined);
            throw error;
          }
        });
      } catch (error) {
        if (attempt >= attempts || !retryable.has((error as { code?: string }).code ?? '')) throw error;
      }
    }
  };
  const elevated: Store['elevated'] = async (db, work) => {
    const found = opened.get(db);
    if (!found) throw new TypeError('elevated: expected the database of an open transaction, got another');
    if (found.access === null || found.elevated) return await work(db);
    found.elevated = true;
    await found.connection.exec('SET LOCAL ROLE NONE');
    try {
      return await work(db);
    } finally {
      found.elevated = false;
      // In a failed transaction this is refused too; its end restores the role.
      await found.connection.exec(`SET LOCAL ROLE ${roleOf(found.access)}`).catch(() => undefined);
    }
  };
  const refuseNested = (what: string) => {
    if (around.getStore()?.open)
      throw new TypeError(
        `store.${what}: expected to begin outside any transaction, got a nested call; use the open one`,
      );
  };
  return {
    kind,
    transaction: (access, work) => {
      refuseNested('transaction');
      return within(beginSql(access, false), access, work);
    },
    read: (access, work) => {
      refuseNested('read');
      return within(beginSql(access, true), access, work);
    },
    system: (work) => {
      const current = around.getStore();
      return current?.open ? elevated(current.db, work) : within('BEGIN', null, work);
    },
    elevated,
    outside: (work) => around.exit(work),
    analyse: () => pool.use((connection) => connection.exec('ANALYZE')),
    close: () => pool.close(),
  };
}
