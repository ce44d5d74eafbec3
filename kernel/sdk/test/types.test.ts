/**
 * What the compiler says of a mistake in a capability, shown by compiling one: the message must name the thing.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(root, 'kernel/sdk/test/types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = readFileSync(path.join(import.meta.dirname, 'types/room.txt'), 'utf8');

/** One compiler run for all cases: each mistake is a file of its own. */
const cases: readonly {
  readonly rule: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly says: RegExp;
}[] = [
  {
    rule: 'D1',
    name: 'missing-handler',
    from: 'addNote: async () => note,',
    to: '',
    says: /addNote.*missing|missing.*addNote/,
  },
  {
    rule: 'D2',
    name: 'extra-handler',
    from: 'addNote: async () => note,',
    to: 'addNote: async () => note, dropNote: async () => note,',
    says: /dropNote/,
  },
  {
    rule: 'D3',
    name: 'missing-page',
    from: "notes: () => import('./page.ts'),",
    to: '',
    says: /notes.*missing|missing.*notes/,
  },
  {
    rule: 'D4',
    name: 'misspelt-page',
    from: "notes: () => import('./page.ts'),",
    to: "note: () => import('./page.ts'),",
    says: /'note' does not exist.*Did you mean to write 'notes'/s,
  },
  {
    rule: 'D5',
    name: 'missing-migration',
    from: "notes: [{ id: 1, name: 'notes', up: '' }],",
    to: '',
    says: /notes.*missing|missing.*notes/,
  },
  {
    rule: 'D6',
    name: 'missing-english',
    from: "en: { empty: 'Nothing' }",
    to: 'en: {}',
    says: /empty.*missing|missing.*empty/,
  },
  {
    rule: 'D7',
    name: 'misspelt-permission',
    from: "permission: 'room.write'",
    to: "permission: 'room.wriet'",
    says: /room\.wriet.*not assignable/s,
  },
  {
    rule: 'D8',
    name: 'wrong-route',
    from: "http: 'POST /notes'",
    to: "http: 'POST notes'",
    says: /POST notes.*not assignable/s,
  },
  {
    rule: 'D9',
    name: 'wrong-answer',
    from: 'addNote: async () => note,',
    to: 'addNote: async () => ({ id: 1 }),',
    says: /number.*not assignable to type 'string'/s,
  },
  {
    rule: 'D10',
    name: 'missing-listener',
    from: "'other.thing.done': async () => undefined,",
    to: '',
    says: /other\.thing\.done.*missing|missing.*other\.thing\.done/,
  },
];

const compiled = (() => {
  writeFileSync(path.join(folder, 'good.ts'), good);
  writeFileSync(path.join(folder, 'page.ts'), 'export const Page = 1;\n');
  for (const each of cases) {
    expect(good).toContain(each.from);
    writeFileSync(path.join(folder, `${each.name}.ts`), good.replace(each.from, each.to));
  }
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../tsconfig.base.json',
      compilerOptions: { types: ['node'] },
      include: ['*.ts'],
    }),
  );
  try {
    return execFileSync(path.join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      cwd: root,
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? '');
  }
})();
const saidOf = (name: string) =>
  compiled
    .split(/\n(?=\S)/)
    .filter((message) => message.includes(`${path.basename(folder)}/${name}.ts`))
    .join('\n');

test('[D0] a capability without mistakes compiles', () => {
  expect(saidOf('good')).toBe('');
});
test.each(cases)('[$rule] $name does not compile and the message names it', ({ name, says }) => {
  expect(saidOf(name)).toMatch(says);
});
