import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { detectionServer } from '@hedun/capability-detection/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import { parseSigma, ruleKey } from '@hedun/detection';
import type { CapabilityServer } from '@hedun/sdk';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exported } from '../src/server/hunting/export.ts';
import type { EventStore } from '../src/server/store/event-store.ts';
import { stored } from './store-contract.ts';

let kernel: TestKernel;
const now = () => new Date(kernel.clock.now().getTime());
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [detectionServer as unknown as CapabilityServer], background: true });
});
afterAll(() => kernel?.close());

const run = async <T>(operation: string, input: unknown, principal = kernel.administrator) =>
  (await kernel.run(`detection.${operation}`, input, principal)) as T;

/** Asks again until the answer is there; how long it takes decides nothing. */
async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const value = await ask();
    if (holds(value)) return value;
    if (attempt > 300) throw new Error(`expected more, got ${JSON.stringify(value).slice(0, 1500)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
/** A rule of this test's own, beside whatever the platform ships. */
async function ownRule(name: string, tactic: string, level: string, condition: string): Promise<void> {
  const text = `title: Own ${name}\nid: 0192${name.length.toString(16).padStart(4, '0')}-0000-4000-8000-00000000000${level.length}\nlevel: ${level}\ntags: [attack.${tactic}]\nlogsource: {product: windows, category: process_creation}\ndetection:\n  s:\n    ${condition}\n  condition: s\n`;
  const { rules, refusals } = parseSigma(text, `${name}.yml`);
  expect(refusals).toEqual([]);
  await kernel.core.store.system((db) =>
    sql`INSERT INTO detection_rules (id, key, name, origin, kind, title, title_zh, level, status, logsource, tactics, techniques, mode, author, license, updated_at, path, description, description_zh, false_positives, false_positives_zh, "references", text, sha256, documents)
      VALUES (${kernel.core.newId()}, ${ruleKey(rules[0] as never)}, ${name}, 'own', 'detection', ${`Own ${name}`}, '', ${level}, 'test', '', '{}', '{}', 'on', '', '', now(), ${name}, '', '', '{}', '{}', '{}', ${text}, ${name}, ${JSON.stringify(rules)}::jsonb)`.execute(
      db,
    ),
  );
}
async function keepFile(text: string): Promise<string> {
  const { sha256, size } = await kernel.core.blobs.put(Buffer.from(text));
  const id = kernel.core.newId();
  await kernel.core.store.system((db) =>
    sql`INSERT INTO evidence (id, organisation_id, sha256, name, media_type, size, created_at) VALUES (${id}, ${kernel.root}, ${sha256}, 'sample.json', 'application/json', ${size}, now())`.execute(
      db,
    ),
  );
  return id;
}
interface Source {
  readonly id: string;
  readonly health: {
    readonly status: string;
    readonly port: number;
    readonly parsed: number;
    readonly failed: number;
    readonly received: number;
    readonly unparsed: readonly { readonly reason: string; readonly text: string }[];
  } | null;
}
const settings = (port = 0) => ({ address: '127.0.0.1', port, path: '', servers: [], topic: '' });
const listening = (id: string) =>
  until(
    () => run<Source>('getSource', { id }),
    ({ health }) => health?.status === 'running',
  );
const search = (filter: string, principal = kernel.administrator) => {
  const to = Math.max(Date.now(), now().getTime()) + 3_600_000;
  return run<{ items: { id: string; host: string; srcIp: string; raw: string; classUid: number }[] }>(
    'searchEvents',
    { filter, from: new Date(to - 300 * 86_400_000).toISOString(), to: new Date(to).toISOString() },
    principal,
  );
};

test('[I1] syslog over UDP and TCP arrives, is stored and found; its source shows it', async () => {
  const udp = await run<Source>('saveSource', { name: '防火墙', kind: 'syslog-udp', settings: settings() });
  const tcp = await run<Source>('saveSource', { name: '主机日志', kind: 'syslog-tcp', settings: settings() });
  const { health: first } = await listening(udp.id);
  const { health: second } = await listening(tcp.id);
  const socket = createSocket('udp4');
  const line =
    '<134>1 2026-11-24T08:00:00Z fw01 ngfw - - - CEF:0|Acme|NGFW|1|7|deny|5|src=10.0.0.5 dst=203.0.113.9 dpt=443 act=deny';
  await new Promise((resolve) => socket.send(line, first?.port ?? 0, '127.0.0.1', resolve));
  socket.close();
  const client = connect(second?.port ?? 0, '127.0.0.1');
  const login = '<86>1 2026-11-24T08:00:01Z web01 sshd 9 - - Failed password for root from 203.0.113.7 port 4242 ssh2';
  client.end(`${login}\n${Buffer.byteLength(login)} ${login}`);
  const found = await until(
    () => search('fw01'),
    ({ items }) => items.length === 1,
  );
  expect(found.items[0]).toMatchObject({ host: 'fw01', srcIp: '10.0.0.5', classUid: 4001, raw: line });
  expect(
    (
      await until(
        () => search('host:web01 user:root'),
        ({ items }) => items.length === 2,
      )
    ).items[0]?.classUid,
  ).toBe(3002);
  const shown = await until(
    () => run<Source>('getSource', { id: tcp.id }),
    ({ health }) => health?.received === 2 && health.parsed === 2,
  );
  expect(shown.health).toMatchObject({ failed: 0, unparsed: [] });
});

test('[I2] a push is answered when it is on disk: plain and compressed, many lines; others see nothing of it', async () => {
  const { id } = await run<Source>('saveSource', { name: '推送', kind: 'http' });
  const lines = Array.from(
    { length: 500 },
    (_, index) => `<13>1 2026-11-24T08:00:00Z push01 app - - - number ${index}`,
  ).join('\n');
  expect(await run('pushEvents', { id, body: gzipSync(lines) })).toEqual({ accepted: 500 });
  expect(
    await run('pushEvents', { id, body: Buffer.from('<13>1 2026-11-24T08:00:00Z push01 app - - - plain\r\n\n') }),
  ).toEqual({ accepted: 1 });
  await until(
    () => search('"number 499"'),
    ({ items }) => items.length === 1,
  );
  await until(
    () => search('push01 plain'),
    ({ items }) => items.length === 1,
  );
  const elsewhere = await kernel.organisation('别处');
  const auditor = await kernel.user('auditor', 'auditor', elsewhere);
  expect((await search('push01', auditor).catch(() => ({ items: [] }))).items).toEqual([]);
  await expect(run('pushEvents', { id, body: Buffer.from([0x1f, 0x8b, 1, 2]) })).rejects.toThrow(
    'detection.push_unreadable',
  );
});

test('[I3] an unparsed line is shown with its reason; a parser written for it reads the next one', async () => {
  const { id } = await run<Source>('saveSource', { name: '门禁', kind: 'http', format: 'cef' });
  const line = '2026-11-24T16:00:00+08:00 gate 7 card 4711 opened by 10.0.0.77';
  await run('pushEvents', { id, body: Buffer.from(`${line}\n`) });
  const shown = await until(
    () => run<Source>('getSource', { id }),
    ({ health }) => (health?.failed ?? 0) > 0,
  );
  expect(shown.health?.unparsed[0]).toMatchObject({ reason: 'cef-header', text: line });
  const tried = await run<{ suggested: string; ok: boolean }>('testParser', { line });
  expect(tried.suggested).toContain('%{ISOTIME:time}');
  const bad = await run<{ ok: boolean; reason: string; at: number }>('testParser', {
    line,
    pattern: '%{ISOTIME:time} %{NOTHING:x}',
  });
  expect(bad).toMatchObject({ ok: false, reason: 'unknown place %{NOTHING}', at: 16 });
  const pattern = '%{ISOTIME:time} gate %{INT:gate} card %{WORD:user} %{WORD:action} by %{IP:src_ip}';
  expect(await run('testParser', { line, pattern })).toMatchObject({ ok: true, time: '2026-11-24T08:00:00.000Z' });
  await run('saveParser', { name: '门禁', pattern, sample: line, sourceId: id });
  await expect(run('saveParser', { name: '坏的', pattern: 'x %{IP:ip}', sample: line })).rejects.toThrow(
    'detection.pattern_does_not_read',
  );
  await until(
    async () => {
      await run('pushEvents', { id, body: Buffer.from(`${line}\n`) });
      return await search('user:4711 srcIp:10.0.0.77');
    },
    ({ items }) => items.length > 0,
  );
});

test('[I4] imported evidence keeps its own time, is seen by the rules, and becomes one incident with its chain; the same again adds nothing', async () => {
  const at = (minute: number) => new Date(Date.parse('2021-03-01T10:00:00Z') + minute * 60_000).toISOString();
  const sysmon = (minute: number, image: string, command: string) =>
    JSON.stringify({
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      EventID: 1,
      Computer: 'PC-7',
      TimeCreated: at(minute),
      Image: image,
      CommandLine: command,
      User: 'CORP\\li',
    });
  await ownRule('whoami', 'discovery', 'low', "CommandLine|contains: 'whoami'");
  await ownRule('dump', 'credential-access', 'high', "CommandLine|contains: 'minidump'");
  const text = [
    sysmon(0, 'C:\\Windows\\System32\\whoami.exe', 'whoami /all'),
    sysmon(7, 'C:\\x.exe', 'x minidump lsass'),
  ].join('\n');
  const id = await keepFile(text);
  const { jobId } = await run<{ jobId: string }>('importFile', { evidenceId: id });
  const { job } = await until(
    async () =>
      (await kernel.run('kernel.getJob', { id: jobId })) as {
        job: { status: string; result: { records: number; alerts: number; incidents: string[] }; error: unknown };
      },
    (answer) => answer.job.status !== 'queued' && answer.job.status !== 'running',
  );
  expect(job).toMatchObject({ status: 'succeeded', result: { records: 2, alerts: 2 } });
  const [incident = ''] = job.result.incidents;
  const record = await run<{
    incident: { kind: string; severity: string; machines: string[]; startAt: string };
    chain: { steps: { tactic: string; reason: { by: string } | null }[]; machines: string[] };
    alerts: unknown[];
  }>('getIncident', { id: incident });
  expect(record.incident).toMatchObject({ kind: 'import', severity: 'high', machines: ['pc-7'] });
  expect(Date.parse(record.incident.startAt)).toBe(Date.parse(at(0)));
  expect(record.chain.steps.map(({ tactic }) => tactic)).toEqual(['discovery', 'credential-access']);
  expect(record.chain.steps[1]?.reason?.by).toBe('user');
  const again = await run<{ jobId: string }>('importFile', { evidenceId: id });
  await until(
    async () => (await kernel.run('kernel.getJob', { id: again.jobId })) as { job: { status: string } },
    (answer) => answer.job.status === 'succeeded',
  );
  expect((await run<{ incident: { alerts: number } }>('getIncident', { id: incident })).incident.alerts).toBe(2);
  expect((await search('minidump')).items.length).toBeLessThanOrEqual(1);
});

test('[I5] an incident is handed over as finding and case with its evidence, once', async () => {
  const { items } = await run<{ items: { id: string }[] }>('listIncidents', { filter: 'kind:import' });
  const { id = '' } = items[0] ?? {};
  const { case: opened } = await run<{ case: { id: string; summary: string } }>('handOverIncident', {
    id,
    note: '隔离主机',
  });
  expect(opened.summary).toContain('隔离主机');
  expect(opened.summary).toContain('pc-7');
  const { incident } = await run<{ incident: { status: string; findingId: string } }>('getIncident', { id });
  expect(incident.status).toBe('handed_over');
  await expect(run('handOverIncident', { id })).rejects.toThrow('detection.handed_over');
  const judged = await run<{ verdict: string; status: string }>('judgeIncident', {
    id,
    verdict: 'attack',
    note: '核实',
  });
  expect(judged).toMatchObject({ verdict: 'attack', status: 'handed_over' });
});

test('[G1] a hunt with an interval runs when it is due, keeps its count, and tells those who respond', async () => {
  kernel.clock.advance(60_000);
  const hunt = await run<{ id: string }>('saveHunt', {
    name: '爆破',
    filter: 'host:web01 user:root',
    everyMinutes: 5,
    threshold: 2,
  });
  const { jobId } = await run<{ jobId: string }>('runDueHunts', {});
  await until(
    async () => (await kernel.run('kernel.getJob', { id: jobId })) as { job: { status: string } },
    (answer) => answer.job.status === 'succeeded',
  );
  const { items } = await run<{ items: { id: string; lastCount: number; nextRunAt: string }[] }>('listHunts', {});
  const kept = items.find(({ id }) => id === hunt.id);
  expect(kept?.lastCount).toBe(2);
  expect(Date.parse(kept?.nextRunAt ?? '')).toBe(now().getTime() + 5 * 60_000);
  const { rows } = await kernel.core.store.system((db) =>
    sql<{ title: string }>`SELECT title::text AS title FROM notices`.execute(db),
  );
  expect(rows.filter(({ title }) => title.includes('爆破')).length).toBeGreaterThan(0);
  await expect(run('saveHunt', { name: '爆破', filter: 'x' })).rejects.toThrow('detection.hunt_named');
});

test('[G2] exports are whole and harmless: a cell that a spreadsheet would run is text', async () => {
  const store = {
    async *scan() {
      yield [{ ...stored(0), host: '=HYPERLINK("http://x")', message: 'a,"b"' }, stored(1)];
    },
  } as unknown as EventStore;
  const query = { from: 0, to: 1, filter: [], organisations: null };
  const text = async (as: 'csv' | 'ndjson' | 'ocsf') => {
    const parts: Uint8Array[] = [];
    for await (const part of exported(store, query, as, 10, async () => undefined)) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  };
  const csv = await text('csv');
  expect(csv.split('\n')[0]).toContain('id,time,received');
  expect(csv).toContain('"\'=HYPERLINK(""http://x"")"');
  expect(csv).toContain('"a,""b"""');
  const [first] = (await text('ocsf')).split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({
    class_uid: 4001,
    type_uid: 400106,
    raw_data: stored(0).raw,
    unmapped: { zone: 'dmz' },
  });
  expect((await text('ndjson')).trim().split('\n')).toHaveLength(2);
});
