/**
 * Typed values of BinXML as plain data: numbers where they fit exactly, otherwise text as Windows prints it. Bounds are the caller's.
 * Source: J. Metz, "Windows XML Event Log (EVTX) format", libevtx documentation; [MS-EVEN6] 2.2.12.
 * @module
 */
import { isoTime } from '../time.ts';

export type BinXmlValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

const utf16 = new TextDecoder('utf-16le');
const latin = new TextDecoder('latin1');

export function readUtf16(bytes: Uint8Array, start: number, characters: number): string {
  // TextDecoder costs more than it saves on the short names that fill these files.
  if (characters > 48) return utf16.decode(bytes.subarray(start, start + characters * 2));
  let text = '';
  for (let index = start; index < start + characters * 2; index += 2)
    text += String.fromCharCode((bytes[index] as number) | ((bytes[index + 1] as number) << 8));
  return text;
}

function trimNull(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

export function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexDigits[byte];
  return text;
}

function guidText(view: DataView, at: number): string {
  const hex = (offset: number) => hexDigits[view.getUint8(at + offset)] as string;
  const order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];
  return `{${order.map((offset) => (offset < 0 ? '-' : hex(offset))).join('')}}`;
}

function sidText(view: DataView, at: number, size: number): string {
  if (size < 8) return '';
  const count = Math.min(view.getUint8(at + 1), Math.floor((size - 8) / 4));
  let authority = 0;
  for (let index = 2; index < 8; index += 1) authority = authority * 256 + view.getUint8(at + index);
  let text = `S-${view.getUint8(at)}-${authority}`;
  for (let index = 0; index < count; index += 1) text += `-${view.getUint32(at + 8 + index * 4, true)}`;
  return text;
}

const filetimeEpoch = 116_444_736_000_000_000n;

/** 100-nanosecond ticks since 1601 as ISO 8601 with seven decimals. */
export function filetimeText(ticks: bigint): string {
  const since = ticks - filetimeEpoch;
  const milliseconds = Number(since / 10_000n) - (since < 0n && since % 10_000n !== 0n ? 1 : 0);
  const rest = Number(((since % 10_000n) + 10_000n) % 10_000n);
  return `${isoTime(milliseconds).slice(0, -1)}${String(rest).padStart(4, '0')}Z`;
}

function safe(value: bigint): number | string {
  return value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n ? Number(value) : String(value);
}

function systemTimeText(view: DataView, at: number): string {
  const part = (index: number, width = 2) => String(view.getUint16(at + index * 2, true)).padStart(width, '0');
  return `${part(0, 4)}-${part(1)}-${part(3)}T${part(4)}:${part(5)}:${part(6)}.${part(7, 3)}Z`;
}

/** Bytes of one element of an array of this type; 0 where elements have no fixed size. */
const widths: Readonly<Record<number, number>> = {
  3: 1,
  4: 1,
  5: 2,
  6: 2,
  7: 4,
  8: 4,
  9: 8,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  15: 16,
  17: 8,
  18: 16,
  20: 4,
  21: 8,
};

/** @param type value type without the array bit */
function readScalar(
  type: number,
  view: DataView,
  at: number,
  size: number,
  bytes: Uint8Array,
): string | number | boolean | null {
  const needed = widths[type] ?? 0;
  if (size < needed) return null;
  switch (type) {
    case 0x00:
      return null;
    case 0x01:
      return trimNull(readUtf16(bytes, at, size >> 1));
    case 0x02:
      return trimNull(latin.decode(bytes.subarray(at, at + size)));
    case 0x03:
      return view.getInt8(at);
    case 0x04:
      return view.getUint8(at);
    case 0x05:
      return view.getInt16(at, true);
    case 0x06:
      return view.getUint16(at, true);
    case 0x07:
      return view.getInt32(at, true);
    case 0x08:
      return view.getUint32(at, true);
    case 0x09:
      return safe(view.getBigInt64(at, true));
    case 0x0a:
      return safe(view.getBigUint64(at, true));
    case 0x0b:
      return view.getFloat32(at, true);
    case 0x0c:
      return view.getFloat64(at, true);
    case 0x0d:
      return view.getUint32(at, true) !== 0;
    case 0x0f:
      return guidText(view, at);
    case 0x10:
      return size === 8
        ? `0x${view.getBigUint64(at, true).toString(16)}`
        : size >= 4
          ? `0x${view.getUint32(at, true).toString(16)}`
          : null;
    case 0x11:
      return filetimeText(view.getBigUint64(at, true));
    case 0x12:
      return systemTimeText(view, at);
    case 0x13:
      return sidText(view, at, size);
    case 0x14:
      return `0x${view.getUint32(at, true).toString(16)}`;
    case 0x15:
      return `0x${view.getBigUint64(at, true).toString(16)}`;
    default:
      return hexText(bytes.subarray(at, at + size));
  }
}

export function readValue(type: number, view: DataView, at: number, size: number, bytes: Uint8Array): BinXmlValue {
  if ((type & 0x80) === 0) return readScalar(type, view, at, size, bytes);
  const element = type & 0x7f;
  if (element === 0x01)
    return readUtf16(bytes, at, size >> 1)
      .replace(/\0$/, '')
      .split('\0');
  if (element === 0x02) return trimNull(latin.decode(bytes.subarray(at, at + size))).split('\0');
  const width = widths[element] ?? 0;
  if (width === 0) return readScalar(element, view, at, size, bytes);
  return Array.from({ length: Math.floor(size / width) }, (_, index) =>
    readScalar(element, view, at + index * width, width, bytes),
  );
}
