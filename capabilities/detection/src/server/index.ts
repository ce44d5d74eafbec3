/**
 * The server half of `detection`.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { detection } from '../capability.ts';
import { migrations } from './migrations.ts';
import { operations } from './operations.ts';

export const detectionServer = implementServer(detection, {
  operations,
  migrations,
  listeners: {
    // Idempotent: a second delivery of the same event finds the count already above zero.
    'detection.greeting.added': async ({ id }, context) => {
      await context.db
        .updateTable('detectionGreetings')
        .set({ count: 1 })
        .where('id', '=', id)
        .where('count', '=', 0)
        .execute();
    },
  },
  samples: async (context, organisationId) => {
    await context.db
      .insertInto('detectionGreetings')
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
