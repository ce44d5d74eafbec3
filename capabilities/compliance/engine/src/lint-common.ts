/**
 * What the linter's parts share: how a problem is reported, and what is wrong with a predicate whatever it stands in.
 * @module
 */
import { sensitivity } from './boundaries.ts';
import { unfitness } from './facts.ts';
import type { Problem, ProblemPath } from './load.ts';
import { namesIn, type Predicate, type Value, visitPredicates } from './predicate.ts';
import type { Instrument } from './schema.ts';

export type Report = (code: string, path: ProblemPath, zh: string, en: string, severity?: Problem['severity']) => void;

export function duplicates(report: Report, list: string, items: readonly { readonly id: string }[]): void {
  const seen = new Map<string, number>();
  for (const [index, { id }] of items.entries()) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    else
      report(
        'duplicate-id',
        [list, index, 'id'],
        `编号「${id}」重复，首次出现在 ${list}.${first}`,
        `id ${id} comes twice; first at ${list}.${first}`,
      );
  }
}

export interface Names {
  readonly facts: ReadonlyMap<string, Instrument['facts'][number]>;
  readonly parameters: ReadonlyMap<string, Value>;
}

export function lintPredicate(
  report: Report,
  predicate: Predicate,
  path: ProblemPath,
  names: Names,
  local?: ReadonlySet<string>,
): void {
  const used = namesIn(predicate);
  let sound = true;
  for (const fact of used.facts)
    if (!names.facts.has(fact) && !local?.has(fact)) {
      sound = false;
      report('unknown-fact', path, `引用了未声明的事实「${fact}」`, `fact ${fact} is not declared`);
    }
  for (const parameter of used.parameters)
    if (!names.parameters.has(parameter)) {
      sound = false;
      report('unknown-parameter', path, `引用了未声明的参数「${parameter}」`, `parameter ${parameter} is not declared`);
    }
  visitPredicates(predicate, (each) => {
    if (!('fact' in each) || each.op === 'known' || each.v === undefined) return;
    const shape = names.facts.get(each.fact);
    if (!shape) return;
    const literals = each.op === 'in' ? (each.v as readonly Value[]) : [each.v];
    if (each.op === 'has') return;
    for (const literal of Array.isArray(literals) ? literals : [literals]) {
      const expected = unfitness({ ...shape, min: undefined }, literal);
      if (!expected) continue;
      sound = false;
      report(
        'wrong-literal',
        path,
        `事实「${each.fact}」与 ${JSON.stringify(literal)} 类型不符`,
        `${each.fact}: expected ${expected}, got ${JSON.stringify(literal)}`,
      );
    }
  });
  if (!sound || local) return;
  const { canHold, canFail } = sensitivity(predicate, names.facts, Object.fromEntries(names.parameters));
  if (canHold === false)
    report(
      'contradiction',
      path,
      '条件自相矛盾，永远不可能成立',
      'contradiction: no combination of facts makes it hold',
    );
  if (canFail === false)
    report('always-true', path, '条件恒为真，起不到区分作用', 'no combination of facts makes it fail', 'warning');
}
