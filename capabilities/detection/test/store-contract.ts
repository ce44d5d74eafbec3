/**
 * What every event store owes, as one suite for all of them.
 * @module
 */
import { parseFilterText } from '@hedun/sdk';
import { expect, test } from 'vitest';
import type { EventStore, StoredEvent } from '../src/server/store/event-store.ts';

export const day = Date.parse('2026-11-20T00:00:00Z');
export const hour = 3_600_000;
const one = '01920000-0000-7000-8000-000000000001';
const two = '01920000-0000-7000-8000-000000000002';

export function stored(offset: number, changes: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id: `net-${offset}`,
    time: day + offset * 60_000,
    received: day + offset * 60_000 + 500,
    organisationId: one,
    sourceId: 's1',
    format: 'cef',
    product: 'NGFW',
    classUid: 4001,
    activityId: 6,
    severityId: 1 + (offset % 5),
    host: `web0${offset % 3}`,
    user: offset % 2 === 0 ? 'Li' : 'zhang',
    srcIp: `10.0.${offset % 4}.7`,
    srcPort: 50_000 + offset,
    dstIp: offset % 2 === 0 ? '203.0.113.9' : '2001:db8::9',
    dstPort: 443,
    process: '',
    action: 'deny',
    signature: '',
    domain: '',
    url: `/a?id=${offset}&x=100%`,
    message: `拒绝 access ${offset}`,
    raw: `raw line ${offset} it's "quoted" \\ 100%_`,
    fields: JSON.stringify({ zone: offset % 2 === 0 ? 'dmz' : 'lan', 'odd name': "o'clock" }),
    ...changes,
  };
}
const numbered = (from: number, to: number, changes: Partial<StoredEvent> = {}) =>
  Array.from({ length: to - from }, (_, index) => stored(from + index, changes));

