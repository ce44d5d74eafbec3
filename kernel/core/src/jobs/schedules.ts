/**
 * Jobs that run by themselves: five-field cron in the time zone of the platform, one run per due time whatever the number of servers.
 * @module
 */
import type { Text } from '@hedun/sdk';
import { Failure } from '@hedun/sdk';
import { Cron } from 'croner';
import { systemActor } from '../actors.ts';
import type { Clock, Database, Jobs, Registry, Store } from '../contract.ts';

export const timeZone = 'Asia/Shanghai';

export function nextRun(schedule: string, after: Date): Date | null {
  try {
    if (schedule.trim().split(/\s+/).length !== 5) throw new RangeError('five fields');
    return new Cron(schedule, { timezone: timeZone }).nextRun(after);
  } catch (cause) {
    throw new Failure('input.invalid', {
      where: 'schedule',
      expected: 'minute hour day month weekday, e.g. 0 8 * * 1-5',
      got: schedule,
      cause,
    });
  }
}

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly enqueue: Jobs['enqueue'];
}

export function createSchedules({ store, clock, registry, enqueue }: Options) {
  const declared = () =>
    registry.operationIds().flatMap((id) => {
      const found = registry.operation(id);
      return found?.operation.schedule
        ? [
            {
              id,
              title: found.operation.title as Text,
              schedule: found.operation.schedule,
              attempts: found.operation.attempts,
            },
          ]
        : [];
    });
  return {
    /** Declared schedules get their row; what an administrator changed stays. */
    prepare: async (): Promise<void> => {
      await store.system(async (db) => {
        for (const { id, schedule } of declared())
          await db
            .insertInto('schedules')
            .values({
              operation: id,
              schedule,
              nextAt: nextRun(schedule, clock.now())?.toISOString() ?? null,
              lastAt: null,
            })
            .onConflict((conflict) => conflict.column('operation').doNothing())
            .execute();
      });
    },
    due: async (): Promise<void> => {
      const now = clock.now();
      await store.system(async (db: Database) => {
        const rows = await db
          .selectFrom('schedules')
          .selectAll()
          .where('enabled', '=', true)
          .where('nextAt', '<=', now.toISOString())
          .forUpdate()
          .skipLocked()
          .execute();
        for (const row of rows) {
          const operation = declared().find(({ id }) => id === row.operation);
          if (operation && row.nextAt)
            await enqueue(db, {
              operation: row.operation,
              title: operation.title,
              input: {},
              actor: systemActor,
              organisationId: null,
              key: `schedule/${row.operation}`,
              ...(operation.attempts === undefined ? {} : { attempts: operation.attempts }),
            });
          await db
            .updateTable('schedules')
            .set({ lastAt: row.nextAt, nextAt: nextRun(row.schedule, now)?.toISOString() ?? null })
            .where('operation', '=', row.operation)
            .execute();
        }
      });
    },
  };
}
