import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSigma } from '@hedun/detection';
import { parseFilterText } from '@hedun/sdk';
import { afterAll, expect, test } from 'vitest';
import { LocalBus } from '../src/server/bus/local.ts';
import type { ActiveRules } from '../src/server/rules/index.ts';
import { DuckEventStore } from '../src/server/store/duck-store.ts';
import { Pipeline } from '../src/server/worker/pipeline.ts';
import {
  type Commit,
  lineKey,
  type NewAlert,
  type Platform,
  type WorkerState,
  type WorkSource,
} from '../src/server/worker/shapes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hedun-pipeline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const organisationId = '01920000-0000-7000-8000-000000000001';
const start = Date.parse('2026-11-24T08:00:00Z');

const source = (changes: Partial<WorkSource> = {}): WorkSource => ({
  id: 's1',
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
  ...changes,
});

const rulesText = `
title: Failed log-in
name: failed
level: low
tags: [attack.credential-access, attack.t1110]
logsource: {product: linux, service: sshd}
detection:
  s: {message|contains: 'Failed password'}
  condition: s
---
title: Many failed log-ins
level: high
tags: [attack.credential-access]
correlation:
  type: event_count
  rules: [failed]
  group-by: [src_ip]
  timespan: 1h
  condition: {gte: 5}
  generate: true
`;
const { rules: documents } = parseSigma(rulesText, 'test.yml');
const rules: ActiveRules = { version: '1', documents, shadow: new Set(), exceptions: [] };

/** A database that keeps what is committed, whole or not at all. */
class Memory implements Platform {
  kept: WorkerState = { offsets: {}, snapshot: '' };
  readonly alerts = new Map<string, NewAlert>();
  handedIn = 0;
  source = source();
  failing = false;
  state = async () => this.kept;
  sources = async () => [this.source];
  rules = async (version: string) => (version === rules.version ? null : rules);
  commit = async ({ offsets, snapshot, alerts }: Commit) => {
    if (this.failing) throw new Error('the process ends here');
    this.kept = structuredClone({ offsets, snapshot });
    for (const alert of alerts) {
      this.handedIn += 1;
      this.alerts.set(alert.id, alert);
    }
  };
}

const login = (number: number) =>
  `<86>1 ${new Date(start + number * 1000).toISOString()} web01 sshd 9 - - Failed password for u${number % 3} from 203.0.113.7 port ${1000 + number} ssh2`;
const key = lineKey({ sourceId: 's1', importId: null, peer: '10.0.0.1', kind: 'line' });
const all = { from: start - 3_600_000, to: start + 86_400_000, filter: parseFilterText(''), organisations: null };

