/**
 * A whole Sigma rule set over a stream: detection rules, filters and correlations, in event time. One event in, the matches out. It reads
 * no clock: without a time in the event, the caller's counts.
 * @module
 */
import type { Refusal } from '../refusal.ts';
import { parseTime } from '../time.ts';
import { flattenWindowsEvent } from '../windows-event.ts';
import { Correlation, type CorrelationOptions, type CorrelationStatistics } from './correlation.ts';
import type { RuleMatch } from './correlation-group.ts';
import { Detector, type DetectorOptions } from './detector.ts';
import type { EventRecord } from './event.ts';
import { parsedLine } from './json-line.ts';
import { type DetectionRule, type LogSource, ruleKey, type SigmaDocument } from './rule.ts';

export interface SigmaEngineOptions extends DetectorOptions, CorrelationOptions {}

const timeFields = ['TimeCreated', 'UtcTime', '@timestamp', 'timestamp', 'eventTime', 'time', 'ts', 'EventTime'];

/** The event's own time in milliseconds since the epoch; undefined where it has none that can be read. */
export function eventTime(event: EventRecord): number | undefined {
  for (const field of timeFields) {
    const value = event[field];
    const time = value === undefined ? undefined : parseTime(value);
    if (time !== undefined) return time;
  }
  return undefined;
}

export class SigmaEngine {
  readonly refusals: readonly Refusal[];
  readonly detector: Detector;
  readonly #correlation: Correlation;

  constructor(documents: readonly SigmaDocument[], options: SigmaEngineOptions = {}) {
    this.detector = new Detector(documents, options);
    const correlations = documents.filter((document) => document.kind === 'correlation');
    this.#correlation = new Correlation(correlations, [...this.detector.rules, ...correlations], options);
    this.refusals = [...this.detector.refusals, ...this.#correlation.refusals];
  }

  get statistics(): CorrelationStatistics {
    return this.#correlation.statistics;
  }

  /**
   * @param received milliseconds since the epoch, used where the event has no time of its own
   * @returns matches of rules and correlations; rules that only serve a correlation without `generate` stay silent
   */
  push(event: EventRecord, received: number, source?: LogSource): readonly RuleMatch[] {
    return this.#matched(this.detector.match(event, source), event, received);
  }

  /** An event that is one line of JSON; the line is parsed whole only where a rule matches. @returns as `push` */
  pushLine(text: string | Uint8Array, received: number, source?: LogSource): readonly RuleMatch[] {
    const rules = this.detector.matchLine(text, source);
    if (rules.length === 0) return [];
    return this.#matched(rules, flattenWindowsEvent(parsedLine(text)), received);
  }

  #matched(rules: readonly DetectionRule[], event: EventRecord, received: number): readonly RuleMatch[] {
    if (rules.length === 0) return [];
    const time = eventTime(event) ?? received;
    const matches: RuleMatch[] = [];
    for (const rule of rules) {
      const match = { rule, time, event };
      if (!this.#correlation.silenced.has(ruleKey(rule))) matches.push(match);
      this.#collect(this.#correlation.push(match), matches);
    }
    return matches;
  }

  /** Tells that time has passed without events. */
  advance(time: number): readonly RuleMatch[] {
    const matches: RuleMatch[] = [];
    this.#collect(this.#correlation.advance(time), matches);
    return matches;
  }

  #collect(fired: readonly RuleMatch[], matches: RuleMatch[]): void {
    for (const match of fired) if (!this.#correlation.silenced.has(ruleKey(match.rule))) matches.push(match);
  }
}
