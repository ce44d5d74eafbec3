/**
 * Every list: filter tokens to conditions, a stable order, pages by key, totals that say when they are estimates.
 * Row-level security stays the truth; the scope is added here once more so that an index can serve a narrow one.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  checkFilter,
  Failure,
  type FilterToken,
  type ListField,
  type ListInput,
  type ListPage,
  parseFilterText,
  type Severity,
} from '@hedun/sdk';
import { type ExpressionBuilder, type ExpressionWrapper, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Database, Session } from '../contract.ts';
import { normaliseIdentifier } from '../nouns/identifiers.ts';
import type { KernelTables } from '../store/tables.ts';
import { severityRank } from './severity.ts';
import { contains, likeOf, matches } from './words.ts';

export interface ListDefinition {
  readonly table: keyof KernelTables & string;
  /** Fields of the filter language; a field is the column of its name unless `columns` says otherwise. */
  readonly fields: Readonly<Record<string, ListField>>;
  readonly columns?: Readonly<Record<string, string>>;
  /** Columns that free words are looked for in. */
  readonly words: readonly string[];
  /** Column of identifiers (addresses, domains …): a free word that is one of them in full finds its row. */
  readonly identifiers?: string;
  /** Default order: `column` or `-column`. */
  readonly sort: string;
  /** Columns that are never null: their order can come straight from an index `(column, id)`. */
  readonly required?: readonly string[];
  /** Unique column that breaks ties. */
  readonly key?: string;
  /** Whose organisations the rows belong to; null for tables without. */
  readonly organisation?: string | null;
  /** Columns to read; all if left out. */
  readonly select?: readonly string[];
  /** A condition that always holds, in SQL. */
  readonly where?: ReturnType<typeof sql<SqlBool>>;
}

/** Exact up to here; above, the planner's estimate. */
const exactTotal = 10_000;

// biome-ignore lint/suspicious/noExplicitAny: the table is a value here; the definition's owner knows the row.
type Query = SelectQueryBuilder<any, any, any>;
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Builder = ExpressionBuilder<any, any>;
type Condition = ExpressionWrapper<KernelTables, keyof KernelTables, SqlBool>;

export async function list<Row>(
  session: Pick<Session, 'db' | 'scope'>,
  definition: ListDefinition,
  input: Partial<ListInput>,
): Promise<ListPage<Row>> {
  const limit = input.limit ?? 50;
  const key = definition.key ?? 'id';
  const order = readSort(definition, input.sort);
  const shape = createHash('sha256')
    .update(JSON.stringify([definition.table, input.filter ?? '', order]))
    .digest('base64url')
    .slice(0, 12);
  const filtered = await filteredQuery(session, definition, input.filter ?? '');
  let page = definition.select ? filtered.select(definition.select as never) : filtered.selectAll();
  if (input.cursor) page = after(page, order, key, readCursor(input.cursor, shape));
  const rows = (await page
    .$if(order.nullable, (query) =>
      query.orderBy(order.column, (by) => (order.descending ? by.desc().nullsLast() : by.asc().nullsFirst())),
    )
    .$if(!order.nullable, (query) => query.orderBy(order.column, order.descending ? 'desc' : 'asc'))
    .$if(order.column !== key, (query) => query.orderBy(key, order.descending ? 'desc' : 'asc'))
    .limit(limit + 1)
    .execute()) as Record<string, unknown>[];
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last ? writeCursor(shape, last[order.column], last[key]) : null;
  const short = !input.cursor && nextCursor === null;
  const { total, estimated } = short ? { total: items.length, estimated: false } : await count(session.db, filtered);
  return { items: items as Row[], nextCursor, total, totalIsEstimate: estimated };
}

