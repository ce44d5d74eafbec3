/**
 * Looking at jobs and steering them: everyone their own, holders of `job.read` those of their scope.
 * @module
 */
import { Failure, handlers, type Text } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { type SqlBool, sql } from 'kysely';
import { requireWholePlatform } from '../access/whole-platform.ts';
import type { Core } from '../contract.ts';
import { list } from '../lists/list.ts';
import { sessionOf } from '../session.ts';
import { toJob } from './index.ts';
import { nextRun } from './schedules.ts';

const columns = [
  'id',
  'organisationId',
  'operation',
  'title',
  'status',
  'done',
  'total',
  'message',
  'attempt',
  'attempts',
  'startedBy',
  'createdAt',
  'startedAt',
  'finishedAt',
  'result',
  'error',
] as const;

export function jobHandlers(core: Core) {
  const own = (id: string) => sql<SqlBool>`started_by = ${id}`;
  const find = async (context: Parameters<typeof sessionOf>[0], id: string, permission: 'job.read' | 'job.write') => {
    const { db, actor } = sessionOf(context);
    const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row || (row.startedBy !== actor.id && !context.can(permission)))
      throw new Failure('record.not_found', { values: { what: `job ${id}` } });
    return row;
  };
  return handlers<Kernel>()({
    listJobs: (input, context) => {
      const session = sessionOf(context);
      const everyone = context.can('job.read');
      return list(
        session,
        {
          table: 'jobs',
          fields: kernel.operations.listJobs.list,
          words: ['operation', 'message'],
          sort: '-createdAt',
          select: columns,
          organisation: null,
          ...(everyone ? {} : { where: own(session.actor.id) }),
        },
        input,
      );
    },
    getJob: async ({ id }, context) => {
      const row = await find(context, id, 'job.read');
      const log = await sessionOf(context)
        .db.selectFrom('jobLog')
        .select(['at', 'text'])
        .where('jobId', '=', id)
        .orderBy('id')
        .limit(1000)
        .execute();
      return { job: toJob(row), log };
    },
    cancelJob: async ({ id }, context) => {
      await find(context, id, 'job.write');
      return await core.jobs.cancel(sessionOf(context).db, id);
    },
    retryJob: async ({ id }, context) => {
      await find(context, id, 'job.write');
      return await core.jobs.retry(sessionOf(context).db, id);
    },
    listSchedules: async (_input, context) => {
      const rows = new Map(
        (await sessionOf(context).db.selectFrom('schedules').selectAll().execute()).map((row) => [row.operation, row]),
      );
      const items = core.registry
        .operationIds()
        .flatMap(
          (id): { operation: string; title: Text; schedule: string; nextAt: string | null; enabled: boolean }[] => {
            const operation = core.registry.operation(id)?.operation;
            if (!operation?.schedule) return [];
            const row = rows.get(id);
            return [
              {
                operation: id,
                title: operation.title,
                schedule: row?.schedule ?? operation.schedule,
                nextAt: row?.nextAt ?? null,
                enabled: row?.enabled ?? true,
              },
            ];
          },
        );
      return { items };
    },
    setSchedule: async ({ operation, schedule, enabled }, context) => {
      requireWholePlatform(sessionOf(context));
      const declared = core.registry.operation(operation)?.operation.schedule;
      if (!declared) throw new Failure('record.not_found', { where: 'operation', values: { what: operation } });
      const wanted = schedule ?? declared;
      const nextAt = nextRun(wanted, context.now())?.toISOString() ?? null;
      await sessionOf(context)
        .db.insertInto('schedules')
        .values({ operation, schedule: wanted, enabled, nextAt, lastAt: null })
        .onConflict((conflict) => conflict.column('operation').doUpdateSet({ schedule: wanted, enabled, nextAt }))
        .execute();
      return { done: true };
    },
  });
}
