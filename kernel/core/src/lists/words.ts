/**
 * "Contains" and wildcard conditions on text. A column with a trigram index answers them from the index, also for the two-letter
 * words Chinese is made of: `hedun_words` (store/schema.sql.ts) writes each ideograph three times, so that every one is a trigram.
 * @module
 */
import { type SqlBool, sql } from 'kysely';

/** Columns with a trigram index over `hedun_words(column)`. */
const indexed: ReadonlySet<string> = new Set(['assets.name', 'findings.title']);

/** Rows whose column contains the text, in any case; `%` and `_` mean themselves. */
export function contains(table: string, column: string, text: string) {
  return like(table, column, `%${escapeLike(text)}%`);
}
/** Rows whose whole column has the form: `*` is any text, `?` one letter. */
export function matches(table: string, column: string, form: string) {
  return like(table, column, likeOf(form), form.includes('?'));
}

export function likeOf(form: string): string {
  return escapeLike(form).replaceAll('*', '%').replaceAll('?', '_');
}

function like(table: string, column: string, pattern: string, hasSingles = false) {
  const own = sql<SqlBool>`${sql.ref(column)} ilike ${pattern}`;
  // One letter is one or three in the index's text; only patterns without `?` can ask it. The cheap condition stands first.
  return indexed.has(`${table}.${column}`) && !hasSingles
    ? sql<SqlBool>`(${own} and hedun_words(${sql.ref(column)}) like hedun_words(${pattern}))`
    : own;
}
function escapeLike(value: string): string {
  return value.replace(/[\\%_]/g, '\\$&');
}
