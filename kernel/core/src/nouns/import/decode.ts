/**
 * Bytes of a table file to text: UTF-8, UTF-16 with its mark, or GB18030 as Chinese office programs write it. Never a replacement character.
 * @module
 */
import { isUtf8 } from 'node:buffer';
import { Failure } from '@hedun/sdk';

export function decodeText(bytes: Uint8Array, name: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return strict('utf-16le', bytes.subarray(2), name);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return strict('utf-16be', bytes.subarray(2), name);
  if (bytes.includes(0))
    throw new Failure('file.unreadable', { where: name, expected: 'CSV text or an XLSX workbook', got: 'binary data' });
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  return strict('gb18030', bytes, name);
}

function strict(encoding: string, bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('file.unreadable', {
      where: `${name}:${badLine(encoding, bytes)}`,
      expected: 'UTF-8 or GB18030 text',
      got: `bytes that are neither (read as ${encoding})`,
    });
  }
}

/** The first line whose bytes do not decode on their own. */
function badLine(encoding: string, bytes: Uint8Array): number {
  if (encoding !== 'gb18030') return 1;
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    // 0x0A is never the second byte of a GB18030 character, so that lines may be cut there.
    const next = bytes.indexOf(0x0a, start);
    const end = next < 0 ? bytes.length : next;
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}
