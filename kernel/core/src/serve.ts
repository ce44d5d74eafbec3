/**
 * The server process: kernel, HTTP, a note for local commands where it runs, a graceful end on SIGTERM and SIGINT.
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CapabilityServer } from '@hedun/sdk';
import type { Config } from './contract.ts';
import { createHttpServer } from './http/server.ts';
import { startKernel } from './kernel.ts';
import { createLog } from './log.ts';
import type { Pool } from './store/connection.ts';

export interface ServeOptions {
  readonly config: Config;
  readonly capabilities: readonly CapabilityServer[];
  readonly version: string;
  readonly consoleFolder: string | null;
  /** The configured database, where it was opened ahead. */
  readonly pool?: Promise<Pool> | undefined;
  /** Lines for the person who started it; logs go to standard error. */
  readonly say: (text: string) => void;
}

/** Listens, and starts what works in the background: `begun` is settled when that is done. */
export async function serve(
  options: ServeOptions,
): Promise<{ readonly url: string; readonly begun: Promise<void>; readonly stop: () => Promise<void> }> {
  const { config, say } = options;
  const log = createLog(config.logLevel);
  const { capabilities, version, pool } = options;
  const kernel = await startKernel({ config, capabilities, log, version, pool, background: false });
  const { core } = kernel;
  const http = await createHttpServer({
    core,
    execute: kernel.execute,
    version: options.version,
    consoleFolder: options.consoleFolder,
  });
  const setup = await core.access.setupToken();
  const address = await http.listen();
  // Whoever waits for a page has it first; what works in the background begins behind it.
  const begun = kernel.begin();
  begun.catch(() => undefined);
  const url =
    (
      config.publicUrl ??
      address.replace('0.0.0.0', 'localhost').replace('127.0.0.1', 'localhost').replace('[::1]', 'localhost')
    ).replace(/\/$/, '') + (config.publicUrl ? '' : config.basePath);
  const note = writeNote(config, address + config.basePath, core.localToken);
  log.info('listening', { address, database: core.store.kind, version: options.version });
  say(
    setup
      ? `\n  鹤盾 Hedun\n\n  首次运行，请打开一次性初始化链接 / First run, open this one-time set-up link:\n\n  ${url}/setup?token=${setup}\n`
      : `\n  鹤盾 Hedun  ${url}\n`,
  );
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      log.info('stopping');
      rmSync(note, { force: true });
      core.beginStop();
      await http.close();
      await begun.catch(() => undefined);
      await kernel.stop();
    })();
    return stopped;
  };
  return { url, begun, stop };
}

function writeNote(config: Config, url: string, token: string): string {
  const folder = path.join(config.dataFolder, 'run');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'server.json');
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify({ url: url.replace('0.0.0.0', '127.0.0.1'), token, pid: process.pid }), {
    mode: 0o600,
  });
  return file;
}

/** Runs until a signal asks it to end; a second signal ends it at once. Answers the exit code. */
export async function serveUntilSignal(options: ServeOptions): Promise<number> {
  const starting = serve(options);
  return await new Promise((resolve, reject) => {
    let asked = false;
    const end = () => {
      if (asked) process.exit(1);
      asked = true;
      setTimeout(() => process.exit(1), 15_000).unref();
      void starting
        .then(({ stop }) => stop())
        .then(
          () => resolve(0),
          () => resolve(1),
        );
    };
    // Heard from the first moment: a signal during the start ends it as gracefully as one after it.
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
    starting.then(({ begun, stop }) => begun.catch((error) => void stop().finally(() => reject(error))), reject);
  });
}
