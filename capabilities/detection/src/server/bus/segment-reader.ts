/**
 * The reading end of a segment log: frames from an offset on, never beyond what is durable. A frame that rotted in the middle is left out
 * and counted; what follows is read.
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { BusRecord } from './bus.ts';
import { FrameRecords, headerSize, readHead } from './frame.ts';
import { segmentName, segmentsOf } from './segment-writer.ts';

export interface ReadFrame {
  readonly first: number;
  readonly next: number;
  readonly records: readonly BusRecord[];
}

/** Records given at once. */
const batchLimit = 4096;
/** Bytes read at once: at least, and at most where frames are small. */
const leastBytes = 64 << 10;
const mostBytes = 1 << 20;

export class SegmentReader {
  readonly #folder: string;
  #handle: FileHandle | undefined;
  #segment = -1;
  /** Where in the segment the next frame begins. */
  #at = 0;
  #offset: number;
  /** What was read ahead, where in the segment it stands, and how far the log was durable then: what lies beyond may have changed since. */
  #ahead: Buffer = Buffer.alloc(0);
  #aheadAt = 0;
  #aheadDurable = 0;
  #want = leastBytes;
  #frame: FrameRecords | undefined;
  /** Frames whose checksum did not fit. */
  damaged = 0;
  /** Records between where it was to begin and where the log begins now. */
  missing = 0;

  constructor(folder: string, offset: number) {
    this.#folder = folder;
    this.#offset = offset;
  }

  /** @param durable how far the log may be read @returns null when there is nothing yet */
  async read(durable: number): Promise<ReadFrame | null> {
    for (;;) {
      if (this.#frame) {
        const first = this.#offset;
        const records = this.#frame.take(batchLimit);
        this.#offset += records.length;
        if (this.#frame.left === 0) this.#frame = undefined;
        return { first, next: this.#offset, records };
      }
      if (this.#offset >= durable) return null;
      if (!this.#handle && !(await this.#openSegment())) return null;
      const headBytes = await this.#bytes(headerSize, durable);
      const head = headBytes ? readHead(headBytes) : null;
      if (!head) {
        // The end of this segment, or a frame that lost its head: the next segment's name says where to go on.
        const later = (await segmentsOf(this.#folder)).find((first) => first > this.#segment);
        if (later === undefined) return null;
        if (later > this.#offset) {
          this.damaged += 1;
          this.missing += later - this.#offset;
          this.#offset = later;
        }
        await this.close();
        continue;
      }
      const size = headerSize + head.length;
      const next = head.first + head.count;
      const bytes = next <= this.#offset ? null : await this.#bytes(size, durable);
      this.#at += size;
      this.#want = Math.min(mostBytes, Math.max(leastBytes, size * 2));
      if (next <= this.#offset) continue;
      const frame = bytes ? FrameRecords.of(bytes) : null;
      if (!frame) {
        this.damaged += 1;
        this.missing += next - this.#offset;
        this.#offset = next;
        continue;
      }
      if (head.first > this.#offset) this.#offset = head.first;
      frame.skip(this.#offset - head.first);
      this.#frame = frame;
    }
  }

  /** So many bytes from where the next frame begins, read ahead where frames are small; null where the segment has not so many. */
  async #bytes(length: number, durable: number): Promise<Buffer | null> {
    const from = this.#at - this.#aheadAt;
    if (this.#offset < this.#aheadDurable && from >= 0 && from + length <= this.#ahead.length)
      return this.#ahead.subarray(from, from + length);
    const buffer = Buffer.allocUnsafe(Math.max(length, this.#want));
    const { bytesRead } = await (this.#handle as FileHandle).read(buffer, 0, buffer.length, this.#at);
    this.#ahead = buffer.subarray(0, bytesRead);
    this.#aheadAt = this.#at;
    this.#aheadDurable = durable;
    return bytesRead < length ? null : buffer.subarray(0, length);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    this.#at = 0;
    this.#ahead = Buffer.alloc(0);
    this.#aheadDurable = 0;
  }

  async #openSegment(): Promise<boolean> {
    const segments = await segmentsOf(this.#folder);
    let segment = segments.findLast((first) => first <= this.#offset);
    if (segment === undefined) {
      segment = segments[0];
      if (segment === undefined) return false;
      this.missing += segment - this.#offset;
      this.#offset = segment;
    }
    this.#handle = await open(path.join(this.#folder, segmentName(segment)), 'r');
    this.#segment = segment;
    this.#at = 0;
    return true;
  }
}
