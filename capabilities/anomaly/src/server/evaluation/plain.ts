/**
 * Reads the plain format of tables and series: a JSON file beside little-endian float32 numbers (gzip or not) and one byte a row for labels.
 * `classes` and `test` of a table are optional. Every mismatch of sizes is refused with the place, what was expected and what came.
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type LabelledTable, type Matrix, matrix } from '@hedun/anomaly';
import type { LabelledSeries } from '@hedun/anomaly/evaluation';
import { Failure } from '@hedun/sdk';
import { z } from 'zod';

const Count = z.number().int().positive();
const Part = z.object({
  data: z.string(),
  rows: Count.optional(),
  labels: z.string().optional(),
  classes: z.string().optional(),
});
const TableFile = z.object({
  name: z.string().optional(),
  rows: Count,
  cols: Count,
  data: z.string(),
  labels: z.string(),
  classes: z.string().optional(),
  test: Part.extend({ labels: z.string() }).optional(),
});
const SeriesFile = z.object({
  name: z.string().optional(),
  group: z.string().optional(),
  cols: Count,
  train: Part,
  test: Part.extend({ labels: z.string() }),
  root_causes: z
    .array(z.object({ start: z.number().int(), end: z.number().int(), dims: z.array(z.number().int().positive()) }))
    .optional(),
});

export type PlainSet =
  | { readonly kind: 'table'; readonly name: string; readonly data: LabelledTable }
  | { readonly kind: 'series'; readonly name: string; readonly group: string; readonly data: LabelledSeries };

function refuse(where: string, expected: string, got: string, cause?: unknown): never {
  throw new Failure('anomaly.data_unreadable', { where, expected, got, ...(cause ? { cause } : {}) });
}

export function readPlain(file: string): PlainSet {
  const described = describe(file);
  const folder = path.dirname(file);
  const name = (described.name as string | undefined) ?? path.basename(file, '.json');
  if ('train' in described) {
    const parsed = SeriesFile.safeParse(described);
    if (!parsed.success) refuse(file, 'cols, train and test of a series', short(parsed.error));
    const { cols, train, test, root_causes: causes, group } = parsed.data;
    const training = numbers(folder, train.data, cols, train.rows);
    const judged = numbers(folder, test.data, cols, test.rows);
    return {
      kind: 'series',
      name,
      group: group ?? 'series',
      data: {
        training,
        test: judged,
        labels: bytes(folder, test.labels, judged.rows, 1),
        ...(causes
          ? {
              rootCauses: causes.map(({ start, end, dims }) => ({
                first: start,
                last: end,
                sensors: dims.map((dimension) => dimension - 1),
              })),
            }
          : {}),
      },
    };
  }
  const parsed = TableFile.safeParse(described);
  if (!parsed.success) refuse(file, 'rows, cols, data and labels of a table', short(parsed.error));
  const { rows, cols, data, labels, classes, test } = parsed.data;
  const part = (files: { data: string; labels: string; classes?: string | undefined }, count?: number) => {
    const table = numbers(folder, files.data, cols, count);
    return {
      table,
      labels: bytes(folder, files.labels, table.rows, 1),
      ...(files.classes ? { classes: bytes(folder, files.classes, table.rows, 255) } : {}),
    };
  };
  return {
    kind: 'table',
    name,
    data: { ...part({ data, labels, classes }, rows), ...(test ? { test: part(test, test.rows) } : {}) },
  };
}

/** Whether the file describes a data set at all, without reading its numbers. */
export function kindOfPlain(file: string): 'table' | 'series' | null {
  try {
    const described = describe(file);
    return SeriesFile.safeParse(described).success ? 'series' : TableFile.safeParse(described).success ? 'table' : null;
  } catch {
    return null;
  }
}

function describe(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    refuse(file, 'a JSON file that describes a data set', cause instanceof Error ? cause.message : 'no file', cause);
  }
}

function numbers(folder: string, name: string, columns: number, rows?: number): Matrix {
  const raw = part(folder, name);
  const content = name.endsWith('.gz') ? gunzipSync(raw) : raw;
  const count = rows ?? content.byteLength / 4 / columns;
  if (!Number.isInteger(count) || content.byteLength !== count * columns * 4)
    refuse(name, `${rows ?? 'whole rows'} x ${columns} numbers of 4 bytes`, `${content.byteLength} bytes`);
  // Copied, because a float array needs an aligned start.
  const values = new Float32Array(count * columns);
  new Uint8Array(values.buffer).set(content);
  return matrix(count, columns, values);
}

function bytes(folder: string, name: string, rows: number, most: number): Uint8Array {
  const raw = part(folder, name);
  const content = new Uint8Array(name.endsWith('.gz') ? gunzipSync(raw) : raw);
  if (content.length !== rows) refuse(name, `${rows} bytes, one a row`, `${content.length} bytes`);
  const wrong = content.findIndex((value) => value > most);
  if (wrong >= 0) refuse(`${name}:${wrong + 1}`, `0 to ${most}`, String(content[wrong]));
  return content;
}

function part(folder: string, name: string): Buffer {
  if (name !== path.basename(name)) refuse(name, 'a file in the same folder', name);
  const file = path.join(folder, name);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) refuse(name, 'a file beside its description', 'no file');
  return readFileSync(file);
}

const short = (error: z.ZodError) =>
  error.issues
    .slice(0, 3)
    .map(({ path: where, message }) => `${where.join('.')}: ${message}`)
    .join('; ');
