/**
 * `npm run bench:workdesk`: 100,000 findings of Nuclei JSON lines into the embedded store, and the board over 1,000,000 findings of 500 units.
 * Options: `--lines N`, `--findings N`, `--json`. Everything is made in a temporary folder and removed. What is printed: findings per second from
 * the start of the job to its end (checking the file, resolving assets, de-duplicating, committing), how far memory grew in the second half of the
 * import, and the 95th percentile of the board, of a page of notices and of what is to be told.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { capabilities } from '@hedun/app-server';
import { sql } from 'kysely';
import { type Figure, report } from '../tools/report.ts';
import { withoutIndexes } from './fill.ts';
import { openPlatform } from './platform.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '100000' },
    findings: { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [lines, total] = [Number(values.lines), Number(values.findings)];
const unitCount = 500;
const data = mkdtempSync(path.join(tmpdir(), 'hedun-bench-workdesk-'));
const say = (text: string) => void (values.json || console.log(text));
const figures: Figure[] = [];
const tenth = (value: number) => Math.round(value * 10) / 10;
const quantile = (times: readonly number[], share: number) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};
const hostOf = (index: number) => `host-${index}.unit-${index % unitCount}.example.edu.cn`;

/** A line as Nuclei 3 writes it; each host has a dozen weaknesses, every tenth line repeats an earlier one. */
function line(index: number): string {
  const which = index % 10 === 9 ? Math.floor(index / 2) : index;
  const host = hostOf(Math.floor(which / 12) % 5000);
  const cve = `CVE-20${15 + (which % 11)}-${10_000 + (which % 4000)}`;
  const severity = ['info', 'low', 'medium', 'high', 'critical'][which % 5];
  return `${JSON.stringify({ template: `http/cves/${cve}.yaml`, 'template-id': which % 3 === 0 ? `check-${which % 900}` : cve, 'template-path': `/templates/${cve}.yaml`, info: { name: `${cve} - Remote Code Execution in a component`, author: ['bench'], tags: ['cve', 'rce'], description: 'The component does not check what it is given, so that a remote attacker may run code of his own with the rights of the service.', reference: [`https://nvd.nist.gov/vuln/detail/${cve}`], severity, classification: which % 3 === 0 ? {} : { 'cve-id': [cve], 'cwe-id': ['cwe-94'], 'cvss-score': 9.8 }, remediation: 'Update to the newest version.' }, type: 'http', host: `https://${host}`, port: '443', scheme: 'https', url: `https://${host}/`, 'matched-at': `https://${host}/api/${which % 7}`, request: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', ip: '10.0.0.1', timestamp: '2026-11-20T08:00:00.000000000+08:00', 'matcher-status': true })}\n`;
}
async function* file(): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < lines; index += 500)
    yield Buffer.from(Array.from({ length: Math.min(500, lines - index) }, (_, step) => line(index + step)).join(''));
}

try {
  await measure();
} finally {
  rmSync(data, { recursive: true, force: true });
}
report(figures, { json: values.json });

