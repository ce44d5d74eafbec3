/**
 * `npm run bench:kernel`: the kernel with 100,000 assets and 1,000,000 findings in the embedded store. Options: `--findings N`,
 * `--assets N`, `--json`. Everything is made in a temporary folder and removed; `--data FOLDER` keeps it there, and a second run measures
 * what is kept; `--only pages` or `--only http` measures half. Beside each time of the clock stands the processor's own, which other work on
 * the machine does not lengthen.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { capabilities } from '@hedun/app-server';
import type { Principal, RunningKernel } from '@hedun/core';
import { sql } from 'kysely';
import { freePort } from '../tools/free-port.ts';
import { type Figure, report } from '../tools/report.ts';
import { withoutIndexes } from './fill.ts';
import { type BenchPlatform, openPlatform } from './platform.ts';

const { values } = parseArgs({
  options: {
    findings: { type: 'string', default: '1000000' },
    assets: { type: 'string', default: '100000' },
    data: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [findings, assets] = [Number(values.findings), Number(values.assets)];
const root = path.resolve(import.meta.dirname, '..');
const data = values.data ? path.resolve(values.data) : mkdtempSync(path.join(tmpdir(), 'hedun-bench-'));
/** Made by the run that filled the folder, with what the next one needs. */
const keptFile = path.join(data, 'bench.json');
const say = (text: string) => void (values.json || console.log(text));
const figures: Figure[] = [];
if (values.data) mkdirSync(data, { recursive: true });
const round = (value: number) => Math.round(value * 10) / 10;
const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Milliseconds this process computed since `before`. */
const cpuMs = (before: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const captured: { sql: string; values: readonly unknown[] }[] = [];
const secret: { token: string } = { token: '' };

try {
  await inProcess();
  if (values.only !== 'pages') await overHttp();
} finally {
  if (!values.data) rmSync(data, { recursive: true, force: true });
}
report(figures, { json: values.json });

/** Fills the store where it is not filled yet, and measures pages. */
async function inProcess(): Promise<void> {
  const platform = await openPlatform(data, capabilities);
  const { kernel, admin, run } = platform;
  const { core } = kernel;
  if (!existsSync(keptFile)) await fill(platform);
  const { token, units } = JSON.parse(readFileSync(keptFile, 'utf8')) as { token: string; units: string[] };
  secret.token = token;

  if (values.only !== 'http') await measurePages(kernel, admin, run, units);
  await captureSql(core);
  await kernel.stop();
}

/** Every filter in every order, as root and as somebody of one unit: the first page twice and the second. */
async function measurePages(
  { core }: RunningKernel,
  admin: Principal,
  run: (operationId: string, input: unknown, principal?: Principal) => Promise<unknown>,
  units: readonly string[],
): Promise<void> {
  const narrow = await core.store.system(async (db) => {
    const { id: roleId } = await db
      .selectFrom('roles')
      .select('id')
      .where('name', '=', 'auditor')
      .executeTakeFirstOrThrow();
    const known = await db.selectFrom('users').select('id').where('name', '=', 'narrow').executeTakeFirst();
    if (known) return await core.access.principalOfUser(db, known.id, null);
    const id = core.newId();
    await db
      .insertInto('users')
      .values({
        id,
        organisationId: units[7] ?? '',
        name: 'narrow',
        displayName: 'Narrow',
        status: 'active',
        createdAt: new Date().toISOString(),
      })
      .execute();
    await db
      .insertInto('grants')
      .values({ userId: id, roleId, organisationId: units[7] ?? '' })
      .execute();
    core.access.forget();
    return await core.access.principalOfUser(db, id, null);
  });
  const filters = [
    '',
    'severity:critical',
    'severity:high,critical status:open',
    'status:dismissed',
    'kind:weak-password severity:low',
    '-severity:info status:open,triaged',
    `organisation:${units[3]}`,
    `organisation:${units[3]} severity:critical`,
    'lastSeenAt:>2026-11-01',
    'firstSeenAt:<2025-06-01 status:open',
    'title:"漏洞 42*"',
    '主机 777',
    'confidence:>0.9 severity:critical',
    'sources:nessus',
  ];
  const sorts = [undefined, '-severity', 'title', '-lastSeenAt', 'firstSeenAt', 'status'];
  const times: { ms: number; cpu: number; name: string }[] = [];
  for (const principal of [admin, narrow])
    for (const filter of filters)
      for (const sort of sorts) {
        const input = { filter, ...(sort ? { sort } : {}) };
        const one = async (extra: object) => {
          const began = performance.now();
          const before = process.cpuUsage();
          const page = (await run('kernel.listFindings', { ...input, ...extra }, principal)) as {
            nextCursor: string | null;
          };
          times.push({
            ms: performance.now() - began,
            cpu: cpuMs(before),
            name: `${principal === admin ? 'root' : 'unit'} [${filter}] ${sort ?? ''}`,
          });
          return page.nextCursor;
        };
        await one({});
        const next = await one({});
        if (next) await one({ cursor: next });
      }
  times.sort((a, b) => a.ms - b.ms);
  const sorted = times.map(({ ms }) => ms);
  const computed = times.map(({ cpu }) => cpu).sort((a, b) => a - b);
  figures.push({
    id: 'kernel.list_p95',
    value: round(quantile(sorted, 0.95)),
    unit: `ms over ${times.length} pages of ${findings} (${round(quantile(computed, 0.95))} ms of processor)`,
    target: 150,
    direction: 'max',
  });
  for (const { ms, cpu, name } of [...times].sort((a, b) => b.cpu - a.cpu).slice(0, 40))
    say(`  slowest: ${ms.toFixed(0)} ms, ${cpu.toFixed(0)} ms of processor ${name}`);
}

/** Imports a file of assets and adds findings to them. */
async function fill({ kernel: { core }, admin, run }: BenchPlatform): Promise<void> {
  const made = await run<{ token: string }>('kernel.createToken', { name: 'bench', permissions: ['finding.read'] });
  const units: string[] = [];
  for (let index = 0; index < 500; index += 1)
    units.push(
      (
        await run<{ id: string }>('kernel.createOrganisation', {
          parentId: admin.actor.organisationId,
          name: `单位${index}`,
          kind: 'bureau',
        })
      ).id,
    );

  const file = path.join(data, 'assets.csv');
  writeFileSync(
    file,
    [
      '名称,资产类型,责任单位,地址,状态',
      ...Array.from(
        { length: assets },
        (_, index) =>
          `主机-${index},host,单位${index % 500},10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255},在用`,
      ),
    ].join('\n'),
  );
  const blob = await core.blobs.put(readFileSync(file));
  const evidence = await core.store.transaction({ scope: { kind: 'all' }, userId: null }, (db) =>
    core.nouns.register(
      {
        db,
        actor: admin.actor,
        scope: { kind: 'all' },
        locale: 'zh-CN',
        now: () => new Date(),
        newId: core.newId,
        publish: async () => undefined,
      },
      blob,
      { organisationId: admin.actor.organisationId, name: 'assets.csv', mediaType: 'text/csv' },
    ),
  );
  const importing = performance.now();
  const computing = process.cpuUsage();
  const { jobId } = await run<{ jobId: string }>('kernel.importAssets', { evidenceId: evidence.id });
  await core.jobs.drain();
  const seconds = (performance.now() - importing) / 1000;
  const computed = cpuMs(computing);
  const { job } = await run<{ job: { status: string; error: unknown } }>('kernel.getJob', { id: jobId });
  if (job.status !== 'succeeded') throw new Error(`import: ${JSON.stringify(job.error)}`);
  const count = await core.store.system(async (db) =>
    Number((await sql<{ n: number }>`SELECT count(*) AS n FROM assets`.execute(db)).rows[0]?.n),
  );
  if (count !== assets) throw new Error(`import: expected ${assets} assets, got ${count}`);
  figures.push({
    id: 'kernel.import_assets',
    value: round(seconds),
    unit: `s for ${assets} (${round(computed / 1000)} s of processor)`,
    target: 60,
    direction: 'max',
  });
  say(`imported ${assets} assets in ${seconds.toFixed(1)} s, ${(computed / 1000).toFixed(1)} s of processor`);

  const filling = performance.now();
  // The filling is no part of what is measured.
  await withoutIndexes(core, 'findings', async () => {
    for (let from = 0; from < findings; from += 50_000) {
      const size = Math.min(50_000, findings - from);
      await core.store.system((db) =>
        sql`
        INSERT INTO findings (id, organisation_id, asset_id, kind, title, severity, severity_rank, status, fingerprint, sources, first_seen_at, last_seen_at, confidence)
        SELECT gen_random_uuid(), a.organisation_id, a.id, (ARRAY['vulnerability','misconfiguration','weak-password','exposed-service'])[1 + n % 4], '漏洞 ' || (n % 5000) || ' 主机 ' || n,
          (ARRAY['critical','high','medium','low','info'])[1 + (n * 7) % 5], (ARRAY[5,4,3,2,1])[1 + (n * 7) % 5], (ARRAY['open','triaged','in_case','fixed','verified','dismissed'])[1 + (n * 11) % 6], md5(n::text), ARRAY['nessus'],
          now() - (n % 700) * interval '1 day', now() - (n % 90) * interval '1 day' - n * interval '1 second', 0.5 + (n % 6) / 10.0
        FROM generate_series(${from}::int, ${from + size - 1}::int) AS n
        JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY id) - 1 AS r FROM assets) a ON a.r = n % ${assets}`.execute(
          db,
        ),
      );
    }
  });
  say(`filled ${findings} findings in ${((performance.now() - filling) / 1000).toFixed(1)} s`);
  writeFileSync(keptFile, JSON.stringify({ token: made.token, units }));
}

/** The statements behind one page of findings as root, for the bare route. */
async function captureSql(core: RunningKernel['core']): Promise<void> {
  const { list } = await import('../kernel/core/src/lists/list.ts');
  const { findingList } = await import('../kernel/core/src/nouns/definitions.ts');
  await core.store.read({ scope: { kind: 'all' }, userId: null }, async (db) => {
    const asked = new Map<string, (typeof captured)[number]>();
    const watching = db.withPlugin({
      transformQuery: ({ node, queryId }) => {
        const { sql: text, parameters } = db.getExecutor().compileQuery(node, queryId);
        asked.set(queryId.queryId, { sql: text, values: parameters });
        return node;
      },
      // Parts of a statement are compiled alone too; only whole statements get a result.
      transformResult: async ({ result, queryId }) => {
        const whole = asked.get(queryId.queryId);
        if (whole) captured.push(whole);
        return result;
      },
    });
    await list({ db: watching, scope: { kind: 'all' } }, findingList, {
      filter: 'severity:critical status:open',
      limit: 50,
    });
  });
}

interface Running {
  readonly child: ChildProcess;
  readonly startMs: number;
}
async function startProcess(
  args: readonly string[],
  environment: Record<string, string>,
  probe: string,
): Promise<Running> {
  const began = performance.now();
  const child = spawn(process.execPath, [...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode}`);
    if (
      await fetch(probe).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return { child, startMs: performance.now() - began };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
async function stopProcess({ child }: Running): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** p99 of one route under 50 clients. */
async function load(url: string, headers: Record<string, string>, requests: number): Promise<number> {
  const times: number[] = [];
  let left = requests;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (left-- > 0) {
        const began = performance.now();
        const answer = await fetch(url, { headers });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
        times.push(performance.now() - began);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return quantile(times, 0.99);
}

async function overHttp(): Promise<void> {
  const port = await freePort();
  const environment = { HEDUN_DATA: data, HEDUN_PORT: String(port), HEDUN_CONSOLE: 'off', HEDUN_LOG_LEVEL: 'error' };
  const starts: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const server = await startProcess(['apps/server/src/main.ts'], environment, `http://127.0.0.1:${port}/ready`);
    starts.push(server.startMs);
    await stopProcess(server);
  }
  figures.push({
    id: 'kernel.warm_start',
    value: Math.round([...starts].sort((a, b) => a - b)[1] ?? 0),
    unit: 'ms',
    target: 2000,
    direction: 'max',
  });
  const url = `http://127.0.0.1:${port}/api/kernel/findings?filter=${encodeURIComponent('severity:critical status:open')}&limit=50`;
  const headers = { authorization: `Bearer ${secret.token}` };
  const server = await startProcess(['apps/server/src/main.ts'], environment, `http://127.0.0.1:${port}/ready`);
  await load(url, headers, 200);
  const ours = await load(url, headers, 1000);
  const resident =
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  await stopProcess(server);
  const barePort = await freePort();
  const bareUrl = `http://127.0.0.1:${barePort}/findings`;
  const bare = await startProcess(
    ['bench/kernel-bare.ts', path.join(data, 'database'), String(barePort), JSON.stringify(captured)],
    {},
    bareUrl,
  );
  await load(bareUrl, {}, 200);
  const peer = await load(bareUrl, {}, 1000);
  await stopProcess(bare);
  figures.push({
    id: 'kernel.http_p99_ratio',
    value: Math.round((ours / peer) * 100) / 100,
    unit: `× (${ours.toFixed(0)} ms)`,
    target: 2,
    direction: 'max',
    beside: { name: `bare Fastify with the same ${captured.length} statements, ms`, value: round(peer) },
  });
  figures.push({
    id: 'kernel.memory',
    value: Math.round(resident),
    unit: 'MB resident',
    target: 700,
    direction: 'max',
  });
}
