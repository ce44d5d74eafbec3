/**
 * How many lines a second arrive, are on disk and parsed: CEF over UDP at a given rate (nothing may be lost) and over TCP as fast as it goes.
 * Three parties, as in the server: the thread that listens and writes the log, the thread that parses what is durable, and, in a process of
 * its own on the same cores, the sender: seven firewalls with a socket each, every millisecond what is due, at most twice the rate. Counted is
 * from the first line sent to the last one parsed; what each party costs is printed. `--rate N --seconds N --lines N --json`
 * @module
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { normalise, SourceParser } from '@hedun/detection';
import { LocalBus } from '../capabilities/detection/src/server/bus/local.ts';
import { SegmentWriter } from '../capabilities/detection/src/server/bus/segment-writer.ts';
import { openStream } from '../capabilities/detection/src/server/collection/stream.ts';
import { openUdp } from '../capabilities/detection/src/server/collection/udp.ts';
import type { WorkSource } from '../capabilities/detection/src/server/worker/shapes.ts';
import { type Figure, report } from '../tools/report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rate: { type: 'string', default: '110000' },
    seconds: { type: 'string', default: '10' },
    lines: { type: 'string', default: '2000000' },
    send: { type: 'string' },
    port: { type: 'string', default: '0' },
  },
});
const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));

const firewalls = 7;
/** Lines as firewalls send them, some 240 bytes, a thousand different ones. */
const sample = Array.from(
  { length: 1000 },
  (_, index) =>
    `<134>Nov 25 10:00:${String(index % 60).padStart(2, '0')} fw${index % firewalls} CEF:0|Example|NGFW|7.1|1000${index % 40}|connection denied|${index % 10}|rt=17955720${String(index).padStart(5, '0')} src=10.${index % 200}.3.${index % 250} spt=${40_000 + index} dst=203.0.113.${index % 250} dpt=${[80, 443, 22, 3389][index % 4]} proto=TCP act=deny cs1=rule ${index % 90} cs1Label=policy`,
);

if (values.send) await send(values.send, Number(values.port));
else if (isMainThread) await main();
else if (workerData.part === 'collector') await collector();
else await parser();

/** What the sender tells at its end. */
interface Sent {
  readonly sent: number;
  readonly seconds: number;
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly cpu: { readonly user: number; readonly system: number };
}

async function send(how: string, port: number): Promise<void> {
  const before = process.cpuUsage();
  const began = Date.now();
  const start = performance.now();
  const sent = how === 'udp' ? await sendDatagrams(port, start) : await sendStream(port);
  const told: Sent = {
    sent,
    seconds: (performance.now() - start) / 1000,
    began,
    cpu: process.cpuUsage(before),
  };
  console.log(JSON.stringify(told));
}

async function sendDatagrams(port: number, start: number): Promise<number> {
  const buffers = sample.map((line) => Buffer.from(line));
  const rate = Number(values.rate);
  const total = rate * Number(values.seconds);
  const sockets = await Promise.all(
    Array.from({ length: firewalls }, async () => {
      const socket = createSocket({ type: 'udp4', sendBufferSize: 1 << 20 });
      await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
      return socket;
    }),
  );
  const most = Math.ceil(rate / 500);
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
    for (const end = Math.min(due, sent + most); sent < end; sent += 1)
      sockets[(sent % 1000) % firewalls]?.send(buffers[sent % 1000] as Buffer);
    await pause(1);
  }
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  return sent;
}

async function sendStream(port: number): Promise<number> {
  const total = Number(values.lines);
  const block = Buffer.from(`${sample.join('\n')}\n`);
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  let sent = 0;
  for (; sent < total; sent += 1000)
    if (!socket.write(block)) await new Promise((resolve) => socket.once('drain', resolve));
  await new Promise<void>((resolve) => socket.end(resolve));
  return sent;
}

async function collector(): Promise<void> {
  const { folder, durable, kind } = workerData as {
    folder: string;
    durable: BigInt64Array;
    kind: 'syslog-udp' | 'syslog-tcp';
  };
  const writer = await SegmentWriter.open(path.join(folder, 'raw', 'net'), {
    onDurable: (offset) => void Atomics.store(durable, 0, BigInt(offset)),
  });
  const source = {
    id: 's',
    kind,
    settings: { address: '127.0.0.1', port: 0, path: '', servers: [], topic: '' },
    secret: null,
  } as unknown as WorkSource;
  const open = kind === 'syslog-udp' ? openUdp : openStream;
  const running = await open({ source, sink: writer, now: () => Date.now(), folder });
  parentPort?.postMessage({ port: running.port });
  parentPort?.on('message', async () => {
    await writer.settled();
    parentPort?.postMessage({ counts: running.counts, cpu: process.threadCpuUsage() });
    await running.stop();
    await writer.close();
    parentPort?.close();
  });
}

