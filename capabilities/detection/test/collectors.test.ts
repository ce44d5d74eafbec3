import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { placeKinds } from '@hedun/detection';
import { connect as connectNats } from '@nats-io/transport-node';
import { afterAll, expect, test } from 'vitest';
import { placeNames } from '../src/declared/page-words.ts';
import { CollectorHost } from '../src/server/collection/host.ts';
import { readLineKey, type WorkSource } from '../src/server/worker/shapes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-collect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Sink {
  readonly lines: { readonly text: string; readonly source: string; readonly kind: string; readonly peer: string }[] =
    [];
  full = false;
  add(key: Uint8Array, _time: number, value: Uint8Array): void {
    const { sourceId, kind, peer } = readLineKey(Buffer.from(key).toString());
    this.lines.push({ text: Buffer.from(value).toString(), source: sourceId, kind, peer });
  }
  settled = async () => undefined;
  of = (source: string) => this.lines.filter((line) => line.source === source).map(({ text }) => text);
}
const source = (
  id: string,
  kind: string,
  settings: Partial<WorkSource['settings']> = {},
  secret: string | null = null,
): WorkSource => ({
  id,
  organisationId: 'o',
  kind,
  format: 'auto',
  zone: 0,
  encoding: 'utf-8',
  logsource: null,
  pattern: null,
  settings: { address: '127.0.0.1', port: 0, path: '', servers: [], topic: '', ...settings },
  secret,
  revision: '1',
});
async function until(holds: () => boolean): Promise<void> {
  for (let left = 400; !holds(); left -= 1) {
    if (left === 0) throw new Error('expected it to hold, it does not');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
const host = (sink: Sink) => new CollectorHost({ sink, now: () => Date.now(), folder });
const portOf = (collectors: CollectorHost, id: string) =>
  collectors.health().find(({ sourceId }) => sourceId === id)?.port ?? 0;

test('[I6] UDP, flows and TCP each on a port of their own; one that cannot start says why and the others run; a change of parsing keeps the port', async () => {
  const sink = new Sink();
  const collectors = host(sink);
  const sources = [
    source('udp', 'syslog-udp'),
    source('flow', 'netflow'),
    source('tcp', 'syslog-tcp'),
    source('bad', 'syslog-tcp', { address: '203.0.113.1' }),
    source('file', 'file', { path: 'relative' }),
  ];
  await collectors.apply(sources);
  expect(collectors.health().map(({ sourceId, status }) => [sourceId, status])).toEqual([
    ['udp', 'running'],
    ['flow', 'running'],
    ['tcp', 'running'],
    ['bad', 'failed'],
    ['file', 'failed'],
  ]);
  expect(collectors.health()[3]?.detail).toMatch(/EADDRNOTAVAIL/);
  const socket = createSocket('udp4');
  for (const [id, text] of [
    ['udp', '<13>hello'],
    ['flow', 'packet'],
  ] as const)
    await new Promise((resolve) => socket.send(text, portOf(collectors, id), '127.0.0.1', resolve));
  socket.close();
  const client = connect(portOf(collectors, 'tcp'), '127.0.0.1');
  client.write('<13>one\n9 <13>t');
  client.end('wo23');
  await until(() => sink.lines.length === 4);
  expect(sink.lines.map(({ source: id, kind, text }) => `${id} ${kind} ${text}`).sort()).toEqual([
    'flow flow packet',
    'tcp line <13>one',
    'tcp line <13>two23',
    'udp line <13>hello',
  ]);
  const before = portOf(collectors, 'udp');
  await collectors.apply([{ ...(sources[0] as WorkSource), format: 'cef', revision: '2' }]);
  expect(portOf(collectors, 'udp')).toBe(before);
  expect(collectors.health()).toHaveLength(1);
  await collectors.stop();
});

test('[I7] while the log is full a TCP sender waits and nothing is lost; datagrams are dropped and counted', async () => {
  const sink = new Sink();
  const collectors = host(sink);
  await collectors.apply([source('udp', 'syslog-udp'), source('tcp', 'syslog-tcp')]);
  sink.full = true;
  const socket = createSocket('udp4');
  for (let index = 0; index < 20; index += 1)
    await new Promise((resolve) => socket.send(`u${index}`, portOf(collectors, 'udp'), '127.0.0.1', resolve));
  socket.close();
  const client = connect(portOf(collectors, 'tcp'), '127.0.0.1');
  const line = `<13>${'x'.repeat(1000)}\n`;
  const lines = 20_000;
  let written = 0;
  const pump = () => {
    while (written < lines) {
      written += 1;
      if (!client.write(line)) return void client.once('drain', pump);
    }
    client.end();
  };
  pump();
  await until(() => (collectors.health().find(({ sourceId }) => sourceId === 'udp')?.dropped ?? 0) === 20);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // Held back somewhere between the sender and here: far less than all of it arrived.
  expect(sink.of('tcp').length).toBeLessThan(lines);
  sink.full = false;
  await until(() => sink.of('tcp').length === lines);
  expect(sink.of('udp')).toEqual([]);
  await collectors.stop();
});

test('[I8] a file is followed through growth, renaming and truncation; a restart goes on where reading ended', async () => {
  const file = path.join(folder, 'app.log');
  writeFileSync(file, 'one\ntwo\nunfin');
  const sink = new Sink();
  const first = host(sink);
  await first.apply([source('f', 'file', { path: file })]);
  await until(() => sink.lines.length === 2);
  appendFileSync(file, 'ished\n');
  await until(() => sink.lines.length === 3);
  appendFileSync(file, 'last of the old\n');
  renameSync(file, `${file}.1`);
  writeFileSync(file, 'new file\n');
  await until(() => sink.of('f').includes('new file'));
  truncateSync(file, 0);
  await new Promise((resolve) => setTimeout(resolve, 700));
  appendFileSync(file, 'after\n');
  await until(() => sink.of('f').includes('after'));
  expect(sink.of('f')).toEqual(['one', 'two', 'unfinished', 'last of the old', 'new file', 'after']);
  const positions = path.join(folder, 'positions-f.json');
  await until(() => existsSync(positions) && JSON.parse(readFileSync(positions, 'utf8'))[file]?.position === 6);
  await first.stop();
  appendFileSync(file, 'while away\n');
  const again = new Sink();
  const second = host(again);
  await second.apply([source('f', 'file', { path: path.join(folder, 'app*.log') })]);
  await until(() => again.lines.length === 1);
  expect(again.of('f')).toEqual(['while away']);
  await second.stop();
});

const noOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'openssl';
  }
})();
test.skipIf(noOpenssl !== null)(
  `[I9] TLS from version 1.2 on; noise on the port ends one connection only${noOpenssl ? ' (skipped: this machine has no openssl)' : ''}`,
  async () => {
    const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        key,
        '-out',
        certificate,
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
      ],
      { stdio: 'ignore' },
    );
    const pem = readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8');
    const sink = new Sink();
    const collectors = host(sink);
    await collectors.apply([source('tls', 'syslog-tls', {}, pem)]);
    const port = portOf(collectors, 'tls');
    const noise = connect(port, '127.0.0.1');
    noise.on('error', () => undefined);
    noise.end('GET / HTTP/1.1\r\n\r\n');
    const client = connectTls({ port, host: '127.0.0.1', ca: readFileSync(certificate), servername: 'localhost' });
    await new Promise((resolve) => client.once('secureConnect', resolve));
    client.end('8 <13>safe');
    await until(() => sink.lines.length === 1);
    expect(sink.of('tls')).toEqual(['<13>safe']);
    await collectors.stop();
  },
);

