/**
 * At most so many attempts of one address in a window; older windows are forgotten.
 * @module
 */
import { Failure } from '@hedun/sdk';
import type { Clock } from '../contract.ts';

export function createThrottle(clock: Clock, limit: number, windowMs: number): (address: string) => void {
  let window = 0;
  let counts = new Map<string, number>();
  return (address) => {
    const now = clock.now().getTime();
    const current = Math.floor(now / windowMs);
    if (current !== window) {
      window = current;
      counts = new Map();
    }
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    if (count > limit)
      throw new Failure('access.too_many_requests', {
        values: { seconds: Math.ceil((windowMs - (now % windowMs)) / 1000) },
      });
  };
}
