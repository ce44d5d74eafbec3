/**
 * The thread that parses, detects and stores. What it needs of the database it asks of the platform by messages.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { LocalBus } from '../bus/local.ts';
import type { GroupSettings } from '../collection/runtime.ts';
import { openEventStore, type StoreSettings } from '../store/open.ts';
import { Pipeline } from './pipeline.ts';
import { runGroup } from './run-group.ts';
import { isFenced, type Platform } from './shapes.ts';

export interface PipelineThreadData {
  readonly busFolder: string;
  readonly elsewhere: Readonly<Record<string, BigInt64Array>>;
  readonly store: StoreSettings;
  readonly retentionDays: number;
  readonly group: GroupSettings | null;
}
export interface PlatformCall {
  readonly id: number;
  readonly method: keyof Platform | 'committed' | 'forwarded' | 'route';
  readonly argument: unknown;
  /** Of a group: whose state it is. */
  readonly partition?: string;
}
export type PlatformAnswer =
  | { readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly kind: 'stop' };

const { busFolder, elsewhere, store: settings, retentionDays, group } = workerData as PipelineThreadData;
const port = parentPort;
if (!port) throw new Error('pipeline-thread: expected to run as a worker thread');

const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let serial = 0;
const ask = <T>(method: PlatformCall['method'], argument?: unknown, partition?: string): Promise<T> =>
  new Promise((resolve, reject) => {
    serial += 1;
    waiting.set(serial, { resolve: resolve as (value: unknown) => void, reject });
    port.postMessage({
      id: serial,
      method,
      argument,
      ...(partition === undefined ? {} : { partition }),
    } satisfies PlatformCall);
  });

const platformOf = (partition?: string): Platform => ({
  state: () => ask('state', undefined, partition),
  sources: () => ask('sources'),
  rules: (version) => ask('rules', version),
  // A database that is away for a while holds everything up and loses nothing.
  commit: async (commit) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await ask('commit', commit, partition);
        return;
      } catch (error) {
        if (stopping || attempt >= 60 || isFenced(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 100 * 2 ** attempt)));
      }
    }
  },
});

let stopping = false;
let stop: (() => Promise<unknown>) | undefined;
const store = await openEventStore(settings, false);
const bus = new LocalBus(busFolder, { elsewhere });
port.on('message', (answer: PlatformAnswer) => {
  if ('kind' in answer) {
    stopping = true;
    void stop?.();
    return;
  }
  const call = waiting.get(answer.id);
  waiting.delete(answer.id);
  if (answer.error === undefined) call?.resolve(answer.value);
  else call?.reject(new Error(answer.error));
});
const tidyMs = 60_000;
const tidy = (committed: () => Readonly<Record<string, number>>) =>
  setInterval(() => {
    void store.compact(committed(), 8).then(
      () => store.retain(Date.now() - retentionDays * 86_400_000),
      () => undefined,
    );
  }, tidyMs).unref();
if (group) {
  const running = await runGroup(group, bus, store, platformOf, ask);
  stop = running.stop;
  // A group's store joins by itself; only its days end here.
  const timer = tidy(() => ({}));
  if (stopping) await running.stop();
  await running.done;
  clearInterval(timer);
} else {
  const pipeline = new Pipeline(platformOf(), store, { now: () => Date.now() });
  await pipeline.restore();
  const consumer = await bus.consumer('raw', 'pipeline', (partition) => pipeline.from(partition));
  stop = () => consumer.close();
  const timer = tidy(() => pipeline.committed);
  if (stopping) await consumer.close();
  await pipeline.run(consumer);
  clearInterval(timer);
}
await store.close();
await bus.close();
port.close();
