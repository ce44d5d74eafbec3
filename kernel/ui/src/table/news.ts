/**
 * What a list does not show yet, told by comparing its first page as it is now with the rows on the screen. Pure.
 * @module
 */

export interface News {
  readonly added: number;
  readonly changed: number;
}

/** Rows of the fresh page that are not on the screen, at least as many as the total grew by; and rows that read otherwise now. */
export function newsOf(
  shown: readonly unknown[],
  fresh: readonly unknown[],
  idOf: (row: never) => string,
  totals: { readonly shown: number; readonly fresh: number } | null,
): News {
  const known = new Map(shown.map((row) => [idOf(row as never), row]));
  const unknown = fresh.filter((row) => !known.has(idOf(row as never))).length;
  const changed = fresh.filter((row) => {
    const before = known.get(idOf(row as never));
    return before !== undefined && JSON.stringify(before) !== JSON.stringify(row);
  }).length;
  return { added: Math.max(unknown, totals ? totals.fresh - totals.shown : 0), changed };
}
