/**
 * Builds the console when it is missing or older than its sources, so that `npm start` is all a fresh clone needs.
 * A packaged installation ships the build and never comes here with anything to do.
 * @module
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const sources = [
  'apps/console/**/*.{ts,tsx,html,css,json}',
  'kernel/{ui,sdk,client}/src/**/*',
  'capabilities/*/src/**/*',
  'capabilities/*/engine/src/**/*',
  'package-lock.json',
];

export async function ensureConsole(root: string, say: (text: string) => void): Promise<string> {
  const folder = path.join(root, 'apps/console/dist');
  const stamp = path.join(folder, '.built-from');
  const hash = sourceHash(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return folder;
  say('正在构建控制台（仅首次或更新后）… / Building the console (first run or after an update)…');
  const started = performance.now();
  // Built beside and put in place when complete: two starts at once, or one cut off, never leave half a console.
  const fresh = path.join(root, `apps/console/dist.${process.pid}`);
  const build = ['run', 'build', '-w', 'apps/console', '--', '--outDir', path.basename(fresh), '--emptyOutDir'];
  try {
    await promisify(execFile)('npm', build, { cwd: root, maxBuffer: 2 ** 26 });
    writeFileSync(path.join(fresh, '.built-from'), hash);
    rmSync(folder, { recursive: true, force: true });
    try {
      renameSync(fresh, folder);
    } catch (error) {
      // Another start put its own build there in between.
      if (!existsSync(stamp)) throw error;
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  say(`  ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return folder;
}

/** Names, sizes and times of the sources: cheap enough for every start. */
function sourceHash(root: string): string {
  const hash = createHash('sha256').update('mode production\n');
  for (const file of globSync([...sources], {
    cwd: root,
    exclude: (name) => name === 'node_modules' || /^dist(\.\d+)?$/.test(name),
  }).sort()) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
