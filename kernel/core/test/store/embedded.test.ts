import { fdatasyncSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openEmbedded } from '../../src/store/embedded.ts';
import { defaultLimits, due } from '../../src/store/upkeep.ts';

test('[S13] an acknowledged write of the embedded database is synced to disk, a read is not', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-durable-'));
  let synced = 0;
  const pool = await openEmbedded({
    dataFolder: folder,
    sync: (descriptor) => {
      synced += 1;
      fdatasyncSync(descriptor);
    },
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
  const pool = await openEmbedded({ dataFolder: null });
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
  await exec('DELETE FROM notes WHERE number > 500');
  await flush();
  expect(await now()).toEqual(['VACUUM (ANALYZE) notes']);
  await exec('VACUUM (ANALYZE) notes');
  await flush();
  expect(await now()).toEqual([]);
  await pool.close();
});
