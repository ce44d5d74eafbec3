/**
 * What is known about jobs when answers and live updates arrive in any order. Pure.
 * @module
 */
import type { Job } from '@hedun/sdk';

const finished = new Set<Job['status']>(['succeeded', 'failed', 'cancelled']);
export const isFinished = (job: Job): boolean => finished.has(job.status);

/** An answer older than a live update does not undo it; a further attempt of the same job does. */
export function latestOf(before: ReadonlyMap<string, Job>, heard: readonly Job[]): ReadonlyMap<string, Job> {
  const next = new Map(before);
  for (const job of heard) {
    const known = next.get(job.id);
    if (!known || !isFinished(known) || isFinished(job) || job.attempt > known.attempt) next.set(job.id, job);
  }
  return next;
}
