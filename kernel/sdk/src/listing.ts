/**
 * Pages of a list over any query of a capability: declared filter tokens become conditions, order is stable, pages follow by key.
 * For server halves only, and so not in the index: it runs the query builder.
 * @module
 */
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ListField } from './capability.ts';
import { Failure } from './failure.ts';
import type { ListInput } from './field.ts';
import { checkFilter, type FilterToken, parseFilterText } from './filter.ts';

export interface Listing {
  /** SELECT without order and limit; its columns are those of `columns`, and a unique `id`. */
  readonly from: RawBuilder<unknown>;
  readonly fields: Readonly<Record<string, ListField>>;
  /** SQL expression of each filter field over the row `r`; its snake-case name if left out. */
  readonly columns?: Readonly<Record<string, RawBuilder<unknown>>>;
  /** Where free words are looked for. */
  readonly words: readonly RawBuilder<unknown>[];
  /** Default order: `field` or `-field`. */
  readonly sort: string;
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export async function listing<Row extends { readonly id: string }>(
  // biome-ignore lint/suspicious/noExplicitAny: the query is a value here; its owner knows the row.
  { db }: { readonly db: Kysely<any> },
  { from, fields, columns = {}, words, sort }: Listing,
  input: ListInput,
) {
  const tokens = parseFilterText(input.filter);
  checkFilter(tokens, fields);
  const expression = (name: string) => columns[name] ?? sql`r.${sql.ref(snake(name))}`;
  const conditions = tokens.map((token) => conditionOf(token, fields, expression, words));
  const order = input.sort || sort;
  const descending = order.startsWith('-');
  const name = descending ? order.slice(1) : order;
  if (input.sort && !fields[name]?.sortable)
    throw new Failure('input.unknown_sort', {
      where: 'sort',
      expected: Object.keys(fields)
        .filter((each) => fields[each]?.sortable)
        .join(', '),
      got: input.sort,
    });
  const key = expression(name);
  const matching = all(conditions);
  const cursor = input.cursor ? readCursor(input.cursor) : null;
  // The key as text travels in the cursor; compared in its own type.
  const after = cursor
    ? descending
      ? sql<SqlBool>`(${key}, r.id) < (${cursor.value}, ${cursor.id}::uuid)`
      : sql<SqlBool>`(${key}, r.id) > (${cursor.value}, ${cursor.id}::uuid)`
    : sql<SqlBool>`true`;
  const direction = descending ? sql`DESC` : sql`ASC`;
  const { rows } = await sql<Row & { listKey: unknown }>`SELECT r.*, ${key} AS list_key FROM (${from}) r
    WHERE ${matching} AND ${after} ORDER BY ${key} ${direction}, r.id ${direction} LIMIT ${input.limit + 1}`.execute(
    db,
  );
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  const more = rows.length > input.limit;
  const total =
    !cursor && !more
      ? rows.length
      : ((await sql<{ count: number }>`SELECT count(*)::int AS count FROM (${from}) r WHERE ${matching}`.execute(db))
          .rows[0]?.count ?? 0);
  return {
    items: items.map(({ listKey: _, ...row }) => row as unknown as Row),
    nextCursor: more && last ? btoa(encodeURIComponent(JSON.stringify([last.listKey, last.id]))) : null,
    total,
    totalIsEstimate: false,
  };
}

function all(conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> {
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(conditions, sql` AND `)}`;
}

function conditionOf(
  { field, negated, operator, values }: FilterToken,
  fields: Readonly<Record<string, ListField>>,
  expression: (name: string) => RawBuilder<unknown>,
  words: readonly RawBuilder<unknown>[],
): RawBuilder<SqlBool> {
  const any = (parts: readonly RawBuilder<SqlBool>[]) => sql<SqlBool>`(${sql.join(parts, sql` OR `)})`;
  const wrap = (condition: RawBuilder<SqlBool>) =>
    negated ? sql<SqlBool>`NOT coalesce(${condition}, false)` : condition;
  if (field === null) {
    const like = `%${escaped(values[0] ?? '')}%`;
    return wrap(any(words.map((word) => sql<SqlBool>`${word} ILIKE ${like}`)));
  }
  const column = expression(field);
  switch (fields[field]?.type) {
    case 'text':
      return wrap(
        any(
          values.map(
            (value) =>
              sql<SqlBool>`${column} ILIKE ${value.includes('*') ? escaped(value).replaceAll('*', '%') : `%${escaped(value)}%`}`,
          ),
        ),
      );
    case 'number':
      return wrap(any(values.map((value) => sql<SqlBool>`${column} ${sql.raw(operator)} ${Number(value)}`)));
    case 'time': {
      // A bare day is a day in Beijing; `=` means inside it.
      const moment = (value: string) => (value.length === 10 ? `${value}T00:00:00+08:00` : value);
      return wrap(
        any(
          values.map((value) =>
            operator === '='
              ? sql<SqlBool>`(${column}::timestamptz >= ${moment(value)}::timestamptz AND ${column}::timestamptz < ${moment(value)}::timestamptz + interval '1 day')`
              : sql<SqlBool>`${column}::timestamptz ${sql.raw(operator)} ${moment(value)}::timestamptz`,
          ),
        ),
      );
    }
    case 'tags':
      return wrap(sql<SqlBool>`${column} && ${[...values]}::text[]`);
    case 'boolean':
      return wrap(sql<SqlBool>`${column} = ${values[0] === 'true'}`);
    case 'organisation':
      return wrap(
        sql<SqlBool>`${column} IN (SELECT o.id FROM organisations o WHERE o.path ~ ${`(${values.filter((each) => each !== 'none').join('|') || 'none'})`})`,
      );
    default:
      return wrap(sql<SqlBool>`${column}::text = ANY (${[...values]}::text[])`);
  }
}
const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

function readCursor(cursor: string): { readonly value: unknown; readonly id: string } {
  try {
    const [value, id] = JSON.parse(decodeURIComponent(atob(cursor))) as [unknown, string];
    if (!/^[0-9a-f-]{36}$/.test(id)) throw new TypeError('id');
    return { value, id };
  } catch (cause) {
    throw new Failure('input.bad_cursor', { where: 'cursor', cause });
  }
}
