/**
 * Parsers that people write for lines nobody else knows: literal text with named places, `%{IP:src_ip} denied %{WORD:action}`. Compiled to
 * expressions of linear time (re2js), so that no pattern and no line can stall the intake. A pattern that begins with `re:` is a regular
 * expression with named groups.
 * @module
 */
import { RE2JS } from 're2js';
import { type Fields, UnparsedLine } from './shape.ts';

/** The kinds of places. Two are read further: KV as `name=value` pairs, JSON as an object. */
export const placeKinds: Readonly<Record<string, string>> = {
  WORD: '[\\w.\\-]+',
  TEXT: '\\S+',
  DATA: '.*?',
  REST: '.*',
  INT: '[+-]?\\d+',
  NUMBER: '[+-]?\\d+(?:\\.\\d+)?',
  IP: '(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)',
  PORT: '\\d{1,5}',
  HOST: '[A-Za-z0-9](?:[A-Za-z0-9.\\-_]*[A-Za-z0-9])?',
  MAC: '[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}',
  USER: '[^\\s"\']+',
  PATH: '(?:/|[A-Za-z]:\\\\)\\S*',
  URI: '[A-Za-z][A-Za-z0-9+.\\-]*://\\S+',
  QUOTED: '"(?:[^"\\\\]|\\\\.)*"',
  ISOTIME: '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?(?:Z|[+-]\\d\\d:?\\d\\d)?',
  SYSLOGTIME: '[A-Z][a-z]{2} {1,2}\\d{1,2} \\d\\d:\\d\\d:\\d\\d',
  HTTPTIME: '\\d{1,2}/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d(?: [+-]\\d{4})?',
  EPOCH: '\\d{10,19}(?:\\.\\d+)?',
  KV: '.*',
  JSON: '\\{.*\\}',
};
const numbers = new Set(['INT', 'NUMBER', 'PORT']);

export type PatternFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly limit: number }
  | { readonly kind: 'unknown-place'; readonly name: string; readonly at: number }
  | { readonly kind: 'field-name'; readonly name: string; readonly at: number }
  | { readonly kind: 'twice'; readonly name: string; readonly at: number }
  | { readonly kind: 'no-field' }
  | { readonly kind: 'expression'; readonly reason: string };

export class PatternRefused extends Error {
  readonly fault: PatternFault;
  constructor(fault: PatternFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

interface Place {
  readonly group: string;
  readonly field: string;
  readonly kind: string;
}
export interface LinePattern {
  readonly source: string;
  readonly fields: readonly string[];
  /** Throws {@link UnparsedLine} where the line is not of this form. */
  parse(line: string): Fields;
}

const sourceLimit = 2000;
const fieldName = /^[A-Za-z@][\w.@-]{0,63}$/;
const place = /%\{([A-Z]+):([^}:]*)\}/g;

export function compilePattern(source: string): LinePattern {
  if (source.trim() === '') throw new PatternRefused({ kind: 'empty' });
  if (source.length > sourceLimit) throw new PatternRefused({ kind: 'too-long', limit: sourceLimit });
  const places: Place[] = [];
  const expression = source.startsWith('re:') ? source.slice(3) : translate(source, places);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(expression);
  } catch (error) {
    throw new PatternRefused({ kind: 'expression', reason: error instanceof Error ? error.message : String(error) });
  }
  if (source.startsWith('re:'))
    for (const group of Object.keys(compiled.namedGroups())) places.push({ group, field: group, kind: 'TEXT' });
  if (places.length === 0) throw new PatternRefused({ kind: 'no-field' });
  return {
    source,
    fields: places.map(({ field }) => field),
    parse: (line) => {
      const matcher = compiled.matcher(line);
      if (!matcher.find()) throw new UnparsedLine('pattern');
      const fields: Fields = {};
      for (const each of places) {
        const value = matcher.group(each.group);
        if (value !== null && value !== '' && value !== '-') read(fields, each, value);
      }
      return fields;
    },
  };
}

function translate(source: string, places: Place[]): string {
  let expression = '^';
  let last = 0;
  for (const found of source.matchAll(place)) {
    const [whole, kind = '', field = ''] = found;
    const at = found.index;
    const inner = placeKinds[kind];
    if (inner === undefined) throw new PatternRefused({ kind: 'unknown-place', name: kind, at });
    if (field !== '' && !fieldName.test(field)) throw new PatternRefused({ kind: 'field-name', name: field, at });
    if (field !== '' && places.some((each) => each.field === field))
      throw new PatternRefused({ kind: 'twice', name: field, at });
    expression += literal(source.slice(last, at));
    if (field === '') expression += `(?:${inner})`;
    else {
      const group = `p${places.length}`;
      places.push({ group, field, kind });
      expression += `(?P<${group}>${inner})`;
    }
    last = at + whole.length;
  }
  const rest = source.slice(last);
  const broken = rest.indexOf('%{');
  if (broken >= 0)
    throw new PatternRefused({ kind: 'unknown-place', name: rest.slice(broken, broken + 30), at: last + broken });
  return `${expression}${literal(rest)}`;
}

