/**
 * The catalogue of shared data objects.
 * @module
 */
import { handlers } from '@hedun/sdk';
import type { Exchange } from '../../capability.ts';

export const objectHandlers = handlers<Exchange>()({
  listObjects: async ({ limit, cursor }, { db }) => {
    const rows = await db
      .selectFrom('exchangeObjects')
      .selectAll()
      .$if(cursor !== undefined, (query) => query.where('id', '<', cursor as string))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const { total } = await db
      .selectFrom('exchangeObjects')
      .select(({ fn }) => fn.countAll<string>().as('total'))
      .executeTakeFirstOrThrow();
    const items = rows.slice(0, limit);
    return {
      items,
      nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
      total: Number(total),
      totalIsEstimate: false,
    };
  },
});
