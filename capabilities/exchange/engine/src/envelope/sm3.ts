/**
 * SM3, GB/T 32905-2016, in plain TypeScript: for browsers, which do not have it. On the server `node:crypto` does the same work faster;
 * tests compare the two.
 * @module
 */
const initial = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
] as const;
const rotate = (value: number, by: number) => (value << (by & 31)) | (value >>> ((32 - by) & 31));
/** T_j rotated by j: 0x79cc4519 for the first 16 rounds, 0x7a879d8a for the others (section 4.2). */
const constants = Int32Array.from({ length: 64 }, (_, round) =>
  rotate(round < 16 ? 0x79cc4519 : 0x7a879d8a, round % 32),
);

/** A running hash. */
export class Sm3 {
  readonly #state = Int32Array.from(initial);
  readonly #block = new Uint8Array(64);
  readonly #words = new Int32Array(68);
  #filled = 0;
  #length = 0;

  update(bytes: Uint8Array): this {
    this.#length += bytes.length;
    for (let offset = 0; offset < bytes.length; ) {
      const part = bytes.subarray(offset, offset + 64 - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === 64) this.#compress();
    }
    return this;
  }

  digest(): Uint8Array {
    const bits = this.#length * 8;
    this.#block.fill(0, this.#filled);
    this.#block[this.#filled] = 0x80;
    if (this.#filled >= 56) {
      this.#filled = 64;
      this.#compress();
      this.#block.fill(0);
    }
    const view = new DataView(this.#block.buffer);
    view.setUint32(56, Math.floor(bits / 2 ** 32));
    view.setUint32(60, bits >>> 0);
    this.#compress();
    const result = new Uint8Array(32);
    const out = new DataView(result.buffer);
    for (const [index, word] of this.#state.entries()) out.setInt32(index * 4, word);
    return result;
  }

  #compress(): void {
    const words = this.#words;
    const view = new DataView(this.#block.buffer);
    for (let index = 0; index < 16; index += 1) words[index] = view.getInt32(index * 4);
    const at = (index: number) => words[index] as number;
    for (let index = 16; index < 68; index += 1) {
      const mixed = at(index - 16) ^ at(index - 9) ^ rotate(at(index - 3), 15);
      words[index] = mixed ^ rotate(mixed, 15) ^ rotate(mixed, 23) ^ rotate(at(index - 13), 7) ^ at(index - 6);
    }
    const state = this.#state;
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let round = 0; round < 64; round += 1) {
      const first = rotate((rotate(a, 12) + e + (constants[round] as number)) | 0, 7);
      const second = first ^ rotate(a, 12);
      const choice = round < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const other = round < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const left = (choice + d + second + (at(round) ^ at(round + 4))) | 0;
      const right = (other + h + first + at(round)) | 0;
      [d, c, b, a] = [c, rotate(b, 9), a, left];
      [h, g, f, e] = [g, rotate(f, 19), e, right ^ rotate(right, 9) ^ rotate(right, 17)];
    }
    for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = (state[index] as number) ^ word;
    this.#filled = 0;
  }
}

export const sm3 = (bytes: Uint8Array): Uint8Array => new Sm3().update(bytes).digest();

/** HMAC (RFC 2104) with SM3, in the form of GB/T 15852.2. */
export function hmacSm3(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const short = key.length > 64 ? sm3(key) : key;
  const padded = (pad: number) => Uint8Array.from({ length: 64 }, (_, index) => (short[index] ?? 0) ^ pad);
  const inner = new Sm3().update(padded(0x36));
  for (const part of parts) inner.update(part);
  return new Sm3().update(padded(0x5c)).update(inner.digest()).digest();
}
