/**
 * Puts configuration, capabilities and console together and serves until a signal.
 * @module
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfig, serveUntilSignal } from '@hedun/core';
import { capabilities } from './capabilities.ts';
import { ensureConsole } from './console-build.ts';

const root = path.resolve(import.meta.dirname, '../../..');
export const version: string = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;

export async function start(environment: NodeJS.ProcessEnv): Promise<number> {
  const config = loadConfig(environment);
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const consoleFolder = environment.HEDUN_CONSOLE === 'off' ? null : await ensureConsole(root, say);
  return await serveUntilSignal({ config, capabilities, version, consoleFolder, say });
}
