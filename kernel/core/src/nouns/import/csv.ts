/**
 * CSV rows with the line each came from. The delimiter is the one the header line holds most of.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { CsvError, parse } from 'csv-parse/sync';
import { decodeText } from './decode.ts';
import { limits, type Table, type TableRow, tableOf } from './table.ts';

export function readCsv(bytes: Uint8Array, name: string): Table {
  const text = decodeText(bytes, name).replace(/^\ufeff/, '');
  try {
    const records = parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      from_line: 1 + notesOf(text),
      info: true,
      max_record_size: limits.recordBytes,
      to: limits.rows + 2,
    }) as unknown as { readonly info: { readonly lines: number }; readonly record: string[] }[];
    return tableOf(
      name,
      records.map(({ info, record }): TableRow => ({ line: info.lines, cells: record })),
    );
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number((error as { lines?: number }).lines ?? 1);
    throw new Failure('file.unreadable', {
      where: `${name}:${line}`,
      expected: 'CSV as of RFC 4180',
      got: error.code.toLowerCase().replaceAll('_', ' '),
      cause: error,
    });
  }
}

/** Lines before the header that begin with #, as this platform's own exports write one. Further down a # is data. */
function notesOf(text: string): number {
  const lines = text.split('\n', 20);
  const header = lines.findIndex((line) => !line.startsWith('#'));
  return header < 0 ? 0 : header;
}

function delimiterOf(text: string): string {
  const head = text.split('\n', 40).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const counted = [',', ';', '\t', '|'].map((each) => ({ each, count: head.split(each).length }));
  return counted.sort((a, b) => b.count - a.count)[0]?.each ?? ',';
}
