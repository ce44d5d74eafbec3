/**
 * The context of this capability's handlers, and the small things all of them need.
 * @module
 */
import { type Context, Failure } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';
import type { SetRow } from '../shapes.ts';

export type Here = Context<Anomaly>;

/** For jsonb columns, which the query builder types as what they hold. */
export const json = <T>(value: T): T => JSON.stringify(value) as unknown as T;
export const instant = (context: Pick<Here, 'now'>): string => context.now().toISOString();

export async function setOf({ db }: Pick<Here, 'db'>, id: string): Promise<SetRow> {
  const row = await db.selectFrom('anomalySets').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('anomaly.unknown', { where: 'setId', got: id });
  return row;
}

/** Lists of this room are short: the newest (or strangest) of what the actor may see. */
export function page<T>(rows: readonly T[], limit: number) {
  return { items: rows.slice(0, limit), nextCursor: null, total: rows.length, totalIsEstimate: rows.length > limit };
}
