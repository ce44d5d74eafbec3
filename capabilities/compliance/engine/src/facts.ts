/**
 * From statements (who says what, when, on which evidence, for which period) to the facts of a day. Two statements that differ are a
 * contradiction, named and unknown until a person decides; nothing wins silently.
 * @module
 */
import { type Day, dayNumber } from '@hedun/workdays';
import type { OpenInstrument } from './instrument.ts';
import { evaluate, explain, type Facts, type Parameters, type Trace, type Value } from './predicate.ts';
import type { FactShape, Words } from './schema.ts';

/** observed: a collector saw it; verified: a person checked it against evidence; claimed: somebody says so. */
export type Standing = 'observed' | 'verified' | 'claimed';
export interface FactStatement {
  readonly id: string;
  readonly fact: string;
  readonly value: Value;
  readonly by: string;
  readonly standing: Standing;
  /** First and last day on which it holds; the last is open when absent. */
  readonly validFrom: Day;
  readonly validTo?: Day;
  readonly evidence?: readonly string[];
  /** Ids of statements that this one replaces. */
  readonly replaces?: readonly string[];
}

export type FactProblem =
  | { readonly kind: 'contradiction'; readonly fact: string; readonly statements: readonly FactStatement[] }
  | { readonly kind: 'constraint'; readonly constraint: string; readonly says: Words; readonly trace: Trace }
  | { readonly kind: 'undeclared'; readonly fact: string; readonly statement?: string }
  | {
      readonly kind: 'type';
      readonly fact: string;
      readonly expected: string;
      readonly got: Value;
      readonly statement?: string;
    };

export interface ResolvedFacts {
  readonly facts: Facts;
  readonly problems: readonly FactProblem[];
  readonly from: Readonly<Record<string, FactStatement>>;
}

/** What is wrong with a value for a declared fact, in words; undefined when it fits. */
export function unfitness(shape: FactShape, value: Value): string | undefined {
  if (shape.type === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'a number';
    if (shape.min !== undefined && value < shape.min) return `a number of at least ${shape.min}`;
    return undefined;
  }
  if (shape.type === 'boolean') return typeof value === 'boolean' ? undefined : 'true or false';
  if (shape.type === 'list') return Array.isArray(value) ? undefined : 'a list';
  if (typeof value !== 'string') return 'a text';
  if (shape.type === 'day') {
    try {
      dayNumber(value);
      return undefined;
    } catch {
      return 'a day, YYYY-MM-DD';
    }
  }
  const options = shape.options?.map((each) => each.id);
  return shape.type === 'choice' && options && !options.includes(value) ? `one of ${options.join(', ')}` : undefined;
}

/** Checks plain facts against the instrument: declared, of their type, within the declared constraints. */
export function factProblems(
  open: OpenInstrument,
  facts: Facts,
  parameters: Parameters = open.parameters,
): readonly FactProblem[] {
  const found: FactProblem[] = [];
  const sound: Record<string, Value> = {};
  for (const [fact, value] of Object.entries(facts)) {
    if (value === undefined || value === null) continue;
    const shape = open.facts.get(fact);
    const expected = shape && unfitness(shape, value);
    if (!shape) found.push({ kind: 'undeclared', fact });
    else if (expected) found.push({ kind: 'type', fact, expected, got: value });
    else sound[fact] = value;
  }
  for (const { id, must, says } of open.instrument.constraints) {
    const scope = { facts: sound, parameters };
    if (evaluate(must, scope) === false)
      found.push({ kind: 'constraint', constraint: id, says, trace: explain(must, scope) });
  }
  return found;
}

/** The facts of a day. A fact with a problem is left unknown, so that nothing is decided on it. */
export function factsOn(
  open: OpenInstrument,
  statements: readonly FactStatement[],
  day: Day,
  parameters: Parameters = open.parameters,
): ResolvedFacts {
  const today = dayNumber(day);
  const replaced = new Set(statements.flatMap((each) => each.replaces ?? []));
  const current = statements.filter(
    (each) =>
      !replaced.has(each.id) &&
      dayNumber(each.validFrom) <= today &&
      (each.validTo === undefined || today <= dayNumber(each.validTo)),
  );
  const problems: FactProblem[] = [];
  const facts: Record<string, Value> = {};
  const from: Record<string, FactStatement> = {};
  for (const fact of new Set(current.map((each) => each.fact))) {
    const statementsOfFact = current.filter((each) => each.fact === fact);
    const values = new Set(statementsOfFact.map((each) => JSON.stringify(each.value)));
    const [first] = statementsOfFact;
    if (!first) continue;
    if (values.size > 1) {
      problems.push({ kind: 'contradiction', fact, statements: statementsOfFact });
      continue;
    }
    facts[fact] = first.value;
    from[fact] = first;
  }
  for (const problem of factProblems(open, facts, parameters)) {
    problems.push(problem);
    if (problem.kind === 'type' || problem.kind === 'undeclared') delete facts[problem.fact];
  }
  return { facts, problems, from };
}
