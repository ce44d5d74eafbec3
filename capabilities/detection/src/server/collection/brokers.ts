/**
 * Lines that other systems put into Kafka or NATS. From Kafka an offset is committed only when its lines are durable here; NATS core has no
 * acknowledgement, what it sends while nobody listens is gone.
 * @module
 */
import { connect } from '@nats-io/transport-node';
import { Consumer, MessagesStreamModes } from '@platformatic/kafka';
import { lineKey } from '../worker/shapes.ts';
import { freshCounts, type OpenCollector, pause } from './collector.ts';

const batchLimit = 1000;

export const openKafka: OpenCollector = async ({ source, sink, now }) => {
  const counts = freshCounts();
  const consumer = new Consumer<Buffer, Buffer, Buffer, Buffer>({
    groupId: `hedun-${source.id}`,
    clientId: 'hedun-detection',
    bootstrapBrokers: [...source.settings.servers],
    retries: 2,
  });
  const key = Buffer.from(lineKey({ sourceId: source.id, importId: null, peer: '', kind: 'line' }));
  let problem: string | null = null;
  const stream = await consumer.consume({
    topics: [source.settings.topic],
    autocommit: false,
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: 'earliest',
    sessionTimeout: 10_000,
    heartbeatInterval: 1000,
    maxWaitTime: 200,
  });
  let acknowledging: Promise<void> = Promise.resolve();
  const partitions = new Map<number, { commit(): void | Promise<void> }>();
  const flush = () => {
    const latest = [...partitions.values()];
    partitions.clear();
    acknowledging = acknowledging.then(async () => {
      await sink.settled();
      for (const message of latest) await message.commit();
    });
    return acknowledging;
  };
  const reading = (async () => {
    for await (const message of stream) {
      const value = message.value ?? Buffer.alloc(0);
      counts.received += 1;
      counts.bytes += value.length;
      counts.lastAt = now();
      sink.add(key, counts.lastAt, value);
      partitions.set(message.partition, message);
      if (counts.received % batchLimit === 0) await flush();
      while (sink.full) await pause(10);
    }
  })().catch((error) => {
    problem = String(error);
  });
  const timer = setInterval(() => {
    if (partitions.size > 0) void flush().catch((error) => (problem = String(error)));
  }, 500);
  return {
    port: 0,
    counts,
    get problem() {
      return problem;
    },
    stop: async () => {
      clearInterval(timer);
      await flush().catch(() => undefined);
      await stream.close();
      await reading;
      await consumer.close();
    },
  };
};

export const openNats: OpenCollector = async ({ source, sink, now }) => {
  const counts = freshCounts();
  const connection = await connect({
    servers: [...source.settings.servers],
    maxReconnectAttempts: -1,
    ...(source.secret ? { token: source.secret } : {}),
  });
  const key = Buffer.from(lineKey({ sourceId: source.id, importId: null, peer: '', kind: 'line' }));
  let problem: string | null = null;
  const subscription = connection.subscribe(source.settings.topic, {
    queue: 'hedun',
    callback: (error, message) => {
      if (error) {
        problem = String(error);
        return;
      }
      const time = now();
      counts.received += 1;
      counts.bytes += message.data.length;
      counts.lastAt = time;
      if (sink.full) counts.dropped += 1;
      else sink.add(key, time, message.data);
    },
  });
  void (async () => {
    for await (const status of connection.status())
      problem = status.type === 'disconnect' || status.type === 'reconnecting' ? 'disconnected' : null;
  })();
  await connection.flush();
  return {
    port: 0,
    counts,
    get problem() {
      return problem;
    },
    stop: async () => {
      subscription.unsubscribe();
      await connection.drain();
    },
  };
};
