/**
 * Every store and every backup, held to one set of tests. The IPFS node is a small one of our own that speaks the RPC; a real Kubo is used
 * where KUBO_RPC names one, a real MongoDB where MONGODB_URL does.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ContentError, leafCid } from '@hedun/exchange/content';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mongoBackup } from '../src/server/storage/backup.ts';
import { folderStore } from '../src/server/storage/folder.ts';
import { ipfsStore, type Post } from '../src/server/storage/ipfs.ts';
import { type BulkStore, inBlocks } from '../src/server/storage/port.ts';
import { type Send, s3Store } from '../src/server/storage/s3.ts';
import { startS3 } from './s3-server.ts';

const size = 1024;
const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const folder = mkdtempSync(path.join(tmpdir(), 'hedun-exchange-'));
const s3 = await startS3();
/** Blocks of the small node, and what it breaks on purpose. */
const blocks = new Map<string, Buffer>();
const pins = new Set<string>();
let node: Server;
let endpoint = '';

beforeAll(async () => {
  node = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://node');
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const answer = (status: number, body: string | Buffer) => response.writeHead(status).end(body);
      const arg = url.searchParams.get('arg') ?? '';
      if (request.method !== 'POST') return answer(405, 'use POST');
      switch (url.pathname) {
        case '/api/v0/block/put': {
          const body = Buffer.concat(parts);
          const boundary = /boundary=(.+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
          const from = body.indexOf('\r\n\r\n') + 4;
          const data = body.subarray(from, body.lastIndexOf(`\r\n--${boundary}--`));
          const codec = url.searchParams.get('cid-codec') === 'raw' ? 0x55 : 0x70;
          const cid = CID.createV1(codec, createDigest(0x12, createHash('sha256').update(data).digest())).toString();
          blocks.set(cid, data);
          return answer(200, JSON.stringify({ Key: cid, Size: data.length }));
        }
        case '/api/v0/block/get':
          return blocks.has(arg)
            ? answer(200, blocks.get(arg) as Buffer)
            : answer(500, '{"Message":"block not found"}');
        case '/api/v0/block/stat':
          return blocks.has(arg) ? answer(200, '{}') : answer(500, '{}');
        case '/api/v0/pin/add':
          pins.add(arg);
          return answer(200, JSON.stringify({ Pins: [arg] }));
        case '/api/v0/pin/rm':
          pins.delete(arg);
          blocks.delete(arg);
          return answer(200, '{}');
        default:
          return answer(404, 'unknown');
      }
    });
  });
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await s3.stop();
  await new Promise((resolve) => node.close(resolve));
});

const post: Post = async (url, { headers, body }) => {
  const answer = await fetch(url, { method: 'POST', headers, ...(body ? { body: Uint8Array.from(body) } : {}) });
  return { status: answer.status, body: new Uint8Array(await answer.arrayBuffer()) };
};
const send: Send = async (url, { method, headers, body }) => {
  const answer = await fetch(url, { method, headers, ...(body ? { body: Uint8Array.from(body) } : {}) });
  return { status: answer.status, body: new Uint8Array(await answer.arrayBuffer()) };
};
async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 700) yield bytes.subarray(offset, offset + 700);
}
async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

const stores: Record<string, () => BulkStore> = {
  folder: () => folderStore(folder, size),
  'small IPFS node': () => ipfsStore(endpoint, post),
  'S3-compatible storage': () => s3Store(s3.place, send),
  ...(process.env.KUBO_RPC ? { Kubo: () => ipfsStore(process.env.KUBO_RPC as string, post) } : {}),
};
for (const [name, make] of Object.entries(stores))
  test(`[X73] ${name}: what was put comes back by its address; the address is the same in every store`, async () => {
    for (const length of [0, 1, size, size + 1, 5 * size + 3]) {
      const bytes = random(length);
      const store = make();
      const { cid, size: stored } = await store.put(inBlocks(one(bytes), size));
      expect(stored).toBe(length);
      expect((await folderStore(path.join(folder, 'twin'), size).put(inBlocks(one(bytes), size))).cid).toBe(cid);
      expect(Buffer.compare(await gather(store.get(cid)), bytes)).toBe(0);
      expect(await store.has(cid)).toBe(true);
      await store.delete(cid);
    }
    const absent = leafCid(createHash('sha256').update('absent').digest());
    await expect(gather(make().get(absent))).rejects.toThrow(ContentError);
    await expect(gather(make().get('../../etc/passwd'))).rejects.toThrow(ContentError);
  });

