import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { helloServer } from '@hedun/capability-hello/server';
import type { CapabilityServer } from '@hedun/sdk';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openInMemory } from '../../src/store/embedded.ts';
import { lockFolder } from '../../src/store/lock.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openTestStore, type TestStore } from '../../src/testing.ts';

const hello = helloServer as unknown as CapabilityServer;
const [city, bureau, office, other] = ['1', '2', '3', '4'].map(
  (end) => `01900000-0000-7000-8000-00000000000${end}`,
) as [string, string, string, string];
let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore({ capabilities: [hello] });
  await opened.store.system(async (db) => {
    const at = '2026-11-24T08:00:00.000Z';
    for (const [id, parentId, path] of [
      [city, null, city],
      [bureau, city, `${city}/${bureau}`],
      [office, bureau, `${city}/${bureau}/${office}`],
      [other, city, `${city}/${other}`],
    ] as const) {
      await db
        .insertInto('organisations')
        .values({ id, parentId, name: id.slice(-1), kind: 'bureau', path, createdAt: at, updatedAt: at } as never)
        .execute();
      await sql`INSERT INTO hello_greetings (id, organisation_id, text, created_at) VALUES (${id.replace('01900000', '01900001')}, ${id}, 'x', ${at})`.execute(
        db,
      );
    }
  });
});
afterAll(() => opened.close());

const scoped = (...ids: string[]) => ({ scope: { kind: 'organisations', ids } as const, userId: null });
const all = { scope: { kind: 'all' } as const, userId: null };

test('[S1] times come as ISO text in UTC and columns in camelCase', async () => {
  const row = await opened.store.read(all, (db) =>
    db.selectFrom('organisations').select(['createdAt', 'parentId']).where('id', '=', bureau).executeTakeFirstOrThrow(),
  );
  expect(row).toEqual({ createdAt: '2026-11-24T08:00:00.000Z', parentId: city });
});
test('[S2] only rows of the scope are seen, in kernel tables and in those of capabilities', async () => {
  const seen = await opened.store.read(scoped(bureau, office), async (db) => [
    (await db.selectFrom('organisations').select('id').orderBy('id').execute()).map(({ id }) => id),
    Number((await sql<{ n: number }>`SELECT count(*) AS n FROM hello_greetings`.execute(db)).rows[0]?.n),
  ]);
  expect(seen).toEqual([[bureau, office], 2]);
  expect((await opened.store.read(all, (db) => db.selectFrom('organisations').select('id').execute())).length).toBe(4);
  expect(await opened.store.read(scoped(), (db) => db.selectFrom('organisations').select('id').execute())).toEqual([]);
});
test('[S3] a row outside the scope can be neither written, changed nor deleted', async () => {
  const insert = opened.store.transaction(scoped(bureau), (db) =>
    sql`INSERT INTO hello_greetings (id, organisation_id, text, created_at) VALUES (gen_random_uuid(), ${other}, 'x', now())`.execute(
      db,
    ),
  );
  await expect(insert).rejects.toThrow(/row-level security/);
  const changed = await opened.store.transaction(scoped(bureau), (db) =>
    sql`UPDATE hello_greetings SET text = 'y' WHERE organisation_id = ${other}`.execute(db),
  );
  expect(Number(changed.numAffectedRows)).toBe(0);
  await expect(
    opened.store.transaction(scoped(bureau), (db) =>
      sql`UPDATE hello_greetings SET organisation_id = ${other} WHERE organisation_id = ${bureau}`.execute(db),
    ),
  ).rejects.toThrow(/row-level security/);
});
test("[S4] secrets of users and the owner's tables are out of reach for every operation", async () => {
  for (const statement of [
    'SELECT password_hash FROM users',
    'SELECT * FROM sessions',
    'SELECT * FROM one_time_secrets',
    'SELECT payload FROM outbox',
    'SELECT secret FROM settings',
    'UPDATE audit_head SET sequence = 9',
    'DELETE FROM audit_records',
  ])
    await expect(
      opened.store.transaction(all, (db) => sql.raw(statement).execute(db)),
      statement,
    ).rejects.toThrow(/permission denied/);
});
test('[S5] a failed transaction leaves nothing behind', async () => {
  await expect(
    opened.store.transaction(all, async (db) => {
      await sql`INSERT INTO hello_greetings (id, organisation_id, text, created_at) VALUES (gen_random_uuid(), ${city}, 'lost', now())`.execute(
        db,
      );
      throw new Error('stop');
    }),
  ).rejects.toThrow('stop');
  const { rows } = await opened.store.read(all, (db) =>
    sql`SELECT 1 FROM hello_greetings WHERE text = 'lost'`.execute(db),
  );
  expect(rows).toEqual([]);
});
test('[S6] a read changes nothing', async () => {
  await expect(opened.store.read(all, (db) => sql`DELETE FROM hello_greetings`.execute(db))).rejects.toThrow(
    /read-only/,
  );
});
test('[S7] a room asked from inside a transaction joins it; a second transaction inside one is refused', async () => {
  const count = await opened.store.transaction(scoped(bureau), async (db) => {
    const owner = await opened.store.system((inner) => inner.selectFrom('organisations').select('id').execute());
    const own = await db.selectFrom('organisations').select('id').execute();
    return [owner.length, own.length];
  });
  expect(count).toEqual([4, 1]);
  await expect(opened.store.transaction(all, () => opened.store.read(all, async () => 1))).rejects.toThrow(/nested/);
});
test('[S8] an id that is no UUID never reaches SQL text', () => {
  expect(() => opened.store.read(scoped("x'; DROP TABLE users; --"), async () => 1)).toThrow(/expected UUIDs/);
});

