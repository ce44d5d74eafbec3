/**
 * The condition language of Sigma: identifiers, `not`, `and`, `or`, parentheses, `1 of …`, `all of …`, `any of …`, `N of …`, with
 * patterns and `them`. It never evaluates anything.
 * @module
 */
import { RefusalError } from '../refusal.ts';
import type { Condition } from './rule.ts';

/** Deep nesting is refused: it serves nobody but who wants to exhaust the stack. */
const depthLimit = 200;

export function parseCondition(text: string, detections: ReadonlyMap<string, Condition>): Condition {
  if (text.includes('|')) throw new RefusalError('condition', `aggregation after "|" is not part of Sigma 2: ${text}`);
  const tokens = text.match(/\(|\)|[^\s()]+/g) ?? [];
  let position = 0;
  let depth = 0;
  const word = () => tokens[position]?.toLowerCase();

  const either = (): Condition => chain('or', () => chain('and', negation));
  const chain = (kind: 'and' | 'or', next: () => Condition): Condition => {
    const children = [next()];
    while (word() === kind) {
      position += 1;
      children.push(next());
    }
    return children.length === 1 && children[0] ? children[0] : { kind, children };
  };
  const negation = (): Condition => {
    if (word() !== 'not') return primary();
    position += 1;
    depth += 1;
    if (depth > depthLimit) throw new RefusalError('limit', `condition nests deeper than ${depthLimit}`);
    const child = negation();
    depth -= 1;
    return { kind: 'not', child };
  };
  const primary = (): Condition => {
    const token = tokens[position];
    if (token === undefined) throw new RefusalError('condition', `ends where an identifier was expected: ${text}`);
    if (token === '(') {
      position += 1;
      depth += 1;
      if (depth > depthLimit) throw new RefusalError('limit', `condition nests deeper than ${depthLimit}`);
      const inner = either();
      if (tokens[position] !== ')') throw new RefusalError('condition', `missing ")": ${text}`);
      position += 1;
      depth -= 1;
      return inner;
    }
    if (tokens[position + 1]?.toLowerCase() === 'of') return quantified();
    if (token === ')' || ['and', 'or', 'of', 'them'].includes(token.toLowerCase()))
      throw new RefusalError('condition', `unexpected "${token}": ${text}`);
    position += 1;
    const detection = detections.get(token);
    if (!detection) throw new RefusalError('condition', `no detection is called "${token}"`);
    return detection;
  };
  const quantified = (): Condition => {
    const quantifier = (tokens[position] ?? '').toLowerCase();
    const pattern = tokens[position + 2];
    if (pattern === undefined) throw new RefusalError('condition', `nothing after "of": ${text}`);
    position += 3;
    const chosen = select(pattern, detections);
    if (chosen.length === 0) throw new RefusalError('condition', `"${pattern}" names no detection`);
    if (quantifier === 'all') return { kind: 'and', children: chosen };
    if (quantifier === '1' || quantifier === 'any') return { kind: 'or', children: chosen };
    if (!/^[1-9]\d{0,3}$/.test(quantifier))
      throw new RefusalError('condition', `"${quantifier} of" is none of 1, any, all or a number`);
    return { kind: 'atleast', count: Number(quantifier), children: chosen };
  };

  const condition = either();
  if (position < tokens.length) throw new RefusalError('condition', `unexpected "${tokens[position]}": ${text}`);
  return condition;
}

function select(pattern: string, detections: ReadonlyMap<string, Condition>): readonly Condition[] {
  const names = [...detections.keys()];
  if (pattern.toLowerCase() === 'them')
    return names.filter((name) => !name.startsWith('_')).map((name) => detections.get(name) as Condition);
  const pieces = pattern.split('*');
  return names.filter((name) => matches(name, pieces)).map((name) => detections.get(name) as Condition);
}

function matches(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  if (rest.length === 0) return name === first;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return from <= name.length - last.length;
}
