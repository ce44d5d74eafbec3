/**
 * Where events are kept and searched. Two implementations owe the same: Parquet segments read by DuckDB, and ClickHouse.
 * @module
 */
import type { FilterToken } from '@hedun/sdk';
import type { PivotField } from '../../declared/event-fields.ts';

export interface StoredEvent {
  readonly id: string;
  /** Milliseconds since the epoch: of the event, and of its arrival. */
  readonly time: number;
  readonly received: number;
  readonly organisationId: string;
  readonly sourceId: string;
  readonly format: string;
  readonly product: string;
  readonly classUid: number;
  readonly activityId: number;
  readonly severityId: number;
  readonly host: string;
  readonly user: string;
  readonly srcIp: string;
  readonly srcPort: number;
  readonly dstIp: string;
  readonly dstPort: number;
  readonly process: string;
  readonly action: string;
  readonly signature: string;
  readonly domain: string;
  readonly url: string;
  readonly message: string;
  readonly raw: string;
  /** The product's own fields, as JSON. */
  readonly fields: string;
}

/** The part of the intake that a write covers: exactly what lies in it is in the batch, so a second write of it changes nothing. */
export interface WriteRange {
  readonly partition: string;
  readonly from: number;
  readonly to: number;
  /** Of a group: how often the partition had been taken over when the writer took it. */
  readonly epoch?: number;
}
export interface EventQuery {
  /** Milliseconds since the epoch, `from` included, `to` excluded. */
  readonly from: number;
  readonly to: number;
  readonly filter: readonly FilterToken[];
  /** Organisations whose events may be seen; null: all. */
  readonly organisations: readonly string[] | null;
}
export interface Histogram {
  readonly start: number;
  readonly interval: number;
  readonly counts: readonly number[];
  readonly total: number;
}
export interface StoreStatistics {
  readonly events: number;
  readonly bytes: number;
  readonly segments: number;
  readonly oldest: number | null;
  readonly newest: number | null;
}

export interface EventStore {
  /** Resolves when the events are durable and found by searches. */
  write(range: WriteRange, events: readonly StoredEvent[]): Promise<void>;
  /**
   * Takes back what was written of a partition from this offset on: a worker that died after writing comes again.
   * @param before only what was written under an earlier epoch: a slow worker must not take back what its successor wrote
   */
  rewind(partition: string, offset: number, before?: number): Promise<void>;
  /** Newest first. @param after id and time of the last event of the page before */
  search(
    query: EventQuery,
    limit: number,
    after?: { readonly time: number; readonly id: string },
  ): Promise<readonly StoredEvent[]>;
  get(id: string, organisations: readonly string[] | null): Promise<StoredEvent | null>;
  count(query: EventQuery): Promise<number>;
  /** @param buckets at most so many; the interval is a round one */
  histogram(query: EventQuery, buckets: number): Promise<Histogram>;
  /** The commonest values of a field that begin so. */
  suggest(
    query: EventQuery,
    field: PivotField,
    prefix: string,
    limit: number,
  ): Promise<readonly { readonly value: string; readonly count: number }[]>;
  pivot(
    query: EventQuery,
    field: PivotField,
    limit: number,
  ): Promise<
    readonly { readonly value: string; readonly count: number; readonly first: number; readonly last: number }[]
  >;
  /** Oldest first, in blocks: for exports, back-tests and rules tried on history. */
  scan(query: EventQuery, block: number): AsyncIterable<readonly StoredEvent[]>;
  /** Removes what is older, by whole days. @returns events removed */
  retain(before: number): Promise<number>;
  /** Joins small segments. @returns segments fewer */
  compact(): Promise<number>;
  statistics(): Promise<StoreStatistics>;
  close(): Promise<void>;
}

const intervals = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
];
/** The smallest round interval, in milliseconds, that makes at most so many buckets. */
export function intervalFor(from: number, to: number, buckets: number): number {
  const wanted = Math.max(1, to - from) / Math.max(1, buckets) / 1000;
  return (intervals.find((each) => each >= wanted) ?? Math.ceil(wanted / 604_800) * 604_800) * 1000;
}
