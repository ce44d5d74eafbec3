/**
 * Storage that answers as S3 does and refuses what is not signed as AWS Signature Version 4 says, or is not what its signed digest says: reckoned here
 * anew, from the documentation of the signature, not with the library under test.
 * @module
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Place } from '../src/server/storage/s3.ts';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

function signatureHolds(request: IncomingMessage, body: Buffer, { accessKey, secretKey, region }: S3Place): boolean {
  const form =
    /Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})/;
  const [, access, day, of, names = '', signature] = form.exec(request.headers.authorization ?? '') ?? [];
  const promised = String(request.headers['x-amz-content-sha256'] ?? '');
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const canonical = [request.method, request.url, '', headers.join(''), names, promised].join('\n');
  const scope = `${day}/${of}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secretKey}`, day ?? ''), region), 's3'), 'aws4_request');
  const signs = names.split(';');
  return (
    access === accessKey &&
    of === region &&
    signs.includes('host') &&
    signs.includes('x-amz-content-sha256') &&
    hmac(key, text).toString('hex') === signature &&
    promised === hash(body)
  );
}

export async function startS3() {
  const objects = new Map<string, Buffer>();
  const counts = { refused: 0 };
  /** What a test wants to happen while a block is on its way. */
  const hooks: { beforePut: () => Promise<void> } = { beforePut: async () => undefined };
  const place = { endpoint: '', bucket: 'shared', region: 'cn-wuhan-1', accessKey: 'AKIDEXAMPLE', secretKey: 'secret' };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const answer = (status: number, content?: Buffer | string) => response.writeHead(status).end(content);
    if (!signatureHolds(request, body, place)) {
      counts.refused += 1;
      return answer(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>');
    }
    const key = request.url?.slice(`/${place.bucket}/`.length) ?? '';
    if (request.method === 'PUT') {
      await hooks.beforePut();
      objects.set(key, body);
      return answer(200);
    }
    if (request.method === 'DELETE') objects.delete(key);
    if (request.method === 'DELETE') return answer(204);
    const found = objects.get(key);
    return found ? answer(200, request.method === 'HEAD' ? undefined : found) : answer(404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  place.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { place, objects, counts, hooks, stop: () => new Promise((resolve) => server.close(resolve)) };
}
