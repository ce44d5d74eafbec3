/**
 * Handlers: exceptions of rules, which end, and what of ATT&CK the rules cover.
 * @module
 */
import { tactics } from '@hedun/detection';
import { Failure, handlers } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Detection } from '../../capability.ts';
import { instant } from '../here.ts';
import { techniqueNames } from './content.ts';
import { exceptionRule } from './detection.ts';

/** An exception longer than this would be a change of the rule in disguise. */
const longestDays = 366;

export const exceptionHandlers = handlers<Detection>()({
  listExceptions: async ({ ruleKey }, { db }) => {
    let query = db.selectFrom('detectionExceptions').selectAll();
    if (ruleKey !== undefined) query = query.where('ruleKey', '=', ruleKey);
    return { items: await query.orderBy('expiresAt', 'desc').limit(500).execute() };
  },
  addException: async ({ organisationId, ruleKey, condition, reason, expiresAt }, context) => {
    context.organisations.requireScope([organisationId]);
    const rule = await context.db
      .selectFrom('detectionRules')
      .select('title')
      .where('key', '=', ruleKey)
      .executeTakeFirst();
    if (!rule) throw new Failure('detection.rule_unknown', { where: 'ruleKey', got: ruleKey });
    const left = Date.parse(expiresAt) - context.now().getTime();
    if (!(left > 0 && left <= longestDays * 86_400_000))
      throw new Failure('detection.exception_refused', {
        where: 'expiresAt',
        expected: `a moment within the next ${longestDays} days`,
        got: expiresAt,
      });
    const id = context.newId();
    if (!exceptionRule(id, condition))
      throw new Failure('detection.exception_refused', {
        where: 'condition',
        expected: 'fields as in a Sigma detection, e.g. Image|endswith: \\backup.exe',
        got: condition.slice(0, 120),
      });
    const row = {
      id,
      organisationId,
      ruleKey,
      ruleTitle: rule.title,
      condition,
      reason,
      expiresAt: new Date(expiresAt).toISOString(),
      createdBy: context.actor.kind === 'system' ? null : context.actor.id,
      createdAt: instant(context),
    };
    await context.db.insertInto('detectionExceptions').values(row).execute();
    return row;
  },
  endException: async ({ id }, context) => {
    const ended = await context.db
      .updateTable('detectionExceptions')
      .set({ expiresAt: instant(context) })
      .where('id', '=', id)
      .where('expiresAt', '>', instant(context))
      .returning('id')
      .executeTakeFirst();
    if (!ended) throw new Failure('detection.rule_unknown', { where: 'id', expected: 'a running exception', got: id });
    return { done: true };
  },
  attackCoverage: async (_input, { db }) => {
    const names = techniqueNames();
    const { rows } = await sql<{ tactics: string[]; techniques: string[]; mode: string; fired: boolean }>`
      SELECT r.tactics, r.techniques, r.mode,
        EXISTS (SELECT 1 FROM detection_rule_tests t WHERE t.rule_id = r.id AND t.expected > 0 AND t.found = t.expected) AS fired
      FROM detection_rules r WHERE r.refusal IS NULL AND cardinality(r.techniques) > 0`.execute(db);
    const cells = new Map<string, { rules: number; tested: number; running: number }>();
    const columns = new Map<string, Set<string>>(tactics.map((tactic) => [tactic, new Set<string>()]));
    for (const row of rows)
      for (const technique of row.techniques) {
        const cell = cells.get(technique) ?? { rules: 0, tested: 0, running: 0 };
        cell.rules += 1;
        if (row.mode !== 'off') cell.running += 1;
        if (row.mode !== 'off' && row.fired) cell.tested += 1;
        cells.set(technique, cell);
        // A rule may speak of several tactics and techniques; which belongs to which is ATT&CK's to say, where it is known.
        for (const tactic of names.get(technique)?.tactics ?? row.tactics) columns.get(tactic)?.add(technique);
      }
    const stateOf = (cell: { tested: number; running: number }) =>
      cell.tested > 0 ? ('covered' as const) : cell.running > 0 ? ('untested' as const) : ('off' as const);
    return {
      tactics: [...columns].map(([id, techniques]) => ({
        id,
        techniques: [...techniques].sort().map((technique) => {
          const cell = cells.get(technique) ?? { rules: 0, tested: 0, running: 0 };
          return {
            id: technique,
            name: names.get(technique)?.en ?? '',
            nameZh: names.get(technique)?.zh ?? '',
            rules: cell.rules,
            tested: cell.tested,
            state: stateOf(cell),
          };
        }),
      })),
      covered: [...cells.values()].filter((cell) => stateOf(cell) === 'covered').length,
      named: cells.size,
    };
  },
});
