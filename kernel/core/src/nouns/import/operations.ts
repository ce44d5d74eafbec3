/**
 * Preview and import of assets from an uploaded table. Nothing is written before every row was checked; then a few thousand rows at a time.
 * @module
 */
import { Failure, type FailureIssue, handlers } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { type Core, firstIssues, type Session } from '../../contract.ts';
import { sessionOf } from '../../session.ts';
import { chunks, requireOrganisations } from '../shared.ts';
import { mapColumns, type Target, targetsOf } from './mapping.ts';
import { readTable } from './read.ts';
import { type AssetRow, createRowReader, type Lookups, lookupsOf } from './rows.ts';
import { readAll, type Table } from './table.ts';
import { writeAssets } from './write.ts';

const previewRows = 50;
/** Rows between two reports of progress. */
const stride = 2000;
/**
 * Rows written in one transaction: the embedded database has one connection, and a hundred thousand rows at once would hold it for half a
 * minute. A job that is cut off begins again and finds what it wrote unchanged.
 */
const rowsAtOnce = 2000;

interface Input {
  readonly evidenceId: string;
  readonly columns?: Readonly<Record<string, string>> | undefined;
  readonly organisationId?: string | undefined;
}

export function importHandlers(core: Core) {
  const find = async (session: Session, { evidenceId, organisationId }: Input) => {
    if (organisationId) await requireOrganisations(session, [organisationId]);
    const evidence = await core.nouns.files(session).get(evidenceId);
    return { evidence, lookups: await lookupsOf(session) };
  };
  const read = async (input: Input, evidence: { sha256: string; size: number; name: string }, lookups: Lookups) => {
    const table = readTable(await readAll(core.blobs.stream(evidence.sha256), evidence.size), evidence.name);
    const targets = targetsOf(core.registry);
    const columns = mapColumns(targets, table.headers, input.columns);
    const reader = createRowReader({
      registry: core.registry,
      table,
      columns,
      lookups,
      defaultOrganisationId: input.organisationId,
    });
    return { table, targets, columns, reader };
  };
  return handlers<Kernel>()({
    previewAssetImport: async (input, context) => {
      const { evidence, lookups } = await find(sessionOf(context), input);
      const { table, targets, columns, reader } = await read(input, evidence, lookups);
      const missing = missingColumns(table, targets, columns, input);
      const { good, issues, bad } = missing.length > 0 ? allBad(table, missing) : checkAll(table, reader);
      return {
        columns,
        headers: [...table.headers],
        targets: targets.map(({ name, title, required }) => ({ name, title, required })),
        rows: table.rows.slice(0, previewRows).map((row) => ({
          line: row.line,
          ...Object.fromEntries(table.headers.map((header, index) => [header, row.cells[index] ?? ''])),
        })),
        total: table.rows.length,
        good: good.length,
        issues: [...firstIssues(issues)],
        issueCount: bad,
      };
    },
    importAssets: async (input, context) => {
      const { evidence, lookups } = await context.transaction((inner) => find(sessionOf(inner), input));
      const { table, targets, columns, reader } = await read(input, evidence, lookups);
      const missing = missingColumns(table, targets, columns, input);
      if (missing.length > 0)
        throw new Failure('file.rows_invalid', {
          values: { count: table.rows.length },
          ...missing[0],
          issues: missing,
        });
      const total = table.rows.length * 2;
      const good: AssetRow[] = [];
      const issues: FailureIssue[] = [];
      let bad = 0;
      for (const [index, row] of table.rows.entries()) {
        const found = reader(row);
        if (Array.isArray(found)) {
          bad += 1;
          if (issues.length < 100) issues.push(...(found as readonly FailureIssue[]));
        } else good.push(found as AssetRow);
        if (index % stride === 0) await context.progress(index, total);
      }
      if (bad > 0 && !input.skipBadRows)
        throw new Failure('file.rows_invalid', { values: { count: bad }, ...issues[0], issues: firstIssues(issues) });
      await context.progress(table.rows.length, total);
      const written = { created: 0, updated: 0, unchanged: 0 };
      for (const part of chunks(good, rowsAtOnce)) {
        const one = await context.transaction((inner) => writeAssets(sessionOf(inner), part, context.signal));
        written.created += one.created;
        written.updated += one.updated;
        written.unchanged += one.unchanged;
        await context.progress(table.rows.length + written.created + written.updated + written.unchanged, total);
      }
      await context.progress(total, total);
      return { total: table.rows.length, ...written, skipped: bad, issues: firstIssues(issues) };
    },
  });
}

function checkAll(table: Table, reader: ReturnType<typeof createRowReader>) {
  const good: AssetRow[] = [];
  const issues: FailureIssue[] = [];
  let bad = 0;
  for (const row of table.rows) {
    const found = reader(row);
    if (Array.isArray(found)) {
      bad += 1;
      if (issues.length < 100) issues.push(...(found as readonly FailureIssue[]));
    } else good.push(found as AssetRow);
  }
  return { good, issues, bad };
}

function missingColumns(
  table: Table,
  targets: readonly Target[],
  columns: Readonly<Record<string, string>>,
  input: Input,
): readonly FailureIssue[] {
  const needed = targets.filter(
    ({ name, required }) => required || (name === 'organisation' && input.organisationId === undefined),
  );
  return needed
    .filter(({ name }) => columns[name] === undefined)
    .map(({ name, words }) => ({
      where: `${table.name}:1`,
      expected: `a column for ${name}: ${words.slice(0, 6).join(', ')}`,
      got: table.headers.join(', ').slice(0, 200),
    }));
}
function allBad(table: Table, issues: readonly FailureIssue[]) {
  return { good: [] as AssetRow[], issues: [...issues], bad: table.rows.length };
}
