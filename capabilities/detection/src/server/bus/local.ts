/**
 * The bus on segment files: one folder for each topic and partition, one writer for each partition, readers by offset. For one machine,
 * where a broker would be one thing more to run.
 * @module
 */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Bus, type BusBatch, type BusConsumer, type BusProducer, type BusRecord, partitionOf } from './bus.ts';
import { SegmentReader } from './segment-reader.ts';
import { SegmentWriter, segmentsOf, type WriterOptions } from './segment-writer.ts';

export interface LocalBusOptions extends WriterOptions {
  /** Partitions of topics that are partitioned by key. */
  readonly partitions?: number;
  /** Partitions that another thread writes: how far each is durable, in memory both share. */
  readonly elsewhere?: Readonly<Record<string, BigInt64Array>>;
}

/** How soon a reader notices what another thread wrote. */
const lookMs = 20;
/** How soon a busy reader notices a new partition. */
const listMs = 250;

export class LocalBus implements Bus {
  readonly #folder: string;
  readonly #options: LocalBusOptions;
  readonly #writers = new Map<string, Promise<SegmentWriter>>();
  readonly #consumers = new Set<LocalConsumer>();

  constructor(folder: string, options: LocalBusOptions = {}) {
    this.#folder = folder;
    this.#options = options;
  }

  async producer(topic: string, partition?: string): Promise<BusProducer> {
    if (partition !== undefined) {
      const writer = await this.#writer(topic, partition);
      return producerOf([writer]);
    }
    const count = this.#options.partitions ?? 4;
    return producerOf(
      await Promise.all(Array.from({ length: count }, (_, index) => this.#writer(topic, String(index)))),
    );
  }

  async consumer(topic: string, _group: string, from: (partition: string) => Promise<number>): Promise<BusConsumer> {
    const folder = path.join(this.#folder, topic);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const look = this.#options.elsewhere ? lookMs : 1000;
    const durable = (partition: string) => this.#durable(topic, partition);
    const consumer = new LocalConsumer({ folder, from, durable, look, all: this.#consumers });
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    for (const consumer of [...this.#consumers]) await consumer.close();
    for (const writer of this.#writers.values()) await (await writer).close();
    this.#writers.clear();
  }

  /** The writer of a partition, for collectors that add records one by one. */
  writer(topic: string, partition: string): Promise<SegmentWriter> {
    return this.#writer(topic, partition);
  }

  #writer(topic: string, partition: string): Promise<SegmentWriter> {
    const key = path.join(topic, partition);
    let writer = this.#writers.get(key);
    if (!writer) {
      writer = SegmentWriter.open(path.join(this.#folder, key), {
        ...this.#options,
        onDurable: (offset) => {
          this.#options.onDurable?.(offset);
          for (const consumer of this.#consumers) consumer.wake();
        },
      });
      this.#writers.set(key, writer);
    }
    return writer;
  }

  /** A partition without a writer in this process is opened as one: only then is known what of it is whole. */
  async #durable(topic: string, partition: string): Promise<number> {
    const shared = this.#options.elsewhere?.[partition];
    if (shared) return Number(Atomics.load(shared, 0));
    return (await this.#writer(topic, partition)).durable;
  }
}

function producerOf(writers: readonly SegmentWriter[]): BusProducer {
  const keys = new Map<string, Buffer>();
  return {
    append: async (records: readonly BusRecord[]) => {
      const touched = new Set<SegmentWriter>();
      for (const { key, time, value } of records) {
        const writer = writers[writers.length === 1 ? 0 : partitionOf(key, writers.length)] as SegmentWriter;
        let bytes = keys.get(key);
        if (!bytes) {
          if (keys.size > 10_000) keys.clear();
          bytes = Buffer.from(key);
          keys.set(key, bytes);
        }
        writer.add(bytes, time, value);
        touched.add(writer);
      }
      await Promise.all([...touched].map((writer) => writer.settled()));
    },
    get pendingBytes() {
      return writers.reduce((sum, writer) => sum + writer.pendingBytes, 0);
    },
    close: async () => undefined,
  };
}

interface ConsumerParts {
  readonly folder: string;
  readonly from: (partition: string) => Promise<number>;
  readonly durable: (partition: string) => Promise<number>;
  /** Milliseconds between looks for what nobody tells. */
  readonly look: number;
  readonly all: Set<LocalConsumer>;
}

class LocalConsumer implements BusConsumer {
  readonly #parts: ConsumerParts;
  readonly #readers = new Map<string, SegmentReader>();
  #partitions: readonly string[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;
  #turn = 0;
  #closed = false;
  #wake: (() => void) | undefined;
  #woken = false;
  /** The reading under way: files are closed behind it, not under it. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
  }

  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  read(): Promise<BusBatch | null> {
    const reading = this.#read();
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #read(): Promise<BusBatch | null> {
    while (!this.#closed) {
      this.#woken = false;
      const partitions = await this.#list();
      // Turns go round, so that one busy partition does not starve the others.
      for (let step = 0; step < partitions.length; step += 1) {
        const partition = partitions[(this.#turn + step) % partitions.length] as string;
        let reader = this.#readers.get(partition);
        if (!reader) {
          reader = new SegmentReader(path.join(this.#parts.folder, partition), await this.#parts.from(partition));
          this.#readers.set(partition, reader);
        }
        const frame = await reader.read(await this.#parts.durable(partition));
        if (frame) {
          this.#turn = (this.#turn + step + 1) % partitions.length;
          return { partition, ...frame };
        }
      }
      this.#listedAt = Number.NEGATIVE_INFINITY;
      if (this.#woken || this.#closed) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, this.#parts.look).unref();
      });
      this.#wake = undefined;
    }
    return null;
  }

  /** Partitions appear seldom; while there is something to read they are not looked for each time. */
  async #list(): Promise<readonly string[]> {
    const now = performance.now();
    if (now - this.#listedAt >= listMs) {
      this.#partitions = (await readdir(this.#parts.folder)).sort();
      this.#listedAt = now;
    }
    return this.#partitions;
  }

  async earliest(partition: string): Promise<number> {
    return (await segmentsOf(path.join(this.#parts.folder, partition)))[0] ?? 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#parts.all.delete(this);
    this.wake();
    await this.#reading;
    for (const reader of this.#readers.values()) await reader.close();
  }
}
