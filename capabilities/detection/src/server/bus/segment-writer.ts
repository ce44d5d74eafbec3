/**
 * The writing end of a segment log: records gather while the disk is busy and are then written and synchronised together. What was
 * acknowledged is on the disk. A torn tail is cut when the log is opened; a full disk holds acknowledgements back and loses none.
 * @module
 */
import { mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { FrameBuilder, FrameRecords, headerSize, readHead } from './frame.ts';

export interface WriterOptions {
  /** Bytes after which a new segment begins. */
  readonly segmentBytes?: number;
  /** Bytes that may wait for the disk before {@link SegmentWriter.full} says stop. */
  readonly pendingLimit?: number;
  /** Bytes all segments may take; beyond, and as long as nobody has read on, it is full. */
  readonly totalLimit?: number;
  /** Milliseconds until a failed write is tried again. */
  readonly retryMs?: number;
  /** Told when the disk refuses and when it takes again. */
  readonly onState?: (problem: string | null) => void;
  /** Told how far the log is durable. */
  readonly onDurable?: (offset: number) => void;
  /** Opens a file to append; another one in tests of full disks. */
  readonly openFile?: (file: string) => Promise<LogFile>;
}
export interface LogFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

const suffix = '.segment';
export const segmentName = (first: number) => `${String(first).padStart(16, '0')}${suffix}`;
export async function segmentsOf(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(suffix))
    .map((name) => Number(name.slice(0, -suffix.length)))
    .filter(Number.isSafeInteger)
    .sort((left, right) => left - right);
}