async function parser(): Promise<void> {
  const { folder, durable } = workerData as { folder: string; durable: BigInt64Array };
  const bus = new LocalBus(folder, { elsewhere: { net: durable } });
  const consumer = await bus.consumer('raw', 'bench', async () => 0);
  const own = new SourceParser({ format: 'auto', zone: 480, encoding: 'utf-8' });
  let parsed = 0;
  let failed = 0;
  let lastAt = 0;
  parentPort?.on('message', () => parentPort?.postMessage({ parsed, failed, lastAt, cpu: process.threadCpuUsage() }));
  for (;;) {
    const batch = await consumer.read();
    if (!batch) return;
    for (const { value, time } of batch.records) {
      const { events } = own.push(value, time);
      const event = events[0] && normalise(events[0]);
      if (event?.srcIp) parsed += 1;
      else failed += 1;
    }
    lastAt = Date.now();
  }
}

async function lane(kind: 'syslog-udp' | 'syslog-tcp') {
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-intake-'));
  const durable = new BigInt64Array(new SharedArrayBuffer(8));
  const listen = new Worker(new URL(import.meta.url), { workerData: { part: 'collector', folder, durable, kind } });
  const { port } = await new Promise<{ port: number }>((resolve) => listen.once('message', resolve));
  const read = new Worker(new URL(import.meta.url), { workerData: { part: 'parser', folder, durable } });
  const ask = <T>(worker: Worker) =>
    new Promise<T>((resolve) => {
      worker.once('message', resolve);
      worker.postMessage('tell');
    });
  const sender = spawn(
    process.execPath,
    [
      import.meta.filename,
      '--send',
      kind === 'syslog-udp' ? 'udp' : 'tcp',
      '--port',
      String(port),
      '--rate',
      values.rate,
      '--seconds',
      values.seconds,
      '--lines',
      values.lines,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  sender.stdout?.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => sender.once('close', resolve));
  const { sent, seconds, began, cpu: sending } = JSON.parse(output) as Sent;
  interface Read {
    readonly parsed: number;
    readonly failed: number;
    /** When the last line was parsed, milliseconds since the epoch. */
    readonly lastAt: number;
    readonly cpu: { readonly user: number; readonly system: number };
  }
  let state = await ask<Read>(read);
  let quiet = 0;
  // Until everything durable was parsed, or nothing moves any more.
  while (state.parsed + state.failed < sent && quiet < 20) {
    await pause(100);
    const next = await ask<Read>(read);
    quiet = next.parsed === state.parsed ? quiet + 1 : 0;
    state = next;
  }
  const elapsed = (state.lastAt - began) / 1000;
  const { counts, cpu } = await ask<{
    counts: { received: number; dropped: number };
    cpu: { user: number; system: number };
  }>(listen);
  await read.terminate();
  rmSync(folder, { recursive: true, force: true });
  const micro = (each: { readonly user: number; readonly system: number }) =>
    (each.user + each.system) / Math.max(1, sent);
  console.log(
    `${kind}: ${sent} sent in ${seconds.toFixed(1)} s, ${counts.received} received, ${counts.dropped} dropped, ${state.parsed} parsed, ${elapsed.toFixed(1)} s in all; CPU per line: sending ${micro(sending).toFixed(2)} µs, listening ${micro(cpu).toFixed(2)} µs, parsing ${micro(state.cpu).toFixed(2)} µs`,
  );
  return { sent, seconds, parsed: state.parsed, elapsed, lost: sent - state.parsed };
}

async function main(): Promise<void> {
  const udp = await lane('syslog-udp');
  const tcp = await lane('syslog-tcp');
  const figures: Figure[] = [
    {
      id: 'intake.udp',
      value: Math.round(udp.parsed / udp.elapsed),
      unit: 'lines/s parsed and durable',
      target: 100_000,
      direction: 'min',
    },
    { id: 'intake.udp_lost', value: udp.lost, unit: 'lines', target: 0, direction: 'max' },
    {
      id: 'intake.tcp',
      value: Math.round(tcp.parsed / tcp.elapsed),
      unit: 'lines/s parsed and durable',
      target: 150_000,
      direction: 'min',
    },
    { id: 'intake.tcp_lost', value: tcp.lost, unit: 'lines', target: 0, direction: 'max' },
  ];
  report(figures, { json: values.json });
}
