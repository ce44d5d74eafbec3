/**
 * Puts configuration, capabilities and console together and serves until a signal. The database opens while the rest is loaded.
 * @module
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { loadConfig, openPool } from '@hedun/core/ahead';
import { ensureConsole } from './console-build.ts';

const root = path.resolve(import.meta.dirname, '../../..');
export const version: string = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;

/**
 * On a machine with memory to spare V8 lets garbage grow to several times what is live before it looks: 400 MB for 50 under a load of
 * lists. At 60 % beyond what is live it looks sooner; the looking is concurrent.
 */
const heapGrowingPercent = 60;
/** The database is one large WebAssembly module: optimised by one thread at a time, its compiler's memory is not held several times over. */
const compilationTasks = 1;

export async function start(environment: NodeJS.ProcessEnv): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  setFlagsFromString(`--wasm-num-compilation-tasks=${compilationTasks}`);
  const config = loadConfig(environment);
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const consoleFolder = environment.HEDUN_CONSOLE === 'off' ? null : await ensureConsole(root, say);
  const pool = openPool(config);
  // Heard of where the store is opened on it; until then a refusal is not unhandled.
  pool.catch(() => undefined);
  const [{ serveUntilSignal }, { capabilities }] = await Promise.all([
    import('@hedun/core'),
    import('./capabilities.ts'),
  ]);
  return await serveUntilSignal({ config, capabilities, version, consoleFolder, pool, say });
}