async function openNodeFile(file: string): Promise<LogFile> {
  const handle = await open(file, 'a+').then(async (first) => {
    await first.close();
    return await open(file, 'r+');
  });
  return {
    write: async (bytes, position) => {
      let at = 0;
      while (at < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
        at += bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

interface Waiter {
  readonly offset: number;
  readonly done: () => void;
}

export class SegmentWriter {
  readonly #folder: string;
  readonly #options: Required<Omit<WriterOptions, 'onState' | 'onDurable'>> & {
    readonly onState: WriterOptions['onState'];
    readonly onDurable: WriterOptions['onDurable'];
  };
  #file: LogFile | undefined;
  #segments: { readonly first: number; bytes: number }[] = [];
  #filling = new FrameBuilder();
  #spare = new FrameBuilder();
  #writing: FrameBuilder | undefined;
  #next: number;
  #durable: number;
  #waiters: Waiter[] = [];
  #loop: Promise<void> | undefined;
  #problem: string | null = null;
  #closing = false;

  private constructor(
    folder: string,
    options: WriterOptions,
    segments: { readonly first: number; bytes: number }[],
    next: number,
  ) {
    this.#folder = folder;
    this.#options = {
      segmentBytes: options.segmentBytes ?? 64 << 20,
      pendingLimit: options.pendingLimit ?? 64 << 20,
      totalLimit: options.totalLimit ?? Number.POSITIVE_INFINITY,
      retryMs: options.retryMs ?? 500,
      openFile: options.openFile ?? openNodeFile,
      onState: options.onState,
      onDurable: options.onDurable,
    };
    this.#segments = segments;
    this.#next = next;
    this.#durable = next;
  }

  static async open(folder: string, options: WriterOptions = {}): Promise<SegmentWriter> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const segments: { readonly first: number; bytes: number }[] = [];
    let next = 0;
    const firsts = await segmentsOf(folder);
    for (const [index, first] of firsts.entries()) {
      const file = path.join(folder, segmentName(first));
      if (index < firsts.length - 1) segments.push({ first, bytes: (await stat(file)).size });
      else {
        const whole = await wholeFrames(file, first);
        await truncate(file, whole.bytes);
        segments.push({ first, bytes: whole.bytes });
        next = whole.next;
      }
    }
    const writer = new SegmentWriter(folder, options, segments, next);
    options.onDurable?.(next);
    return writer;
  }

  get next(): number {
    return this.#next;
  }
  get durable(): number {
    return this.#durable;
  }
  get pendingBytes(): number {
    return this.#filling.bytes - headerSize + (this.#writing?.bytes ?? 0);
  }
  get problem(): string | null {
    return this.#problem;
  }
  /** Take nothing more: the disk does not follow. */
  get full(): boolean {
    return (
      this.pendingBytes > this.#options.pendingLimit ||
      (this.bytes > this.#options.totalLimit && this.#segments.length > 0)
    );
  }
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Takes a record; it is durable when {@link settled} says so. */
  add(key: Uint8Array, time: number, value: Uint8Array): number {
    this.#filling.add(key, time, value);
    const offset = this.#next;
    this.#next += 1;
    this.#loop ??= this.#run();
    return offset;
  }

  /** Resolves when everything added so far is durable. */
  settled(): Promise<void> {
    if (this.#durable >= this.#next) return Promise.resolve();
    return new Promise((done) => this.#waiters.push({ offset: this.#next, done }));
  }

  /** Removes segments that lie before this offset wholly. */
  async release(consumed: number): Promise<void> {
    while (this.#segments.length > 1 && (this.#segments[1] as { first: number }).first <= consumed) {
      const [gone] = this.#segments.splice(0, 1);
      if (gone) await rm(path.join(this.#folder, segmentName(gone.first)), { force: true });
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#loop;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #run(): Promise<void> {
    // One turn of the event loop lets a burst gather before the first write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#filling.count > 0) {
      const frame = this.#filling;
      this.#filling = this.#spare;
      this.#writing = frame;
      const first = this.#next - frame.count - this.#filling.count;
      const until = first + frame.count;
      const written = await this.#write(frame.finish(first), first);
      frame.reset();
      this.#spare = frame;
      this.#writing = undefined;
      if (!written) break;
      this.#durable = until;
      this.#options.onDurable?.(until);
      const ready = this.#waiters.filter(({ offset }) => offset <= until);
      this.#waiters = this.#waiters.filter(({ offset }) => offset > until);
      for (const { done } of ready) done();
    }
    this.#loop = undefined;
  }

  /** Tries until the disk takes it; false only when the log is closed while the disk refuses: such records were never acknowledged. */
  async #write(bytes: Buffer, first: number): Promise<boolean> {
    for (;;) {
      let segment = this.#segments.at(-1);
      try {
        if (!segment || segment.bytes + bytes.length > this.#options.segmentBytes) {
          await this.#file?.close();
          this.#file = undefined;
          const file = path.join(this.#folder, segmentName(first));
          this.#file = await this.#options.openFile(file);
          await this.#file.truncate(0);
          if (segment?.first !== first) {
            segment = { first, bytes: 0 };
            this.#segments.push(segment);
          }
          await syncFolder(this.#folder);
        }
        this.#file ??= await this.#options.openFile(path.join(this.#folder, segmentName(segment.first)));
        await this.#file.write(bytes, segment.bytes);
        await this.#file.sync();
        segment.bytes += bytes.length;
        if (this.#problem !== null) {
          this.#problem = null;
          this.#options.onState?.(null);
        }
        return true;
      } catch (error) {
        const problem = (error as NodeJS.ErrnoException).code ?? String(error);
        if (this.#problem !== problem) {
          this.#problem = problem;
          this.#options.onState?.(problem);
        }
        await this.#file?.truncate(segment?.bytes ?? 0).catch(() => undefined);
        await this.#file?.close().catch(() => undefined);
        this.#file = undefined;
        if (this.#closing) return false;
        await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs));
      }
    }
  }
}

/** A new segment's name must survive a power cut as well as its content. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** How much of a segment is whole: everything up to the first frame that is not. */
async function wholeFrames(file: string, first: number): Promise<{ readonly bytes: number; readonly next: number }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    let at = 0;
    let next = first;
    while (at + headerSize <= size) {
      const headBytes = Buffer.alloc(headerSize);
      await handle.read(headBytes, 0, headerSize, at);
      const head = readHead(headBytes);
      if (!head || head.first !== next || at + headerSize + head.length > size) break;
      const frame = Buffer.allocUnsafe(headerSize + head.length);
      await handle.read(frame, 0, frame.length, at);
      if (!FrameRecords.of(frame)) break;
      at += frame.length;
      next += head.count;
    }
    return { bytes: at, next };
  } finally {
    await handle.close();
  }
}
