/**
 * Reads a policy: `(dept:dispatch and level>=3) or role:auditor`, `2 of (a:1, b:2, c:3)`, `until>=2026-11-30`.
 * A text it cannot read is refused with the position, what was expected there and what stands there; nothing is guessed.
 * @module
 */
import {
  type Comparison,
  dayOf,
  largestNumber,
  namePattern,
  type Policy,
  PolicyError,
  policyLimits,
  valuePattern,
} from './syntax.ts';

interface Token {
  readonly kind: 'word' | 'quoted' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const words: Readonly<Record<string, 'and' | 'or' | 'of'>> = {
  and: 'and',
  or: 'or',
  of: 'of',
  且: 'and',
  并且: 'and',
  或: 'or',
  或者: 'or',
};
/** Full-width signs come from Chinese input methods and mean what their ASCII twins mean. */
const wide: Readonly<Record<string, string>> = {
  '（': '(',
  '）': ')',
  '，': ',',
  '：': ':',
  '＝': '=',
  '≥': '>=',
  '≤': '<=',
  '＞': '>',
  '＜': '<',
};
const next = /\s*(?:([\p{L}\p{N}_.\-/]+)|"([^"]*)"|(>=|<=|==|&&|\|\||[()（）,，:：<>=＝≥≤＞＜])|$)/uy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    next.lastIndex = position;
    const match = next.exec(text);
    const blank = /^\s*/.exec(text.slice(position))?.[0].length ?? 0;
    const at = position + blank;
    if (!match) throw new PolicyError(at, 'a name, a value, a comparison or a bracket', describe(text.slice(at)));
    const [whole, word, quoted, sign] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted, at });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: wide[sign] ?? sign, at });
    else return [...tokens, { kind: 'end', text: '', at: text.length }];
    position += whole.length;
  }
}

function describe(rest: string): string {
  const [first] = rest;
  return first === undefined ? 'the end' : `“${first}”`;
}

/** @throws PolicyError */
export function parsePolicy(text: string): Policy {
  if (text.length > policyLimits.characters)
    throw new PolicyError(policyLimits.characters, `at most ${policyLimits.characters} characters`, `${text.length}`);
  const tokens = tokensOf(text.normalize('NFC'));
  let index = 0;
  let leaves = 0;
  const peek = (): Token => tokens[index] as Token;
  const take = (): Token => tokens[index++] as Token;
  const shown = (token: Token) => (token.kind === 'end' ? 'the end' : `“${token.text}”`);
  const isWord = (meaning: 'and' | 'or' | 'of') => {
    const { kind, text: word } = peek();
    if (kind === 'sign') return (meaning === 'and' && word === '&&') || (meaning === 'or' && word === '||');
    return kind === 'word' && Object.hasOwn(words, word.toLowerCase()) && words[word.toLowerCase()] === meaning;
  };
  const sign = (wanted: string) => {
    const token = take();
    if (token.kind !== 'sign' || token.text !== wanted) throw new PolicyError(token.at, `“${wanted}”`, shown(token));
  };
  const isSign = (wanted: string) => peek().kind === 'sign' && peek().text === wanted;

  function chain(joint: 'and' | 'or', part: (depth: number) => Policy, depth: number): Policy {
    const at = peek().at;
    const branches = [part(depth)];
    while (isWord(joint)) {
      take();
      branches.push(part(depth));
      if (branches.length > policyLimits.branches)
        throw new PolicyError(at, `at most ${policyLimits.branches} branches of one gate`, 'more');
    }
    const [only] = branches;
    if (branches.length === 1 && only) return only;
    return { kind: 'gate', threshold: joint === 'and' ? branches.length : 1, branches };
  }
  const whole = (depth: number): Policy => {
    if (depth > policyLimits.depth)
      throw new PolicyError(peek().at, `at most ${policyLimits.depth} nested brackets`, 'more');
    return chain('or', (inner) => chain('and', factor, inner), depth);
  };
  function factor(depth: number): Policy {
    if (isSign('(')) {
      take();
      const inner = whole(depth + 1);
      sign(')');
      return inner;
    }
    const ahead = tokens[index + 1];
    const isThreshold =
      peek().kind === 'word' &&
      /^\d+$/.test(peek().text) &&
      ahead?.kind === 'word' &&
      ahead.text.toLowerCase() === 'of';
    return isThreshold ? threshold(depth) : leaf();
  }
  function threshold(depth: number): Policy {
    const count = take();
    take();
    sign('(');
    const branches = [whole(depth + 1)];
    while (isSign(',')) {
      take();
      branches.push(whole(depth + 1));
      if (branches.length > policyLimits.branches)
        throw new PolicyError(count.at, `at most ${policyLimits.branches} branches of one gate`, 'more');
    }
    sign(')');
    const wanted = Number(count.text);
    if (wanted < 1 || wanted > branches.length)
      throw new PolicyError(count.at, `a number from 1 to ${branches.length}`, count.text);
    const [only] = branches;
    return branches.length === 1 && only ? only : { kind: 'gate', threshold: wanted, branches };
  }
  function leaf(): Policy {
    const name = take();
    const reserved = name.kind === 'word' && Object.hasOwn(words, name.text.toLowerCase());
    if (name.kind !== 'word' || reserved || !namePattern.test(name.text) || name.text.length > policyLimits.word)
      throw new PolicyError(name.at, 'an attribute such as dept:dispatch, or “(”', shown(name));
    leaves += 1;
    if (leaves > policyLimits.leaves)
      throw new PolicyError(name.at, `at most ${policyLimits.leaves} attributes`, 'more');
    const operator = take();
    if (operator.kind === 'sign' && operator.text === ':')
      return { kind: 'attribute', name: name.text, value: value() };
    const comparison = operator.text === '==' ? '=' : operator.text;
    if (operator.kind !== 'sign' || !['<', '<=', '=', '>=', '>'].includes(comparison))
      throw new PolicyError(operator.at, '“:” or a comparison (<, <=, =, >=, >)', shown(operator));
    return { kind: 'compare', name: name.text, operator: comparison as Comparison, ...number(comparison, name.text) };
  }
  function value(): string {
    const token = take();
    const usable = token.kind === 'word' || token.kind === 'quoted';
    const trimmed = token.text.trim();
    if (!usable || trimmed === '' || trimmed.length > policyLimits.word || !valuePattern.test(trimmed))
      throw new PolicyError(token.at, 'a value such as dispatch or "two words"', shown(token));
    return trimmed;
  }
  function number(operator: string, name: string): { value: number; unit: 'number' | 'date' } {
    const token = take();
    const day = dayOf(token.text);
    const found = day ?? (token.kind === 'word' && /^\d{1,10}$/.test(token.text) ? Number(token.text) : Number.NaN);
    if (!(found <= largestNumber))
      throw new PolicyError(
        token.at,
        `a whole number up to ${largestNumber} or a date such as 2026-11-30`,
        shown(token),
      );
    const always = operator === '>=' ? found === 0 : operator === '<=' ? found === largestNumber : false;
    const never = operator === '<' ? found === 0 : operator === '>' ? found === largestNumber : false;
    if (always || never)
      throw new PolicyError(
        token.at,
        'a comparison that some values meet and others do not',
        `${name}${operator}${token.text}, which ${always ? 'all meet' : 'none meets'}`,
      );
    return { value: found, unit: day === undefined ? 'number' : 'date' };
  }

  const policy = whole(1);
  const rest = peek();
  if (rest.kind !== 'end') throw new PolicyError(rest.at, '“and”, “or” or the end', shown(rest));
  return policy;
}
