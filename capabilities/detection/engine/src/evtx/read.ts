/**
 * Windows event log files (EVTX) to flat events. What is damaged is contained and counted: a bad record costs that record, a bad chunk
 * that chunk, never the file. It never repairs and never guesses.
 * Source: J. Metz, "Windows XML Event Log (EVTX) format", libevtx documentation.
 * @module
 */
import type { EventRecord } from '../sigma/event.ts';
import { BinXmlError, ChunkReader, type Content, type Element, isElement, single } from './binxml.ts';
import { crc32 } from './checksum.ts';
import { filetimeText } from './values.ts';

export interface EvtxRecord {
  readonly recordId: number;
  /** ISO 8601, when the record was written. */
  readonly written: string;
  readonly event: EventRecord;
}

export interface EvtxReport {
  /** Handed to the caller. */
  readonly records: number;
  /** Found but unreadable; each with where and why, at most 100 of them. */
  readonly unreadable: number;
  readonly problems: readonly { readonly offset: number; readonly reason: string }[];
  readonly chunks: number;
  /** 64 KiB blocks where a chunk was expected that hold none (unused space is not counted). */
  readonly foreignBlocks: number;
  readonly chunksWithBadChecksum: number;
  /** Bytes after the last whole chunk. */
  readonly truncatedBytes: number;
  /** The file was copied while being written (header flag). */
  readonly dirty: boolean;
  readonly headerValid: boolean;
}

const fileHeaderSize = 4096;
const chunkSize = 65_536;
const recordHeaderSize = 24;
const problemsKept = 100;

/**
 * @param bytes the whole file
 * @param visit called once per record, in file order
 * @throws TypeError where the bytes are no EVTX file at all (neither file header nor chunk)
 */
export function readEvtx(bytes: Uint8Array, visit: (record: EvtxRecord) => void): EvtxReport {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`bytes: expected a Uint8Array, got ${typeof bytes}`);
  const hasHeader = magic(bytes, 0, 'ElfFile\0');
  if (!hasHeader && !magic(bytes, 0, 'ElfChnk\0') && !magic(bytes, fileHeaderSize, 'ElfChnk\0'))
    throw new TypeError('expected an EVTX file (ElfFile or ElfChnk), got something else');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const problems: { offset: number; reason: string }[] = [];
  const count = { records: 0, unreadable: 0, chunks: 0, foreignBlocks: 0, chunksWithBadChecksum: 0 };
  const problem = (offset: number, reason: string) => {
    if (problems.length < problemsKept) problems.push({ offset, reason });
  };
  const headerValid = hasHeader && bytes.length >= 128 && crc32(bytes, [0, 120]) === view.getUint32(124, true);
  if (hasHeader && !headerValid) problem(0, 'checksum of the file header is wrong');
  let offset = magic(bytes, 0, 'ElfChnk\0') ? 0 : fileHeaderSize;
  for (; offset + 512 <= bytes.length; offset += chunkSize) {
    if (!magic(bytes, offset, 'ElfChnk\0')) {
      if (bytes.subarray(offset, offset + 512).some((byte) => byte !== 0)) {
        count.foreignBlocks += 1;
        problem(offset, 'no chunk where one was expected');
      }
      continue;
    }
    count.chunks += 1;
    const chunk = bytes.subarray(offset, Math.min(offset + chunkSize, bytes.length));
    readChunk(chunk, offset, count, problem, visit);
  }
  const body = Math.max(0, bytes.length - (magic(bytes, 0, 'ElfChnk\0') ? 0 : fileHeaderSize));
  return {
    ...count,
    problems,
    truncatedBytes: body % chunkSize,
    dirty: hasHeader && bytes.length >= 124 && (view.getUint32(120, true) & 1) === 1,
    headerValid,
  };
}

