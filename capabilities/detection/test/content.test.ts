/**
 * The shipped rules: every one is sound, and fires on its positive sequences exactly as often as it says and on nothing of its negative ones.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  parseRuleTests,
  parseSigma,
  type RuleTest,
  ruleKey,
  runRuleTest,
  type SigmaDocument,
  SigmaEngine,
  tactics,
} from '@hedun/detection';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const content = path.resolve(import.meta.dirname, '../content');
const attack = path.resolve(import.meta.dirname, '../../../../shared/data/misc/attack');
const files = globSync('rules/**/*.yml', { cwd: content }).sort();
const documents: SigmaDocument[] = [];
const perFile = new Map<string, readonly SigmaDocument[]>();
for (const file of files) {
  const parsed = parseSigma(readFileSync(path.join(content, file), 'utf8'), file);
  expect(parsed.refusals).toEqual([]);
  perFile.set(file, parsed.rules);
  documents.push(...parsed.rules);
}
/** The rule a file is about is its last document; those before only serve it. */
const strategies = [...perFile].map(([file, rules]) => ({ file, rule: rules.at(-1) as SigmaDocument }));

describe('shipped rules', () => {
  test('[T1] there are at least 120 strategies, over all 14 tactics and every kind of source', () => {
    expect(strategies.length).toBeGreaterThanOrEqual(120);
    const covered = new Set(strategies.flatMap(({ rule }) => rule.tags.map((tag) => tag.replace('attack.', ''))));
    expect(tactics.filter((tactic) => !covered.has(tactic))).toEqual([]);
    expect(new Set(files.map((file) => file.split('/')[1]))).toEqual(
      new Set(['windows', 'linux', 'network', 'web', 'cloud', 'identity']),
    );
    const kinds = documents.flatMap((rule) => (rule.kind === 'correlation' ? [rule.type] : []));
    for (const kind of ['event_count', 'value_count', 'temporal_ordered', 'value_sum', 'value_avg', 'value_median'])
      expect(kinds).toContain(kind);
  });

  test('[T2] ids and names are unique, and every strategy speaks both languages, names techniques, false positives and a licence', () => {
    const keys = documents.flatMap((rule) => [rule.id, rule.name]);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { file, rule } of strategies) {
      const chinese = rule.translations['zh-CN'];
      expect(rule.id, file).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(path.basename(file, '.yml')).toBe(rule.name);
      expect(chinese?.title, file).toMatch(/[\u4e00-\u9fff]/);
      expect(chinese?.description, file).toMatch(/[\u4e00-\u9fff]/);
      expect(chinese?.falsePositives.length, file).toBeGreaterThan(0);
      expect(rule.description?.length, file).toBeGreaterThan(20);
      expect(rule.falsePositives.length, file).toBeGreaterThan(0);
      expect(rule.license).toBe('Apache-2.0');
      expect(['low', 'medium', 'high', 'critical']).toContain(rule.level);
      expect(
        rule.tags.some((tag) => /^attack\.t\d{4}(\.\d{3})?$/.test(tag)),
        file,
      ).toBe(true);
      expect(
        rule.tags.some((tag) => tactics.some((tactic) => tag === `attack.${tactic}`)),
        file,
      ).toBe(true);
      for (const tag of rule.tags)
        if (/^attack\.t\d/.test(tag))
          expect(rule.references, file).toContain(
            `https://attack.mitre.org/techniques/${tag.slice(7).toUpperCase().replace('.', '/')}/`,
          );
    }
  });

  test.skipIf(!existsSync(path.join(attack, 'techniques.tsv')))(
    '[T2] every technique is an active one of ATT&CK, under a tactic it has (skipped where the list is absent)',
    () => {
      const known = new Map<string, readonly string[]>();
      for (const line of readFileSync(path.join(attack, 'techniques.tsv'), 'utf8').split('\n')) {
        const [domain, id = '', , names = '', , , status] = line.split('\t');
        if (domain === 'enterprise' && status === 'active') known.set(id, names.split(' '));
      }
      for (const line of readFileSync(path.join(content, 'techniques.tsv'), 'utf8').split('\n').slice(1, -1)) {
        const [id = '', , chinese = '', names = ''] = line.split('\t');
        expect(names.split(' '), id).toEqual(known.get(id));
        expect(chinese.length, id).toBeGreaterThan(0);
      }
      for (const { file, rule } of strategies) {
        const named = rule.tags.map((tag) => tag.slice('attack.'.length));
        const techniques = named.filter((tag) => /^t\d/.test(tag)).map((tag) => tag.toUpperCase());
        const wanted = named.filter((tag) => !/^t\d/.test(tag));
        const allowed = new Set<string>();
        for (const technique of techniques) {
          expect(known.has(technique), `${file} ${technique}`).toBe(true);
          for (const tactic of known.get(technique) ?? []) allowed.add(tactic);
        }
        expect(
          wanted.filter((tactic) => !allowed.has(tactic)),
          file,
        ).toEqual([]);
      }
    },
  );

  test('[T3] every log source is one that is described', () => {
    const described = new Set(
      (parse(readFileSync(path.join(content, 'logsources.yml'), 'utf8')) as Record<string, string>[]).map(
        ({ product, category, service, title, title_zh }) => {
          expect(title && title_zh).toBeTruthy();
          return `${product ?? ''}/${category ?? ''}/${service ?? ''}`;
        },
      ),
    );
    for (const rule of documents)
      if (rule.kind === 'detection') {
        const { product = '', category = '', service = '' } = rule.logsource;
        expect(described, rule.where).toContain(`${product}/${category}/${service}`);
      }
  });
});

describe('sequences of events', () => {
  const sequences = new Map<string, readonly RuleTest[]>();
  for (const file of globSync('tests/**/*.yml', { cwd: content }).sort())
    sequences.set(file, parseRuleTests(readFileSync(path.join(content, file), 'utf8')));

  test('[T4] every strategy has a positive and a negative sequence', () => {
    const tested = [...sequences.values()].map(([first]) => first?.rule);
    expect(tested.sort()).toEqual(strategies.map(({ rule }) => rule.name).sort());
  });

  for (const [file, tests] of sequences)
    test(`[T4] ${path.basename(file, '.yml')} fires exactly where it should`, () => {
      for (const each of tests) {
        const engine = new SigmaEngine(documents);
        expect(engine.refusals).toEqual([]);
        const fired = runRuleTest(engine, each);
        expect(Object.fromEntries(fired), each.name).toEqual({
          ...(each.matches > 0 ? { [each.rule]: each.matches } : {}),
          ...each.also,
        });
      }
    });

  test('[T5] every shipped rule is called by its id', () => {
    expect(new Set(documents.map(ruleKey)).size).toBe(documents.length);
  });
});
