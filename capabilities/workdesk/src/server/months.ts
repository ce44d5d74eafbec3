/**
 * The figures of a month, straight from findings, cases and notices: what the report says is what the database holds. Days are Beijing's.
 * @module
 */
import type { Severity } from '@hedun/sdk';
import { addMonths } from '@hedun/workdays';
import { sql } from 'kysely';
import type { MonthFigures } from '../figure-shapes.ts';
import { overdueCondition } from './figures/counted.ts';
import { spanOf } from './figures/span.ts';
import { type Here, severityRank, today } from './here.ts';
import { tallySql } from './tallies.ts';

const severities = Object.keys(severityRank) as Severity[];
const trendMonths = 12;
const tenth = (value: number) => Math.round(value * 10) / 10;

/** The last twelve months with what was open at the end of each; months in which nothing happened stand with their zeros, those to come do not. */
function trendOf(
  months: readonly {
    readonly month: string;
    readonly found: number;
    readonly verified: number;
    readonly dismissed: number;
    readonly fixDays: number;
  }[],
  last: string,
  present: string,
): MonthFigures['trend'] {
  const known = new Map(months.map((row) => [row.month, row]));
  const wanted = Array.from({ length: trendMonths }, (_, index) =>
    addMonths(`${last}-01`, index + 1 - trendMonths).slice(0, 7),
  ).filter((month) => month <= present);
  let open = months
    .filter(({ month }) => month < (wanted[0] ?? ''))
    .reduce((sum, { found, verified, dismissed }) => sum + found - verified - dismissed, 0);
  return wanted.map((month) => {
    const { found, verified, dismissed, fixDays } = known.get(month) ?? {
      found: 0,
      verified: 0,
      dismissed: 0,
      fixDays: 0,
    };
    open += found - verified - dismissed;
    return { month, found, verified, openAtEnd: open, fixDays: verified > 0 ? tenth(fixDays / verified) : null };
  });
}

/**
 * `counted`: from the tallies, for the board. `live`: from the findings themselves, for reports. Both give the same once no unit is stale.
 */
