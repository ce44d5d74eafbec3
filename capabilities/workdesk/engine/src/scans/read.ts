/**
 * The four ways scanners write: XML records, JSON documents, JSON lines, separated values. Each reader bounds what it holds in memory
 * and says where it stopped.
 * @module
 */
import Papa from 'papaparse';
import { SaxesParser } from 'saxes';
import { type Chunks, type ScanFinding, type ScanIssue, type ScanItem, Unreadable } from './types.ts';

/** Largest JSON document or table read whole; larger ones belong into JSON lines. In UTF-16 code units. */
export const wholeLimit = 128 * 1024 * 1024;
/** Deepest nesting and longest text of one XML record. */
const depthLimit = 64;
const recordLimit = 8 * 1024 * 1024;

export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}
export interface XmlRecord {
  readonly node: Node;
  /** From the root to the parent, with what they have shown so far. */
  readonly ancestors: readonly Node[];
}

/** Records by element name, each forgotten after it was given; entities of the file's own are refused, external ones never fetched. */
export async function* xmlRecords(
  chunks: Chunks,
  wanted: readonly string[],
  decide: (record: XmlRecord) => Iterable<ScanFinding>,
): AsyncIterable<ScanItem> {
  const names = new Set(wanted);
  const stack: Node[] = [];
  const ready: ScanItem[] = [];
  let problem: ScanItem | null = null;
  let size = 0;
  const parser = new SaxesParser({ fileName: '' });
  const fail = (expected: string, got: string) => {
    problem ??= { kind: 'issue', issue: { where: `line ${parser.line}, column ${parser.column}`, expected, got } };
  };
  parser.on('error', (error) => fail('well-formed XML', error.message.replace(/^[\d:\s]+/, '')));
  parser.on('doctype', (text) => {
    if (/<!ENTITY/i.test(text)) fail('a document without entity definitions', 'an ENTITY definition');
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (stack.length >= depthLimit) fail(`at most ${depthLimit} levels`, name);
    stack.push({ name, attributes: attributes as Record<string, string>, children: [], text: '' });
  });
  const addText = (text: string) => {
    const top = stack.at(-1);
    size += text.length;
    if (size > recordLimit) fail(`records of at most ${recordLimit} characters`, `${top?.name} is longer`);
    else if (top) top.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const node = stack.pop();
    if (!node || problem) return;
    if (names.has(node.name)) {
      size = 0;
      try {
        for (const finding of decide({ node, ancestors: stack })) ready.push({ kind: 'finding', finding });
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        ready.push({ kind: 'issue', issue: { ...error.issue, where: `line ${parser.line}: ${error.issue.where}` } });
      }
    } else stack.at(-1)?.children.push(node);
  });
  for await (const chunk of chunks) {
    if (!problem) parser.write(chunk);
    yield* ready.splice(0);
    if (problem) break;
  }
  if (!problem) parser.close();
  yield* ready.splice(0);
  if (problem) yield problem;
}

export function child(node: Node | undefined, ...path: readonly string[]): Node | undefined {
  let current = node;
  for (const name of path) current = current?.children.find((each) => each.name === name);
  return current;
}
export function inner(node: Node | undefined, ...path: readonly string[]): string {
  return child(node, ...path)?.text.trim() ?? '';
}
export function children(node: Node | undefined, name: string): readonly Node[] {
  return node?.children.filter((each) => each.name === name) ?? [];
}
export function allText(node: Node | undefined): string {
  return node ? [node.text.trim(), ...node.children.map(allText)].filter(Boolean).join('\n') : '';
}

export async function readAll(chunks: Chunks): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > wholeLimit) throw new Unreadable('(file)', `at most ${wholeLimit} characters in one document`, 'more');
    parts.push(chunk);
  }
  return parts.join('').replace(/^\uFEFF/, '');
}

// biome-ignore lint/suspicious/noExplicitAny: a tool's JSON has any shape; parsers ask for what they need and survive what is missing.
export type Json = any;

export type JsonValue = { readonly value: Json } | { readonly issue: ScanIssue };
/** A whole JSON document, or several behind one another. A cut one gives an issue and then what was complete before the cut. */
export async function* jsonValues(chunks: Chunks): AsyncIterable<JsonValue> {
  const text = await readOrIssue(chunks);
  if (typeof text !== 'string') return yield { issue: text };
  if (text.trim() === '') return;
  try {
    yield { value: JSON.parse(text) };
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const several = lines.length > 1 ? lines.map(parsed) : [];
    if (several.length > 1 && several.every((each) => each !== undefined)) {
      for (const value of several) yield { value };
      return;
    }
    yield {
      issue: {
        where: positionOf(error, text),
        expected: 'JSON',
        got: text.trim().startsWith('<') ? 'XML or HTML' : 'broken or cut off text',
      },
    };
    const value = salvage(text);
    if (value !== undefined) yield { value };
  }
}
export async function* jsonDocument(
  chunks: Chunks,
  decide: (document: Json) => Iterable<ScanFinding>,
): AsyncIterable<ScanItem> {
  for await (const each of jsonValues(chunks))
    if ('issue' in each) yield { kind: 'issue', issue: each.issue };
    else yield* guarded(decide, each.value);
}

