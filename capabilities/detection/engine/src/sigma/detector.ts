/**
 * Detection rules over a stream of events, one event at a time: routes by log source, then asks the bucket of rules that concern it.
 * It keeps no memory of events.
 * @module
 */
import type { Refusal } from '../refusal.ts';
import { flattenWindowsEvent } from '../windows-event.ts';
import { Bucket } from './bucket.ts';
import type { EventRecord } from './event.ts';
import { JsonLine, parsedLine } from './json-line.ts';
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
  /** Channel → event id → bucket. */
  readonly #windows = new Map<unknown, Map<unknown, Bucket>>();
  readonly #declared = new WeakMap<LogSource, Bucket>();
  #remembered = 0;
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
    return named(bucket, bucket.match(event));
  }

  /**
   * The rules that match an event that is one line of JSON, as text or as the bytes it came in (which need not become a text): what `match` finds on the flat Windows event of the whole line parsed, several
   * times faster, because of most lines only the fields are read that rules look at. A line that is no JSON is refused like by `JSON.parse`
   * where its outline or what is read of it is wrong; what is only walked over is not judged.
   */
  matchLine(text: string | Uint8Array, source?: LogSource): readonly DetectionRule[] {
    const line = this.#line;
    if (!line.walk(text)) return this.match(flattenWindowsEvent(parsedLine(text)), source);
    const bucket = source ? this.#bucketOf(noEvent, source) : this.#windowsBucket(line.channel, line.eventId);
    if (bucket.asksForAll) return this.match(parsedLine(text), source);
    return named(bucket, bucket.match(line.event(bucket.number, bucket.asksFor)));
  }
  readonly #line = new JsonLine();

  /** The rules that are tried on such an event at all. */
  rulesFor(event: EventRecord, source?: LogSource): readonly DetectionRule[] {
    return this.#bucketOf(event, source).rules;
  }

  /** Asked for every event: no text is put together where the answer is known. */
  #bucketOf(event: EventRecord, source: LogSource | undefined): Bucket {
    if (source) {
      const known = this.#declared.get(source);
      if (known) return known;
      const bucket = this.#bucket(declaredRoute(source));
      this.#declared.set(source, bucket);
      return bucket;
    }
    return this.#windowsBucket(event.Channel, event.EventID);
  }

  #windowsBucket(channel: unknown, eventId: unknown): Bucket {
    const known = this.#windows.get(channel)?.get(eventId);
    if (known) return known;
    const bucket = this.#bucket(routeOf({ Channel: channel, EventID: eventId }, undefined));
    if (this.#remembered >= rememberedRoutes) {
      this.#windows.clear();
      this.#remembered = 0;
    }
    let ids = this.#windows.get(channel);
    if (!ids) {
      ids = new Map();
      this.#windows.set(channel, ids);
    }
    ids.set(eventId, bucket);
    this.#remembered += 1;
    return bucket;
  }

  #bucket(route: Route): Bucket {
    let bucket = this.#buckets.get(route.key);
    if (!bucket) {
      bucket = new Bucket(
        this.rules.filter((rule) => concerns(rule.logsource, route)),
        (field) => fieldNames(field, route, this.#pipelines),
        this.#buckets.size,
      );
      this.#buckets.set(route.key, bucket);
    }
    return bucket;
  }
}

const none: readonly DetectionRule[] = [];
const noEvent: EventRecord = {};

function named(bucket: Bucket, found: readonly number[]): readonly DetectionRule[] {
  return found.length === 0 ? none : found.map((index) => bucket.rules[index] as DetectionRule);
}

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