export async function monthFigures(context: Here, period: string, basis: 'counted' | 'live'): Promise<MonthFigures> {
  const { from, start, end, first, last, lastDay } = spanOf(period);
  const { db } = context;
  const stale =
    basis === 'counted'
      ? ((await sql<{ count: number }>`SELECT count(*)::int AS count FROM workdesk_stale`.execute(db)).rows[0]?.count ??
        0)
      : 0;
  const organisations =
    basis === 'live'
      ? (await sql<{ id: string }>`SELECT DISTINCT organisation_id AS id FROM findings`.execute(db)).rows.map(
          ({ id }) => id,
        )
      : [];
  const tallies = basis === 'counted' ? sql`workdesk_tallies` : sql`(${tallySql(organisations)})`;
  // What was found until a month's end and neither verified nor dismissed until then was open at its end.
  const inside = sql`month >= ${first} AND month <= ${last}`;
  const sums = await sql<{
    organisationId: string | null;
    severity: Severity | null;
    kind: string | null;
    found: number;
    verified: number;
    dismissed: number;
    reopened: number;
    open: number;
    fixDays: number;
    within7: number;
    within30: number;
  }>`
    SELECT organisation_id, severity, kind,
      coalesce(sum(found) FILTER (WHERE ${inside}), 0)::int AS found, coalesce(sum(verified) FILTER (WHERE ${inside}), 0)::int AS verified,
      coalesce(sum(dismissed) FILTER (WHERE ${inside}), 0)::int AS dismissed, coalesce(sum(reopened) FILTER (WHERE ${inside}), 0)::int AS reopened,
      coalesce(sum(fix_days) FILTER (WHERE ${inside}), 0)::float8 AS fix_days, coalesce(sum(within7) FILTER (WHERE ${inside}), 0)::int AS within7,
      coalesce(sum(within30) FILTER (WHERE ${inside}), 0)::int AS within30, sum(found - verified - dismissed)::int AS open
    FROM ${tallies} t WHERE month <= ${last} GROUP BY GROUPING SETS ((organisation_id), (severity), (kind))`.execute(
    db,
  );
  const byUnit = sums.rows.filter(({ organisationId }) => organisationId !== null);
  const bySeverity = sums.rows.filter(({ severity }) => severity !== null);
  const byKind = sums.rows.filter(({ kind, found, open }) => kind !== null && found + open > 0);
  const months = await sql<{
    month: string;
    found: number;
    verified: number;
    dismissed: number;
    fixDays: number;
  }>`SELECT month, sum(found)::int AS found, sum(verified)::int AS verified, sum(dismissed)::int AS dismissed, sum(fix_days)::float8 AS fix_days
    FROM ${tallies} t WHERE month <= ${last} GROUP BY month ORDER BY month`.execute(db);
  const trend = trendOf(months.rows, last, today(context).slice(0, 7));
  const notices = await sql<{
    organisationId: string;
    issued: number;
    signed: number;
    archived: number;
    inTime: number;
    verified: number;
    overdue: number;
    returned: number;
    days: number | null;
    sum: number;
  }>`
    SELECT n.organisation_id,
      count(*) FILTER (WHERE n.issued_at >= ${start} AND n.issued_at < ${end})::int AS issued,
      count(*) FILTER (WHERE n.signed_at >= ${start} AND n.signed_at < ${end})::int AS signed,
      count(*) FILTER (WHERE n.archived_at >= ${start} AND n.archived_at < ${end})::int AS archived,
      count(*) FILTER (WHERE n.archived_at >= ${start} AND n.archived_at < ${end} AND to_char(n.submitted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') <= n.due_on)::int AS in_time,
      count(*) FILTER (WHERE n.verified_at >= ${start} AND n.verified_at < ${end})::int AS verified,
      count(*) FILTER (WHERE ${overdueCondition(context, period)})::int AS overdue,
      coalesce(sum(n.returns) FILTER (WHERE n.issued_at < ${end} AND n.issued_at >= ${start}), 0)::int AS returned,
      (avg(extract(epoch FROM n.verified_at - n.issued_at) / 86400) FILTER (WHERE n.verified_at >= ${start} AND n.verified_at < ${end}))::float8 AS days,
      coalesce(sum(extract(epoch FROM n.verified_at - n.issued_at) / 86400) FILTER (WHERE n.verified_at >= ${start} AND n.verified_at < ${end}), 0)::float8 AS sum
    FROM workdesk_notices n JOIN cases c ON c.id = n.id WHERE n.issued_at < ${end} GROUP BY n.organisation_id`.execute(
    db,
  );
  const names = new Map(
    (await db.selectFrom('organisations').select(['id', 'name']).execute()).map(({ id, name }) => [id, name]),
  );
  const total = <T>(rows: readonly T[], value: (row: T) => number) => rows.reduce((sum, row) => sum + value(row), 0);
  const verifiedNotices = total(notices.rows, (row) => row.verified);
  const ids = [...new Set([...byUnit, ...notices.rows].map(({ organisationId }) => organisationId as string))];
  const unitRows = new Map(byUnit.map((row) => [row.organisationId, row]));
  const loops = new Map(notices.rows.map((row) => [row.organisationId, row]));
  const units = ids
    .map((organisationId) => {
      const own = unitRows.get(organisationId);
      const loop = loops.get(organisationId);
      return {
        organisationId,
        name: names.get(organisationId) ?? '—',
        found: own?.found ?? 0,
        verified: own?.verified ?? 0,
        openAtEnd: own?.open ?? 0,
        issued: loop?.issued ?? 0,
        inTime: loop?.inTime ?? 0,
        overdueAtEnd: loop?.overdue ?? 0,
        meanDays: typeof loop?.days === 'number' ? tenth(loop.days) : null,
        fixDays: own && own.verified > 0 ? tenth(own.fixDays / own.verified) : null,
      };
    })
    .filter((unit) => unit.found + unit.verified + unit.openAtEnd + unit.issued + unit.overdueAtEnd > 0)
    .sort((a, b) => b.openAtEnd - a.openAtEnd || b.found - a.found || a.name.localeCompare(b.name, 'zh-CN'));
  const verified = total(bySeverity, (row) => row.verified);
  return {
    month: period,
    from,
    to: lastDay,
    stale,
    found: total(bySeverity, (row) => row.found),
    verified,
    dismissed: total(bySeverity, (row) => row.dismissed),
    reopened: total(bySeverity, (row) => row.reopened),
    openAtEnd: total(bySeverity, (row) => row.open),
    issued: total(notices.rows, (row) => row.issued),
    signed: total(notices.rows, (row) => row.signed),
    archived: total(notices.rows, (row) => row.archived),
    archivedInTime: total(notices.rows, (row) => row.inTime),
    overdueAtEnd: total(notices.rows, (row) => row.overdue),
    returned: total(notices.rows, (row) => row.returned),
    meanDays: verifiedNotices > 0 ? tenth(total(notices.rows, (row) => row.sum) / verifiedNotices) : null,
    fixDays: verified > 0 ? tenth(total(bySeverity, (row) => row.fixDays) / verified) : null,
    within7: total(bySeverity, (row) => row.within7),
    within30: total(bySeverity, (row) => row.within30),
    severities: severities.map((severity) => {
      const row = bySeverity.find((each) => each.severity === severity);
      return { severity, found: row?.found ?? 0, openAtEnd: row?.open ?? 0 };
    }),
    kinds: byKind
      .map(({ kind, found, open }) => ({ kind: kind ?? '', found, openAtEnd: open }))
      .sort((a, b) => b.openAtEnd - a.openAtEnd || b.found - a.found || (a.kind < b.kind ? -1 : 1)),
    trend,
    units,
  };
}
