/**
 * From lines to stored events and alerts, in order, with what it remembers kept at the offsets it was reached at. Killed at any moment it
 * comes again from its last commit: events it had written beyond are taken back first, alerts have ids that follow from their events.
 * @module
 */
import {
  ClockSkew,
  compilePattern,
  detectionRecord,
  effectiveTime,
  FlowDecoder,
  logsourceOf,
  type NormalEvent,
  normalise,
  type ParsedEvent,
  SourceParser,
  Watermark,
} from '@hedun/detection';
import type { BusBatch, BusConsumer } from '../bus/bus.ts';
import { RuleDetection } from '../rules/index.ts';
import type { EventStore, StoredEvent } from '../store/event-store.ts';
import { aboutOf, alertsOf, externalAlert } from './alerts.ts';
import {
  type LineKey,
  type NewAlert,
  originMark,
  type Platform,
  readLineKey,
  type SourceCounts,
  type WorkerSnapshot,
  type WorkSource,
} from './shapes.ts';
import { storedOf, timed } from './stored.ts';

export interface PipelineOptions {
  /** Milliseconds of event time in which events may come out of order; default half a minute. */
  readonly lateness?: number;
  /** A commit follows after so many milliseconds or events, whichever comes first. */
  readonly commitMs?: number;
  readonly commitEvents?: number;
  readonly now: () => number;
}

const shownLines = 20;
const pollMs = 2000;
const importsKept = 4;

export class Pipeline {
  readonly #platform: Platform;
  readonly #store: EventStore;
  readonly #options: Required<PipelineOptions>;
  #sources = new Map<string, WorkSource>();
  readonly #parsers = new Map<string, { readonly revision: string; readonly parser: SourceParser }>();
  readonly #flows = new Map<string, FlowDecoder>();
  readonly #skew = new Map<string, ClockSkew>();
  readonly #counts = new Map<string, SourceCounts>();
  readonly #keys = new Map<string, LineKey>();
  readonly #gone = new Set<string>();
  #detection: RuleDetection | undefined;
  readonly #imports = new Map<string, RuleDetection>();
  #watermark: Watermark;
  #offsets: Record<string, number> = {};
  /** Log a record was handed on from → the last offset taken: handed on again after a break, it is left out. */
  readonly #origins: Record<string, number> = {};
  #committed: Readonly<Record<string, number>> = {};
  #pending: { partition: string; from: number; to: number; events: StoredEvent[] }[] = [];
  #alerts: NewAlert[] = [];
  #waiting = 0;
  #epoch: number | undefined;
  /** The newest event time, and when it came by the worker's own clock. */
  #newest = Number.NEGATIVE_INFINITY;
  #newestAt = 0;
  #lastCommit = 0;
  #lastLook = 0;
  #restored: WorkerSnapshot | undefined;

  constructor(platform: Platform, store: EventStore, options: PipelineOptions) {
    this.#platform = platform;
    this.#store = store;
    this.#options = { lateness: 30_000, commitMs: 1000, commitEvents: 20_000, ...options };
    this.#watermark = new Watermark(this.#options.lateness);
  }

  /** Offsets of the last commit: nothing before them is ever taken back. */
  get committed(): Readonly<Record<string, number>> {
    return this.#committed;
  }

  /** Takes up where the last commit stands. */
  async restore(): Promise<void> {
    const { offsets: kept, snapshot, epoch } = await this.#platform.state();
    this.#epoch = epoch;
    const offsets: Record<string, number> = {};
    for (const [name, offset] of Object.entries(kept))
      if (name.startsWith(originMark)) this.#origins[name.slice(originMark.length)] = offset;
      else offsets[name] = offset;
    this.#offsets = { ...offsets };
    this.#committed = { ...offsets };
    const state = snapshot === '' ? undefined : (JSON.parse(snapshot) as WorkerSnapshot);
    this.#restored = state;
    if (state) {
      this.#watermark = new Watermark(this.#options.lateness, state.watermark ?? Number.NEGATIVE_INFINITY);
      for (const [id, counts] of Object.entries(state.counts)) this.#counts.set(id, counts);
      for (const [id, skew] of Object.entries(state.skew)) this.#skew.set(id, new ClockSkew(skew));
      for (const [id, flows] of Object.entries(state.flows)) {
        const decoder = new FlowDecoder();
        decoder.restore(flows as never);
        this.#flows.set(id, decoder);
      }
    }
    await this.#look();
    for (const [partition, offset] of Object.entries(offsets)) await this.#store.rewind(partition, offset, epoch);
    this.#lastCommit = this.#options.now();
  }

