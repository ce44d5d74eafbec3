/**
 * Exports any list as CSV, JSON or XLSX: read page by page with the actor's own rights, formula characters neutralised, actor and time named.
 * @module
 */
import { PassThrough } from 'node:stream';
import { type Capability, Failure, handlers, type ListPage, labelOf, type Text } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import type { z } from 'zod';
import { createContext } from '../context.ts';
import type { Core, Principal, Session } from '../contract.ts';
import { accessFor } from '../execute.ts';
import { parseInput } from '../input.ts';
import { callOf, sessionOf } from '../session.ts';
import { referenceTo } from './files.ts';
import { exportCell } from './formula.ts';

const pageSize = 500;
/** A sheet holds 1,048,576 rows; three are the heading. */
const sheetRows = 1_048_573;

interface Column {
  readonly key: string;
  readonly title: string;
}
type Row = Readonly<Record<string, unknown>>;
interface Exported {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<readonly Row[]>;
}

export function exportHandlers(core: Core) {
  return handlers<Kernel>()({
    exportList: async ({ list, filter, sort, format }, context) => {
      const found = core.registry.operation(list);
      const known = core.registry.operationIds().filter((id) => core.registry.operation(id)?.operation.list);
      if (!found?.operation.list || found.operation.effect !== 'read')
        throw new Failure('input.invalid', { where: 'list', expected: known.join(', '), got: list });
      const { permission } = found.operation;
      if (permission !== 'signed-in' && permission !== 'public') context.require(permission);
      const { principal, home } = await context.transaction(async (inner) => ({
        principal: callOf(inner).principal,
        home: await homeOf(sessionOf(inner)),
      }));
      if (!principal) throw new Failure('access.not_signed_in', { where: list });
      const { locale, actor } = context;
      const at = context.now();
      const title = found.operation.title[locale];
      const stamp = beijing(at);
      const exported: Exported = {
        title,
        note:
          locale === 'zh-CN'
            ? `导出人：${actor.name}　导出时间：${stamp}　筛选：${filter || '无'}`
            : `Exported by ${actor.name} at ${stamp} (UTC+8), filter: ${filter || 'none'}`,
        columns: columnsOf(found.operation, locale),
        rows: pages(
          core,
          found,
          principal,
          { filter, ...(sort === undefined ? {} : { sort }) },
          async (done, total) => {
            await context.progress(done, Math.max(done, total));
          },
        ),
      };
      const name = `${title}-${actor.name}-${stamp.replace(/[-: ]/g, '').slice(0, 12)}.${format}`;
      const blob = await core.blobs.put(writers[format](exported, actor.name, at.toISOString()));
      return await context.transaction(async (inner) => {
        const session = sessionOf(inner);
        return referenceTo(
          await core.store.elevated(session.db, (owner) =>
            core.nouns.register({ ...session, db: owner, scope: { kind: 'all' } }, blob, {
              organisationId: home,
              name,
              mediaType: 'application/octet-stream',
              description: exported.note,
            }),
          ),
        );
      });
    },
  });
}

/**
 * The organisation above everything in the actor's scope keeps the file: who may read there may read every row in it. The actor reads it
 * as its maker, even where that organisation lies outside the own scope.
 */
async function homeOf(session: Session): Promise<string> {
  const { scope } = session;
  const rows = await session.db.selectFrom('organisations').select(['id', 'path']).execute();
  const own = (scope.kind === 'all' ? rows : rows.filter(({ id }) => scope.ids.includes(id))).map(({ path }) =>
    path.split('/'),
  );
  const [first = [], ...others] = own;
  const shared = first.filter((id, depth) => others.every((other) => other[depth] === id));
  const top = shared.at(-1);
  if (!top) throw new Failure('access.out_of_scope', { where: 'organisation', got: 'no organisation' });
  return top;
}

