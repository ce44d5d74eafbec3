/**
 * Active rules over a stream: detector, exceptions and correlations of one worker. Exceptions are judged before correlations see a match;
 * what was excepted is handed out too, with the exception's id, so that it can be found. It reads no store and no clock.
 * @module
 */
import {
  Correlation,
  type CorrelationOptions,
  type CorrelationSnapshot,
  type DetectionRule,
  Detector,
  type EventRecord,
  eventTime,
  type LogSource,
  parseSigma,
  type RuleMatch,
  ruleKey,
  type SigmaDocument,
} from '@hedun/detection';

export interface ActiveException {
  readonly id: string;
  readonly organisationId: string;
  /** Organisations below the one that made the exception, itself included: whose events it excuses. */
  readonly organisationIds: readonly string[];
  readonly ruleKey: string;
  readonly condition: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}
export interface ActiveRules {
  /** Differs whenever a rule, a mode or an exception changed. */
  readonly version: string;
  readonly documents: readonly SigmaDocument[];
  /** Keys of rules whose matches are recorded but raise nothing. */
  readonly shadow: ReadonlySet<string>;
  readonly exceptions: readonly ActiveException[];
}
export interface Detected extends RuleMatch {
  readonly mode: 'on' | 'shadow';
  /** The exception that excuses it; such a match raises nothing and feeds no correlation. */
  readonly exceptionId?: string;
}

/** A condition as a rule of its own, so that it means what it would mean in a rule; undefined where it is none. */
export function exceptionRule(id: string, condition: string): DetectionRule | undefined {
  const indented = condition.replace(/^/gm, '    ');
  const { rules } = parseSigma(
    `title: exception\nname: "${id}"\nlogsource: {category: any}\ndetection:\n  excused:\n${indented}\n  condition: excused\n`,
    id,
  );
  const [rule] = rules;
  return rule?.kind === 'detection' && rules.length === 1 ? { ...rule, logsource: {} } : undefined;
}

export class RuleDetection {
  readonly rules: ActiveRules;
  readonly detector: Detector;
  readonly #options: CorrelationOptions;
  readonly #exceptions = new Map<string, ActiveException>();
  readonly #excepted: ReadonlySet<string>;
  readonly #excuses: Detector | undefined;
  /** Correlations never mix organisations. */
  readonly #correlations = new Map<string, Correlation>();
  readonly #silenced: ReadonlySet<string>;

  constructor(rules: ActiveRules, options: CorrelationOptions = {}) {
    this.rules = rules;
    this.#options = options;
    this.detector = new Detector(rules.documents);
    const excuses: DetectionRule[] = [];
    for (const exception of rules.exceptions) {
      const rule = exceptionRule(exception.id, exception.condition);
      if (!rule) continue;
      excuses.push(rule);
      this.#exceptions.set(exception.id, exception);
    }
    this.#excepted = new Set([...this.#exceptions.values()].map((each) => each.ruleKey));
    this.#excuses = excuses.length > 0 ? new Detector(excuses) : undefined;
    this.#silenced = this.#correlation('').silenced;
  }

  /**
   * @param received milliseconds since the epoch: used where the event has no time of its own, and what exceptions expire by
   * @param source what the collector declares; Windows events need none
   */
  push(
    event: EventRecord,
    received: number,
    source: LogSource | undefined,
    organisationId: string,
  ): readonly Detected[] {
    const rules = this.detector.match(event, source);
    if (rules.length === 0) return none;
    const time = eventTime(event) ?? received;
    const found: Detected[] = [];
    for (const rule of rules) {
      const key = ruleKey(rule);
      const match = { rule, time, event };
      const exceptionId = this.#excepted.has(key)
        ? this.#excuse(key, event, source, organisationId, received)
        : undefined;
      if (exceptionId !== undefined) {
        found.push({ ...match, mode: this.#mode(key), exceptionId });
        continue;
      }
      if (!this.#silenced.has(key)) found.push({ ...match, mode: this.#mode(key) });
      this.#take(this.#correlation(organisationId).push(match), found);
    }
    return found;
  }

  /** Says that time has passed; conditions bounded from above are answered by it. */
  advance(time: number): readonly (Detected & { readonly organisationId: string })[] {
    const all: (Detected & { readonly organisationId: string })[] = [];
    for (const [organisationId, correlation] of this.#correlations) {
      const found: Detected[] = [];
      this.#take(correlation.advance(time), found);
      for (const match of found) all.push({ ...match, organisationId });
    }
    return all;
  }

  /** The memory of correlations, as JSON, to be kept with the offsets it was reached at. */
  snapshot(): Readonly<Record<string, CorrelationSnapshot>> {
    return Object.fromEntries([...this.#correlations].map(([id, correlation]) => [id, correlation.snapshot()]));
  }

  restore(snapshot: Readonly<Record<string, CorrelationSnapshot>>): void {
    for (const [id, state] of Object.entries(snapshot)) this.#correlation(id).restore(state);
  }

  #mode(key: string): 'on' | 'shadow' {
    return this.rules.shadow.has(key) ? 'shadow' : 'on';
  }

  #take(fired: readonly RuleMatch[], found: Detected[]): void {
    for (const match of fired) {
      const key = ruleKey(match.rule);
      if (!this.#silenced.has(key)) found.push({ ...match, mode: this.#mode(key) });
    }
  }

  #excuse(
    key: string,
    event: EventRecord,
    source: LogSource | undefined,
    organisationId: string,
    received: number,
  ): string | undefined {
    for (const rule of this.#excuses?.match(event, source) ?? []) {
      const exception = this.#exceptions.get(rule.name ?? '');
      if (
        exception?.ruleKey === key &&
        exception.expiresAt > received &&
        exception.organisationIds.includes(organisationId)
      )
        return exception.id;
    }
    return undefined;
  }

  #correlation(organisationId: string): Correlation {
    let correlation = this.#correlations.get(organisationId);
    if (!correlation) {
      const rules = this.rules.documents.filter((each) => each.kind === 'correlation');
      correlation = new Correlation(rules, [...this.detector.rules, ...rules], this.#options);
      this.#correlations.set(organisationId, correlation);
    }
    return correlation;
  }
}

const none: readonly Detected[] = [];
