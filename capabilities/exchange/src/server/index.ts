/**
 * The server half of `exchange`.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { exchange } from '../capability.ts';
import { migrations } from './migrations.ts';
import { operations } from './operations.ts';

export const exchangeServer = implementServer(exchange, {
  operations,
  migrations,
  listeners: {
    // Idempotent: a second delivery of the same event finds the count already above zero.
    'exchange.greeting.added': async ({ id }, context) => {
      await context.db
        .updateTable('exchangeGreetings')
        .set({ count: 1 })
        .where('id', '=', id)
        .where('count', '=', 0)
        .execute();
    },
  },
  samples: async (context, organisationId) => {
    await context.db
      .insertInto('exchangeGreetings')
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
