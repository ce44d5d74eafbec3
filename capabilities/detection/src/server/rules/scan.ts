/**
 * `hedun detection scan`: any rules on any files, without a store. One line of JSON for every match; what could not be read or used goes to
 * the other stream and into the exit code, never away.
 * @module
 */
import { createReadStream, globSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import {
  type EventRecord,
  flattenWindowsEvent,
  type LogSource,
  type Parsed,
  parseSigma,
  type RuleMatch,
  readEvtx,
  ruleKey,
  type SigmaDocument,
  SigmaEngine,
} from '@hedun/detection';
import { type CommandIo, Failure, type LocalCommand } from '@hedun/sdk';
import { fingerprint } from './text.ts';

/** Files a folder argument stands for. */
const eventFiles = '**/*.{evtx,json,jsonl,ndjson,json.gz,jsonl.gz}';

interface Tally {
  events: number;
  matches: number;
  unreadable: number;
}

export const scanCommand: LocalCommand = {
  title: { 'zh-CN': '用规则扫描日志文件', en: 'Scan files with rules' },
  words: 'detection scan',
  usage: '--rules DIR… [--values FILE] [--cache FILE] [--logsource product/category/service] [--json] FILES…',
  options: {
    rules: { type: 'string', multiple: true },
    cache: { type: 'string' },
    values: { type: 'string' },
    logsource: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async ({ values, positionals }, io) => {
    const folders = (values.rules as readonly string[] | undefined) ?? [];
    if (folders.length === 0 || positionals.length === 0) {
      io.warn(`hedun detection scan ${scanCommand.usage}`);
      return 2;
    }
    const { documents, refused } = rulesOf(
      folders,
      values.cache as string | undefined,
      placeholdersOf(values.values as string | undefined),
      io,
    );
    const engine = new SigmaEngine(documents);
    for (const refusal of engine.refusals)
      io.warn(`${refusal.where} ${refusal.name}: ${refusal.code}: ${refusal.reason}\n`);
    const source = logSource(values.logsource as string | undefined);
    const tally: Tally = { events: 0, matches: 0, unreadable: 0 };
    for (const file of filesOf(positionals)) await scanFile(file, engine, source, values.json === true, tally, io);
    for (const match of engine.advance(Number.MAX_SAFE_INTEGER)) write(match, '', '', values.json === true, tally, io);
    io.warn(
      io.locale === 'zh-CN'
        ? `规则 ${documents.length} 条，拒绝 ${refused + engine.refusals.length} 条；事件 ${tally.events} 条，命中 ${tally.matches} 次，无法读取 ${tally.unreadable} 条\n`
        : `${documents.length} rules, ${refused + engine.refusals.length} refused; ${tally.events} events, ${tally.matches} matches, ${tally.unreadable} unreadable\n`,
    );
    return tally.unreadable > 0 ? 1 : 0;
  },
};

function rulesOf(folders: readonly string[], cacheFile: string | undefined, placeholders: Placeholders, io: CommandIo) {
  const cache = new RuleCache(cacheFile, placeholders);
  const documents: SigmaDocument[] = [];
  let refused = 0;
  for (const folder of folders) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (!stat) throw new Failure('detection.file_unreadable', { where: folder, expected: 'a folder or file of rules' });
    const files = stat.isDirectory()
      ? globSync('**/*.{yml,yaml}', { cwd: folder })
          .sort()
          .map((file) => [file, path.join(folder, file)] as const)
      : [[path.basename(folder), folder] as const];
    for (const [name, file] of files) {
      const parsed = cache.read(readFileSync(file, 'utf8'), name);
      documents.push(...parsed.rules);
      refused += parsed.refusals.length;
      for (const refusal of parsed.refusals) io.warn(`${name} ${refusal.name}: ${refusal.code}: ${refusal.reason}\n`);
    }
  }
  cache.keep();
  return { documents, refused };
}

type Placeholders = Readonly<Record<string, readonly string[]>>;

/** Values for `expand`: a JSON map of placeholder (without percent signs) → list of values. */
function placeholdersOf(file: string | undefined): Placeholders {
  if (file === undefined) return {};
  try {
    const map = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const lists = Object.values(map);
    if (!lists.every((list) => Array.isArray(list) && list.every((each) => typeof each === 'string')))
      throw new TypeError('lists of texts');
    return map as Placeholders;
  } catch (cause) {
    throw new Failure('detection.file_unreadable', {
      where: file,
      expected: '{"placeholder": ["value", …]}',
      cause,
    });
  }
}

/** Rules once read, by the fingerprint of name and text: JSON is read some fifty times faster than YAML. A damaged cache is no cache. */
class RuleCache {
  readonly #file: string | undefined;
  readonly #old: Readonly<Record<string, Parsed>>;
  readonly #new: Record<string, Parsed> = {};
  readonly #placeholders: Placeholders;
  readonly #salt: string;
  #changed = false;

  constructor(file: string | undefined, placeholders: Placeholders) {
    this.#file = file;
    this.#placeholders = placeholders;
    this.#salt = JSON.stringify(placeholders);
    this.#old = file === undefined ? {} : known(file);
  }

  read(text: string, name: string): Parsed {
    const options = { placeholders: this.#placeholders };
    if (this.#file === undefined) return parseSigma(text, name, options);
    const key = fingerprint(`${this.#salt}\n${name}\n${text}`);
    const found = Object.hasOwn(this.#old, key) ? this.#old[key] : undefined;
    if (!found) this.#changed = true;
    const parsed = found ?? parseSigma(text, name, options);
    this.#new[key] = parsed;
    return parsed;
  }

  keep(): void {
    if (this.#file === undefined || !this.#changed) return;
    const temporary = `${this.#file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify({ format: cacheFormat, rules: this.#new }));
    renameSync(temporary, this.#file);
  }
}

/** Goes up with every change of what a rule is once read. */
const cacheFormat = 1;

function known(file: string): Readonly<Record<string, Parsed>> {
  try {
    const { format, rules } = JSON.parse(readFileSync(file, 'utf8')) as {
      format?: number;
      rules?: Record<string, Parsed>;
    };
    return format === cacheFormat && rules ? rules : {};
  } catch {
    return {};
  }
}

function logSource(text: string | undefined): LogSource | undefined {
  if (text === undefined) return undefined;
  const [product, category, service] = text.split('/').map((part) => part.trim().toLowerCase());
  return { ...(product ? { product } : {}), ...(category ? { category } : {}), ...(service ? { service } : {}) };
}

function filesOf(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const stat = statSync(name, { throwIfNoEntry: false });
    if (!stat) throw new Failure('detection.file_unreadable', { where: name, expected: 'a file or folder' });
    return stat.isDirectory()
      ? globSync(eventFiles, { cwd: name })
          .sort()
          .map((file) => path.join(name, file))
      : [name];
  });
}

async function scanFile(
  file: string,
  engine: SigmaEngine,
  source: LogSource | undefined,
  json: boolean,
  tally: Tally,
  io: CommandIo,
): Promise<void> {
  const take = (event: EventRecord, id: string) => {
    tally.events += 1;
    for (const match of engine.push(event, 0, source)) write(match, file, id, json, tally, io);
  };
  const takeLine = (text: string, number: number): boolean => {
    if (!text.trimStart().startsWith('{')) return false;
    try {
      const matches = engine.pushLine(text, 0, source);
      tally.events += 1;
      if (matches.length === 0) return true;
      const id = recordId(flattenWindowsEvent(JSON.parse(text) as EventRecord), number);
      for (const match of matches) write(match, file, id, json, tally, io);
      return true;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  };
  if (file.toLowerCase().endsWith('.evtx')) {
    try {
      const report = readEvtx(readFileSync(file), (record) => take(record.event, String(record.recordId)));
      if (report.unreadable > 0) {
        tally.unreadable += report.unreadable;
        io.warn(`${file}: ${report.unreadable} records unreadable\n`);
      }
    } catch (error) {
      tally.unreadable += 1;
      io.warn(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
    return;
  }
  let number = 0;
  const bytes = createReadStream(file);
  const lines = createInterface({
    input: file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes,
    crlfDelay: Infinity,
  });
  const unread: string[] = [];
  for await (const line of lines) {
    number += 1;
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (text.trim() === '') continue;
    // A file that is one JSON over many lines is read whole at its end.
    if (unread.length > 0 || !takeLine(text, number)) unread.push(text);
  }
  if (unread.length === 0) return;
  const whole = number === unread.length ? arrayOf(unread.join('\n')) : undefined;
  if (whole) for (const [index, event] of whole.entries()) take(event, recordId(event, index + 1));
  else
    for (const text of unread) {
      const event = objectOf(text);
      if (event) take(event, recordId(event, 0));
      else {
        tally.unreadable += 1;
        io.warn(`${file}: no JSON: ${JSON.stringify(text.slice(0, 80))}\n`);
      }
    }
}

function objectOf(text: string): EventRecord | undefined {
  const [only, ...others] = arrayOf(text) ?? [];
  return others.length === 0 && text.trimStart().startsWith('{') ? only : undefined;
}

function arrayOf(text: string): readonly EventRecord[] | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    const values = Array.isArray(value) ? value : [value];
    return values.every((each) => typeof each === 'object' && each !== null && !Array.isArray(each))
      ? values.map((each) => flattenWindowsEvent(each as EventRecord))
      : undefined;
  } catch {
    return undefined;
  }
}

function recordId(event: EventRecord, line: number): string {
  for (const name of ['EventRecordID', 'RecordNumber', '_id', 'id', 'uid', 'eventID'])
    if (typeof event[name] === 'string' || typeof event[name] === 'number') return String(event[name]);
  return String(line);
}

function write(match: RuleMatch, file: string, record: string, json: boolean, tally: Tally, io: CommandIo): void {
  tally.matches += 1;
  const { rule, time, group, value } = match;
  if (json)
    io.write(
      `${JSON.stringify({
        rule: ruleKey(rule),
        title: rule.title,
        level: rule.level ?? null,
        file,
        record,
        time: time > 0 && time < 8.64e15 ? new Date(time).toISOString() : null,
        ...(group ? { group, value } : {}),
        ...(rule.author ? { author: rule.author } : {}),
      })}\n`,
    );
  else
    io.write(
      `${rule.level ?? '-'}\t${(io.locale === 'zh-CN' && rule.translations['zh-CN']?.title) || rule.title}\t${file}\t${record}${group ? `\t${group.join(', ')}` : ''}\n`,
    );
}
