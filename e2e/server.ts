/**
 * A platform of its own for one journey: a fresh data folder, the real server process, the one-time link it prints.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../tools/free-port.ts';

const root = path.resolve(import.meta.dirname, '..');

export interface Platform {
  readonly url: string;
  readonly setupPath: string;
  readonly stop: () => Promise<void>;
}

export interface PlatformOptions {
  /** Sub-path behind a reverse proxy, `/shield`. */
  readonly basePath?: string;
  readonly port?: number;
  /** Contents of the configuration file. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const { basePath = '', config } = options;
  const data = mkdtempSync(path.join(tmpdir(), 'hedun-e2e-'));
  const port = options.port ?? (await freePort());
  const configFile = path.join(data, 'hedun.json');
  if (config) writeFileSync(configFile, JSON.stringify(config));
  const server = spawn(process.execPath, ['apps/server/src/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      HEDUN_DATA: data,
      HEDUN_HOST: '127.0.0.1',
      HEDUN_PORT: String(port),
      HEDUN_BASE_PATH: basePath,
      NODE_ENV: 'production',
      ...(config ? { HEDUN_CONFIG: configFile } : {}),
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
