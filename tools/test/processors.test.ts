import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
}
const { packages } = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const builds = Object.entries(packages).filter(
  ([, { cpu, os }]) => cpu?.includes('x64') && (os === undefined || os.includes('linux')),
);

test('some dependencies are built per processor', () => expect(builds.length).toBeGreaterThan(0));
test.each(builds)('%s has its twin for ARM64', (name, { version }) => {
  expect(packages[name.replaceAll('x64', 'arm64')]?.version).toBe(version);
});
