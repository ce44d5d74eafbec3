/**
 * What all collectors share: where lines go, what is counted, how a source is opened and closed.
 * @module
 */
import type { WorkSource } from '../worker/shapes.ts';

/** The durable end: a segment writer. */
export interface LineSink {
  add(key: Uint8Array, time: number, value: Uint8Array): void;
  settled(): Promise<void>;
  /** Take nothing more for now. */
  readonly full: boolean;
}
export interface CollectorCounts {
  received: number;
  bytes: number;
  /** Lost before or because of a full log: only UDP and NATS, which cannot be told to wait. */
  dropped: number;
  lastAt: number;
}
export interface RunningCollector {
  readonly port: number;
  readonly counts: CollectorCounts;
  /** What is wrong now; null where nothing is. */
  readonly problem: string | null;
  stop(): Promise<void>;
}
export interface CollectorParts {
  readonly source: WorkSource;
  readonly sink: LineSink;
  readonly now: () => number;
  /** A folder for positions in files. */
  readonly folder: string;
}
export type OpenCollector = (parts: CollectorParts) => Promise<RunningCollector>;

export const freshCounts = (): CollectorCounts => ({ received: 0, bytes: 0, dropped: 0, lastAt: 0 });

/** Keys as bytes, made once for each sender. */
export class Keys {
  readonly #known = new Map<string, Buffer>();
  of(text: string): Buffer {
    let bytes = this.#known.get(text);
    if (!bytes) {
      // Senders of UDP can invent addresses.
      if (this.#known.size >= 10_000) this.#known.clear();
      bytes = Buffer.from(text);
      this.#known.set(text, bytes);
    }
    return bytes;
  }
}
export const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
