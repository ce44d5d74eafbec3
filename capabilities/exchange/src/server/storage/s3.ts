/**
 * Sealed files in S3-compatible storage: one object a block, named by its address, so that what comes back is compared with the name it was asked by: the
 * service is trusted to store, not to be right. Signed with AWS Signature Version 4; the digest that S3 checks is the one in the address. The root goes
 * last: where it is, all below it is. A put that breaks off leaves blocks nobody names, and the next attempt takes them up.
 * @module
 */
import { buildDag, ContentError, namesInDag, parseCid, readDag } from '@hedun/exchange/content';
import { AwsV4Signer } from 'aws4fetch';
import { type BulkStore, blocksAhead, putLeaves, sha256 } from './port.ts';

export interface S3Place {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}
/** As the context of a handler gives it, so that the administrator's rules on addresses hold. */
export type Send = (
  url: string,
  options: { readonly method: string; readonly headers: Readonly<Record<string, string>>; readonly body?: Uint8Array },
) => Promise<{ readonly status: number; readonly body: Uint8Array }>;

/** SHA-256 of nothing: what a request without a body promises. */
const ofNothing = Buffer.from(sha256(new Uint8Array(0))).toString('hex');

export function s3Store({ endpoint, bucket, region, accessKey, secretKey }: S3Place, send: Send): BulkStore {
  const keys = new Map<string, ArrayBuffer>();
  const call = async (method: string, name: string, body?: Uint8Array) => {
    const url = `${endpoint.replace(/\/$/, '')}/${encodeURIComponent(bucket)}/exchange/${name}`;
    const digest = body ? Buffer.from(parseCid(name).multihash.digest).toString('hex') : ofNothing;
    const signer = new AwsV4Signer({
      method,
      url,
      headers: { 'x-amz-content-sha256': digest },
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      service: 's3',
      region,
      cache: keys,
    });
    const { headers } = await signer.sign();
    return await send(url, { method, headers: Object.fromEntries(headers), ...(body ? { body } : {}) });
  };
  const must = async (method: string, name: string, body?: Uint8Array) => {
    const answer = await call(method, name, body);
    // 404 is an answer to a question, and what is not there need not be deleted.
    if (answer.status < 300 || (answer.status === 404 && method !== 'PUT')) return answer;
    const said = Buffer.from(answer.body).toString().slice(0, 200);
    throw new ContentError(name, `the S3 service answered ${answer.status}: ${said}`);
  };
  const blockOf = async (name: string) => {
    const { status, body } = await must('GET', name);
    return status === 404 ? undefined : body;
  };
  return {
    kind: 's3',
    put: async (blocks, options) => {
      const { leaves, size } = await putLeaves(blocks, (cid, block) => must('PUT', cid, block), options);
      const { root, nodes } = buildDag(leaves);
      for (const { cid, bytes } of nodes) await must('PUT', cid, bytes);
      return { cid: root, size };
    },
    get: (cid) => readDag(cid, blockOf, { ahead: blocksAhead, hash: sha256 }),
    has: async (cid) => (await must('HEAD', parseCid(cid).toString())).status !== 404,
    delete: async (cid) => {
      const names: string[] = [];
      try {
        for await (const name of namesInDag(parseCid(cid).toString(), blockOf)) names.push(name);
      } catch (cause) {
        // What hangs below a lost node cannot be found from here; what was found goes.
        if (!(cause instanceof ContentError)) throw cause;
      }
      // The root first: nobody must find a file that is half there.
      for (const name of names) await must('DELETE', name);
    },
  };
}
