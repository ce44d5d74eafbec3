/**
 * At most so many attempts of one address in a window; older windows are forgotten. And a memory of names that exist nowhere, so that
 * they lock like accounts do: a lock must not tell which names exist.
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

/** Names kept at most; the oldest go first. */
const strangersKept = 10_000;

export interface Strangers {
  /** Until when the name counts as locked; null when it does not. */
  lockedUntil(name: string): string | null;
  fail(name: string, lockAfter: number, lockMinutes: number): void;
}
export function createStrangers(clock: Clock): Strangers {
  const known = new Map<string, { readonly failures: number; readonly lockedUntil: number }>();
  const keyOf = (name: string) => name.toLowerCase();
  return {
    lockedUntil: (name) => {
      const until = known.get(keyOf(name))?.lockedUntil ?? 0;
      return until > clock.now().getTime() ? new Date(until).toISOString() : null;
    },
    fail: (name, lockAfter, lockMinutes) => {
      const key = keyOf(name);
      const failures = (known.get(key)?.failures ?? 0) + 1;
      known.delete(key);
      known.set(
        key,
        failures >= lockAfter
          ? { failures: 0, lockedUntil: clock.now().getTime() + lockMinutes * 60_000 }
          : { failures, lockedUntil: 0 },
      );
      const oldest = known.keys().next().value;
      if (known.size > strangersKept && oldest !== undefined) known.delete(oldest);
    },
  };
}
