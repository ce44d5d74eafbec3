/**
 * What a period is: a month or a year in Beijing, as days, instants and months.
 * @module
 */
import { addDays, addMonths } from '@hedun/workdays';
import { sql } from 'kysely';

/** A month or a year: its days, its instants in Beijing, its first and last month. */
export function spanOf(period: string) {
  const yearly = period.length === 4;
  const from = yearly ? `${period}-01-01` : `${period}-01`;
  const after = addMonths(from, yearly ? 12 : 1);
  const lastDay = addDays(after, -1);
  return {
    from,
    after,
    lastDay,
    first: from.slice(0, 7),
    last: lastDay.slice(0, 7),
    start: sql`${`${from}T00:00:00+08:00`}::timestamptz`,
    end: sql`${`${after}T00:00:00+08:00`}::timestamptz`,
  };
}