export function storeContract(name: string, skip: boolean, open: (instance: string) => Promise<EventStore>): void {
  const check = test.skipIf(skip);
  const query = (filter = '', organisations: readonly string[] | null = null) => ({
    from: day,
    to: day + 24 * hour,
    filter: parseFilterText(filter),
    organisations,
  });
  const ids = (events: readonly StoredEvent[]) => events.map(({ id }) => id);

  check(`[Q1] ${name}: what was written is found, whole, newest first, page by page`, async () => {
    const store = await open('write');
    await store.write({ partition: 'net', from: 0, to: 10 }, numbered(0, 10));
    await store.write({ partition: 'net', from: 10, to: 12 }, numbered(10, 12));
    const first = await store.search(query(), 5);
    expect(ids(first)).toEqual(['net-11', 'net-10', 'net-9', 'net-8', 'net-7']);
    expect(first[0]).toEqual(stored(11));
    const last = first.at(-1) as StoredEvent;
    expect(ids(await store.search(query(), 5, last))).toEqual(['net-6', 'net-5', 'net-4', 'net-3', 'net-2']);
    expect(await store.get('net-3', null)).toEqual(stored(3));
    expect(await store.get('net-3', [two])).toBeNull();
    expect(await store.get('net-99', null)).toBeNull();
    await store.close();
  });
  check(
    `[Q2] ${name}: the same range again changes nothing; a rewind takes back what lies behind the offset`,
    async () => {
      const store = await open('rewind');
      await store.write({ partition: 'net', from: 0, to: 5 }, numbered(0, 5));
      await store.write({ partition: 'net', from: 0, to: 5 }, numbered(0, 5));
      await store.write({ partition: 'net', from: 5, to: 9 }, numbered(5, 9));
      await store.write({ partition: 'push', from: 7, to: 8 }, [stored(7, { id: 'push-7' })]);
      expect(await store.count(query())).toBe(10);
      await store.rewind('net', 5);
      expect(await store.count(query())).toBe(6);
      await store.write({ partition: 'net', from: 5, to: 7 }, numbered(5, 7));
      expect(await store.count(query())).toBe(8);
      await store.close();
    },
  );
  check(`[Q3] ${name}: every kind of condition, with values that look like SQL and patterns`, async () => {
    const store = await open('filter');
    await store.write({ partition: 'net', from: 0, to: 12 }, numbered(0, 12));
    const count = (filter: string) => store.count(query(filter));
    expect(await count('host:web01')).toBe(4);
    expect(await count('host:WEB01,web02')).toBe(8);
    expect(await count('-host:web01')).toBe(8);
    expect(await count('user:li severityId:>=3')).toBe(3);
    expect(await count('srcIp:10.0.0.0/23')).toBe(6);
    expect(await count('dstIp:203.0.113.0/24')).toBe(6);
    expect(await count('dstIp:2001:db8::9')).toBe(6);
    expect(await count('host:web*')).toBe(12);
    expect(await count('message:拒绝')).toBe(12);
    expect(await count('"access 11"')).toBe(0);
    expect(await count('"line 11 it\'s"')).toBe(1);
    expect(await count('raw:"100%_"')).toBe(12);
    expect(await count('raw:"100%%"')).toBe(0);
    expect(await count('raw:"0 0%"')).toBe(0);
    expect(await count('field.zone:dmz')).toBe(6);
    expect(await count('host:"x\' OR 1=1 --"')).toBe(0);
    expect(await count('process:none')).toBe(12);
    await expect(count('nothing:1')).rejects.toThrow('input.unknown_filter');
    await expect(count('srcPort:abc')).rejects.toThrow('input.unknown_filter');
    await expect(count('srcIp:10.0.0.0/99')).rejects.toThrow('input.unknown_filter');
    await store.close();
  });
  check(`[Q4] ${name}: nobody sees events of organisations outside their scope, in no question`, async () => {
    const store = await open('scope');
    await store.write({ partition: 'net', from: 0, to: 6 }, [
      ...numbered(0, 3),
      ...numbered(3, 6, { organisationId: two, host: 'secret' }),
    ]);
    expect(ids(await store.search(query('', [one]), 10))).toEqual(['net-2', 'net-1', 'net-0']);
    expect(await store.count(query('', [two]))).toBe(3);
    expect(await store.count(query('', []))).toBe(0);
    expect((await store.histogram(query('', [one]), 24)).total).toBe(3);
    expect(await store.suggest(query('', [one]), 'host', 'sec', 5)).toEqual([]);
    expect((await store.pivot(query('', [one]), 'host', 9)).map(({ value }) => value)).not.toContain('secret');
    await store.close();
  });
  check(`[Q5] ${name}: histogram, suggestions and pivot count exactly`, async () => {
    const store = await open('counts');
    await store.write({ partition: 'net', from: 0, to: 180 }, numbered(0, 180));
    const histogram = await store.histogram(query('host:web00'), 24);
    expect(histogram.interval).toBe(hour);
    expect(histogram.counts.slice(0, 4)).toEqual([20, 20, 20, 0]);
    expect(histogram.total).toBe(60);
    expect(await store.suggest(query(), 'user', 'z', 5)).toEqual([{ value: 'zhang', count: 90 }]);
    expect(await store.pivot(query('user:li'), 'host', 2)).toEqual([
      { value: 'web00', count: 30, first: day, last: day + 174 * 60_000 },
      { value: 'web01', count: 30, first: day + 4 * 60_000, last: day + 178 * 60_000 },
    ]);
    expect((await store.pivot(query(), 'dstPort', 5))[0]).toMatchObject({ value: '443', count: 180 });
    await store.close();
  });
  check(
    `[Q6] ${name}: retention goes by whole days, a scan gives everything once in order, statistics add up`,
    async () => {
      const store = await open('retain');
      await store.write(
        { partition: 'net', from: 0, to: 30 },
        numbered(0, 30).map((event, index) => ({ ...event, time: day - 24 * hour + index * 2 * hour })),
      );
      const all: string[] = [];
      for await (const block of store.scan({ ...query(), from: 0, to: day + 365 * 24 * hour }, 7))
        all.push(...ids(block));
      expect(all).toEqual(Array.from({ length: 30 }, (_, index) => `net-${index}`));
      expect((await store.statistics()).events).toBe(30);
      await store.compact();
      expect((await store.statistics()).events).toBe(30);
      expect(await store.retain(day)).toBe(12);
      expect((await store.statistics()).oldest).toBe(day);
      expect(await store.count({ ...query(), from: 0, to: day + 365 * 24 * hour })).toBe(18);
      await store.close();
    },
  );
  check(`[Q7] ${name}: an empty store answers every question with nothing`, async () => {
    const store = await open('empty');
    expect(await store.search(query(), 5)).toEqual([]);
    expect((await store.histogram(query(), 24)).total).toBe(0);
    expect(await store.pivot(query(), 'host', 3)).toEqual([]);
    expect(await store.suggest(query(), 'host', '', 3)).toEqual([]);
    expect(await store.compact()).toBe(0);
    expect((await store.statistics()).events).toBe(0);
    await store.close();
  });
}
