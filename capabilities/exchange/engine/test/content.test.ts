import { createHash } from 'node:crypto';
import { type Block, buildDag, ContentError, checkBlock, leafCid, parseCid, readDag } from '@hedun/exchange/content';
import { MemoryBlockstore } from 'blockstore-core';
import { exporter } from 'ipfs-unixfs-exporter';
import { importer } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';
import { CID } from 'multiformats/cid';
import { expect, test } from 'vitest';
import { drawer } from './helpers.ts';

const draw = drawer('content');
const sha256 = (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest());
function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length || offset === 0; offset += size)
    parts.push(bytes.subarray(offset, offset + size));
  return parts;
}
function build(bytes: Uint8Array, size: number) {
  const leaves = cut(bytes, size);
  const { root, nodes } = buildDag(leaves.map((leaf) => ({ digest: sha256(leaf), size: leaf.length })));
  const blocks = new Map<string, Uint8Array>(nodes.map(({ cid, bytes: node }: Block) => [cid, node]));
  for (const leaf of leaves) blocks.set(leafCid(sha256(leaf)), leaf);
  return { root, blocks };
}
async function gather(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

test('[X70] a file has the address that the IPFS importer gives it, from an empty one to three levels; the IPFS exporter reads our blocks', async () => {
  const size = 32;
  for (const length of [0, 1, 32, 33, 64, 32 * 1024, 32 * 1024 + 1, 32 * 2500 + 7, 32 * 1024 * 3 + 5]) {
    const bytes = draw.bytes(length);
    const store = new MemoryBlockstore();
    let theirs = '';
    for await (const entry of importer([{ content: bytes }], store, {
      cidVersion: 1,
      rawLeaves: true,
      chunker: fixedSize({ chunkSize: size }),
      layout: balanced({ maxChildrenPerNode: 1024 }),
    }))
      theirs = entry.cid.toString();
    const { root, blocks } = build(bytes, size);
    expect(root).toBe(theirs);
    expect(Buffer.compare(await gather(readDag(root, (cid) => blocks.get(cid))), bytes)).toBe(0);
    const mine = new MemoryBlockstore();
    for (const [cid, block] of blocks) await mine.put(CID.parse(cid), block);
    const entry = await exporter(root, mine);
    if (entry.type !== 'file' && entry.type !== 'raw') throw new Error(`expected a file, got ${entry.type}`);
    expect(Buffer.compare(await gather(entry.content()), bytes)).toBe(0);
  }
});

test('[X71] a block that was changed, exchanged or lost is refused by name before any of it is given out', async () => {
  const bytes = draw.bytes(32 * 40);
  const { root, blocks } = build(bytes, 32);
  for (const [cid, block] of blocks) {
    for (const other of [
      Uint8Array.from(block, (byte, at) => (at === 3 ? byte ^ 1 : byte)),
      draw.bytes(32),
      undefined,
    ]) {
      const seen: Uint8Array[] = [];
      let error: unknown;
      try {
        for await (const part of readDag(root, (asked) => (asked === cid ? other : blocks.get(asked)))) seen.push(part);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(ContentError);
      expect((error as ContentError).cid).toBe(cid);
      expect(Buffer.compare(Buffer.concat(seen), bytes.subarray(0, Buffer.concat(seen).length))).toBe(0);
    }
  }
});

test('[X72] an address of another version, codec, hash or spelling is refused', () => {
  const good = leafCid(sha256(new Uint8Array(1)));
  expect(parseCid(good).toString()).toBe(good);
  for (const wrong of [
    '',
    'abc',
    good.toUpperCase(),
    `${good}a`,
    'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
    'x'.repeat(5000),
  ])
    expect(() => parseCid(wrong)).toThrow(ContentError);
  expect(() => checkBlock(good, new Uint8Array(2))).toThrow('another hash');
});
