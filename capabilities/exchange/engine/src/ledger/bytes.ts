/**
 * Bytes as the ledger writes them: length-prefixed fields in a fixed order, so that the same content is always the same bytes and
 * hashes of it mean something. No value is ever left out; what may be absent has a flag.
 * @module
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Order of UTF-8 bytes, which is Fabric's: differs from JavaScript's UTF-16 order above U+FFFF (Unicode Standard §5.17). */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    let [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left === right) continue;
    // Surrogates stand for code points above all others of the basic plane, so they move behind U+E000 to U+FFFF.
    if (left >= 0xd800) left += left >= 0xe000 ? -0x800 : 0x2000;
    if (right >= 0xd800) right += right >= 0xe000 ? -0x800 : 0x2000;
    return left - right;
  }
  return a.length - b.length;
}

export const utf8 = (text: string): Uint8Array => encoder.encode(text);
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 1) text += hexDigits[bytes[i]!];
  return text;
}
export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(text))
    throw new RangeError(`hexadecimal: expected pairs of digits, got ${text.slice(0, 20)}`);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(text.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += alphabet[word >> 18]! + alphabet[(word >> 12) & 63]!;
    text += i + 1 < bytes.length ? alphabet[(word >> 6) & 63]! : '=';
    text += i + 2 < bytes.length ? alphabet[word & 63]! : '=';
  }
  return text;
}
/** Canonical base64 only: what does not encode back to itself is refused, so that one signature has one text. */
export function fromBase64(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i + 3 < text.length; i += 4) {
    const four = [0, 1, 2, 3].map((step) => alphabet.indexOf(text[i + step]!));
    const word = (four[0]! << 18) | (four[1]! << 12) | (Math.max(0, four[2]!) << 6) | Math.max(0, four[3]!);
    bytes.push(word >> 16, (word >> 8) & 255, word & 255);
  }
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const out = Uint8Array.from(bytes.slice(0, bytes.length - padding));
  if (toBase64(out) !== text) throw new RangeError(`base64: expected canonical text, got ${text.slice(0, 20)}`);
  return out;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  const { length } = a;
  if (length !== b.length) return false;
  let at = 0;
  // Four bytes a step where it pays: responses of kilobytes are compared for every transaction.
  if (length > 64) {
    const [left, right] = [new DataView(a.buffer, a.byteOffset, length), new DataView(b.buffer, b.byteOffset, length)];
    for (; at + 4 <= length; at += 4) if (left.getInt32(at) !== right.getInt32(at)) return false;
  }
  for (; at < length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
/** 48 bits of hash or signature as a number, to look something up by; whoever finds must still compare all of it. */
export function fingerprint(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const low = (bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!;
  return high * 16_777_216 + low;
}
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * Memory that small results are cut from: an allocation of its own for each costs more than filling it (870 against 400 ns for 1300 bytes, Node 24).
 * A piece keeps its slab alive, so what is kept for long is copied first, or cut from a slab of things as long-lived.
 */
export class Slab {
  readonly #size: number;
  #bytes = new Uint8Array(0);
  #at = 0;

  constructor(size: number) {
    this.#size = size;
  }
  /** A piece of zeros or of old bytes: whoever asks fills it. */
  take(length: number): Uint8Array {
    if (length > this.#size >> 2) return new Uint8Array(length);
    if (this.#at + length > this.#bytes.length) [this.#bytes, this.#at] = [new Uint8Array(this.#size), 0];
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  copy(bytes: Uint8Array): Uint8Array {
    const piece = this.take(bytes.length);
    piece.set(bytes);
    return piece;
  }
}
const written = new Slab(65_536);

interface Scratch {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
}
/** Buffers of writers that are done: a transaction is written some ten times, and growing a fresh buffer each time costs more than the writing. */
const spare: Scratch[] = [];
const mostSpare = 8;
const largestSpare = 1 << 20;

export class Writer {
  #scratch: Scratch;
  #length = 0;

  constructor() {
    const bytes = new Uint8Array(0);
    this.#scratch = spare.pop() ?? { bytes, view: new DataView(bytes.buffer) };
  }
  #room(size: number): Scratch {
    const scratch = this.#scratch;
    if (this.#length + size <= scratch.bytes.length) return scratch;
    const next = new Uint8Array(Math.max(4096, scratch.bytes.length * 2, this.#length + size));
    next.set(scratch.bytes.subarray(0, this.#length));
    scratch.bytes = next;
    scratch.view = new DataView(next.buffer);
    return scratch;
  }
  byte(value: number): this {
    this.#room(1).bytes[this.#length] = value;
    this.#length += 1;
    return this;
  }
  number(value: number): this {
    this.#room(8).view.setFloat64(this.#length, value);
    this.#length += 8;
    return this;
  }
  size(value: number): this {
    this.#room(4).view.setUint32(this.#length, value);
    this.#length += 4;
    return this;
  }
  bytes(value: Uint8Array): this {
    const { bytes, view } = this.#room(value.length + 4);
    view.setUint32(this.#length, value.length);
    bytes.set(value, this.#length + 4);
    this.#length += value.length + 4;
    return this;
  }
  text(value: string): this {
    // UTF-8 needs at most three bytes for each unit of UTF-16.
    const { bytes, view } = this.#room(value.length * 3 + 4);
    const { written } = encoder.encodeInto(value, bytes.subarray(this.#length + 4));
    view.setUint32(this.#length, written);
    this.#length += written + 4;
    return this;
  }
  list<T>(values: readonly T[], put: (writer: this, value: T) => void): this {
    this.size(values.length);
    for (const value of values) put(this, value);
    return this;
  }
  /** The bytes; the writer is at its end. */
  done(): Uint8Array {
    const scratch = this.#scratch;
    const bytes = written.copy(scratch.bytes.subarray(0, this.#length));
    this.#scratch = { bytes: new Uint8Array(0), view: new DataView(new ArrayBuffer(0)) };
    this.#length = 0;
    if (spare.length < mostSpare && scratch.bytes.length <= largestSpare) spare.push(scratch);
    return bytes;
  }
}

/** @throws RangeError where the bytes end too early, hold a length beyond them, or go on after the last field. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  #take(size: number): number {
    const at = this.#at;
    if (size > this.#bytes.length - at)
      throw new RangeError(`record: expected ${size} bytes at ${at}, got ${this.#bytes.length - at}`);
    this.#at += size;
    return at;
  }
  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }
  number(): number {
    const value = this.#view.getFloat64(this.#take(8));
    // -0 would be a second form of 0.
    if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0))
      throw new RangeError(`record: expected a whole number, got ${value}`);
    return value;
  }
  size(): number {
    return this.#view.getUint32(this.#take(4));
  }
  bytes(): Uint8Array {
    const size = this.size();
    const at = this.#take(size);
    return this.#bytes.subarray(at, at + size);
  }
  text(): string {
    return decoder.decode(this.bytes());
  }
  list<T>(take: (reader: Reader) => T): T[] {
    const count = this.size();
    // The smallest element is one byte: a count beyond that is a lie and must not reserve memory.
    if (count > this.#bytes.length - this.#at) throw new RangeError(`record: expected fewer than ${count} elements`);
    return Array.from({ length: count }, () => take(this));
  }
  end(): void {
    if (this.#at !== this.#bytes.length)
      throw new RangeError(`record: expected its end at ${this.#at}, got ${this.#bytes.length - this.#at} more bytes`);
  }
}
