/**
 * Reading and writing of the binary forms: lengths in front of everything, bounds before anything is read, nothing left over at the end.
 * @module
 */

/** Bytes that are not what they claim to be: truncated, too long, of another version. */
export class FormatError extends RangeError {
  readonly offset: number;

  constructor(offset: number, expected: string, got: string) {
    super(`byte ${offset}: expected ${expected}, got ${got}`);
    this.name = 'FormatError';
    this.offset = offset;
  }
}

export class Writer {
  readonly #parts: Uint8Array[] = [];

  byte(value: number): this {
    return this.raw(Uint8Array.of(value));
  }
  /** Two bytes, big-endian. */
  short(value: number): this {
    if (value > 0xffff) throw new RangeError(`writer: expected at most 65535, got ${value}`);
    return this.raw(Uint8Array.of(value >> 8, value & 0xff));
  }
  long(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    return this.raw(bytes);
  }
  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }
  /** Bytes with their length in front. */
  block(bytes: Uint8Array): this {
    return this.short(bytes.length).raw(bytes);
  }
  text(text: string): this {
    return this.block(new TextEncoder().encode(text));
  }
  bytes(): Uint8Array {
    return concat(this.#parts);
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#offset;
  }
  raw(size: number, what: string): Uint8Array {
    const end = this.#offset + size;
    if (end > this.#bytes.length)
      throw new FormatError(this.#offset, `${size} bytes of ${what}`, `${this.#bytes.length - this.#offset}`);
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
  byte(what: string): number {
    return this.raw(1, what)[0] as number;
  }
  short(what: string): number {
    const [high = 0, low = 0] = this.raw(2, what);
    return high * 256 + low;
  }
  long(what: string): number {
    const part = this.raw(4, what);
    return new DataView(part.buffer, part.byteOffset, 4).getUint32(0);
  }
  block(what: string, most = 0xffff): Uint8Array {
    const at = this.#offset;
    const size = this.short(`the length of ${what}`);
    if (size > most) throw new FormatError(at, `at most ${most} bytes of ${what}`, `${size}`);
    return this.raw(size, what);
  }
  text(what: string, most = 0xffff): string {
    const at = this.#offset;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.block(what, most));
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      throw new FormatError(at, `${what} in UTF-8`, 'other bytes');
    }
  }
  /** The first bytes of every form: four letters and a version. */
  magic(letters: string, version: number): void {
    const found = String.fromCharCode(...this.raw(4, 'the kind'));
    if (found !== letters) throw new FormatError(0, `“${letters}”`, JSON.stringify(found));
    const got = this.byte('the version');
    if (got !== version) throw new FormatError(4, `version ${version}`, `version ${got}`);
  }
  end(): void {
    if (this.#offset !== this.#bytes.length)
      throw new FormatError(this.#offset, 'the end', `${this.#bytes.length - this.#offset} more bytes`);
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Compares without stopping at the first difference. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) difference |= (left[index] as number) ^ (right[index] as number);
  return difference === 0;
}
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const letters = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
