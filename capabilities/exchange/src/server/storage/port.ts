/**
 * Where sealed files lie. One face for the data folder, an IPFS node, and backups; each is held to one set of tests.
 * @module
 */
import { hash } from 'node:crypto';
import { type Leaf, leafCid } from '@hedun/exchange/content';
import { release } from '@hedun/exchange/envelope';

export interface Stored {
  readonly cid: string;
  readonly size: number;
}
/** Sealed files by content address. What `get` gives out has been compared with the address, block by block. */
export interface BulkStore {
  readonly kind: string;
  /** @param options `owned`: nobody else has the blocks, and their memory may be given back as soon as they are stored */
  put(blocks: AsyncIterable<Uint8Array>, options?: { readonly owned?: boolean }): Promise<Stored>;
  /** The blocks belong to whoever asks. @throws ContentError where one is missing or is not what the address says */
  get(cid: string): AsyncIterable<Uint8Array>;
  has(cid: string): Promise<boolean>;
  delete(cid: string): Promise<void>;
}

export const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');
/** Blocks on their way besides the one at hand: with two, both cores hash and encrypt all the time, and never more than that waits in memory. */
export const blocksAhead = 2;
/** A failure is told when its turn comes; until then nobody waits for it, and Node must not take it for one that nobody will hear of. */
export function noted<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** Puts blocks where each is kept under its address, a few at a time. @returns what the tree above them is built of */
export async function putLeaves(
  blocks: AsyncIterable<Uint8Array>,
  put: (cid: string, block: Uint8Array) => Promise<unknown>,
  { owned = false }: { readonly owned?: boolean } = {},
): Promise<{ readonly leaves: readonly Leaf[]; readonly size: number }> {
  const leaves: Leaf[] = [];
  const underWay: Promise<unknown>[] = [];
  let size = 0;
  try {
    for await (const block of blocks) {
      const digest = sha256(block);
      leaves.push({ digest, size: block.length });
      size += block.length;
      underWay.push(noted(put(leafCid(digest), block).then(() => owned && release(block))));
      if (underWay.length > blocksAhead) await underWay.shift();
    }
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
  return { leaves, size };
}

/** Pieces of exactly one block, the last one shorter; an empty file is one empty block. */
export async function* inBlocks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(size);
  let filled = 0;
  let any = false;
  for await (const part of source) {
    for (let offset = 0; offset < part.length; ) {
      const some = part.subarray(offset, offset + size - filled);
      block.set(some, filled);
      filled += some.length;
      offset += some.length;
      if (filled === size) {
        yield block;
        any = true;
        block = new Uint8Array(size);
        filled = 0;
      }
    }
  }
  if (filled > 0 || !any) yield block.subarray(0, filled);
}
