/**
 * How clicks change a selection of rows. Pure.
 * @module
 */

/** The selection after a click on row `index`; with an anchor, every row between takes the state of the anchor's. */
export function toggled(
  before: ReadonlySet<string>,
  ids: readonly string[],
  index: number,
  anchor: number,
): ReadonlySet<string> {
  const next = new Set(before);
  const id = ids[index];
  if (id === undefined) return before;
  if (anchor < 0) {
    if (!next.delete(id)) next.add(id);
    return next;
  }
  const on = before.has(ids[anchor] ?? '');
  for (const each of ids.slice(Math.min(anchor, index), Math.max(anchor, index) + 1)) {
    if (on) next.add(each);
    else next.delete(each);
  }
  return next;
}
