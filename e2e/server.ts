/**
 * A platform of its own for one journey: a fresh data folder, the real server process, the one-time link it prints.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

export interface Platform {
  readonly url: string;
  readonly setupPath: string;
  readonly stop: () => Promise<void>;
}

export async function startPlatform(basePath = ''): Promise<Platform> {
  const data = mkdtempSync(path.join(tmpdir(), 'hedun-e2e-'));
  const port = await freePort();
  const server = spawn(process.execPath, ['apps/server/src/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      HEDUN_DATA: data,
      HEDUN_HOST: '127.0.0.1',
      HEDUN_PORT: String(port),
      HEDUN_BASE_PATH: basePath,
      NODE_ENV: 'production',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const setupPath = await printed(server, /\/setup\?token=[\w-]+/);
    return { url: `http://127.0.0.1:${port}${basePath}`, setupPath, stop: () => stop(server, data) };
  } catch (error) {
    await stop(server, data);
    throw error;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The first match in what the server says; fails with all it said when it ends or keeps silent for three minutes. */
async function printed(server: ChildProcess, pattern: RegExp): Promise<string> {
  let said = '';
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`server: expected ${pattern}, got:\n${said}`)), 180_000);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const found = pattern.exec(said)?.[0];
      if (!found || !said.includes('listening')) return;
      clearTimeout(timer);
      resolve(found);
    };
    server.stdout?.on('data', listen);
    server.stderr?.on('data', listen);
    server.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`server: ended with ${code}:\n${said}`));
    });
  });
}

async function stop(server: ChildProcess, data: string): Promise<void> {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
}
