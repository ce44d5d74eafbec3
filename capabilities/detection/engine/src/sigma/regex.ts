/**
 * Regular expressions of rules, in time linear in the text (re2js), so that no rule can stall the stream; and the literal a match cannot
 * do without, for the index. It never runs a backtracking engine.
 * @module
 */
import { RE2JS } from 're2js';
import { RefusalError } from '../refusal.ts';

export interface LinearRegex {
  test(text: string): boolean;
}

const sourceLimit = 10_000;

export function compileRegex(source: string, flags: string): LinearRegex {
  if (source.length > sourceLimit)
    throw new RefusalError('limit', `regular expression longer than ${sourceLimit} characters`);
  let bits = RE2JS.LOOKBEHINDS;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  const compiled = RE2JS.compile(source, bits);
  return { test: (text) => compiled.test(text) };
}

export function checkRegex(key: string, source: string, flags: string): void {
  try {
    compileRegex(source, flags);
  } catch (error) {
    if (error instanceof RefusalError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new RefusalError('regex', `${key}: not a regular expression of linear time: ${reason}`);
  }
}

/**
 * The longest run of characters, lower-cased, that every match contains; empty where none is sure. Only runs outside groups and classes
 * count, and none where alternatives stand at the top. Everything beyond ASCII ends a run, and `s` too where case is ignored, because
 * Unicode folding lets other letters match there (ſ for s).
 */
export function necessaryLiteral(source: string, flags: string): string {
  const folded = flags.includes('i') || /\(\?[a-z]*i/.test(source);
  let longest = '';
  let run = '';
  let index = 0;
  const end = () => {
    if (run.length > longest.length) longest = run;
    run = '';
  };
  while (index < source.length) {
    const character = source.charAt(index);
    if (character === '|') return '';
    if (character === '(') {
      end();
      const close = skipGroup(source, index);
      if (close < 0) return '';
      index = close;
      continue;
    }
    if (character === '[') {
      end();
      index = skipClass(source, index);
      continue;
    }
    let literal = character;
    let next = index + 1;
    if (character === '\\') {
      const escaped = source.charAt(index + 1);
      next = index + 2;
      if (/[A-Za-z0-9]/.test(escaped)) {
        // \x41, \Q…\E, \p{…} and their like end the search: what follows them cannot be told apart cheaply.
        if (!'dDsSwWbBtnrfvAz'.includes(escaped)) return '';
        literal = '';
      } else literal = escaped;
    } else if ('.^$'.includes(character)) literal = '';
    else if ('*+?{}'.includes(character)) {
      const optional = character === '*' || character === '?' || character === '{';
      if (optional) run = run.slice(0, -1);
      end();
      if (character === '{') {
        const close = source.indexOf('}', index);
        if (close < 0) return '';
        next = close + 1;
      }
      literal = '';
      index = next;
      continue;
    }
    const lower = literal.toLowerCase();
    if (literal === '' || literal.charCodeAt(0) > 127 || (folded && lower === 's')) {
      end();
    } else run += lower;
    index = next;
  }
  end();
  return longest;
}

function skipClass(source: string, start: number): number {
  let index = start + 1;
  if (source.charAt(index) === '^') index += 1;
  if (source.charAt(index) === ']') index += 1;
  while (index < source.length && source.charAt(index) !== ']') {
    if (source.startsWith('[:', index)) {
      const close = source.indexOf(':]', index);
      index = close < 0 ? source.length : close + 2;
    } else index += source.charAt(index) === '\\' ? 2 : 1;
  }
  return index + 1;
}

function skipGroup(source: string, start: number): number {
  let depth = 0;
  let index = start;
  while (index < source.length) {
    const character = source.charAt(index);
    if (character === '\\') index += 2;
    else if (character === '[') index = skipClass(source, index);
    else {
      if (character === '(') depth += 1;
      else if (character === ')') {
        depth -= 1;
        if (depth === 0) return index + 1;
      }
      index += 1;
    }
  }
  return -1;
}
