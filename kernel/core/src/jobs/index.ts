/**
 * Long work: a queue in the database. A worker leases a job and keeps the lease alive; a lease that ran out is taken by another. A job is
 * completed by one conditional update on worker and attempt, so a result that comes from a lost lease is discarded, never a second completion.
 * @module
 */
import { Failure, type FailureBody, type Job } from '@hedun/sdk';
import type { Clock, Config, Database, Events, Jobs, Log, Registry, Store } from '../contract.ts';
import { failureBody, toFailure } from '../http/failure-reply.ts';
import { createSchedules } from './schedules.ts';

interface Options {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly registry: Registry;
  readonly events: Events;
  newId(): string;
  randomBytes(size: number): Uint8Array;
}
type Row = Awaited<ReturnType<typeof readJob>>;

/** Progress reaches the database at most this often. */
const progressMs = 300;
const backoffBaseMs = 2000;
const backoffLimitMs = 300_000;

async function readJob(db: Database, id: string) {
  const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('record.not_found', { values: { what: `job ${id}` } });
  return row;
}

export function toJob(row: Row): Job {
  const {
    id,
    organisationId,
    operation,
    title,
    status,
    done,
    total,
    message,
    attempt,
    attempts,
    startedBy,
    createdAt,
    startedAt,
    finishedAt,
    result,
    error,
  } = row;
  return {
    id,
    organisationId,
    operation,
    title,
    status: status as Job['status'],
    done,
    total,
    message,
    attempt,
    attempts,
    startedBy,
    createdAt,
    startedAt,
    finishedAt,
    result: result ?? null,
    error: error ?? null,
  };
}

