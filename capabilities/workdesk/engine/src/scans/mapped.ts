/**
 * Findings from any table or JSON by a mapping a person made once: which column or path says what. Nothing is guessed while reading.
 * @module
 */
import { daysInMonth } from '@hedun/workdays';
import { type Json, jsonValues } from './read.ts';
import { type Chunks, type ScanFinding, type ScanItem, type Severity, Unreadable } from './types.ts';
import {
  finding,
  locationOf,
  numberOf,
  place,
  referencesIn,
  severityNamed,
  severityOfScore,
  textOf,
} from './values.ts';

export const mappedFields = [
  'title',
  'severity',
  'target',
  'port',
  'rule',
  'description',
  'remediation',
  'references',
  'cvss',
  'seenAt',
  'number',
  'dueOn',
] as const;
export type MappedField = (typeof mappedFields)[number];

export interface ScanMapping {
  readonly shape: 'table' | 'json';
  /** JSON: the path of the list, e.g. `data.rows`; empty when the document is the list, or each line one object. */
  readonly items: string;
  /** Column name, or path inside one entry. `title` is required. */
  readonly fields: Readonly<Partial<Record<MappedField, string>>>;
  /** The source's own words or numbers for severity; common words of Chinese and English are known without. */
  readonly severities: Readonly<Record<string, Severity>>;
  /** For entries that say neither a severity nor a CVSS score. */
  readonly defaultSeverity: Severity;
  readonly kind: ScanFinding['kind'];
}

/** A value by its path; names with dots inside are not supported, list positions are numbers. */
export function valueAt(value: Json, path: string): Json {
  return path === '' ? value : path.split('.').reduce((inner, name) => inner?.[name], value);
}
const wordsOf = (value: Json): string =>
  Array.isArray(value) ? value.map(wordsOf).filter(Boolean).join(', ') : textOf(value);

/** One entry. @throws Unreadable naming the field when the title is missing or the severity is no word anybody declared. */
export function mapEntry(mapping: ScanMapping, read: (path: string) => string): ScanFinding {
  const get = (field: MappedField) => (mapping.fields[field] === undefined ? '' : read(mapping.fields[field]).trim());
  const title = get('title');
  if (title === '') throw new Unreadable(mapping.fields.title ?? 'title', 'a title', 'nothing');
  const score = numberOf(get('cvss'));
  if (score !== null && (score < 0 || score > 10))
    throw new Unreadable(mapping.fields.cvss ?? 'cvss', 'a CVSS score from 0 to 10', String(score));
  const { host, address, port, url, protocol } = locationOf(get('target'));
  const [number, dueOn] = [get('number'), dayOf(get('dueOn'), mapping)];
  return finding({
    ruleId: get('rule'),
    title,
    kind: mapping.kind,
    severity: severityFor(mapping, get('severity'), score),
    description: get('description'),
    remediation: get('remediation') || null,
    location: place({ host: host ?? address, port: get('port') || port, url, protocol }),
    references: referencesIn(get('references'), title, get('description')),
    cvss: score,
    seenAt: momentOf(get('seenAt')),
    ...(number || dueOn ? { upstream: { number, dueOn } } : {}),
  });
}

function severityFor(
  { severities, fields, defaultSeverity }: ScanMapping,
  word: string,
  score: number | null,
): Severity {
  if (word === '') return score === null ? defaultSeverity : severityOfScore(score);
  const own = severities[word] ?? severityNamed(word);
  if (!own) throw new Unreadable(fields.severity ?? 'severity', 'a declared severity', word.slice(0, 40));
  return own;
}

const dayPattern = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?/;
/** The day a text begins with, or null. */
function dayIn(text: string): string | null {
  const [, year = '', month = '', day = ''] = dayPattern.exec(text) ?? [];
  const [inYear, inMonth] = [Number(month), Number(day)];
  if (inYear < 1 || inYear > 12 || inMonth < 1 || inMonth > daysInMonth(Number(year), inYear)) return null;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
function dayOf(text: string, { fields }: ScanMapping): string | null {
  const day = dayIn(text);
  if (text !== '' && day === null)
    throw new Unreadable(fields.dueOn ?? 'dueOn', 'a day such as 2026-03-01', text.slice(0, 40));
  return day;
}
/** A time without a zone is Beijing's; what is no time at all is left out. */
function momentOf(text: string): string | null {
  const day = dayIn(text);
  const [, clock = '00:00', seconds = ':00', , zone = '+08:00'] =
    /((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(\.\d+)?\s*(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return day === null ? null : `${day}T${clock}${seconds}${zone}`;
}

export interface MappedTable {
  readonly headers: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}
/** Rows of a table. A column the mapping names and the table lacks is one issue, and nothing is read. */
export function* readMappedTable(mapping: ScanMapping, table: MappedTable): Iterable<ScanItem> {
  const columns = new Map(table.headers.map((name, index) => [name, index]));
  const missing = Object.values(mapping.fields).filter((name) => !columns.has(name));
  if (missing.length > 0)
    return yield {
      kind: 'issue',
      issue: {
        where: 'line 1',
        expected: `columns ${missing.join(', ')}`,
        got: table.headers.join(', ').slice(0, 200),
      },
    };
  for (const { line, cells } of table.rows)
    yield itemOf(`line ${line}`, () => mapEntry(mapping, (name) => cells[columns.get(name) ?? -1] ?? ''));
}

/** Entries of a JSON document or of JSON lines. */
export async function* readMappedJson(mapping: ScanMapping, chunks: Chunks): AsyncIterable<ScanItem> {
  let place = 0;
  for await (const each of jsonValues(chunks)) {
    if ('issue' in each) {
      yield { kind: 'issue', issue: each.issue };
      continue;
    }
    const list = valueAt(each.value, mapping.items);
    const entries = Array.isArray(list) ? list : mapping.items === '' ? [each.value] : null;
    if (!entries) {
      yield { kind: 'issue', issue: { where: mapping.items, expected: 'a list', got: typeof list } };
      continue;
    }
    for (const entry of entries) {
      yield itemOf(`[${place}]`, () => mapEntry(mapping, (path) => wordsOf(valueAt(entry, path))));
      place += 1;
    }
  }
}

function itemOf(where: string, read: () => ScanFinding): ScanItem {
  try {
    return { kind: 'finding', finding: read() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: 'issue', issue: { ...error.issue, where: `${where}: ${error.issue.where}` } };
  }
}
