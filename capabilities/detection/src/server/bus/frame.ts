/**
 * Frames of a segment: one group of records written and synchronised at once, under one checksum. A frame is whole or it is not there.
 *
 *     magic u32 | length u32 | CRC-32 u32 | count u32 | first offset u64      then for each record
 *     key length u16 | value length u32 | time f64 | key | value
 * @module
 */
import { crc32 } from 'node:zlib';
import type { BusRecord } from './bus.ts';

export const frameMagic = 0x48445347;
export const headerSize = 24;
const recordHead = 14;

/** Grows as records come; its buffer is written as it stands. */
export class FrameBuilder {
  #buffer: Buffer;
  #length = headerSize;
  #count = 0;

  constructor(capacity = 1 << 20) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }
  get count(): number {
    return this.#count;
  }
  get bytes(): number {
    return this.#length;
  }
  add(key: Uint8Array, time: number, value: Uint8Array): void {
    const end = this.#length + recordHead + key.length + value.length;
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    const buffer = this.#buffer;
    buffer.writeUInt16LE(key.length, this.#length);
    buffer.writeUInt32LE(value.length, this.#length + 2);
    buffer.writeDoubleLE(time, this.#length + 6);
    buffer.set(key, this.#length + recordHead);
    buffer.set(value, this.#length + recordHead + key.length);
    this.#length = end;
    this.#count += 1;
  }
  /** The frame; valid until {@link reset}. */
  finish(first: number): Buffer {
    const buffer = this.#buffer;
    buffer.writeUInt32LE(frameMagic, 0);
    buffer.writeUInt32LE(this.#length - headerSize, 4);
    buffer.writeUInt32LE(this.#count, 12);
    buffer.writeBigUInt64LE(BigInt(first), 16);
    buffer.writeUInt32LE(crc32(buffer.subarray(12, this.#length)), 8);
    return buffer.subarray(0, this.#length);
  }
  reset(): void {
    this.#length = headerSize;
    this.#count = 0;
    // A burst's buffer is given back, so that memory follows the load down again.
    if (this.#buffer.length > 1 << 23) this.#buffer = Buffer.allocUnsafe(1 << 20);
  }
}

export interface FrameHead {
  readonly length: number;
  readonly crc: number;
  readonly count: number;
  readonly first: number;
}

/** Null where no frame begins. */
export function readHead(bytes: Buffer, at = 0): FrameHead | null {
  if (bytes.length - at < headerSize || bytes.readUInt32LE(at) !== frameMagic) return null;
  return {
    length: bytes.readUInt32LE(at + 4),
    crc: bytes.readUInt32LE(at + 8),
    count: bytes.readUInt32LE(at + 12),
    first: Number(bytes.readBigUInt64LE(at + 16)),
  };
}

/** The records of one whole frame, a part at a time: a large frame's records at once would be a large heap of small objects. */
export class FrameRecords {
  readonly #frame: Buffer;
  readonly #end: number;
  #at = headerSize;
  #left: number;
  #lastKey: Buffer | undefined;
  #lastText = '';

  private constructor(frame: Buffer, { length, count }: FrameHead) {
    this.#frame = frame;
    this.#end = headerSize + length;
    this.#left = count;
  }

  /** @param frame header and body @returns null where the checksum or the number of records does not fit */
  static of(frame: Buffer): FrameRecords | null {
    const head = readHead(frame);
    if (!head || frame.length < headerSize + head.length) return null;
    const end = headerSize + head.length;
    if (crc32(frame.subarray(12, end)) !== head.crc) return null;
    let count = 0;
    let at = headerSize;
    while (at + recordHead <= end) {
      at += recordHead + frame.readUInt16LE(at) + frame.readUInt32LE(at + 2);
      count += 1;
    }
    return at === end && count === head.count ? new FrameRecords(frame, head) : null;
  }

  /** Not taken yet. */
  get left(): number {
    return this.#left;
  }

  skip(count: number): void {
    const frame = this.#frame;
    for (let each = 0; each < count && this.#left > 0; each += 1) {
      this.#at += recordHead + frame.readUInt16LE(this.#at) + frame.readUInt32LE(this.#at + 2);
      this.#left -= 1;
    }
  }

  take(limit: number): BusRecord[] {
    const frame = this.#frame;
    const records: BusRecord[] = [];
    while (records.length < limit && this.#left > 0 && this.#at < this.#end) {
      const at = this.#at;
      const start = at + recordHead + frame.readUInt16LE(at);
      const end = start + frame.readUInt32LE(at + 2);
      const keyBytes = frame.subarray(at + recordHead, start);
      // Neighbours mostly come from one source.
      if (!this.#lastKey?.equals(keyBytes)) {
        this.#lastKey = keyBytes;
        this.#lastText = keyBytes.toString('utf8');
      }
      records.push({ key: this.#lastText, time: frame.readDoubleLE(at + 6), value: frame.subarray(start, end) });
      this.#at = end;
      this.#left -= 1;
    }
    return records;
  }
}
