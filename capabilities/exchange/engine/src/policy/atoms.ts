/**
 * Turns attributes and comparisons into atoms, the words that are hashed to the curve. A number becomes a bag of bits, after
 * Bethencourt, Sahai and Waters, "Ciphertext-Policy Attribute-Based Encryption", S&P 2007, section 4.3; a comparison becomes gates over
 * those bits. Size classes (is it below 2^4, 2^8, 2^16?) keep small bounds small: `level>=3` has five leaves, not thirty-two.
 * @module
 */
import { largestNumber, namePattern, type Policy, policyLimits, valuePattern } from './syntax.ts';

/** What a holder has: a word, or a number or date (days since 1970-01-01). */
export type Attribute =
  | { readonly kind: 'word'; readonly name: string; readonly value: string }
  | { readonly kind: 'number' | 'date'; readonly name: string; readonly value: number };

/** A policy whose leaves are atoms. */
export type AtomTree =
  | { readonly kind: 'atom'; readonly atom: string; readonly name: string }
  | { readonly kind: 'gate'; readonly threshold: number; readonly branches: readonly AtomTree[] };

const width = 32;
const classes = [4, 8, 16] as const;
/** `|` stands in no name, so that no atom of one attribute is an atom of another. */
const wordAtom = (name: string, value: string) => `w|${name}|${value}`;
const prefixOf = (unit: 'number' | 'date', name: string) => `${unit === 'date' ? 'd' : 'n'}|${name}|`;
const bit = (prefix: string, index: number, set: boolean) => `${prefix}b${index}=${set ? 1 : 0}`;
const below = (prefix: string, size: number) => `${prefix}<2^${size}`;
const above = (prefix: string, size: number) => `${prefix}>=2^${size}`;
const exactly = (prefix: string, value: number) => `${prefix}=${value}`;

/** The atoms a holder's key carries for one attribute. */
export function atomsOf(attribute: Attribute): readonly string[] {
  if (!namePattern.test(attribute.name) || attribute.name.length > policyLimits.word)
    throw new RangeError(`attribute name: expected letters, digits, _ . - /, got “${attribute.name}”`);
  if (attribute.kind === 'word') {
    if (
      !valuePattern.test(attribute.value) ||
      attribute.value !== attribute.value.trim() ||
      attribute.value.length > policyLimits.word
    )
      throw new RangeError(`value of ${attribute.name}: expected up to ${policyLimits.word} printable characters`);
    return [wordAtom(attribute.name, attribute.value)];
  }
  const { value } = attribute;
  if (!Number.isInteger(value) || value < 0 || value > largestNumber)
    throw new RangeError(
      `value of ${attribute.name}: expected a whole number from 0 to ${largestNumber}, got ${value}`,
    );
  const prefix = prefixOf(attribute.kind, attribute.name);
  return [
    exactly(prefix, value),
    ...classes.map((size) => (value < 2 ** size ? below(prefix, size) : above(prefix, size))),
    ...Array.from({ length: width }, (_, index) => bit(prefix, index, Math.floor(value / 2 ** index) % 2 === 1)),
  ];
}

/** Replaces every comparison by gates over bits. @throws RangeError when the result is larger than the limits allow. */
export function atomTree(policy: Policy): AtomTree {
  let leaves = 0;
  const atom = (text: string, name: string): AtomTree => {
    leaves += 1;
    if (leaves > policyLimits.leaves) throw new RangeError(`policy: expected at most ${policyLimits.leaves} leaves`);
    return { kind: 'atom', atom: text, name };
  };
  const gate = (threshold: number, branches: readonly AtomTree[]): AtomTree => {
    const [only] = branches;
    return branches.length === 1 && only ? only : { kind: 'gate', threshold, branches };
  };
  const both = (branches: readonly AtomTree[]) => gate(branches.length, branches);
  const either = (branches: readonly AtomTree[]) => gate(1, branches);

  function compare({ name, operator, value, unit }: Extract<Policy, { kind: 'compare' }>): AtomTree {
    const prefix = prefixOf(unit, name);
    if (operator === '=') return atom(exactly(prefix, value), name);
    if (operator === '>') return atLeast(prefix, name, value + 1);
    if (operator === '>=') return atLeast(prefix, name, value);
    return lessThan(prefix, name, operator === '<' ? value : value + 1);
  }
  function atLeast(prefix: string, name: string, bound: number): AtomTree {
    const size = classes.find((each) => bound < 2 ** each) ?? width;
    // From the lowest set bit of the bound upwards: a higher bit of the bound must be set, a higher zero bit may be.
    let tree: AtomTree | undefined;
    for (let index = 0; index < size; index += 1) {
      const set = Math.floor(bound / 2 ** index) % 2 === 1;
      if (set)
        tree = tree ? join(both, atom(bit(prefix, index, true), name), tree) : atom(bit(prefix, index, true), name);
      else if (tree) tree = join(either, atom(bit(prefix, index, true), name), tree);
    }
    const bits = tree as AtomTree;
    return size === width ? bits : join(either, atom(above(prefix, size), name), bits);
  }
  function lessThan(prefix: string, name: string, bound: number): AtomTree {
    // value < bound, bound at least 1: the highest bit in which they differ is set in the bound and clear in the value.
    const size = classes.find((each) => bound <= 2 ** each) ?? width;
    if (bound === 2 ** size && size < width) return atom(below(prefix, size), name);
    let tree: AtomTree | undefined;
    for (let index = 0; index < size; index += 1) {
      const set = Math.floor(bound / 2 ** index) % 2 === 1;
      if (set)
        tree = tree ? join(either, atom(bit(prefix, index, false), name), tree) : atom(bit(prefix, index, false), name);
      else if (tree) tree = join(both, atom(bit(prefix, index, false), name), tree);
    }
    const bits = tree as AtomTree;
    return size === width ? bits : join(both, atom(below(prefix, size), name), bits);
  }
  /** Flattens: an `and` inside an `and` is one gate, which compiles to fewer rows. */
  function join(make: (branches: readonly AtomTree[]) => AtomTree, first: AtomTree, second: AtomTree): AtomTree {
    const isSame =
      second.kind === 'gate' && (make === both ? second.threshold === second.branches.length : second.threshold === 1);
    return make(isSame && second.kind === 'gate' ? [first, ...second.branches] : [first, second]);
  }
  function convert(each: Policy): AtomTree {
    switch (each.kind) {
      case 'attribute':
        return atom(wordAtom(each.name, each.value), each.name);
      case 'compare':
        return compare(each);
      case 'gate':
        return { kind: 'gate', threshold: each.threshold, branches: each.branches.map(convert) };
    }
  }
  return convert(policy);
}
