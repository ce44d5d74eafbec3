/**
 * Multiples of one base, many times: a table of signed windows turns a multiplication into one addition per window, without a
 * doubling (Brickell, Gordon, McCurley and Wilson, "Fast Exponentiation with Precomputation", EUROCRYPT 1992). The table stands in the WebAssembly
 * memory and is built at the fourth use only, so that a program that needs one multiple does not pay for a thousand.
 * @module
 */

import { type PointOne, type PointTwo, rawCurve, type Scalar, type Target, words } from './curve.ts';
import { mcl } from './mcl.ts';

type Element = PointOne | PointTwo | Target;
const usesBeforeTable = 3;

interface Group {
  readonly size: number;
  add(result: number, left: number, right: number): void;
  negate(result: number, value: number): void;
  normalise(at: number, count: number): void;
}
function groupOf(base: Element): Group {
  const curve = rawCurve();
  if (base instanceof mcl.G1)
    return {
      size: 144,
      add: curve._mclBnG1_add,
      negate: curve._mclBnG1_neg,
      normalise: (at, count) => curve._mclBnG1_normalizeVec(at, at, count),
    };
  if (base instanceof mcl.G2)
    return {
      size: 288,
      add: curve._mclBnG2_add,
      negate: curve._mclBnG2_neg,
      normalise: (at, count) => curve._mclBnG2_normalizeVec(at, at, count),
    };
  // In the target group the inverse is the conjugate, which is as cheap as a sign.
  return { size: 576, add: curve._mclBnGT_mul, negate: curve._mclBnGT_inv, normalise: () => undefined };
}

/** A base and, once it has been used a few times, its table. */
export class FixedBase<E extends Element> {
  readonly base: E;
  readonly #bits: number;
  readonly #half: number;
  readonly #windows: number;
  #uses = 0;
  #table: number | undefined;

  /** @param bits width of a window: 8 costs 600 kB of a G1 point and 33 additions, 5 costs 120 kB and 52. */
  constructor(base: E, bits = 8) {
    this.base = base;
    this.#bits = bits;
    this.#half = 2 ** (bits - 1);
    this.#windows = Math.ceil(256 / bits) + 1;
  }

  /** scalar · base (for the target group: base to the power of the scalar). */
  times(scalar: Scalar): E {
    this.#uses += 1;
    if (this.#table === undefined && this.#uses > usesBeforeTable) this.#table = this.#build();
    const result = this.base.clone() as E;
    if (this.#table === undefined || scalar.isZero()) {
      if (this.base instanceof mcl.GT) return mcl.pow(this.base, scalar) as E;
      return (this.base instanceof mcl.G1 ? mcl.mul(this.base, scalar) : mcl.mul(this.base as PointTwo, scalar)) as E;
    }
    const curve = rawCurve();
    const { size, add, negate } = groupOf(this.base);
    const at = curve._malloc(size * 2);
    const negated = at + size;
    let isEmpty = true;
    for (const [window, digit] of signedDigits(scalar.serialize(), this.#bits, this.#windows).entries()) {
      if (digit === 0) continue;
      let entry = this.#table + (window * this.#half + Math.abs(digit) - 1) * size;
      if (digit < 0) {
        negate(negated, entry);
        entry = negated;
      }
      if (isEmpty) curve.HEAP8.copyWithin(at, entry, entry + size);
      else add(at, at, entry);
      isEmpty = false;
    }
    words(result).set(new Uint32Array(curve.HEAP32.buffer, at, size / 4));
    curve._free(at);
    return result;
  }

  /** Gives the table's memory back. */
  dispose(): void {
    if (this.#table !== undefined) rawCurve()._free(this.#table);
    this.#table = undefined;
    this.#uses = 0;
  }

  #build(): number {
    const curve = rawCurve();
    const { size, add, normalise } = groupOf(this.base);
    const [half, windows] = [this.#half, this.#windows];
    const table = curve._malloc(windows * half * size);
    if (table === 0) throw new RangeError('fixed base: no memory left for a table');
    curve.HEAP32.set(words(this.base), table >> 2);
    for (let window = 0; window < windows; window += 1) {
      const first = table + window * half * size;
      for (let entry = 1; entry < half; entry += 1) add(first + entry * size, first + (entry - 1) * size, first);
      const last = first + (half - 1) * size;
      // The last entry, doubled, is the base of the next window.
      if (window + 1 < windows) add(last + size, last, last);
    }
    normalise(table, windows * half);
    return table;
  }
}

/** Digits from 1 - 2^(bits-1) to 2^(bits-1) of a scalar in big-endian bytes, lowest first. */
function signedDigits(bytes: Uint8Array, bits: number, count: number): number[] {
  const half = 2 ** (bits - 1);
  const digits: number[] = [];
  let carry = 0;
  for (let window = 0; window < count; window += 1) {
    const from = window * bits;
    const at = bytes.length - 1 - (from >> 3);
    // Two neighbouring bytes hold any window of at most 8 bits.
    const pair = (bytes[at] ?? 0) | ((bytes[at - 1] ?? 0) << 8);
    const digit = ((pair >> (from & 7)) & (2 ** bits - 1)) + carry;
    carry = digit > half ? 1 : 0;
    digits.push(digit - carry * 2 ** bits);
  }
  return digits;
}
