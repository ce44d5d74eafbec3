/**
 * `npm run -s detection:kill`: kills the server with SIGKILL again and again while systems push logs, then counts: acknowledged lines that are
 * missing or stored twice, alerts that are missing or raised twice. Exits 1 unless all are zero. Options: `--kills 100`, `--seed 1`, `--json`.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLog, loadConfig, startKernel } from '@hedun/core';
import { parseFilterText } from '@hedun/sdk';
import { sql } from 'kysely';
import { DuckEventStore } from '../capabilities/detection/src/server/store/duck-store.ts';
import { killed } from './detection-server.ts';
import { freePort } from './free-port.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const data = mkdtempSync(path.join(tmpdir(), 'hedun-detection-kill-'));
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const writers = 3;
const batchLines = 50;
const alertEvery = 10;

/** Mulberry32: the moments of the kills can be played again. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const random = generator(Number(values.seed));
const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));

interface Server {
  readonly process: ChildProcess;
  readonly output: () => string;
}
async function start(): Promise<Server> {
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, 'detection-server.ts')], {
    env: { ...process.env, HEDUN_DATA: data, HEDUN_PORT: String(port), HEDUN_CONSOLE: 'off', HEDUN_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  for (let waited = 0; waited < 120_000; waited += 25) {
    if (child.exitCode !== null) throw new Error(`server ended with ${child.exitCode}:\n${output}`);
    const ready = await fetch(`${base}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return { process: child, output: () => output };
    await pause(25);
  }
  throw new Error(`server did not become ready:\n${output}`);
}
async function ended(server: Server, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const exit = new Promise((resolve) => server.process.once('exit', resolve));
  server.process.kill(signal);
  await exit;
}
async function call(
  method: string,
  route: string,
  headers: Record<string, string>,
  body: string | Uint8Array | null,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${base}/api/${route}`, {
    method,
    headers,
    ...(body === null ? {} : { body }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
  return { ...((await answer.json()) as Record<string, unknown>), cookie: answer.headers.get('set-cookie') };
}

const acknowledged: string[] = [];
let cutOff = 0;
let killedDuringLoad = 0;
try {
  let server = await start();
  const json = { 'content-type': 'application/json', 'x-hedun-request': '1' };
  const session = await call(
    'POST',
    'kernel/setup',
    json,
    JSON.stringify({
      token: /token=(\S+)/.exec(server.output())?.[1],
      organisationName: 'Kill',
      userName: 'admin',
      displayName: 'Admin',
      password: 'Correct-Horse-42',
    }),
  );
  const cookie = String(session.cookie).split(';')[0] ?? '';
  const { id } = await call(
    'POST',
    'detection/sources',
    { ...json, cookie },
    JSON.stringify({ name: 'push', kind: 'http' }),
  );
  const { token } = await call(
    'POST',
    'kernel/account/tokens',
    { ...json, cookie },
    JSON.stringify({ name: 'push', permissions: ['detection.push'] }),
  );
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
  const lines = (name: string) =>
    Array.from({ length: batchLines }, (_, index) =>
      index % alertEvery === 0
        ? `CEF:0|Acme|IPS|1|7|Own probe|5|src=10.0.0.${index + 1} dst=10.1.0.1 msg=n-${name}.${index}`
        : `<13>1 2026-11-24T08:00:00Z web01 app - - - n-${name}.${index}`,
    );
  for (let round = 1; round <= kills; round += 1) {
    let running = true;
    const write = async (writer: number) => {
      for (let count = 0; running; count += 1) {
        const batch = lines(`${round}.${writer}.${count}`);
        try {
          await call('POST', `detection/sources/${id}/events`, headers, batch.join('\n'));
          acknowledged.push(...batch);
        } catch (error) {
          cutOff += 1;
          if (/: 4\d\d /.test(String(error))) throw error;
          await pause(5);
        }
      }
    };
    const before = acknowledged.length;
    const load = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    for (let waited = 0; acknowledged.length === before && waited < 20_000; waited += 5) await pause(5);
    // Commits come about once a second: the kill falls anywhere around them.
    await pause(random() * 1200);
    if (acknowledged.length > before) killedDuringLoad += 1;
    await ended(server, 'SIGKILL');
    running = false;
    await load;
    server = await start();
    if (!values.json && round % 10 === 0) console.log(`${round} kills, ${acknowledged.length} acknowledged lines`);
  }
  await settled();
  await ended(server, 'SIGTERM');
  await judge();
} finally {
  rmSync(data, { recursive: true, force: true });
}

/** Until no new segment came for ten seconds: commits come every second while there is anything. */
async function settled(): Promise<void> {
  for (let waited = 0, last = -1, same = 0; waited < 180_000 && same < 20; waited += 500) {
    await pause(500);
    const days = path.join(data, 'capabilities', 'detection', 'events');
    const count = readdirSync(days, { recursive: true }).filter((name) => String(name).endsWith('.parquet')).length;
    same = count === last ? same + 1 : 0;
    last = count;
  }
}

