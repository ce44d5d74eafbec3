/**
 * The state of a chain at one height as bytes, so that opening a long log need not replay all of it. A snapshot proves itself by its hash and by
 * the root its leaves give; one that does not is thrown away and the log replayed.
 * @module
 */
import { putPrivate, takePrivate } from './block.ts';
import { equalBytes, Reader, Writer } from './bytes.ts';
import type { Chain } from './chain.ts';
import { type Hash, MerkleTree } from './merkle.ts';
import type { WorldState } from './state.ts';

export interface SnapshotPlace {
  /** Where in the log file the next block begins. */
  readonly offset: number;
  /** Offset of each block written so far, and the leaf it begins with. */
  readonly blocks: readonly { readonly offset: number; readonly first: number }[];
}

const putHashed = (writer: Writer, state: WorldState) =>
  writer.list([...state.entries()], (to, [key, { value, version }]) => to.text(key).bytes(value).number(version));
/** Every key that was ever written, with the leaves that wrote it, and its value where it still has one. */
function putKeys(writer: Writer, chain: Chain): void {
  writer.size(chain.writers.size);
  for (const [key, leaves] of chain.writers) {
    writer.text(key).size(leaves.length);
    for (const leaf of leaves) writer.number(leaf);
    const entry = chain.world.get(key);
    if (entry) writer.byte(1).bytes(entry.value).number(entry.version);
    else writer.byte(0);
  }
}
function takeKeys(reader: Reader, chain: Chain): void {
  reader.list((from) => {
    const key = from.text();
    chain.writers.set(
      key,
      from.list((each) => each.number()),
    );
    if (from.byte() === 1) chain.world.put(key, from.bytes().slice(), from.number());
  });
}

export function encodeSnapshot(hash: Hash, chain: Chain, place: SnapshotPlace): Uint8Array {
  const writer = new Writer()
    .text('hedun.snapshot.2')
    .text(chain.channel)
    .number(chain.height)
    .text(chain.checkpoint)
    .bytes(chain.tree.root())
    .bytes(chain.tree.leafHashes())
    .number(place.offset)
    .list(place.blocks, (to, { offset, first }) => to.number(offset).number(first));
  putKeys(writer, chain);
  putHashed(writer, chain.hashed);
  const body = writer
    .list([...chain.privateValues], (to, [name, value]) => {
      const slash = name.indexOf('/');
      putPrivate(to, { collection: name.slice(0, slash), key: name.slice(slash + 1), value });
    })
    .list([...chain.transactions], (to, [id, leaf]) => to.text(id).number(leaf))
    .done();
  return new Writer().bytes(body).bytes(hash(body)).done();
}

/** Fills an empty chain. @throws RangeError where the bytes are not what they claim */
export function restoreSnapshot(hash: Hash, chain: Chain, bytes: Uint8Array): SnapshotPlace {
  const outer = new Reader(bytes);
  const [body, digest] = [outer.bytes(), outer.bytes()];
  outer.end();
  if (!equalBytes(hash(body), digest)) throw new RangeError('snapshot: expected bytes of its digest, got others');
  const reader = new Reader(body);
  if (reader.text() !== 'hedun.snapshot.2') throw new RangeError('snapshot: expected hedun.snapshot.2');
  const channel = reader.text();
  if (channel !== chain.channel) throw new RangeError(`snapshot: expected channel ${chain.channel}, got ${channel}`);
  const [height, checkpoint, root] = [reader.number(), reader.text(), reader.bytes()];
  const tree = new MerkleTree(hash, reader.bytes());
  if (!equalBytes(tree.root(), root)) throw new RangeError('snapshot: expected leaves that give its root');
  const offset = reader.number();
  const blocks = reader.list((from) => ({ offset: from.number(), first: from.number() }));
  takeKeys(reader, chain);
  for (const [key, value, version] of reader.list((from) => [from.text(), from.bytes(), from.number()] as const))
    chain.hashed.put(key, value.slice(), version);
  for (const { collection, key, value } of reader.list(takePrivate))
    if (value) chain.privateValues.set(`${collection}/${key}`, value.slice());
  for (const [id, leaf] of reader.list((from) => [from.text(), from.number()] as const))
    chain.transactions.set(id, leaf);
  reader.end();
  chain.tree = tree;
  chain.height = height;
  chain.size = tree.size;
  chain.checkpoint = checkpoint;
  return { offset, blocks };
}
