/**
 * Cells that spreadsheet programs would run as formulas are made text (CWE-1236).
 * @module
 */

/** Characters with which Excel, WPS and LibreOffice begin a formula, also in full width, and the white space they skip before them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL before the sign is skipped by some programs.
const formula = /^[\s\u0000\ufeff]*[=+\-@＝＋－＠|%]/u;

/** A leading apostrophe makes it text; plain numbers such as -3.5 stay as they are. */
export function neutralise(text: string): string {
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return text;
  return formula.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
}

/** A value as one cell: numbers stay numbers, lists of words are joined, anything deeper is JSON. */
export function exportCell(value: unknown): string | number {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return neutralise(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return neutralise(value.join('; '));
  return neutralise(JSON.stringify(value));
}
