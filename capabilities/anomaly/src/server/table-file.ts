/**
 * Turns cells into numbers: which columns are numbers and which are words, and what counts as odd on the way. A word stands for its place when
 * words are sorted from the most to the least frequent, so that a rare word is a large number; a word never seen in the first file is missing.
 * @module
 */
import type { ColumnShape } from '../shapes.ts';

export type Cell = string | number | null;

/** More different words than this say nothing of a row: such a column is an identifier and stays as far as its place goes. */
const mostWords = 1000;
/** A column is one of numbers when at least this share of its filled cells are numbers. */
const mostlyNumbers = 0.95;
const empty = new Set(['', 'na', 'n/a', 'null', 'none', '-', '空', '缺失']);

export function numberOf(cell: Cell): number {
  if (cell === null) return Number.NaN;
  if (typeof cell === 'number') return cell;
  const text = cell.trim();
  if (empty.has(text.toLowerCase())) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}
const filled = (cell: Cell) => cell !== null && !(typeof cell === 'string' && empty.has(cell.trim().toLowerCase()));

export function shapeColumns(names: readonly string[], rows: readonly (readonly Cell[])[]): readonly ColumnShape[] {
  return names.map((name, column) => {
    let [some, numbers] = [0, 0];
    const counts = new Map<string, number>();
    for (const row of rows) {
      const cell = row[column] ?? null;
      if (!filled(cell)) continue;
      some += 1;
      if (!Number.isNaN(numberOf(cell)) || String(cell).trim().toLowerCase() === 'nan') numbers += 1;
      else if (counts.size < mostWords) counts.set(String(cell).trim(), (counts.get(String(cell).trim()) ?? 0) + 1);
    }
    if (some === 0 || numbers >= mostlyNumbers * some) return { name, words: null };
    const words = [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1)).map(([word]) => word);
    return { name, words };
  });
}

export interface Encoded {
  readonly values: Float32Array;
  /** Missing, infinite or unknown cells. */
  readonly odd: number;
}

export function encodeRows(columns: readonly ColumnShape[], rows: readonly (readonly Cell[])[]): Encoded {
  const values = new Float32Array(rows.length * columns.length);
  const places = columns.map(({ words }) => words && new Map(words.map((word, place) => [word, place])));
  let [odd, at] = [0, 0];
  for (const row of rows)
    for (const [column] of columns.entries()) {
      const cell = row[column] ?? null;
      const known = places[column];
      const value = known
        ? filled(cell)
          ? (known.get(String(cell).trim()) ?? Number.NaN)
          : Number.NaN
        : numberOf(cell);
      if (!Number.isFinite(value)) odd += 1;
      values[at] = value;
      at += 1;
    }
  return { values, odd };
}

/** A number as people wrote it: the word it stands for, or a short figure. */
export function wordOf({ words }: ColumnShape, value: number): string {
  if (!Number.isFinite(value)) return '—';
  if (words) return words[Math.round(value)] ?? '—';
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

export function verdictOf(cell: Cell): 'anomaly' | 'normal' | null {
  const text = String(cell ?? '')
    .trim()
    .toLowerCase();
  if (['1', 'true', 'anomaly', 'attack', '异常', '是'].includes(text)) return 'anomaly';
  return ['0', 'false', 'normal', '正常', '否'].includes(text) ? 'normal' : null;
}
