/**
 * The server that `crash-test` kills: the real one, and `hello` for rows and jobs to lose.
 * @module
 */
import { capabilities } from '@hedun/app-server';
import { helloServer } from '@hedun/capability-hello/server';
import { loadConfig, serveUntilSignal } from '@hedun/core';
import type { CapabilityServer } from '@hedun/sdk';

export const crashed = [...capabilities, helloServer as unknown as CapabilityServer];

if (import.meta.main)
  process.exitCode = await serveUntilSignal({
    config: loadConfig(process.env),
    capabilities: crashed,
    version: '0.0.0',
    consoleFolder: null,
    say: (text) => void process.stdout.write(`${text}\n`),
  });
