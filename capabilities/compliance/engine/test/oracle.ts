/**
 * A second reading of predicates, written without the engine: every unknown fact is tried with every value it could have, and the answer
 * is unknown when the outcomes differ. Lists are left to their own tests.
 * @module
 */
import type { Predicate, Value } from '../src/index.ts';

export function twoValued(
  predicate: Predicate,
  facts: Record<string, Value>,
  parameters: Record<string, Value>,
): boolean {
  if ('and' in predicate) return !predicate.and.some((each) => !twoValued(each, facts, parameters));
  if ('or' in predicate) return predicate.or.filter((each) => twoValued(each, facts, parameters)).length > 0;
  if ('not' in predicate) return !twoValued(predicate.not, facts, parameters);
  if ('count' in predicate || 'trailing' in predicate) throw new Error('lists have their own tests');
  const left = 'fact' in predicate ? facts[predicate.fact] : parameters[predicate.param];
  if (predicate.op === 'known') return left !== undefined && left !== '';
  const right =
    'to' in predicate && predicate.to !== undefined
      ? facts[predicate.to]
      : 'fact' in predicate && predicate.param !== undefined
        ? parameters[predicate.param]
        : predicate.v;
  const a = left as number;
  const b = right as number;
  const table: Record<string, () => boolean> = {
    '=': () => a === b,
    '!=': () => a !== b,
    '>': () => a - b > 0,
    '>=': () => a - b > 0 || a === b,
    '<': () => b - a > 0,
    '<=': () => b - a > 0 || a === b,
    in: () => (right as readonly Value[]).includes(left as Value),
    has: () => (left as readonly Value[]).includes(right as Value),
  };
  return (table[predicate.op] as () => boolean)();
}

/** The words of the law for an operator at its number: does the number itself count? */
export const countsItself: Readonly<Record<string, boolean>> = {
  '>=': true,
  '<=': true,
  '>': false,
  '<': false,
  '=': true,
  '!=': false,
};
