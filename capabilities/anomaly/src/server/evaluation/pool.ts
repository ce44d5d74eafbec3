/**
 * Spreads the runs of an evaluation over worker threads. The order of the answers never changes a figure: each run has its own seed.
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { Results } from './results.ts';
import type { Answer, Task } from './task.ts';

export interface RunOptions {
  readonly threads?: number;
  readonly told?: (answer: Answer, done: number) => void;
  /** Where answers are taken from and kept. */
  readonly results?: Results;
  /** Asked before each run: no more are begun once it answers false. */
  readonly goOn?: () => boolean;
}

/** @returns answers in the order of the tasks; tasks that were not begun have none */
export async function runTasks(
  tasks: readonly Task[],
  { threads = 2, told = () => {}, results, goOn = () => true }: RunOptions = {},
): Promise<readonly Answer[]> {
  const answers = new Map<number, Answer>();
  const left: number[] = [];
  for (const [index, task] of tasks.entries()) {
    const kept = results?.read(task);
    if (kept) answers.set(index, kept);
    else left.push(index);
  }
  let next = 0;
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url));
      let current = -1;
      const give = () => {
        if (next >= left.length || !goOn()) {
          void worker.terminate().then(() => resolve());
          return;
        }
        current = left[next]!;
        next += 1;
        worker.postMessage(tasks[current]);
      };
      worker.on('message', (answer: Answer) => {
        answers.set(current, answer);
        results?.write(answer);
        told(answer, answers.size);
        give();
      });
      worker.on('error', reject);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(threads, left.length) }, work));
  return [...answers].sort(([a], [b]) => a - b).map(([, answer]) => answer);
}
