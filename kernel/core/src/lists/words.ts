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

/**
 * One condition, the one an index can answer: two that say the same would make the planner expect the square of their share and choose
 * the index for words that half the table holds.
 */
function like(table: string, column: string, pattern: string, hasSingles = false) {
  // A beginning without upper and lower case is a range of the column's own index.
  if (/^[^%_\\]+%$/.test(pattern) && pattern.toLowerCase() === pattern.toUpperCase())
    return sql<SqlBool>`${sql.ref(column)} like ${pattern}`;
  // One letter is one or three in the index's text; only patterns without `?` can ask it, and only for a whole trigram.
  return indexed.has(`${table}.${column}`) && !hasSingles && trigram.test(pattern)
    ? sql<SqlBool>`hedun_words(${sql.ref(column)}) like hedun_words(${pattern})`
    : sql<SqlBool>`${sql.ref(column)} ilike ${pattern}`;
}
/** An ideograph, or three letters or digits in a row. */
const trigram = /[\u3400-\u9fff]|[\p{L}\p{N}]{3}/u;
function escapeLike(value: string): string {
  return value.replace(/[\\%_]/g, '\\$&');
}
