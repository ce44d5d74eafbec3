/**
 * What earlier transactions of a block change, laid over the state that stands: what later ones of the same block are validated against.
 * @module
 */
import { compareUtf8 } from './bytes.ts';
import { type Version, WorldState } from './state.ts';
import type { Response } from './transaction.ts';

/** Version that stands for a deletion within the block. */
const deleted = -1;
const nothing = new Uint8Array(0);

/** What earlier transactions of a block change: versions only. */
export class Changes {
  readonly keys = new WorldState();
  readonly hashes = new WorldState();
  note({ writes, privateWrites }: Response, version: Version): void {
    for (const { key, value } of writes) this.keys.put(key, nothing, value === null ? deleted : version);
    for (const { collection, keyHash, valueHash } of privateWrites)
      this.hashes.put(`${collection}/${keyHash}`, nothing, valueHash === null ? deleted : version);
  }
  version(changes: WorldState, below: WorldState, key: string): Version | null {
    const changed = changes.get(key);
    if (changed) return changed.version === deleted ? null : changed.version;
    return below.get(key)?.version ?? null;
  }
}

/** Keys and versions from `start` on, the changes laid over the state. */
export function* overlaid(
  state: WorldState,
  changes: WorldState,
  start: string,
): Generator<readonly [string, Version]> {
  const [below, above] = [state.range(start, ''), changes.range(start, '')];
  let [low, high] = [below.next(), above.next()];
  while (!low.done || !high.done) {
    const order = low.done ? 1 : high.done ? -1 : compareUtf8(low.value[0], high.value[0]);
    if (order < 0 && !low.done) {
      yield [low.value[0], low.value[1].version];
      low = below.next();
      continue;
    }
    if (!high.done) {
      if (high.value[1].version !== deleted) yield [high.value[0], high.value[1].version];
      if (order === 0) low = below.next();
      high = above.next();
    }
  }
}
