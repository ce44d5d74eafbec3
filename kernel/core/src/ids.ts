/**
 * Ids that sort by birth: UUID version 7 (RFC 9562) from the given clock.
 * @module
 */
import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from './contract.ts';

export const systemClock: Clock = { now: () => new Date() };

const idBytes = 16;
/** Random bytes are drawn for this many ids at once: one call to the system for each would be most of an id's cost. */
const drawn = 512;

export function createIds(clock: Clock): () => string {
  let last = 0;
  let counter = 0;
  const pool = new Uint8Array(idBytes * drawn);
  let used = pool.length;
  const random = () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += idBytes;
    return pool.subarray(used - idBytes, used);
  };
  return () => {
    const now = clock.now().getTime();
    if (now > last) {
      last = now;
      counter = 0;
    } else counter += 1;
    return v7({ msecs: last, seq: counter, random: random() });
  };
}
