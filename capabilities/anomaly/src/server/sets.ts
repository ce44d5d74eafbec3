/**
 * Data sets: from CSV, Parquet, HTTP and MQTT into portions of numbers.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { parquetReadObjects } from 'hyparquet';
import { sql } from 'kysely';
import type { Anomaly } from '../capability.ts';
import type { ColumnShape, SetRow } from '../shapes.ts';
import { type Here, instant, json, page, setOf } from './here.ts';
import { type Cell, encodeRows, shapeColumns, verdictOf } from './table-file.ts';

/** Numbers of one portion: about a megabyte of base64. */
const portionNumbers = 200_000;
/** What this server takes in one file; more comes in several, or is evaluated by `hedun anomaly evaluate`. */
const mostNumbers = 40_000_000;

interface Sheet {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export async function appendRows(context: Here, set: SetRow, rows: readonly (readonly Cell[])[]) {
  const { values, odd } = encodeRows(set.columns, rows);
  const width = set.columns.length;
  const each = Math.max(1, Math.floor(portionNumbers / width));
  // One writer of a set at a time: its rows are numbered without gaps.
  const { rowCount, odd: before } = await context.db
    .selectFrom('anomalySets')
    .select(['rowCount', 'odd'])
    .where('id', '=', set.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  for (let from = 0; from < rows.length; from += each) {
    const count = Math.min(each, rows.length - from);
    const part = values.subarray(from * width, (from + count) * width);
    await context.db
      .insertInto('anomalyPortions')
      .values({
        id: context.newId(),
        organisationId: set.organisationId,
        setId: set.id,
        first: rowCount + from,
        rows: count,
        body: Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64'),
      })
      .execute();
  }
  await context.db
    .updateTable('anomalySets')
    .set({ rowCount: rowCount + rows.length, odd: before + odd })
    .where('id', '=', set.id)
    .execute();
  return { first: rowCount, rows: rows.length, odd };
}

/** All numbers of a set, row-major. */
export const valuesOf = async (context: Pick<Here, 'db'>, set: SetRow): Promise<Float32Array> =>
  await rowsBetween(context, set, 0, set.rowCount);

/** Numbers of the rows `from` to `until`, row-major; only the portions that hold them are read. */
export async function rowsBetween(
  { db }: Pick<Here, 'db'>,
  set: SetRow,
  from: number,
  until: number,
): Promise<Float32Array> {
  const width = set.columns.length;
  const values = new Float32Array(Math.max(0, until - from) * width);
  const bytes = new Uint8Array(values.buffer);
  const portions = await db
    .selectFrom('anomalyPortions')
    .select(['first', 'rows', 'body'])
    .where('setId', '=', set.id)
    .where('first', '<', until)
    .where(sql<number>`first + rows`, '>', from)
    .orderBy('first')
    .execute();
  for (const { first, rows, body } of portions) {
    const [begin, end] = [Math.max(first, from), Math.min(first + rows, until)];
    const part = Buffer.from(body, 'base64').subarray((begin - first) * width * 4, (end - first) * width * 4);
    bytes.set(part, (begin - from) * width * 4);
  }
  return values;
}

/** Records by name to cells in the set's order; a name the set does not know is refused, a missing one is a missing value. */
export function cellsOf(columns: readonly ColumnShape[], records: readonly Readonly<Record<string, Cell>>[]) {
  const known = new Set(columns.map(({ name }) => name));
  for (const [index, record] of records.entries())
    for (const name of Object.keys(record))
      if (!known.has(name))
        throw new Failure('anomaly.columns_differ', {
          where: `rows[${index}].${name}`,
          expected: [...known].slice(0, 12).join(', '),
          got: name,
        });
  return records.map((record) => columns.map(({ name }) => record[name] ?? null));
}

async function sheetOf(context: Here, evidenceId: string, name: string): Promise<Sheet> {
  if (!/\.parquet$/i.test(name)) {
    const { headers, rows } = await context.files.table(evidenceId);
    for (const { line, cells } of rows)
      if (cells.length > headers.length)
        throw new Failure('anomaly.data_unreadable', {
          where: `${name}:${line}`,
          expected: `${headers.length} cells`,
          got: `${cells.length} cells`,
        });
    return { names: headers, rows: rows.map(({ cells }) => cells) };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of context.files.stream(evidenceId)) chunks.push(chunk);
  const file = new Uint8Array(Buffer.concat(chunks)).buffer;
  try {
    const records = (await parquetReadObjects({ file })) as readonly Readonly<Record<string, unknown>>[];
    const names = Object.keys(records[0] ?? {});
    return { names, rows: records.map((record) => names.map((each) => cellOf(record[each]))) };
  } catch (cause) {
    throw new Failure('anomaly.data_unreadable', {
      where: name,
      expected: 'a Parquet file (uncompressed or Snappy)',
      got: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return value instanceof Date ? value.getTime() / 1000 : JSON.stringify(value);
}

function checkSheet({ names, rows }: Sheet, name: string): void {
  const refuse = (expected: string, got: string) => {
    throw new Failure('anomaly.data_unreadable', { where: name, expected, got });
  };
  const twice = names.find((each, index) => names.indexOf(each) !== index);
  if (names.length === 0 || rows.length === 0) refuse('a row of names and rows of data', 'no data');
  if (twice !== undefined) refuse('different column names', `${twice} twice`);
  if (names.some((each) => each.trim() === '')) refuse('a name for every column', 'an empty name');
  if (names.length * rows.length > mostNumbers)
    refuse(`at most ${mostNumbers} cells in one file`, String(names.length * rows.length));
}

export const setHandlers = handlers<Anomaly>()({
  listSets: async ({ limit }, { db }) =>
    page(
      await db
        .selectFrom('anomalySets')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
      limit,
    ),
  createSet: async ({ organisationId, name, columns }, context) => {
    context.organisations.requireScope([organisationId]);
    return await insertSet(context, {
      organisationId,
      name,
      origin: 'http',
      columns: columns.map((each) => ({ name: each, words: null })),
      sha256: '',
    });
  },
  importSet: async ({ organisationId, name, evidenceId, labelColumn }, context) => {
    context.organisations.requireScope([organisationId]);
    const evidence = await context.files.get(evidenceId);
    const sheet = await sheetOf(context, evidenceId, evidence.name);
    checkSheet(sheet, evidence.name);
    const label = labelColumn === '' ? -1 : sheet.names.indexOf(labelColumn);
    if (labelColumn !== '' && label < 0)
      throw new Failure('anomaly.columns_differ', {
        where: 'labelColumn',
        expected: sheet.names.slice(0, 12).join(', '),
        got: labelColumn,
      });
    const kept = sheet.names.map((_, at) => at).filter((at) => at !== label);
    if (kept.length === 0)
      throw new Failure('anomaly.data_unreadable', {
        where: evidence.name,
        expected: 'a column besides the labels',
        got: labelColumn,
      });
    const rows = sheet.rows.map((row) => kept.map((at) => row[at] ?? null));
    const columns = shapeColumns(
      kept.map((at) => sheet.names[at]!),
      rows,
    );
    const origin = /\.parquet$/i.test(evidence.name) ? 'parquet' : 'csv';
    const set = await insertSet(context, { organisationId, name, origin, columns, sha256: evidence.sha256 });
    await appendRows(context, set, rows);
    const labels =
      label < 0
        ? []
        : sheet.rows.flatMap((row, at) => {
            const verdict = verdictOf(row[label] ?? null);
            return verdict ? [{ row: at, verdict }] : [];
          });
    for (let from = 0; from < labels.length; from += 1000)
      await context.db
        .insertInto('anomalyLabels')
        .values(
          labels.slice(from, from + 1000).map(({ row, verdict }) => ({
            id: context.newId(),
            organisationId,
            setId: set.id,
            row,
            verdict,
            origin: 'file' as const,
            createdAt: instant(context),
          })),
        )
        .execute();
    await context.db.updateTable('anomalySets').set({ labelled: labels.length }).where('id', '=', set.id).execute();
    return await setOf(context, set.id);
  },
});

export async function insertSet(
  context: Here,
  set: Pick<SetRow, 'organisationId' | 'name' | 'origin' | 'sha256'> & {
    readonly columns: readonly ColumnShape[];
    readonly follows?: string;
  },
): Promise<SetRow> {
  const row = {
    ...set,
    follows: set.follows ?? '',
    columns: [...set.columns],
    id: context.newId(),
    rowCount: 0,
    labelled: 0,
    odd: 0,
    scoredTo: 0,
    createdAt: instant(context),
  };
  await context.db
    .insertInto('anomalySets')
    .values({ ...row, columns: json(row.columns) })
    .execute();
  return row;
}