function* guarded(decide: (document: Json) => Iterable<ScanFinding>, document: Json): Iterable<ScanItem> {
  try {
    for (const finding of decide(document)) yield { kind: 'finding', finding };
  } catch (error) {
    if (error instanceof Unreadable) yield { kind: 'issue', issue: error.issue };
    else if (error instanceof TypeError)
      yield {
        kind: 'issue',
        issue: { where: '(document)', expected: 'the structure of this tool', got: error.message },
      };
    else throw error;
  }
}

function parsed(line: string): Json | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function positionOf(error: unknown, text: string): string {
  const position = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? text.length);
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Closes a cut JSON text behind its last complete element. */
export function salvage(text: string): Json | undefined {
  const open: string[] = [];
  let inString = false;
  let escaped = false;
  let cut = -1;
  let openAtCut: string[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (inString) {
      if (escaped) escaped = false;
      else if (character === '\\') escaped = true;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    else if (character === '{' || character === '[') open.push(character === '{' ? '}' : ']');
    else if (character === '}' || character === ']') {
      if (open.pop() !== character) break;
      cut = index + 1;
      openAtCut = [...open];
    }
  }
  return cut < 0 ? undefined : parsed(text.slice(0, cut) + openAtCut.reverse().join(''));
}

/** One JSON value a line; a bad line is named and the next one read. Memory stays flat. */
export async function* jsonLines(
  chunks: Chunks,
  decide: (value: Json) => Iterable<ScanFinding>,
): AsyncIterable<ScanItem> {
  let rest = '';
  let number = 0;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > recordLimit) {
      yield {
        kind: 'issue',
        issue: {
          where: `line ${number + 1}`,
          expected: `lines of at most ${recordLimit} characters`,
          got: 'a longer one',
        },
      };
      return;
    }
    for (const line of lines) {
      number += 1;
      yield* oneLine(line, number, decide);
    }
  }
  yield* oneLine(rest, number + 1, decide);
}

function* oneLine(line: string, number: number, decide: (value: Json) => Iterable<ScanFinding>): Iterable<ScanItem> {
  const text = line.replace(/^\uFEFF/, '').trim();
  if (text === '') return;
  const value = parsed(text);
  if (value === undefined || typeof value !== 'object')
    yield { kind: 'issue', issue: { where: `line ${number}`, expected: 'a JSON object', got: text.slice(0, 60) } };
  else
    for (const item of guarded(decide, value))
      yield item.kind === 'issue' ? { kind: 'issue', issue: { ...item.issue, where: `line ${number}` } } : item;
}

export type Row = Readonly<Record<string, string>>;
/** Rows of a table under the first line that holds all of `columns`; lines before it are a report's own heading. */
export async function* tableRows(
  chunks: Chunks,
  columns: readonly string[],
  decide: (row: Row) => Iterable<ScanFinding>,
): AsyncIterable<ScanItem> {
  const text = await readOrIssue(chunks);
  if (typeof text !== 'string') return yield { kind: 'issue', issue: text };
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' });
  const start = data.findIndex((row) =>
    columns.every((column) => row.some((cell) => cell.trim().toLowerCase() === column.toLowerCase())),
  );
  if (start < 0)
    return yield {
      kind: 'issue',
      issue: {
        where: 'line 1',
        expected: `columns ${columns.join(', ')}`,
        got: (data[0] ?? []).join(', ').slice(0, 120) || 'nothing',
      },
    };
  const header = (data[start] ?? []).map((name) => name.trim());
  for (const error of errors)
    if (error.type === 'Quotes')
      yield {
        kind: 'issue',
        issue: { where: `row ${(error.row ?? 0) + 1}`, expected: 'closed quotation marks', got: error.message },
      };
  for (const [index, cells] of data.slice(start + 1).entries()) {
    if (cells.length < Math.min(2, header.length)) continue;
    const row = Object.fromEntries(header.map((name, column) => [name, (cells[column] ?? '').trim()]));
    try {
      for (const finding of decide(row)) yield { kind: 'finding', finding };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      yield { kind: 'issue', issue: { ...error.issue, where: `row ${start + index + 2}: ${error.issue.where}` } };
    }
  }
}

/** A whole table with its first line as header. */
export function readTable(text: string): Row[] {
  return Papa.parse<Row>(text.replace(/^\uFEFF/, ''), { header: true, skipEmptyLines: 'greedy' }).data;
}

/** A column by any of its names, whatever the letters' case. */
export function cell(row: Row, ...names: readonly string[]): string {
  for (const name of names) {
    const key = Object.keys(row).find((each) => each.toLowerCase() === name.toLowerCase());
    if (key !== undefined && row[key] !== '') return row[key] ?? '';
  }
  return '';
}

async function readOrIssue(chunks: Chunks): Promise<string | ScanIssue> {
  try {
    return await readAll(chunks);
  } catch (error) {
    if (error instanceof Unreadable) return error.issue;
    throw error;
  }
}
