/**
 * Two workers of one group over a real Kafka broker, lines handed on from a machine's own log, one worker killed: nothing lost, nothing twice.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSigma } from '@hedun/detection';
import { parseFilterText } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forward } from '../../capabilities/detection/src/server/bus/forwarder.ts';
import { KafkaBus } from '../../capabilities/detection/src/server/bus/kafka.ts';
import { LocalBus } from '../../capabilities/detection/src/server/bus/local.ts';
import type { ActiveRules } from '../../capabilities/detection/src/server/rules/index.ts';
import { DuckEventStore } from '../../capabilities/detection/src/server/store/duck-store.ts';
import {
  type Commit,
  fencedMark,
  lineKey,
  type NewAlert,
  readLineKey,
  type WorkerState,
  type WorkSource,
} from '../../capabilities/detection/src/server/worker/shapes.ts';
import type { GroupAnswer, GroupCall } from '../detection-group-worker.ts';
import { kafkaLacks, type RunningKafka, startKafka } from '../kafka-up.ts';

const missing = kafkaLacks();
const folder = mkdtempSync(path.join(tmpdir(), 'hedun-group-'));
let kafka: RunningKafka;
const children: ChildProcess[] = [];
beforeAll(async () => {
  if (!missing) kafka = await startKafka();
}, 300_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await kafka?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const organisations = Array.from({ length: 8 }, (_, index) => `01920000-0000-7000-8000-00000000000${index}`);
const sources: readonly WorkSource[] = organisations.map((organisationId, index) => ({
  id: `s${index}`,
  organisationId,
  kind: 'syslog-udp',
  format: 'auto',
  zone: 0,
  encoding: 'utf-8',
  logsource: null,
  pattern: null,
  settings: { address: '', port: 0, path: '', servers: [], topic: '' },
  secret: null,
  revision: '1',
}));
const { rules: documents } = parseSigma(
  `
title: Failed log-in
name: failed
level: low
logsource: {product: linux, service: sshd}
detection:
  s: {message|contains: 'Failed password'}
  condition: s
---
title: Many failed log-ins
level: high
correlation:
  type: event_count
  rules: [failed]
  group-by: [src_ip]
  timespan: 10d
  condition: {gte: 25}
  generate: true
`,
  'test.yml',
);
const rules: ActiveRules = { version: '1', documents, shadow: new Set(), exceptions: [] };

/** What a database would hold: states by partition with the epoch of whoever took them, alerts by id. */
class Database {
  readonly states = new Map<string, WorkerState & { epoch: number }>();
  readonly alerts = new Map<string, NewAlert>();
  handedIn = 0;
  fenced = 0;
  readonly commits = new Map<number, number>();

  serve(child: ChildProcess): void {
    const epochs = new Map<string, number>();
    child.on('message', (call: GroupCall) => {
      const answer: GroupAnswer = { id: call.id, ...this.#answer(call, epochs, child.pid ?? 0) };
      child.send(answer, () => undefined);
    });
  }

  #answer({ partition, method, argument }: GroupCall, epochs: Map<string, number>, pid: number) {
    const state = this.states.get(partition) ?? { offsets: {}, snapshot: '', epoch: 0 };
    if (method === 'committed') return { value: state.offsets[partition] ?? 0 };
    if (method === 'sources') return { value: sources };
    if (method === 'rules') return { value: argument === rules.version ? null : rules };
    if (method === 'state') {
      this.states.set(partition, { ...state, epoch: state.epoch + 1 });
      epochs.set(partition, state.epoch + 1);
      return { value: { offsets: state.offsets, snapshot: state.snapshot, epoch: state.epoch + 1 } };
    }
    if (epochs.get(partition) !== state.epoch) {
      this.fenced += 1;
      return { error: `${fencedMark} ${partition}` };
    }
    const { offsets, snapshot, alerts } = argument as Commit;
    this.states.set(partition, { offsets, snapshot, epoch: state.epoch });
    this.commits.set(pid, (this.commits.get(pid) ?? 0) + 1);
    for (const alert of alerts) {
      this.handedIn += 1;
      this.alerts.set(alert.id, alert);
    }
    return { value: undefined };
  }
}

const start = Date.parse('2026-11-24T08:00:00Z');
const line = (organisation: number, number: number) =>
  `<86>1 ${new Date(start + number * 1000).toISOString()} web0${organisation} sshd 9 - - Failed password for u from 203.0.113.${organisation} port ${1000 + number} ssh2`;
