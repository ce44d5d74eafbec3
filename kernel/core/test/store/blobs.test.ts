import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Blobs } from '../../src/contract.ts';
import { folderBlobs } from '../../src/store/blobs.ts';
import { s3Blobs } from '../../src/store/s3.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-blobs-'));
const bytes = new TextEncoder().encode('鹤盾');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const credentials = {
  accessKey: 'AKIDEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'cn-wuhan-1',
};

/** Storage that answers as S3 does and refuses what is not signed as AWS Signature Version 4 says, reckoned here anew. */
const objects = new Map<string, Buffer>();
let refused = 0;
let server: Server;
let endpoint = '';
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
function signatureHolds(request: IncomingMessage, body: Buffer): boolean {
  const parts =
    /Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})/.exec(
      request.headers.authorization ?? '',
    );
  const [, access = '', day = '', region = '', names = '', signature = ''] = parts ?? [];
  const url = new URL(request.url ?? '', endpoint);
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const promised = String(request.headers['x-amz-content-sha256'] ?? '');
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const canonical = [request.method, url.pathname, query, headers.join(''), names, promised].join('\n');
  const at = String(request.headers['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', at, `${day}/${region}/s3/aws4_request`, hash(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${credentials.secretKey}`, day), region), 's3'), 'aws4_request');
  return (
    access === credentials.accessKey &&
    region === credentials.region &&
    hmac(key, text).toString('hex') === signature &&
    (promised === 'UNSIGNED-PAYLOAD' || promised === hash(body))
  );
}
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '', endpoint);
    const answer = (status: number, content?: Buffer | string) => void response.writeHead(status).end(content);
    if (!signatureHolds(request, body)) {
      refused += 1;
      return answer(403);
    }
    const key = url.pathname.replace('/bucket/', '');
    if (request.method === 'PUT') return answer(200, void objects.set(key, body) as never);
    if (request.method === 'DELETE') return answer(204, void objects.delete(key) as never);
    if (url.searchParams.get('list-type') === '2') {
      // One key per page, so that continuation is used.
      const keys = [...objects.keys()].sort();
      const from = Number(url.searchParams.get('continuation-token') ?? '0');
      const more = from + 1 < keys.length ? `<NextContinuationToken>${from + 1}</NextContinuationToken>` : '';
      return answer(
        200,
        `<ListBucketResult>${keys[from] ? `<Contents><Key>${keys[from]}</Key></Contents>` : ''}${more}</ListBucketResult>`,
      );
    }
    const found = objects.get(key);
    return found ? answer(200, request.method === 'HEAD' ? undefined : found) : answer(404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const stores: readonly {
  readonly name: string;
  readonly incoming: string;
  open(): Blobs;
  damage(sha256: string): void;
}[] = [
  {
    name: 'a folder',
    incoming: path.join(folder, 'blobs', 'incoming'),
    open: () => folderBlobs(path.join(folder, 'blobs')),
    damage: (name) => writeFileSync(path.join(folder, 'blobs', name.slice(0, 2), name), 'other'),
  },
  {
    name: 'S3-compatible storage',
    incoming: path.join(folder, 'uploads'),
    open: () => s3Blobs({ ...credentials, endpoint, bucket: 'bucket' }, path.join(folder, 'uploads')),
    damage: (name) => void objects.set(`blobs/${name.slice(0, 2)}/${name}`, Buffer.from('other')),
  },
];
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
async function* endless(): AsyncIterable<Uint8Array> {
  for (;;) yield new Uint8Array(1000);
}

describe.each(stores)('$name', ({ open, damage, incoming }) => {
  test('[S12] the same bytes are kept once under their SHA-256 and come back', async () => {
    const blobs = open();
    expect(await blobs.has(sha256)).toBe(false);
    expect(await blobs.put(bytes)).toEqual({ sha256, size: 6 });
    expect(await blobs.put(bytes)).toEqual({ sha256, size: 6 });
    const second = await blobs.put(new Uint8Array());
    expect(await blobs.has(sha256)).toBe(true);
    expect(Buffer.concat(await all(blobs.stream(sha256))).toString()).toBe('鹤盾');
    expect((await all(blobs.list())).sort()).toEqual([sha256, second.sha256].sort());
    await blobs.delete(second.sha256);
    expect(await all(blobs.list())).toEqual([sha256]);
    expect(refused).toBe(0);
  });
  test('[S12] damaged bytes are noticed when read, absent ones are named', async () => {
    const blobs = open();
    await blobs.put(bytes);
    damage(sha256);
    await expect(all(blobs.stream(sha256))).rejects.toThrow('file.digest_mismatch');
    await blobs.delete(sha256);
    await expect(all(blobs.stream(sha256))).rejects.toThrow('record.not_found');
  });
  test('[S12] an upload beyond its limit or cut short leaves nothing', async () => {
    const blobs = open();
    await expect(blobs.put(endless(), 5000)).rejects.toThrow('file.too_large');
    async function* broken(): AsyncIterable<Uint8Array> {
      yield bytes;
      throw new Error('connection lost');
    }
    await expect(blobs.put(broken())).rejects.toThrow('connection lost');
    expect(await all(blobs.list())).toEqual([]);
    expect(readdirSync(incoming)).toEqual([]);
  });
  test('[S12] a name that is no digest never becomes a path', async () => {
    await expect(async () => all(open().stream('../../etc/passwd'))).rejects.toThrow(/expected 64 hexadecimal/);
  });
});
test('[S12] storage that refuses the keys is an error that names it', async () => {
  const blobs = s3Blobs(
    { ...credentials, secretKey: 'wrong', endpoint, bucket: 'bucket' },
    path.join(folder, 'uploads'),
  );
  await expect(blobs.put(bytes)).rejects.toThrow('network.failed');
  expect(refused).toBeGreaterThan(0);
  expect(readdirSync(path.join(folder, 'uploads'))).toEqual([]);
});
