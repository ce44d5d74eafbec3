/**
 * Spreads the runs of an evaluation over worker threads. The order of the answers never changes a figure: each run has its own seed.
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { Measured, TableProtocol } from '@hedun/anomaly/evaluation';

export interface Task {
  /** A description in the plain format, or `flows` for the generator of our own. */
  readonly file: string;
  /** The name in the table; the set's own where left out. */
  readonly name?: string;
  readonly protocol: TableProtocol | 'series';
  readonly detector: string;
  readonly seed: number;
}
export type Answer =
  | { readonly kind: 'measured'; readonly task: Task; readonly runs: readonly Measured[]; readonly seconds: number }
  | { readonly kind: 'failed'; readonly task: Task; readonly reason: string; readonly seconds: number };

/** @returns answers in the order of the tasks */
export async function runTasks(
  tasks: readonly Task[],
  { threads = 2, told = (_answer: Answer, _done: number) => {} } = {},
): Promise<readonly Answer[]> {
  const answers: Answer[] = new Array(tasks.length);
  let next = 0;
  let done = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url));
      let current = -1;
      const give = () => {
        current = next;
        next += 1;
        if (current < tasks.length) worker.postMessage(tasks[current]);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (answer: Answer) => {
        answers[current] = answer;
        done += 1;
        told(answer, done);
        give();
      });
      worker.on('error', reject);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, work));
  return answers;
}
