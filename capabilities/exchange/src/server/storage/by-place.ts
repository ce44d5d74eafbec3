/**
 * Reads the blocks of a file by their place and compares the whole with its address before the last of them is given out.
 * @module
 */
import { buildDag, ContentError, type Leaf } from '@hedun/exchange/content';
import { sha256 } from './port.ts';

/**
 * A copy without the tree above its blocks: the address can only be checked at the end, so the last block is held back until it is.
 * Every chunk is sealed and counted, so what came out before is a beginning of the true file or does not open at all.
 * @throws ContentError
 */
export async function* blocksByPlace(
  cid: string,
  blockAt: (index: number) => Promise<Uint8Array | undefined>,
): AsyncGenerator<Uint8Array> {
  const leaves: Leaf[] = [];
  let held: Uint8Array | undefined;
  for (let index = 0; ; index += 1) {
    const block = await blockAt(index);
    if (!block) break;
    if (held) yield held;
    held = block;
    leaves.push({ digest: sha256(block), size: block.length });
  }
  if (!held) throw new ContentError(cid, 'not stored');
  if (buildDag(leaves).root !== cid) throw new ContentError(cid, 'the copy has another address');
  yield held;
}
