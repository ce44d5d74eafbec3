/**
 * Reads the detection corpora for checks and benchmarks: rules, EVTX files, JSON events, zipped recordings. It never writes.
 * @module
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type {
  EventRecord,
  EvtxReport,
  LogSource,
  Refusal,
  SigmaDocument,
} from '../capabilities/detection/engine/src/index.ts';
import { flattenWindowsEvent, parseSigma, readEvtx } from '../capabilities/detection/engine/src/index.ts';

export function readRules(folder: string): {
  readonly files: number;
  readonly documents: readonly SigmaDocument[];
  readonly refusals: readonly Refusal[];
} {
  const documents: SigmaDocument[] = [];
  const refusals: Refusal[] = [];
  const files = globSync('**/*.{yml,yaml}', { cwd: folder }).sort();
  for (const file of files) {
    const parsed = parseSigma(readFileSync(path.join(folder, file), 'utf8'), file);
    documents.push(...parsed.rules);
    refusals.push(...parsed.refusals);
  }
  return { files: files.length, documents, refusals };
}

export function readEvtxFile(file: string): { readonly events: readonly EventRecord[]; readonly report: EvtxReport } {
  const events: EventRecord[] = [];
  const report = readEvtx(readFileSync(file), (record) => events.push(record.event));
  return { events, report };
}

/** JSON lines, one JSON array, or several JSON objects one after the other. */
export function readJsonEvents(text: string): readonly EventRecord[] {
  const clean = text.replace(/^\uFEFF/, '').trim();
  if (clean === '') return [];
  try {
    const whole = JSON.parse(clean) as EventRecord | readonly EventRecord[];
    return (Array.isArray(whole) ? whole : [whole]).map(flattenWindowsEvent);
  } catch {
    return splitObjects(clean).map((piece) => flattenWindowsEvent(JSON.parse(piece) as EventRecord));
  }
}

function splitObjects(text: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{') {
      if (depth === 0) start = index;
      depth += 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth === 0) pieces.push(text.slice(start, index + 1));
    }
  }
  return pieces;
}

/** The JSON lines (unparsed) of the recordings whose archives lie in a folder. */
export function readRecordings(
  folder: string,
): readonly { readonly file: string; readonly lines: readonly string[] }[] {
  return globSync('*.zip', { cwd: folder })
    .sort()
    .map((file) => {
      const entries = unzipSync(readFileSync(path.join(folder, file)), {
        filter: ({ name }) => name.endsWith('.json') && !name.includes('__MACOSX'),
      });
      const lines = Object.values(entries).flatMap((bytes) =>
        new TextDecoder()
          .decode(bytes)
          .split('\n')
          .filter((line) => line.startsWith('{')),
      );
      return { file, lines };
    });
}

export interface RegressionCase {
  readonly rule: string;
  readonly ruleId: string;
  /** undefined: at least one. */
  readonly expected: number | undefined;
  readonly files: readonly string[];
}

export function readRegressionCases(folder: string): readonly RegressionCase[] {
  const [, ...lines] = readFileSync(path.join(folder, 'cases.tsv'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [rule = '', ruleId = '', , , count = '', files = ''] = line.split('\t');
    return {
      rule,
      ruleId,
      expected: count === '' ? undefined : Number(count),
      files: files.split(' ').filter(Boolean),
    };
  });
}

/** Events of one regression file; a raw line is an event of the rule's own log source. */
export function readRegressionEvents(
  file: string,
  ruleSource: LogSource | undefined,
): { readonly events: readonly EventRecord[]; readonly source: LogSource | undefined } {
  if (file.endsWith('.evtx')) return { events: readEvtxFile(file).events, source: undefined };
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.json')) return { events: readJsonEvents(text), source: undefined };
  const events = text
    .split('\n')
    .filter((line) => line !== '')
    .map((message) => ({ message }));
  return { events, source: ruleSource };
}
