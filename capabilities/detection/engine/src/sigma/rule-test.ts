/**
 * Tests of rules as data: sequences of events and how often a rule must fire on each. A document becomes sequences or a refusal; a
 * sequence run through an engine gives, for every rule that fired, how often. It reads no files and decides nothing.
 * @module
 */
import { parse } from 'yaml';
import { RefusalError } from '../refusal.ts';
import { eventTime, type SigmaEngine } from './engine.ts';
import type { EventRecord } from './event.ts';
import type { LogSource } from './rule.ts';

export interface RuleTest {
  readonly rule: string;
  readonly name: string;
  /** How often the rule must fire; a negative sequence has 0. */
  readonly matches: number;
  /** Other rules that rightly fire as well, by name, with how often. */
  readonly also: Readonly<Record<string, number>>;
  readonly source: LogSource | undefined;
  /** Seconds between events that have no time of their own. */
  readonly gap: number;
  readonly events: readonly EventRecord[];
}

const eventLimit = 10_000;
/** Any fixed moment: 2026-01-05 08:00 UTC, a Monday. */
const startTime = 1_767_600_000_000;

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws RefusalError where the text is no test document */
export function parseRuleTests(text: string): readonly RuleTest[] {
  const document = parse(text, { maxAliasCount: 50 }) as unknown;
  if (!isMap(document) || typeof document.rule !== 'string')
    throw new RefusalError('document', 'expected a map with "rule"');
  const { rule, source, base = {}, gap = 1 } = document;
  if (!isMap(base)) throw new RefusalError('document', 'base: expected a map');
  if (typeof gap !== 'number' || !(gap >= 0)) throw new RefusalError('document', 'gap: expected seconds');
  const read = (list: unknown, positive: boolean): readonly RuleTest[] => {
    if (!Array.isArray(list) || list.length === 0)
      throw new RefusalError('document', `${positive ? 'positive' : 'negative'}: expected at least one sequence`);
    return list.map((entry: unknown, index) => {
      if (!isMap(entry) || !Array.isArray(entry.events))
        throw new RefusalError('document', `sequence ${index + 1}: expected a map with "events"`);
      const matches = positive ? entry.matches : 0;
      if (typeof matches !== 'number' || (positive && !(matches >= 1)))
        throw new RefusalError('document', `sequence ${index + 1}: matches: expected 1 or more`);
      return {
        rule,
        name: typeof entry.name === 'string' ? entry.name : `${index + 1}`,
        matches,
        also: isMap(entry.also) ? (entry.also as Record<string, number>) : {},
        source: isMap(source) ? (source as LogSource) : undefined,
        gap,
        events: entry.events.flatMap((event: unknown) => expand(event, base)),
      };
    });
  };
  return [...read(document.positive, true), ...read(document.negative, false)];
}

/** `repeat: n, event: {…}` stands for n events; with `vary: field, from: text` each has another value there (`*` is its number). */
function expand(event: unknown, base: Record<string, unknown>): readonly EventRecord[] {
  if (!isMap(event)) throw new RefusalError('document', 'events: expected maps');
  const { repeat, vary, from, event: inner } = event;
  if (typeof repeat !== 'number') return [{ ...base, ...event }];
  if (!(repeat >= 1 && repeat <= eventLimit)) throw new RefusalError('limit', `repeat: expected 1 to ${eventLimit}`);
  return Array.from({ length: repeat }, (_, index) => ({
    ...base,
    ...(isMap(inner) ? inner : {}),
    ...(typeof vary === 'string' && typeof from === 'string'
      ? { [vary]: from.includes('*') ? from.replace('*', String(index + 1)) : `${from}${index + 1}` }
      : {}),
  }));
}

/** How often each rule fired, by name, else id, else title. The engine must be fresh: correlations remember. */
export function runRuleTest(
  engine: SigmaEngine,
  test: Pick<RuleTest, 'events' | 'gap' | 'source'>,
): ReadonlyMap<string, number> {
  const fired = new Map<string, number>();
  let time = startTime;
  for (const event of test.events) {
    for (const { rule } of engine.push(event, time, test.source)) {
      const name = rule.name ?? rule.id ?? rule.title;
      fired.set(name, (fired.get(name) ?? 0) + 1);
    }
    time += test.gap * 1000;
  }
  return fired;
}

/** The same events, each with a time of its own in `@timestamp`, so that they can be kept without the gap between them. */
export function timedEvents({ events, gap }: Pick<RuleTest, 'events' | 'gap'>): readonly EventRecord[] {
  return events.map((event, index) =>
    eventTime(event) === undefined ? { ...event, '@timestamp': startTime + Math.round(index * gap * 1000) } : event,
  );
}