async function judge(): Promise<void> {
  const store = await DuckEventStore.open(path.join(data, 'capabilities', 'detection', 'events'), { memoryMb: 512 });
  const stored = new Map<string, number>();
  for await (const block of store.scan(
    { from: 0, to: Date.now() + 86_400_000, filter: parseFilterText(''), organisations: null },
    20_000,
  ))
    for (const { raw } of block) stored.set(raw, (stored.get(raw) ?? 0) + 1);
  await store.close();
  const kernel = await startKernel({
    config: loadConfig({ HEDUN_DATA: data, HEDUN_LOG_LEVEL: 'error' }),
    capabilities: killed,
    log: createLog('error'),
    version: '0',
    background: false,
  });
  const alerts = await kernel.core.store.system(
    async (db) =>
      (
        await sql<{
          summary: string;
          n: number;
        }>`SELECT summary, count(*)::int AS n FROM detection_alerts WHERE mode = 'external' GROUP BY summary`.execute(
          db,
        )
      ).rows,
  );
  await kernel.stop();
  const raised = new Map(alerts.map(({ summary, n }) => [summary, n]));
  const message = (line: string) => /n-\S+$/.exec(line)?.[0] ?? '';
  const detections = acknowledged.filter((line) => line.startsWith('CEF'));
  const count = (id: string, value: number, unit: string, target: number, direction: 'min' | 'max') => ({
    id,
    value,
    unit,
    target,
    direction,
    holds: direction === 'min' ? value >= target : value <= target,
  });
  const figures = [
    count('detection.kills', killedDuringLoad, 'kills under load', 100, 'min'),
    count('detection.acknowledged', acknowledged.length, 'lines', 1000, 'min'),
    count('detection.lost', acknowledged.filter((line) => !stored.has(line)).length, 'lines', 0, 'max'),
    count('detection.twice', [...stored.values()].filter((times) => times > 1).length, 'lines', 0, 'max'),
    count('detection.alerts', raised.size, 'alerts', 100, 'min'),
    count('detection.alerts_lost', detections.filter((line) => !raised.has(message(line))).length, 'alerts', 0, 'max'),
    count('detection.alerts_twice', [...raised.values()].filter((times) => times > 1).length, 'alerts', 0, 'max'),
  ];
  if (values.json) console.log(JSON.stringify({ figures }));
  else {
    for (const { id, value, unit, target, direction, holds } of figures)
      console.log(
        `${holds ? '✓' : '✗'} ${id.padEnd(24)} ${String(value).padStart(8)} ${unit}  (${direction} ${target})`,
      );
    console.log(`${cutOff} pushes cut off`);
  }
  process.exitCode = figures.filter(({ target }) => target === 0).every(({ holds }) => holds) ? 0 : 1;
}
