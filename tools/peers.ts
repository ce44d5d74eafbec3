/**
 * The comparison programs of `tools/peers`: large, needed by some tests and benchmarks only, never by the platform, so they have a
 * package.json of exact versions of their own. It has no lockfile: a lockfile names the builds for every platform, and `npm ci` refuses
 * all of it where a registry lacks one build that this machine would not use. `npm run peers` installs them; `importPeer` answers null
 * where they are absent.
 * @module
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = path.resolve(import.meta.dirname, 'peers');
const manifest = path.join(folder, 'package.json');

/** The names of the comparison programs, whether installed or not. */
export function peerNames(): readonly string[] {
  if (!existsSync(manifest)) return [];
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies);
}

/** Why a comparison program cannot be used here, in words for the name of a skipped test; null when it can. */
export function peerLacks(name: string): string | null {
  if (!peerNames().includes(name)) return `${name} is not among tools/peers`;
  return existsSync(path.join(folder, 'node_modules', name, 'package.json'))
    ? null
    : `${name} is not installed, npm run peers`;
}

/** A comparison program's exports, or null where it is not installed. */
export async function importPeer<T>(name: string): Promise<T | null> {
  if (peerLacks(name) !== null) return null;
  return (await import(pathToFileURL(createRequire(manifest).resolve(name)).href)) as T;
}

if (import.meta.main) {
  if (peerNames().length === 0) console.log('peers: none');
  else {
    const { status } = spawnSync(
      'npm',
      ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: folder,
        stdio: 'inherit',
      },
    );
    if (status === 0) console.log(`peers: ${peerNames().join(', ')}`);
    process.exitCode = status ?? 1;
  }
}
