/**
 * Correlation rules over matches, in event time. Matches may arrive late within the allowed lateness: they wait until the watermark passes
 * them and are then taken in order, so the result does not depend on arrival. What comes later than that is counted, not guessed at.
 * Groups are capped; the stalest goes first and is counted. One whose last event left the window is forgotten: it would go on as a new one.
 *
 * When a condition only asks for "at least" (gt, gte), the rule fires with the event that fulfils it, and again only after the condition
 * failed in between or one timespan passed. Where it also bounds from above (lt, lte, eq, neq), the answer is known only at the end of
 * the timespan that began with the group's first event; it fires then.
 * Source: Sigma Correlation Rules specification 2.1.0.
 * @module
 */
import type { Refusal } from '../refusal.ts';
import {
  type CorrelationSnapshot,
  type Group,
  groupSnapshot,
  hasBounds,
  newGroup,
  type RuleMatch,
  restoredGroup,
  within,
} from './correlation-group.ts';
import { type EventRecord, eachText, fieldReader, type Reader } from './event.ts';
import { TimeHeap } from './heap.ts';
import { possibleNames, standardPipelines } from './pipeline.ts';
import { namesOf, withoutCyclesAndGaps } from './references.ts';
import { type CorrelationRule, type DetectionRule, type RuleHeader, ruleKey } from './rule.ts';

export interface CorrelationOptions {
  /** Milliseconds an event may come behind the newest one; default 0. */
  readonly lateness?: number;
  /** Groups kept per rule; default 100,000. */
  readonly groupLimit?: number;
  /** Events kept in one group's window; default 1,000,000. */
  readonly windowLimit?: number;
  /** Matches that wait for the watermark; default 1,000,000. */
  readonly pendingLimit?: number;
}

export interface CorrelationStatistics {
  readonly late: number;
  readonly evictedGroups: number;
  readonly groups: number;
  readonly pending: number;
  /** Matches without a value for a group-by field: they belong to no group. */
  readonly ungrouped: number;
}

interface Correlator {
  readonly rule: CorrelationRule;
  readonly groups: Map<string, Group>;
  readonly readers: ReadonlyMap<string, readonly Reader[]>;
  readonly valueReaders: ReadonlyMap<string, readonly Reader[]>;
  readonly order: ReadonlyMap<string, number>;
  readonly atEnd: boolean;
  /** When stale groups are looked for again, in event time. */
  lookAt: number;
}

const keySeparator = '\u001f';

export class Correlation {
  readonly refusals: readonly Refusal[];
  /** Keys of rules whose own matches are to be kept back, because they only serve a correlation. */
  readonly silenced: ReadonlySet<string>;
  readonly #byRule = new Map<string, Correlator[]>();
  readonly #correlators: Correlator[] = [];
  readonly #options: Required<CorrelationOptions>;
  readonly #pending = new TimeHeap<RuleMatch>();
  readonly #known: ReadonlyMap<string, RuleHeader>;
  #watermark = Number.NEGATIVE_INFINITY;
  #late = 0;
  #evicted = 0;
  #ungrouped = 0;

