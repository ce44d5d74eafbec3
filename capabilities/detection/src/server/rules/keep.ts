/**
 * Keeping rules: one row per text, a version per change, tests beside it. Every way in (shipped, imported, written) goes through here.
 * @module
 */
import {
  type LogSource,
  type RuleTest,
  ruleKey,
  runRuleTest,
  type SigmaDocument,
  SigmaEngine,
  timedEvents,
} from '@hedun/detection';
import { Failure } from '@hedun/sdk';
import { sql } from 'kysely';
import type { RuleMode, RuleRow, RuleSummary } from '../../declared/rules-shapes.ts';
import { type Here, instant, json } from '../here.ts';
import { fingerprint, type RuleWords } from './text.ts';

export interface NewRule {
  readonly text: string;
  readonly documents: readonly SigmaDocument[];
  readonly refusal: string | null;
  readonly words: RuleWords;
  readonly origin: RuleRow['origin'];
  readonly setId: string | null;
  readonly path: string;
  readonly mode: RuleMode;
  readonly note: string;
}

const summaryColumns = [
  'id',
  'key',
  'name',
  'origin',
  'setId',
  'kind',
  'title',
  'titleZh',
  'level',
  'status',
  'logsource',
  'tactics',
  'techniques',
  'mode',
  'author',
  'license',
  'refusal',
  'edited',
  'tests',
  'testsPassed',
  'version',
  'updatedAt',
] as const satisfies readonly (keyof RuleSummary)[];

export async function summaryOf(context: Here, id: string): Promise<RuleSummary> {
  const row = await context.db
    .selectFrom('detectionRules')
    .select(summaryColumns)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Failure('detection.rule_unknown', { where: 'id', got: id });
  return row;
}

export async function ruleOf(context: Here, id: string): Promise<RuleRow> {
  const row = await context.db.selectFrom('detectionRules').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('detection.rule_unknown', { where: 'id', got: id });
  return row;
}

const fieldsOf = (rule: NewRule) => ({
  ...rule.words,
  falsePositives: [...rule.words.falsePositives],
  falsePositivesZh: [...rule.words.falsePositivesZh],
  references: [...rule.words.references],
  tactics: [...rule.words.tactics],
  techniques: [...rule.words.techniques],
  text: rule.text,
  documents: json(rule.documents),
  refusal: rule.refusal,
});

export async function insertRule(context: Here, rule: NewRule): Promise<string> {
  const [id = ''] = await insertRules(context, [rule]);
  return id;
}

const together = 50;

/** Many at once, each with its first version. @returns their ids, in order */
export async function insertRules(context: Here, rules: readonly NewRule[]): Promise<readonly string[]> {
  const by = context.actor.kind === 'system' ? null : context.actor.id;
  const at = instant(context);
  const rows = rules.map((rule) => ({
    id: context.newId(),
    ...fieldsOf(rule),
    origin: rule.origin,
    setId: rule.setId,
    path: rule.path,
    mode: rule.refusal === null ? rule.mode : ('off' as const),
    edited: false,
    tests: 0,
    testsPassed: 0,
    version: 1,
    sha256: fingerprint(rule.text),
    updatedAt: at,
    updatedBy: by,
  }));
  for (let start = 0; start < rows.length; start += together) {
    const part = rows.slice(start, start + together);
    await context.db.insertInto('detectionRules').values(part).execute();
    await context.db
      .insertInto('detectionRuleVersions')
      .values(
        part.map(({ id, text, mode }, index) => ({
          id: context.newId(),
          ruleId: id,
          version: 1,
          text,
          mode,
          note: rules[start + index]?.note ?? '',
          changedBy: by,
          changedByName: context.actor.name,
          changedAt: at,
        })),
      )
      .execute();
  }
  return rows.map(({ id }) => id);
}

/** @param edited a person changed it: later imports and releases leave it alone */
export async function changeRule(
  context: Here,
  id: string,
  rule: Omit<NewRule, 'origin' | 'setId' | 'path'>,
  edited: boolean,
): Promise<void> {
  await context.db
    .updateTable('detectionRules')
    .set((eb) => ({
      ...fieldsOf(rule as NewRule),
      mode: rule.refusal === null ? rule.mode : ('off' as const),
      edited,
      ...(edited ? {} : { sha256: fingerprint(rule.text) }),
      version: eb('version', '+', 1),
      updatedAt: instant(context),
      updatedBy: context.actor.kind === 'system' ? null : context.actor.id,
    }))
    .where('id', '=', id)
    .execute();
  await keepVersion(context, id, rule.note);
}

