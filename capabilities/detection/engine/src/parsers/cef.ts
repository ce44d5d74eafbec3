/**
 * ArcSight Common Event Format (Implementation Standard, version 26) and IBM's Log Event Extended Format 1.0 and 2.0. Values with unescaped
 * equals signs, as web addresses bring them, stay whole.
 * @module
 */
import { type Fields, UnparsedLine } from './shape.ts';

/** @param from where `CEF:` stands: a line is not cut before it is read, since a cut text is read slower */
export function parseCef(line: string, from = 0): Fields {
  const ends: number[] = [];
  let at = from + 4;
  while (ends.length < 7) {
    const found = pipe(line, at);
    // Some devices leave out the last bar where there are no extensions.
    if (found < 0 && ends.length < 6) throw new UnparsedLine('cef-header');
    const end = found < 0 ? line.length : found;
    ends.push(end);
    at = end + 1;
  }
  const part = (index: number) => {
    const value = line.slice(index === 0 ? from + 4 : (ends[index - 1] as number) + 1, ends[index] as number);
    return value.includes('\\') ? value.replace(/\\([|\\])/g, '$1') : value;
  };
  // Written as one literal: an object that gets its first names one by one becomes a slow one at half as many names.
  const fields: Fields = {
    cefVersion: part(0),
    deviceVendor: part(1),
    deviceProduct: part(2),
    deviceVersion: part(3),
    deviceEventClassId: part(4),
    name: part(5),
    severity: part(6),
  };
  if (fields.cefVersion !== '0' && !/^\d$/.test(String(fields.cefVersion).trim())) throw new UnparsedLine('cef-header');
  const start = Math.min(at, line.length);
  readExtension(line, start, fields, line.includes('\\', start));
  if (line.includes('Label=', start)) nameCustomFields(fields);
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

/** Characters a name may have. */
const inName = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-[]')
  inName[character.charCodeAt(0)] = 1;
const nameLimit = 63;

/** Where the name before an equals sign begins; -1 where what stands there is none. */
function nameStart(line: string, start: number, equals: number): number {
  let at = equals;
  while (at > start && inName[line.charCodeAt(at - 1)] === 1) at -= 1;
  const length = equals - at;
  if (length < 1 || length > nameLimit) return -1;
  return at === start || line.charCodeAt(at - 1) === 32 ? at : -1;
}

const fieldLimit = 400;

/**
 * Names as they stood in the line before, by their place. A device writes them in one order; a name that stands there again need not be cut
 * out and looked up once more.
 */
const namesBefore: string[] = [];

function nameAt(line: string, start: number, end: number, place: number): string {
  const before = namesBefore[place];
  if (before !== undefined && before.length === end - start && line.startsWith(before, start)) return before;
  const name = line.slice(start, end);
  // Of its own: a short cut never holds the line in memory, a long one would.
  if (name.length < 13) namesBefore[place] = name;
  return name;
}

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
    const keyStart = nameStart(line, start, equals);
    if (keyStart < valueStart) continue;
    if (key !== undefined) keep(fields, key, line.slice(valueStart, keyStart - 1), escapes);
    count += 1;
    if (count > fieldLimit) return;
    key = nameAt(line, keyStart, equals, count);
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

const custom = ['cs1', 'cs2', 'cs3', 'cs4', 'cs5', 'cs6', 'cn1', 'cn2', 'cn3', 'flexString1', 'flexString2'].map(
  (name) => ({ name, labelName: `${name}Label` }),
);

/** `cs1=… cs1Label=Rule Name` is also found under its label. */
function nameCustomFields(fields: Fields): void {
  for (const { name, labelName } of custom) {
    const label = fields[labelName];
    if (label === undefined) continue;
    const value = fields[name];
    if (value === undefined) continue;
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
