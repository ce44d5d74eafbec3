/**
 * One worker of a detection group as a process of its own, for tests that kill it: Kafka on one side, the parent as its database on the
 * other. `node tools/detection-group-worker.ts '{"brokers":[…],"prefix":"…","folder":"…"}'`
 * @module
 */
import { KafkaBus } from '../capabilities/detection/src/server/bus/kafka.ts';
import { DuckEventStore } from '../capabilities/detection/src/server/store/duck-store.ts';
import { GroupWorker } from '../capabilities/detection/src/server/worker/group.ts';
import type { Platform } from '../capabilities/detection/src/server/worker/shapes.ts';

export interface GroupCall {
  readonly id: number;
  readonly partition: string;
  readonly method: keyof Platform | 'committed';
  readonly argument: unknown;
}
export interface GroupAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const { brokers, prefix, folder } = JSON.parse(process.argv[2] ?? '{}') as {
  brokers: readonly string[];
  prefix: string;
  folder: string;
};
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let serial = 0;
const ask = <T>(partition: string, method: GroupCall['method'], argument?: unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    serial += 1;
    waiting.set(serial, { resolve: resolve as (value: unknown) => void, reject });
    process.send?.({ id: serial, partition, method, argument } satisfies GroupCall);
  });
process.on('message', ({ id, value, error }: GroupAnswer) => {
  const call = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) call?.resolve(value);
  else call?.reject(new Error(error));
});
const worker = new GroupWorker({
  bus: new KafkaBus({ brokers, prefix, partitions: 6 }),
  topic: 'raw',
  group: 'workers',
  // Two processes write one folder: neither tidies up what the other is writing.
  store: await DuckEventStore.open(folder, { memoryMb: 128, reader: true }),
  committedOf: (partition) => ask<number>(partition, 'committed'),
  platformOf: (partition) => ({
    state: () => ask(partition, 'state'),
    sources: () => ask(partition, 'sources'),
    rules: (version) => ask(partition, 'rules', version),
    commit: (commit) => ask(partition, 'commit', commit),
  }),
  options: { now: () => Date.now(), commitMs: 200 },
});
process.on('disconnect', () => process.exit());
await worker.run();
