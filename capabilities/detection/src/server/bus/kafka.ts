/**
 * The bus over Kafka: for several machines. Workers of one group share the partitions; where each begins is not Kafka's to say but the
 * caller's, who keeps offsets together with the state reached at them.
 * @module
 */
import { Admin, Consumer, ListOffsetTimestamps, MessagesStreamModes, Producer } from '@platformatic/kafka';
import { type Bus, type BusBatch, type BusConsumer, type BusProducer, type BusRecord, partitionOf } from './bus.ts';

export interface KafkaBusOptions {
  readonly brokers: readonly string[];
  /** Before every topic's name, so that instances can share a broker. */
  readonly prefix: string;
  readonly partitions?: number;
  readonly replicas?: number;
}

const clientId = 'hedun-detection';

/** A record's origin travels in its key, behind NULs that no key has. */
function keyOf(text: string): Pick<BusRecord, 'key' | 'origin'> {
  const [key = '', log, offset] = text.split('\0');
  return log === undefined ? { key } : { key, origin: { log, offset: Number(offset) } };
}

/** Records handed on at once. */
const batchLimit = 5000;

export class KafkaBus implements Bus {
  readonly #options: KafkaBusOptions;
  readonly #open = new Set<{ close(): Promise<void> }>();

  constructor(options: KafkaBusOptions) {
    this.#options = options;
  }

  async #topic(topic: string): Promise<{ readonly name: string; readonly partitions: number }> {
    const name = `${this.#options.prefix}.${topic}`;
    const admin = new Admin({ clientId, bootstrapBrokers: [...this.#options.brokers] });
    try {
      await admin
        .createTopics({
          topics: [name],
          partitions: this.#options.partitions ?? 12,
          replicas: this.#options.replicas ?? 1,
        })
        .catch((error: Error & { readonly errors?: readonly Error[] }) => {
          if (!/exist/i.test(`${error.message} ${(error.errors ?? []).map(String).join(' ')}`)) throw error;
        });
      const metadata = await admin.metadata({ topics: [name] });
      const partitions = metadata.topics.get(name)?.partitionsCount;
      if (!partitions) throw new Error(`kafka: expected topic ${name}, got none`);
      return { name, partitions };
    } finally {
      await admin.close();
    }
  }

  async producer(topic: string): Promise<BusProducer> {
    const { name, partitions } = await this.#topic(topic);
    const producer = new Producer<string, Buffer, string, string>({
      clientId,
      bootstrapBrokers: [...this.#options.brokers],
      serializers: { key: (key) => Buffer.from(key ?? ''), value: (value) => value },
    });
    let pendingBytes = 0;
    const own = {
      append: async (records: readonly BusRecord[]) => {
        if (records.length === 0) return;
        const size = records.reduce((sum, { value }) => sum + value.length, 0);
        pendingBytes += size;
        try {
          await producer.send({
            acks: -1,
            messages: records.map(({ key, time, value, route, origin }) => ({
              topic: name,
              key: origin ? `${key}\0${origin.log}\0${origin.offset}` : key,
              partition: partitionOf(route ?? key, partitions),
              timestamp: BigInt(Math.floor(time)),
              value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
            })),
          });
        } finally {
          pendingBytes -= size;
        }
      },
      get pendingBytes() {
        return pendingBytes;
      },
      close: async () => {
        if (this.#open.delete(own)) await producer.close();
      },
    };
    this.#open.add(own);
    return own;
  }

  async consumer(topic: string, group: string, from: (partition: string) => Promise<number>): Promise<BusConsumer> {
    const { name, partitions } = await this.#topic(topic);
    const consumer = new Consumer<string, Buffer, string, string>({
      groupId: `${this.#options.prefix}.${group}`,
      clientId,
      bootstrapBrokers: [...this.#options.brokers],
      deserializers: { key: (key) => key?.toString('utf8') ?? '', value: (value) => value ?? Buffer.alloc(0) },
    });
    const offsets = await Promise.all(
      Array.from({ length: partitions }, async (_, partition) => ({
        topic: name,
        partition,
        offset: BigInt(await from(String(partition))),
      })),
    );
    const stream = await consumer.consume({
      topics: [name],
      autocommit: false,
      mode: MessagesStreamModes.MANUAL,
      offsets,
      sessionTimeout: 10_000,
      heartbeatInterval: 1000,
      maxWaitTime: 100,
    });
    const waiting: { partition: string; first: number; next: number; records: BusRecord[] }[] = [];
    let count = 0;
    let wake: (() => void) | undefined;
    let failure: unknown;
    let closed = false;
    const reading = (async () => {
      for await (const message of stream) {
        const partition = String(message.partition);
        const offset = Number(message.offset);
        // After a partition came back its records begin elsewhere: a batch has no gap inside and no step back.
        let batch = waiting.findLast((each) => each.partition === partition);
        if (batch?.next !== offset) {
          batch = { partition, first: offset, next: offset, records: [] };
          waiting.push(batch);
        }
        batch.records.push({
          ...keyOf(message.key ?? ''),
          time: Number(message.timestamp),
          value: message.value ?? Buffer.alloc(0),
        });
        batch.next = offset + 1;
        count += 1;
        wake?.();
        // Bounded: no more is taken from the broker until the worker has followed.
        while (count >= batchLimit && !closed) await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })().catch((error) => {
      failure = error;
      wake?.();
    });
    const own = {
      read: async (): Promise<BusBatch | null> => {
        while (!closed) {
          if (failure) throw failure;
          const batch = waiting.shift();
          if (batch) {
            count -= batch.records.length;
            return batch;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
        return null;
      },
      earliest: async (partition: string): Promise<number> => {
        const offsets = await consumer.listOffsets({
          topics: [name],
          partitions: { [name]: [Number(partition)] },
          timestamp: ListOffsetTimestamps.EARLIEST,
        });
        return Number(offsets.get(name)?.[Number(partition)] ?? 0n);
      },
      close: async () => {
        if (!this.#open.delete(own)) return;
        closed = true;
        wake?.();
        await stream.close();
        await reading;
        await consumer.close();
      },
    };
    this.#open.add(own);
    return own;
  }

  async close(): Promise<void> {
    for (const each of [...this.#open]) await each.close();
  }
}
