/**
 * Events as the clocks and cases see them: what happened, to which subject, at which legal time. They are only ever added.
 * @module
 */
import { instantOf } from '@hedun/workdays';
import type { Value } from './predicate.ts';

export interface ComplianceEvent {
  readonly id: string;
  readonly type: string;
  /** The thing whose clock runs: a request, an audit, a case. */
  readonly subject: string;
  /** Legal time, ISO 8601 with its offset. */
  readonly occurredAt: string;
  /** When the system learned of it; never used by a clock. */
  readonly recordedAt?: string;
  readonly actor?: string;
  readonly data?: Readonly<Record<string, Value>>;
}

/** Sorted by legal time; events of the same instant keep their given order. @throws {TypeError} for a time without an offset. */
export function inLegalOrder(events: readonly ComplianceEvent[]): readonly ComplianceEvent[] {
  return events
    .map((event, position) => ({ event, position, instant: instantOf(event.occurredAt) }))
    .sort((left, right) => left.instant - right.instant || left.position - right.position)
    .map(({ event }) => event);
}
