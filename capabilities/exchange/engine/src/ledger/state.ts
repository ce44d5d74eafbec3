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

export class WorldState {
  readonly #entries = new Map<string, StateEntry>();
  readonly #parts: string[][] = [];

  get size(): number {
    return this.#entries.size;
  }
  get(key: string): StateEntry | undefined {
    return this.#entries.get(key);
  }
  put(key: string, value: Uint8Array, version: Version): void {
    if (!this.#entries.has(key)) this.#insert(key);
    this.#entries.set(key, { value, version });
  }
  delete(key: string): void {
    if (!this.#entries.delete(key)) return;
    const at = this.#partOf(key);
    const part = this.#parts[at]!;
    part.splice(lowerBound(part, key), 1);
    if (part.length === 0) this.#parts.splice(at, 1);
  }
  /** From `start` up to, not including, `end`; an empty `end` means no end. */
  *range(start: string, end: string): Generator<readonly [string, StateEntry]> {
    for (let at = Math.max(0, this.#partOf(start)); at < this.#parts.length; at += 1) {
      const part = this.#parts[at]!;
      for (let i = lowerBound(part, start); i < part.length; i += 1) {
        const key = part[i]!;
        if (end !== '' && compareUtf8(key, end) >= 0) return;
        yield [key, this.#entries.get(key)!];
      }
    }
  }
  /** The last part that begins at or before the key. */
  #partOf(key: string): number {
    let [low, high] = [0, this.#parts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareUtf8(this.#parts[middle]![0]!, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
  #insert(key: string): void {
    if (this.#parts.length === 0) {
      this.#parts.push([key]);
      return;
    }
    const at = this.#partOf(key);
    const part = this.#parts[at]!;
    part.splice(lowerBound(part, key), 0, key);
    if (part.length > largest) this.#parts.splice(at + 1, 0, part.splice(part.length >> 1));
  }
}

function lowerBound(part: readonly string[], key: string): number {
  let [low, high] = [0, part.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareUtf8(part[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