const natsServer = ['/usr/sbin/nats-server', '/usr/bin/nats-server'].find((file) => existsSync(file));
test.skipIf(!natsServer)(
  `[I10] lines published to NATS arrive${natsServer ? '' : ' (skipped: this machine has no nats-server)'}`,
  async () => {
    const server = spawn(natsServer ?? '', ['-a', '127.0.0.1', '-p', '-1', '--ports_file_dir', folder], {
      stdio: 'ignore',
    });
    try {
      const ports = path.join(folder, `nats-server_${server.pid}.ports`);
      await until(() => existsSync(ports) && readFileSync(ports, 'utf8').includes('nats://'));
      const [address = ''] = (JSON.parse(readFileSync(ports, 'utf8')) as { nats: string[] }).nats;
      const sink = new Sink();
      const collectors = host(sink);
      await collectors.apply([source('n', 'nats', { servers: [address], topic: 'logs.>' })]);
      expect(collectors.health()[0]).toMatchObject({ status: 'running' });
      const client = await connectNats({ servers: address });
      client.publish('logs.fw', '<13>over nats');
      await client.flush();
      await until(() => sink.lines.length === 1);
      expect(sink.of('n')).toEqual(['<13>over nats']);
      await client.close();
      await collectors.stop();
    } finally {
      server.kill('SIGKILL');
    }
  },
);

test('[I3] the page lists exactly the places the engine knows', () => {
  expect([...placeNames]).toEqual(Object.keys(placeKinds));
});
