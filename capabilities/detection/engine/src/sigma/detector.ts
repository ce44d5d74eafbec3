/**
 * Detection rules over a stream of events, one event at a time: routes by log source, then asks the bucket of rules that concern it.
 * It keeps no memory of events.
 * @module
 */
import type { Refusal } from '../refusal.ts';
import { Bucket } from './bucket.ts';
import type { EventRecord } from './event.ts';
import { concerns, covers, declaredRoute, type Route, windowsRoute } from './logsource.ts';
import { fieldNames, type Pipeline, standardPipelines } from './pipeline.ts';
import type { DetectionRule, FilterRule, LogSource, SigmaDocument } from './rule.ts';

export interface DetectorOptions {
  /** Field mappings; default {@link standardPipelines}. */
  readonly pipelines?: readonly Pipeline[];
}

/** Routes are remembered by channel and event id, which the sender chooses. */
const rememberedRoutes = 10_000;

export class Detector {
  readonly rules: readonly DetectionRule[];
  readonly refusals: readonly Refusal[];
  readonly #pipelines: readonly Pipeline[];
  readonly #routes = new Map<string, Bucket>();
  readonly #buckets = new Map<string, Bucket>();

  /** @param documents detection rules and filters; correlation rules are left to {@link SigmaEngine} */
  constructor(documents: readonly SigmaDocument[], options: DetectorOptions = {}) {
    this.#pipelines = options.pipelines ?? standardPipelines;
    const refusals: Refusal[] = [];
    const rules = documents.filter((document) => document.kind === 'detection');
    const filters = documents.filter((document) => document.kind === 'filter');
    this.rules = applyFilters(rules, filters, refusals);
    this.refusals = refusals;
  }

  /**
   * The rules that match an event, in the order they were given.
   * @param source what the collector declares; Windows events (with Channel and EventID) need none
   */
  match(event: EventRecord, source?: LogSource): readonly DetectionRule[] {
    const bucket = this.#bucketOf(event, source);
    const found = bucket.match(event);
    return found.length === 0 ? none : found.map((index) => bucket.rules[index] as DetectionRule);
  }

  /** The rules that are tried on such an event at all. */
  rulesFor(event: EventRecord, source?: LogSource): readonly DetectionRule[] {
    return this.#bucketOf(event, source).rules;
  }

  #bucketOf(event: EventRecord, source: LogSource | undefined): Bucket {
    const memo = source
      ? `d ${source.product} ${source.category} ${source.service}`
      : `w ${event.Channel} ${event.EventID}`;
    const known = this.#routes.get(memo);
    if (known) return known;
    const route = routeOf(event, source);
    let bucket = this.#buckets.get(route.key);
    if (!bucket) {
      bucket = new Bucket(
        this.rules.filter((rule) => concerns(rule.logsource, route)),
        (field) => fieldNames(field, route, this.#pipelines),
      );
      this.#buckets.set(route.key, bucket);
    }
    if (this.#routes.size >= rememberedRoutes) this.#routes.clear();
    this.#routes.set(memo, bucket);
    return bucket;
  }
}

const none: readonly DetectionRule[] = [];

/** What is known of an event's origin: what its collector declares, else its Windows channel and event id, else nothing. */
export function routeOf(event: EventRecord, source: LogSource | undefined): Route {
  if (source) return declaredRoute(source);
  const { Channel: channel, EventID: eventId } = event;
  if (typeof channel === 'string' && channel !== '' && eventId !== undefined)
    return windowsRoute(channel, String(eventId));
  return declaredRoute({});
}

/** Adds each filter's condition to the rules it names (Sigma filters specification: the conditions are joined by AND). */
export function applyFilters(
  rules: readonly DetectionRule[],
  filters: readonly FilterRule[],
  refusals: Refusal[],
): readonly DetectionRule[] {
  let filtered = rules;
  for (const filter of filters) {
    const used = new Set<string>();
    filtered = filtered.map((rule) => {
      const called = filter.rules.find((name) => name === rule.id || name === rule.name);
      if (called) used.add(called);
      if ((filter.rules.length > 0 && !called) || !covers(filter.logsource, rule.logsource)) return rule;
      return { ...rule, condition: { kind: 'and', children: [rule.condition, filter.condition] } };
    });
    for (const name of filter.rules)
      if (!used.has(name))
        refusals.push({
          name: filter.title,
          where: filter.where,
          code: 'reference',
          reason: `filter names a rule that is not here: ${name}`,
        });
  }
  return filtered;
}
