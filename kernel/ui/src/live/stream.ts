/**
 * Live updates by server-sent events: jobs as they run, notices as they arrive, hints of what changed. One connection for the whole console.
 * @module
 */
import type { Job } from '@hedun/sdk';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { baseUrl } from '../app/base-url.ts';
import { refresh } from '../platform/api.ts';
import { isFinished, latestOf } from './latest.ts';

let jobs: ReadonlyMap<string, Job> = new Map();
const listeners = new Set<() => void>();
/** Takes what was answered or heard about jobs. */
export function takeJobs(heard: readonly Job[]): void {
  jobs = latestOf(jobs, heard);
  for (const listener of listeners) listener();
}

const changeWatchers = new Set<(nouns: readonly string[]) => void>();
/** Told when the server hints that something of these nouns changed. */
export function watchChanges(watcher: (nouns: readonly string[]) => void): () => void {
  changeWatchers.add(watcher);
  return () => void changeWatchers.delete(watcher);
}

/** The jobs heard of, newest first. */
export function useLiveJobs(): readonly Job[] {
  const map = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => jobs,
    () => jobs,
  );
  return [...map.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
export function useLiveJob(id: string | null): Job | undefined {
  return useLiveJobs().find((job) => job.id === id);
}

export function useLiveStream(userId: string, onJobEnd: (job: Job) => void): void {
  const queries = useQueryClient();
  const ended = useRef(onJobEnd);
  ended.current = onJobEnd;
  useEffect(() => {
    const source = new EventSource(`${baseUrl}/api/kernel/stream`);
    source.addEventListener('job', ({ data }) => {
      const job = JSON.parse(data) as Job;
      const before = jobs.get(job.id);
      takeJobs([job]);
      if (isFinished(job) && (!before || !isFinished(before))) {
        ended.current(job);
        void afterJob(queries, job, job.startedBy === userId);
      }
    });
    source.addEventListener('changed', ({ data }) => {
      const { nouns } = JSON.parse(data) as { nouns: readonly string[] };
      for (const watcher of changeWatchers) watcher(nouns);
    });
    source.addEventListener('notice', () => {
      void queries.invalidateQueries({ queryKey: ['kernel', 'countUnreadNotices'] });
      void queries.invalidateQueries({ queryKey: ['kernel', 'listNotices'] });
    });
    return () => {
      source.close();
      jobs = new Map();
    };
  }, [queries, userId]);
}

/** Lists that say by a line of their own that something changed. */
const quietLists = new Set(['listAssets', 'listFindings', 'listCases']);

/** A job may have changed anything of its capability. What others and the clock start moves no rows that somebody is reading. */
async function afterJob(queries: QueryClient, job: Job, own: boolean): Promise<void> {
  const capability = job.operation.split('.')[0] ?? 'kernel';
  if (own) return await refresh(queries, capability);
  await queries.invalidateQueries({
    predicate: ({ queryKey: [id, name, what] }) =>
      (id === capability || id === 'kernel') &&
      name !== 'getSession' &&
      !(id === 'kernel' && what === 'list' && quietLists.has(String(name))),
  });
}
