/**
 * Handlers: finding, checking, trying, writing, turning on and off rules, and their tests.
 * @module
 */
import {
  Detector,
  type EventRecord,
  flattenWindowsEvent,
  type LogSource,
  ruleKey,
  SigmaEngine,
} from '@hedun/detection';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { sql } from 'kysely';
import { type Detection, detection } from '../../capability.ts';
import type { RuleSummary } from '../../declared/rules-shapes.ts';
import { type Here, instant } from '../here.ts';
import { changeRule, insertRule, keepTest, keepVersion, ruleOf, runTestsOf, summaryOf } from './keep.ts';
import { logsourceOf, readRuleText, refusalsTogether, wordsOf } from './text.ts';

const versionsShown = 50;
/** Starting point of events without a time of their own, one second apart. */
const tryStart = Date.UTC(2026, 0, 1);

/** JSON lines or one array of objects; the place of what is neither is named. */
export function readEvents(text: string): readonly EventRecord[] {
  const trimmed = text.trim();
  const parse = (piece: string, where: string): unknown => {
    try {
      return JSON.parse(piece);
    } catch (cause) {
      throw new Failure('detection.events_unreadable', {
        where,
        expected: 'JSON',
        got: piece.slice(0, 60),
        cause,
      });
    }
  };
  const values = trimmed.startsWith('[')
    ? (parse(trimmed, 'events') as unknown[])
    : trimmed.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parse(line, `events:${index + 1}`)]));
  return values.map((value, index) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Failure('detection.events_unreadable', {
        where: `events:${index + 1}`,
        expected: 'a JSON object',
        got: JSON.stringify(value).slice(0, 60),
      });
    return flattenWindowsEvent(value as EventRecord);
  });
}

const sourceOf = (source: { readonly [K in keyof LogSource]?: string | undefined } | undefined) =>
  source && Object.values(source).some(Boolean) ? (source as LogSource) : undefined;

/** Reads a text that is to be kept: it must hold a rule and no problem. */
export async function soundRule(context: Here, text: string, ownId: string | undefined) {
  const { rules: documents, problems } = readRuleText(text, 'text');
  const [problem] = problems;
  if (problem)
    throw new Failure('detection.rule_refused', {
      where: `${problem.line ?? 1}:${problem.column ?? 1}`,
      expected: 'Sigma 2.1',
      got: problem.reason,
    });
  const words = wordsOf(documents);
  if (!words) throw new Failure('detection.rule_refused', { where: '1:1', expected: 'a rule', got: 'none' });
  // Correlations may call rules that stand in other texts: those are taken in by name.
  const others = await context.db
    .selectFrom('detectionRules')
    .select(['id', 'documents'])
    .where('refusal', 'is', null)
    .where('kind', '=', 'detection')
    .execute();
  const needed = new Set(documents.flatMap((each) => (each.kind === 'correlation' ? each.rules : [])));
  const beside = others
    .filter((row) => row.id !== ownId)
    .flatMap((row) => row.documents as ReturnType<typeof readRuleText>['rules'])
    .filter((each) => needed.has(each.id ?? '') || needed.has(each.name ?? ''));
  const own = new Set(documents.flatMap((each) => [each.id, each.name]));
  const [together] = refusalsTogether([...beside.filter((each) => !own.has(each.id)), ...documents]);
  if (together)
    throw new Failure('detection.rule_refused', { where: together.name, expected: 'Sigma 2.1', got: together.reason });
  return { documents, words };
}

async function ownKey(context: Here, key: string, id: string | undefined): Promise<void> {
  const taken = await context.db
    .selectFrom('detectionRules')
    .select(['id', 'title'])
    .where('key', '=', key)
    .executeTakeFirst();
  if (taken && taken.id !== id)
    throw new Failure('detection.rule_exists', {
      where: 'id',
      expected: 'an id of its own',
      got: `${key}: ${taken.title}`,
    });
}

