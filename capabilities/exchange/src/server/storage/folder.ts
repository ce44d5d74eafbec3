/**
 * Sealed files in a folder: one flat file each, and beside it the hashes of its blocks. Written to a side file, synced, renamed: a file is
 * there whole or not at all. Hashing runs in the thread pool, beside encryption and the disk.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { buildDag, ContentError, type Leaf, leafCid, parseCid } from '@hedun/exchange/content';
import { blockSize, release } from '@hedun/exchange/envelope';
import { syncFolder } from '../ledger/log-file.ts';
import { type BulkStore, blocksAhead, noted, sha256 } from './port.ts';

const digestSize = 32;
/** So many bytes are handed to the disk at a time, while the next are made: left to the end, one sync of a gibibyte takes a quarter of a second more. */
const syncEvery = 32 * 1_048_576;
const digestOf = async (bytes: Uint8Array): Promise<Uint8Array> =>
  // Small pieces are hashed faster here than handed to another thread.
  bytes.length < 65_536
    ? sha256(bytes)
    : new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));

/** @param size of a block; another one only in tests */
export function folderStore(folder: string, size = blockSize): BulkStore {
  const bulkOf = (cid: string) => path.join(folder, `${parseCid(cid)}.bulk`);
  const leavesOf = (cid: string) => path.join(folder, `${parseCid(cid)}.leaves`);
  return {
    kind: 'folder',
    put: async (blocks, { owned = false } = {}) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const side = path.join(folder, `incoming-${randomBytes(8).toString('hex')}`);
      const leaves: Promise<Leaf>[] = [];
      const underWay: Promise<unknown>[] = [];
      let [written, synced] = [0, 0];
      let syncing: Promise<unknown> = Promise.resolve();
      try {
        const handle = await open(side, 'wx', 0o600);
        try {
          for await (const block of blocks) {
            if (block.length > size) throw new RangeError(`block: expected at most ${size} bytes, got ${block.length}`);
            const leaf = digestOf(block).then((digest): Leaf => ({ digest, size: block.length }));
            leaves.push(leaf);
            underWay.push(
              noted(
                Promise.all([leaf, writeBlock(handle, block, written)]).then(() => {
                  if (owned) release(block);
                }),
              ),
            );
            written += block.length;
            if (underWay.length > blocksAhead) await underWay.shift();
            if (written - synced < syncEvery) continue;
            await syncing;
            syncing = noted(handle.datasync());
            synced = written;
          }
          await Promise.all([...underWay, syncing]);
          await handle.sync();
        } finally {
          // Nothing may still be at work on the file, or on a block, when it is closed.
          await Promise.allSettled([...underWay, syncing]);
          await handle.close();
        }
        const whole = await Promise.all(leaves);
        const { root } = buildDag(whole);
        await writeDurably(leavesOf(root), Buffer.concat(whole.map(({ digest }) => digest)));
        await rename(side, bulkOf(root));
        await syncFolder(folder);
        return { cid: root, size: written };
      } catch (error) {
        await rm(side, { force: true });
        throw error;
      }
    },
    async *get(cid) {
      const name = parseCid(cid).toString();
      const missing = (): never => {
        throw new ContentError(name, 'not stored');
      };
      const digests = (await readFile(leavesOf(cid)).catch(missing)) as Buffer;
      const handle = (await open(bulkOf(cid), 'r').catch(missing)) as Awaited<ReturnType<typeof open>>;
      try {
        const { size: whole } = await handle.stat();
        const count = Math.max(1, Math.ceil(whole / size));
        const leaves = Array.from(
          { length: count },
          (_, index): Leaf => ({
            digest: digests.subarray(index * digestSize, (index + 1) * digestSize),
            size: Math.min(size, whole - index * size),
          }),
        );
        // The list of hashes is as trustworthy as its root: exactly the address asked for.
        if (digests.length !== count * digestSize || buildDag(leaves).root !== name)
          throw new ContentError(name, 'the list of blocks has another root');
        // The next blocks are read and hashed while this one is opened: the disk, threads of the pool and this one work side by side.
        const checkedBlock = async (index: number): Promise<Uint8Array> => {
          const leaf = leaves[index] as Leaf;
          const block = await readBlock(handle, index * size, leaf.size);
          const digest = await digestOf(block);
          if (block.length !== leaf.size || Buffer.compare(digest, leaf.digest) !== 0)
            throw new ContentError(leafCid(leaf.digest), 'the bytes have another hash');
          return block;
        };
        const coming: Promise<Uint8Array>[] = [];
        let asked = 0;
        try {
          for (let index = 0; index < leaves.length; index += 1) {
            while (asked < leaves.length && asked <= index + blocksAhead) {
              coming.push(noted(checkedBlock(asked)));
              asked += 1;
            }
            yield (await coming.shift()) as Uint8Array;
          }
        } finally {
          // Whoever stops early leaves some on their way: the file must not be closed under them.
          await Promise.allSettled(coming);
        }
      } finally {
        await handle.close();
      }
    },
    has: async (cid) =>
      await stat(bulkOf(cid)).then(
        () => true,
        () => false,
      ),
    delete: async (cid) => {
      await rm(bulkOf(cid), { force: true });
      await rm(leavesOf(cid), { force: true });
    },
  };
}

async function writeBlock(
  handle: Awaited<ReturnType<typeof open>>,
  block: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < block.length; )
    done += (await handle.write(block, done, block.length - done, position + done)).bytesWritten;
}
async function readBlock(
  handle: Awaited<ReturnType<typeof open>>,
  position: number,
  size: number,
): Promise<Uint8Array> {
  const block = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(block, filled, size - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return block.subarray(0, filled);
}
async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const side = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(side, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(side, file);
}