/** Every page in a transaction of its own, under the scope of the list's permission, so that an export of a million rows holds nobody up. */
async function* pages(
  core: Core,
  found: NonNullable<ReturnType<Core['registry']['operation']>>,
  principal: Principal,
  input: { readonly filter: string; readonly sort?: string },
  progress: (done: number, total: number) => Promise<void>,
): AsyncIterable<readonly Row[]> {
  const access = accessFor(principal, found.operation.permission);
  let cursor: string | null = null;
  let done = 0;
  do {
    const asked = { ...input, limit: pageSize, ...(cursor === null ? {} : { cursor }) };
    const page: ListPage<Row> = await core.store.read(access, async (db) => {
      const context = createContext(core, {
        capability: found.capability,
        db,
        access,
        principal,
        request: null,
        locale: principal.actor.locale,
        signal: new AbortController().signal,
        setCookie: () => undefined,
        auditDetails: {},
      });
      return (await found.handle(parseInput(found.operation.input, asked) as never, context)) as ListPage<Row>;
    });
    done += page.items.length;
    yield page.items;
    await progress(done, page.total);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

const titleOf = (label: Text | string, locale: keyof Text) => (typeof label === 'string' ? label : label[locale]);
function columnsOf(operation: Capability['operations'][string], locale: keyof Text): readonly Column[] {
  const items = (operation.output as z.ZodObject<{ items: z.ZodArray<z.ZodObject<Record<string, z.ZodType>>> }>).shape
    .items.element.shape;
  return Object.keys(items).map((key) => ({
    key,
    title: titleOf(operation.list?.[key]?.label ?? labelOf(key, items[key]), locale),
  }));
}

const writers = {
  csv: (exported: Exported) => csv(exported),
  json: (exported: Exported, actor: string, at: string) => json(exported, actor, at),
  xlsx: (exported: Exported) => xlsx(exported),
} as const;

async function* csv({ note, columns, rows }: Exported): AsyncIterable<Uint8Array> {
  const line = (cells: readonly unknown[]) => `${cells.map((cell) => quoted(String(exportCell(cell)))).join(',')}\r\n`;
  // The mark lets Excel read UTF-8; importers of this platform skip lines that begin with #.
  yield Buffer.from(`\ufeff# ${note.replace(/[\r\n]/g, ' ')}\r\n${line(columns.map(({ title }) => title))}`);
  for await (const page of rows)
    yield Buffer.from(page.map((row) => line(columns.map(({ key }) => row[key]))).join(''));
}
function quoted(text: string): string {
  return /[",\r\n;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* json({ title, note, rows }: Exported, actor: string, at: string): AsyncIterable<Uint8Array> {
  const head = JSON.stringify({ title, exportedBy: actor, exportedAt: at, note });
  yield Buffer.from(`${head.slice(0, -1)},"items":[`);
  let first = true;
  for await (const page of rows) {
    if (page.length === 0) continue;
    yield Buffer.from(`${first ? '' : ','}\n${page.map((row) => JSON.stringify(row)).join(',\n')}`);
    first = false;
  }
  yield Buffer.from('\n]}\n');
}

async function* xlsx({ title, note, columns, rows }: Exported): AsyncIterable<Uint8Array> {
  const stream = new PassThrough();
  const { default: ExcelJS } = await import('exceljs');
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: false, useStyles: true });
  const filling = (async () => {
    const sheet = workbook.addWorksheet(title.replace(/[\\/*?:[\]]/g, ' ').slice(0, 31), {
      views: [{ state: 'frozen', ySplit: 2 }],
    });
    sheet.addRow([note]).commit();
    const head = sheet.addRow(columns.map((column) => column.title));
    head.font = { bold: true };
    head.commit();
    let written = 0;
    for await (const page of rows) {
      written += page.length;
      if (written > sheetRows)
        throw new Failure('input.invalid', {
          where: 'format',
          expected: `csv for more than ${sheetRows} rows`,
          got: 'xlsx',
        });
      for (const row of page) sheet.addRow(columns.map(({ key }) => exportCell(row[key]))).commit();
    }
    sheet.commit();
    await workbook.commit();
  })();
  filling.catch((error) => stream.destroy(error as Error));
  yield* stream as AsyncIterable<Uint8Array>;
  await filling;
}

function beijing(time: Date): string {
  return new Date(time.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}
