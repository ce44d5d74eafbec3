/**
 * Chooses the reader by the first bytes, not by the name.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { readCsv } from './csv.ts';
import type { Table } from './table.ts';
import { readXlsx } from './xlsx.ts';

export function readTable(bytes: Uint8Array, name: string): Table {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readXlsx(bytes, name);
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf)
    throw new Failure('file.unreadable', {
      where: name,
      expected: 'CSV or XLSX',
      got: 'an XLS workbook of before 2007',
    });
  return readCsv(bytes, name);
}
