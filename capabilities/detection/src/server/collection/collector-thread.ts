/**
 * The thread that listens: sockets and brokers on one side, the segment log on the other, nothing in between that could be slow.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SegmentWriter } from '../bus/segment-writer.ts';
import type { WorkSource } from '../worker/shapes.ts';
import { type CollectorHealth, CollectorHost } from './host.ts';

export interface CollectorThreadData {
  readonly logFolder: string;
  readonly folder: string;
  readonly durable: BigInt64Array;
  readonly totalLimit: number;
}
export type ToCollector =
  | { readonly kind: 'sources'; readonly sources: readonly WorkSource[] }
  | { readonly kind: 'release'; readonly offset: number }
  | { readonly kind: 'stop' };
export type FromCollector =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'health';
      readonly collectors: readonly CollectorHealth[];
      readonly problem: string | null;
      readonly logBytes: number;
    }
  | { readonly kind: 'stopped' };

const { logFolder, folder, durable, totalLimit } = workerData as CollectorThreadData;
const port = parentPort;
if (!port) throw new Error('collector-thread: expected to run as a worker thread');
const writer = await SegmentWriter.open(logFolder, {
  totalLimit,
  onDurable: (offset) => void Atomics.store(durable, 0, BigInt(offset)),
});
const host = new CollectorHost({ sink: writer, now: () => Date.now(), folder });
const tell = (message: FromCollector) => port.postMessage(message);
const report = () =>
  tell({ kind: 'health', collectors: host.health(), problem: writer.problem, logBytes: writer.bytes });
const timer = setInterval(report, 500);
port.on('message', (message: ToCollector) => {
  if (message.kind === 'sources') void host.apply(message.sources).then(report);
  else if (message.kind === 'release') void writer.release(message.offset);
  else
    void (async () => {
      clearInterval(timer);
      await host.stop();
      await writer.settled();
      await writer.close();
      report();
      tell({ kind: 'stopped' });
      port.close();
    })();
});
tell({ kind: 'ready' });
