/**
 * The Merkle tree of RFC 6962 §2.1 (leaves and nodes hashed in different domains), with inclusion and consistency proofs. Verification follows
 * RFC 9162 §2.1.3.2 and §2.1.4.2. The hash comes as an argument: `node:crypto` on a server, @noble/hashes in a browser.
 * @module
 */
import { equalBytes } from './bytes.ts';

export type Hash = (bytes: Uint8Array) => Uint8Array;

/** Where leaves and nodes get the byte of their domain in front; a hash function reads it and is done with it. */
let leafBytes = new Uint8Array(8192);
const nodeBytes = new Uint8Array(65).fill(1, 0, 1);
export const leafHash = (hash: Hash, leaf: Uint8Array): Uint8Array => {
  if (leafBytes.length <= leaf.length) leafBytes = new Uint8Array(leaf.length * 2);
  leafBytes.set(leaf, 1);
  return hash(leafBytes.subarray(0, leaf.length + 1));
};
export const nodeHash = (hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array => {
  if (left.length !== 32 || right.length !== 32)
    throw new RangeError(`node: expected two hashes of 32 bytes, got ${left.length} and ${right.length}`);
  nodeBytes.set(left, 1);
  nodeBytes.set(right, 33);
  return hash(nodeBytes);
};

/** Hashes of one level, 32 bytes each, in one growing buffer. */
class Level {
  #bytes = new Uint8Array(32 * 64);
  count = 0;
  push(hash: Uint8Array): void {
    if ((this.count + 1) * 32 > this.#bytes.length) {
      const next = new Uint8Array(this.#bytes.length * 2);
      next.set(this.#bytes);
      this.#bytes = next;
    }
    this.#bytes.set(hash, this.count * 32);
    this.count += 1;
  }
  at(index: number): Uint8Array {
    return this.#bytes.slice(index * 32, index * 32 + 32);
  }
  /** Good until the next push. */
  peek(index: number): Uint8Array {
    return this.#bytes.subarray(index * 32, index * 32 + 32);
  }
  all(): Uint8Array {
    return this.#bytes.slice(0, this.count * 32);
  }
  truncate(count: number): void {
    this.count = Math.min(this.count, count);
  }
}

/** Append-only; every complete subtree is hashed once, so a root or a proof costs about log n hashes. */
export class MerkleTree {
  readonly #hash: Hash;
  readonly #levels: Level[] = [new Level()];

  constructor(hash: Hash, leafHashes: Uint8Array = new Uint8Array(0)) {
    this.#hash = hash;
    for (let at = 0; at < leafHashes.length; at += 32) this.appendHash(leafHashes.subarray(at, at + 32));
  }
  get size(): number {
    return this.#levels[0]!.count;
  }
  append(leaf: Uint8Array): Uint8Array {
    const hash = leafHash(this.#hash, leaf);
    this.appendHash(hash);
    return hash;
  }
  appendHash(hash: Uint8Array): void {
    this.#levels[0]!.push(hash);
    for (let level = 0; this.#levels[level]!.count % 2 === 0; level += 1) {
      const below = this.#levels[level]!;
      this.#levels[level + 1] ??= new Level();
      this.#levels[level + 1]!.push(nodeHash(this.#hash, below.peek(below.count - 2), below.peek(below.count - 1)));
    }
  }
  leafHashes(): Uint8Array {
    return this.#levels[0]!.all();
  }
  /** Back to a smaller size, for a block that could not be written. */
  truncate(size: number): void {
    for (const [level, each] of this.#levels.entries()) each.truncate(Math.floor(size / 2 ** level));
  }
  /** Root over the first `size` leaves. */
  root(size: number = this.size): Uint8Array {
    if (size === 0) return this.#hash(new Uint8Array(0));
    this.#within(size);
    return this.#subtree(0, size);
  }
  inclusion(index: number, size: number = this.size): Uint8Array[] {
    this.#within(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size)
      throw new RangeError(`inclusion: expected a leaf below ${size}, got ${index}`);
    return this.#path(index, 0, size);
  }
  consistency(first: number, second: number = this.size): Uint8Array[] {
    this.#within(second);
    if (!Number.isSafeInteger(first) || first < 1 || first > second)
      throw new RangeError(`consistency: expected a size from 1 to ${second}, got ${first}`);
    return first === second ? [] : this.#subproof(first, 0, second, true);
  }
  #within(size: number): void {
    if (!Number.isSafeInteger(size) || size < 1 || size > this.size)
      throw new RangeError(`tree: expected a size from 1 to ${this.size}, got ${size}`);
  }
  #subtree(from: number, to: number): Uint8Array {
    const size = to - from;
    const level = Math.log2(size);
    // Complete subtrees at their own place are stored; only the ragged right edge is computed.
    if (Number.isInteger(level) && from % size === 0) return this.#levels[level]!.at(from / size);
    const middle = from + split(size);
    return nodeHash(this.#hash, this.#subtree(from, middle), this.#subtree(middle, to));
  }
  #path(index: number, from: number, to: number): Uint8Array[] {
    if (to - from === 1) return [];
    const middle = from + split(to - from);
    return index < middle
      ? [...this.#path(index, from, middle), this.#subtree(middle, to)]
      : [...this.#path(index, middle, to), this.#subtree(from, middle)];
  }
  #subproof(first: number, from: number, to: number, whole: boolean): Uint8Array[] {
    if (first === to) return whole ? [] : [this.#subtree(from, to)];
    const middle = from + split(to - from);
    return first <= middle
      ? [...this.#subproof(first, from, middle, whole), this.#subtree(middle, to)]
      : [...this.#subproof(first, middle, to, false), this.#subtree(from, middle)];
  }
}

/** The largest power of two below n. */
function split(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

const odd = (n: number) => n % 2 === 1;
const half = (n: number) => Math.floor(n / 2);

/** Root that a leaf hash and its path lead to, or null where the path has the wrong length. */
export function rootFromInclusion(
  hash: Hash,
  index: number,
  size: number,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  /** How two nodes become their parent; given where many paths of one tree are climbed and most parents are known. */
  combine: (left: Uint8Array, right: Uint8Array) => Uint8Array = (left, right) => nodeHash(hash, left, right),
): Uint8Array | null {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return null;
  let [first, second, root] = [index, size - 1, leaf];
  for (const step of path) {
    if (second === 0 || step.length !== 32) return null;
    if (odd(first) || first === second) {
      root = combine(step, root);
      while (!odd(first) && first !== 0) [first, second] = [half(first), half(second)];
    } else root = combine(root, step);
    [first, second] = [half(first), half(second)];
  }
  return second === 0 ? root : null;
}

export function isConsistent(
  hash: Hash,
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(first.size) || !Number.isSafeInteger(second.size) || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && equalBytes(first.root, second.root);
  // Every log begins with the empty tree: nothing has to be proven.
  if (first.size === 0) return proof.length === 0;
  const path = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : [...proof];
  const [start, ...rest] = path;
  if (!start || path.some((step) => step.length !== 32)) return false;
  let [low, high] = [first.size - 1, second.size - 1];
  while (odd(low)) [low, high] = [half(low), half(high)];
  let [before, after] = [start, start];
  for (const step of rest) {
    if (high === 0) return false;
    if (odd(low) || low === high) {
      before = nodeHash(hash, step, before);
      after = nodeHash(hash, step, after);
      while (!odd(low) && low !== 0) [low, high] = [half(low), half(high)];
    } else after = nodeHash(hash, after, step);
    [low, high] = [half(low), half(high)];
  }
  return high === 0 && equalBytes(before, first.root) && equalBytes(after, second.root);
}

/**
 * A small tree over the members of one batch, for signing many things at once. Pairing level by level and carrying a last odd node up gives the same
 * tree as RFC 6962's recursion.
 */
export function batchPaths(hash: Hash, leaves: readonly Uint8Array[]): { root: Uint8Array; paths: Uint8Array[][] } {
  const levels: Uint8Array[][] = [[...leaves]];
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
    const level: Uint8Array[] = [];
    for (let i = 0; i < below.length; i += 2)
      level.push(i + 1 < below.length ? nodeHash(hash, below[i]!, below[i + 1]!) : below[i]!);
    levels.push(level);
  }
  const paths = leaves.map((_, leaf) => {
    const path: Uint8Array[] = [];
    for (let [level, i] = [0, leaf]; level < levels.length - 1; level += 1, i >>= 1) {
      const sibling = levels[level]![i ^ 1];
      if (sibling) path.push(sibling);
    }
    return path;
  });
  return { root: levels.at(-1)![0]!, paths };
}
