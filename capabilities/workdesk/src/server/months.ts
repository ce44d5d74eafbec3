/**
 * The figures of a month, straight from findings, cases and notices: what the report says is what the database holds. Days are Beijing's.
 * @module
 */
import { handlers, type ReportBlock, type ReportDocument, type Severity } from '@hedun/sdk';
import { severityWords } from '@hedun/sdk/kernel';
import { addDays, addMonths } from '@hedun/workdays';
import { sql } from 'kysely';
import type { Workdesk } from '../capability.ts';
import type { MonthFigures } from '../shapes.ts';
import { longDay } from './documents.ts';
import { type Here, severityRank, today } from './here.ts';
import { tallySql } from './tallies.ts';

const severities = Object.keys(severityRank) as Severity[];
const trendMonths = 12;

/**
 * `counted`: from the tallies, for the board. `live`: from the findings themselves, for reports. Both give the same once no unit is stale.
 */
export async function monthFigures(context: Here, month: string, basis: 'counted' | 'live'): Promise<MonthFigures> {
  const from = `${month}-01`;
  const after = addMonths(from, 1);
  const start = sql`${`${from}T00:00:00+08:00`}::timestamptz`;
  const end = sql`${`${after}T00:00:00+08:00`}::timestamptz`;
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
  const sums = await sql<{
    organisationId: string | null;
    severity: Severity | null;
    kind: string | null;
    found: number;
    verified: number;
    dismissed: number;
    reopened: number;
    open: number;
  }>`
    SELECT organisation_id, severity, kind,
      coalesce(sum(found) FILTER (WHERE month = ${month}), 0)::int AS found, coalesce(sum(verified) FILTER (WHERE month = ${month}), 0)::int AS verified,
      coalesce(sum(dismissed) FILTER (WHERE month = ${month}), 0)::int AS dismissed, coalesce(sum(reopened) FILTER (WHERE month = ${month}), 0)::int AS reopened,
      sum(found - verified - dismissed)::int AS open
    FROM ${tallies} t WHERE month <= ${month} GROUP BY GROUPING SETS ((organisation_id), (severity), (kind))`.execute(
    db,
  );
  const byUnit = sums.rows.filter(({ organisationId }) => organisationId !== null);
  const bySeverity = sums.rows.filter(({ severity }) => severity !== null);
  const byKind = sums.rows.filter(({ kind, found }) => kind !== null && found > 0);
  const firstMonth = addMonths(from, 1 - trendMonths).slice(0, 7);
  const trend = await sql<{
    month: string;
    found: number;
    verified: number;
  }>`SELECT month, sum(found)::int AS found, sum(verified)::int AS verified
    FROM ${tallies} t WHERE month > ${firstMonth} AND month <= ${month} GROUP BY month ORDER BY month`.execute(db);
  const lastDay = addDays(after, -1);
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
      count(*) FILTER (WHERE n.issued_at < ${end} AND n.due_on < ${today(context) <= lastDay ? today(context) : after} AND (n.submitted_at IS NULL OR n.submitted_at >= ${end} OR c.status = 'returned') AND (n.verified_at IS NULL OR n.verified_at >= ${end}))::int AS overdue,
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
  const tenth = (value: number) => Math.round(value * 10) / 10;
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
      };
    })
    .filter((unit) => unit.found + unit.verified + unit.openAtEnd + unit.issued + unit.overdueAtEnd > 0)
    .sort((a, b) => b.openAtEnd - a.openAtEnd || b.found - a.found || a.name.localeCompare(b.name, 'zh-CN'));
  return {
    month,
    from,
    to: lastDay,
    stale,
    found: total(bySeverity, (row) => row.found),
    verified: total(bySeverity, (row) => row.verified),
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
    severities: severities.map((severity) => {
      const row = bySeverity.find((each) => each.severity === severity);
      return { severity, found: row?.found ?? 0, openAtEnd: row?.open ?? 0 };
    }),
    kinds: byKind
      .map(({ kind, found }) => ({ kind: kind ?? '', found }))
      .sort((a, b) => b.found - a.found || (a.kind < b.kind ? -1 : 1)),
    trend: trend.rows,
    units,
  };
}

