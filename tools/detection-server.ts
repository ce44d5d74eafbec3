/**
 * The server that `detection:kill` kills: the kernel with detection alone, so that starts are quick and ends many.
 * @module
 */
import { detectionServer } from '@hedun/capability-detection/server';
import { loadConfig, serveUntilSignal } from '@hedun/core';
import type { CapabilityServer } from '@hedun/sdk';

export const killed = [detectionServer as unknown as CapabilityServer];

if (import.meta.main)
  process.exitCode = await serveUntilSignal({
    config: loadConfig(process.env),
    capabilities: killed,
    version: '0.0.0',
    consoleFolder: null,
    say: (text) => void process.stdout.write(`${text}\n`),
  });
