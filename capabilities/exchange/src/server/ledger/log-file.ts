/**
 * The log on disk: one file of frames, each with its length said twice and the SHA-256 of its payload. A frame is written and synced before anyone is
 * told of it. On opening, a tail that was never synced is set aside; anything bent before it is an error, never skipped.
 * @module
 */
import { hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

const headerSize = 12;
const magic = 0x4844_4e31;
const digestSize = 32;
/** A length longer than any honest block: cut limits are in the low mebibytes. */
const largest = 256 * 1024 * 1024;

export class LogCorrupt extends Error {
  readonly offset: number;
  constructor(offset: number, expected: string, got: string) {
    super(`log: expected ${expected} at byte ${offset}, got ${got}`);
    this.name = 'LogCorrupt';
    this.offset = offset;
  }
}

export class LogFile {
  readonly #handle: FileHandle;
  readonly #file: string;
  #end: number;

  private constructor(handle: FileHandle, file: string) {
    this.#handle = handle;
    this.#file = file;
    this.#end = 0;
  }
  static async open(folder: string): Promise<LogFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, 'log.hedun');
    const handle = await open(file, 'a+', 0o600);
    await handle.close();
    const log = new LogFile(await open(file, 'r+'), file);
    // The file's name must survive a crash as well as its content.
    await syncFolder(folder);
    return log;
  }
  get end(): number {
    return this.#end;
  }

  /** Every whole frame from `from` on. Afterwards the log's end is behind the last of them. */
  async *frames(from = 0): AsyncGenerator<{ readonly offset: number; readonly payload: Uint8Array }> {
    const { size } = await this.#handle.stat();
    if (from > size) throw new LogCorrupt(from, `a log of at least ${from} bytes`, `${size}`);
    this.#end = from;
    while (this.#end < size) {
      const frame = await this.#frame(this.#end, size);
      if (!frame) break;
      const offset = this.#end;
      this.#end += headerSize + frame.length + digestSize;
      yield { offset, payload: frame };
    }
    if (this.#end < size) await this.#setAside(size);
  }

  /** @returns null for a torn tail. @throws LogCorrupt for anything else that is no frame */
  async #frame(offset: number, size: number): Promise<Uint8Array | null> {
    if (size - offset < headerSize) return null;
    const header = await this.#read(offset, headerSize);
    const length = header.readUInt32BE(4);
    if (
      header.readUInt32BE(0) !== magic ||
      header.readUInt32BE(8) !== (length ^ 0xffff_ffff) >>> 0 ||
      length > largest
    ) {
      // A file system may have grown the file before it wrote into it.
      if (await this.#isZero(offset, size)) return null;
      throw new LogCorrupt(offset, 'the head of a block', header.toString('hex'));
    }
    const end = offset + headerSize + length + digestSize;
    if (end > size) return null;
    const body = await this.#read(offset + headerSize, length + digestSize);
    const payload = body.subarray(0, length);
    if (hash('sha256', payload, 'buffer').equals(body.subarray(length))) return payload;
    if (end === size) return null;
    throw new LogCorrupt(offset, 'a block of its digest', 'other bytes');
  }
  async #isZero(from: number, to: number): Promise<boolean> {
    for (let at = from; at < to; at += 65_536)
      if ((await this.#read(at, Math.min(65_536, to - at))).some((byte) => byte !== 0)) return false;
    return true;
  }
  /** What was never acknowledged is kept beside the log, for whoever wants to know. */
  async #setAside(size: number): Promise<void> {
    const tail = await this.#read(this.#end, Math.min(size - this.#end, largest));
    await writeFile(`${this.#file}.torn-${this.#end}`, tail, { mode: 0o600 });
    await this.#handle.truncate(this.#end);
    await this.#handle.datasync();
  }
  async #read(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(buffer, done, length - done, offset + done);
      if (bytesRead === 0) throw new LogCorrupt(offset, `${length} bytes`, `${done}`);
      done += bytesRead;
    }
    return buffer;
  }

  async read(offset: number): Promise<Uint8Array> {
    const frame = await this.#frame(offset, (await this.#handle.stat()).size);
    if (!frame) throw new LogCorrupt(offset, 'a block', 'a torn one');
    return frame;
  }

  /** Written and on disk when this returns. A failed append leaves the end where it was, and the next one writes over it. */
  async append(payload: Uint8Array): Promise<number> {
    const frame = Buffer.allocUnsafe(headerSize + payload.length + digestSize);
    frame.writeUInt32BE(magic, 0);
    frame.writeUInt32BE(payload.length, 4);
    frame.writeUInt32BE((payload.length ^ 0xffff_ffff) >>> 0, 8);
    frame.set(payload, headerSize);
    frame.set(hash('sha256', payload, 'buffer'), headerSize + payload.length);
    const offset = this.#end;
    try {
      let done = 0;
      while (done < frame.length)
        done += (await this.#handle.write(frame, done, frame.length - done, offset + done)).bytesWritten;
      await this.#handle.datasync();
    } catch (error) {
      await this.#handle.truncate(offset).catch(() => undefined);
      throw error;
    }
    this.#end += frame.length;
    return offset;
  }
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
/** Whole or not at all, and on disk. */
export async function writeDurably(file: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncFolder(path.dirname(file));
}