  /** Where to begin in a partition; one never seen before is taken from its start, and what a lost commit left of it is taken back. */
  async from(partition: string): Promise<number> {
    const offset = this.#offsets[partition];
    if (offset === undefined) await this.#store.rewind(partition, 0, this.#epoch);
    return offset ?? 0;
  }

  /** Takes back what it wrote of a partition that another worker took over before it could commit. */
  async takeBack(partition: string): Promise<void> {
    if (this.#epoch === undefined) return;
    await this.#store.rewind(partition, this.#committed[partition] ?? 0, this.#epoch + 1);
  }

  /** Runs until the consumer is closed. */
  async run(consumer: BusConsumer): Promise<void> {
    let next = consumer.read();
    for (;;) {
      const due = this.#lastCommit + this.#options.commitMs - this.#options.now();
      const timer = Promise.withResolvers<'time'>();
      const handle = setTimeout(() => timer.resolve('time'), Math.max(1, due));
      const batch = await Promise.race([next, timer.promise]);
      clearTimeout(handle);
      if (batch === null) break;
      if (batch !== 'time') {
        await this.take(batch);
        next = consumer.read();
      }
      await this.commitIfDue();
    }
    await this.commit();
  }

  async commitIfDue(): Promise<void> {
    const now = this.#options.now();
    if (now - this.#lastLook >= pollMs) await this.#look();
    if (this.#waiting >= this.#options.commitEvents || now - this.#lastCommit >= this.#options.commitMs)
      await this.commit();
  }

  async take(batch: BusBatch): Promise<void> {
    const events: StoredEvent[] = [];
    await this.#meet(batch);
    let offset = batch.next - batch.records.length;
    for (const { key, time, value, origin } of batch.records) {
      if (origin) {
        const seen = this.#origins[origin.log] ?? -1;
        if (origin.offset <= seen) {
          offset += 1;
          continue;
        }
        this.#origins[origin.log] = origin.offset;
      }
      this.#line(key, time, value, `${batch.partition}-${offset}`, events);
      offset += 1;
    }
    this.#offsets[batch.partition] = batch.next;
    const last = this.#pending.find(({ partition }) => partition === batch.partition);
    if (last && last.to === batch.first) {
      last.to = batch.next;
      // No spread: a batch may be larger than what a call takes as arguments.
      for (const event of events) last.events.push(event);
    } else this.#pending.push({ partition: batch.partition, from: batch.first, to: batch.next, events });
    this.#waiting += batch.records.length;
  }

  /** Events first, then offsets and alerts in one transaction: an end in between leaves events that are taken back. */
  async commit(): Promise<void> {
    const now = this.#options.now();
    this.#lastCommit = now;
    // Time passes without events too: what correlations hold back for late ones is let go as long after the newest event as the clock says.
    const reached = this.#newest + (now - this.#newestAt) - 2 * this.#options.lateness;
    if (Number.isFinite(reached))
      for (const match of this.#detection?.advance(reached) ?? []) this.#alerts.push(...alertsOf([match], null));
    if (this.#waiting === 0 && this.#alerts.length === 0) return;
    for (const { partition, from, to, events } of this.#pending)
      await this.#store.write(
        { partition, from, to, ...(this.#epoch === undefined ? {} : { epoch: this.#epoch }) },
        events,
      );
    await this.#platform.commit({
      offsets: {
        ...this.#offsets,
        ...Object.fromEntries(Object.entries(this.#origins).map(([log, last]) => [`${originMark}${log}`, last])),
      },
      snapshot: JSON.stringify(this.#snapshot()),
      alerts: this.#alerts,
      counts: Object.fromEntries(this.#counts),
    });
    this.#committed = { ...this.#offsets };
    this.#pending = [];
    this.#alerts = [];
    this.#waiting = 0;
  }

  #snapshot(): WorkerSnapshot {
    return {
      rules: this.#detection?.snapshot() ?? {},
      parsers: Object.fromEntries([...this.#parsers].map(([id, { parser }]) => [id, parser.state])),
      flows: Object.fromEntries([...this.#flows].map(([id, decoder]) => [id, decoder.state])),
      skew: Object.fromEntries([...this.#skew].map(([id, skew]) => [id, skew.state])),
      watermark: Number.isFinite(this.#watermark.value) ? this.#watermark.value : null,
      counts: Object.fromEntries(this.#counts),
    };
  }

  /** Rules and sources as they are now. */
  async #look(): Promise<void> {
    this.#lastLook = this.#options.now();
    this.#sources = new Map((await this.#platform.sources()).map((source) => [source.id, source]));
    const rules = await this.#platform.rules(this.#detection?.rules.version ?? '');
    if (!rules) return;
    const before =
      this.#detection?.snapshot() ?? (this.#restored?.rules as ReturnType<RuleDetection['snapshot']> | undefined);
    this.#detection = new RuleDetection(rules, { lateness: this.#options.lateness });
    if (before) this.#detection.restore(before);
  }

  /** A source may be newer than the last look; one that stays unknown was removed. */
  async #meet({ records }: BusBatch): Promise<void> {
    let last = '';
    for (const { key } of records) {
      if (key === last) continue;
      last = key;
      const { sourceId } = readLineKey(key);
      if (this.#sources.has(sourceId) || this.#gone.has(sourceId)) continue;
      await this.#look();
      if (!this.#sources.has(sourceId)) this.#gone.add(sourceId);
    }
  }

  #line(key: string, received: number, value: Uint8Array, place: string, events: StoredEvent[]): void {
    let known = this.#keys.get(key);
    if (!known) {
      known = readLineKey(key);
      if (this.#keys.size > 10_000) this.#keys.clear();
      this.#keys.set(key, known);
    }
    const source = this.#sources.get(known.sourceId);
    // A source that was removed while its lines were on their way.
    if (!source) return;
    const counts = this.#countsOf(source.id);
    const before = events.length;
    try {
      const parsed =
        known.kind === 'flow'
          ? this.#flow(source, known, value, received, counts)
          : this.#parse(source, known, value, received, counts);
      for (const [index, event] of parsed.entries())
        this.#event(event, source, known, received, index === 0 ? place : `${place}.${index}`, events, counts);
    } catch (error) {
      // A fault in one line must not become a worker that ends at it again and again: the line is shown, the others go on.
      events.length = before;
      const text = Buffer.from(value.subarray(0, 500)).toString('utf8');
      this.#unparsed(counts, 'fault', `${String(error)} · ${text}`, received);
    }
  }

  #parse(
    source: WorkSource,
    key: LineKey,
    value: Uint8Array,
    received: number,
    counts: SourceCounts,
  ): readonly ParsedEvent[] {
    if (key.kind === 'event') {
      const event = JSON.parse(Buffer.from(value).toString('utf8')) as ParsedEvent;
      counts.parsed += 1;
      return [event];
    }
    // Lines of several senders interleave; audit records and Zeek columns belong to one.
    const { events, damage, failure } = this.#parserOf(source, key.importId ?? key.peer).push(value, received);
    if (damage.length > 0) counts.damaged += 1;
    if (failure) this.#unparsed(counts, failure.reason, failure.text, received);
    else {
      counts.parsed += 1;
      if (counts.sample.length < 3 && events[0]) counts.sample.push(events[0].raw.slice(0, 500));
    }
    return events;
  }

  #flow(
    source: WorkSource,
    key: LineKey,
    value: Uint8Array,
    received: number,
    counts: SourceCounts,
  ): readonly ParsedEvent[] {
    let decoder = this.#flows.get(source.id);
    if (!decoder) {
      decoder = new FlowDecoder();
      this.#flows.set(source.id, decoder);
    }
    try {
      const { events, unknown } = decoder.push(value, key.peer);
      if (unknown > 0) this.#unparsed(counts, 'flow-template', `${key.peer}: ${unknown}`, received);
      else counts.parsed += 1;
      return events;
    } catch {
      this.#unparsed(counts, 'flow-packet', Buffer.from(value.subarray(0, 64)).toString('hex'), received);
      return [];
    }
  }

  #event(
    parsed: ParsedEvent,
    source: WorkSource,
    key: LineKey,
    received: number,
    id: string,
    events: StoredEvent[],
    counts: SourceCounts,
  ): void {
    const normal = normalise(parsed);
    // What a person imports is history: its own time stands however old.
    const imported = key.importId !== null && parsed.time !== undefined;
    const { time, verdict } = imported
      ? { time: parsed.time, verdict: 'own' as const }
      : effectiveTime(parsed.time, received);
    let corrected = time;
    if (!imported) {
      if (verdict === 'own' && parsed.time !== undefined) {
        const skew = this.#skewOf(source.id);
        skew.observe(received, parsed.time);
        counts.skewMs = skew.estimate;
        // A clock that is an hour behind is not an hour late: order among sources is by corrected time.
        corrected = time + counts.skewMs;
      }
      if (this.#watermark.push(corrected)) counts.late += 1;
      if (corrected > this.#newest) {
        this.#newest = corrected;
        this.#newestAt = this.#options.now();
      }
    }
    const host = normal.host === '' && key.peer !== '' && parsed.format !== 'netflow' ? key.peer : normal.host;
    const event: NormalEvent = { ...normal, host };
    events.push(storedOf(event, { id, time, received, source }));
    this.#detect(event, corrected, id, source, key);
  }

  #detect(event: NormalEvent, time: number, id: string, source: WorkSource, key: LineKey): void {
    const network = key.importId ? `import/${key.importId}` : source.organisationId;
    const about = aboutOf(event, { id, time, network, sourceId: source.id, organisationId: source.organisationId });
    if (event.classUid === 2004) this.#alerts.push(externalAlert(event, about));
    const detection = key.importId ? this.#detectionOfImport(key.importId) : this.#detection;
    const found = detection?.push(
      timed(detectionRecord(event), time, event.parsed.time, about),
      time,
      logsourceOf(event),
      source.organisationId,
    );
    if (found && found.length > 0) for (const alert of alertsOf(found, about)) this.#alerts.push(alert);
  }

  /** An import has a time of its own: its correlations do not mix with those of the stream. */
  #detectionOfImport(id: string): RuleDetection | undefined {
    if (!this.#detection) return undefined;
    let own = this.#imports.get(id);
    if (own?.rules.version !== this.#detection.rules.version) {
      own = new RuleDetection(this.#detection.rules, { lateness: this.#options.lateness });
      if (this.#imports.size >= importsKept) this.#imports.clear();
      this.#imports.set(id, own);
    }
    return own;
  }

  #unparsed(counts: SourceCounts, reason: string, text: string, received: number): void {
    counts.failed += 1;
    counts.unparsed.unshift({ at: new Date(received).toISOString(), reason, text });
    if (counts.unparsed.length > shownLines) counts.unparsed.length = shownLines;
  }

  #countsOf(id: string): SourceCounts {
    let counts = this.#counts.get(id);
    if (!counts) {
      counts = { parsed: 0, failed: 0, damaged: 0, late: 0, skewMs: 0, unparsed: [], sample: [] };
      this.#counts.set(id, counts);
    }
    return counts;
  }
  #skewOf(id: string): ClockSkew {
    let skew = this.#skew.get(id);
    if (!skew) {
      skew = new ClockSkew();
      this.#skew.set(id, skew);
    }
    return skew;
  }
  #parserOf(source: WorkSource, sender: string): SourceParser {
    const name = `${source.id} ${sender}`;
    const known = this.#parsers.get(name);
    if (known?.revision === source.revision) return known.parser;
    const parser = new SourceParser({
      format: source.format,
      zone: source.zone,
      encoding: source.encoding,
      ...(source.logsource ? { logsource: source.logsource } : {}),
      ...(source.format === 'pattern' && source.pattern ? { pattern: compilePattern(source.pattern) } : {}),
    });
    const before = known?.parser.state ?? this.#restored?.parsers[name];
    if (before) parser.restore(before);
    // Senders are bounded, as whoever sends can invent them.
    if (this.#parsers.size > 5000) this.#parsers.clear();
    this.#parsers.set(name, { revision: source.revision, parser });
    return parser;
  }
}
