/**
 * Blobs in S3-compatible storage, signed with AWS Signature Version 4 by `aws4fetch`.
 * @module
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Failure } from '@hedun/sdk';
import { AwsClient } from 'aws4fetch';
import type { Blobs, Config } from '../contract.ts';
import { checkDigest, receive, verified } from './bytes.ts';

export function s3Blobs(settings: NonNullable<Config['s3']>, incoming: string): Blobs {
  const client = new AwsClient({
    accessKeyId: settings.accessKey,
    secretAccessKey: settings.secretKey,
    region: settings.region,
    service: 's3',
  });
  const base = `${settings.endpoint.replace(/\/$/, '')}/${settings.bucket}`;
  const urlOf = (sha256: string) => `${base}/blobs/${checkDigest(sha256).slice(0, 2)}/${sha256}`;
  const call = async (
    url: string,
    init: RequestInit & { duplex?: 'half' } = {},
    allowed: readonly number[] = [],
  ): Promise<Response> => {
    const response = await client.fetch(url, init).catch((cause) => {
      throw new Failure('network.failed', { where: settings.endpoint, got: String(cause), cause });
    });
    if (!response.ok && !allowed.includes(response.status))
      throw new Failure('network.failed', { where: settings.endpoint, expected: '2xx', got: String(response.status) });
    return response;
  };
  return {
    put: async (bytes, limit = Number.POSITIVE_INFINITY) => {
      const { file, sha256, size } = await receive(incoming, bytes, limit);
      try {
        await call(urlOf(sha256), {
          method: 'PUT',
          body: Readable.toWeb(createReadStream(file)) as never,
          duplex: 'half',
          headers: { 'content-length': String(size), 'x-amz-content-sha256': sha256 },
        });
      } finally {
        await rm(file, { force: true });
      }
      return { sha256, size };
    },
    async *stream(sha256) {
      const response = await call(urlOf(sha256), {}, [404]);
      if (response.status === 404 || !response.body)
        throw new Failure('record.not_found', { values: { what: `blob ${sha256}` } });
      yield* verified(response.body as unknown as AsyncIterable<Uint8Array>, sha256);
    },
    has: async (sha256) => (await call(urlOf(sha256), { method: 'HEAD' }, [404])).status !== 404,
    delete: async (sha256) => void (await call(urlOf(sha256), { method: 'DELETE' }, [404])),
    async *list() {
      for (let token: string | null = null, first = true; first || token; first = false) {
        const query = new URLSearchParams({
          'list-type': '2',
          prefix: 'blobs/',
          ...(token ? { 'continuation-token': token } : {}),
        });
        const text = await (await call(`${base}?${query}`)).text();
        for (const [, key = ''] of text.matchAll(/<Key>blobs\/[0-9a-f]{2}\/([0-9a-f]{64})<\/Key>/g)) yield key;
        token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1] ?? null;
      }
    },
  };
}
