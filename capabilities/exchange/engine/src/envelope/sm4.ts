/**
 * SM4, GB/T 32907-2016, in counter mode and in plain TypeScript: for browsers. On the server `node:crypto` does the same work faster; tests
 * compare the two. Table look-ups leak through caches; a browser tab that decrypts its user's own file has nobody beside it to measure that.
 * @module
 */
const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));

/** The S-box is affine map, inverse in GF(2^8) modulo x^8+x^7+x^6+x^5+x^4+x^2+1, affine map: row 0xa7 turned, constant 0xd3. */
const box = Uint8Array.from({ length: 256 }, (_, value) => affine(inverse(affine(value))));
function affine(value: number): number {
  let result = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    let parity = ((0xa7 << bit) | (0xa7 >> (8 - bit))) & 0xff & value;
    parity ^= parity >> 4;
    parity ^= parity >> 2;
    parity ^= parity >> 1;
    result |= (parity & 1) << bit;
  }
  return result ^ 0xd3;
}
function inverse(value: number): number {
  // value^254 by square and multiply.
  let result = 1;
  let power = value;
  for (let bit = 1; bit < 8; bit += 1) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}
function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = left;
  for (let rest = right; rest > 0; rest >>= 1) {
    if (rest & 1) product ^= shifted;
    shifted <<= 1;
    if (shifted & 0x100) shifted ^= 0x1f5;
  }
  return product;
}

/** L(tau(byte in the highest place)); the other places are rotations of it. */
const table = Int32Array.from({ length: 256 }, (_, value) => {
  const word = (box[value] as number) << 24;
  return word ^ rotate(word, 2) ^ rotate(word, 10) ^ rotate(word, 18) ^ rotate(word, 24);
});
const second = table.map((word) => rotate(word, 24));
const third = table.map((word) => rotate(word, 16));
const fourth = table.map((word) => rotate(word, 8));

function roundKeys(key: Uint8Array): Int32Array {
  if (key.length !== 16) throw new RangeError(`SM4 key: expected 16 bytes, got ${key.length}`);
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const state = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc].map((word, index) => word ^ view.getInt32(index * 4));
  return Int32Array.from({ length: 32 }, (_, round) => {
    let constant = 0;
    for (let byte = 0; byte < 4; byte += 1) constant = (constant << 8) | (((4 * round + byte) * 7) & 0xff);
    const [first = 0, b = 0, c = 0, d = 0] = state;
    const mixed = b ^ c ^ d ^ constant;
    let word = 0;
    for (let shift = 24; shift >= 0; shift -= 8) word |= (box[(mixed >>> shift) & 0xff] as number) << shift;
    const next = first ^ word ^ rotate(word, 13) ^ rotate(word, 23);
    state.shift();
    state.push(next);
    return next;
  });
}

/** Adds the key stream of SM4-CTR to the bytes: encrypts and decrypts. The counter is the whole block, big-endian. */
export function sm4Counter(key: Uint8Array, initial: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (initial.length !== 16) throw new RangeError(`SM4 counter: expected 16 bytes, got ${initial.length}`);
  const keys = roundKeys(key);
  const counter = initial.slice();
  const view = new DataView(counter.buffer);
  const stream = new Uint8Array(16);
  const out = new DataView(stream.buffer);
  const result = new Uint8Array(bytes.length);
  for (let offset = 0; offset < bytes.length; offset += 16) {
    let [a, b, c, d] = [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
    for (let round = 0; round < 32; round += 1) {
      const mixed = b ^ c ^ d ^ (keys[round] as number);
      const next =
        a ^
        (table[mixed >>> 24] as number) ^
        (second[(mixed >>> 16) & 0xff] as number) ^
        (third[(mixed >>> 8) & 0xff] as number) ^
        (fourth[mixed & 0xff] as number);
      a = b;
      b = c;
      c = d;
      d = next;
    }
    out.setInt32(0, d);
    out.setInt32(4, c);
    out.setInt32(8, b);
    out.setInt32(12, a);
    const end = Math.min(16, bytes.length - offset);
    for (let index = 0; index < end; index += 1)
      result[offset + index] = (bytes[offset + index] as number) ^ (stream[index] as number);
    for (let index = 15; index >= 0; index -= 1) {
      counter[index] = ((counter[index] as number) + 1) & 0xff;
      if (counter[index] !== 0) break;
    }
  }
  return result;
}
