/**
 * Policies as the contracts decide them: a tree of at most 1,024 nodes. The readable text and its cryptographic form live outside; on chain
 * stands the tree, so that every endorser comes to the same answer.
 * @module
 */
import { refuse } from './records.ts';

export type PolicyTree =
  | { readonly has: string }
  | { readonly compare: string; readonly is: '<' | '<=' | '=' | '>=' | '>'; readonly value: number }
  | { readonly atLeast: number; readonly of: readonly PolicyTree[] };

const mostNodes = 1024;
const deepest = 32;

/** Checks a tree that came from outside and gives it back with its fields in a fixed order. */
export function checkTree(input: unknown): PolicyTree {
  let nodes = 0;
  const visit = (value: unknown, where: string, depth: number): PolicyTree => {
    nodes += 1;
    if (nodes > mostNodes) refuse('policy.too_large', `at most ${mostNodes} nodes`, `more at ${where}`);
    if (depth > deepest) refuse('policy.too_deep', `at most ${deepest} levels`, `more at ${where}`);
    const node = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    if (typeof node.has === 'string' && node.has !== '') return { has: node.has };
    if (typeof node.compare === 'string' && node.compare !== '') {
      const is = node.is as '<' | '<=' | '=' | '>=' | '>';
      if (!['<', '<=', '=', '>=', '>'].includes(is)) refuse('policy.malformed', `a comparison at ${where}`, String(is));
      if (!Number.isSafeInteger(node.value))
        refuse('policy.malformed', `a whole number at ${where}`, String(node.value));
      return { compare: node.compare, is, value: node.value as number };
    }
    if (Array.isArray(node.of) && node.of.length > 0) {
      const atLeast = node.atLeast as number;
      if (!Number.isSafeInteger(atLeast) || atLeast < 1 || atLeast > node.of.length)
        refuse('policy.malformed', `atLeast from 1 to ${node.of.length} at ${where}`, String(atLeast));
      return { atLeast, of: node.of.map((each, index) => visit(each, `${where}.of[${index}]`, depth + 1)) };
    }
    return refuse('policy.malformed', `has, compare or atLeast at ${where}`, JSON.stringify(value)?.slice(0, 60) ?? '');
  };
  return visit(input, 'policy', 1);
}

/** @param held attributes in force, flags as null, numbers and dates by value */
export function satisfies(tree: PolicyTree, held: ReadonlyMap<string, number | null>): boolean {
  if ('has' in tree) return held.has(tree.has);
  if ('compare' in tree) {
    const value = held.get(tree.compare);
    if (value === undefined || value === null) return false;
    if (tree.is === '<') return value < tree.value;
    if (tree.is === '<=') return value <= tree.value;
    if (tree.is === '=') return value === tree.value;
    return tree.is === '>=' ? value >= tree.value : value > tree.value;
  }
  let met = 0;
  for (const each of tree.of) if (satisfies(each, held)) met += 1;
  return met >= tree.atLeast;
}

export function attributesOf(tree: PolicyTree): string[] {
  if ('has' in tree) return [tree.has];
  if ('compare' in tree) return [tree.compare];
  return [...new Set(tree.of.flatMap(attributesOf))];
}
