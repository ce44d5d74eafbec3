/**
 * A detection item (`field|modifier|…: values`) becomes a condition of tests. Every modifier of Sigma 2.1 is here; one that is unknown,
 * or stands beside one it cannot stand beside, is refused by name.
 * Source: Sigma Modifiers Appendix 2.1.0.
 * @module
 */
import { base64, base64Offsets, bytesAsText, utf8, utf16 } from '../bytes.ts';
import { RefusalError } from '../refusal.ts';
import { parseNetwork } from './cidr.ts';
import { any, expandPlaceholders, joinPattern, literalOf, parsePattern, windashVariants } from './pattern.ts';
import { checkRegex } from './regex.ts';
import type { Comparison, Condition, Pattern, Test, TimePart } from './rule.ts';

export type Placeholders = Readonly<Record<string, readonly string[]>>;
type Scalar = string | number | boolean | null;

const positions = ['startswith', 'endswith', 'contains'] as const;
const comparisons: readonly Comparison[] = ['lt', 'lte', 'gt', 'gte'];
const parts: readonly TimePart[] = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const encodings = ['utf16le', 'wide', 'utf16be', 'utf16', 'base64', 'base64offset'] as const;
const known = new Set<string>([
  ...positions,
  ...comparisons,
  ...parts,
  ...encodings,
  'all',
  'exists',
  'cased',
  'neq',
  'windash',
  're',
  'i',
  'm',
  's',
  'ignorecase',
  'multiline',
  'dotall',
  'cidr',
  'expand',
  'fieldref',
]);
/** The modifier that decides what is compared: at most one of them. */
const deciding = ['re', 'cidr', 'exists', 'fieldref'] as const;

export function buildItem(key: string, value: unknown, placeholders: Placeholders): Condition {
  const [fieldText = '', ...modifiers] = key.split('|').map((piece) => piece.trim());
  const field = fieldText === '' ? undefined : fieldText;
  checkModifiers(key, modifiers);
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new RefusalError('value', `${key}: an empty list matches nothing`);
  if (modifiers.includes('all') && !Array.isArray(value))
    throw new RefusalError('modifier', `${key}: "all" needs a list of values`);
  const each = values.map((entry) => either(testsOf(key, scalar(key, entry), modifiers, field, placeholders), field));
  const joined: Condition =
    each.length === 1 && each[0] ? each[0] : { kind: modifiers.includes('all') ? 'and' : 'or', children: each };
  return modifiers.includes('neq') ? { kind: 'not', child: joined } : joined;
}

function either(tests: readonly Test[], field: string | undefined): Condition {
  const children = tests.map((test): Condition => ({ kind: 'test', field, test }));
  return children.length === 1 && children[0] ? children[0] : { kind: 'or', children };
}

function scalar(key: string, value: unknown): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new RefusalError('value', `${key}: expected text, a number, true, false or null, got ${describe(value)}`);
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'a list in a list' : typeof value === 'object' ? 'a map' : typeof value;
}

function checkModifiers(key: string, modifiers: readonly string[]): void {
  const has = (name: string) => modifiers.includes(name);
  const refuse = (reason: string): never => {
    throw new RefusalError('modifier', `${key}: ${reason}`);
  };
  for (const modifier of modifiers) if (!known.has(modifier)) refuse(`unknown modifier "${modifier}"`);
  if (new Set(modifiers).size !== modifiers.length) refuse('a modifier stands twice');
  for (const flag of ['i', 'm', 's', 'ignorecase', 'multiline', 'dotall'])
    if (has(flag) && !has('re')) refuse(`"${flag}" stands only after "re"`);
  const chosen = deciding.filter(has);
  if (chosen.length > 1) refuse(`"${chosen.join('" and "')}" exclude each other`);
  const where = positions.filter(has);
  if (where.length > 1) refuse(`"${where.join('" and "')}" exclude each other`);
  const numeric = comparisons.filter(has);
  if (numeric.length > 1) refuse(`"${numeric.join('" and "')}" exclude each other`);
  const time = parts.filter(has);
  if (time.length > 1) refuse(`"${time.join('" and "')}" exclude each other`);
  const text = [...where, ...encodings.filter(has), ...['windash', 'cased'].filter(has)];
  if ((numeric.length > 0 || time.length > 0) && (text.length > 0 || chosen.length > 0))
    refuse(`"${[...numeric, ...time][0]}" and "${[...text, ...chosen][0]}" exclude each other`);
  if ((has('re') || has('cidr') || has('exists')) && text.length > 0)
    refuse(`"${chosen[0]}" and "${text[0]}" exclude each other`);
  if (has('fieldref') && (has('windash') || encodings.some(has)))
    refuse('"fieldref" names a field, which is not encoded');
}

