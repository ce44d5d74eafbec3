/**
 * What every bus owes, as one suite for all of them.
 * @module
 */

import { expect, test } from 'vitest';
import type { Bus, BusConsumer, BusRecord } from '../src/server/bus/bus.ts';

export const record = (key: string, text: string, time = 1): BusRecord => ({ key, time, value: Buffer.from(text) });
export const textOf = ({ value }: BusRecord) => Buffer.from(value).toString('utf8');
const start = async () => 0;

/** Reads until it has so many records. */
export async function take(consumer: BusConsumer, count: number) {
  const records: BusRecord[] = [];
  const next = new Map<string, number>();
  const byPartition = new Map<string, string[]>();
  while (records.length < count) {
    const batch = await consumer.read();
    if (!batch) break;
    expect(batch.next - batch.first).toBeGreaterThanOrEqual(batch.records.length);
    records.push(...batch.records);
    next.set(batch.partition, batch.next);
    byPartition.set(batch.partition, [...(byPartition.get(batch.partition) ?? []), ...batch.records.map(textOf)]);
  }
  return { records, next, byPartition };
}

export function busContract(name: string, skip: boolean, open: (instance: string) => Promise<Bus>): void {
  const check = test.skipIf(skip);
  check(`[L1] ${name}: what was appended is read, with key, time and bytes, in order per key`, async () => {
    const bus = await open('order');
    const producer = await bus.producer('raw');
    for (let round = 0; round < 5; round += 1)
      await producer.append(['a', 'b', 'c', 'd'].map((key) => record(key, `${key}${round}`, 1000 + round)));
    const { records } = await take(await bus.consumer('raw', 'readers', start), 20);
    for (const key of ['a', 'b', 'c', 'd'])
      expect(records.filter((each) => each.key === key).map(textOf)).toEqual(
        [0, 1, 2, 3, 4].map((round) => `${key}${round}`),
      );
    expect(records.find((each) => textOf(each) === 'c3')?.time).toBe(1003);
    expect(producer.pendingBytes).toBe(0);
    await bus.close();
  });
  check(`[L1] ${name}: reading goes on from the offset its reader kept`, async () => {
    const bus = await open('resume');
    const producer = await bus.producer('raw');
    await producer.append([record('k', 'one'), record('k', 'two')]);
    const first = await bus.consumer('raw', 'workers', start);
    const { next } = await take(first, 2);
    await first.close();
    await producer.append([record('k', 'three')]);
    const second = await bus.consumer('raw', 'workers', async (partition) => next.get(partition) ?? 0);
    expect((await take(second, 1)).records.map(textOf)).toEqual(['three']);
    await second.close();
    const again = await bus.consumer('raw', 'others', start);
    const [partition] = [...next.keys()];
    expect(await again.earliest(partition ?? '')).toBe(0);
    expect((await take(again, 3)).records.map(textOf).sort()).toEqual(['one', 'three', 'two']);
    await bus.close();
  });
  check(`[L1] ${name}: a reader that waits is woken; closing ends its waiting; bytes pass unchanged`, async () => {
    const bus = await open('wake');
    const producer = await bus.producer('raw');
    const consumer = await bus.consumer('raw', 'workers', start);
    const value = Uint8Array.from({ length: 256 }, (_, index) => index);
    const reading = take(consumer, 1);
    await producer.append([{ key: 'k', time: 7, value }]);
    expect([...((await reading).records[0]?.value ?? [])]).toEqual([...value]);
    const ending = consumer.read();
    await consumer.close();
    expect(await ending).toBeNull();
    await bus.close();
  });
}
