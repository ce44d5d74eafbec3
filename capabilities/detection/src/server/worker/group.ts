/**
 * A worker of a consumer group: for every partition it is given a pipeline of its own, whose memory (correlations, parsers, clocks) is kept
 * with the partition's offset. When a worker ends, whoever gets its partitions takes up the memory at the last commit; whoever only believes
 * to have one still is refused at its next commit and lets it go.
 * @module
 */
import type { Bus, BusBatch, BusConsumer } from '../bus/bus.ts';
import type { EventStore } from '../store/event-store.ts';
import { Pipeline, type PipelineOptions } from './pipeline.ts';
import { isFenced, type Platform } from './shapes.ts';

export interface GroupParts {
  readonly bus: Bus;
  readonly topic: string;
  readonly group: string;
  readonly store: EventStore;
  /** The platform of one partition; its `state` takes the partition over. */
  readonly platformOf: (partition: string) => Platform;
  /** Where a partition stands, without taking it. */
  readonly committedOf: (partition: string) => Promise<number>;
  readonly options: PipelineOptions;
}

interface Owned {
  readonly pipeline: Pipeline;
  /** Of the next record. */
  next: number;
}

/**
 * The broker gives records from beyond where the partition's memory stands, and still keeps those before: they have to be read again from there.
 * That happens whenever a partition goes and comes back: the client reads on from where it was itself.
 */
class Beyond extends Error {}

const tickMs = 100;

export class GroupWorker {
  readonly #parts: GroupParts;
  readonly #owned = new Map<string, Owned>();
  #consumer: BusConsumer | undefined;
  #closed = false;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  get partitions(): readonly string[] {
    return [...this.#owned.keys()];
  }

  async run(): Promise<void> {
    const { bus, topic, group, committedOf } = this.#parts;
    while (!this.#closed) {
      const consumer = await bus.consumer(topic, group, committedOf);
      this.#consumer = consumer;
      try {
        if (!this.#closed) await this.#follow(consumer);
        await this.#commit(({ pipeline }) => pipeline.commit());
      } catch (error) {
        if (!(error instanceof Beyond)) throw error;
      } finally {
        this.#owned.clear();
        await consumer.close();
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#consumer?.close();
  }

  async #follow(consumer: BusConsumer): Promise<void> {
    let reading = consumer.read();
    for (;;) {
      const timer = Promise.withResolvers<'time'>();
      const handle = setTimeout(() => timer.resolve('time'), tickMs);
      const batch = await Promise.race([reading, timer.promise]);
      clearTimeout(handle);
      if (batch === null) return;
      if (batch !== 'time') {
        await this.#take(batch, consumer);
        reading = consumer.read();
      }
      await this.#commit(({ pipeline }) => pipeline.commitIfDue());
    }
  }

  async #take(batch: BusBatch, consumer: BusConsumer): Promise<void> {
    const { partition } = batch;
    const owned = this.#owned.get(partition) ?? (await this.#open(partition));
    if (batch.next <= owned.next) return;
    if (batch.first > owned.next) {
      // Only what the broker no longer keeps is passed over.
      if (batch.first > (await consumer.earliest(partition)))
        throw new Beyond(`${partition}: expected ${owned.next}, got ${batch.first}`);
      owned.next = batch.first;
    }
    const skip = owned.next - batch.first;
    await owned.pipeline.take({ ...batch, first: owned.next, records: batch.records.slice(skip) });
    owned.next = batch.next;
  }

  async #open(partition: string): Promise<Owned> {
    const { store, platformOf, options } = this.#parts;
    const pipeline = new Pipeline(platformOf(partition), store, options);
    await pipeline.restore();
    const owned = { pipeline, next: await pipeline.from(partition) };
    this.#owned.set(partition, owned);
    return owned;
  }

  async #commit(how: (owned: Owned) => Promise<void>): Promise<void> {
    for (const [partition, owned] of [...this.#owned])
      try {
        await how(owned);
      } catch (error) {
        if (!isFenced(error)) throw error;
        this.#owned.delete(partition);
        await owned.pipeline.takeBack(partition);
      }
  }
}
