/**
 * The reading end of a segment log: frames from an offset on, never beyond what is durable. A frame that rotted in the middle is left out
 * and counted; what follows is read.
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { BusRecord } from './bus.ts';
import { headerSize, readHead, readRecords } from './frame.ts';
import { segmentName, segmentsOf } from './segment-writer.ts';

export interface ReadFrame {
  readonly first: number;
  readonly next: number;
  readonly records: readonly BusRecord[];
}

export class SegmentReader {
  readonly #folder: string;
  #handle: FileHandle | undefined;
  #segment = -1;
  #at = 0;
  #offset: number;
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
      if (this.#offset >= durable) return null;
      if (!this.#handle && !(await this.#openSegment())) return null;
      const handle = this.#handle as FileHandle;
      const headBytes = Buffer.alloc(headerSize);
      const { bytesRead } = await handle.read(headBytes, 0, headerSize, this.#at);
      const head = bytesRead === headerSize ? readHead(headBytes) : null;
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
      const position = this.#at;
      this.#at += size;
      if (head.first + head.count <= this.#offset) continue;
      const frame = Buffer.allocUnsafe(size);
      await handle.read(frame, 0, size, position);
      const records = readRecords(frame);
      const from = this.#offset;
      this.#offset = head.first + head.count;
      if (!records) {
        this.damaged += 1;
        this.missing += this.#offset - from;
        continue;
      }
      const skip = Math.max(0, from - head.first);
      return { first: head.first + skip, next: this.#offset, records: skip > 0 ? records.slice(skip) : records };
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    this.#at = 0;
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
