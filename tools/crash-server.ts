/**
 * The server that `crash-test` kills: the real one, and `hello` for rows and jobs to lose.
 * @module
 */
import { enableCompileCache } from 'node:module';
import type { CapabilityServer } from '@hedun/sdk';

// As the real server does; two hundred starts are most of the test's time.
enableCompileCache();
const { capabilities } = await import('@hedun/app-server');
const { helloServer } = await import('@hedun/capability-hello/server');

export const crashed = [...capabilities, helloServer as unknown as CapabilityServer];

if (import.meta.main) {
  const { loadConfig, serveUntilSignal } = await import('@hedun/core');
  process.exitCode = await serveUntilSignal({
    config: loadConfig(process.env),
    capabilities: crashed,
    version: '0.0.0',
    consoleFolder: null,
    say: (text) => void process.stdout.write(`${text}\n`),
  });
}
