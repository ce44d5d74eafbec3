/**
 * The server half of `anomaly`.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { anomaly } from '../capability.ts';
import { migrations } from './migrations.ts';
import { operations } from './operations.ts';

export const anomalyServer = implementServer(anomaly, {
  operations,
  migrations,
  listeners: {
    // Idempotent: a second delivery of the same event finds the count already above zero.
    'anomaly.greeting.added': async ({ id }, context) => {
      await context.db
        .updateTable('anomalyGreetings')
        .set({ count: 1 })
        .where('id', '=', id)
        .where('count', '=', 0)
        .execute();
    },
  },
  samples: async (context, organisationId) => {
    await context.db
      .insertInto('anomalyGreetings')
      .values({
        id: context.newId(),
        organisationId,
        text: '你好，鹤盾',
        count: 0,
        createdAt: context.now().toISOString(),
      })
      .execute();
  },
});