async function measure(): Promise<void> {
  const { kernel, admin, run } = await openPlatform(data, capabilities);
  const { core } = kernel;
  const root = admin.actor.organisationId;
  const units: string[] = [];
  for (let index = 0; index < unitCount; index += 1)
    units.push(
      (
        await run<{ id: string }>('kernel.createOrganisation', {
          parentId: root,
          name: `单位${index}`,
          kind: 'department',
        })
      ).id,
    );
  // Half of the hosts are registered, the rest are found by the domain of their unit.
  await core.store.system((db) =>
    sql`INSERT INTO assets (id, organisation_id, kind, name, identifiers, first_seen_at, last_seen_at, created_at, updated_at)
      SELECT gen_random_uuid(), (${units}::uuid[])[1 + i % ${unitCount}::int], 'host', 'host ' || i, ARRAY['host-' || i || '.unit-' || (i % ${unitCount}::int) || '.example.edu.cn'], now(), now(), now(), now() FROM generate_series(0, 4999, 2) AS i`.execute(
      db,
    ),
  );
  for (const [index, organisationId] of units.entries())
    await run('workdesk.saveRange', { organisationId, value: `unit-${index}.example.edu.cn` });
  await core.store.analyse();

  const blob = await core.blobs.put(file());
  const evidence = await core.store.transaction({ scope: { kind: 'all' }, userId: admin.actor.id }, (db) =>
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
      { organisationId: root, name: 'nuclei.jsonl', mediaType: 'text/plain' },
    ),
  );
  const { import: started } = await run<{ import: { id: string } }>('workdesk.importScan', { evidenceId: evidence.id });
  const samples: number[] = [];
  const sampler = setInterval(() => samples.push(process.memoryUsage().rss), 250);
  const begin = performance.now();
  const cpu = process.cpuUsage();
  await core.jobs.drain();
  const seconds = (performance.now() - begin) / 1000;
  const used = process.cpuUsage(cpu);
  clearInterval(sampler);
  const done = await run<{ status: string; applied: number; raised: number; again: number; unresolved: number }>(
    'workdesk.getImport',
    { id: started.id },
  );
  if (done.status !== 'done' || done.applied !== lines)
    throw new Error(`import: expected ${lines} handled, got ${JSON.stringify(done)}`);
  say(
    `import: ${tenth(seconds)} s wall, ${tenth((used.user + used.system) / 1e6)} s CPU, ${done.raised} new, ${done.again} seen again, ${done.unresolved} without owner, ${tenth(blob.size / 1e6)} MB`,
  );
  figures.push({
    id: 'workdesk.import',
    value: Math.round(lines / seconds),
    unit: 'findings/s',
    target: 5000,
    direction: 'min',
    beside: { name: 'DefectDojo, identical re-import of 13,000 (published)', value: 500 },
  });
  // The database's buffers are of a fixed size and fill within the first half; what grows after that would grow without end.
  const half = Math.ceil(samples.length / 2);
  figures.push({
    id: 'workdesk.import.memory-growth',
    value: tenth((Math.max(...samples.slice(half)) - Math.max(...samples.slice(0, half))) / 1048576),
    unit: 'MiB in the second half',
    target: 64,
    direction: 'max',
  });

  const again = performance.now();
  const same = await run<{ unchanged: boolean }>('workdesk.importScan', { evidenceId: evidence.id });
  if (!same.unchanged) throw new Error('the same file twice: expected unchanged');
  figures.push({
    id: 'workdesk.same-file-again',
    value: tenth(performance.now() - again),
    unit: 'ms',
    target: 1500,
    direction: 'max',
  });

  say(`filling up to ${total} findings …`);
  const rest = total - done.raised;
  await withoutIndexes(core, 'findings', async () => {
    for (let at = 0; at < rest; at += 100_000)
      await core.store.system((db) =>
        sql`INSERT INTO findings (id, organisation_id, kind, title, severity, severity_rank, status, fingerprint, sources, first_seen_at, last_seen_at, fixed_at, verified_at)
          SELECT gen_random_uuid(), (${units}::uuid[])[1 + i % ${unitCount}::int], (ARRAY['vulnerability', 'misconfiguration', 'exposed-service', 'weak-password'])[1 + i % 4], 'Finding ' || (i % 5000),
            (ARRAY['info', 'low', 'medium', 'high', 'critical'])[1 + i % 5], 1 + i % 5, CASE WHEN i % 3 = 0 THEN 'verified' ELSE 'open' END, md5('x' || i), ARRAY['nuclei'],
            now() - (i % 700) * interval '1 day', now() - (i % 700) * interval '1 day', CASE WHEN i % 3 = 0 THEN now() - (i % 600) * interval '1 day' END, CASE WHEN i % 3 = 0 THEN now() - (i % 600) * interval '1 day' END
          FROM generate_series(${at}::int, ${Math.min(rest, at + 100_000) - 1}::int) AS i`.execute(db),
      );
  });
  const counting = performance.now();
  await core.events.settle();
  await run('workdesk.countAgain', {});
  await new Promise((resolve) => setTimeout(resolve, 2100));
  await core.jobs.drain();
  say(`counted ${total} findings of ${unitCount} units in ${tenth((performance.now() - counting) / 1000)} s`);
  await core.store.analyse();
  const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
  const timed = async (id: string, operation: string, input: unknown, times: number) => {
    const took: number[] = [];
    for (let index = 0; index < times; index += 1) {
      const start = performance.now();
      await run(operation, input);
      took.push(performance.now() - start);
    }
    figures.push({
      id,
      value: tenth(quantile(took, 0.95)),
      unit: `ms p95 at ${total} findings, ${unitCount} units`,
      target: 300,
      direction: 'max',
    });
  };
  const board = await run<{ stale: number; units: { found: number }[]; openAtEnd: number }>('workdesk.monthFigures', {
    month,
  });
  const { rows } = await core.store.system((db) =>
    sql<{
      open: number;
    }>`SELECT count(*)::int AS open FROM findings WHERE status NOT IN ('verified', 'dismissed')`.execute(db),
  );
  if (board.stale !== 0 || board.openAtEnd !== rows[0]?.open)
    throw new Error(`board: expected ${rows[0]?.open} open and none stale, got ${board.openAtEnd} and ${board.stale}`);
  await timed('workdesk.board', 'workdesk.monthFigures', { month }, 60);
  await timed('workdesk.board.year', 'workdesk.yearFigures', { year: month.slice(0, 4) }, 40);
  await timed('workdesk.heat', 'workdesk.heatFigures', { period: month }, 40);
  await timed('workdesk.notices', 'workdesk.listNotices', {}, 40);
  await timed('workdesk.systems', 'workdesk.listSystems', {}, 40);
  await timed('workdesk.imports', 'workdesk.listImports', {}, 40);
  await kernel.stop();
}
