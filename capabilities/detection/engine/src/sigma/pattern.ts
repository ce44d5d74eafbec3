/**
 * Sigma string values: wildcards, escapes, placeholders, and the pieces modifiers work on. It never matches anything.
 * @module
 */
import { RefusalError } from '../refusal.ts';
import type { Pattern, Wildcard } from './rule.ts';

export const any: Wildcard = { wildcard: '*' };
export const one: Wildcard = { wildcard: '?' };

/**
 * Reads a Sigma value: a backslash makes a following wildcard or backslash literal, before anything else it is itself
 * (Sigma specification 2.1, "Escaping").
 */
export function parsePattern(value: string): Pattern {
  const parts: (string | Wildcard)[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') parts.push(literal);
    literal = '';
  };
  for (let index = 0; index < value.length; index += 1) {
    const character = value.charAt(index);
    const next = value.charAt(index + 1);
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      index += 1;
    } else if (character === '*') {
      flush();
      if (parts.at(-1) !== any) parts.push(any);
    } else if (character === '?') {
      flush();
      parts.push(one);
    } else literal += character;
  }
  flush();
  return parts;
}

export function literalOf(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return '';
  const [first] = pattern;
  return pattern.length === 1 && typeof first === 'string' ? first : undefined;
}

/** Joins neighbouring literals and drops repeated `*`. */
export function joinPattern(parts: Pattern): Pattern {
  const joined: (string | Wildcard)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part === any && last === any) continue;
    else joined.push(part);
  }
  return joined;
}

export const dashes: readonly string[] = ['-', '/', '–', '—', '―'];

/** Variants of one value may multiply; beyond this a rule is refused instead of eating memory. */
export const variantLimit = 3125;

/** Every permutation of dashes that stand before a word and after no word character (`-flag`, `/flag`), Sigma's `windash`. */
export function windashVariants(pattern: Pattern): readonly Pattern[] {
  let variants: (string | Wildcard)[][] = [[]];
  for (const part of pattern) {
    if (typeof part !== 'string') {
      for (const variant of variants) variant.push(part);
      continue;
    }
    const pieces: (string | undefined)[] = [];
    let start = 0;
    for (const found of part.matchAll(/(?<!\w)[-/–—―](?=\w)/gu)) {
      pieces.push(part.slice(start, found.index), undefined);
      start = found.index + found[0].length;
    }
    pieces.push(part.slice(start));
    for (const piece of pieces) {
      if (piece !== undefined) for (const variant of variants) variant.push(piece);
      else variants = variants.flatMap((variant) => dashes.map((dash) => [...variant, dash]));
      if (variants.length > variantLimit)
        throw new RefusalError('limit', `windash: more than ${variantLimit} variants of one value`);
    }
  }
  return variants.map(joinPattern);
}

/** `%name%` replaced by each of its values; several placeholders multiply. */
export function expandPlaceholders(
  value: string,
  placeholders: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const pieces = value.split(/%([\w.-]+)%/);
  let variants = [''];
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) {
      variants = variants.map((variant) => variant + piece);
      continue;
    }
    const values = Object.hasOwn(placeholders, piece) ? placeholders[piece] : undefined;
    if (!values || values.length === 0) throw new RefusalError('placeholder', `placeholder %${piece}% has no values`);
    variants = variants.flatMap((variant) => values.map((each) => variant + each));
    if (variants.length > variantLimit)
      throw new RefusalError('limit', `expand: more than ${variantLimit} variants of one value`);
  }
  return variants;
}
