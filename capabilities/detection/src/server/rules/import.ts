/**
 * Handlers: importing whole repositories of Sigma rules, as a ZIP or one file, with author and licence kept.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { strFromU8, Unzip, UnzipInflate } from 'fflate';
import type { Detection } from '../../capability.ts';
import type { SetRow } from '../../declared/rules-shapes.ts';
import { type Here, instant, json } from '../here.ts';
import { changeRule, insertRule, runTestsOf } from './keep.ts';
import { fingerprint, readRuleText, refusalsTogether, wordsOf } from './text.ts';

const fileLimit = 64 * 1024 * 1024;
/** Unpacked: SigmaHQ whole is 20 MB. */
const textLimit = 256 * 1024 * 1024;
const batch = 100;
const issuesKept = 500;

interface RuleFile {
  readonly path: string;
  readonly text: string;
}

export const importHandlers = handlers<Detection>()({
  importRules: async ({ evidenceId, name, license, author, origin, mode }, context) => {
    const bytes = await bytesOfFile(context, evidenceId);
    const files = rulesIn(bytes);
    if (files.length === 0)
      throw new Failure('detection.rules_missing', {
        where: name,
        expected: 'YAML files with Sigma rules',
        got: 'none',
      });
    const setId = context.newId();
    const row: SetRow = {
      id: setId,
      name,
      license,
      author,
      origin,
      rules: 0,
      refused: 0,
      status: 'reading',
      issues: [],
      evidenceId,
      createdBy: context.actor.kind === 'system' ? null : context.actor.id,
      createdAt: instant(context),
    };
    await context.transaction(({ db }) =>
      db
        .insertInto('detectionRuleSets')
        .values({ ...row, issues: json([]) })
        .execute(),
    );
    const issues: SetRow['issues'] = [];
    let kept = 0;
    let refused = 0;
    const read = files.map((file) => ({ file, ...readRuleText(file.text, file.path) }));
    // References between texts can only be judged with all of them together.
    const together = new Map(
      refusalsTogether(read.flatMap(({ rules }) => rules)).map((refusal) => [
        refusal.where.replace(/#\d+$/, ''),
        refusal,
      ]),
    );
    for (let start = 0; start < read.length; start += batch) {
      await context.transaction(async (inner) => {
        for (const { file, rules: documents, refusals } of read.slice(start, start + batch)) {
          const words = wordsOf(documents);
          const problem = refusals[0] ?? together.get(file.path);
          if (problem) {
            refused += 1;
            if (issues.length < issuesKept)
              issues.push({ name: problem.name, where: file.path, code: problem.code, reason: problem.reason });
          }
          if (!words) continue;
          const rule = {
            text: file.text,
            documents,
            refusal: problem ? `${problem.code}: ${problem.reason}` : null,
            words: { ...words, license: words.license || license, author: words.author || author },
            mode,
            note: name,
          };
          kept += await keepImported(inner, rule, setId, file.path);
        }
      });
      await context.progress(Math.min(start + batch, read.length), read.length);
    }
    await context.transaction(({ db }) =>
      db
        .updateTable('detectionRuleSets')
        .set({ rules: kept, refused, status: 'done', issues: json(issues) })
        .where('id', '=', setId)
        .execute(),
    );
    return { setId, files: files.length, rules: kept, refused };
  },
  listRuleSets: async (_input, { db }) => ({
    items: await db.selectFrom('detectionRuleSets').selectAll().orderBy('createdAt', 'desc').limit(200).execute(),
  }),
  removeRuleSet: async ({ id }, context) => {
    const gone = await context.db
      .deleteFrom('detectionRuleSets')
      .where('id', '=', id)
      .returning('name')
      .executeTakeFirst();
    if (!gone) throw new Failure('detection.rule_unknown', { where: 'id', got: id });
    context.audit({ name: gone.name });
    return { done: true };
  },
});

/** @returns 1 where the rule is now in the set */
async function keepImported(
  context: Here,
  rule: Omit<Parameters<typeof insertRule>[1], 'origin' | 'setId' | 'path'>,
  setId: string,
  path: string,
): Promise<number> {
  const known = await context.db
    .selectFrom('detectionRules')
    .select(['id', 'origin', 'edited', 'sha256', 'mode'])
    .where('key', '=', rule.words.key)
    .executeTakeFirst();
  if (!known) {
    await insertRule(context, { ...rule, origin: 'import', setId, path });
    return 1;
  }
  if (known.origin !== 'import') return 0;
  await context.db.updateTable('detectionRules').set({ setId, path }).where('id', '=', known.id).execute();
  if (!known.edited && known.sha256 !== fingerprint(rule.text)) {
    await changeRule(context, known.id, { ...rule, mode: known.mode }, false);
    await runTestsOf(context, known.id);
  }
  return 1;
}

async function bytesOfFile(context: Here, evidenceId: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const chunks = await context.transaction(async (inner) => {
    const iterator = inner.files.stream(evidenceId)[Symbol.asyncIterator]();
    return { iterator, first: await iterator.next() };
  });
  for (let step = chunks.first; !step.done; step = await chunks.iterator.next()) {
    size += step.value.length;
    if (size > fileLimit)
      throw new Failure('detection.rules_missing', {
        where: 'evidenceId',
        expected: `at most ${fileLimit} bytes`,
        got: 'more',
      });
    parts.push(step.value);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The YAML files of a ZIP, by path; any other file is one text. Unpacking stops at a limit no honest repository meets. */
export function rulesIn(bytes: Uint8Array): readonly RuleFile[] {
  if (!(bytes[0] === 0x50 && bytes[1] === 0x4b)) return [{ path: 'rules.yml', text: new TextDecoder().decode(bytes) }];
  const files: RuleFile[] = [];
  let total = 0;
  const unzip = new Unzip((entry) => {
    if (!/\.ya?ml$/i.test(entry.name) || entry.name.includes('__MACOSX')) return;
    const parts: Uint8Array[] = [];
    entry.ondata = (error, chunk, last) => {
      if (error)
        throw new Failure('detection.rules_missing', {
          where: entry.name,
          expected: 'a ZIP archive',
          got: String(error),
        });
      total += chunk.length;
      if (total > textLimit)
        throw new Failure('detection.rules_missing', {
          where: entry.name,
          expected: `at most ${textLimit} bytes unpacked`,
          got: 'more',
        });
      parts.push(chunk);
      if (last) files.push({ path: entry.name, text: strFromU8(new Uint8Array(Buffer.concat(parts))) });
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  const slice = 65_536;
  for (let at = 0; at < bytes.length; at += slice)
    unzip.push(bytes.subarray(at, at + slice), at + slice >= bytes.length);
  return files.sort((left, right) => (left.path < right.path ? -1 : 1));
}
