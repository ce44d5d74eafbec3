/**
 * What runs beside the operations of one instance: the log they append to, the threads that listen and detect, the store they search.
 * Operations find it by the instance's folder.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '@hedun/sdk';
import type { SegmentWriter } from '../bus/segment-writer.ts';
import type { Here } from '../here.ts';
import { type OpenStore, openEventStore, type StoreSettings } from '../store/open.ts';
import { type LineKey, lineKey } from '../worker/shapes.ts';

export interface Runtime {
  readonly writer: SegmentWriter;
  /** Resolves when everything up to this offset was parsed, stored and committed. */
  processed(offset: number): Promise<void>;
  /** Sources or rules changed: look now. */
  look(): void;
  /** Feedback changed: the reduction reads its alerts again. */
  forget(): void;
}

/** The broker of a group of servers; left out, this server detects alone. */
export interface GroupSettings {
  readonly brokers: readonly string[];
  readonly prefix: string;
  /** This server's name in the group: the same after a restart. */
  readonly name: string;
}

/**
 * `HEDUN_DETECTION_KAFKA=host:port,…`: servers with one database share the lines all of them collect. Events have to lie where all of them
 * look, which is ClickHouse.
 */
export function groupSettings(folder: string): GroupSettings | null {
  const text = process.env.HEDUN_DETECTION_KAFKA;
  if (!text) return null;
  const brokers = text.split(',').map((each) => each.trim());
  const wrong = brokers.find((each) => !/^[^:]+:\d+$/.test(each));
  if (wrong !== undefined)
    throw new Failure('detection.group_settings', {
      where: 'HEDUN_DETECTION_KAFKA',
      expected: 'host:port,…',
      got: wrong,
    });
  if (!process.env.HEDUN_CLICKHOUSE_URL)
    throw new Failure('detection.group_settings', { where: 'HEDUN_CLICKHOUSE_URL', expected: 'http://…', got: '-' });
  const file = path.join(folder, 'name');
  if (!existsSync(file)) writeFileSync(file, randomUUID(), { mode: 0o600 });
  return { brokers, prefix: process.env.HEDUN_KAFKA_PREFIX ?? 'hedun', name: readFileSync(file, 'utf8').trim() };
}

const runtimes = new Map<string, Runtime>();
const stores = new Map<string, Promise<OpenStore>>();

/** `HEDUN_CLICKHOUSE_URL` (user and password in it) moves events into ClickHouse; nothing else changes. */
export function storeSettings(folder: string): StoreSettings {
  const address = process.env.HEDUN_CLICKHOUSE_URL;
  if (!address) return { kind: 'parquet', folder: path.join(folder, 'events'), memoryMb: 512 };
  const url = new URL(address);
  return {
    kind: 'clickhouse',
    url: url.origin,
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
    database: url.pathname.replace(/^\//, '') || 'default',
  };
}
export function setRuntime(folder: string, runtime: Runtime | undefined): void {
  if (runtime) runtimes.set(folder, runtime);
  else runtimes.delete(folder);
}
export const runtimeOf = (context: Pick<Here, 'folder'>): Runtime | undefined => runtimes.get(context.folder());

export function eventStoreOf(context: Pick<Here, 'folder'>): Promise<OpenStore> {
  const folder = context.folder();
  let store = stores.get(folder);
  if (!store) {
    store = openEventStore(storeSettings(folder), true);
    stores.set(folder, store);
  }
  return store;
}
export async function closeStore(folder: string): Promise<void> {
  const store = stores.get(folder);
  stores.delete(folder);
  await (await store)?.close();
}
export function storeChanged(folder: string): void {
  void stores.get(folder)?.then((store) => store.stale?.());
}

/** Lines into the log; resolves when they are on the disk. */
export async function append(
  context: Here,
  key: LineKey,
  lines: Iterable<Uint8Array>,
): Promise<{ readonly count: number; readonly offset: number; readonly runtime: Runtime }> {
  const runtime = runtimeOf(context);
  if (!runtime) throw new Failure('detection.intake_stopped');
  const bytes = Buffer.from(lineKey(key));
  const time = context.now().getTime();
  let count = 0;
  for (const line of lines) {
    if (runtime.writer.full) {
      if (count === 0) throw new Failure('detection.intake_full', { got: runtime.writer.problem ?? 'full' });
      await runtime.writer.settled();
    }
    runtime.writer.add(bytes, time, line);
    count += 1;
  }
  const offset = runtime.writer.next;
  await runtime.writer.settled();
  return { count, offset, runtime };
}

/** Lines of a body, without copies; empty ones left out. */
export function* linesOf(body: Uint8Array): Iterable<Uint8Array> {
  let at = 0;
  while (at < body.length) {
    let end = body.indexOf(10, at);
    if (end < 0) end = body.length;
    const stop = end > at && body[end - 1] === 13 ? end - 1 : end;
    if (stop > at) yield body.subarray(at, stop);
    at = end + 1;
  }
}