export function createJobs(options: Options): Jobs {
  const { store, clock, log, config, registry } = options;
  const worker = options.newId();
  const runners = new Map<string, Parameters<Jobs['register']>[1]>();
  const watchers = new Set<(job: Job) => void>();
  const running = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  const schedules = createSchedules({ ...options, enqueue: (db, job) => enqueue(db, job) });
  let timer: NodeJS.Timeout | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  let ticking: Promise<void> = Promise.resolve();
  let stopped = true;
  let closing = false;

  const tell = (job: Job) => {
    for (const watcher of watchers) watcher(job);
  };
  const enqueue: Jobs['enqueue'] = async (db, job) =>
    await store.elevated(db, async (owner) => {
      if (job.key !== undefined) {
        const waiting = await owner
          .selectFrom('jobs')
          .selectAll()
          .where('key', '=', job.key)
          .where('status', 'in', ['queued', 'running'])
          .executeTakeFirst();
        if (waiting) return toJob(waiting);
      }
      const now = clock.now().toISOString();
      const row = await owner
        .insertInto('jobs')
        .values({
          id: options.newId(),
          organisationId: job.organisationId,
          operation: job.operation,
          title: JSON.stringify(job.title),
          key: job.key ?? null,
          input: JSON.stringify(job.input ?? {}),
          attempts: job.attempts ?? 3,
          actor: JSON.stringify(job.actor),
          startedBy: job.actor.kind === 'system' ? null : job.actor.id,
          runAt: (job.runAt ?? clock.now()).toISOString(),
          createdAt: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      // After the transaction: a worker that looked now would not see the row yet.
      store.outside(() => setTimeout(wake, 5).unref());
      return toJob(row);
    });

  /** The next due job, or one whose worker stopped renewing its lease. */
  const claim = async (): Promise<Row | null> =>
    await store.system(async (db) => {
      const now = clock.now();
      const lost = new Date(now.getTime() - config.jobs.leaseMs).toISOString();
      const next = await db
        .selectFrom('jobs')
        .select(['id', 'attempt', 'attempts', 'status'])
        .where((row) =>
          row.or([
            row.and([row('status', '=', 'queued'), row('runAt', '<=', now.toISOString())]),
            row.and([row('status', '=', 'running'), row('heartbeatAt', '<', lost)]),
          ]),
        )
        .orderBy('runAt')
        .limit(1)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      if (!next) return null;
      if (next.status === 'running' && next.attempt >= next.attempts) {
        const error = JSON.stringify({
          error: { code: 'server.unexpected', message: 'the worker ended without an answer', fix: '' },
        });
        const ended = await db
          .updateTable('jobs')
          .set({ status: 'failed', finishedAt: now.toISOString(), error })
          .where('id', '=', next.id)
          .returningAll()
          .executeTakeFirstOrThrow();
        tell(toJob(ended));
        return null;
      }
      return await db
        .updateTable('jobs')
        .set({
          status: 'running',
          worker,
          attempt: next.attempt + 1,
          startedAt: now.toISOString(),
          heartbeatAt: now.toISOString(),
          message: null,
        })
        .where('id', '=', next.id)
        .returningAll()
        .executeTakeFirstOrThrow();
    });

  /** Ends the job if the lease is still this worker's; tells whether it was. */
  const finish = async (row: Row, changes: Record<string, unknown>): Promise<boolean> => {
    const now = clock.now().toISOString();
    const ended = await store.system(async (db) => {
      const changed = await db
        .updateTable('jobs')
        .set({ heartbeatAt: null, ...changes } as never)
        .where('id', '=', row.id)
        .where('status', '=', 'running')
        .where('worker', '=', worker)
        .where('attempt', '=', row.attempt)
        .returningAll()
        .executeTakeFirst();
      if (changed?.finishedAt)
        await options.events.publish(
          db,
          'kernel.job.finished',
          row.id,
          { id: row.id, operation: row.operation, status: changed.status },
          row.organisationId,
        );
      return changed;
    });
    if (!ended) log.warn('result of a lost lease discarded', { job: row.id, attempt: row.attempt, at: now });
    else tell(toJob(ended));
    return ended !== undefined;
  };

  const runOne = async (row: Row, abort: AbortController): Promise<void> => {
    const run = runners.get(row.operation);
    let lastWrite = 0;
    try {
      if (!run) throw new Failure('route.unknown', { got: row.operation });
      if (row.cancelRequested) throw new Failure('job.cancelled');
      const result = await run({
        id: row.id,
        input: row.input,
        actor: row.actor,
        attempt: row.attempt,
        signal: abort.signal,
        progress: async (done, total, message) => {
          if (abort.signal.aborted) throw new Failure('job.cancelled');
          const now = clock.now().getTime();
          if (done < total && now - lastWrite < progressMs) return;
          lastWrite = now;
          const changed = await store.system((db) =>
            db
              .updateTable('jobs')
              .set({
                done,
                total,
                ...(message === undefined ? {} : { message }),
                heartbeatAt: clock.now().toISOString(),
              })
              .where('id', '=', row.id)
              .where('worker', '=', worker)
              .where('attempt', '=', row.attempt)
              .where('status', '=', 'running')
              .returningAll()
              .executeTakeFirst(),
          );
          if (!changed) abort.abort();
          else {
            if (changed.cancelRequested) abort.abort();
            tell(toJob(changed));
          }
          if (abort.signal.aborted) throw new Failure('job.cancelled');
        },
        log: async (text) =>
          void (await store.system((db) =>
            db
              .insertInto('jobLog')
              .values({ jobId: row.id, at: clock.now().toISOString(), text: text.slice(0, 4000) })
              .execute(),
          )),
      });
      await finish(row, {
        status: 'succeeded',
        finishedAt: clock.now().toISOString(),
        result: JSON.stringify(result ?? null),
        error: null,
      });
    } catch (error) {
      await failed(row, error, abort.signal.aborted);
    }
  };
  const failed = async (row: Row, error: unknown, aborted: boolean): Promise<void> => {
    const failure = toFailure(error);
    const body: FailureBody = failureBody(registry, failure, row.actor?.locale === 'en' ? 'en' : 'zh-CN').body;
    const now = clock.now();
    if (failure.code === 'job.cancelled' && closing && !row.cancelRequested)
      return void (await finish(row, {
        status: 'queued',
        worker: null,
        attempt: Math.max(0, row.attempt - 1),
        runAt: now.toISOString(),
      }));
    if (failure.code === 'job.cancelled' || aborted)
      return void (await finish(row, {
        status: 'cancelled',
        finishedAt: now.toISOString(),
        error: JSON.stringify(body),
      }));
    if (failure.code === 'server.unexpected')
      log.error('job failed', {
        job: row.id,
        operation: row.operation,
        attempt: row.attempt,
        error: String((failure.cause as Error | undefined)?.stack ?? failure.cause),
      });
    // What the user must change does not get better by trying again.
    const again =
      failure.code === 'server.unexpected' || failure.code.startsWith('network.') ? row.attempt < row.attempts : false;
    if (again)
      await finish(row, {
        status: 'queued',
        worker: null,
        runAt: new Date(now.getTime() + backoff(row.attempt)).toISOString(),
        error: JSON.stringify(body),
      });
    else await finish(row, { status: 'failed', finishedAt: now.toISOString(), error: JSON.stringify(body) });
  };
  /** Exponential, with up to a quarter of random spread so that failures of one cause do not return together. */
  const backoff = (attempt: number): number => {
    const base = Math.min(backoffLimitMs, backoffBaseMs * 4 ** (attempt - 1));
    return base + (base / 4) * ((options.randomBytes(1)[0] ?? 0) / 255);
  };

  const begin = (row: Row): Promise<void> => {
    const abort = new AbortController();
    const ended = runOne(row, abort)
      .catch((error) => log.error('job bookkeeping failed', { job: row.id, error: String(error) }))
      .finally(() => {
        running.delete(row.id);
        wake();
      });
    running.set(row.id, { abort, ended });
    return ended;
  };
  const tick = async (): Promise<void> => {
    await schedules.due();
    while (!stopped && running.size < config.jobs.workers) {
      const row = await claim();
      if (!row) return;
      void begin(row);
    }
  };
  const wake = (): void => {
    if (stopped) return;
    ticking = ticking.then(tick).catch((error) => log.error('job queue failed', { error: String(error) }));
  };
  const renew = async (): Promise<void> => {
    if (running.size === 0) return;
    const rows = await store.system((db) =>
      db
        .updateTable('jobs')
        .set({ heartbeatAt: clock.now().toISOString() })
        .where('worker', '=', worker)
        .where('status', '=', 'running')
        .where('id', 'in', [...running.keys()])
        .returning(['id', 'cancelRequested'])
        .execute(),
    );
    for (const { id, cancelRequested } of rows) if (cancelRequested) running.get(id)?.abort.abort();
  };

  return {
    enqueue,
    register: (operation, run) => void runners.set(operation, run),
    start: async () => {
      stopped = false;
      closing = false;
      await schedules.prepare();
      timer = setInterval(wake, config.jobs.pollMs);
      heartbeat = setInterval(
        () => void renew().catch((error) => log.error('lease not renewed', { error: String(error) })),
        config.jobs.leaseMs / 3,
      );
      wake();
    },
    stop: async () => {
      stopped = true;
      closing = true;
      if (timer) clearInterval(timer);
      if (heartbeat) clearInterval(heartbeat);
      await ticking;
      for (const { abort } of running.values()) abort.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
    cancel: async (db, id) => {
      const row = await readJob(db, id);
      if (row.finishedAt) throw new Failure('job.not_cancellable', { where: id, got: row.status });
      const now = clock.now().toISOString();
      const changed = await store.elevated(db, (owner) =>
        owner
          .updateTable('jobs')
          .set({ cancelRequested: true, ...(row.status === 'queued' ? { status: 'cancelled', finishedAt: now } : {}) })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow(),
      );
      running.get(id)?.abort.abort();
      tell(toJob(changed));
      return toJob(changed);
    },
    retry: async (db, id) => {
      const row = await readJob(db, id);
      if (row.status !== 'failed' && row.status !== 'cancelled')
        throw new Failure('job.not_cancellable', { where: id, expected: 'failed or cancelled', got: row.status });
      const changed = await store.elevated(db, (owner) =>
        owner
          .updateTable('jobs')
          .set({
            status: 'queued',
            attempt: 0,
            cancelRequested: false,
            runAt: clock.now().toISOString(),
            finishedAt: null,
            error: null,
            done: 0,
          })
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirstOrThrow(),
      );
      store.outside(() => setTimeout(wake, 5).unref());
      return toJob(changed);
    },
    watch: (listener) => {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    // Timers stay asleep meanwhile: a job claimed by one of them would not be waited for.
    drain: async () => {
      for (let row = await claim(); row; row = await claim()) await begin(row);
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}
