import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import type { Config } from '../../src/contract.ts';
import { createBackup, restoreBackup } from '../../src/store/backup.ts';
import { openBlobs } from '../../src/store/blobs.ts';
import { openStore } from '../../src/store/index.ts';
import { openTestStore, silent, type TestStore } from '../../src/testing.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-backup-'));
const city = '01900000-0000-7000-8000-000000000001';
const bureau = '01900000-0000-7000-8000-000000000002';
const file = path.join(folder, 'all.backup');
const large = new Uint8Array(300_000).map((_, index) => (index * 31) % 251);
const servers: TestStore[] = [];
let source: Config;
let target: Config;
const options = (config: Config, from = file) => ({
  config,
  capabilities: [],
  log: silent,
  file: from,
  passphraseFile: null,
  version: '1',
});

/** A platform of its own: a data folder, or on PostgreSQL a data folder and a fresh database. */
async function platform(name: string): Promise<Config> {
  const dataFolder = path.join(folder, name);
  mkdirSync(dataFolder);
  let databaseUrl: string | null = null;
  if (process.env.HEDUN_TEST_DATABASE_URL) {
    const opened = await openTestStore();
    servers.push(opened);
    databaseUrl = opened.databaseUrl;
  }
  return { ...loadConfig({ HEDUN_DATA: dataFolder }), databaseUrl };
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
async function facts(config: Config) {
  const store = await openStore({ config, capabilities: [], log: silent });
  try {
    return await store.system(async (db) => ({
      organisations: await db.selectFrom('organisations').selectAll().orderBy('id').execute(),
      assets: await db.selectFrom('assets').selectAll().orderBy('id').execute(),
      outbox: await db.selectFrom('outbox').selectAll().orderBy('id').execute(),
      users: await db.selectFrom('users').selectAll().execute(),
    }));
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  source = await platform('source');
  target = await platform('target');
  const store = await openStore({ config: source, capabilities: [], log: silent });
  const at = '2026-11-24T08:00:00.123Z';
  await store.system(async (db) => {
    // The child's id sorts first, yet its parent must be restored before it.
    for (const [id, parentId, line] of [
      [bureau, null, bureau],
      [city, bureau, `${bureau}/${city}`],
    ] as const)
      await db
        .insertInto('organisations')
        .values({
          id,
          parentId,
          name: `市 "${id.slice(-1)}"\n`,
          kind: 'city',
          path: line,
          createdAt: at,
          updatedAt: at,
        })
        .execute();
    await sql`INSERT INTO assets (id, organisation_id, kind, name, identifiers, attributes, first_seen_at, last_seen_at, created_at, updated_at)
      SELECT gen_random_uuid(), ${city}, 'host', '主机 ' || n, ARRAY['a,b', '{"x"}', n::text], '{"os":"Linux","Nested":{"camelKey":1}}', ${at}, ${at}, ${at}, ${at} FROM generate_series(1, 2500) n`.execute(
      db,
    );
    await sql`INSERT INTO outbox (event, key, payload, created_at) VALUES ('x', 'k', '{"a":null}', ${at})`.execute(db);
    await db
      .insertInto('users')
      .values({
        id: city,
        organisationId: city,
        name: 'wang',
        displayName: '王敏',
        createdAt: at,
        totpSecret: new Uint8Array([0, 255, 7]),
      })
      .execute();
  });
  await store.close();
  await openBlobs(source).put(large);
  mkdirSync(path.join(source.dataFolder, 'keys'), { recursive: true });
  writeFileSync(path.join(source.dataFolder, 'keys', 'instance.key'), 'secret');
  await createBackup(options(source));
});
afterAll(async () => {
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true });
});

test('[S11] a backup restores every row, blob and key on an empty platform', async () => {
  expect(await restoreBackup({ ...options(target), replace: false })).toMatchObject({ blobs: 1 });
  expect(await facts(target)).toEqual(await facts(source));
  const [name = ''] = await all(openBlobs(target).list());
  expect(Buffer.concat(await all(openBlobs(target).stream(name))).equals(Buffer.from(large))).toBe(true);
  expect(readFileSync(path.join(target.dataFolder, 'keys', 'instance.key'), 'utf8')).toBe('secret');
  const store = await openStore({ config: target, capabilities: [], log: silent });
  await store.system((db) =>
    sql`INSERT INTO outbox (event, key, payload, created_at) VALUES ('y', 'k', '{}', now())`.execute(db),
  );
  await store.close();
  expect(readdirSync(target.dataFolder).filter((entry) => /restor/.test(entry))).toEqual([]);
});

test('[S11] a cut or altered backup is refused and nothing is changed', async () => {
  const before = await facts(target);
  const whole = readFileSync(file);
  const wrong: [string, Buffer][] = [
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('no backup at all')],
    ...[20, Math.floor(whole.length / 2), whole.length - 1].map((length): [string, Buffer] => [
      `cut at ${length}`,
      whole.subarray(0, length),
    ]),
    ...[12, Math.floor(whole.length / 3), whole.length - 9].map((at): [string, Buffer] => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return [`bit at ${at}`, changed];
    }),
  ];
  for (const [name, bytes] of wrong) {
    const bad = path.join(folder, 'bad.backup');
    writeFileSync(bad, bytes);
    await expect(restoreBackup({ ...options(target, bad), replace: true }), name).rejects.toThrow(
      'store.backup_invalid',
    );
  }
  expect(await facts(target)).toEqual(before);
});

test('[S11] a platform with data is replaced only when asked', async () => {
  await expect(restoreBackup({ ...options(target), replace: false })).rejects.toThrow('record.exists');
  await restoreBackup({ ...options(target), replace: true });
  expect((await facts(target)).outbox.length).toBe(1);
});

test('[S11] with a passphrase the file is sealed', async () => {
  const passphraseFile = path.join(folder, 'passphrase');
  const otherFile = path.join(folder, 'other');
  writeFileSync(passphraseFile, '一段足够长的口令 1234567');
  writeFileSync(otherFile, '另一段足够长的口令 1234567');
  const sealed = path.join(folder, 'sealed.backup');
  await createBackup({ ...options(source, sealed), passphraseFile });
  for (const wrong of [null, otherFile])
    await expect(restoreBackup({ ...options(target, sealed), passphraseFile: wrong, replace: true })).rejects.toThrow(
      'store.backup_invalid',
    );
  await restoreBackup({ ...options(target, sealed), passphraseFile, replace: true });
  expect((await facts(target)).assets.length).toBe(2500);
});

test.skipIf(process.env.HEDUN_TEST_DATABASE_URL)(
  '[S11] a restore cut off while it replaces the database leaves the old one (skipped: only the embedded database)',
  async () => {
    const database = path.join(source.dataFolder, 'database');
    cpSync(database, `${database}.before-restore`, { recursive: true });
    rmSync(database, { recursive: true });
    expect((await facts(source)).assets.length).toBe(2500);
    expect(existsSync(`${database}.before-restore`)).toBe(false);
  },
);
