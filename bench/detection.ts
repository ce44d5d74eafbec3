/**
 * How fast detection is, in one table: all Windows rules of a folder on three kinds of events, per CPU-second and counted from bytes, beside
 * the SQL approach (and RSigma, where it is on the path) on the same rules and events; value_count with 7,200 distinct values; the chain
 * around alerts out of 1.2 million; intake and search in processes of their own.
 * `--parts engine,value_count,chain,intake,search --rules FOLDER --recordings FOLDER --alerts FOLDER --events N`
 * `--intake-rate N --intake-seconds N --intake-lines N --stored N --stored-days N --stored-folder DIR --json`
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import {
  type Alert,
  ChainIndex,
  Correlation,
  type CorrelationRule,
  type DetectionRule,
  Detector,
  type EventRecord,
  flattenWindowsEvent,
  parseSigma,
  Reducer,
} from '@hedun/detection';
import { readLabelledNetworks } from '../capabilities/detection/engine/test/reduction/alert-truth.ts';
import { readRecordings, readRules } from '../tools/detection-data.ts';
import { type Figure, report } from '../tools/report.ts';
import { fileEvents, structuredEvents } from './detection-events.ts';
import { rsigmaThere, runInRsigma } from './detection-rsigma.ts';
import { expressible, runInSqlite } from './detection-sqlite.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rules: { type: 'string', default: '../shared/data/detection/sigma' },
    recordings: { type: 'string', default: '../shared/data/detection/otrf' },
    alerts: { type: 'string', default: '../shared/data/alerts' },
    events: { type: 'string', default: '200000' },
    parts: { type: 'string', default: 'engine,value_count,chain,intake,search' },
    'intake-rate': { type: 'string', default: '110000' },
    'intake-seconds': { type: 'string', default: '10' },
    'intake-lines': { type: 'string', default: '2000000' },
    stored: { type: 'string', default: '100000000' },
    'stored-days': { type: 'string', default: '10' },
    'stored-folder': { type: 'string' },
  },
});
const parts = new Set(values.parts.split(','));
const known = ['engine', 'value_count', 'chain', 'intake', 'search'];
const stranger = [...parts].find((part) => !known.includes(part));
if (stranger !== undefined) {
  console.error(`bench:detection: --parts: expected ${known.join(', ')}, got ${stranger}`);
  process.exit(2);
}
const figures: Figure[] = [];
const cpuSeconds = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
};
const perSecond = (count: number, seconds: number) => Math.round(count / Math.max(seconds, 1e-6));

if (parts.has('engine')) {
  if (existsSync(values.rules)) sigma();
  else console.log(`engine: left out, no rules at ${values.rules}`);
}
if (parts.has('value_count')) valueCount();
if (parts.has('chain')) {
  if (existsSync(values.alerts)) chain();
  else console.log(`chain: left out, no alerts at ${values.alerts}`);
}
if (parts.has('intake'))
  await own('detection-intake.ts', [
    ...['--rate', values['intake-rate']],
    ...['--seconds', values['intake-seconds']],
    ...['--lines', values['intake-lines']],
  ]);
if (parts.has('search'))
  await own('detection-store.ts', [
    ...['--events', values.stored],
    ...['--days', values['stored-days']],
    ...(values['stored-folder'] ? ['--folder', values['stored-folder']] : []),
  ]);
const left = known.filter((part) => !parts.has(part));
if (left.length > 0) console.log(`left out: ${left.join(', ')}`);
report(figures, { json: values.json });

/** A part in a process of its own, whose memory is its own; what it says is passed on, its figures join the table. */
async function own(script: string, options: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, script), ...options, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"figures"')) last = line;
    else console.log(line);
  }
  if (last === '') throw new Error(`${script}: expected figures, got none`);
  for (const { holds: _, ...figure } of (JSON.parse(last) as { figures: (Figure & { holds: boolean })[] }).figures)
    figures.push(figure);
}

