/**
 * Reads a scanner's file: finds the format by its content, unpacks an archive, gives findings and named issues.
 * @module
 */
import { unzipSync } from 'fflate';
import { formats } from './formats/index.ts';
import { type Chunks, type ScanFinding, type ScanFormat, type ScanItem, Unreadable } from './types.ts';
import { printable, storable } from './values.ts';

export { formats } from './formats/index.ts';
export { jsonValues, readTable } from './read.ts';
export {
  type Location,
  type Reference,
  type ScanFinding,
  type ScanFormat,
  type ScanIssue,
  type ScanItem,
  type Severity,
  Unreadable,
} from './types.ts';
export { printable } from './values.ts';

/** The most certain format for the first characters of a file, or null. */
export function detectFormat(head: string, name: string): ScanFormat | null {
  const clean = head.replace(/^\uFEFF/, '');
  let best: ScanFormat | null = null;
  let sure = 0;
  for (const format of formats) {
    const certainty = format.detect(clean, name);
    if (certainty > sure) {
      best = format;
      sure = certainty;
    }
  }
  return best;
}
export function formatById(id: string): ScanFormat | null {
  return formats.find((format) => format.id === id) ?? null;
}

/** What tells two reports of one weakness apart from two weaknesses, beside organisation, asset and kind. */
export function identityOf({ location, ruleId, title, references }: ScanFinding): readonly string[] {
  const cves = references
    .filter(({ kind }) => kind === 'cve')
    .map(({ id }) => id)
    .sort();
  const named = cves.length > 0;
  const what = named ? cves : [ruleId || title];
  return [
    ...what,
    location.port === undefined ? '' : String(location.port),
    location.file ?? '',
    location.line === undefined || named ? '' : String(location.line),
    location.component ?? '',
    named ? '' : (location.url ?? '').replace(/[?#].*$/, ''),
  ];
}

export interface ArchivedFile {
  readonly name: string;
  readonly text: string;
}
/** Text files inside a ZIP; refuses more than `limit` bytes unpacked, so that a bomb costs nothing. */
export function unpack(bytes: Uint8Array, limit = 512 * 1024 * 1024): readonly ArchivedFile[] {
  let total = 0;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize, size }) => {
      total += originalSize;
      if (total > limit || originalSize > size * 200 + 1_000_000)
        throw new Unreadable(
          name,
          `at most ${limit} bytes unpacked and 200 times the packed size`,
          `${originalSize} bytes from ${size}`,
        );
      return /\.(xml|json|jsonl|csv|html?|sarif|nessus|txt)$/i.test(name);
    },
  });
  return Object.entries(files).map(([name, content]) => ({ name, text: new TextDecoder().decode(content) }));
}

/** Findings of a file in any known format. An unknown format is one issue. */
export async function* readScan(chunks: Chunks, name: string, formatId?: string): AsyncIterable<ScanItem> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let head = '';
  let done = false;
  while (head.length < 65_536 && !done) {
    const step = await iterator.next();
    if (step.done) done = true;
    else head += step.value;
  }
  const format = formatId === undefined ? detectFormat(head, name) : formatById(formatId);
  if (!format) {
    const expected =
      formatId === undefined ? 'the output of a known scanner' : `a format: ${formats.map(({ id }) => id).join(', ')}`;
    yield {
      kind: 'issue',
      issue: {
        where: name,
        expected,
        got: formatId ?? (head.trim() === '' ? 'an empty file' : printable(head.trim().slice(0, 60))),
      },
    };
    return;
  }
  for await (const item of format.parse(again(head, iterator, done))) {
    if (item.kind === 'issue') yield { kind: 'issue', issue: { ...item.issue, got: printable(item.issue.got) } };
    else {
      const finding = storable(item.finding);
      yield finding === item.finding ? item : { kind: 'finding', finding };
    }
  }
}
async function* again(
  head: string,
  iterator: Iterator<string> | AsyncIterator<string>,
  done: boolean,
): AsyncIterable<string> {
  yield head;
  if (done) return;
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield step.value;
}