export function monthDocument(
  figures: MonthFigures,
  about: { readonly issuer: string; readonly day: string; readonly locale: Here['locale'] },
): ReportDocument {
  const { locale } = about;
  const zh = locale !== 'en';
  const [year, month] = figures.month.split('-').map(Number);
  const say = (chinese: string, english: string) => (zh ? chinese : english);
  const unitsTable: ReportBlock = {
    kind: 'table',
    title: say('各单位情况', 'By unit'),
    columns: [
      { title: say('单位', 'Unit'), width: 28 },
      ...[
        say('新发现', 'Found'),
        say('已消除', 'Verified'),
        say('月末未消除', 'Open at end'),
        say('通报', 'Notices'),
        say('按期办结', 'In time'),
        say('逾期', 'Overdue'),
        say('平均用时（日）', 'Mean days'),
      ].map((title) => ({ title, width: 10, align: 'right' as const })),
    ],
    rows: figures.units.map((unit) => [
      unit.name,
      unit.found,
      unit.verified,
      unit.openAtEnd,
      unit.issued,
      unit.inTime,
      unit.overdueAtEnd,
      unit.meanDays,
    ]),
  };
  return {
    title: say(`${year}年${month}月网络安全工作月报`, `Security report of ${figures.month}`),
    issuer: about.issuer,
    date: longDay(about.day, locale),
    locale,
    blocks: [
      { kind: 'heading', level: 2, text: say('一、总体情况', '1. Overview') },
      {
        kind: 'paragraph',
        text: say(
          `${longDay(figures.from, locale)}至${longDay(figures.to, locale)}，新发现安全隐患 ${figures.found} 项，复核消除 ${figures.verified} 项，忽略 ${figures.dismissed} 项，月末未消除 ${figures.openAtEnd} 项，其中复发 ${figures.reopened} 项。下发通报 ${figures.issued} 份，签收 ${figures.signed} 份，办结归档 ${figures.archived} 份（按期 ${figures.archivedInTime} 份），月末逾期 ${figures.overdueAtEnd} 份，退回 ${figures.returned} 次。${figures.meanDays === null ? '' : `从通报到复核通过平均 ${figures.meanDays} 日。`}`,
          `From ${figures.from} to ${figures.to}: ${figures.found} findings, ${figures.verified} verified fixed, ${figures.dismissed} dismissed, ${figures.openAtEnd} open at the end (${figures.reopened} recurred). ${figures.issued} notices issued, ${figures.signed} signed, ${figures.archived} archived (${figures.archivedInTime} in time), ${figures.overdueAtEnd} overdue at the end, ${figures.returned} returned.${figures.meanDays === null ? '' : ` ${figures.meanDays} days on average from notice to verification.`}`,
        ),
      },
      {
        kind: 'fields',
        rows: [
          [say('新发现', 'Found'), String(figures.found)],
          [say('复核消除', 'Verified'), String(figures.verified)],
          [say('月末未消除', 'Open at the end'), String(figures.openAtEnd)],
          [say('下发通报', 'Notices issued'), String(figures.issued)],
          [say('办结归档', 'Archived'), String(figures.archived)],
          [say('按期办结', 'Archived in time'), String(figures.archivedInTime)],
          [say('月末逾期', 'Overdue at the end'), String(figures.overdueAtEnd)],
        ],
      },
      { kind: 'heading', level: 2, text: say('二、级别分布', '2. By severity') },
      {
        kind: 'table',
        columns: [
          { title: say('级别', 'Severity'), width: 30 },
          { title: say('新发现', 'Found'), width: 20, align: 'right' },
          { title: say('月末未消除', 'Open at end'), width: 20, align: 'right' },
        ],
        rows: figures.severities.map((each) => [severityWords[each.severity][locale], each.found, each.openAtEnd]),
      },
      {
        kind: 'bars',
        title: say('月末未消除（按单位）', 'Open at the end, by unit'),
        unit: say('项', 'findings'),
        values: figures.units.slice(0, 12).map((unit) => ({ label: unit.name, value: unit.openAtEnd })),
      },
      { kind: 'heading', level: 2, text: say('三、各单位情况', '3. Units') },
      unitsTable,
      {
        kind: 'paragraph',
        style: 'note',
        text: say(
          `数据截至 ${longDay(about.day, locale)}，取自平台数据库，按北京时间统计。`,
          `As of ${about.day}, from the platform's database, in Beijing time.`,
        ),
      },
      { kind: 'signature', lines: [about.issuer, longDay(about.day, locale)] },
    ],
  };
}

export const monthHandlers = handlers<Workdesk>()({
  monthFigures: ({ month }, context) => monthFigures(context, month, 'counted'),
  writeMonthlyReport: async ({ month, organisationId, format }, context) => {
    context.organisations.requireScope([organisationId]);
    const { name: issuer } = await context.organisations.get(organisationId);
    const document = monthDocument(await monthFigures(context, month, 'live'), {
      issuer,
      day: today(context),
      locale: context.locale,
    });
    return await context.reports.make(document, format, organisationId, document.title);
  },
});