export async function keepVersion(context: Here, ruleId: string, note: string): Promise<void> {
  const { version, text, mode } = await ruleOf(context, ruleId);
  await context.db
    .insertInto('detectionRuleVersions')
    .values({
      id: context.newId(),
      ruleId,
      version,
      text,
      mode,
      note,
      changedBy: context.actor.kind === 'system' ? null : context.actor.id,
      changedByName: context.actor.name,
      changedAt: instant(context),
    })
    .execute();
}

export async function keepTest(
  context: Here,
  ruleId: string,
  test: Pick<RuleTest, 'name' | 'matches' | 'events' | 'source' | 'gap'>,
): Promise<string> {
  const id = context.newId();
  const { rows } = await sql<{
    id: string;
  }>`INSERT INTO detection_rule_tests (id, rule_id, name, expected, source, events)
    VALUES (${id}, ${ruleId}, ${test.name}, ${test.matches}, ${test.source ? JSON.stringify(test.source) : null}::jsonb, ${JSON.stringify(timedEvents(test))}::jsonb)
    ON CONFLICT (rule_id, name) DO UPDATE SET expected = excluded.expected, source = excluded.source, events = excluded.events, found = NULL, ran_at = NULL RETURNING id`.execute(
    context.db,
  );
  return rows[0]?.id ?? id;
}

/** Runs the tests of one rule and writes down what they found. */
export async function runTestsOf(context: Here, ruleId: string): Promise<void> {
  const { documents, key } = await ruleOf(context, ruleId);
  const tests = await context.db.selectFrom('detectionRuleTests').selectAll().where('ruleId', '=', ruleId).execute();
  let passed = 0;
  for (const test of tests) {
    const found = matchesOf(documents as readonly SigmaDocument[], key, {
      events: test.events,
      gap: 1,
      source: test.source === null ? undefined : (test.source as LogSource),
    });
    if (found === test.expected) passed += 1;
    await context.db
      .updateTable('detectionRuleTests')
      .set({ found, ranAt: instant(context) })
      .where('id', '=', test.id)
      .execute();
  }
  await context.db
    .updateTable('detectionRules')
    .set({ tests: tests.length, testsPassed: passed })
    .where('id', '=', ruleId)
    .execute();
}

/** How often the rule with this key fires on a sequence; its own text alone is loaded. */
export function matchesOf(
  documents: readonly SigmaDocument[],
  key: string,
  test: Pick<RuleTest, 'events' | 'gap' | 'source'>,
): number {
  const main = documents.find((each) => ruleKey(each) === key);
  if (!main) return 0;
  const fired = runRuleTest(new SigmaEngine(documents), test);
  return fired.get(main.name ?? main.id ?? main.title) ?? 0;
}

/** Keeps the tests of rules just inserted, with what they find. */
export async function keepTestsOf(
  context: Here,
  rules: readonly {
    readonly id: string;
    readonly key: string;
    readonly documents: readonly SigmaDocument[];
    readonly tests: readonly RuleTest[];
  }[],
): Promise<void> {
  const at = instant(context);
  const rows = rules.flatMap(({ id, key, documents, tests }) =>
    tests.map((test) => ({
      id: context.newId(),
      ruleId: id,
      name: test.name,
      expected: test.matches,
      source: test.source ? json(test.source) : null,
      events: json([...timedEvents(test)]),
      found: matchesOf(documents, key, test),
      ranAt: at,
    })),
  );
  for (let start = 0; start < rows.length; start += together)
    await context.db
      .insertInto('detectionRuleTests')
      .values(rows.slice(start, start + together))
      .execute();
  await sql`UPDATE detection_rules r SET tests = t.tests, tests_passed = t.passed
    FROM (SELECT rule_id, count(*)::int AS tests, count(*) FILTER (WHERE found = expected)::int AS passed FROM detection_rule_tests GROUP BY rule_id) t
    WHERE t.rule_id = r.id AND r.id = ANY (${rules.map(({ id }) => id)}::uuid[])`.execute(context.db);
}
