/**
 * What the terminal shows: tables for people, JSON for programs, a progress bar for jobs. Control characters of data never reach it.
 * @module
 */
import { stripVTControlCharacters } from 'node:util';
import type { FailureBody, Locale } from '@hedun/sdk';
import stringWidth from 'string-width';

/** Text of unknown origin made safe for a terminal: no escapes, no line breaks. */
export function clean(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : value === null || value === undefined
        ? ''
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point.
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

function fit(text: string, width: number): string {
  let out = '';
  let used = 0;
  for (const character of text) {
    const size = stringWidth(character);
    if (used + size > width)
      return `${out.slice(0, -1)}…${' '.repeat(Math.max(0, width - stringWidth(`${out.slice(0, -1)}…`)))}`;
    out += character;
    used += size;
  }
  return out + ' '.repeat(width - used);
}

export function table(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
  maximum = 120,
): string {
  const widths = columns.map((column) =>
    Math.min(36, Math.max(stringWidth(column), ...rows.map((row) => stringWidth(clean(row[column]))))),
  );
  const shown: number[] = [];
  let total = 0;
  widths.forEach((width, index) => {
    if (total + width + 2 <= maximum || index === 0) {
      shown.push(index);
      total += width + 2;
    }
  });
  const line = (cell: (index: number) => string) =>
    shown
      .map((index) => fit(cell(index), widths[index] ?? 8))
      .join('  ')
      .trimEnd();
  return [
    line((index) => columns[index] ?? ''),
    line((index) => '─'.repeat(widths[index] ?? 8)),
    ...rows.map((row) => line((index) => clean(row[columns[index] ?? '']))),
  ].join('\n');
}

/** Columns people look for first; ids last, structures left to `--json`. */
const leading = ['name', 'displayName', 'number', 'title', 'kind', 'severity', 'status'];
function columnsOf(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    rows.some((row) => row[name] !== null && (typeof row[name] !== 'object' || Array.isArray(row[name]))),
  );
  const rank = (name: string) =>
    leading.includes(name)
      ? leading.indexOf(name)
      : name === 'id'
        ? 50
        : name.endsWith('Id') || name === 'path'
          ? 90
          : 60;
  return names.sort((a, b) => rank(a) - rank(b)).slice(0, 9);
}

export function present(answer: unknown, locale: Locale, width: number): string {
  const items = (answer as { items?: unknown } | null)?.items;
  if (Array.isArray(items)) {
    const rows = items as Record<string, unknown>[];
    if (rows.length === 0) return locale === 'en' ? 'nothing' : '（无）';
    const { total, totalIsEstimate } = answer as { total?: number; totalIsEstimate?: boolean };
    const footer = total === undefined ? '' : `\n${rows.length} / ${totalIsEstimate ? '≈' : ''}${total}`;
    return table(rows, columnsOf(rows), width) + footer;
  }
  return fields(answer, '');
}

function fields(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return value
      .map((each) =>
        typeof each === 'object' && each !== null
          ? `${indent}-\n${fields(each, `${indent}  `)}`
          : `${indent}- ${clean(each)}`,
      )
      .join('\n');
  if (value === null || typeof value !== 'object') return indent + clean(value);
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => {
      const nested = each !== null && typeof each === 'object' && Object.keys(each).length > 0;
      return nested
        ? `${indent}${name}:\n${fields(each, `${indent}  `)}`
        : `${indent}${name}: ${clean(typeof each === 'object' ? '' : each)}`;
    })
    .join('\n');
}

export function presentFailure(body: FailureBody): string {
  const { error } = body;
  const place = [
    error.where && `@ ${error.where}`,
    error.expected && `expected: ${error.expected}`,
    error.got && `got: ${error.got}`,
  ]
    .filter(Boolean)
    .map(clean)
    .join('  ');
  const issues = (error.issues ?? [])
    .slice(0, 20)
    .map((issue) => `  ${clean(issue.where)}: expected ${clean(issue.expected)}, got ${clean(issue.got)}`);
  return [`✗ ${clean(error.message)} [${error.code}]`, place, ...issues, error.fix && `→ ${clean(error.fix)}`]
    .filter(Boolean)
    .join('\n');
}

export function progressBar(done: number, total: number, message: string | null, width = 30): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(share * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${Math.round(share * 100)}%${message ? `  ${clean(message)}` : ''}`;
}

/** Exit codes: 0 done, 1 refused or failed, 2 the command was wrong, 3 not signed in or not allowed, 4 not found, 5 server or network. */
export function exitCode(status: number, code: string): number {
  if (code === 'input.invalid' || code === 'input.unknown_filter' || code === 'input.unknown_sort') return 2;
  if (status === 401 || status === 403) return 3;
  if (status === 404) return 4;
  return status >= 500 ? 5 : 1;
}
