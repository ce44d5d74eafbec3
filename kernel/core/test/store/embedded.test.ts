import { fdatasyncSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openEmbedded, openInMemory } from '../../src/store/embedded.ts';
import { defaultLimits, due } from '../../src/store/upkeep.ts';

test('[S13] an acknowledged write of the embedded database is synced to disk, a read is not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-durable-'));
  let synced = 0;
  const pool = await openEmbedded(folder, (descriptor) => {
    synced += 1;
    fdatasyncSync(descriptor);
  });
  await pool.use((connection) => connection.exec('CREATE TABLE notes (text text)'));
  synced = 0;
  await pool.use((connection) => connection.exec("BEGIN; INSERT INTO notes VALUES ('x'); COMMIT"));
  expect(synced).toBeGreaterThan(0);
  synced = 0;
  await pool.use((connection) => connection.query('SELECT * FROM notes', []));
  expect(synced).toBe(0);
  await pool.close();
  rmSync(folder, { recursive: true });
});

test('[S14] the embedded database is told when its log, its statistics or its dead rows are due', async () => {
  const pool = await openInMemory();
  const now = () => pool.use((connection) => due(connection));
  const exec = (statement: string) => pool.use((connection) => connection.exec(statement));
  // Statistics of changes are kept back inside a transaction and for up to a second; asking forces them out.
  const flush = () => exec('SELECT pg_stat_force_next_flush()');
  await exec('CREATE TABLE notes (number int)');
  expect(await now()).toEqual([]);
  await exec('INSERT INTO notes SELECT n FROM generate_series(1, 1000) n');
  await flush();
  expect(await now()).toEqual(['ANALYZE notes']);
  expect(await pool.use((connection) => due(connection, { ...defaultLimits, logBytes: 1 }))).toContain('CHECKPOINT');
  await exec('ANALYZE notes');
  // A third more within the minute can wait; several times as much cannot.
  await exec('INSERT INTO notes SELECT n FROM generate_series(1, 300) n');
  await flush();
  expect(await now()).toEqual([]);
  expect(await pool.use((connection) => due(connection, { ...defaultLimits, analyseSeconds: 0 }))).toEqual([
    'ANALYZE notes',
  ]);
  await exec('INSERT INTO notes SELECT n FROM generate_series(1, 4000) n');
  await flush();
  expect(await now()).toEqual(['ANALYZE notes']);
  // Changed rows are weighed against those that have come in since the last look.
  await exec('UPDATE notes SET number = -number WHERE number <= 200');
  await flush();
  expect(await now()).toEqual(['ANALYZE notes']);
  await exec('ANALYZE notes');
  await exec('DELETE FROM notes WHERE number > 500');
  await flush();
  expect(await now()).toEqual(['VACUUM (ANALYZE) notes']);
  await exec('VACUUM (ANALYZE) notes');
  await flush();
  expect(await now()).toEqual([]);
  await pool.close();
});

test('[S18] the embedded database works in a thread of its own: the server goes on meanwhile, an error keeps its code, and a closed one says so', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-thread-'));
  const pool = await openEmbedded(folder);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 5);
  await pool.use((connection) => connection.query('SELECT pg_sleep(0.3)', []));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
  const bytes = new Uint8Array([0, 1, 255]);
  const at = new Date('2026-11-26T01:02:03.456Z');
  const { rows } = await pool.use((connection) =>
    connection.query(
      'SELECT $1::bytea AS bytes, $2::timestamptz AS at, $3::text[] AS words, $4::jsonb AS data, $5::bigint AS number, NULL AS nothing',
      [bytes, at, ['一', 'b'], '{"a":[1]}', '9007199254740991'],
    ),
  );
  expect(rows).toEqual([
    { bytes, at: at.toISOString(), words: ['一', 'b'], data: { a: [1] }, number: 9_007_199_254_740_991, nothing: null },
  ]);
  await pool.use((connection) => connection.exec('CREATE TABLE notes (number int UNIQUE)'));
  const { affected } = await pool.use((connection) => connection.query('INSERT INTO notes VALUES (1), (2)', []));
  expect(affected).toBe(2);
  await expect(pool.use((connection) => connection.query('INSERT INTO notes VALUES (1)', []))).rejects.toMatchObject({
    code: '23505',
    constraint: 'notes_number_key',
    message: 'duplicate key value violates unique constraint "notes_number_key"',
  });
  // Nothing was lost, and what was lent is lent again.
  expect((await pool.use((connection) => connection.query('SELECT count(*) AS n FROM notes', []))).rows).toEqual([
    { n: 2 },
  ]);
  await pool.close();
  await expect(pool.use((connection) => connection.exec('SELECT 1'))).rejects.toThrow('expected an open thread');
  rmSync(folder, { recursive: true });
});
