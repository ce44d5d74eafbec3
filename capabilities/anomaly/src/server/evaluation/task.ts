/**
 * One run of an evaluation and what comes of it.
 * @module
 */
import type { Measured, TableProtocol } from '@hedun/anomaly/evaluation';

export interface Task {
  /** A description in the plain format, or `flows` for the generator of our own. */
  readonly file: string;
  /** The name in the table; the set's own where left out. */
  readonly name?: string;
  readonly protocol: TableProtocol | 'series';
  readonly detector: string;
  readonly seed: number;
}
export type Answer =
  | { readonly kind: 'measured'; readonly task: Task; readonly runs: readonly Measured[]; readonly seconds: number }
  | { readonly kind: 'failed'; readonly task: Task; readonly reason: string; readonly seconds: number };
