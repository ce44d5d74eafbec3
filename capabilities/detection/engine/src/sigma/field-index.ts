/**
 * All text predicates of one field, answered together for one value: tries and Aho–Corasick find them. Of regular expressions, wildcards and
 * case-sensitive texts it only says that a literal they need is present; whether they hold is asked later, and only if a rule comes to
 * depend on it. Values repeat in real streams, so answers are remembered (bounded).
 * @module
 */
import { ContainsIndex, EdgeIndex, Hits, type Literal, Looked } from './automaton.ts';
import { shapeOf } from './match.ts';
import { necessaryLiteral } from './regex.ts';
import type { Test } from './rule.ts';

/** Answers remembered per field, and the longest value worth remembering. */
const rememberedValues = 4096;
const rememberedLength = 1024;

const isAscii = /^[\0-\x7f]*$/;

/**
 * The literal (lower case) every matching text contains after lower-casing; undefined where there is none, and the predicate cannot be
 * indexed. Case-sensitive text beyond ASCII has none: lower-casing depends on what stands beside a letter (final sigma).
 */
export function indexLiteral(test: Test): string | undefined {
  if (test.kind === 'regex') return necessaryLiteral(test.source, test.flags) || undefined;
  if (test.kind !== 'pattern') return undefined;
  let longest = '';
  for (const part of test.pattern)
    if (typeof part === 'string' && part.length > longest.length && (!test.cased || isAscii.test(part))) longest = part;
  return longest === '' ? undefined : longest.toLowerCase();
}

export function isIndexable(test: Test): boolean {
  if (test.kind !== 'pattern' && test.kind !== 'regex') return false;
  if (test.kind === 'pattern' && test.pattern.length === 0) return !test.cased;
  return indexLiteral(test) !== undefined;
}

/** Whether the index alone decides the predicate. */
export function isExact(test: Test): boolean {
  if (test.kind !== 'pattern' || test.cased) return false;
  const shape = shapeOf(test.pattern);
  return shape.kind !== 'glob' && shape.kind !== 'anything';
}

/** One for all: a text is looked into and forgotten before the next. */
const looked = new Looked();

export class FieldIndex {
  readonly #equals = new Map<string, Int32Array>();
  readonly #starts: EdgeIndex | undefined;
  readonly #ends: EdgeIndex | undefined;
  readonly #contains: ContainsIndex | undefined;
  /** Whether the text is looked into at all, or only compared whole. */
  readonly #looks: boolean;
  /** A longer text equals none of them: lower-casing makes a text longer (İ), never shorter. */
  #longestEqual = 0;
  #young = new Map<string, Int32Array>();
  #old = new Map<string, Int32Array>();
  readonly #hits = new Hits();
  #asked = 0;
  #known = 0;
  #remember = true;

  constructor(predicates: readonly { readonly id: number; readonly test: Test }[]) {
    const starts: Literal[] = [];
    const ends: Literal[] = [];
    const inside: Literal[] = [];
    for (const { id, test } of predicates) {
      const shape = test.kind === 'pattern' ? shapeOf(test.pattern) : undefined;
      if (isExact(test) && shape && shape.kind !== 'glob' && shape.kind !== 'anything') {
        const text = shape.text.toLowerCase();
        if (shape.kind === 'equals') this.#equals.set(text, Int32Array.of(...(this.#equals.get(text) ?? []), id));
        else (shape.kind === 'startswith' ? starts : shape.kind === 'endswith' ? ends : inside).push({ text, id });
        continue;
      }
      const literal = indexLiteral(test);
      if (literal === undefined) throw new TypeError('expected an indexable test');
      inside.push({ text: literal, id });
    }
    this.#looks = starts.length + ends.length + inside.length > 0;
    for (const text of this.#equals.keys()) this.#longestEqual = Math.max(this.#longestEqual, text.length);
    this.#starts = starts.length > 0 ? new EdgeIndex(starts, false) : undefined;
    this.#ends = ends.length > 0 ? new EdgeIndex(ends, true) : undefined;
    this.#contains = inside.length > 0 ? new ContainsIndex(inside) : undefined;
  }

  /**
   * Ids of the predicates the text satisfies, or may satisfy where they are not exact; some may stand twice. They stand in `found`, the
   * first `size` of them, until the next call.
   */
  holding(text: string): number {
    if (!this.#remember || text.length > rememberedLength) return this.#compute(text);
    this.#asked += 1;
    let found = this.#young.get(text);
    if (found) {
      this.#known += 1;
      this.found = found;
      return found.length;
    }
    found = this.#old.get(text);
    if (found) this.#known += 1;
    else {
      this.#compute(text);
      found = this.#hits.copy();
    }
    if (this.#young.size >= rememberedValues) this.#renew();
    this.#young.set(text, found);
    this.found = found;
    return found.length;
  }
  found: Int32Array = new Int32Array();

  #renew(): void {
    this.#old = this.#young;
    this.#young = new Map();
    // A field whose values hardly repeat (command lines with random parts) is cheaper to scan than to look up.
    if (this.#known < this.#asked / 8) {
      this.#remember = false;
      this.#old = new Map();
    }
    this.#asked = 0;
    this.#known = 0;
  }

  #compute(text: string): number {
    const hits = this.#hits;
    hits.size = 0;
    if (this.#looks) looked.take(text);
    if (this.#equals.size > 0 && text.length <= this.#longestEqual) {
      const equal = this.#equals.get(this.#looks ? (looked.lowered ?? text.toLowerCase()) : text.toLowerCase());
      if (equal) hits.addAll(equal);
    }
    this.#starts?.scan(looked, hits);
    this.#ends?.scan(looked, hits);
    this.#contains?.scan(looked, hits);
    this.found = hits.ids;
    return hits.size;
  }
}