function testsOf(
  key: string,
  value: Scalar,
  modifiers: readonly string[],
  field: string | undefined,
  placeholders: Placeholders,
): readonly Test[] {
  const has = (name: string) => modifiers.includes(name);
  const refuse = (reason: string): never => {
    throw new RefusalError('value', `${key}: ${reason}`);
  };
  const needField = () => field ?? refuse('this modifier needs a field');
  if (has('exists')) {
    needField();
    return [
      { kind: 'exists', wanted: typeof value === 'boolean' ? value : refuse(`expected true or false, got ${value}`) },
    ];
  }
  const comparison = comparisons.find(has);
  const part = parts.find(has);
  if (comparison || part) {
    needField();
    const number = typeof value === 'number' ? value : Number(value === '' || value === null ? Number.NaN : value);
    if (!Number.isFinite(number)) refuse(`expected a number, got ${value}`);
    if (comparison) return [{ kind: 'compare', comparison, value: number, ...(part ? { part } : {}) }];
    return part ? [{ kind: 'part', part, value: number }] : [];
  }
  if (has('fieldref')) {
    needField();
    if (typeof value !== 'string' || value === '') return refuse(`expected the name of a field, got ${value}`);
    return [{ kind: 'fieldref', field: value, mode: positions.find(has) ?? 'equals', cased: has('cased') }];
  }
  if (value === null) {
    needField();
    if (modifiers.some((modifier) => modifier !== 'neq' && modifier !== 'all')) refuse('null stands without modifiers');
    return [{ kind: 'null' }];
  }
  const text = String(value);
  const variants = has('expand') ? expandPlaceholders(text, placeholders) : [text];
  if (has('cidr')) {
    needField();
    return variants.map((network): Test => {
      if (!parseNetwork(network)) refuse(`"${network}" is no CIDR network`);
      return { kind: 'cidr', network };
    });
  }
  if (has('re')) {
    const flags = `${has('i') || has('ignorecase') ? 'i' : ''}${has('m') || has('multiline') ? 'm' : ''}${has('s') || has('dotall') ? 's' : ''}`;
    return variants.map((source): Test => {
      checkRegex(key, source, flags);
      return { kind: 'regex', source, flags };
    });
  }
  const position = positions.find(has);
  return variants.flatMap((variant) =>
    encoded(key, variant, modifiers).map((pattern): Test => {
      const placed = field === undefined && !position ? 'contains' : position;
      return { kind: 'pattern', pattern: place(pattern, placed), cased: has('cased') };
    }),
  );
}

function place(pattern: Pattern, position: (typeof positions)[number] | undefined): Pattern {
  if (!position) return pattern;
  const before = position === 'startswith' ? [] : [any];
  const after = position === 'endswith' ? [] : [any];
  return joinPattern([...before, ...pattern, ...after]);
}

/** Applies windash and the encodings in the order they stand, as Sigma's chains do. */
function encoded(key: string, value: string, modifiers: readonly string[]): readonly Pattern[] {
  let patterns: readonly Pattern[] = [parsePattern(value)];
  let bytes: Uint8Array | undefined;
  const literal = (pattern: Pattern, modifier: string): string => {
    const text = literalOf(pattern);
    if (text === undefined)
      throw new RefusalError('value', `${key}: "${modifier}" cannot encode a value with wildcards`);
    return text;
  };
  for (const modifier of modifiers) {
    if (modifier === 'windash') patterns = patterns.flatMap(windashVariants);
    else if (modifier === 'utf16le' || modifier === 'wide' || modifier === 'utf16be' || modifier === 'utf16') {
      patterns = patterns.map((pattern) => {
        const order = modifier === 'utf16be' ? 'big' : 'little';
        bytes = utf16(literal(pattern, modifier), order, modifier === 'utf16');
        return [bytesAsText(bytes)];
      });
    } else if (modifier === 'base64' || modifier === 'base64offset') {
      const wide = bytes !== undefined;
      patterns = patterns.flatMap((pattern) => {
        const text = literal(pattern, modifier);
        const raw = wide ? Uint8Array.from(text, (character) => character.charCodeAt(0)) : utf8(text);
        return (modifier === 'base64' ? [base64(raw)] : base64Offsets(raw)).map((each) => [each]);
      });
    }
  }
  return patterns;
}
