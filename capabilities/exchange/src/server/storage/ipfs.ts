/**
 * Sealed files in an IPFS node, over the RPC of Kubo (`/api/v0`): blocks are put one by one, the root is pinned, and what comes back is
 * compared with its address here: the node is trusted to store, not to be right.
 * @module
 */

import { buildDag, ContentError, parseCid, readDag } from '@hedun/exchange/content';
import { type BulkStore, blocksAhead, putLeaves, sha256 } from './port.ts';

/** As the context of a handler gives it, so that the administrator's rules on addresses hold. */
export type Post = (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>>; readonly body?: Uint8Array },
) => Promise<{ readonly status: number; readonly body: Uint8Array }>;

export function ipfsStore(endpoint: string, post: Post): BulkStore {
  const call = async (name: string, query: Readonly<Record<string, string>>, body?: Uint8Array) => {
    const url = `${endpoint.replace(/\/$/, '')}/api/v0/${name}?${new URLSearchParams(query)}`;
    const boundary = 'hedun-exchange-block';
    const form = body && {
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: Buffer.concat([
        Buffer.from(
          `--${boundary}\r\ncontent-disposition: form-data; name="data"; filename="block"\r\ncontent-type: application/octet-stream\r\n\r\n`,
        ),
        body,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]),
    };
    return await post(url, form ?? { headers: {} });
  };
  const must = async (name: string, query: Readonly<Record<string, string>>, body?: Uint8Array) => {
    const answer = await call(name, query, body);
    if (answer.status !== 200)
      throw new ContentError(
        query.arg ?? name,
        `the IPFS node answered ${answer.status}: ${Buffer.from(answer.body).toString().slice(0, 200)}`,
      );
    return answer.body;
  };
  const putBlock = async (cid: string, codec: 'raw' | 'dag-pb', bytes: Uint8Array) => {
    const answer = await must('block/put', { 'cid-codec': codec, mhtype: 'sha2-256', pin: 'false' }, bytes);
    let key: unknown;
    try {
      ({ Key: key } = JSON.parse(Buffer.from(answer).toString()) as { Key?: unknown });
    } catch {
      // Told below: an answer that is no JSON has no key.
    }
    if (key !== cid) throw new ContentError(cid, `the IPFS node calls this block ${String(key)}`);
  };
  return {
    kind: 'ipfs',
    put: async (blocks, options) => {
      const { leaves, size } = await putLeaves(blocks, (cid, block) => putBlock(cid, 'raw', block), options);
      const { root, nodes } = buildDag(leaves);
      for (const { cid, bytes } of nodes) await putBlock(cid, 'dag-pb', bytes);
      await must('pin/add', { arg: root });
      return { cid: root, size };
    },
    async *get(cid) {
      const blockOf = async (asked: string) => {
        const answer = await call('block/get', { arg: asked });
        return answer.status === 200 ? answer.body : undefined;
      };
      yield* readDag(parseCid(cid).toString(), blockOf, { ahead: blocksAhead, hash: sha256 });
    },
    has: async (cid) => (await call('block/stat', { arg: parseCid(cid).toString(), offline: 'true' })).status === 200,
    delete: async (cid) => void (await call('pin/rm', { arg: parseCid(cid).toString() })),
  };
}