test('[W1] killed between writing events and committing, again and again: every event once, every alert once', async () => {
  const bus = new LocalBus(path.join(folder, 'bus'));
  const producer = await bus.producer('raw', 'net');
  const platform = new Memory();
  let sent = 0;
  const send = async (count: number) => {
    await producer.append(
      Array.from({ length: count }, (_, index) => ({
        key,
        time: start + (sent + index) * 1000,
        value: Buffer.from(login(sent + index)),
      })),
    );
    sent += count;
  };
  for (let life = 0; life < 12; life += 1) {
    const store = await DuckEventStore.open(path.join(folder, 'events'), { memoryMb: 128 });
    // Every commit is made by hand, so that the moment of each end is known.
    const pipeline = new Pipeline(platform, store, { now: () => start + 86_400_000 * 2, commitMs: 1e9 });
    await pipeline.restore();
    const consumer = await bus.consumer('raw', 'pipeline', (partition) => pipeline.from(partition));
    await send(3 + life);
    const batch = await consumer.read();
    if (batch) await pipeline.take(batch);
    platform.failing = life % 3 !== 2;
    await pipeline.commit().catch((error) => expect(String(error)).toContain('ends here'));
    await consumer.close();
    await store.close();
  }
  platform.failing = false;
  const store = await DuckEventStore.open(path.join(folder, 'events'), { memoryMb: 128 });
  const pipeline = new Pipeline(platform, store, { now: () => start + 86_400_000 * 2, commitMs: 1e9 });
  await pipeline.restore();
  const consumer = await bus.consumer('raw', 'pipeline', (partition) => pipeline.from(partition));
  while ((platform.kept.offsets.net ?? 0) < sent) {
    const batch = await consumer.read();
    if (batch) await pipeline.take(batch);
    await pipeline.commit();
  }
  const events = await store.search(all, 500);
  expect(new Set(events.map(({ raw }) => raw)).size).toBe(sent);
  expect(events).toHaveLength(sent);
  const single = [...platform.alerts.values()].filter(({ title }) => title === 'Failed log-in');
  expect(single).toHaveLength(sent);
  expect(new Set(single.map(({ eventId }) => eventId)).size).toBe(sent);
  expect(platform.handedIn).toBe(platform.alerts.size);
  // The correlation saw the fifth failure of the hour once, however often the worker ended.
  const many = [...platform.alerts.values()].filter(({ title }) => title === 'Many failed log-ins');
  expect(many).toHaveLength(1);
  expect(many[0]).toMatchObject({
    severity: 'high',
    groupValues: ['203.0.113.7'],
    host: 'web01',
    tactics: ['credential-access'],
  });
  await consumer.close();
  await store.close();
  await bus.close();
});

test('[W2] an alert says who, where, with what and by which rule; a source that is gone leaves its lines out, a new one is seen at once', async () => {
  const bus = new LocalBus(path.join(folder, 'bus2'));
  const producer = await bus.producer('raw', 'net');
  const platform = new Memory();
  const store = await DuckEventStore.open(path.join(folder, 'events2'), { memoryMb: 128 });
  const pipeline = new Pipeline(platform, store, { now: () => start, commitMs: 1e9 });
  await pipeline.restore();
  platform.source = source({ id: 's2' });
  const other = lineKey({ sourceId: 's2', importId: null, peer: '10.0.0.2', kind: 'line' });
  await producer.append([
    { key: other, time: start, value: Buffer.from(login(0)) },
    {
      key: lineKey({ sourceId: 'gone', importId: null, peer: '', kind: 'line' }),
      time: start,
      value: Buffer.from(login(1)),
    },
    { key: other, time: start, value: Buffer.from('CEF:0|Acme|IPS|1|7|Own signature|9|src=203.0.113.9 dst=10.0.0.3') },
    { key: other, time: start, value: Buffer.from('CEF:0|cut') },
    // What only a fault elsewhere could have put into the log.
    {
      key: lineKey({ sourceId: 's2', importId: 'x', peer: '', kind: 'event' }),
      time: start,
      value: Buffer.from('{no json'),
    },
  ]);
  const consumer = await bus.consumer('raw', 'pipeline', (partition) => pipeline.from(partition));
  const batch = await consumer.read();
  if (batch) await pipeline.take(batch);
  await pipeline.commit();
  expect((await store.search(all, 10)).length).toBe(2);
  expect([...platform.alerts.values()]).toEqual([
    expect.objectContaining({
      title: 'Failed log-in',
      mode: 'on',
      severity: 'low',
      host: 'web01',
      userName: 'u0',
      address: '203.0.113.7',
      techniques: ['T1110'],
      eventId: 'net-0',
      sourceId: 's2',
    }),
    expect.objectContaining({
      title: 'Own signature',
      mode: 'external',
      severity: 'critical',
      host: '10.0.0.2',
      address: '203.0.113.9',
    }),
  ]);
  const snapshot = JSON.parse(platform.kept.snapshot) as { counts: Record<string, { parsed: number; failed: number }> };
  expect(snapshot.counts.s2).toMatchObject({ parsed: 2, failed: 2 });
  await consumer.close();
  await store.close();
  await bus.close();
});
