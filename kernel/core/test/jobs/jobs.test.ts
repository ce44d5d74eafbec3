import { Failure, type Job } from '@hedun/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemActor } from '../../src/actors.ts';
import type { Jobs } from '../../src/contract.ts';
import { createEvents } from '../../src/events/index.ts';
import { createIds } from '../../src/ids.ts';
import { createJobs } from '../../src/jobs/index.ts';
import { nextRun } from '../../src/jobs/schedules.ts';
import { createRegistry } from '../../src/registry.ts';
import { openTestStore, silent, type TestStore } from '../../src/testing.ts';

let opened: TestStore;
let time: number;
const clock = { now: () => new Date(time) };
const config = { jobs: { workers: 2, pollMs: 1000, leaseMs: 30_000 }, kafka: null } as never;
const queue = (): Jobs => {
  const base = {
    config,
    clock,
    log: silent,
    store: opened.store,
    registry: createRegistry([]),
    newId: createIds(clock),
    randomBytes: (size: number) => new Uint8Array(size),
  };
  return createJobs({ ...base, events: createEvents(base) });
};
let jobs: Jobs;
beforeEach(async () => {
  opened = await openTestStore();
  time = Date.parse('2026-11-24T08:00:00Z');
  jobs = queue();
});
afterEach(() => opened.close());
const add = (extra: object = {}) =>
  opened.store.system((db) =>
    jobs.enqueue(db, {
      operation: 'test.work',
      title: { 'zh-CN': '工作', en: 'Work' },
      input: { n: 1 },
      actor: systemActor,
      organisationId: null,
      ...extra,
    }),
  );
const read = async (id: string) =>
  await opened.store.system((db) => db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

test('[J1] a job runs with its input and keeps its result; progress is seen', async () => {
  const seen: Job[] = [];
  jobs.watch((job) => seen.push(job));
  jobs.register('test.work', async (run) => {
    await run.progress(1, 2, 'half');
    time += 1000;
    await run.progress(2, 2);
    await run.log('line');
    return { got: run.input };
  });
  const job = await add();
  await jobs.drain();
  expect(await read(job.id)).toMatchObject({
    status: 'succeeded',
    done: 2,
    total: 2,
    attempt: 1,
    result: { got: { n: 1 } },
  });
  expect(seen.map(({ done, status }) => `${status} ${done}`)).toEqual(['running 1', 'running 2', 'succeeded 2']);
});
test('[J2] an unexpected error is tried again with growing delay, then failed for good; a refusal is not tried again', async () => {
  let runs = 0;
  jobs.register('test.work', async () => {
    runs += 1;
    throw new Error('boom');
  });
  const job = await add();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await jobs.drain();
    const { runAt, status } = await read(job.id);
    if (status === 'queued') waits.push(Date.parse(runAt) - time);
    time += 600_000;
  }
  expect([runs, waits, (await read(job.id)).status]).toEqual([3, [2000, 8000], 'failed']);
  jobs.register('test.refused', async () => {
    throw new Failure('file.unreadable');
  });
  const refused = await add({ operation: 'test.refused' });
  await jobs.drain();
  expect(await read(refused.id)).toMatchObject({
    status: 'failed',
    attempt: 1,
    error: { error: { code: 'file.unreadable' } },
  });
});
test('[J3] a waiting job is cancelled at once, a running one at its next step', async () => {
  const waiting = await add();
  await opened.store.system((db) => jobs.cancel(db, waiting.id));
  expect((await read(waiting.id)).status).toBe('cancelled');
  let stopped = false;
  jobs.register('test.work', async (run) => {
    await opened.store.system((db) => jobs.cancel(db, run.id));
    await run.progress(1, 2).catch((error) => {
      stopped = true;
      throw error;
    });
  });
  const running = await add();
  await jobs.drain();
  expect([stopped, (await read(running.id)).status]).toEqual([true, 'cancelled']);
  await expect(opened.store.system((db) => jobs.cancel(db, running.id))).rejects.toThrow('job.not_cancellable');
});
test("[J4] a lease that ran out is taken by another worker; the first one's result is discarded", async () => {
  const other = queue();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let entered: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => {
    entered = resolve;
  });
  jobs.register('test.work', async () => {
    entered();
    await held;
    return 'first';
  });
  other.register('test.work', async () => 'second');
  const job = await add();
  const slow = jobs.drain();
  await inside;
  await other.drain();
  expect((await read(job.id)).status).toBe('running');
  time += 31_000;
  await other.drain();
  expect(await read(job.id)).toMatchObject({ status: 'succeeded', result: 'second', attempt: 2 });
  release();
  await slow;
  expect(await read(job.id)).toMatchObject({ status: 'succeeded', result: 'second', attempt: 2 });
  const finished = await opened.store.system((db) =>
    db.selectFrom('outbox').select('id').where('event', '=', 'kernel.job.finished').execute(),
  );
  expect(finished.length).toBe(1);
});
test('[J5] the same key waits or runs once', async () => {
  const [first, second] = [await add({ key: 'k' }), await add({ key: 'k' })];
  expect(second.id).toBe(first.id);
  jobs.register('test.work', async () => 1);
  await jobs.drain();
  expect((await add({ key: 'k' })).id).not.toBe(first.id);
});
test('[J6] cron is read in the time zone of the platform', () => {
  expect(nextRun('0 8 * * 1-5', new Date('2026-11-27T00:30:00Z'))?.toISOString()).toBe('2026-11-30T00:00:00.000Z');
  expect(() => nextRun('every day', new Date())).toThrow('input.invalid');
  expect(() => nextRun('* * * * * *', new Date())).toThrow('input.invalid');
});
test('[J7] a failed job can be tried again by hand', async () => {
  jobs.register('test.work', async () => {
    throw new Failure('file.unreadable');
  });
  const job = await add();
  await jobs.drain();
  jobs.register('test.work', async () => 'well');
  await opened.store.system((db) => jobs.retry(db, job.id));
  await jobs.drain();
  expect(await read(job.id)).toMatchObject({ status: 'succeeded', result: 'well' });
});