test('[X73] an IPFS node that answers with other bytes, or calls a block by another name, is not believed', async () => {
  const store = ipfsStore(endpoint, post);
  blocks.clear();
  const { cid } = await store.put(inBlocks(one(random(3 * size)), size));
  const [leaf] = [...blocks.keys()].filter((each) => each.startsWith('bafkrei'));
  blocks.set(leaf as string, Buffer.from(random(size)));
  await expect(gather(store.get(cid))).rejects.toThrow('another hash');
  const liar: Post = async () => ({ status: 200, body: new TextEncoder().encode('{"Key":"bafkreiother"}') });
  await expect(ipfsStore('http://liar', liar).put(inBlocks(one(random(10)), size))).rejects.toThrow('calls this block');
  const broken: Post = async () => ({ status: 502, body: new TextEncoder().encode('gateway') });
  await expect(ipfsStore('http://broken', broken).put(inBlocks(one(random(10)), size))).rejects.toThrow('answered 502');
});

test('[X73] storage behind S3 that answers with other bytes, has lost a block, or refuses the keys, is not believed', async () => {
  const store = s3Store(s3.place, send);
  s3.objects.clear();
  const bytes = random(5 * size);
  const { cid } = await store.put(inBlocks(one(bytes), size));
  expect(s3.objects.size).toBe(6);
  expect([...s3.objects.keys()].at(-1)).toBe(`exchange/${cid}`);
  const third = bytes.subarray(2 * size, 3 * size);
  const leaf = `exchange/${leafCid(createHash('sha256').update(third).digest())}`;
  const whole = s3.objects.get(leaf) as Buffer;
  s3.objects.set(leaf, Buffer.from(random(size)));
  const seen: Uint8Array[] = [];
  const reading = (async () => {
    for await (const part of store.get(cid)) seen.push(part);
  })();
  await expect(reading).rejects.toThrow('another hash');
  // What came out before is a beginning of the file.
  expect(Buffer.compare(Buffer.concat(seen), bytes.subarray(0, 2 * size))).toBe(0);
  s3.objects.delete(leaf);
  await expect(gather(store.get(cid))).rejects.toThrow('not stored');
  s3.objects.set(leaf, whole);
  expect(s3.counts.refused).toBe(0);
  const stranger = s3Store({ ...s3.place, secretKey: 'other' }, send);
  await expect(stranger.put(inBlocks(one(random(3 * size)), size))).rejects.toThrow('answered 403');
  await expect(stranger.has(cid)).rejects.toThrow('answered 403');
  await expect(gather(stranger.get(cid))).rejects.toThrow('answered 403');
  await expect(stranger.delete(cid)).rejects.toThrow('answered 403');
  // A body that is changed on the way has another digest than the signed one.
  const bent = s3Store(s3.place, (url, { body, ...rest }) => send(url, { ...rest, ...(body && { body: random(9) }) }));
  await expect(bent.put(inBlocks(one(random(10)), size))).rejects.toThrow('answered 403');
  expect(s3.objects.size).toBe(6);
  await store.delete(cid);
  expect(s3.objects.size).toBe(0);
  await store.delete(cid);
});

test('[X73] a file of which S3 took only a part is not there, and the next attempt completes it', async () => {
  s3.objects.clear();
  const bytes = random(9 * size);
  let left = 5;
  const breaking: Send = async (url, options) => {
    left -= 1;
    if (left < 0) throw new Error('the line broke');
    return await send(url, options);
  };
  await expect(s3Store(s3.place, breaking).put(inBlocks(one(bytes), size))).rejects.toThrow('the line broke');
  const store = s3Store(s3.place, send);
  const { cid } = await folderStore(path.join(folder, 'other'), size).put(inBlocks(one(bytes), size));
  expect(await store.has(cid)).toBe(false);
  expect((await store.put(inBlocks(one(bytes), size))).cid).toBe(cid);
  expect(Buffer.compare(await gather(store.get(cid)), bytes)).toBe(0);
});

test('[X73] a put that fails in the middle leaves nothing behind', async () => {
  const place = path.join(folder, 'failing');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield random(size);
    throw new Error('the line broke');
  }
  await expect(folderStore(place, size).put(inBlocks(failing(), size))).rejects.toThrow('the line broke');
  expect(readdirSync(place)).toEqual([]);
});

test.skipIf(!process.env.MONGODB_URL)('[X73] MongoDB keeps a second copy (runs where MONGODB_URL is set)', async () => {
  const { MongoClient } = await import('mongodb');
  const client = await MongoClient.connect(process.env.MONGODB_URL as string);
  try {
    const backup = mongoBackup(client);
    const bytes = random(5 * size + 3);
    const { cid } = await folderStore(folder, size).put(inBlocks(one(bytes), size));
    await backup.put(cid, inBlocks(one(bytes), size));
    expect(Buffer.compare(await gather(backup.get(cid)), bytes)).toBe(0);
    await backup.delete(cid);
    await expect(gather(backup.get(cid))).rejects.toThrow(ContentError);
  } finally {
    await client.close();
  }
});
