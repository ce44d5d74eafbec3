/**
 * The collectors of one process or thread: opens and closes them as sources change. One that cannot start says why and is tried again;
 * the others run.
 * @module
 */
import type { WorkSource } from '../worker/shapes.ts';
import { openKafka, openNats } from './brokers.ts';
import type { LineSink, OpenCollector, RunningCollector } from './collector.ts';
import { openFiles } from './file.ts';
import { openStream } from './stream.ts';
import { openUdp } from './udp.ts';

const openers: Readonly<Record<string, OpenCollector>> = {
  'syslog-udp': openUdp,
  netflow: openUdp,
  'syslog-tcp': openStream,
  'syslog-tls': openStream,
  file: openFiles,
  kafka: openKafka,
  nats: openNats,
};

export interface CollectorHealth {
  readonly sourceId: string;
  readonly status: 'running' | 'failed';
  readonly detail: string;
  readonly port: number;
  readonly received: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly lastAt: number;
}
const retryMs = 5000;

interface Slot {
  readonly source: WorkSource;
  running: RunningCollector | undefined;
  problem: string;
  triedAt: number;
}

export class CollectorHost {
  readonly #slots = new Map<string, Slot>();
  readonly #parts: { readonly sink: LineSink; readonly now: () => number; readonly folder: string };
  #applying: Promise<void> = Promise.resolve();

  constructor(parts: { readonly sink: LineSink; readonly now: () => number; readonly folder: string }) {
    this.#parts = parts;
  }

  apply(sources: readonly WorkSource[]): Promise<void> {
    this.#applying = this.#applying.then(() => this.#apply(sources));
    return this.#applying;
  }

  async #apply(sources: readonly WorkSource[]): Promise<void> {
    const wanted = new Map(sources.filter(({ kind }) => kind in openers).map((source) => [source.id, source]));
    for (const [id, slot] of this.#slots) {
      const next = wanted.get(id);
      if (next && listening(next) === listening(slot.source)) continue;
      await slot.running?.stop().catch(() => undefined);
      this.#slots.delete(id);
    }
    for (const source of wanted.values()) {
      const slot = this.#slots.get(source.id);
      const time = this.#parts.now();
      if (slot?.running || (slot && time - slot.triedAt < retryMs)) continue;
      const fresh: Slot = { source, running: undefined, problem: '', triedAt: time };
      this.#slots.set(source.id, fresh);
      try {
        fresh.running = await openers[source.kind]?.({ source, ...this.#parts });
      } catch (error) {
        fresh.problem = error instanceof Error ? error.message : String(error);
      }
    }
  }

  health(): readonly CollectorHealth[] {
    return [...this.#slots.values()].map(({ source, running, problem }) => ({
      sourceId: source.id,
      status: running && running.problem === null ? 'running' : 'failed',
      detail: running ? (running.problem ?? '') : problem,
      port: running?.port ?? 0,
      received: running?.counts.received ?? 0,
      bytes: running?.counts.bytes ?? 0,
      dropped: running?.counts.dropped ?? 0,
      lastAt: running?.counts.lastAt ?? 0,
    }));
  }

  async stop(): Promise<void> {
    await this.apply([]);
  }
}

/** A change of how lines are read does not close the listener. */
const listening = ({ kind, settings, secret }: WorkSource) => JSON.stringify([kind, settings, secret]);
