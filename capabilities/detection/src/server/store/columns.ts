/**
 * The columns of stored events, once for both stores: order, type, how a value is found. Times are milliseconds, addresses text with an
 * IPv4 number beside them, so that networks are ranges.
 * @module
 */
import { addressNumber } from './conditions.ts';
import type { StoredEvent } from './event-store.ts';

export type ColumnKind = 'text' | 'count' | 'time' | 'address' | 'port' | 'word';
export interface StoredColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  read(event: StoredEvent): string | number;
}

const plain = (name: keyof StoredEvent, kind: ColumnKind): StoredColumn => ({
  name,
  kind,
  read: (event) => event[name],
});

export const columns: readonly StoredColumn[] = [
  plain('id', 'text'),
  plain('time', 'time'),
  plain('received', 'time'),
  plain('organisationId', 'word'),
  plain('sourceId', 'word'),
  plain('format', 'word'),
  plain('product', 'word'),
  plain('classUid', 'count'),
  plain('activityId', 'count'),
  plain('severityId', 'count'),
  plain('host', 'word'),
  plain('user', 'word'),
  plain('srcIp', 'text'),
  { name: 'srcNumber', kind: 'address', read: ({ srcIp }) => addressNumber(srcIp) ?? 0 },
  plain('srcPort', 'port'),
  plain('dstIp', 'text'),
  { name: 'dstNumber', kind: 'address', read: ({ dstIp }) => addressNumber(dstIp) ?? 0 },
  plain('dstPort', 'port'),
  plain('process', 'word'),
  plain('action', 'word'),
  plain('signature', 'word'),
  plain('domain', 'text'),
  plain('url', 'text'),
  plain('message', 'text'),
  plain('raw', 'text'),
  plain('fields', 'text'),
];
export const storedNames = columns
  .map(({ name }) => name)
  .filter((name) => name !== 'srcNumber' && name !== 'dstNumber');
const numeric = new Set(columns.filter(({ kind }) => kind !== 'text' && kind !== 'word').map(({ name }) => name));

/** A row as a database gave it, numbers perhaps as text. */
export function eventOf(row: Readonly<Record<string, unknown>>): StoredEvent {
  const event: Record<string, unknown> = {};
  for (const name of storedNames) event[name] = numeric.has(name) ? Number(row[name]) : String(row[name] ?? '');
  return event as unknown as StoredEvent;
}