/** The rows a filter means, without order and paging: for counts, exports and "select all matching". */
export async function filteredQuery(
  session: Pick<Session, 'db' | 'scope'>,
  definition: ListDefinition,
  filter: string,
): Promise<Query> {
  const tokens = parseFilterText(filter);
  checkFilter(tokens, definition.fields);
  const organisation = definition.organisation === undefined ? 'organisationId' : definition.organisation;
  let query = session.db.selectFrom(definition.table) as Query;
  if (definition.where) query = query.where(definition.where);
  if (organisation && session.scope.kind === 'organisations')
    query = query.where(
      organisation,
      'in',
      session.scope.ids.length > 0 ? [...session.scope.ids] : ['00000000-0000-0000-0000-000000000000'],
    );
  for (const token of tokens) {
    const subtree =
      token.field !== null && definition.fields[token.field]?.type === 'organisation'
        ? await subtreeOf(session.db, token.values)
        : [];
    query = query.where(
      (builder: Builder) => conditionOf(builder, definition, token, subtree, organisation ?? 'organisationId') as never,
    );
  }
  return query;
}

function conditionOf(
  builder: Builder,
  definition: ListDefinition,
  token: FilterToken,
  subtree: readonly string[],
  organisation: string,
): Condition {
  const positive = (() => {
    if (token.field === null)
      return builder.or(
        token.values.flatMap((value) => [
          ...definition.words.map((column) => contains(definition.table, column, value)),
          ...(definition.identifiers
            ? [sql<SqlBool>`${sql.ref(definition.identifiers)} @> array[${normaliseIdentifier(value)}]::text[]`]
            : []),
        ]),
      );
    const field = definition.fields[token.field];
    const column = definition.columns?.[token.field] ?? token.field;
    switch (field?.type) {
      case 'organisation':
        return subtree.length > 0 ? builder(organisation, 'in', [...subtree]) : sql<SqlBool>`false`;
      case 'tags':
        return builder.or(
          token.values.map((value) =>
            /[*?]/.test(value)
              ? sql<SqlBool>`exists (select 1 from unnest(${sql.ref(column)}) as each where each ilike ${likeOf(value)})`
              : sql<SqlBool>`${sql.ref(column)} @> array[${value}]::text[]`,
          ),
        );
      case 'text':
        return builder.or(
          token.values.map((value) =>
            /[*?]/.test(value) ? matches(definition.table, column, value) : builder(column, '=', value),
          ),
        );
      case 'time':
        return builder.or(token.values.map((value) => timeCondition(builder, column, token.operator, value)));
      case 'number':
        return builder.or(token.values.map((value) => builder(column, token.operator, Number(value))));
      case 'boolean':
        return builder.or(token.values.map((value) => builder(column, '=', value === 'true')));
      case 'id':
      case 'user':
        return builder.or(
          token.values.map((value) => (value === 'none' ? builder(column, 'is', null) : builder(column, '=', value))),
        );
      default:
        // The rank is what indexes hold; the word says the same.
        if (token.field === 'severity' && definition.required?.includes('severityRank'))
          return builder(
            'severityRank',
            'in',
            token.values.map((value) => severityRank[value as Severity]),
          );
        return builder(column, 'in', [...token.values]);
    }
  })();
  return (token.negated
    ? builder.not(sql<SqlBool>`coalesce(${positive}, false)` as never)
    : positive) as unknown as Condition;
}

/** A day means the whole day; a moment means the moment. */
function timeCondition(builder: Builder, column: string, operator: FilterToken['operator'], value: string) {
  const day = /^\d{4}-\d\d-\d\d$/.test(value);
  const start = new Date(day ? `${value}T00:00:00+08:00` : value);
  const end = day ? new Date(start.getTime() + 86_400_000) : start;
  if (operator === '=')
    return day
      ? builder.and([builder(column, '>=', start.toISOString()), builder(column, '<', end.toISOString())])
      : builder(column, '=', start.toISOString());
  const edge = operator === '>' || operator === '<=' ? end : start;
  return builder(
    column,
    operator === '>' && day ? '>=' : operator === '<=' && day ? '<' : operator,
    edge.toISOString(),
  );
}

async function subtreeOf(db: Database, roots: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('organisations')
    .select('id')
    .where((builder) =>
      builder.or(roots.filter((each) => each !== 'none').map((root) => sql<SqlBool>`path like ${`%${root}%`}`)),
    )
    .execute();
  return rows.map(({ id }) => id);
}

