/**
 * How fast stored events are searched: a filtered histogram over the last day out of many, memory of the process beside it. The events are
 * made by the database in the store's own files, ten days of them (`--days 1 --events 10000000`: the last day alone); the questions go through the store.
 * `--events N --days N --folder DIR --json`
 * @module
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { parseFilterText } from '@hedun/sdk';
import { DuckEventStore } from '../capabilities/detection/src/server/store/duck-store.ts';
import { parquetOptions, segmentFile } from '../capabilities/detection/src/server/store/parquet-files.ts';
import { type Figure, report } from '../tools/report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    events: { type: 'string', default: '100000000' },
    days: { type: 'string', default: '10' },
    folder: { type: 'string' },
  },
});
const total = Number(values.events);
const days = Number(values.days);
const perFile = 2_000_000;
const dayMs = 86_400_000;
const last = Date.parse('2026-11-25T00:00:00Z');
const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'hedun-store-bench-'));

const made = await make();
const store = await DuckEventStore.open(folder, { memoryMb: 512, reader: true });
const questions = [
  'host:host-17',
  'srcIp:10.3.0.0/16',
  'severityId:>=4 action:deny',
  'user:user-42',
  'classUid:3002 -host:host-1',
  'dstPort:3389',
  'signature:"rule 7"',
  'product:NGFW severityId:5',
  'host:host-2* dstPort:22',
  'srcIp:10.9.8.7',
];
const times: number[] = [];
let found = 0;
for (let round = 0; round < 5; round += 1)
  for (const filter of questions) {
    const began = performance.now();
    const { total: count } = await store.histogram(
      { from: last, to: last + dayMs, filter: parseFilterText(filter), organisations: null },
      96,
    );
    // The first round reads the files' footers for the first time; it counts like the others.
    times.push(performance.now() - began);
    if (round === 0) {
      found += count;
      console.log(`${filter.padEnd(32)} ${String(count).padStart(9)} events  ${times.at(-1)?.toFixed(0)} ms`);
    }
  }
const memory = process.memoryUsage.rss();
const searching = performance.now();
await store.search({ from: last, to: last + dayMs, filter: parseFilterText('host:host-17'), organisations: null }, 100);
console.log(
  `search of 100: ${(performance.now() - searching).toFixed(0)} ms; ${found} events found; files made in ${made.toFixed(0)} s`,
);
const { events } = await store.statistics();
await store.close();
if (!values.folder) rmSync(folder, { recursive: true, force: true });
const sorted = times.toSorted((left, right) => left - right);
const figures: Figure[] = [
  { id: 'store.events', value: events, unit: 'events stored', target: 100_000_000, direction: 'min' },
  {
    id: 'store.histogram_p95',
    value: Math.round(sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0),
    unit: 'ms',
    target: 1000,
    direction: 'max',
  },
  { id: 'store.memory', value: Math.round(memory / 2 ** 20), unit: 'MiB', target: 1536, direction: 'max' },
];
report(figures, { json: values.json });

async function make(): Promise<number> {
  const began = performance.now();
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
    threads: '2',
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  const perDay = Math.ceil(total / days);
  for (let day = 0; day < days; day += 1) {
    const start = last - (days - 1 - day) * dayMs;
    const name = new Date(start).toISOString().slice(0, 10);
    mkdirSync(path.join(folder, `day=${name}`), { recursive: true });
    for (let from = 0; from < perDay; from += perFile) {
      const count = Math.min(perFile, perDay - from);
      const first = start + Math.floor((from * dayMs) / perDay);
      const step = dayMs / perDay;
      const offset = day * perDay + from;
      const file = segmentFile({
        day: name,
        partition: 'net',
        from: offset,
        to: offset + count,
        epoch: 0,
        first,
        last: Math.floor(first + (count - 1) * step),
        events: count,
      });
      if (existsSync(path.join(folder, file))) continue;
      // Hashes of the row number stand in for chance: the same files on every machine.
      await connection.run(`COPY (SELECT 'net-' || (i + ${offset}) AS id, CAST(${first} + floor(i * ${step}) AS BIGINT) AS time, CAST(${first} + floor(i * ${step}) + 400 AS BIGINT) AS received,
          '01920000-0000-7000-8000-000000000001' AS "organisationId", 'source-' || (hash(i) % 12) AS "sourceId", 'cef' AS format, CASE WHEN hash(i, 1) % 3 = 0 THEN 'IPS' ELSE 'NGFW' END AS product,
          CAST([4001, 4001, 4001, 3002, 4003, 2004][CAST(1 + hash(i, 2) % 6 AS BIGINT)] AS INTEGER) AS "classUid", 6::INTEGER AS "activityId", CAST(1 + hash(i, 3) % 5 AS INTEGER) AS "severityId", 'host-' || (hash(i, 4) % 400) AS host, 'user-' || (hash(i, 5) % 3000) AS "user",
          '10.' || (hash(i, 6) % 20) || '.' || (hash(i, 7) % 256) || '.' || (hash(i, 8) % 256) AS "srcIp", CAST(167772160 + (hash(i, 6) % 20) * 65536 + (hash(i, 7) % 256) * 256 + hash(i, 8) % 256 AS UINTEGER) AS "srcNumber", CAST(1024 + hash(i, 9) % 60000 AS USMALLINT) AS "srcPort",
          '203.0.113.' || (hash(i, 10) % 256) AS "dstIp", CAST(3405803776 + hash(i, 10) % 256 AS UINTEGER) AS "dstNumber", CAST([80, 443, 22, 3389, 53][CAST(1 + hash(i, 11) % 5 AS BIGINT)] AS USMALLINT) AS "dstPort", '' AS process, CASE WHEN hash(i, 12) % 4 = 0 THEN 'deny' ELSE 'allow' END AS action,
          CASE WHEN hash(i, 2) % 6 = 5 THEN 'rule ' || (hash(i, 13) % 90) ELSE '' END AS signature, '' AS domain, '' AS url, 'connection ' || (hash(i, 14) % 1000) AS message,
          '<134>Nov 25 10:00:00 fw CEF:0|Example|NGFW|7|' || (hash(i, 15) % 100) || '|connection|5|src=10.' || (hash(i, 6) % 20) || ' spt=' || (hash(i, 9) % 60000) AS raw, '{"cs1":"' || (hash(i, 16) % 500) || '"}' AS fields
        FROM range(${count}) t(i)) TO '${path.join(folder, `${file}.made`)}' (${parquetOptions})`);
      // Named when whole, so that a run that was cut short goes on.
      renameSync(path.join(folder, `${file}.made`), path.join(folder, file));
    }
    console.log(`day ${day + 1} of ${days}`);
  }
  connection.closeSync();
  instance.closeSync();
  return (performance.now() - began) / 1000;
}
