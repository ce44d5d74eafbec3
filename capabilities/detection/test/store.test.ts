import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseFilterText } from '@hedun/sdk';
import { afterAll, expect, test } from 'vitest';
import { DuckEventStore } from '../src/server/store/duck-store.ts';
import { day, hour, storeContract, stored } from './store-contract.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = (name: string) => path.join(folder, name);

storeContract('Parquet and DuckDB', false, (instance) => DuckEventStore.open(place(instance), { memoryMb: 128 }));

const all = { from: day, to: day + 24 * hour, filter: parseFilterText(''), organisations: null };

test('[Q8] segments survive a restart; half-written files go, a join that was cut short is finished', async () => {
  const first = await DuckEventStore.open(place('restart'), { memoryMb: 128 });
  for (let index = 0; index < 4; index += 1)
    await first.write({ partition: 'net', from: index, to: index + 1 }, [stored(index)]);
  await first.close();
  const own = path.join(place('restart'), 'day=2026-11-20');
  const before = readdirSync(own);
  writeFileSync(path.join(own, 'net~9~10~1~2~3.parquet.writing'), 'half');
  const second = await DuckEventStore.open(place('restart'), { memoryMb: 128 });
  expect(await second.count(all)).toBe(4);
  expect(await second.compact()).toBe(3);
  expect(await second.count(all)).toBe(4);
  expect(await second.get('net-2', null)).toEqual(stored(2));
  await second.close();
  expect(readdirSync(own)).toHaveLength(1);
  const [joined = ''] = readdirSync(own);
  // As if the process had ended before the old segment was removed.
  writeFileSync(path.join(own, before[0] as string), 'old');
  writeFileSync(
    path.join(own, `${joined}.replaces.json`),
    JSON.stringify([path.join('day=2026-11-20', before[0] as string)]),
  );
  const third = await DuckEventStore.open(place('restart'), { memoryMb: 128 });
  expect(await third.count(all)).toBe(4);
  expect((await third.statistics()).segments).toBe(1);
  await third.close();
});
test('[Q8] what was not committed yet is not joined, so that it can be taken back', async () => {
  const store = await DuckEventStore.open(place('commit'), { memoryMb: 128 });
  for (let index = 0; index < 4; index += 1)
    await store.write({ partition: 'net', from: index, to: index + 1 }, [stored(index)]);
  expect(await store.compact({ net: 2 })).toBe(1);
  await store.rewind('net', 2);
  expect(await store.count(all)).toBe(2);
  await store.close();
});
