/**
 * Which correlation rules can stand: all they refer to must exist, and none may refer to itself, not even around corners.
 * @module
 */
import type { Refusal } from '../refusal.ts';
import type { CorrelationRule, RuleHeader } from './rule.ts';

export interface RuleNames {
  readonly byName: ReadonlyMap<string, RuleHeader>;
  /** Called by two different rules. */
  readonly ambiguous: ReadonlySet<string>;
}

/** Every name and id a rule may be called by. */
export function namesOf(rules: readonly RuleHeader[]): RuleNames {
  const byName = new Map<string, RuleHeader>();
  const ambiguous = new Set<string>();
  for (const rule of rules)
    for (const name of new Set([rule.id, rule.name]))
      if (name) {
        if (byName.has(name)) ambiguous.add(name);
        byName.set(name, rule);
      }
  return { byName, ambiguous };
}

/** Rules that refer to something missing, or to themselves around corners, are refused, and with them what refers to them. */
export function withoutCyclesAndGaps(
  rules: readonly CorrelationRule[],
  { byName, ambiguous }: RuleNames,
  refusals: Refusal[],
): readonly CorrelationRule[] {
  const refused = new Map<RuleHeader, string>();
  const state = new Map<RuleHeader, 'open' | 'done'>();
  const correlations = new Set<RuleHeader>(rules);
  const visit = (rule: CorrelationRule): void => {
    if (state.get(rule) === 'done') return;
    state.set(rule, 'open');
    for (const name of rule.rules) {
      const target = byName.get(name);
      if (!target) refused.set(rule, `names a rule that is not here: ${name}`);
      else if (ambiguous.has(name)) refused.set(rule, `names two rules at once: ${name}`);
      else if (state.get(target) === 'open') refused.set(rule, `refers to itself through ${name}`);
      else if (correlations.has(target)) {
        visit(target as CorrelationRule);
        if (refused.has(target)) refused.set(rule, `refers to ${name}, which is refused`);
      }
    }
    state.set(rule, 'done');
  };
  for (const rule of rules) visit(rule);
  for (const [rule, reason] of refused)
    refusals.push({ name: rule.title, where: rule.where, code: 'reference', reason });
  return rules.filter((rule) => !refused.has(rule));
}