const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
const until = async (what: string, holds: () => boolean, told: () => unknown = () => '') => {
  for (let waited = 0; !holds(); waited += 50) {
    if (waited > 240_000) throw new Error(`waited in vain: ${what} ${JSON.stringify(told())}`);
    await pause(50);
  }
};

test.skipIf(missing !== null)(
  `[L6] a group over Kafka: one of two workers killed, lines handed on twice, no event lost, no alert twice${missing ? ` (skipped: this machine has no ${missing})` : ''}`,
  async () => {
    const prefix = `group-${process.pid}`;
    const events = path.join(folder, 'events');
    const database = new Database();
    const local = new LocalBus(path.join(folder, 'bus'));
    const log = await local.producer('raw', 'net');
    const kafkaBus = new KafkaBus({ brokers: [kafka.bootstrap], prefix, partitions: 6 });
    const to = await kafkaBus.producer('raw');
    const handing = async (from: number) => {
      const consumer = await local.consumer('raw', 'forward', async () => from);
      let reached = from;
      const done = forward(
        {
          from: consumer,
          to,
          name: 'machine-1',
          routeOf: async (key) => sources.find(({ id }) => id === readLineKey(key).sourceId)?.organisationId ?? '',
          keep: async ({ net = 0 }) => {
            reached = net;
          },
        },
        () => false,
      );
      return { reached: () => reached, stop: () => consumer.close().then(() => done) };
    };
    let number = 0;
    const send = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        // Taken before anything is waited for: rounds may run beside each other.
        const own = number;
        number += 1;
        await log.append(
          organisations.map((_, index) => ({
            key: lineKey({ sourceId: `s${index}`, importId: null, peer: '10.0.0.1', kind: 'line' }),
            time: start + own * 1000,
            value: Buffer.from(line(index, own)),
          })),
        );
      }
    };
    const begin = () => {
      const child = spawn(
        process.execPath,
        [
          path.resolve(import.meta.dirname, '../detection-group-worker.ts'),
          JSON.stringify({ brokers: [kafka.bootstrap], prefix, folder: events }),
        ],
        { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' },
      );
      children.push(child);
      database.serve(child);
      return child;
    };

    const first = begin();
    const second = begin();
    let forwarding = await handing(0);
    await until('both workers commit', () => {
      void send(1);
      return [first, second].every(({ pid }) => (database.commits.get(pid ?? 0) ?? 0) > 0);
    });
    await send(20);
    first.kill('SIGKILL');
    await send(20);
    // The machine that hands on ends too, and begins again some way before where it was.
    await until('the log is handed on', () => forwarding.reached() > 100);
    await forwarding.stop();
    forwarding = await handing(40);
    await send(10);
    const total = number * organisations.length;
    await until('everything is handed on', () => forwarding.reached() >= total);
    await forwarding.stop();
    await until(
      'every line has its alert',
      () => database.alerts.size >= total + organisations.length,
      () => ({
        total,
        alerts: database.alerts.size,
        fenced: database.fenced,
        commits: [...database.commits],
        states: [...database.states].map(([partition, { offsets, epoch }]) => [partition, epoch, offsets]),
      }),
    );
    await pause(1500);
    second.kill('SIGTERM');

    const store = await DuckEventStore.open(events, { memoryMb: 128, reader: true });
    const raws: string[] = [];
    const all = { from: 0, to: start + 86_400_000, filter: parseFilterText(''), organisations: null };
    for await (const block of store.scan(all, 5000)) for (const { raw } of block) raws.push(raw);
    await store.close();
    expect(new Set(raws).size).toBe(total);
    expect(raws).toHaveLength(total);
    const of = (title: string) => [...database.alerts.values()].filter((alert) => alert.title === title);
    expect(of('Failed log-in')).toHaveLength(total);
    expect(new Set(of('Failed log-in').map(({ eventId }) => eventId)).size).toBe(total);
    expect(database.handedIn).toBe(database.alerts.size);
    // The memory of the killed worker's correlations went over with its partitions: each organisation's count was reached once.
    expect(
      of('Many failed log-ins')
        .map(({ organisationId }) => organisationId)
        .sort(),
    ).toEqual(organisations);
    await local.close();
    await kafkaBus.close();
  },
  600_000,
);
