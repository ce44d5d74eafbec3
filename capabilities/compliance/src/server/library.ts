/**
 * The shipped instruments, read once from their data files, and the calendar. Reads files and nothing else.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Instrument,
  isSelectable,
  loadInstrument,
  type OpenInstrument,
  openInstrument,
  versionInForce,
} from '@hedun/compliance';
import { Failure, type Locale } from '@hedun/sdk';
import { calendarCN, type Day, openCalendar } from '@hedun/workdays';

export const calendar = openCalendar(calendarCN);
const folder = path.resolve(import.meta.dirname, '../../instruments');
let opened: ReadonlyMap<string, OpenInstrument> | undefined;

/** All instruments by id. The first call reads and checks the files (about half a second); a file that does not load stops it. */
export function library(): ReadonlyMap<string, OpenInstrument> {
  if (opened) return opened;
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.endsWith('.cases.yaml'));
  opened = new Map(
    files.sort().map((file) => {
      const loaded = loadInstrument(file, readFileSync(path.join(folder, file), 'utf8'));
      if (loaded.kind === 'refused')
        throw new Error(
          `${file}: ${loaded.problems.map((each) => `${each.line}:${each.column} ${each.en}`).join('; ')}`,
        );
      return [loaded.value.id, openInstrument(loaded.value)];
    }),
  );
  return opened;
}

/** The instrument by id, or the version of a name that is in force on the day. */
export function instrumentOf(idOrName: string, day: Day): OpenInstrument {
  const all = library();
  const exact = all.get(idOrName);
  if (exact) return exact;
  const instruments = [...all.values()].map((each) => each.instrument);
  if (!instruments.some((each) => each.name === idOrName || each.family === idOrName))
    throw new Failure('compliance.unknown', {
      where: 'instrument',
      expected: [...new Set(instruments.map((each) => each.name))].join(', '),
      got: idOrName,
    });
  const found = checked('instrument', () => versionInForce(instruments, idOrName, day));
  return all.get(found.id) as OpenInstrument;
}

export function summaryOf(instrument: Instrument) {
  const count = (test: (node: Instrument['nodes'][number]) => boolean) => instrument.nodes.filter(test).length;
  const { id, name, title, version, rank, status, validFrom, validTo } = instrument;
  return {
    id,
    name,
    title,
    version,
    rank,
    status,
    validFrom,
    validTo: validTo ?? null,
    selectable: isSelectable(instrument),
    articles: count((node) => node.kind === 'article'),
    checks: count((node) => node.type === 'checklist'),
    executable: count((node) => node.type === 'executable'),
    penalties: instrument.penalties.length,
  };
}

/** What the engine refuses becomes a failure with the engine's own words. */
export function checked<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const [, expected = error.message, got = ''] = /expected (.*), got (.*)$/s.exec(error.message) ?? [];
    throw new Failure('compliance.refused', { where, expected, got, cause: error });
  }
}

export const short = (locale: Locale): 'zh' | 'en' => (locale === 'en' ? 'en' : 'zh');
/** Rows take JSON as text. */
export const json = <T>(value: T): T => JSON.stringify(value) as unknown as T;
