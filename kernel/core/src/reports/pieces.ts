/**
 * What all three formats draw from: checked blocks, words of both languages, pictures with their size.
 * @module
 */
import type { ReportBlock, ReportDocument } from '@hedun/sdk';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}
/** Bytes of the pictures of a document by blob. */
export type Pictures = ReadonlyMap<string, Picture>;

export const words = {
  'zh-CN': {
    number: '编号',
    issuer: '发布单位',
    date: '日期',
    page: (n: number, of: number) => `第 ${n} 页 共 ${of} 页`,
  },
  en: { number: 'Number', issuer: 'Issued by', date: 'Date', page: (n: number, of: number) => `Page ${n} of ${of}` },
} as const;

/** Control characters that XML 1.0 and PDF text cannot hold are dropped; everything else stays as it was written. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are not allowed in XML 1.0.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').toWellFormed();
}

export function cellText(cell: string | number | null): string {
  return cell === null ? '' : printable(String(cell));
}

/** Checks first: every row as wide as its table, every picture there. */
export function checkDocument(document: ReportDocument, pictures: Pictures): void {
  for (const [index, block] of document.blocks.entries()) {
    if (block.kind === 'table')
      for (const [line, row] of block.rows.entries())
        if (row.length !== block.columns.length)
          throw new RangeError(
            `blocks.${index}.rows.${line}: expected ${block.columns.length} cells, got ${row.length}`,
          );
    if (block.kind === 'image' && !pictures.has(block.blob))
      throw new RangeError(`blocks.${index}.blob: expected a PNG or JPEG, got none under ${block.blob}`);
    if (block.kind === 'bars' && block.values.some(({ value }) => !Number.isFinite(value) || value < 0))
      throw new RangeError(`blocks.${index}.values: expected finite numbers of at least 0`);
  }
}

export function pictureBlocks(document: ReportDocument): readonly Extract<ReportBlock, { kind: 'image' }>[] {
  return document.blocks.filter((block) => block.kind === 'image');
}

/** Width and height from the head of a PNG (RFC 2083, IHDR) or JPEG (ITU-T T.81, SOF marker); null when it is neither. */
export function pictureOf(bytes: Uint8Array): Picture | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length > 24 && view.getUint32(0) === 0x89504e47)
    return { bytes, width: view.getUint32(16), height: view.getUint32(20) };
  if (bytes.length > 4 && view.getUint16(0) === 0xffd8)
    for (let at = 2; at + 9 < bytes.length; ) {
      const marker = view.getUint16(at);
      if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker))
        return { bytes, width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
      at += 2 + view.getUint16(at + 2);
    }
  return null;
}
