/**
 * `npm run crash-test`: kills the real server with SIGKILL again and again while clients write, then counts what is missing:
 * acknowledged writes, links of the audit chain, jobs that ended twice. Exits 1 unless all are zero.
 * Options: `--kills 200`, `--seed 1`, `--json`.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLog, loadConfig, startKernel } from '@hedun/core';
import { sql } from 'kysely';
import { crashed } from './crash-server.ts';
import { freePort } from './free-port.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const root = path.resolve(import.meta.dirname, '..');
const data = mkdtempSync(path.join(tmpdir(), 'hedun-crash-'));
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const writers = 6;

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

interface Server {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly startMs: number;
}
async function start(): Promise<Server> {
  const began = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'tools/crash-server.ts')], {
    cwd: root,
    env: {
      ...process.env,
      HEDUN_DATA: data,
      HEDUN_PORT: String(port),
      HEDUN_CONSOLE: 'off',
      HEDUN_LOG_LEVEL: 'error',
      HEDUN_JOB_LEASE_MS: '2000',
      HEDUN_JOB_POLL_MS: '100',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  for (;;) {
    if (child.exitCode !== null) throw new Error(`server ended with ${child.exitCode}:\n${output}`);
    if (performance.now() - began > 60_000) throw new Error(`server did not become ready:\n${output}`);
    const ready = await fetch(`${base}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return { process: child, output: () => output, startMs: performance.now() - began };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
async function post(route: string, body: unknown, token?: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${base}/api/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
  return { ...((await answer.json()) as Record<string, unknown>), cookie: answer.headers.get('set-cookie') };
}
async function kill(server: Server): Promise<void> {
  const ended = new Promise((resolve) => server.process.once('exit', resolve));
  server.process.kill('SIGKILL');
  await ended;
}

const acknowledged = new Set<string>();
const startedJobs = new Set<string>();
const starts: number[] = [];
let refused = 0;
let server: Server | undefined;
try {
  const first = await start();
  server = first;
  const setup = /token=(\S+)/.exec(first.output())?.[1] ?? '';
  const session = await post('kernel/setup', {
    token: setup,
    organisationName: 'Crash',
    userName: 'admin',
    displayName: 'Admin',
    password: 'Correct-Horse-42',
  });
  const organisationId = (session.user as { organisationId: string }).organisationId;
  const cookie = String(session.cookie).split(';')[0] ?? '';
  const made = await fetch(`${base}/api/kernel/account/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, 'x-hedun-request': '1' },
    body: JSON.stringify({ name: 'crash', permissions: ['hello.write', 'hello.read'] }),
  });
  const { token } = (await made.json()) as { token: string };
  for (let round = 1; round <= kills; round += 1) {
    let running = true;
    const write = async (writer: number) => {
      for (let count = 0; running; count += 1) {
        try {
          if (writer === 0 && count % 5 === 0)
            startedJobs.add(String((await post('hello/greetings/greet', {}, token)).jobId));
          else
            acknowledged.add(
              String(
                (await post('hello/greetings', { organisationId, text: `${round}.${writer}.${count}` }, token)).id,
              ),
            );
        } catch {
          refused += 1;
          if (!running) return;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    const load = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    // The clock of the kill runs from the first write of the round, so that each falls among writes.
    const before = acknowledged.size;
    for (let waited = 0; acknowledged.size === before && waited < 3000; waited += 10)
      await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, random() * 500));
    await kill(server);
    running = false;
    await load;
    server = await start();
    starts.push(server.startMs);
    if (!values.json && round % 20 === 0)
      console.log(
        `${round} kills, ${acknowledged.size} acknowledged writes, start ${median(starts.slice(-20)).toFixed(0)} ms`,
      );
  }
  // Time for the jobs that were cut off: their leases run out and they run again.
  await new Promise((resolve) => setTimeout(resolve, 8000));
  const last = server.process;
  last.kill('SIGTERM');
  await new Promise((resolve) => last.once('exit', resolve));
  await judge();
} finally {
  // After a failure it still runs, and would write into the folder that goes.
  server?.process.kill('SIGKILL');
  rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

async function judge(): Promise<void> {
  const kernel = await startKernel({
    config: loadConfig({ HEDUN_DATA: data, HEDUN_LOG_LEVEL: 'error' }),
    capabilities: crashed,
    log: createLog('error'),
    version: '0',
    background: false,
  });
  const facts = await kernel.core.store.system(async (db) => ({
    kept: (await sql<{ id: string }>`SELECT id FROM hello_greetings`.execute(db)).rows.map(({ id }) => id),
    audited: (
      await sql<{
        action: string;
        n: number;
      }>`SELECT action, count(*) AS n FROM audit_records WHERE outcome = 'allowed' GROUP BY action`.execute(db)
    ).rows,
    jobs: (await sql<{ status: string; n: number }>`SELECT status, count(*) AS n FROM jobs GROUP BY status`.execute(db))
      .rows,
    known: (await sql<{ id: string }>`SELECT id FROM jobs`.execute(db)).rows.map(({ id }) => id),
    twice: (
      await sql<{
        key: string;
      }>`SELECT key FROM outbox WHERE event = 'kernel.job.finished' GROUP BY key HAVING count(*) > 1`.execute(db)
    ).rows.length,
  }));
  const verdict = await kernel.core.audit.verify();
  await kernel.stop();
  const kept = new Set(facts.kept);
  const known = new Set(facts.known);
  const lost = [...acknowledged].filter((id) => !kept.has(id)).length;
  const lostJobs = [...startedJobs].filter((id) => !known.has(id)).length;
  const unaudited = Math.max(
    0,
    kept.size - Number(facts.audited.find(({ action }) => action === 'hello.addGreeting')?.n ?? 0),
  );
  const figures = [
    { id: 'crash.kills', value: kills, unit: 'kills', target: 200, direction: 'min', holds: kills >= 200 },
    {
      id: 'crash.acknowledged',
      value: acknowledged.size,
      unit: 'writes',
      target: 1,
      direction: 'min',
      holds: acknowledged.size > 0,
    },
    {
      id: 'crash.lost',
      value: lost + lostJobs,
      unit: 'writes',
      target: 0,
      direction: 'max',
      holds: lost + lostJobs === 0,
    },
    {
      id: 'crash.audit_breaks',
      value: verdict.problems.length + unaudited,
      unit: 'records',
      target: 0,
      direction: 'max',
      holds: verdict.valid && unaudited === 0,
    },
    { id: 'crash.jobs_twice', value: facts.twice, unit: 'jobs', target: 0, direction: 'max', holds: facts.twice === 0 },
  ];
  if (values.json) console.log(JSON.stringify({ figures, jobs: facts.jobs, refused }));
  else {
    for (const { id, value, unit, target, direction, holds } of figures)
      console.log(
        `${holds ? '✓' : '✗'} ${id.padEnd(22)} ${String(value).padStart(8)} ${unit}  (${direction} ${target})`,
      );
    console.log(
      `jobs: ${facts.jobs.map(({ status, n }) => `${n} ${status}`).join(', ')}; ${verdict.records} audit records, ${verdict.checkpoints} checkpoints; ${refused} requests cut off; start ${Math.round(median(starts))} ms in the middle`,
    );
    for (const problem of verdict.problems.slice(0, 10))
      console.log(`  ${problem.sequence} ${problem.kind}: ${problem.detail}`);
  }
  process.exitCode = figures.filter(({ id }) => id !== 'crash.kills').every(({ holds }) => holds) ? 0 : 1;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