export const catalogueHandlers = handlers<Detection>()({
  listRules: async (input, context) =>
    await listing<RuleSummary>(
      context,
      {
        from: sql`SELECT id, key, name, origin, set_id, kind, title, title_zh, level, status, logsource, tactics, techniques, mode, author, license, refusal, edited, tests, tests_passed, version, updated_at FROM detection_rules`,
        fields: detection.operations.listRules.list,
        columns: {
          title: sql`concat(r.title, ' ', r.title_zh)`,
          technique: sql`array_to_string(r.techniques, ' ')`,
          tactic: sql`array_to_string(r.tactics, ' ')`,
          set: sql`r.set_id`,
          refused: sql`(r.refusal IS NOT NULL)`,
          updatedAt: sql`r.updated_at`,
        },
        words: [sql`r.title`, sql`r.title_zh`, sql`r.key`, sql`r.name`, sql`array_to_string(r.techniques, ' ')`],
        sort: '-updatedAt',
      },
      input,
    ),
  getRule: async ({ id }, context) => {
    const rule = await ruleOf(context, id);
    return {
      rule,
      tests: await context.db
        .selectFrom('detectionRuleTests')
        .selectAll()
        .where('ruleId', '=', id)
        .orderBy('id')
        .execute(),
      versions: await context.db
        .selectFrom('detectionRuleVersions')
        .selectAll()
        .where('ruleId', '=', id)
        .orderBy('version', 'desc')
        .limit(versionsShown)
        .execute(),
      exceptions: await context.db
        .selectFrom('detectionExceptions')
        .selectAll()
        .where('ruleKey', '=', rule.key)
        .orderBy('expiresAt', 'desc')
        .execute(),
    };
  },
  checkRule: async ({ text }) => {
    const { rules, problems } = readRuleText(text, 'text');
    return {
      rules: rules.map((each) => ({
        key: ruleKey(each),
        title: each.title,
        kind: each.kind === 'correlation' ? each.type : each.kind,
        logsource: logsourceOf(each).join(' '),
      })),
      problems: [...problems],
    };
  },
  tryRule: async ({ text, events: pasted, source }) => {
    const { rules, problems } = readRuleText(text, 'text');
    const [problem] = problems;
    if (problem)
      throw new Failure('detection.rule_refused', {
        where: `${problem.line ?? 1}:${problem.column ?? 1}`,
        expected: 'Sigma 2.1',
        got: problem.reason,
      });
    const events = readEvents(pasted);
    const engine = new SigmaEngine(rules);
    const router = new Detector(rules);
    const declared = sourceOf(source);
    let unrouted = 0;
    const matches = events.flatMap((event, index) => {
      if (router.rulesFor(event, declared).length === 0) unrouted += 1;
      return engine.push(event, tryStart + index * 1000, declared).map(({ rule, group }) => ({
        rule: ruleKey(rule),
        title: rule.title,
        index,
        group: group ? [...group] : null,
      }));
    });
    return { events: events.length, matches, unrouted };
  },
  saveRule: async ({ id, text, mode, note }, context) => {
    const { documents, words } = await soundRule(context, text, id);
    await ownKey(context, words.key, id);
    if (id === undefined) {
      const fresh = await insertRule(context, {
        text,
        documents,
        refusal: null,
        words,
        origin: 'own',
        setId: null,
        path: '',
        mode,
        note,
      });
      return await summaryOf(context, fresh);
    }
    await ruleOf(context, id);
    await changeRule(context, id, { text, documents, refusal: null, words, mode, note }, true);
    await runTestsOf(context, id);
    return await summaryOf(context, id);
  },
  setRuleModes: async ({ ids, mode }, context) => {
    const { rows } = await sql<{
      id: string;
    }>`UPDATE detection_rules SET mode = ${mode}, version = version + 1, updated_at = ${instant(context)}::timestamptz, updated_by = ${context.actor.kind === 'system' ? null : context.actor.id}
      WHERE id = ANY (${[...ids]}::uuid[]) AND mode <> ${mode} AND (refusal IS NULL OR ${mode} = 'off') RETURNING id`.execute(
      context.db,
    );
    for (const { id } of rows) await keepVersion(context, id, '');
    context.audit({ mode, changed: rows.length });
    return { changed: rows.length };
  },
  restoreRule: async ({ id, version }, context) => {
    const before = await context.db
      .selectFrom('detectionRuleVersions')
      .selectAll()
      .where('ruleId', '=', id)
      .where('version', '=', version)
      .executeTakeFirst();
    if (!before) throw new Failure('detection.rule_unknown', { where: 'version', got: String(version) });
    const { documents, words } = await soundRule(context, before.text, id);
    await ownKey(context, words.key, id);
    const { origin } = await ruleOf(context, id);
    await changeRule(
      context,
      id,
      { text: before.text, documents, refusal: null, words, mode: before.mode, note: `← ${version}` },
      // The first version of a shipped rule is as shipped: later releases may change it again.
      !(origin !== 'own' && version === 1),
    );
    await runTestsOf(context, id);
    return await summaryOf(context, id);
  },
  removeRule: async ({ id }, context) => {
    const { origin, title } = await ruleOf(context, id);
    if (origin === 'hedun')
      throw new Failure('detection.rule_shipped', { where: 'id', expected: 'an imported or own rule', got: title });
    await context.db.deleteFrom('detectionRules').where('id', '=', id).execute();
    context.audit({ title });
    return { done: true };
  },
  saveRuleTest: async ({ id, name, expected, events, source }, context) => {
    await ruleOf(context, id);
    const test = await keepTest(context, id, {
      name,
      matches: expected,
      events: readEvents(events),
      gap: 1,
      source: sourceOf(source),
    });
    await runTestsOf(context, id);
    return await context.db
      .selectFrom('detectionRuleTests')
      .selectAll()
      .where('id', '=', test)
      .executeTakeFirstOrThrow();
  },
  removeRuleTest: async ({ id }, context) => {
    const gone = await context.db
      .deleteFrom('detectionRuleTests')
      .where('id', '=', id)
      .returning('ruleId')
      .executeTakeFirst();
    if (!gone) throw new Failure('detection.rule_unknown', { where: 'id', got: id });
    await runTestsOf(context, gone.ruleId);
    return { done: true };
  },
  runRuleTests: async (_input, context) => {
    const ids = await context.transaction(({ db }) =>
      db.selectFrom('detectionRules').select('id').where('tests', '>', 0).orderBy('id').execute(),
    );
    for (const [index, { id }] of ids.entries()) {
      await context.transaction((inner) => runTestsOf(inner, id));
      await context.progress(index + 1, ids.length);
    }
    return { rules: ids.length };
  },
});