/** Runs of spaces stand for any run of white space, as columns are often padded. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\s+/g, '\\s+');
}

const pairs = /([A-Za-z_][\w.-]{0,63})=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s,;]*))/g;
const pairLimit = 300;

export function readPairs(text: string, fields: Fields): number {
  let count = 0;
  for (const [, name = '', double, single, bare] of text.matchAll(pairs)) {
    count += 1;
    if (count > pairLimit) break;
    const value = double?.replace(/\\(["\\])/g, '$1') ?? single ?? bare ?? '';
    if (value !== '' && name !== '__proto__' && fields[name] === undefined) fields[name] = value;
  }
  return count;
}

function read(fields: Fields, { field, kind }: Place, value: string): void {
  if (kind === 'KV') {
    readPairs(value, fields);
    fields[field] = value;
  } else if (kind === 'JSON') {
    try {
      const inner: unknown = JSON.parse(value);
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
        for (const [name, each] of Object.entries(inner))
          if (name !== '__proto__' && fields[name] === undefined) fields[name] = each;
    } catch {
      throw new UnparsedLine('pattern');
    }
    fields[field] = value;
  } else if (kind === 'QUOTED') fields[field] = value.slice(1, -1).replace(/\\(["\\])/g, '$1');
  else fields[field] = numbers.has(kind) && value.length < 16 ? Number(value) : value;
}

const suggestions: readonly (readonly [RegExp, string, string])[] = [
  [/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/, 'ISOTIME', 'time'],
  [/^\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?/, 'HTTPTIME', 'time'],
  [/^[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d/, 'SYSLOGTIME', 'time'],
  [/^[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b/, 'MAC', 'mac'],
  [/^\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/, 'IP', 'ip'],
  [/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s"]+/, 'URI', 'url'],
  [/^"(?:[^"\\]|\\.)*"/, 'QUOTED', 'text'],
];

/** A first pattern for a line, for a person to name its places: times, addresses, quoted texts and `name=value` pairs become places. */
export function suggestPattern(line: string): string {
  let pattern = '';
  let at = 0;
  const used = new Set<string>();
  const named = (name: string): string => {
    const base = name === 'ip' ? (used.has('src_ip') ? 'dst_ip' : 'src_ip') : name;
    let unique = base;
    for (let number = 2; used.has(unique); number += 1) unique = `${base}${number}`;
    used.add(unique);
    return unique;
  };
  const limit = Math.min(line.length, 1000);
  while (at < limit) {
    const rest = line.slice(at, at + 400);
    const startsWord = at === 0 || !/[\w.]/.test(line.charAt(at - 1));
    const pair = startsWord ? /^([A-Za-z_][\w-]{0,40})=("(?:[^"\\]|\\.)*"|[^\s,;"]+)/.exec(rest) : null;
    if (pair) {
      const value = pair[2] as string;
      pattern += `${pair[1]}=%{${value.startsWith('"') ? 'QUOTED' : /^\d{1,3}(\.\d{1,3}){3}$/.test(value) ? 'IP' : /^\d+$/.test(value) ? 'INT' : 'TEXT'}:${named(pair[1] as string)}}`;
      at += pair[0].length;
      continue;
    }
    const hit = startsWord ? suggestions.find(([form]) => form.test(rest)) : undefined;
    if (hit) {
      pattern += `%{${hit[1]}:${named(hit[2])}}`;
      at += hit[0].exec(rest)?.[0].length ?? 1;
      continue;
    }
    const port = /^:(\d{1,5})(?![\w.:])/.exec(rest);
    if (port && pattern.endsWith('_ip}')) {
      pattern += `:%{PORT:${named(pattern.endsWith('dst_ip}') ? 'dst_port' : 'src_port')}}`;
      at += port[0].length;
      continue;
    }
    const number = startsWord ? /^\d+(?![\w.])/.exec(rest) : null;
    if (number) {
      pattern += `%{INT:${named('number')}}`;
      at += number[0].length;
      continue;
    }
    pattern += line.charAt(at);
    at += 1;
  }
  return line.length > limit ? `${pattern}%{REST:${named('rest')}}` : pattern;
}