  /** @param all every rule that a correlation may refer to */
  constructor(rules: readonly CorrelationRule[], all: readonly RuleHeader[], options: CorrelationOptions = {}) {
    this.#options = {
      lateness: options.lateness ?? 0,
      groupLimit: options.groupLimit ?? 100_000,
      windowLimit: options.windowLimit ?? 1_000_000,
      pendingLimit: options.pendingLimit ?? 1_000_000,
    };
    for (const [name, value] of Object.entries(this.#options))
      if (!(value >= 0)) throw new RangeError(`${name}: expected 0 or more, got ${value}`);
    const refusals: Refusal[] = [];
    this.#known = new Map(all.map((rule) => [ruleKey(rule), rule]));
    const names = namesOf(all);
    const { byName } = names;
    const usable = withoutCyclesAndGaps(rules, names, refusals);
    const silenced = new Set<string>();
    const loud = new Set<string>();
    for (const rule of usable) {
      this.#add(rule, byName);
      for (const name of rule.rules) {
        const target = byName.get(name);
        if (target) (rule.generate ? loud : silenced).add(ruleKey(target));
      }
    }
    for (const key of loud) silenced.delete(key);
    this.silenced = silenced;
    this.refusals = refusals;
  }

  get statistics(): CorrelationStatistics {
    const groups = this.#correlators.reduce((count, correlator) => count + correlator.groups.size, 0);
    return {
      late: this.#late,
      evictedGroups: this.#evicted,
      groups,
      pending: this.#pending.length,
      ungrouped: this.#ungrouped,
    };
  }

  /** Takes a match in and returns the correlations that fire because of it or of time passing. */
  push(match: RuleMatch): readonly RuleMatch[] {
    if (!Number.isFinite(match.time)) throw new TypeError(`time: expected milliseconds, got ${match.time}`);
    if (match.time < this.#watermark) {
      this.#late += 1;
      return [];
    }
    const fired: RuleMatch[] = [];
    if (this.#options.lateness === 0) {
      this.#watermark = match.time;
      this.#take(match, fired);
      return fired;
    }
    this.#pending.push(match);
    const watermark = match.time - this.#options.lateness;
    if (watermark > this.#watermark) this.#watermark = watermark;
    this.#drain(fired);
    return fired;
  }

  /** Says that no event before this time will come any more; open questions are answered up to it. */
  advance(time: number): readonly RuleMatch[] {
    const fired: RuleMatch[] = [];
    if (time > this.#watermark) this.#watermark = time;
    this.#drain(fired);
    for (const correlator of this.#correlators)
      if (!correlator.atEnd) forgetStale(correlator, time);
      else
        for (const [key, group] of correlator.groups)
          if (group.started + correlator.rule.timespan <= time) {
            correlator.groups.delete(key);
            this.#close(correlator, group, fired);
          }
    return fired;
  }

  /** Everything that is remembered, as JSON, to be kept beside the offsets it was reached at. */
  snapshot(): CorrelationSnapshot {
    return {
      watermark: Number.isFinite(this.#watermark) ? this.#watermark : null,
      late: this.#late,
      evicted: this.#evicted,
      ungrouped: this.#ungrouped,
      pending: this.#pending.inOrder().map(({ rule, ...match }) => ({ ...match, rule: ruleKey(rule) })),
      rules: Object.fromEntries(
        this.#correlators
          .filter(({ groups }) => groups.size > 0)
          .map(({ rule, groups }) => [ruleKey(rule), [...groups.values()].map(groupSnapshot)]),
      ),
    };
  }

  /** Stands where a snapshot was taken; what belongs to rules that are no longer here is left out. */
  restore(snapshot: CorrelationSnapshot): void {
    this.#watermark = snapshot.watermark ?? Number.NEGATIVE_INFINITY;
    this.#late = snapshot.late;
    this.#evicted = snapshot.evicted;
    this.#ungrouped = snapshot.ungrouped;
    while (this.#pending.shift());
    for (const { rule, ...match } of snapshot.pending) {
      const known = this.#known.get(rule);
      if (known) this.#pending.push({ ...match, rule: known });
    }
    for (const correlator of this.#correlators) {
      correlator.groups.clear();
      for (const group of snapshot.rules[ruleKey(correlator.rule)] ?? []) {
        const rule = this.#known.get(group.last.rule);
        if (rule) correlator.groups.set(group.key.join(keySeparator), restoredGroup(correlator.rule, group, rule));
      }
    }
  }

  #add(rule: CorrelationRule, byName: ReadonlyMap<string, RuleHeader>): void {
    const readers = new Map<string, readonly Reader[]>();
    const valueReaders = new Map<string, readonly Reader[]>();
    const order = new Map<string, number>();
    for (const [index, name] of rule.rules.entries()) {
      const target = byName.get(name);
      if (!target) continue;
      const fieldOf = (field: string) => {
        const alias = Object.hasOwn(rule.aliases, field) ? rule.aliases[field] : undefined;
        return (
          alias?.[name] ??
          (target.name ? alias?.[target.name] : undefined) ??
          (target.id ? alias?.[target.id] : undefined) ??
          field
        );
      };
      const key = ruleKey(target);
      const reader = (field: string) =>
        fieldReader(
          isDetection(target) ? possibleNames(fieldOf(field), target.logsource, standardPipelines) : [fieldOf(field)],
        );
      readers.set(key, rule.groupBy.map(reader));
      valueReaders.set(key, rule.fields.map(reader));
      order.set(key, index);
    }
    const { lt, lte, eq, neq } = rule.bounds;
    const immediate = rule.type === 'value_percentile' && rule.percentile === undefined;
    const correlator: Correlator = {
      rule,
      groups: new Map(),
      readers,
      valueReaders,
      order,
      atEnd: !immediate && [lt, lte, eq, neq].some((bound) => bound !== undefined),
      lookAt: Number.NEGATIVE_INFINITY,
    };
    this.#correlators.push(correlator);
    for (const key of order.keys()) this.#byRule.set(key, [...(this.#byRule.get(key) ?? []), correlator]);
  }

  #drain(fired: RuleMatch[]): void {
    for (;;) {
      const next = this.#pending.first();
      if (!next) return;
      const crowded = this.#pending.length > this.#options.pendingLimit;
      if (next.time > this.#watermark && !crowded) return;
      if (next.time > this.#watermark) this.#watermark = next.time;
      this.#pending.shift();
      this.#take(next, fired);
    }
  }

  #take(match: RuleMatch, fired: RuleMatch[]): void {
    const correlators = this.#byRule.get(ruleKey(match.rule));
    if (!correlators) return;
    for (const correlator of correlators) this.#feed(correlator, match, fired);
  }

  #feed(correlator: Correlator, match: RuleMatch, fired: RuleMatch[]): void {
    const { rule } = correlator;
    const name = ruleKey(match.rule);
    const key: string[] = [];
    for (const reader of correlator.readers.get(name) ?? []) {
      const text = firstText(reader(match.event));
      if (text === undefined) {
        this.#ungrouped += 1;
        return;
      }
      key.push(text);
    }
    const joined = key.join(keySeparator);
    if (!correlator.atEnd && match.time >= correlator.lookAt) {
      forgetStale(correlator, match.time);
      // Not with every match: the head of a map that was much written to is found slowly.
      correlator.lookAt = match.time + rule.timespan / 16;
    }
    let group = correlator.groups.get(joined);
    if (group && correlator.atEnd && match.time - group.started >= rule.timespan) {
      correlator.groups.delete(joined);
      this.#close(correlator, group, fired);
      group = undefined;
    }
    if (group) correlator.groups.delete(joined);
    else group = newGroup(rule, key, match);
    // Re-inserted at the end: the map's order is that of last use.
    correlator.groups.set(joined, group);
    group.last = match;
    if (correlator.groups.size > this.#options.groupLimit) {
      const [stalest] = correlator.groups.keys();
      if (stalest !== undefined) correlator.groups.delete(stalest);
      this.#evicted += 1;
    }
    const step = correlator.order.get(name) ?? 0;
    if (group.ordered) {
      if (group.ordered.add(match.time, step, rule.timespan)) this.#fire(correlator, group, rule.rules.length, fired);
      return;
    }
    const horizon = match.time - rule.timespan;
    if (group.temporal) {
      group.temporal.add(match.time, step);
      const seen = group.temporal.seenAfter(horizon);
      const complete = hasBounds(rule.bounds) ? within(rule.bounds, seen) : seen === rule.rules.length;
      if (!correlator.atEnd) this.#edge(correlator, group, complete, seen, fired);
      return;
    }
    const { measure } = group;
    if (!measure) return;
    const value = fieldValue(correlator.valueReaders.get(name) ?? [], match.event);
    if (rule.fields.length > 0 && value === undefined) return;
    if (measure.size < this.#options.windowLimit) measure.add(match.time, value);
    if (correlator.atEnd) return;
    measure.expire(horizon);
    const current = measure.current;
    this.#edge(correlator, group, current !== undefined && within(rule.bounds, current), current ?? 0, fired);
  }

  #edge(correlator: Correlator, group: Group, holds: boolean, value: number, fired: RuleMatch[]): void {
    const again = group.last.time - group.fired >= correlator.rule.timespan;
    if (holds && (!group.holding || again)) this.#fire(correlator, group, value, fired);
    group.holding = holds;
  }

  #close(correlator: Correlator, group: Group, fired: RuleMatch[]): void {
    const value = group.temporal
      ? group.temporal.seenAfter(Number.NEGATIVE_INFINITY)
      : (group.measure?.current ?? Number.NaN);
    if (within(correlator.rule.bounds, value)) this.#fire(correlator, group, value, fired);
  }

  #fire(correlator: Correlator, group: Group, value: number, fired: RuleMatch[]): void {
    const { time, event } = group.last;
    group.fired = time;
    const match: RuleMatch = { rule: correlator.rule, time, event, group: group.key, value };
    fired.push(match);
    this.#take(match, fired);
  }
}

/** The map's order is that of last use, so the stalest stand first. */
function forgetStale({ groups, rule }: Correlator, time: number): void {
  for (const [key, group] of groups) {
    if (group.last.time > time - rule.timespan) return;
    groups.delete(key);
  }
}

function isDetection(rule: RuleHeader): rule is DetectionRule {
  return (rule as Partial<DetectionRule>).kind === 'detection';
}

function firstText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  let found: string | undefined;
  eachText(value, (text) => {
    found ??= text;
  });
  return found;
}

function fieldValue(readers: readonly Reader[], event: EventRecord): string | number | undefined {
  const [only] = readers;
  if (readers.length === 0 || !only) return undefined;
  if (readers.length === 1) {
    const value = only(event);
    return typeof value === 'number' ? value : firstText(value);
  }
  const texts = readers.map((reader) => firstText(reader(event)));
  return texts.some((text) => text === undefined) ? undefined : texts.join(keySeparator);
}
