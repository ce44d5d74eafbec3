/**
 * One page of a list in descending order of id.
 * @module
 */

/** Reads one row more than asked: it only tells that there is a next page. The total is that of the page, marked as an estimate when more follow. */
export async function page<T extends { readonly id: string }>(limit: number, read: (size: number) => Promise<T[]>) {
  const rows = await read(limit + 1);
  const items = rows.slice(0, limit);
  const more = rows.length > limit;
  return { items, nextCursor: more ? (items.at(-1)?.id ?? null) : null, total: rows.length, totalIsEstimate: more };
}
