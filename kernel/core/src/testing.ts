/**
 * A migrated store for tests in well under a second: an in-memory database from a cached image, or a fresh database on the PostgreSQL
 * named by HEDUN_TEST_DATABASE_URL.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CapabilityServer } from '@hedun/sdk';
import pg from 'pg';
import type { Log, Store } from './contract.ts';
import { openInMemory } from './store/embedded.ts';
import { storeOn } from './store/index.ts';
import { openPostgresql } from './store/postgresql.ts';
import { kernelMigrations } from './store/schema.sql.ts';
import { scopeSql } from './store/scope.ts';

export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

export interface TestStore {
  readonly store: Store;
  /** Set when the store is on a PostgreSQL server. */
  readonly databaseUrl: string | null;
  close(): Promise<void>;
}

export async function openTestStore({
  capabilities = [],
}: {
  readonly capabilities?: readonly CapabilityServer[];
} = {}): Promise<TestStore> {
  const server = process.env.HEDUN_TEST_DATABASE_URL;
  return server ? await onServer(server, capabilities) : await inMemory(capabilities);
}

async function onServer(server: string, capabilities: readonly CapabilityServer[]): Promise<TestStore> {
  const name = `hedun_test_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const store = await storeOn(await openPostgresql(url.href, 4), 'postgresql', capabilities, silent);
  return {
    store,
    databaseUrl: url.href,
    close: async () => {
      await store.close();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

async function inMemory(capabilities: readonly CapabilityServer[]): Promise<TestStore> {
  const hash = createHash('sha256')
    .update(JSON.stringify([kernelMigrations, capabilities.map((each) => each.migrations), scopeSql(capabilities, [])]))
    .digest('hex')
    .slice(0, 24);
  const folder = path.resolve(import.meta.dirname, '../../../node_modules/.cache/hedun-test-store');
  const file = path.join(folder, `${hash}.tar`);
  const image = existsSync(file) ? new Blob([readFileSync(file)]) : undefined;
  const pool = await openInMemory(image);
  const store = await storeOn(pool, 'embedded', capabilities, silent);
  if (!image) {
    mkdirSync(folder, { recursive: true });
    // Tests run in threads of one process: each writes a file of its own, and the last rename wins with the same contents.
    const fresh = `${file}.${randomBytes(6).toString('hex')}`;
    writeFileSync(fresh, Buffer.from(await (await pool.pglite.dumpDataDir('none')).arrayBuffer()));
    renameSync(fresh, file);
  }
  return { store, databaseUrl: null, close: () => store.close() };
}
