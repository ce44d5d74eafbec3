/**
 * Finds an entry by Chinese characters, pinyin, initials or English words. Pure: the pinyin matcher is an argument, because its
 * dictionary is large and loaded when the palette first opens.
 * @module
 */
export interface PaletteEntry {
  readonly id: string;
  /** Both languages, so that a Chinese reader finds an English name and the other way round. */
  readonly words: readonly string[];
}
/** Answers the matched positions of `text` for typed pinyin or initials, or null. */
export type PinyinMatch = (text: string, typed: string) => readonly number[] | null;

/** 0: no match; higher is better. A beginning beats a middle, characters beat pinyin. */
export function scoreOf(entry: PaletteEntry, typed: string, pinyin: PinyinMatch | null): number {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return 1;
  let best = 0;
  for (const word of entry.words) {
    const text = word.toLowerCase();
    const at = text.indexOf(wanted);
    if (at === 0) best = Math.max(best, 100 - Math.min(40, text.length - wanted.length));
    else if (at > 0) best = Math.max(best, 50);
    else if (initialsOf(text).startsWith(wanted)) best = Math.max(best, 45);
    else if (pinyin && /^[a-z' ]+$/.test(wanted)) {
      const found = pinyin(word, wanted.replaceAll(/[' ]/g, ''));
      if (found) best = Math.max(best, found[0] === 0 ? 60 - Math.min(20, word.length - found.length) : 30);
    }
  }
  return best;
}

/** `new asset` → `na`. */
function initialsOf(text: string): string {
  return text
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('');
}

export function ranked<T extends PaletteEntry>(
  entries: readonly T[],
  typed: string,
  pinyin: PinyinMatch | null,
): readonly T[] {
  return entries
    .map((entry, index) => ({ entry, index, score: scoreOf(entry, typed, pinyin) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map(({ entry }) => entry);
}
