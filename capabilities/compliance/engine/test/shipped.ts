/** @module The shipped regulations, loaded once for the tests; and a small instrument to break. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { calendarCN, openCalendar } from '@hedun/workdays';
import {
  type CasesFile,
  type Instrument,
  type LoadedText,
  loadCases,
  loadInstrument,
  type OpenInstrument,
  openInstrument,
} from '../src/index.ts';

export const folder = path.resolve(import.meta.dirname, '../../instruments');
export const calendar = openCalendar(calendarCN);
export const files: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .sort();

export const shipped: readonly {
  readonly instrument: Instrument;
  readonly text: LoadedText;
  readonly open: OpenInstrument;
}[] = files
  .filter((file) => !file.endsWith('.cases.yaml'))
  .map((file) => {
    const loaded = loadInstrument(file, readFileSync(path.join(folder, file), 'utf8'));
    if (loaded.kind === 'refused') throw new Error(JSON.stringify(loaded.problems));
    return { instrument: loaded.value, text: loaded.text, open: openInstrument(loaded.value) };
  });

export const cases: readonly CasesFile[] = files
  .filter((file) => file.endsWith('.cases.yaml'))
  .map((file) => {
    const loaded = loadCases(file, readFileSync(path.join(folder, file), 'utf8'));
    if (loaded.kind === 'refused') throw new Error(JSON.stringify(loaded.problems));
    return loaded.value;
  });

export function named(id: string): OpenInstrument {
  const found = shipped.find((each) => each.instrument.id === id);
  if (!found) throw new RangeError(`instrument: got ${id}`);
  return found.open;
}

const base = `format: hedun-instrument/1
id: cn.sample.1
family: cn.sample
name: sample
version: '1'
title: {zh: 样例, en: Sample}
authority: {zh: 某部, en: Some ministry}
jurisdiction: CN
rank: department-rule
validFrom: '2025-01-01'
text: quoted
status: verified
source: {zh: 样例, en: a sample}
parameters:
  - {id: limit, title: {zh: 上限, en: Limit}, value: 2, options: [2, 3], status: verified, basis: choice, why: {zh: 样例, en: sample}}
facts:
  - {id: persons, type: number, min: 0, title: {zh: 人数, en: Persons}}
  - {id: open, type: boolean, title: {zh: 公开, en: Open}}
roles: [{id: owner, title: {zh: 责任人, en: Owner}}]
events:
  - {id: asked, title: {zh: 提出, en: Asked}}
  - {id: done, title: {zh: 完成, en: Done}}
nodes:
  - {id: a-1, kind: article, type: executable, zh: 甲, en: First., trace: 第一条, applies: {fact: persons, op: '>=', v: 10}, rule: {fact: open, op: '=', v: true}}
  - {id: a-1.1, parent: a-1, kind: check, type: checklist, zh: 乙, en: Second., trace: 第一条（一）, severity: high, evidence: [document]}
  - {id: a-2, kind: article, type: executable, zh: 丙, en: Third., trace: 第二条, obligation: {who: owner, trigger: [asked], clock: {n: 5, unit: workday}, doneBy: [done]}}
`;

/** The sample with a text replaced; throws when the text is not there, so that no test breaks nothing. */
export function sample(...changes: readonly (readonly [string, string])[]): string {
  let text = base;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`sample has no ${from}`);
    text = text.replace(from, to);
  }
  return text;
}

export function openSample(...changes: readonly (readonly [string, string])[]): OpenInstrument {
  const loaded = loadInstrument('sample.yaml', sample(...changes));
  if (loaded.kind === 'refused') throw new Error(JSON.stringify(loaded.problems));
  return openInstrument(loaded.value);
}

/** A small seeded generator (mulberry32), so that generated tests repeat. */
export function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