interface Order {
  readonly column: string;
  readonly descending: boolean;
  readonly nullable: boolean;
}
function readSort(definition: ListDefinition, wanted: string | undefined): Order {
  const text = wanted ?? definition.sort;
  const name = text.replace(/^-/, '');
  const column = definition.columns?.[name] ?? name;
  const allowed = Object.entries(definition.fields)
    .filter(([, field]) => field.sortable)
    .map(([each]) => each);
  if (wanted !== undefined && !allowed.includes(name))
    throw new Failure('input.unknown_sort', { where: 'sort', expected: allowed.join(', '), got: wanted });
  const ranked = name === 'severity' && definition.fields.severity?.type === 'enum' ? 'severityRank' : column;
  const nullable = ranked !== (definition.key ?? 'id') && !(definition.required ?? []).includes(ranked);
  return { column: ranked, descending: text.startsWith('-'), nullable };
}

function after(
  query: Query,
  { column, descending, nullable }: Order,
  key: string,
  [value, id]: readonly [unknown, unknown],
): Query {
  const sign = descending ? sql`<` : sql`>`;
  const tie = sql<SqlBool>`${sql.ref(key)} ${sign} ${id}`;
  if (column === key) return query.where(tie);
  // A row comparison is one index range; the spelled-out form below reads an index from its start.
  if (!nullable) return query.where(sql<SqlBool>`(${sql.ref(column)}, ${sql.ref(key)}) ${sign} (${value}, ${id})`);
  if (value === null)
    return descending
      ? query.where(sql<SqlBool>`${sql.ref(column)} is null and ${tie}`)
      : query.where(sql<SqlBool>`(${sql.ref(column)} is not null or ${tie})`);
  const same = sql<SqlBool>`${sql.ref(column)} = ${value} and ${tie}`;
  const beyond = sql<SqlBool>`${sql.ref(column)} ${sign} ${value}`;
  return descending
    ? query.where(sql<SqlBool>`(${beyond} or (${same}) or ${sql.ref(column)} is null)`)
    : query.where(sql<SqlBool>`(${beyond} or (${same}))`);
}

function writeCursor(shape: string, value: unknown, id: unknown): string {
  return Buffer.from(JSON.stringify([shape, value ?? null, id])).toString('base64url');
}
function readCursor(cursor: string, shape: string): readonly [unknown, unknown] {
  try {
    const [made, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as [
      string,
      unknown,
      unknown,
    ];
    if (made === shape && id !== undefined && (typeof value !== 'object') === (value !== null)) return [value, id];
  } catch {
    // Refused below like any other cursor that is not ours.
  }
  throw new Failure('input.bad_cursor', {
    where: 'cursor',
    expected: 'the cursor of the page before, with the same filter and sort',
    got: cursor.slice(0, 40),
  });
}

/** Beyond this the planner expects so many rows that counting up to the limit would only confirm it. */
const surelyMany = 4 * exactTotal;
/** In the planner's units (a page read in sequence is 1): above it counting would cost more than the page itself may. */
const dearCount = 40_000;

/** Counts up to the limit; beyond it, or where counting would be dear, what the planner expects. */
async function count(db: Database, filtered: Query): Promise<{ readonly total: number; readonly estimated: boolean }> {
  const one = filtered.select(sql`1`.as('one'));
  const { rows: lines } = await sql<Record<string, unknown>>`explain (format json) ${one}`.execute(db);
  const first = Object.values(lines[0] ?? {})[0];
  const parsed = (typeof first === 'string' ? JSON.parse(first) : first) as readonly {
    readonly Plan?: Readonly<Record<string, number>>;
  }[];
  const expected = Math.round(parsed[0]?.Plan?.['Plan Rows'] ?? 0);
  if (expected > surelyMany) return { total: expected, estimated: true };
  if ((parsed[0]?.Plan?.['Total Cost'] ?? 0) > dearCount) return { total: expected, estimated: true };
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from (${one.limit(exactTotal + 1)}) as matching`.execute(db);
  const exact = Number(rows[0]?.count ?? 0);
  return exact <= exactTotal
    ? { total: exact, estimated: false }
    : { total: Math.max(exact, expected), estimated: true };
}
