import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LocalBus } from '../src/server/bus/local.ts';
import { SegmentReader } from '../src/server/bus/segment-reader.ts';
import { type LogFile, SegmentWriter } from '../src/server/bus/segment-writer.ts';
import { busContract } from './bus-contract.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-bus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = (name: string) => path.join(folder, name);
const key = Buffer.from('source');
const bytes = (text: string) => Buffer.from(text);

busContract('segment files', false, async (instance) => new LocalBus(place(instance)));

async function written(name: string, lines: readonly string[], options = {}): Promise<SegmentWriter> {
  const writer = await SegmentWriter.open(place(name), options);
  for (const line of lines) {
    writer.add(key, 1, bytes(line));
    await writer.settled();
  }
  return writer;
}
async function readAll(name: string, from: number, durable: number) {
  const reader = new SegmentReader(place(name), from);
  const lines: string[] = [];
  for (let frame = await reader.read(durable); frame; frame = await reader.read(durable))
    for (const { value } of frame.records) lines.push(Buffer.from(value).toString());
  await reader.close();
  return { lines, damaged: reader.damaged, missing: reader.missing };
}
const lastSegment = (name: string) => path.join(place(name), readdirSync(place(name)).sort().at(-1) as string);

test('[L2] a torn tail is cut when the log is opened, whatever its shape, and writing goes on behind it', async () => {
  const lines = ['one', 'two', 'three'];
  await (await written('torn', lines)).close();
  const whole = readFileSync(lastSegment('torn'));
  for (let size = whole.length - 1; size > whole.length - 46; size -= 5) {
    writeFileSync(lastSegment('torn'), whole.subarray(0, size));
    const writer = await SegmentWriter.open(place('torn'));
    expect(writer.next).toBe(2);
    writer.add(key, 1, bytes('after'));
    await writer.settled();
    expect((await readAll('torn', 0, writer.durable)).lines).toEqual(['one', 'two', 'after']);
    await writer.close();
  }
  writeFileSync(lastSegment('torn'), whole);
  appendFileSync(lastSegment('torn'), Buffer.alloc(500, 1));
  const writer = await SegmentWriter.open(place('torn'));
  expect(writer.next).toBe(3);
  expect(statSync(lastSegment('torn')).size).toBe(whole.length);
  await writer.close();
});
test('[L2] a flipped bit never becomes a record: in the last segment it cuts, in an older one it is left out and counted', async () => {
  await (await written('flip', ['one', 'two', 'three'], { segmentBytes: 50 })).close();
  const names = readdirSync(place('flip')).sort();
  expect(names).toHaveLength(3);
  const middle = path.join(place('flip'), names[1] as string);
  const content = readFileSync(middle);
  content[content.length - 1] = (content.at(-1) as number) ^ 1;
  writeFileSync(middle, content);
  expect(await readAll('flip', 0, 3)).toEqual({ lines: ['one', 'three'], damaged: 1, missing: 1 });
  truncateSync(middle, 10);
  expect(await readAll('flip', 0, 3)).toEqual({ lines: ['one', 'three'], damaged: 1, missing: 1 });
});
test('[L3] records that come while the disk is busy are written together, and each is durable before it is acknowledged', async () => {
  let syncs = 0;
  let onDisk = 0;
  const openFile = async (file: string): Promise<LogFile> => {
    const handle = await open(file, 'a+');
    return {
      write: async (content) => void (await handle.write(content)),
      sync: async () => {
        syncs += 1;
        await handle.sync();
        onDisk = (await handle.stat()).size;
      },
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  };
  const writer = await SegmentWriter.open(place('group'), { openFile });
  const sizes: number[] = [];
  await Promise.all(
    Array.from({ length: 500 }, async (_, index) => {
      writer.add(key, 1, bytes(`line ${index}`));
      await writer.settled();
      sizes.push(onDisk);
    }),
  );
  expect(sizes.every((size) => size > 0)).toBe(true);
  expect(syncs).toBeLessThan(20);
  expect((await readAll('group', 490, writer.durable)).lines).toEqual(
    Array.from({ length: 10 }, (_, index) => `line ${490 + index}`),
  );
  await writer.close();
});
test('[L4] a full disk holds acknowledgements back, says stop, is told, and loses nothing when there is room again', async () => {
  let full = false;
  const states: (string | null)[] = [];
  const openFile = async (file: string): Promise<LogFile> => {
    const handle = await open(file, 'r+').catch(() => open(file, 'w+'));
    return {
      write: async (content, position) => {
        // Half of it fits, as on a real disk.
        await handle.write(content, 0, full ? content.length >> 1 : content.length, position);
        if (full) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      },
      sync: () => handle.sync(),
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  };
  const writer = await SegmentWriter.open(place('full'), {
    openFile,
    retryMs: 5,
    pendingLimit: 100,
    onState: (problem) => void states.push(problem),
  });
  writer.add(key, 1, bytes('before'));
  await writer.settled();
  full = true;
  let acknowledged = false;
  writer.add(key, 1, bytes('during'));
  const waiting = writer.settled().then(() => {
    acknowledged = true;
  });
  while (states.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  writer.add(key, 1, Buffer.alloc(200, 65));
  expect([acknowledged, writer.full, writer.problem, writer.durable]).toEqual([false, true, 'ENOSPC', 1]);
  full = false;
  await waiting;
  await writer.settled();
  expect(states).toEqual(['ENOSPC', null]);
  expect((await readAll('full', 0, writer.durable)).lines).toEqual(['before', 'during', 'A'.repeat(200)]);
  expect(writer.full).toBe(false);
  await writer.close();
});
test('[L5] segments are released only behind what was consumed; a reader that comes too late says how many it missed', async () => {
  const writer = await written('release', ['one', 'two', 'three', 'four'], { segmentBytes: 50 });
  await writer.release(2);
  expect(readdirSync(place('release'))).toHaveLength(2);
  expect(await readAll('release', 2, writer.durable)).toEqual({ lines: ['three', 'four'], damaged: 0, missing: 0 });
  expect((await readAll('release', 0, writer.durable)).missing).toBe(2);
  await writer.release(4);
  expect(readdirSync(place('release'))).toHaveLength(1);
  await writer.close();
  const again = await SegmentWriter.open(place('release'));
  expect(again.next).toBe(4);
  await again.close();
});
