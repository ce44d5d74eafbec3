/**
 * Collection as a service of the server: starts the thread that listens and the thread that detects, answers what they ask of the database,
 * and keeps the health of every source. A thread that ends is started again from the last commit. A platform without sources and events
 * has neither thread: they would cost it 200 MB and a second of its start.
 * @module
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Service } from '@hedun/sdk';
import type { Detection } from '../../capability.ts';
import { SegmentWriter } from '../bus/segment-writer.ts';
import type { Here } from '../here.ts';
import { IncidentDesk } from '../incidents/desk.ts';
import type { PipelineThreadData, PlatformCall } from '../worker/pipeline-thread.ts';
import { committedOf, forwarded, platformOf, takenOf, workSources } from '../worker/platform.ts';
import type { Commit, Platform } from '../worker/shapes.ts';
import type { CollectorThreadData, FromCollector, ToCollector } from './collector-thread.ts';
import { HealthBook } from './health.ts';
import { closeStore, groupSettings, setRuntime, storeChanged, storeSettings } from './runtime.ts';

const lookMs = 1000;
const restartMs = 1000;
/** Lines wait here at most so much for a worker that does not follow; then senders wait. */
const logLimit = 8 * 2 ** 30;

export const collectionService: Service<Detection> = {
  start: async (context) => {
    const folder = context.folder();
    const bus = path.join(folder, 'bus');
    const raw = path.join(bus, 'raw');
    mkdirSync(raw, { recursive: true, mode: 0o700 });
    const durable = () => new BigInt64Array(new SharedArrayBuffer(8));
    const elsewhere = { net: durable(), push: durable() };
    const writer = await SegmentWriter.open(path.join(raw, 'push'), {
      totalLimit: logLimit,
      onDurable: (offset) => void Atomics.store(elsewhere.push, 0, BigInt(offset)),
    });
    const retentionDays = Number(await context.setting('retentionDays'));
    const group = groupSettings(folder);
    const desk = new IncidentDesk({ shared: group !== null });
    const platform = platformOf(context, desk);
    const partitions = new Map<string, Platform>();
    const partitionName = (partition: string) => `partition/${partition}`;
    const platformOfPartition = (partition: string): Platform => {
      let found = partitions.get(partition);
      if (!found) {
        found = platformOf(context, desk, partitionName(partition), true);
        partitions.set(partition, found);
      }
      return found;
    };
    const health = new HealthBook();
    let stopping = false;
    let problem: string | null = null;
    let committed: Readonly<Record<string, number>> = {};
    let waiters: { readonly offset: number; readonly done: () => void }[] = [];

    const letGo = (at: number) => {
      for (const { done } of waiters.filter(({ offset }) => offset <= at)) done();
      waiters = waiters.filter(({ offset }) => offset > at);
    };
    const onCommit = (commit: Commit) => {
      committed = commit.offsets;
      storeChanged(folder);
      const at = committed.push ?? 0;
      letGo(at);
      void writer.release(at);
      tell({ kind: 'release', offset: committed.net ?? 0 });
    };
    /** What was handed on leaves this server's log; who waits for a push waits until the group took it. */
    const onForwarded = async (offsets: Readonly<Record<string, number>>) => {
      await forwarded(context, `forward/${group?.name}`, offsets);
      void writer.release(offsets.push ?? 0);
      tell({ kind: 'release', offset: offsets.net ?? 0 });
    };
    const asked = async ({ method, argument, partition }: PlatformCall): Promise<unknown> => {
      if (method === 'committed') return await committedOf(context, partitionName(partition ?? ''), partition ?? '');
      if (method === 'forwarded')
        return argument === undefined
          ? await forwarded(context, `forward/${group?.name}`)
          : await onForwarded(argument as Readonly<Record<string, number>>);
      if (method === 'route')
        return (await platform.sources()).find(({ id: sourceId }) => sourceId === argument)?.organisationId ?? '';
      const own = partition === undefined ? platform : platformOfPartition(partition);
      return await (own[method] as (argument: unknown) => Promise<unknown>)(argument);
    };
    const answer = async (thread: Worker, call: PlatformCall) => {
      const { id, method, argument } = call;
      try {
        const value = await asked(call);
        if (method === 'commit' && !group) onCommit(argument as Commit);
        else if (method === 'commit') await onGroupCommit();
        thread.postMessage({ id, value });
      } catch (error) {
        thread.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
      }
    };

    const onGroupCommit = async () => {
      storeChanged(folder);
      if (waiters.length > 0) letGo(await takenOf(context, `${group?.name}/push`));
    };

    let collector: Worker | undefined;
    let pipeline: Worker | undefined;
    const tell = (message: ToCollector) => collector?.postMessage(message);
    const keepRunning = (name: string, open: () => Worker) => {
      const begin = () => {
        const thread = open();
        thread.on('error', (error) => {
          problem = `${name}: ${error.message}`;
          context.log('thread failed', { thread: name, error: String(error.stack ?? error) });
        });
        thread.on('exit', () => {
          if (!stopping) setTimeout(begin, restartMs).unref();
        });
      };
      begin();
    };
    const beginCollector = () =>
      keepRunning('collector', () => {
        const data: CollectorThreadData = {
          logFolder: path.join(raw, 'net'),
          folder,
          durable: elsewhere.net,
          totalLimit: logLimit,
        };
        const thread = new Worker(new URL('./collector-thread.ts', import.meta.url), { workerData: data });
        thread.on('message', (message: FromCollector) => {
          if (message.kind === 'ready') void look();
          else if (message.kind === 'health') {
            problem = message.problem === null ? null : `log: ${message.problem}`;
            health.take(message.collectors, Date.now());
          }
        });
        collector = thread;
        return thread;
      });
    const beginPipeline = () =>
      keepRunning('pipeline', () => {
        const data: PipelineThreadData = {
          busFolder: bus,
          elsewhere,
          store: storeSettings(folder),
          retentionDays,
          group,
        };
        desk.forget();
        const thread = new Worker(new URL('../worker/pipeline-thread.ts', import.meta.url), { workerData: data });
        thread.on('message', (call: PlatformCall) => void answer(thread, call));
        pipeline = thread;
        return thread;
      });
    let begun = false;
    const begin = () => {
      if (begun || stopping) return;
      begun = true;
      beginCollector();
      beginPipeline();
    };

    let looking = false;
    const look = async () => {
      if (looking || stopping) return;
      looking = true;
      try {
        await context.transaction(async (inner: Here) => {
          const sources = await workSources(inner, true);
          // Lines that came before, of sources that are off by now, wait for their end of keeping.
          if (sources.length > 0 || writer.next > 0) begin();
          tell({ kind: 'sources', sources });
          await health.keep(inner, sources);
        });
        // Another server of the group may have taken what is waited for here.
        if (group && waiters.length > 0) await onGroupCommit();
      } catch (error) {
        if (!stopping) context.log('sources could not be read', { error: String(error) });
      } finally {
        looking = false;
      }
    };
    const timer = setInterval(() => void look(), lookMs);
    setRuntime(folder, {
      writer,
      processed: (offset) => {
        begin();
        return (committed.push ?? 0) >= offset
          ? Promise.resolve()
          : new Promise((done) => void waiters.push({ offset, done }));
      },
      look: () => void look(),
      forget: () => desk.forget(),
    });
    return {
      stop: async () => {
        stopping = true;
        clearInterval(timer);
        setRuntime(folder, undefined);
        await ended(collector, () => tell({ kind: 'stop' }));
        await ended(pipeline, () => pipeline?.postMessage({ kind: 'stop' }));
        await writer.close();
        await closeStore(folder);
      },
      health: () => ({ ok: problem === null, detail: problem ?? `${health.running} collectors` }),
    };
  },
};

const endMs = 15_000;
async function ended(thread: Worker | undefined, ask: () => void): Promise<void> {
  if (!thread) return;
  const exit = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  ask();
  const late = setTimeout(() => void thread.terminate(), endMs);
  await exit;
  clearTimeout(late);
}
