/**
 * Reproducible randomness: the same seed gives the same numbers on every machine. It is never used for secrets.
 * @module
 */

/** A stream of numbers. `fork` gives an independent stream for a named part, so that adding one part does not shift another. */
export interface Random {
  /** Opened with it, the stream begins again: so a stream travels to another thread. */
  readonly seed: number;
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Whole number in [0, below). */
  below(below: number): number;
  /** Standard normal. */
  normal(): number;
  /** A permutation of 0 … n-1. */
  permutation(n: number): Uint32Array;
  fork(name: string): Random;
}

/** xoshiro128** 1.1 of Blackman and Vigna (2018), seeded through SplitMix32. */
export function openRandom(seed: number): Random {
  let state = seed >>> 0;
  const mixed = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = mixed();
  let b = mixed();
  let c = mixed();
  let d = mixed() | 1;
  let spare: number | null = null;
  const bits = () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const random: Random = {
    seed: seed >>> 0,
    next: () => bits() / 4294967296,
    below: (below) => Math.floor((bits() / 4294967296) * below),
    normal: () => {
      if (spare !== null) {
        const kept = spare;
        spare = null;
        return kept;
      }
      // Box and Muller (1958); 1 - u is never zero.
      const radius = Math.sqrt(-2 * Math.log(1 - bits() / 4294967296));
      const angle = 2 * Math.PI * (bits() / 4294967296);
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    permutation: (n) => {
      const order = Uint32Array.from({ length: n }, (_, index) => index);
      for (let index = n - 1; index > 0; index -= 1) {
        const other = random.below(index + 1);
        const kept = order[index]!;
        order[index] = order[other]!;
        order[other] = kept;
      }
      return order;
    },
    fork: (name) => {
      let hash = seed >>> 0;
      for (let index = 0; index < name.length; index += 1)
        hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
      return openRandom(hash ^ 0x5bd1e995);
    },
  };
  return random;
}
