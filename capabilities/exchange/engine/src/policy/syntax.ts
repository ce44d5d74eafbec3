/**
 * What an access policy is, and the bounds it must keep. Data only; reading, printing and compiling stand in their own files.
 * @module
 */

export type Comparison = '<' | '<=' | '=' | '>=' | '>';

/** A policy as a tree. `and` is a gate that needs all its branches, `or` one that needs one of them. */
export type Policy =
  | { readonly kind: 'attribute'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'compare';
      readonly name: string;
      readonly operator: Comparison;
      readonly value: number;
      readonly unit: 'number' | 'date';
    }
  | { readonly kind: 'gate'; readonly threshold: number; readonly branches: readonly Policy[] };

/**
 * Bounds no honest policy meets. They keep a hostile policy from costing more than a few milliseconds to read and a second to encrypt:
 * every row of the compiled policy is one point of the ciphertext.
 */
export const policyLimits = {
  characters: 16_384,
  depth: 32,
  branches: 512,
  /** Leaves after comparisons have become gates over bits. */
  leaves: 2_048,
  /** How often one attribute may stand in it: each time costs a point and a Miller loop. */
  colours: 64,
  /** Longest name or value. */
  word: 120,
} as const;

/** Numbers and dates are whole and lie below this; dates count days since 1970-01-01. */
export const largestNumber = 2 ** 32 - 1;

/** A policy that cannot be used: where, what stood to be there, what stands there. */
export class PolicyError extends RangeError {
  /** Position in the text, in characters from 0. */
  readonly position: number;
  readonly expected: string;
  readonly got: string;

  constructor(position: number, expected: string, got: string) {
    super(`policy at ${position + 1}: expected ${expected}, got ${got}`);
    this.name = 'PolicyError';
    this.position = position;
    this.expected = expected;
    this.got = got;
  }
}

/** Letters of any script, digits, `_`, `.`, `-` and `/`; the first is no digit in a name. */
export const namePattern = /^[\p{L}_][\p{L}\p{N}_.\-/]*$/u;
export const wordPattern = /^[\p{L}\p{N}_.\-/]+$/u;
/** A control character, a quote or a line separator would make two different texts look the same. */
export const valuePattern = /^[^\p{C}"\p{Zl}\p{Zp}]+$/u;

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const lengthOf = (year: number, month: number) =>
  (monthLengths[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);
/** Days from 1970-01-01 to the first of January of the year. */
const daysBefore = (year: number) => {
  const leaps = (until: number) => Math.floor(until / 4) - Math.floor(until / 100) + Math.floor(until / 400);
  return (year - 1970) * 365 + leaps(year - 1) - leaps(1969);
};

/** Days since 1970-01-01 of `2026-11-30`; undefined where the calendar has no such day or it lies before 1970. */
export function dayOf(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > lengthOf(year, month)) return undefined;
  let days = daysBefore(year) + day - 1;
  for (let before = 1; before < month; before += 1) days += lengthOf(year, before);
  return days;
}

/** `2026-11-30` of days since 1970-01-01. */
export function dateOf(days: number): string {
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysBefore(year + 1) <= days) year += 1;
  while (daysBefore(year) > days) year -= 1;
  let rest = days - daysBefore(year);
  let month = 1;
  while (rest >= lengthOf(year, month)) {
    rest -= lengthOf(year, month);
    month += 1;
  }
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(rest + 1)}`;
}
