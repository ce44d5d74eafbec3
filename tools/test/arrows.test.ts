/** @module The arrows of the house, on made-up packages. */
import { describe, expect, test } from 'vitest';
import { wrongDependencies, wrongImports } from '../arrows.ts';

const workdays = { name: '@hedun/workdays', folder: 'kernel/workdays', role: 'engine', dependencies: [] } as const;
const ownEngine = { name: '@hedun/a', folder: 'capabilities/a/engine', role: 'engine', dependencies: [] } as const;
const otherEngine = { name: '@hedun/b', folder: 'capabilities/b/engine', role: 'engine', dependencies: [] } as const;
const capability = (...dependencies: string[]) =>
  ({ name: '@hedun/capability-a', folder: 'capabilities/a', role: 'capability', dependencies }) as const;

describe('engines', () => {
  test('a capability may use its own engine and an engine under kernel/', () => {
    expect(wrongDependencies([workdays, ownEngine, capability('@hedun/a', '@hedun/workdays')])).toEqual([]);
  });

  test("a capability may not use another capability's engine", () => {
    expect(wrongDependencies([workdays, ownEngine, otherEngine, capability('@hedun/b')])).toEqual([
      '@hedun/capability-a may use its own engine and those under kernel/ only, not @hedun/b',
    ]);
  });

  test('an engine may use an engine, and no package of another role', () => {
    const engine = { ...ownEngine, dependencies: ['@hedun/workdays'] };
    expect(wrongDependencies([workdays, engine])).toEqual([]);
    expect(wrongDependencies([capability(), { ...ownEngine, dependencies: ['@hedun/capability-a'] }])).toHaveLength(1);
  });

  test.each(['capabilities/a/engine/src/x.ts', 'kernel/workdays/src/x.ts'])('%s does not touch the world', (file) => {
    const folder = file.slice(0, file.indexOf('/src/'));
    expect(wrongImports(folder, file, "import fs from 'node:fs';")).toHaveLength(1);
    expect(wrongImports(folder, file, "import { createHash } from 'node:crypto';")).toEqual([]);
  });
});
