/**
 * Content addresses of files: UnixFS over dag-pb with raw leaves, CIDv1 and SHA-256, a balanced tree of at most 1,024 links to a node: the
 * form Kubo writes under its profile `unixfs-v1-2025`, so that an IPFS node gives the same file the same address. A block is given out only
 * after its hash was compared with the address it was asked for.
 * @module
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { CID } from 'multiformats/cid';
import { create as createDigest } from 'multiformats/hashes/digest';
import { concat, equalBytes, FormatError } from '../abe/bytes.ts';

export const rawCodec = 0x55;
export const dagCodec = 0x70;
const sha256Code = 0x12;
const linksPerNode = 1_024;
/** 1,024^4 leaves of 1 MiB are more than any disk holds. */
const deepest = 5;
/** What IPFS nodes exchange at most. */
const largestBlock = 2_097_152;

export interface Leaf {
  readonly digest: Uint8Array;
  readonly size: number;
}
export interface Block {
  readonly cid: string;
  readonly bytes: Uint8Array;
}
/** A block that is not there, is not what its address says, or does not fit its place. */
export class ContentError extends Error {
  readonly cid: string;

  constructor(cid: string, reason: string) {
    super(`${cid}: ${reason}`);
    this.name = 'ContentError';
    this.cid = cid;
  }
}

type Hash = (bytes: Uint8Array) => Uint8Array;

interface Part {
  readonly cid: CID;
  /** Bytes of the file below it. */
  readonly size: number;
  /** Bytes of all blocks below and itself. */
  readonly stored: number;
}
const cidOf = (codec: number, digest: Uint8Array): CID => CID.createV1(codec, createDigest(sha256Code, digest));
export const leafCid = (digest: Uint8Array): string => cidOf(rawCodec, digest).toString();

/** The address of a file of these leaves, and the nodes above them. A file of one leaf is that leaf. */
export function buildDag(leaves: readonly Leaf[]): { readonly root: string; readonly nodes: readonly Block[] } {
  const nodes: Block[] = [];
  let level: Part[] = leaves.map(({ digest, size }) => ({ cid: cidOf(rawCodec, digest), size, stored: size }));
  if (level.length === 0) throw new RangeError('dag: expected at least one leaf');
  while (level.length > 1) {
    const above: Part[] = [];
    for (let first = 0; first < level.length; first += linksPerNode) {
      const parts = level.slice(first, first + linksPerNode);
      const bytes = writeNode(parts);
      const cid = cidOf(dagCodec, sha256(bytes));
      nodes.push({ cid: cid.toString(), bytes });
      const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
      above.push({ cid, size: sum(({ size }) => size), stored: sum(({ stored }) => stored) + bytes.length });
    }
    level = above;
  }
  return { root: (level[0] as Part).cid.toString(), nodes };
}

/**
 * The leaves of a file in order, each compared with its address.
 * @param options `ahead`: so many blocks of a node are asked for while the one before them is at work, where blocks come over a network
 * @throws ContentError
 */
export async function* readDag(
  root: string,
  blockOf: (cid: string) => Promise<Uint8Array | undefined> | Uint8Array | undefined,
  { ahead = 0, hash = sha256 }: { readonly ahead?: number; readonly hash?: Hash } = {},
): AsyncGenerator<Uint8Array> {
  yield* below(parseCid(root), undefined, 0, ask(root));

  async function ask(name: string): Promise<Uint8Array | undefined> {
    return await blockOf(name);
  }
  async function* below(
    cid: CID,
    size: number | undefined,
    depth: number,
    asked: Promise<Uint8Array | undefined>,
  ): AsyncGenerator<Uint8Array> {
    const name = cid.toString();
    const bytes = await asked;
    if (depth > deepest) throw new ContentError(name, `deeper than ${deepest} levels`);
    if (!bytes) throw new ContentError(name, 'not stored');
    checkBlock(name, bytes, hash);
    if (cid.code === rawCodec) {
      if (size !== undefined && size !== bytes.length)
        throw new ContentError(name, `expected ${size} bytes, got ${bytes.length}`);
      yield bytes;
      return;
    }
    const node = readNode(bytes, name);
    if (size !== undefined && size !== node.size)
      throw new ContentError(name, `expected a file of ${size} bytes, got ${node.size}`);
    const coming: Promise<Uint8Array | undefined>[] = [];
    try {
      for (const [index, link] of node.links.entries()) {
        for (const next of node.links.slice(index + coming.length, index + ahead + 1)) {
          const block = ask(next.cid.toString());
          // A failure is told when its turn comes.
          block.catch(() => undefined);
          coming.push(block);
        }
        yield* below(link.cid, link.size, depth + 1, coming.shift() as Promise<Uint8Array | undefined>);
      }
    } finally {
      await Promise.allSettled(coming);
    }
  }
}

