/**
 * Supervision figures from deadlines: how many were asked, answered in time, late, still open, overdue, and how long answers took. The
 * league table is the same figures in order. Nothing here is stored; the figures follow the events.
 * @module
 */
import { dayNumber } from '@hedun/workdays';
import type { Deadline } from './clocks.ts';
import type { Instrument } from './schema.ts';

type Statistic = Instrument['statistics'][number];
export interface StatisticRow {
  readonly group: string;
  readonly all: number;
  readonly inTime: number;
  readonly late: number;
  readonly overdue: number;
  /** Waiting, and still within the limit or with the other side. */
  readonly open: number;
  /** Share of the settled or overdue that were in time, 0 to 1; absent while nothing is settled. */
  readonly onTimeRate?: number;
  /** Median of the calendar days from trigger to answer. */
  readonly medianDays?: number;
  /** Rank from 1; equal rates share it. Absent without a rate. */
  readonly rank?: number;
}

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** One row per group, best on-time rate first; then more cases, then the name. */
export function statistics(statistic: Statistic, deadlines: readonly Deadline[]): readonly StatisticRow[] {
  const groups = new Map<string, Deadline[]>();
  for (const deadline of deadlines) {
    if (
      !statistic.obligations.includes(deadline.node) ||
      deadline.status === 'cancelled' ||
      deadline.status === 'undecided'
    )
      continue;
    const value = deadline.trigger.data?.[statistic.by];
    const group = value === undefined ? '' : String(value);
    const own = groups.get(group);
    if (own) own.push(deadline);
    else groups.set(group, [deadline]);
  }
  const rows = [...groups].map(([group, own]) => {
    const count = (...wanted: string[]) => own.filter((each) => wanted.includes(each.status)).length;
    const [inTime, late, overdue] = [count('met'), count('late'), count('overdue')];
    const settled = inTime + late + overdue;
    const middle = median(
      own.flatMap((each) => (each.doneOn === undefined ? [] : [dayNumber(each.doneOn) - dayNumber(each.startedOn)])),
    );
    return {
      group,
      all: own.length,
      inTime,
      late,
      overdue,
      open: own.length - settled,
      ...(settled > 0 ? { onTimeRate: Math.round((inTime / settled) * 10_000) / 10_000 } : {}),
      ...(middle === undefined ? {} : { medianDays: middle }),
    };
  });
  rows.sort(
    (left, right) =>
      (right.onTimeRate ?? -1) - (left.onTimeRate ?? -1) || right.all - left.all || (left.group < right.group ? -1 : 1),
  );
  return rows.map((row): StatisticRow => {
    if (row.onTimeRate === undefined) return row;
    return { ...row, rank: 1 + rows.filter((other) => (other.onTimeRate ?? -1) > (row.onTimeRate ?? -1)).length };
  });
}

export interface UseRow {
  readonly group: string;
  /** Requests whose data were delivered. */
  readonly shared: number;
  /** Of these, how many have at least one record of use. */
  readonly recorded: number;
  readonly records: number;
  readonly corrections: number;
  /** Access was suspended at least once for misuse, or ended for it. */
  readonly suspended: number;
  /** Purpose ended, and of these disposed of. */
  readonly ended: number;
  readonly disposed: number;
  readonly recordedRate?: number;
  readonly rank?: number;
}
/** One request as the figures see it: who uses the data, its events, the states it went through. */
export interface UsedRequest {
  readonly group: string;
  readonly events: readonly { readonly type: string }[];
  readonly states: readonly string[];
}

/** How the requesting side uses what it got: records of use, corrections asked for, misuse, disposal. The diligent first. */
export function figuresOfUse(requests: readonly UsedRequest[]): readonly UseRow[] {
  const rows = [...Map.groupBy(requests, (each) => each.group)].flatMap(([group, all]) => {
    const got = all.filter(({ events }) => events.some(({ type }) => type === 'data.shared'));
    if (got.length === 0) return [];
    const events = (type: string) => got.flatMap((each) => each.events.filter((event) => event.type === type)).length;
    const through = (state: string) => got.filter(({ states }) => states.includes(state)).length;
    const recorded = got.filter((each) => each.events.some(({ type }) => type === 'data.used')).length;
    return [
      {
        group,
        shared: got.length,
        recorded,
        records: events('data.used'),
        corrections: events('correction.requested'),
        suspended: through('suspended'),
        ended: through('purpose-ended'),
        disposed: through('disposed'),
        recordedRate: Math.round((recorded / got.length) * 10_000) / 10_000,
      },
    ];
  });
  rows.sort(
    (left, right) =>
      right.recordedRate - left.recordedRate ||
      left.suspended - right.suspended ||
      right.shared - left.shared ||
      (left.group < right.group ? -1 : 1),
  );
  return rows.map((row) => ({
    ...row,
    rank: 1 + rows.filter((other) => other.recordedRate > row.recordedRate).length,
  }));
}