function sigma(): void {
  const all = readRules(values.rules).documents.filter((rule): rule is DetectionRule => rule.kind === 'detection');
  const rules = all.filter((rule) => rule.logsource.product === 'windows');
  const inSql = expressible(rules);
  const rsigma = rsigmaThere();
  if (!rsigma) console.log('RSigma is not on the path: left out as a peer');
  console.log(`rules: ${rules.length} for Windows, ${inSql.length} of them with an SQL form`);
  const count = Number(values.events);
  const recordings = existsSync(values.recordings) ? readRecordings(values.recordings) : [];
  const windows = recordings.flatMap(({ lines }) => lines).filter((line) => line.includes('"EventID"'));
  lane('structured', structuredEvents(count), 60_000);
  lane('file events', fileEvents(count), 150_000);
  if (windows.length > 0) lane('recordings', windows, 100_000);

  function lane(name: string, lines: readonly string[], target: number): void {
    const bytes = lines.map((line) => Buffer.from(line));
    // A detector compiles the rules of a kind of events when it first sees one, and learns which predicates wake rules; a service that
    // runs has long done both. One event in twenty goes before.
    const detector = new Detector(rules);
    const match = (line: Buffer) => detector.matchLine(line).length;
    for (let index = 0; index < bytes.length; index += 20) match(bytes[index] as Buffer);
    let matches = 0;
    const seconds = cpuSeconds(() => {
      for (const line of bytes) matches += match(line);
    });
    // A yardstick of the machine at this moment: what reading the same lines costs without any rule.
    const parsing = cpuSeconds(() => {
      for (const line of bytes) if (JSON.parse(line.toString()) === null) matches += 1;
    });
    const sample = lines.slice(0, 5000).map((line) => flattenWindowsEvent(JSON.parse(line) as EventRecord));
    const sql = runInSqlite(inSql, sample);
    const same = new Detector(inSql);
    const ours = sample.reduce((sum, event) => sum + same.match(event).length, 0);
    console.log(
      `${name}: ${lines.length} events, ${matches} matches in ${seconds.toFixed(2)} CPU-s (JSON.parse alone ${parsing.toFixed(2)}); SQL: ${sample.length} events, ${sql.queries} queries, ${sql.matches} matches in ${sql.seconds.toFixed(2)} CPU-s (ours on the same: ${ours} matches)`,
    );
    figures.push({
      id: `sigma.${name.replace(' ', '-')}`,
      value: perSecond(lines.length, seconds),
      unit: 'events per CPU-second',
      target,
      direction: 'min',
      beside: { name: 'SQLite', value: perSecond(sample.length, sql.seconds) },
    });
    if (rsigma)
      figures.push({
        id: `rsigma.${name.replace(' ', '-')}`,
        value:
          Math.round(
            (perSecond(lines.length, seconds) / perSecond(lines.length, runInRsigma(values.rules, lines))) * 100,
          ) / 100,
        unit: 'times RSigma on the same events',
        target: 1,
        direction: 'min',
      });
  }
}

/** Every event another value, 7,200 of them in the window at any time. */
function valueCount(): void {
  const text = `title: Base
name: base
logsource: {product: test}
detection: {s: {kind: a}, condition: s}
---
title: Many
correlation:
  type: value_count
  rules: [base]
  group-by: [host]
  timespan: 2h
  condition: {field: user, gte: 1000000}
`;
  const { rules } = parseSigma(text, 'value_count');
  const base = rules[0] as DetectionRule;
  const correlation = new Correlation([rules[1] as CorrelationRule], rules);
  const total = 1_000_000;
  const events = Array.from({ length: total }, (_, index) => ({ host: 'h', user: `user${index % 50_000}` }));
  let fired = 0;
  const seconds = cpuSeconds(() => {
    for (let index = 0; index < total; index += 1)
      fired += correlation.push({ rule: base, time: index * 1000, event: events[index] as EventRecord }).length;
  });
  console.log(
    `value_count: ${total} events, 7200 distinct values in the window, ${fired} fired, ${seconds.toFixed(2)} CPU-s`,
  );
  figures.push({
    id: 'correlation.value_count',
    value: perSecond(total, seconds),
    unit: 'events per CPU-second',
    target: 500_000,
    direction: 'min',
  });
}

/** The labelled networks and copies of them under other names, 1.2 million alerts; asked from every fiftieth episode and each label. */
function chain(): void {
  const wanted = 1_200_000;
  const networks = readLabelledNetworks(values.alerts);
  const reducer = new Reducer();
  const asked: { episode: number; time: number }[] = [];
  let alerts = 0;
  const reduceSeconds = cpuSeconds(() => {
    for (let copy = 0; alerts < wanted && networks.length > 0; copy += 1)
      for (const network of networks) {
        const seen = new Set<string>();
        for (const { alert, label } of network.alerts) {
          if (alerts >= wanted) break;
          const renamed: Alert = copy === 0 ? alert : { ...alert, host: `${alert.host}-${copy}` };
          const episode = reducer.push(renamed, `${network.name} ${copy}`);
          alerts += 1;
          if ((label !== undefined && !seen.has(label)) || alerts % 600 === 0)
            asked.push({ episode, time: alert.time });
          if (label !== undefined) seen.add(label);
        }
      }
  });
  const { incidents } = reducer;
  let chains: ChainIndex | undefined;
  const indexSeconds = cpuSeconds(() => {
    chains = new ChainIndex(reducer.episodes, incidents);
  });
  let steps = 0;
  const times = asked.map(({ episode, time }) => {
    const start = performance.now();
    steps += (chains as ChainIndex).around(episode, time).steps.length;
    return performance.now() - start;
  });
  times.sort((left, right) => left - right);
  const p95 = times[Math.floor(times.length * 0.95)] ?? 0;
  console.log(
    `chain: ${alerts} alerts reduced in ${reduceSeconds.toFixed(2)} CPU-s to ${reducer.episodes.length} episodes and ${incidents.length} incidents, indexed in ${indexSeconds.toFixed(2)} s; ${asked.length} chains, ${(steps / asked.length).toFixed(1)} steps on average, slowest ${(times.at(-1) ?? 0).toFixed(0)} ms`,
  );
  figures.push(
    { id: 'chain.p95', value: Math.round(p95 * 10) / 10, unit: 'ms', target: 200, direction: 'max' },
    {
      id: 'reduction',
      value: perSecond(alerts, reduceSeconds),
      unit: 'alerts per CPU-second',
      target: 100_000,
      direction: 'min',
    },
  );
}
