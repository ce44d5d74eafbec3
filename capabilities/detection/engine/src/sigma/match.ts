/**
 * Single comparisons as functions: one test of a rule becomes one function over a field's value. They keep no state.
 * @module
 */
import { parseTime, timeParts } from '../time.ts';
import { contains, parseNetwork } from './cidr.ts';
import { type EventRecord, eachText, type Reader, scalarText } from './event.ts';
import { compileRegex } from './regex.ts';
import type { Comparison, Pattern, Test } from './rule.ts';

export type PatternShape =
  | { readonly kind: 'equals' | 'startswith' | 'endswith' | 'contains'; readonly text: string }
  | { readonly kind: 'glob' }
  | { readonly kind: 'anything' };

/** What a pattern comes down to, so that the common shapes need no wildcard matching. */
export function shapeOf(pattern: Pattern): PatternShape {
  const [first, second, third] = pattern;
  const star = (part: Pattern[number] | undefined) => typeof part === 'object' && part.wildcard === '*';
  if (pattern.length === 0) return { kind: 'equals', text: '' };
  if (pattern.length === 1)
    return typeof first === 'string'
      ? { kind: 'equals', text: first }
      : star(first)
        ? { kind: 'anything' }
        : { kind: 'glob' };
  if (pattern.length === 2 && typeof first === 'string' && star(second)) return { kind: 'startswith', text: first };
  if (pattern.length === 2 && star(first) && typeof second === 'string') return { kind: 'endswith', text: second };
  if (pattern.length === 3 && star(first) && typeof second === 'string' && star(third))
    return { kind: 'contains', text: second };
  return { kind: 'glob' };
}

/** Matches wildcards by remembering only the last `*`: O(pattern × text), no recursion. */
export function globMatcher(pattern: Pattern, lower: boolean): (text: string) => boolean {
  const parts = pattern.map((part) =>
    typeof part === 'string' ? (lower ? part.toLowerCase() : part) : part.wildcard === '*' ? 0 : 1,
  );
  return (text) => {
    let part = 0;
    let at = 0;
    let starPart = -1;
    let starAt = 0;
    for (;;) {
      const current = parts[part];
      if (part === parts.length) {
        if (at === text.length) return true;
      } else if (current === 0) {
        if (part === parts.length - 1) return true;
        starPart = part;
        starAt = at;
        part += 1;
        continue;
      } else if (current === 1) {
        if (at < text.length) {
          at += 1;
          part += 1;
          continue;
        }
      } else if (text.startsWith(current as string, at)) {
        at += (current as string).length;
        part += 1;
        continue;
      }
      if (starPart < 0 || starAt >= text.length) return false;
      starAt += 1;
      const next = parts[starPart + 1];
      if (typeof next === 'string') {
        const found = text.indexOf(next, starAt);
        if (found < 0) return false;
        starAt = found;
      }
      at = starAt;
      part = starPart + 1;
    }
  };
}

/** Whether one text satisfies a pattern or a regular expression; undefined for tests that look at something else than text. */
export function textMatcher(test: Test): ((text: string) => boolean) | undefined {
  if (test.kind === 'regex') {
    const regex = compileRegex(test.source, test.flags);
    return (text) => regex.test(text);
  }
  if (test.kind !== 'pattern') return undefined;
  const { cased } = test;
  const shape = shapeOf(test.pattern);
  const fold = (text: string) => (cased ? text : text.toLowerCase());
  if (shape.kind === 'anything') return () => true;
  if (shape.kind === 'glob') {
    const matcher = globMatcher(test.pattern, !cased);
    return (text) => matcher(fold(text));
  }
  const wanted = fold(shape.text);
  if (shape.kind === 'equals') return (text) => fold(text) === wanted;
  if (shape.kind === 'startswith') return (text) => fold(text).startsWith(wanted);
  if (shape.kind === 'endswith') return (text) => fold(text).endsWith(wanted);
  return (text) => fold(text).includes(wanted);
}

function anyOf(value: unknown, holds: (element: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return holds(value);
  return value.some((element) => anyOf(element, holds));
}

export function compare(comparison: Comparison, left: number, right: number): boolean {
  if (comparison === 'lt') return left < right;
  if (comparison === 'lte') return left <= right;
  return comparison === 'gt' ? left > right : left >= right;
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}

/** One test as a function over the event; the readers look fields up. */
export function eventMatcher(
  test: Test,
  read: Reader,
  readOther: (field: string) => Reader,
): (event: EventRecord) => boolean {
  switch (test.kind) {
    case 'pattern':
    case 'regex': {
      const matches = textMatcher(test) as (text: string) => boolean;
      return (event) =>
        anyOf(read(event), (element) => {
          const text = scalarText(element);
          return text !== undefined && matches(text);
        });
    }
    case 'null':
      return (event) => (read(event) ?? null) === null;
    case 'exists':
      return (event) => (read(event) !== undefined) === test.wanted;
    case 'cidr': {
      const network = parseNetwork(test.network);
      return (event) =>
        anyOf(
          read(event),
          (element) => typeof element === 'string' && network !== undefined && contains(network, element),
        );
    }
    case 'compare': {
      const { comparison, value, part } = test;
      return (event) =>
        anyOf(read(event), (element) => {
          if (!part) return compare(comparison, toNumber(element), value);
          const time = parseTime(element);
          return time !== undefined && compare(comparison, timeParts(time)[part], value);
        });
    }
    case 'part':
      return (event) =>
        anyOf(read(event), (element) => {
          const time = parseTime(element);
          return time !== undefined && timeParts(time)[test.part] === test.value;
        });
    case 'fieldref': {
      const other = readOther(test.field);
      const fold = (text: string) => (test.cased ? text : text.toLowerCase());
      return (event) => {
        const right: string[] = [];
        eachText(other(event), (text) => right.push(fold(text)));
        return (
          right.length > 0 &&
          anyOf(read(event), (element) => {
            const raw = scalarText(element);
            if (raw === undefined) return false;
            const left = fold(raw);
            return right.some((text) =>
              test.mode === 'equals'
                ? left === text
                : test.mode === 'contains'
                  ? left.includes(text)
                  : test.mode === 'startswith'
                    ? left.startsWith(text)
                    : left.endsWith(text),
            );
          })
        );
      };
    }
  }
}