function magic(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

function readChunk(
  chunk: Uint8Array,
  base: number,
  count: { records: number; unreadable: number; chunksWithBadChecksum: number },
  problem: (offset: number, reason: string) => void,
  visit: (record: EvtxRecord) => void,
): void {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const free = view.getUint32(48, true);
  const headerGood = crc32(chunk, [0, 120], [128, 512]) === view.getUint32(124, true);
  const dataGood = free >= 512 && free <= chunk.length && crc32(chunk, [512, free]) === view.getUint32(52, true);
  if (!headerGood || !dataGood) {
    count.chunksWithBadChecksum += 1;
    problem(base, `checksum of the chunk's ${headerGood ? 'records' : 'header'} is wrong`);
  }
  // A header that cannot be trusted does not say where records end; their own marks do.
  const end = headerGood && free >= 512 ? Math.min(free, chunk.length) : chunk.length;
  const reader = new ChunkReader(chunk);
  let at = 512;
  while (at + recordHeaderSize <= end) {
    if (view.getUint32(at, true) !== 0x00002a2a) {
      if (view.getUint32(at, true) !== 0 && headerGood) {
        count.unreadable += 1;
        problem(base + at, 'no record where one was expected');
      }
      break;
    }
    const size = view.getUint32(at + 4, true);
    if (size < recordHeaderSize + 4 || at + size > chunk.length) {
      count.unreadable += 1;
      problem(base + at, `record of impossible size ${size}`);
      break;
    }
    try {
      const contents = reader.read(at + recordHeaderSize, at + size - 4);
      const event = flatten(contents);
      count.records += 1;
      visit({
        recordId: Number(view.getBigUint64(at + 8, true)),
        written: filetimeText(view.getBigUint64(at + 16, true)),
        event,
      });
    } catch (error) {
      if (!(error instanceof BinXmlError) && !(error instanceof RangeError)) throw error;
      count.unreadable += 1;
      problem(base + at, error.message);
    }
    at += size;
  }
}

const renamed: Readonly<Record<string, string>> = {
  'Provider/Name': 'Provider_Name',
  'Provider/Guid': 'Provider_Guid',
  'Provider/EventSourceName': 'Provider_EventSourceName',
  'TimeCreated/SystemTime': 'TimeCreated',
  'Execution/ProcessID': 'Execution_ProcessID',
  'Execution/ThreadID': 'Execution_ThreadID',
  'Security/UserID': 'UserID',
  'Correlation/ActivityID': 'Correlation_ActivityID',
  'Correlation/RelatedActivityID': 'Correlation_RelatedActivityID',
};

/** One event's elements as one map, in the names Sigma rules use. */
function flatten(contents: readonly Content[]): EventRecord {
  const root = contents.find(isElement);
  if (!root) throw new BinXmlError('holds no element');
  const flat: Record<string, unknown> = {};
  for (const child of root.children) {
    if (!isElement(child)) continue;
    if (child.name === 'System') flattenSystem(flat, child);
    else if (child.name === 'EventData') flattenData(flat, child);
    else flattenUser(flat, child);
  }
  return flat;
}

function flattenSystem(flat: Record<string, unknown>, system: Element): void {
  for (const child of system.children) {
    if (!isElement(child)) continue;
    for (const attribute of child.attributes)
      if (attribute.value !== null) {
        const name = renamed[`${child.name}/${attribute.name}`];
        if (name) put(flat, name, attribute.value);
      }
    const value = single(child.children);
    if (value !== null) put(flat, child.name, value);
  }
}

function flattenData(flat: Record<string, unknown>, data: Element): void {
  for (const child of data.children) {
    if (!isElement(child)) continue;
    const named = child.name === 'Data' ? child.attributes.find((attribute) => attribute.name === 'Name') : undefined;
    const name = named && typeof named.value === 'string' && named.value !== '' ? named.value : child.name;
    if (child.children.some(isElement)) flattenUser(flat, child);
    else put(flat, name, single(child.children) ?? '');
  }
}

function flattenUser(flat: Record<string, unknown>, element: Element): void {
  for (const child of element.children) {
    if (!isElement(child)) continue;
    if (child.children.some(isElement)) flattenUser(flat, child);
    else {
      const named = child.name === 'Data' ? child.attributes.find((attribute) => attribute.name === 'Name') : undefined;
      put(flat, typeof named?.value === 'string' ? named.value : child.name, single(child.children) ?? '');
    }
  }
}

/** A name that comes again makes a list. */
function put(flat: Record<string, unknown>, name: string, value: unknown): void {
  const safeName = name === '__proto__' ? '__proto__ ' : name;
  const before = Object.hasOwn(flat, safeName) ? flat[safeName] : undefined;
  flat[safeName] =
    before === undefined ? value : Array.isArray(before) ? [...before, value].flat() : [before, value].flat();
}
