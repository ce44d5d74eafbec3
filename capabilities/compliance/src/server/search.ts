/**
 * Search in the published catalogue by substring, for Chinese as for Latin text: an inverted index of letter pairs finds candidates, the
 * text itself confirms them.
 * @module
 */
import type { Facts } from '@hedun/compliance';
import { type Context, checkFilter, Failure, type ListField, type ListInput, parseFilterText } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Compliance } from '../capability.ts';
import { page } from './pages.ts';

/** Rows tried before the inverted index: 5,000 cost some ten milliseconds; a word in one row of a hundred fills a page from them. */
const windowSize = 5000;

const normal = (text: string) => text.normalize('NFKC').toLowerCase();

/** Single letters and pairs of neighbours inside each run of letters or digits. */
export function gramsOf(text: string): string[] {
  const found = new Set<string>();
  for (const [run] of normal(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    const letters = [...run];
    letters.forEach((letter, index) => {
      found.add(letter);
      const next = letters[index + 1];
      if (next !== undefined) found.add(letter + next);
    });
  }
  return [...found];
}
/** What a word asks of the index: its pairs, or the letter itself when it is alone. */
function asked(word: string): string[] {
  const all = gramsOf(word);
  const pairs = all.filter((each) => [...each].length === 2);
  return pairs.length > 0 ? pairs : all;
}

export function searchText(body: Facts, provider: string): string {
  const items = Array.isArray(body.items) ? body.items : [];
  return normal([body.name, body.code, provider, body.abstract, ...items].filter(Boolean).join(' '));
}

export async function searchCatalogue(
  { filter, cursor, limit }: ListInput,
  fields: Readonly<Record<string, ListField>>,
  { db }: Context<Compliance>,
) {
  const tokens = parseFilterText(filter);
  checkFilter(tokens, fields);
  const read = (size: number, floor: string | undefined) => {
    let query = db
      .selectFrom('complianceCatalogue')
      .select(['id', 'organisationId', 'name', 'provider', 'attribute', 'method', 'level', 'body', 'publishedAt'])
      .orderBy('id', 'desc')
      .limit(size);
    for (const { field, negated, values } of tokens) {
      if (field === 'attribute' || field === 'method')
        query = query.where(field, negated ? 'not in' : 'in', [...values]);
      else
        for (const value of values) {
          const word = normal(value);
          const grams = asked(word);
          if (grams.length === 0)
            throw new Failure('input.unknown_filter', { where: 'filter', expected: 'letters or digits', got: value });
          const like = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
          query = negated
            ? query.where('search', 'not like', like)
            : query.where(sql<boolean>`grams @> ${grams}::text[]`).where('search', 'like', like);
        }
    }
    if (cursor) query = query.where('id', '<', cursor);
    if (floor !== undefined) query = query.where('id', '>=', floor);
    return query.execute();
  };
  return await page(limit, async (size) => {
    // A common word fills the page from the newest rows; only a rare one is worth the inverted index, which must gather all its rows.
    let newest = db.selectFrom('complianceCatalogue').select('id').orderBy('id', 'desc').offset(windowSize).limit(1);
    if (cursor) newest = newest.where('id', '<', cursor);
    const floor = (await newest.executeTakeFirst())?.id;
    const near = await read(size, floor);
    return floor === undefined || near.length === size ? near : await read(size, undefined);
  });
}
