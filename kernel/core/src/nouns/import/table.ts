/**
 * A table from a file: headers and rows with the line each came from, under limits no honest file meets.
 * @module
 */
import { Failure } from '@hedun/sdk';

export const limits = {
  /** Bytes of the file itself. */
  fileBytes: 268_435_456,
  /** Bytes an XLSX may unpack to, all read parts together. */
  unpackedBytes: 1_073_741_824,
  /** Times a part may be larger than its packed form once it is beyond 16 MiB; spreadsheets reach about 40. */
  ratio: 200,
  rows: 1_000_000,
  columns: 1_000,
  recordBytes: 1_048_576,
} as const;

export interface TableRow {
  /** Line of a CSV, row of a sheet; both count from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}
export interface Table {
  readonly name: string;
  readonly headers: readonly string[];
  readonly rows: readonly TableRow[];
}

export function tableOf(name: string, all: readonly TableRow[]): Table {
  const [head, ...rows] = all;
  if (!head) throw new Failure('file.unreadable', { where: name, expected: 'a header row', got: 'an empty file' });
  if (rows.length > limits.rows)
    throw new Failure('file.unreadable', { where: name, expected: `at most ${limits.rows} rows`, got: 'more' });
  if (head.cells.length > limits.columns)
    throw new Failure('file.unreadable', {
      where: `${name}:${head.line}`,
      expected: `at most ${limits.columns} columns`,
      got: String(head.cells.length),
    });
  const seen = new Map<string, number>();
  const headers = head.cells.map((raw, index) => {
    const header = raw.trim() || `列${index + 1}`;
    const count = (seen.get(header) ?? 0) + 1;
    seen.set(header, count);
    return count === 1 ? header : `${header} (${count})`;
  });
  return { name, headers, rows };
}

export async function readAll(stream: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  if (size > limits.fileBytes) throw new Failure('file.too_large', { values: { limit: limits.fileBytes } });
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
