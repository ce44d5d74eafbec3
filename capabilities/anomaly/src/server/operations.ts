/**
 * What `anomaly` does: keep a greeting, list the greetings, greet them all as a job.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';

export const operations = handlers<Anomaly>()({
  listGreetings: async ({ limit }, { db }) => {
    const items = await db.selectFrom('anomalyGreetings').selectAll().orderBy('id', 'desc').limit(limit).execute();
    return { items, nextCursor: null, total: items.length, totalIsEstimate: items.length === limit };
  },
  addGreeting: async ({ organisationId, text }, context) => {
    if (/^[!！]+$/.test(text))
      throw new Failure('anomaly.too_loud', { where: 'text', expected: 'a sentence', got: text });
    context.organisations.requireScope([organisationId]);
    const greeting = { id: context.newId(), organisationId, text, count: 0, createdAt: context.now().toISOString() };
    await context.db.insertInto('anomalyGreetings').values(greeting).execute();
    await context.events.publish('anomaly.greeting.added', greeting.id, { id: greeting.id, organisationId });
    return greeting;
  },
  greetAll: async (_input, context) => {
    const ids = await context.transaction(({ db }) =>
      db.selectFrom('anomalyGreetings').select('id').orderBy('id').execute(),
    );
    for (const [index, { id }] of ids.entries()) {
      await context.transaction(({ db }) =>
        db
          .updateTable('anomalyGreetings')
          .set((row) => ({ count: row('count', '+', 1) }))
          .where('id', '=', id)
          .execute(),
      );
      await context.progress(index + 1, ids.length);
    }
    return { greeted: ids.length };
  },
});
