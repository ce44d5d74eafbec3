/**
 * The thread that parses, detects and stores. What it needs of the database it asks of the platform by messages.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { LocalBus } from '../bus/local.ts';
import { openEventStore, type StoreSettings } from '../store/open.ts';
import { Pipeline } from './pipeline.ts';
import type { Platform } from './shapes.ts';

export interface PipelineThreadData {
  readonly busFolder: string;
  readonly elsewhere: Readonly<Record<string, BigInt64Array>>;
  readonly store: StoreSettings;
  readonly retentionDays: number;
}
export type PlatformCall = { readonly id: number; readonly method: keyof Platform; readonly argument: unknown };
export type PlatformAnswer =
  | { readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly kind: 'stop' };

const { busFolder, elsewhere, store: settings, retentionDays } = workerData as PipelineThreadData;
const port = parentPort;
if (!port) throw new Error('pipeline-thread: expected to run as a worker thread');

const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let serial = 0;
const ask = <T>(method: keyof Platform, argument?: unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    serial += 1;
    waiting.set(serial, { resolve: resolve as (value: unknown) => void, reject });
    port.postMessage({ id: serial, method, argument } satisfies PlatformCall);
  });

const platform: Platform = {
  state: () => ask('state'),
  sources: () => ask('sources'),
  rules: (version) => ask('rules', version),
  // A database that is away for a while holds everything up and loses nothing.
  commit: async (commit) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await ask('commit', commit);
        return;
      } catch (error) {
        if (stopping || attempt >= 60) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 100 * 2 ** attempt)));
      }
    }
  },
};

let stopping = false;
let consumer: Awaited<ReturnType<LocalBus['consumer']>> | undefined;
const store = await openEventStore(settings, false);
const bus = new LocalBus(busFolder, { elsewhere });
const pipeline = new Pipeline(platform, store, { now: () => Date.now() });
port.on('message', (answer: PlatformAnswer) => {
  if ('kind' in answer) {
    stopping = true;
    void consumer?.close();
    return;
  }
  const call = waiting.get(answer.id);
  waiting.delete(answer.id);
  if (answer.error === undefined) call?.resolve(answer.value);
  else call?.reject(new Error(answer.error));
});
await pipeline.restore();
consumer = await bus.consumer('raw', 'pipeline', (partition) => pipeline.from(partition));
const tidyMs = 60_000;
const timer = setInterval(() => {
  void store.compact(pipeline.committed, 8).then(
    () => store.retain(Date.now() - retentionDays * 86_400_000),
    () => undefined,
  );
}, tidyMs);
timer.unref();
if (stopping) await consumer.close();
await pipeline.run(consumer);
clearInterval(timer);
await store.close();
await bus.close();
port.close();
