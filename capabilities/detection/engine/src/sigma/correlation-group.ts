/**
 * One group of a correlation rule: what its window holds, and how it is written down and read again as JSON. It decides nothing.
 * @module
 */
import type { EventRecord } from './event.ts';
import { type Bounds, type CorrelationRule, type RuleHeader, ruleKey } from './rule.ts';
import {
  EventCount,
  type Measure,
  type MeasureContent,
  Percentile,
  Sum,
  Temporal,
  TemporalOrdered,
  ValueCount,
  ValueShare,
} from './window.ts';

export interface RuleMatch {
  readonly rule: RuleHeader;
  /** Milliseconds since the epoch, of the event itself. */
  readonly time: number;
  /** The event; of a correlation the last event that took part. */
  readonly event: EventRecord;
  /** Of a correlation: the group's values, in the order of group-by, and what was measured. */
  readonly group?: readonly string[];
  readonly value?: number;
}

export interface Group {
  readonly key: readonly string[];
  measure: Measure | undefined;
  temporal: Temporal | undefined;
  ordered: TemporalOrdered | undefined;
  started: number;
  fired: number;
  holding: boolean;
  last: RuleMatch;
}

/** A match whose rule stands by its key. */
export type KeyedMatch = Omit<RuleMatch, 'rule'> & { readonly rule: string };
export interface GroupSnapshot {
  readonly key: readonly string[];
  readonly started: number;
  readonly fired: number | null;
  readonly holding: boolean;
  readonly last: KeyedMatch;
  readonly measure?: MeasureContent;
  readonly times?: readonly (number | null)[];
}
export interface CorrelationSnapshot {
  readonly watermark: number | null;
  readonly late: number;
  readonly evicted: number;
  readonly ungrouped: number;
  readonly pending: readonly KeyedMatch[];
  readonly rules: Readonly<Record<string, readonly GroupSnapshot[]>>;
}

export function groupSnapshot({
  key,
  started,
  fired,
  holding,
  last,
  measure,
  temporal,
  ordered,
}: Group): GroupSnapshot {
  const times = temporal?.times ?? ordered?.times;
  return {
    key,
    started,
    fired: Number.isFinite(fired) ? fired : null,
    holding,
    last: { ...last, rule: ruleKey(last.rule) },
    ...(measure ? { measure: measure.content } : {}),
    ...(times ? { times } : {}),
  };
}

export function restoredGroup(rule: CorrelationRule, snapshot: GroupSnapshot, lastRule: RuleHeader): Group {
  const last: RuleMatch = { ...snapshot.last, rule: lastRule };
  const group = newGroup(rule, snapshot.key, last, snapshot.times);
  group.started = snapshot.started;
  group.fired = snapshot.fired ?? Number.NEGATIVE_INFINITY;
  group.holding = snapshot.holding;
  for (const [index, time] of (snapshot.measure?.times ?? []).entries())
    group.measure?.add(time, snapshot.measure?.values?.[index]);
  return group;
}

export function newGroup(
  rule: CorrelationRule,
  key: readonly string[],
  match: RuleMatch,
  times?: readonly (number | null)[],
): Group {
  return {
    key,
    measure: measureOf(rule),
    temporal: rule.type === 'temporal' ? new Temporal(rule.rules.length, times) : undefined,
    ordered: rule.type === 'temporal_ordered' ? new TemporalOrdered(rule.rules.length, times) : undefined,
    started: match.time,
    fired: Number.NEGATIVE_INFINITY,
    holding: false,
    last: match,
  };
}

function measureOf(rule: CorrelationRule): Measure | undefined {
  switch (rule.type) {
    case 'event_count':
      return new EventCount();
    case 'value_count':
      return new ValueCount();
    case 'value_sum':
      return new Sum(false);
    case 'value_avg':
      return new Sum(true);
    case 'value_median':
      return new Percentile('median');
    case 'value_percentile':
      return rule.percentile === undefined ? new ValueShare() : new Percentile(rule.percentile);
    default:
      return undefined;
  }
}

export function hasBounds(bounds: Bounds): boolean {
  return Object.keys(bounds).length > 0;
}

export function within(bounds: Bounds, value: number): boolean {
  if (Number.isNaN(value)) return false;
  return (
    (bounds.gt === undefined || value > bounds.gt) &&
    (bounds.gte === undefined || value >= bounds.gte) &&
    (bounds.lt === undefined || value < bounds.lt) &&
    (bounds.lte === undefined || value <= bounds.lte) &&
    (bounds.eq === undefined || value === bounds.eq) &&
    (bounds.neq === undefined || value !== bounds.neq)
  );
}
