/**
 * Ids that sort by birth: UUID version 7 (RFC 9562) from the given clock.
 * @module
 */
import { v7 } from 'uuid';
import type { Clock } from './contract.ts';

export const systemClock: Clock = { now: () => new Date() };

export function createIds(clock: Clock): () => string {
  let last = 0;
  let counter = 0;
  return () => {
    const now = clock.now().getTime();
    if (now > last) {
      last = now;
      counter = 0;
    } else counter += 1;
    return v7({ msecs: last, seq: counter });
  };
}
