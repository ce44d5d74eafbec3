/**
 * What the reduction hands out: episodes (repeats folded), incidents, and for every episode why it is in an incident or why it was kept
 * back. Plain data.
 * @module
 */
import type { Tactic } from './alert.ts';

/** Why an episode is where it is. */
export type Verdict =
  /** The first of its group. */
  | { readonly kind: 'unusual'; readonly incident: number; readonly bits: number }
  /** Linked to an earlier episode of its incident. */
  | {
      readonly kind: 'linked';
      readonly incident: number;
      readonly bits: number;
      readonly to: number;
      readonly by: 'machine' | 'user' | 'address' | 'process' | 'time';
    }
  | { readonly kind: 'regular'; readonly incident: number; readonly meanGap: number; readonly spread: number }
  /** Kept back: the network's first day, in which everything is new. */
  | { readonly kind: 'learning' }
  /** Kept back: it happens here in so many of so many slots. */
  | { readonly kind: 'usual'; readonly slots: number; readonly of: number; readonly bits: number }
  /** Kept back: unusual, but what it is linked with does not add up to an incident. */
  | { readonly kind: 'weak'; readonly bits: number; readonly sum: number; readonly needed: number }
  /** Kept back: the day's incidents were used up by stronger or earlier ones. */
  | { readonly kind: 'budget'; readonly bits: number; readonly sum: number; readonly needed: number }
  /** Kept back: a person said it is harmless. */
  | { readonly kind: 'feedback'; readonly feedback: number };

export interface Episode {
  readonly index: number;
  readonly network: string;
  readonly rule: string;
  readonly machine: string;
  readonly user: string | undefined;
  readonly address: string | undefined;
  readonly process: string | undefined;
  readonly tactic: Tactic | undefined;
  readonly start: number;
  end: number;
  count: number;
  verdict: Verdict;
}

export interface Incident {
  readonly id: number;
  readonly network: string;
  readonly kind: 'group' | 'regular';
  /** When it had become one: what a person could have known then. */
  readonly opened: number;
  readonly start: number;
  readonly end: number;
  readonly alerts: number;
  readonly bits: number;
  /** How often the same came again and was not counted as another incident. */
  readonly occurrences: number;
  readonly machines: readonly string[];
  readonly rules: readonly string[];
  readonly tactics: readonly Tactic[];
  readonly episodes: readonly number[];
}

export interface Feedback {
  readonly rule: string;
  /** Without one: on every machine. */
  readonly machine?: string;
  readonly verdict: 'harmless' | 'attack';
  /** Milliseconds since the epoch; exceptions end. */
  readonly until: number;
}
