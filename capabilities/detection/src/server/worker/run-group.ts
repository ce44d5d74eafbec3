/**
 * A server's share of a group: hands on what its own collectors took, and works on the partitions the broker gives it.
 * @module
 */
import type { Bus } from '../bus/bus.ts';
import { forward } from '../bus/forwarder.ts';
import { KafkaBus } from '../bus/kafka.ts';
import type { GroupSettings } from '../collection/runtime.ts';
import type { EventStore } from '../store/event-store.ts';
import { GroupWorker } from './group.ts';
import type { PlatformCall } from './pipeline-thread.ts';
import { type Platform, readLineKey } from './shapes.ts';

export interface GroupRun {
  /** Ends with the first part that fails, or when all were stopped. */
  readonly done: Promise<unknown>;
  stop(): Promise<void>;
}

export async function runGroup(
  { brokers, prefix, name }: GroupSettings,
  local: Bus,
  store: EventStore,
  platformOf: (partition: string) => Platform,
  ask: <T>(method: PlatformCall['method'], argument?: unknown, partition?: string) => Promise<T>,
): Promise<GroupRun> {
  const bus = new KafkaBus({ brokers, prefix: `${prefix}.detection` });
  const worker = new GroupWorker({
    bus,
    topic: 'raw',
    group: 'workers',
    store,
    platformOf,
    committedOf: (partition) => ask<number>('committed', undefined, partition),
    options: { now: () => Date.now() },
  });
  const offsets = await ask<Readonly<Record<string, number>>>('forwarded');
  const from = await local.consumer('raw', 'forward', async (partition) => offsets[partition] ?? 0);
  const routes = new Map<string, string>();
  let stopping = false;
  const forwarding = forward(
    {
      from,
      to: await bus.producer('raw'),
      name,
      // Correlations never mix organisations: all lines of one are read by one worker, and none of its counts is split.
      routeOf: async (key) => {
        const { sourceId } = readLineKey(key);
        let route = routes.get(sourceId);
        if (route === undefined) {
          route = await ask<string>('route', sourceId);
          if (route !== '') routes.set(sourceId, route);
        }
        return route;
      },
      keep: (reached) => ask('forwarded', reached),
    },
    () => stopping,
  );
  return {
    done: Promise.all([forwarding, worker.run()]),
    stop: async () => {
      stopping = true;
      await from.close();
      await forwarding;
      await worker.close();
      await bus.close();
    },
  };
}