/** The addresses of a file's blocks, its own first: only the nodes above the leaves are read. @throws ContentError where one is lost or bent */
export async function* namesInDag(
  root: string,
  blockOf: (cid: string) => Promise<Uint8Array | undefined>,
): AsyncGenerator<string> {
  const below = async function* (cid: CID, depth: number): AsyncGenerator<string> {
    const name = cid.toString();
    yield name;
    if (cid.code === rawCodec) return;
    if (depth > deepest) throw new ContentError(name, `deeper than ${deepest} levels`);
    const bytes = await blockOf(name);
    if (!bytes) throw new ContentError(name, 'not stored');
    checkBlock(name, bytes);
    for (const { cid: next } of readNode(bytes, name).links) yield* below(next, depth + 1);
  };
  yield* below(parseCid(root), 0);
}

/** @throws ContentError unless the bytes have the hash that the address names */
export function checkBlock(cid: string, bytes: Uint8Array, hash: Hash = sha256): void {
  if (bytes.length > largestBlock) throw new ContentError(cid, `larger than ${largestBlock} bytes`);
  if (!equalBytes(hash(bytes), parseCid(cid).multihash.digest))
    throw new ContentError(cid, 'the bytes have another hash');
}
/** @throws ContentError unless it is a CIDv1 of a raw leaf or a dag-pb node under SHA-256, in its one text form */
export function parseCid(text: string): CID {
  let cid: CID;
  try {
    if (text.length > 100) throw new RangeError('too long');
    cid = CID.parse(text);
  } catch {
    throw new ContentError(text.slice(0, 100), 'not a content address');
  }
  const known = cid.version === 1 && (cid.code === rawCodec || cid.code === dagCodec);
  if (!known || cid.multihash.code !== sha256Code || cid.multihash.digest.length !== 32 || cid.toString() !== text)
    throw new ContentError(text, 'expected a CIDv1 of a file under SHA-256 in base32');
  return cid;
}

// dag-pb and UnixFS are protobuf; these are the four messages a file needs.
function writeNode(parts: readonly Part[]): Uint8Array {
  const links = parts.map(({ cid, stored }) =>
    field(2, concat([field(1, cid.bytes), field(2, new Uint8Array(0)), number(3, stored)])),
  );
  const total = parts.reduce((sum, { size }) => sum + size, 0);
  const file = concat([number(1, 2), number(3, total), ...parts.map(({ size }) => number(4, size))]);
  return concat([...links, field(1, file)]);
}
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}
const field = (id: number, bytes: Uint8Array) =>
  concat([Uint8Array.from([(id << 3) | 2, ...varint(bytes.length)]), bytes]);
const number = (id: number, value: number) => Uint8Array.from([id << 3, ...varint(value)]);

interface Field {
  readonly id: number;
  readonly bytes?: Uint8Array;
  readonly value?: number;
}
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let offset = 0;
  const read = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[offset];
      if (byte === undefined || factor > 2 ** 49)
        throw new FormatError(offset, 'a number', 'the end or too many bytes');
      offset += 1;
      value += (byte & 0x7f) * factor;
      if (!Number.isSafeInteger(value)) throw new FormatError(offset, 'a number below 2^53', 'a larger one');
      if (byte < 0x80) return value;
    }
  };
  while (offset < bytes.length) {
    const key = read();
    const id = key >> 3;
    if ((key & 7) === 0) fields.push({ id, value: read() });
    else if ((key & 7) === 2) {
      const size = read();
      if (size > bytes.length - offset) throw new FormatError(offset, `${size} bytes`, `${bytes.length - offset}`);
      fields.push({ id, bytes: bytes.subarray(offset, offset + size) });
      offset += size;
    } else throw new FormatError(offset, 'a number or bytes', `wire type ${key & 7}`);
  }
  return fields;
}
function readNode(
  bytes: Uint8Array,
  name: string,
): { readonly size: number; readonly links: readonly { cid: CID; size: number }[] } {
  try {
    const fields = fieldsOf(bytes);
    const links = fields
      .filter(({ id }) => id === 2)
      .map((each) => CID.decode(fieldsOf(each.bytes as Uint8Array).find(({ id }) => id === 1)?.bytes as Uint8Array));
    const file = fieldsOf(fields.find(({ id }) => id === 1)?.bytes as Uint8Array);
    const sizes = file.filter(({ id }) => id === 4).map(({ value }) => value as number);
    const size = file.find(({ id }) => id === 3)?.value ?? 0;
    const isFile = file.find(({ id }) => id === 1)?.value === 2;
    const adds = sizes.reduce((sum, each) => sum + each, 0) === size;
    if (!isFile || !adds || links.length !== sizes.length || links.length === 0 || links.length > linksPerNode)
      throw new FormatError(0, 'a file node whose sizes add up', 'another');
    return {
      size,
      links: links.map((cid, index) => ({ cid: parseCid(cid.toString()), size: sizes[index] as number })),
    };
  } catch (cause) {
    if (cause instanceof ContentError) throw cause;
    throw new ContentError(name, `not a node of a file (${cause instanceof Error ? cause.message : cause})`);
  }
}
