/**
 * ArcSight Common Event Format (Implementation Standard, version 26) and IBM's Log Event Extended Format 1.0 and 2.0. Values with unescaped
 * equals signs, as web addresses bring them, stay whole.
 * @module
 */
import { type Fields, UnparsedLine } from './shape.ts';

const headerNames = [
  'cefVersion',
  'deviceVendor',
  'deviceProduct',
  'deviceVersion',
  'deviceEventClassId',
  'name',
  'severity',
] as const;

/** @param line from `CEF:` on */
export function parseCef(line: string): Fields {
  const fields: Fields = {};
  let at = 4;
  for (let index = 0; index < 7; index += 1) {
    const end = pipe(line, at);
    // Some devices leave out the last bar where there are no extensions.
    if (end < 0 && index < 6) throw new UnparsedLine('cef-header');
    const value = line.slice(at, end < 0 ? line.length : end);
    fields[headerNames[index] as string] = value.includes('\\') ? value.replace(/\\([|\\])/g, '$1') : value;
    at = end < 0 ? line.length : end + 1;
  }
  if (!/^\d$/.test(String(fields.cefVersion).trim())) throw new UnparsedLine('cef-header');
  readExtension(line, at, fields, line.includes('\\', at));
  if (line.includes('Label=', at)) nameCustomFields(fields);
  return fields;
}

function pipe(line: string, start: number): number {
  let at = start;
  for (;;) {
    const found = line.indexOf('|', at);
    if (found < 0) return -1;
    if (!escaped(line, found)) return found;
    at = found + 1;
  }
}

function escaped(line: string, at: number): boolean {
  let slashes = 0;
  for (let index = at - 1; index >= 0 && line.charCodeAt(index) === 92; index -= 1) slashes += 1;
  return slashes % 2 === 1;
}

function isKey(line: string, start: number, end: number): boolean {
  if (end - start < 1 || end - start > 63) return false;
  for (let index = start; index < end; index += 1) {
    const code = line.charCodeAt(index);
    const word =
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 48 && code <= 57) ||
      code === 95 ||
      code === 46 ||
      code === 45 ||
      code === 91 ||
      code === 93;
    if (!word) return false;
  }
  return true;
}

const fieldLimit = 400;

/** @param escapes whether there is any backslash: most lines have none */
function readExtension(line: string, start: number, fields: Fields, escapes: boolean): void {
  let key: string | undefined;
  let valueStart = start;
  let at = start;
  let count = 0;
  for (;;) {
    const equals = line.indexOf('=', at);
    if (equals < 0) break;
    at = equals + 1;
    const space = line.lastIndexOf(' ', equals);
    const keyStart = space < start ? start : space + 1;
    if (keyStart < valueStart || !isKey(line, keyStart, equals)) continue;
    if (key !== undefined) keep(fields, key, line.slice(valueStart, keyStart - 1), escapes);
    count += 1;
    if (count > fieldLimit) return;
    key = line.slice(keyStart, equals);
    valueStart = equals + 1;
  }
  if (key !== undefined) keep(fields, key, line.slice(valueStart), escapes);
}

function keep(fields: Fields, key: string, value: string, escapes: boolean): void {
  const clean = escapes ? value.replace(/\\([\\=nr|])/g, unescaped) : value;
  const end = clean.length > 0 && clean.charCodeAt(clean.length - 1) === 32 ? clean.trimEnd() : clean;
  if (end !== '' && key !== '__proto__') fields[key] = end;
}

function unescaped(_whole: string, character: string): string {
  return character === 'n' || character === 'r' ? '\u240a' : character;
}

const custom = ['cs1', 'cs2', 'cs3', 'cs4', 'cs5', 'cs6', 'cn1', 'cn2', 'cn3', 'flexString1', 'flexString2'];

/** `cs1=… cs1Label=Rule Name` is also found under its label. */
function nameCustomFields(fields: Fields): void {
  for (const name of custom) {
    const value = fields[name];
    if (value === undefined) continue;
    const label = fields[`${name}Label`];
    if (typeof label === 'string' && label !== '__proto__' && fields[label] === undefined) fields[label] = value;
  }
}

/** @param line from `LEEF:` on */
export function parseLeef(line: string): Fields {
  const parts: string[] = [];
  let at = 5;
  const wanted = line.startsWith('2', 5) ? 6 : 5;
  while (parts.length < wanted) {
    const end = line.indexOf('|', at);
    if (end < 0) throw new UnparsedLine('leef-header');
    parts.push(line.slice(at, end));
    at = end + 1;
  }
  const [leefVersion, deviceVendor, deviceProduct, deviceVersion, eventId, separator = ''] = parts;
  if (!/^[12](\.\d)?$/.test(leefVersion ?? '')) throw new UnparsedLine('leef-header');
  const fields: Fields = { leefVersion, deviceVendor, deviceProduct, deviceVersion, eventId };
  const delimiter = delimiterOf(separator);
  let count = 0;
  for (const pair of line.slice(at).split(delimiter)) {
    const equals = pair.indexOf('=');
    if (equals <= 0) continue;
    count += 1;
    if (count > fieldLimit) break;
    const key = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    if (key !== '__proto__' && value !== '') fields[key] = value;
  }
  return fields;
}

/** LEEF 2.0: one character, or its code as `x09` or `0x09`; a tab where nothing is said. */
function delimiterOf(text: string): string {
  const code = /^(?:0?x)([0-9A-Fa-f]{1,4})$/.exec(text);
  if (code) {
    const number = Number.parseInt(code[1] as string, 16);
    // A control character stands in the contained line as its picture.
    return String.fromCharCode(number < 0x20 && number !== 9 ? 0x2400 + number : number);
  }
  return text === '' ? '\t' : text.charAt(0);
}
