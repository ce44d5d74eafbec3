/**
 * Messages out of a byte stream (RFC 6587): octet counting where a message begins with its length, else one message to a line (LF or NUL).
 * Each message chooses; senders mix them. Memory is bounded: what grows beyond the limit is cut, counted, and its rest skipped.
 * @module
 */
import { lineLimit } from './text.ts';

export class StreamFramer {
  #rest: Uint8Array | null = null;
  /** Bytes of a message too long that are still to be skipped; -1: up to the next line end. */
  #skip = 0;
  #cut = 0;
  readonly #limit: number;

  constructor(limit = lineLimit) {
    this.#limit = limit;
  }

  /** Messages longer than the limit, whose rest was left out. */
  get cut(): number {
    return this.#cut;
  }
  /** Bytes that wait for the rest of their message. */
  get waiting(): number {
    return this.#rest?.length ?? 0;
  }

  /** @param use called with each whole message; the view is only good during the call */
  push(chunk: Uint8Array, use: (message: Uint8Array) => void): void {
    let bytes = chunk;
    if (this.#rest) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
      this.#rest = null;
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.#skip !== 0) {
        at = this.#skipped(bytes, at);
        continue;
      }
      const first = bytes[at] as number;
      if (first >= 49 && first <= 57) {
        const taken = this.#counted(bytes, at, use);
        if (taken === 0) break;
        if (taken > 0) {
          at += taken;
          continue;
        }
      }
      let end = at;
      while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 0) end += 1;
      if (end === bytes.length) {
        if (end - at <= this.#limit) break;
        use(bytes.subarray(at, at + this.#limit));
        this.#cut += 1;
        this.#skip = -1;
        return;
      }
      if (end > at) this.#give(bytes.subarray(at, end), use);
      at = end + 1;
    }
    if (at < bytes.length) this.#rest = bytes.slice(at);
  }

  /** The last message of a connection, where no line end came behind it. */
  end(use: (message: Uint8Array) => void): void {
    const rest = this.#rest;
    this.#rest = null;
    this.#skip = 0;
    if (rest && rest.length > 0) this.#give(rest, use);
  }

  #give(message: Uint8Array, use: (message: Uint8Array) => void): void {
    if (message.length > this.#limit) this.#cut += 1;
    use(message.length > this.#limit ? message.subarray(0, this.#limit) : message);
  }

  #skipped(bytes: Uint8Array, at: number): number {
    if (this.#skip > 0) {
      const step = Math.min(this.#skip, bytes.length - at);
      this.#skip -= step;
      return at + step;
    }
    const end = bytes.indexOf(10, at);
    if (end < 0) return bytes.length;
    this.#skip = 0;
    return end + 1;
  }

  /** @returns bytes taken; 0: wait for more; -1: these digits are no length */
  #counted(bytes: Uint8Array, at: number, use: (message: Uint8Array) => void): number {
    let length = 0;
    let index = at;
    // Eight digits at most; a line that begins with a year and a dash ends at the dash.
    while (index < bytes.length && index - at < 8) {
      const digit = (bytes[index] as number) - 48;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
      index += 1;
    }
    if (index === bytes.length && index - at < 8) return 0;
    if (bytes[index] !== 32) return -1;
    // RFC 6587 3.4.1: the counted message begins with its priority.
    if (index + 1 < bytes.length && bytes[index + 1] !== 60) return -1;
    if (index + 1 === bytes.length) return 0;
    const start = index + 1;
    if (length > this.#limit) {
      if (bytes.length - start < this.#limit) return 0;
      use(bytes.subarray(start, start + this.#limit));
      this.#cut += 1;
      this.#skip = length - this.#limit;
      return start + this.#limit - at;
    }
    if (bytes.length - start < length) return 0;
    use(bytes.subarray(start, start + length));
    return start + length - at;
  }
}
