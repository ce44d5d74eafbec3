/**
 * World state in memory: values by key with the version that wrote them, and the keys in the order of their UTF-8 bytes for ranges.
 * @module
 */
import { compareUtf8 } from './bytes.ts';

/** Block number × 2²⁰ + place in the block: one number that grows with every transaction. */
export type Version = number;
export const versionOf = (block: number, index: number): Version => block * 1_048_576 + index;

export interface StateEntry {
  readonly value: Uint8Array;
  readonly version: Version;
}

/** Largest part of the ordered index: inserting moves at most this many names. */
const largest = 512;
/** The first unit of UTF-16 from which on its order is not that of UTF-8. */
const firstSurrogate = /[\ud800-\uffff]/;

export class WorldState {
  readonly #entries = new Map<string, StateEntry>();
  readonly #parts: string[][] = [];
  /** New names that no range has asked for yet. Most never are: what a transaction writes under its own id is read by key. */
  #fresh: string[] = [];
  /** As long as no name holds a unit from U+D800 on, the engine's own comparison gives the order of UTF-8, ten times as fast. */
  #isPlain = true;

  get size(): number {
    return this.#entries.size;
  }
  get(key: string): StateEntry | undefined {
    return this.#entries.get(key);
  }
  put(key: string, value: Uint8Array, version: Version): void {
    if (!this.#entries.has(key)) {
      this.#fresh.push(key);
      if (this.#isPlain && firstSurrogate.test(key)) this.#isPlain = false;
    }
    this.#entries.set(key, { value, version });
  }
  delete(key: string): void {
    if (!this.#entries.has(key)) return;
    this.#settle();
    this.#entries.delete(key);
    const at = this.#partOf(key);
    const part = this.#parts[at]!;
    part.splice(this.#lowerBound(part, key), 1);
    if (part.length === 0) this.#parts.splice(at, 1);
  }
  /** All of it, in no order that means anything. */
  entries(): IterableIterator<readonly [string, StateEntry]> {
    return this.#entries.entries();
  }
  /** From `start` up to, not including, `end`; an empty `end` means no end. */
  *range(start: string, end: string): Generator<readonly [string, StateEntry]> {
    this.#settle();
    for (let at = Math.max(0, this.#partOf(start)); at < this.#parts.length; at += 1) {
      const part = this.#parts[at]!;
      for (let i = this.#lowerBound(part, start); i < part.length; i += 1) {
        const key = part[i]!;
        if (end !== '' && compareUtf8(key, end) >= 0) return;
        yield [key, this.#entries.get(key)!];
      }
    }
  }
  /** The last part that begins at or before the key. */
  #partOf(key: string): number {
    const compare = this.#orderFor(key);
    let [low, high] = [0, this.#parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#parts[middle]![0]!, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
  /** Puts the new names in their places: one by one into a large index, all at once where they are many. */
  #settle(): void {
    const fresh = this.#fresh;
    if (fresh.length === 0) return;
    this.#fresh = [];
    const compare = this.#orderFor('');
    fresh.sort(compare);
    if (fresh.length * 16 < this.#entries.size) for (const key of fresh) this.#insert(key);
    else this.#merge(fresh, compare);
  }
  #insert(key: string): void {
    if (this.#parts.length === 0) {
      this.#parts.push([key]);
      return;
    }
    const at = this.#partOf(key);
    const part = this.#parts[at]!;
    part.splice(this.#lowerBound(part, key), 0, key);
    if (part.length > largest) this.#parts.splice(at + 1, 0, part.splice(part.length >> 1));
  }
  #merge(fresh: readonly string[], compare: (a: string, b: string) => number): void {
    const old = this.#parts.flat();
    const all: string[] = [];
    let at = 0;
    for (const key of fresh) {
      while (at < old.length && compare(old[at]!, key) < 0) all.push(old[at++]!);
      all.push(key);
    }
    while (at < old.length) all.push(old[at++]!);
    this.#parts.length = 0;
    for (let from = 0; from < all.length; from += largest >> 1)
      this.#parts.push(all.slice(from, from + (largest >> 1)));
  }
  /** How names compare with this one. A bound of a range may hold what no name holds. */
  #orderFor(bound: string): (a: string, b: string) => number {
    return this.#isPlain && !firstSurrogate.test(bound) ? compareUnits : compareUtf8;
  }
  #lowerBound(part: readonly string[], key: string): number {
    const compare = this.#orderFor(key);
    let [low, high] = [0, part.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(part[middle]!, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const compareUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