const room = (up: string, table = 'notes'): CapabilityServer =>
  ({
    ...hello,
    capability: { ...hello.capability, id: 'room', tables: { [table]: { row: {} as never, scope: 'organisation' } } },
    migrations: [{ id: 1, name: 'first', up }],
  }) as CapabilityServer;
test('[S9] a table without declaration, without its scope column or without migration is refused by name; a released step may not change', async () => {
  const pool = await openInMemory();
  const tryOut = (capability: CapabilityServer) => pool.use((connection) => migrate(connection, [capability]));
  await expect(tryOut(room('SELECT 1'))).rejects.toThrow('table room_notes: expected a migration');
  await expect(tryOut(room('SELECT 2'))).rejects.toThrow('migration room/1: expected the released step');
  await pool.use((connection) => connection.exec('CREATE TABLE room_notes (id uuid)'));
  await expect(tryOut(room('SELECT 1'))).rejects.toThrow('expected a column organisation_id');
  await pool.use((connection) =>
    connection.exec('ALTER TABLE room_notes ADD organisation_id uuid; CREATE TABLE room_hidden (id uuid)'),
  );
  await expect(tryOut(room('SELECT 1'))).rejects.toThrow('table room_hidden: expected a declaration');
  await pool.close();
});
test('[S10] two processes never open one data folder; the lock of a dead one is taken over', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-lock-'));
  const unlock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow('store.locked');
  unlock();
  writeFileSync(path.join(folder, 'lock'), '999999 1');
  lockFolder(folder)();
  writeFileSync(path.join(folder, 'lock'), `1 12345`);
  lockFolder(folder)();
  rmSync(folder, { recursive: true });
});
test('[S16] the log of a job is seen with its job only', async () => {
  const job = '01900002-0000-7000-8000-000000000001';
  await opened.store.system(async (db) => {
    await sql`INSERT INTO jobs (id, organisation_id, operation, title, input, actor, run_at, created_at) VALUES (${job}, ${bureau}, 'x', '{}', '{}', '{}', now(), now())`.execute(
      db,
    );
    await sql`INSERT INTO job_log (job_id, at, text) VALUES (${job}, now(), 'line')`.execute(db);
  });
  const lines = (access: Parameters<typeof opened.store.read>[0]) =>
    opened.store.read(access, (db) => db.selectFrom('jobLog').select('text').execute());
  expect(await lines(scoped(bureau))).toEqual([{ text: 'line' }]);
  expect(await lines(scoped(other))).toEqual([]);
  expect(await lines(all)).toEqual([{ text: 'line' }]);
});
test('[S17] what is published is read by all and changed by its owner; what two parties share is for them alone', async () => {
  const rooms = (['published', 'parties'] as const).map((scope, index) => ({
    ...hello,
    capability: { ...hello.capability, id: scope, tables: { notes: { row: {} as never, scope } } },
    migrations: [
      {
        id: 1,
        name: 'notes',
        up: `CREATE TABLE ${scope}_notes (id int PRIMARY KEY, ${index === 0 ? 'organisation_id uuid' : 'party_ids uuid[]'}, text text)`,
      },
    ],
  })) as CapabilityServer[];
  const own = await openTestStore({ capabilities: rooms });
  await own.store.system(async (db) => {
    await sql`INSERT INTO published_notes VALUES (1, ${bureau}, 'x')`.execute(db);
    await sql`INSERT INTO parties_notes VALUES (1, ${[bureau, office]}, 'x')`.execute(db);
  });
  const count = (table: string, ...ids: string[]) =>
    own.store.read(scoped(...ids), async (db) =>
      Number((await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(db)).rows[0]?.n),
    );
  const changed = async (table: string, how: 'UPDATE' | 'DELETE', ...ids: string[]) =>
    Number(
      (
        await own.store.transaction(scoped(...ids), (db) =>
          (how === 'UPDATE'
            ? sql`UPDATE ${sql.table(table)} SET text = 'y'`
            : sql`DELETE FROM ${sql.table(table)}`
          ).execute(db),
        )
      ).numAffectedRows,
    );
  expect([await count('published_notes', bureau), await count('published_notes', other)]).toEqual([1, 1]);
  expect([await count('parties_notes', office), await count('parties_notes', other)]).toEqual([1, 0]);
  for (const table of ['published_notes', 'parties_notes'])
    for (const how of ['UPDATE', 'DELETE'] as const) expect(await changed(table, how, other)).toBe(0);
  expect(await changed('published_notes', 'UPDATE', bureau)).toBe(1);
  expect(await changed('parties_notes', 'UPDATE', office)).toBe(1);
  for (const insert of [
    sql`INSERT INTO published_notes VALUES (2, ${bureau}, 'x')`,
    sql`INSERT INTO parties_notes VALUES (2, ${[bureau, office]}, 'x')`,
    sql`INSERT INTO parties_notes VALUES (3, ${[]}::uuid[], 'x')`,
  ])
    await expect(own.store.transaction(scoped(other), (db) => insert.execute(db))).rejects.toThrow(
      /row-level security/,
    );
  await own.close();
});
