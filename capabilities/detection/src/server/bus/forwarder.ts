/**
 * From the log of this machine to the bus of many: what was acknowledged here reaches the broker however long it is away. A record may be
 * handed on twice after a break; it says where it stood, so that whoever takes it knows it again.
 * @module
 */
import type { BusConsumer, BusProducer } from './bus.ts';

export interface ForwarderParts {
  readonly from: BusConsumer;
  readonly to: BusProducer;
  /** This machine's name: the same after a restart, another's on every other machine. */
  readonly name: string;
  /** What chooses the partition: records with one route are read by one worker, in order. */
  readonly routeOf: (key: string) => Promise<string>;
  /** Told after the broker has everything before these offsets. */
  readonly keep: (offsets: Readonly<Record<string, number>>) => Promise<void>;
  readonly onProblem?: (problem: string | null) => void;
}

const firstRetryMs = 200;
const lastRetryMs = 10_000;

/** Runs until the consumer is closed. */
export async function forward(
  { from, to, name, routeOf, keep, onProblem }: ForwarderParts,
  stopped: () => boolean,
): Promise<void> {
  const offsets: Record<string, number> = {};
  for (;;) {
    const batch = await from.read();
    if (!batch) return;
    const first = batch.next - batch.records.length;
    const log = `${name}/${batch.partition}`;
    const records = await Promise.all(
      batch.records.map(async (record, index) => ({
        ...record,
        route: await routeOf(record.key),
        origin: { log, offset: first + index },
      })),
    );
    for (let wait = firstRetryMs; ; wait = Math.min(lastRetryMs, wait * 2)) {
      try {
        await to.append(records);
        break;
      } catch (error) {
        onProblem?.(String(error));
        if (stopped()) return;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    onProblem?.(null);
    offsets[batch.partition] = batch.next;
    await keep({ ...offsets });
  }
}
