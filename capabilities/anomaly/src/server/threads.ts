/**
 * Gives a task to a model thread and waits for its answer; a cancelled job stops its thread.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { Failure } from '@hedun/sdk';
import type { Here } from './here.ts';
import type { AnswerTo, ThreadAnswer, ThreadTask } from './thread-tasks.ts';

export async function inThread<T extends ThreadTask>(
  context: Pick<Here, 'signal' | 'progress'>,
  task: T,
): Promise<AnswerTo<T>> {
  const worker = new Worker(new URL('./model-thread.ts', import.meta.url), { workerData: task });
  const stop = () => {
    if (task.kind === 'train') Atomics.store(new Int32Array(task.stop), 0, 1);
  };
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<AnswerTo<T>>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (answer: ThreadAnswer) => {
        // A cancelled job refuses the next progress: that stops the thread at its next step.
        if (answer.kind === 'progress')
          context.progress(Math.round(answer.done * 100), 100).catch((error: unknown) => {
            stop();
            reject(error);
          });
        else if (answer.kind === 'stopped') reject(new Failure('job.cancelled'));
        else if (answer.kind === 'failed')
          reject(
            new Failure('anomaly.too_few', {
              where: 'setId',
              expected: 'rows a model can be trained on',
              got: answer.reason,
            }),
          );
        else resolve(answer as AnswerTo<T>);
      });
    });
  } finally {
    context.signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
