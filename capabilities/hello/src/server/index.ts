/**
 * The server half of `hello`.
 * @module
 */
import { implementServer } from '@hedun/sdk';
import { hello } from '../capability.ts';
import { migrations } from './migrations.ts';
import { operations } from './operations.ts';

export const helloServer = implementServer(hello, {
  operations,
  migrations,
  listeners: {
    // Idempotent: a second delivery of the same event finds the count already above zero.
    'hello.greeting.added': async ({ id }, context) => {
      await context.db
        .updateTable('helloGreetings')
        .set({ count: 1 })
        .where('id', '=', id)
        .where('count', '=', 0)
        .execute();
    },
  },
  samples: async (context, organisationId) => {
    await context.db
      .insertInto('helloGreetings')
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
