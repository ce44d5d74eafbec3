/**
 * Writes a new room: `node tools/new-capability NAME`. It copies `capabilities/hello` under the new name, so the template is code that
 * runs and is tested, and adds one line to each app's list. It touches no file of the kernel.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function newCapability(root: string, name: string): readonly string[] {
  if (!/^[a-z][a-z0-9]{1,30}$/.test(name))
    throw new RangeError(`name: expected a lower-case word of 2 to 31 letters and digits, got ${name}`);
  const target = path.join(root, 'capabilities', name);
  if (existsSync(target)) throw new RangeError(`name: expected one that is not taken, got ${name}`);
  cpSync(path.join(root, 'capabilities/hello'), target, {
    recursive: true,
    filter: (file) => !/node_modules|dist/.test(file),
  });
  const written: string[] = [];
  for (const relative of globSync('**/*.{ts,tsx,md,json}', { cwd: target })) {
    const file = path.join(target, relative);
    writeFileSync(file, renamed(readFileSync(file, 'utf8'), name));
    const better = path.join(path.dirname(file), path.basename(file).replace('hello', name));
    if (better !== file) renameSync(file, better);
    written.push(path.relative(root, better));
  }
  for (const list of lists) written.push(addToList(root, list, name));
  return written.sort();
}

function renamed(text: string, name: string): string {
  const title = name[0]?.toUpperCase() + name.slice(1);
  return text
    .replaceAll(/\bhello(?=[A-Z_])/g, name)
    .replaceAll(/\bhello\b/g, name)
    .replaceAll(/\bHello\b/g, title)
    .replaceAll('capability-hello', `capability-${name}`);
}

const lists = [
  { app: 'apps/server', file: 'src/capabilities.ts', half: 'server', suffix: 'Server' },
  { app: 'apps/console', file: 'src/capabilities.ts', half: 'console', suffix: 'Console' },
] as const;

function addToList(root: string, { app, file, half, suffix }: (typeof lists)[number], name: string): string {
  const place = path.join(root, app, file);
  const before = readFileSync(place, 'utf8');
  const last = [...before.matchAll(/^import \{.*\} from '@hedun\/capability-.*;$/gm)].at(-1)?.[0];
  if (!last || !/(?:=|return) \[/.test(before))
    throw new Error(`${app}/${file}: expected an import of a capability and a list, got neither`);
  const after = before
    .replace(last, `${last}\nimport { ${name}${suffix} } from '@hedun/capability-${name}/${half}';`)
    .replace(/\[([^\]]*?),?\s*\] as unknown/, (_, inside: string) => `[${inside.trim()}, ${name}${suffix}] as unknown`);
  if (after.split(`${name}${suffix}`).length < 3) throw new Error(`${app}/${file}: the list was not found`);
  writeFileSync(place, after);
  const manifest = path.join(root, app, 'package.json');
  const json = JSON.parse(readFileSync(manifest, 'utf8'));
  json.dependencies[`@hedun/capability-${name}`] = '0.1.0';
  json.dependencies = Object.fromEntries(Object.entries(json.dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(manifest, `${JSON.stringify(json, null, 2)}\n`);
  return path.join(app, file);
}

if (import.meta.main) {
  const name = process.argv[2];
  if (!name) {
    console.error('node tools/new-capability NAME');
    process.exit(2);
  }
  const root = path.resolve(import.meta.dirname, '..');
  const files = newCapability(root, name);
  for (const file of files) console.log(file);
  // Linked, formatted and described at once, so that every check passes before the first line is changed.
  const steps: readonly (readonly [program: string, args: readonly string[]])[] = [
    ['npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']],
    ['npx', ['biome', 'check', '--write', '--log-level=error', ...files]],
    [process.execPath, ['tools/documents.ts']],
  ];
  for (const [program, args] of steps) execFileSync(program, [...args], { cwd: root, stdio: 'inherit' });
}
