/**
 * From kept bytes to findings: opens the file once, decodes it, unpacks an archive, reads record by record. Writes nothing.
 * @module
 */
import { Failure } from '@hedun/sdk';
import {
  detectFormat,
  printable,
  readMappedJson,
  readMappedTable,
  readScan,
  type ScanItem,
  sourceOf,
  Unreadable,
  unpack,
} from '@hedun/workdesk';
import type { Here } from './here.ts';
import { formatOfSource, sourceInFormat, sourceOfId } from './source-rows.ts';

/** An archive is unpacked in memory; larger ones are refused. */
const archiveLimit = 64 * 1024 * 1024;
const headSize = 65_536;

export interface OpenScan {
  readonly format: string;
  readonly formatTitle: string;
  readonly source: string;
  items(): AsyncIterable<ScanItem>;
}

/**
 * Looks at the beginning and says what it is; `items` reads from the start, as often as it is asked.
 * The first chunk is taken inside a transaction, because the file's record is read there; the bytes flow outside of it.
 */
export async function openScan(
  context: Here,
  evidenceId: string,
  name: string,
  formatId: string | undefined,
): Promise<OpenScan> {
  const mapped = sourceInFormat(formatId);
  if (mapped) return await openMapped(context, evidenceId, mapped, name);
  const head = await headOf(context, evidenceId);
  const inside = isArchive(head) ? await unpacked(context, evidenceId, name) : null;
  const first = inside?.[0];
  const text = first?.text.slice(0, headSize) ?? decoderFor(head).decode(head);
  const format = formatId ? { id: formatId, title: formatId } : detectFormat(text, first?.name ?? name);
  if (!format)
    throw new Failure('workdesk.scan_unknown', {
      where: name,
      expected: 'the output of a known scanner',
      got: text.trim() === '' ? 'an empty file' : printable(text.trim().slice(0, 60)),
    });
  return {
    format: format.id,
    formatTitle: format.title,
    source: sourceOf(format.id),
    items: () =>
      inside ? archived(inside, formatId) : readScan(decoded(bytesOf(context, evidenceId), head), name, format.id),
  };
}

/** By the mapping of a source: tables through the kernel's reader, which knows XLSX; JSON as it comes. */
async function openMapped(
  context: Here,
  evidenceId: string,
  { id, entries }: { readonly id: string; readonly entries: boolean },
  name: string,
): Promise<OpenScan> {
  const { name: source, mapping } = await context.transaction((inner) => sourceOfId(inner, id));
  const own = entries ? { ...mapping, items: '' } : mapping;
  const rows = async function* () {
    const table = await context
      .transaction((inner) => inner.files.table(evidenceId))
      .catch((error) => {
        if (error instanceof Failure)
          throw new Failure('workdesk.scan_unknown', {
            where: error.where ?? name,
            expected: error.expected ?? 'CSV or XLSX',
            got: error.got ?? '',
            cause: error,
          });
        throw error;
      });
    yield* readMappedTable(own, table);
  };
  const head = await headOf(context, evidenceId);
  return {
    format: formatOfSource(id, entries),
    formatTitle: source,
    source,
    items: () => (own.shape === 'table' ? rows() : readMappedJson(own, decoded(bytesOf(context, evidenceId), head))),
  };
}

/** A whole file as text; for files of a bounded size. */
export async function textOfEvidence(context: Here, evidenceId: string): Promise<string> {
  const head = await headOf(context, evidenceId);
  const parts: string[] = [];
  for await (const part of decoded(bytesOf(context, evidenceId), head)) parts.push(part);
  return parts.join('').replace(/^\uFEFF/, '');
}

async function* archived(
  files: readonly { readonly name: string; readonly text: string }[],
  formatId: string | undefined,
): AsyncIterable<ScanItem> {
  for (const { name, text } of files)
    for await (const item of readScan([text], name, formatId))
      yield item.kind === 'issue' && files.length > 1
        ? { kind: 'issue', issue: { ...item.issue, where: `${name}: ${item.issue.where}` } }
        : item;
}

/** The chunks of a kept file, usable in a job where no transaction stays open between them. */
export async function* bytesOf(context: Here, evidenceId: string): AsyncIterable<Uint8Array> {
  const iterator = await context.transaction(async (inner) => {
    const chunks = inner.files.stream(evidenceId)[Symbol.asyncIterator]();
    return { chunks, first: await chunks.next() };
  });
  for (let step = iterator.first; !step.done; step = await iterator.chunks.next()) yield step.value;
}

async function headOf(context: Here, evidenceId: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytesOf(context, evidenceId)) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= headSize) break;
  }
  return joined(parts).subarray(0, headSize);
}

const isArchive = (head: Uint8Array) => head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;

async function unpacked(context: Here, evidenceId: string, name: string) {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytesOf(context, evidenceId)) {
    size += chunk.length;
    if (size > archiveLimit)
      throw new Failure('workdesk.archive_refused', {
        where: name,
        expected: `at most ${archiveLimit} bytes`,
        got: 'more',
      });
    parts.push(chunk);
  }
  try {
    const files = unpack(joined(parts));
    if (files.length > 0) return files;
    throw new Unreadable(name, 'a scan inside (xml, json, jsonl, csv, html, sarif, nessus, txt)', 'none');
  } catch (error) {
    const issue =
      error instanceof Unreadable ? error.issue : { where: name, expected: 'a ZIP archive', got: String(error) };
    throw new Failure('workdesk.archive_refused', issue);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** UTF-8, UTF-16 by its mark, or GB 18030: what Chinese spreadsheets write when nobody asks. */
function decoderFor(head: Uint8Array): InstanceType<typeof TextDecoder> {
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be');
  try {
    // A character may be cut at the end of the head: `stream` waits for its rest instead of refusing it.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return new TextDecoder('utf-8');
  } catch {
    return new TextDecoder('gb18030');
  }
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, head: Uint8Array): AsyncIterable<string> {
  const decoder = decoderFor(head);
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
