import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { detectionServer } from '@hedun/capability-detection/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';

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
