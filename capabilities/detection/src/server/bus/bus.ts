/**
 * How lines and events travel between collectors and workers: appended durably, read in order from an offset the reader keeps itself.
 * Two implementations: segment files of this machine, and Kafka.
 * @module
 */
export interface BusRecord {
  /** Lines of one source, or events of one entity, share a key and so a partition: order holds among them. */
  readonly key: string;
  /** When it arrived, milliseconds since the epoch. */
  readonly time: number;
  readonly value: Uint8Array;
  /** What chooses the partition where it is not the key. */
  readonly route?: string;
  /** Where the record stood in the log it was handed on from: handed on twice, it is recognised. */
  readonly origin?: { readonly log: string; readonly offset: number };
}
export interface BusBatch {
  readonly partition: string;
  /** Offset of the first record. */
  readonly first: number;
  /** Offset to read on from. */
  readonly next: number;
  readonly records: readonly BusRecord[];
}
export interface BusProducer {
  /** Resolves when the records would survive the end of this process and of the machine's power. */
  append(records: readonly BusRecord[]): Promise<void>;
  /** Bytes taken and not yet durable: what back-pressure goes by. */
  readonly pendingBytes: number;
  close(): Promise<void>;
}
export interface BusConsumer {
  /** The next records of any partition this consumer has; waits for some. Null when it was closed. */
  read(): Promise<BusBatch | null>;
  /** The first offset of a partition that is still kept. */
  earliest(partition: string): Promise<number>;
  close(): Promise<void>;
}
export interface Bus {
  /** @param partition the one this producer alone writes; left out: chosen by key */
  producer(topic: string, partition?: string): Promise<BusProducer>;
  /**
   * @param group consumers of one group share the partitions
   * @param from where to begin in a partition
   */
  consumer(topic: string, group: string, from: (partition: string) => Promise<number>): Promise<BusConsumer>;
  close(): Promise<void>;
}

/** FNV-1a: spreads keys over partitions; the same on every machine. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash ^= key.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
