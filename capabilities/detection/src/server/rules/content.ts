/**
 * The rules and tests that ship, read from their files once. They are data beside the code; nothing is fetched.
 * @module
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseRuleTests, type RuleTest } from '@hedun/detection';

const folder = path.resolve(import.meta.dirname, '../../../content');

export interface ShippedRule {
  readonly path: string;
  readonly text: string;
  readonly tests: () => readonly RuleTest[];
}

export function shippedRules(): readonly ShippedRule[] {
  return globSync('rules/**/*.yml', { cwd: folder })
    .sort()
    .map((file) => ({
      path: file,
      text: readFileSync(path.join(folder, file), 'utf8'),
      tests: () => parseRuleTests(readFileSync(path.join(folder, file.replace('rules/', 'tests/')), 'utf8')),
    }));
}

/** Technique → its names and tactics; only of techniques our own rules speak of. */
export function techniqueNames(): ReadonlyMap<
  string,
  { readonly en: string; readonly zh: string; readonly tactics: readonly string[] }
> {
  return new Map(
    readFileSync(path.join(folder, 'techniques.tsv'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [id = '', en = '', zh = '', tactics = ''] = line.split('\t');
        return [id, { en, zh, tactics: tactics.split(' ') }] as const;
      }),
  );
}
