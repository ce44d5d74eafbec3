/**
 * Two older schemes on the very same curve, for comparison only: FAME (Agrawal and Chase, CCS 2017, section 3) and BSW07 (Bethencourt, Sahai
 * and Waters, S&P 2007), for conjunctions of attributes. As their papers write them, secure against chosen plaintexts only, with the hashes
 * of attributes remembered as ours are, and all pairings of a decryption under one final exponentiation.
 * @module
 */
import { randomBytes } from 'node:crypto';
import mcl from 'mcl-wasm';
import {
  generatorOne,
  generatorTwo,
  hashToOne,
  type PointOne,
  type PointTwo,
  pairingProduct,
  type Scalar,
  scalar,
  scalarOfBytes,
  sumOfOnes,
  type Target,
} from '../capabilities/exchange/engine/src/abe/curve.ts';

/** One scheme, as far as a benchmark needs it: setup is done, a key for all attributes is issued. */
export interface Baseline {
  readonly name: string;
  encrypt(): unknown;
  /** Whether what `encrypt` made opens to what it hid. */
  decrypt(ciphertext: unknown): boolean;
}
const number = (): Scalar => scalarOfBytes(Uint8Array.from(randomBytes(48)));
const hashes = new Map<string, PointOne>();
function hash(text: string): PointOne {
  const known = hashes.get(text) ?? hashToOne(new TextEncoder().encode(text), 'HEDUN-BENCH');
  hashes.set(text, known);
  return known;
}
const times = (point: PointOne, factor: Scalar): PointOne => mcl.mul(point, factor);
const timesTwo = (point: PointTwo, factor: Scalar): PointTwo => mcl.mul(point, factor);
const sum = (numbers: readonly Scalar[]): Scalar => numbers.reduce((total, each) => mcl.add(total, each), scalar(0n));
/** Additive shares of a secret: what the span program of a conjunction gives. */
function shares(secret: Scalar, count: number): Scalar[] {
  const free = Array.from({ length: count - 1 }, number);
  return [...free, mcl.sub(secret, sum(free))];
}

export function bsw07(attributes: readonly string[]): Baseline {
  const [g, h] = [generatorOne(), generatorTwo()];
  const [alpha, beta, r] = [number(), number(), number()];
  const publicOne = times(g, beta);
  const target = mcl.pow(pairingProduct([[g, h]]), alpha);
  const root = timesTwo(h, mcl.div(mcl.add(alpha, r), beta));
  const parts = attributes.map((attribute) => {
    const own = number();
    return { point: mcl.add(times(g, r), times(hash(attribute), own)), binding: timesTwo(h, own) };
  });
  interface Ciphertext {
    readonly secret: PointOne;
    readonly rows: readonly { readonly two: PointTwo; readonly one: PointOne }[];
    readonly target: Target;
  }
  return {
    name: 'BSW07',
    encrypt: (): Ciphertext => {
      const secret = number();
      return {
        secret: times(publicOne, secret),
        rows: shares(secret, attributes.length).map((share, index) => ({
          two: timesTwo(h, share),
          one: times(hash(attributes[index] as string), share),
        })),
        target: mcl.pow(target, secret),
      };
    },
    decrypt: (input) => {
      const { secret, rows, target: hidden } = input as Ciphertext;
      const pairs: [PointOne, PointTwo][] = [[secret, root]];
      for (const [index, { two, one }] of rows.entries()) {
        const { point, binding } = parts[index] as (typeof parts)[number];
        pairs.push([mcl.neg(point), two], [one, binding]);
      }
      return pairingProduct(pairs).isEqual(hidden);
    },
  };
}

export function fame(attributes: readonly string[]): Baseline {
  const [g, h] = [generatorOne(), generatorTwo()];
  const [a, b, k] = [
    [number(), number()],
    [number(), number()],
    [number(), number(), number()],
  ] as const;
  const one = scalar(1n);
  const publicTwo = [timesTwo(h, a[0]), timesTwo(h, a[1]), h] as const;
  const base = pairingProduct([[g, h]]);
  const targets = [0, 1].map((t) => mcl.pow(base, mcl.add(mcl.mul(k[t] as Scalar, a[t] as Scalar), k[2])));
  // The key.
  const r = [number(), number()] as const;
  const br = [mcl.mul(b[0], r[0]), mcl.mul(b[1], r[1]), mcl.add(r[0], r[1])];
  const keyTwo = br.map((each) => timesTwo(h, each));
  const keyOf = (word: string, start: readonly Scalar[]) => {
    const own = number();
    const parts = [0, 1].map((t) => {
      const inverse = mcl.div(one, a[t] as Scalar);
      const hashed = br.map((each, l) => times(hash(`${word}${l}${t}`), mcl.mul(each, inverse)));
      return mcl.add(times(g, mcl.add(start[t] as Scalar, mcl.mul(own, inverse))), sumOfOnes(hashed));
    });
    return [...parts, times(g, mcl.sub(start[2] as Scalar, own))];
  };
  const zero = scalar(0n);
  const keys = attributes.map((attribute) => keyOf(attribute, [zero, zero, zero]));
  const root = keyOf('01', k);
  // Rows of a conjunction after Lewko and Waters: (1, 1), (0, -1, 1), ..., (0, ..., -1).
  const rowOf = (index: number): [number, bigint][] => {
    const row: [number, bigint][] = index === 0 ? [[0, 1n]] : [[index, -1n]];
    if (index < attributes.length - 1) row.push([index + 1, 1n]);
    return row;
  };
  interface Ciphertext {
    readonly twos: readonly PointTwo[];
    readonly rows: readonly (readonly PointOne[])[];
    readonly target: Target;
  }
  return {
    name: 'FAME',
    encrypt: (): Ciphertext => {
      const s = [number(), number()] as const;
      const rows = attributes.map((attribute, index) =>
        [0, 1, 2].map((l) =>
          sumOfOnes(
            [0, 1].map((t) => {
              let point = hash(`${attribute}${l}${t}`);
              for (const [column, sign] of rowOf(index)) {
                const hashed = hash(`0${column + 1}${l}${t}`);
                point = sign === 1n ? mcl.add(point, hashed) : mcl.sub(point, hashed);
              }
              return times(point, s[t] as Scalar);
            }),
          ),
        ),
      );
      return {
        twos: [timesTwo(publicTwo[0], s[0]), timesTwo(publicTwo[1], s[1]), timesTwo(h, mcl.add(s[0], s[1]))],
        rows,
        target: mcl.mul(mcl.pow(targets[0] as Target, s[0]), mcl.pow(targets[1] as Target, s[1])),
      };
    },
    decrypt: (input) => {
      const { twos, rows, target } = input as Ciphertext;
      const pairs: [PointOne, PointTwo][] = [0, 1, 2].flatMap((l): [PointOne, PointTwo][] => [
        [sumOfOnes([root[l] as PointOne, ...keys.map((key) => key[l] as PointOne)]), twos[l] as PointTwo],
        [mcl.neg(sumOfOnes(rows.map((row) => row[l] as PointOne))), keyTwo[l] as PointTwo],
      ]);
      return pairingProduct(pairs).isEqual(target);
    },
  };
}
