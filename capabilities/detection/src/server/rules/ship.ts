/**
 * Brings the shipped rules and their tests into the store when the server starts: what is new is added, what changed in a release follows,
 * what a person changed stays. Modes are never touched.
 * @module
 */
import type { RuleTest } from '@hedun/detection';
import type { Service } from '@hedun/sdk';
import type { Detection } from '../../capability.ts';
import type { Here } from '../here.ts';
import { shippedRules } from './content.ts';
import { changeRule, insertRules, keepTest, keepTestsOf, type NewRule, runTestsOf } from './keep.ts';
import { fingerprint, readRuleText, wordsOf } from './text.ts';

export async function shipRules(context: Here): Promise<{ added: number; changed: number }> {
  const kept = new Map(
    (
      await context.db
        .selectFrom('detectionRules')
        .select(['id', 'path', 'sha256', 'edited', 'mode'])
        .where('origin', '=', 'hedun')
        .execute()
    ).map((row) => [row.path, row]),
  );
  const fresh: (NewRule & { readonly tests: readonly RuleTest[] })[] = [];
  let changed = 0;
  for (const { path, text, tests } of shippedRules()) {
    const known = kept.get(path);
    if (known?.edited || known?.sha256 === fingerprint(text)) continue;
    const { rules: documents, problems } = readRuleText(text, path);
    const words = wordsOf(documents);
    if (!words || problems.length > 0) throw new TypeError(`${path}: ${problems[0]?.reason ?? 'holds no rule'}`);
    const note = '随版本发布 / Shipped';
    const rule = { text, documents, refusal: null, words, note };
    if (!known) {
      fresh.push({ ...rule, origin: 'hedun', setId: null, path, mode: 'on', tests: tests() });
      continue;
    }
    await changeRule(context, known.id, { ...rule, mode: known.mode }, false);
    for (const test of tests()) await keepTest(context, known.id, test);
    await runTestsOf(context, known.id);
    changed += 1;
  }
  const ids = await insertRules(context, fresh);
  await keepTestsOf(
    context,
    fresh.map(({ words, documents, tests }, index) => ({ id: ids[index] ?? '', key: words.key, documents, tests })),
  );
  return { added: fresh.length, changed };
}

export const contentService: Service<Detection> = {
  start: async (context) => {
    const { added, changed } = await context.transaction(shipRules);
    if (added + changed > 0) context.log('shipped rules brought up to date', { added, changed });
    return { stop: async () => undefined, health: () => ({ ok: true, detail: `${added} added, ${changed} changed` }) };
  },
};
