/**
 * The context of this capability's handlers, and the small things all of them need.
 * @module
 */
import type { Context } from '@hedun/sdk';
import { calendarCN, type Day, dayOfInstant, openCalendar } from '@hedun/workdays';
import { sql } from 'kysely';
import type { Workdesk } from '../capability.ts';

export type Here = Context<Workdesk>;

export const calendar = openCalendar(calendarCN);
export const today = (context: Pick<Here, 'now'>): Day => dayOfInstant(context.now().toISOString());
export const instant = (context: Pick<Here, 'now'>): string => context.now().toISOString();
/** For jsonb columns, which the query builder types as what they hold. */
export const json = <T>(value: T): T => JSON.stringify(value) as unknown as T;
export const severityRank = { critical: 5, high: 4, medium: 3, low: 2, info: 1 } as const;
export const severitiesFrom = (minimum: keyof typeof severityRank): string[] =>
  Object.entries(severityRank).flatMap(([name, rank]) => (rank >= severityRank[minimum] ? [name] : []));

/** Whether this happens for the first time: what runs every few minutes tells people once, whatever comes of it. */
export async function firstTime({ db }: Pick<Here, 'db'>, occasion: string): Promise<boolean> {
  const { rows } = await sql`INSERT INTO workdesk_counters (name, last) VALUES (${`once:${occasion}`}, 1)
    ON CONFLICT (name) DO NOTHING RETURNING name`.execute(db);
  return rows.length > 0;
}
