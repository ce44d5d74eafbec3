/**
 * Liability tables: which rows fit the facts, and the range each row opens. The answer is always a range with its measures and its
 * may or shall, never a single figure: the figure is the authority's to choose.
 * @module
 */
import { evaluate, explain, type Facts, type Parameters, type Trace, type Truth, undecidedFacts } from './predicate.ts';
import type { Instrument, Penalty, Words } from './schema.ts';

/** Amounts in CNY. */
export interface FineRange {
  readonly modal: 'may' | 'shall';
  readonly range?: readonly [number, number];
  /** How the range was found, in the words of the table. */
  readonly basis: {
    readonly kind: 'fixed' | 'times' | 'percent';
    readonly of?: string;
    readonly factors: readonly [number, number];
    readonly base?: number;
  };
}
export interface PenaltyResult {
  readonly penalty: Penalty;
  readonly holds: Truth;
  readonly trace: Trace;
  readonly missing: readonly string[];
  readonly fine?: FineRange;
  readonly persons?: {
    readonly roles: readonly Words[];
    readonly modal: 'may' | 'shall';
    readonly range: readonly [number, number];
  };
  readonly orders?: { readonly modal: 'may' | 'shall'; readonly list: readonly Words[] };
  readonly measures: readonly Words[];
}

function fineOf(penalty: Penalty, facts: Facts): FineRange | undefined {
  if (!penalty.fine) return undefined;
  const { modal, amount } = penalty.fine;
  if ('fixed' in amount) return { modal, range: amount.fixed, basis: { kind: 'fixed', factors: amount.fixed } };
  const factors = 'times' in amount ? amount.times : amount.percent;
  const kind = 'times' in amount ? 'times' : 'percent';
  const base = facts[amount.of];
  if (typeof base !== 'number') return { modal, basis: { kind, of: amount.of, factors } };
  const scale = kind === 'times' ? 1 : 0.01;
  const cap = 'max' in amount && amount.max !== undefined ? amount.max : Number.POSITIVE_INFINITY;
  const range = [Math.min(cap, base * factors[0] * scale), Math.min(cap, base * factors[1] * scale)] as const;
  return { modal, range, basis: { kind, of: amount.of, factors, base } };
}

/** Every row that fits or cannot yet be ruled out, in the table's order. */
export function penalties(instrument: Instrument, facts: Facts, parameters: Parameters = {}): readonly PenaltyResult[] {
  const scope = { facts, parameters };
  return instrument.penalties.flatMap((penalty) => {
    const holds = evaluate(penalty.when, scope);
    if (holds === false) return [];
    const trace = explain(penalty.when, scope);
    const fine = fineOf(penalty, facts);
    return [
      {
        penalty,
        holds,
        trace,
        missing: undecidedFacts(trace),
        measures: penalty.measures,
        ...(fine ? { fine } : {}),
        ...(penalty.persons ? { persons: penalty.persons } : {}),
        ...(penalty.orders ? { orders: penalty.orders } : {}),
      },
    ];
  });
}
