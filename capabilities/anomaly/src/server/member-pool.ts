/**
 * Trains the fused detector with its members in threads. Each part has its own seed, so the model is the same bits with one thread or many.
 * @module
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  type Control,
  type FittedPart,
  type FusedModel,
  fused,
  type Matrix,
  proceed,
  type Random,
  type TrainingTable,
} from '@hedun/anomaly';

export interface PoolOptions extends Control {
  readonly threads?: number;
}

export async function fitFusedInThreads(
  training: TrainingTable,
  random: Random,
  { threads = availableParallelism(), ...control }: PoolOptions = {},
): Promise<FusedModel> {
  const detector = fused();
  const plan = detector.plan(training, random);
  const workerData = { ...plan, rest: shared(plan.rest), reference: shared(plan.reference) };
  const fitted: FittedPart[] = [];
  const workers: Worker[] = [];
  let [next, done] = [0, 0];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./member-thread.ts', import.meta.url), { workerData });
      workers.push(worker);
      let part = -1;
      const give = () => {
        if (next >= plan.parts.length) {
          resolve();
          return;
        }
        part = next;
        next += 1;
        worker.postMessage(part);
      };
      worker.on('message', (answer: FittedPart) => {
        fitted[part] = answer;
        done += 1;
        try {
          proceed(control, done / plan.parts.length);
        } catch (stopped) {
          reject(stopped);
          return;
        }
        give();
      });
      worker.on('error', reject);
      give();
    });
  try {
    proceed(control, 0);
    await Promise.all(Array.from({ length: Math.max(1, Math.min(threads, plan.parts.length)) }, work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return detector.join(plan, fitted);
}

/** The same rows in memory that all threads see, so that they are not copied for each. */
function shared(table: Matrix): Matrix {
  const values = new Float32Array(new SharedArrayBuffer(table.values.byteLength));
  values.set(table.values);
  return { ...table, values };
}
