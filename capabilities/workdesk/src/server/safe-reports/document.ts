/**
 * How a protection period was reported, as a document the kernel draws: discipline of each unit and everything abnormal.
 * @module
 */
import type { ReportDocument } from '@hedun/sdk';
import { severityWords } from '@hedun/sdk/kernel';
import type { SafePeriodRow, SafeReportRow, UnitBoard } from '../../safe-report-shapes.ts';
import { minuteOf } from '../announcements/statistics.ts';
import { longDay } from '../documents.ts';
import type { Here } from '../here.ts';

export function safeReportDocument(
  period: SafePeriodRow,
  units: readonly UnitBoard[],
  reports: readonly SafeReportRow[],
  issuer: string,
  day: string,
  locale: Here['locale'],
): ReportDocument {
  const say = (zh: string, en: string) => (locale === 'en' ? en : zh);
  const sum = (name: keyof UnitBoard['discipline']) => units.reduce((total, unit) => total + unit.discipline[name], 0);
  const nameOf = new Map(units.map(({ organisationId, unitName }) => [organisationId, unitName]));
  const abnormal = reports
    .filter(({ status }) => status === 'abnormal')
    .sort((a, b) => a.reportedAt.localeCompare(b.reportedAt));
  const share = (part: number, whole: number) => (whole === 0 ? '—' : `${Math.round((part / whole) * 1000) / 10}%`);
  const right = { align: 'right' as const, width: 11 };
  return {
    title: period.title,
    subtitle: say('报平安情况', 'Safe reports'),
    issuer,
    date: longDay(day, locale),
    locale,
    blocks: [
      {
        kind: 'paragraph',
        text: say(
          `${longDay(period.fromDay, locale)}至${longDay(period.toDay, locale)}，${units.length} 个单位应报 ${sum('asked')} 次，按时 ${sum('inTime')} 次（${share(sum('inTime'), sum('asked'))}），迟报 ${sum('late')} 次，未报 ${sum('missing')} 次；异常 ${abnormal.length} 起。`,
          `${period.fromDay} to ${period.toDay}: ${units.length} units, ${sum('asked')} reports asked, ${sum('inTime')} in time (${share(sum('inTime'), sum('asked'))}), ${sum('late')} late, ${sum('missing')} missing; ${abnormal.length} abnormal.`,
        ),
      },
      {
        kind: 'table',
        title: say('各单位', 'Units'),
        columns: [
          { title: say('单位', 'Unit'), width: 34 },
          { title: say('应报', 'Asked'), ...right },
          { title: say('按时', 'In time'), ...right },
          { title: say('迟报', 'Late'), ...right },
          { title: say('未报', 'Missing'), ...right },
          { title: say('按时率', 'Share'), ...right },
          { title: say('最长连续', 'Longest'), ...right },
        ],
        rows: units.map(({ unitName, discipline }) => [
          unitName,
          discipline.asked,
          discipline.inTime,
          discipline.late,
          discipline.missing,
          share(discipline.inTime, discipline.asked),
          discipline.longest,
        ]),
      },
      ...(abnormal.length > 0
        ? [
            {
              kind: 'table' as const,
              title: say('异常情况', 'Abnormal'),
              columns: [
                { title: say('时间', 'At'), width: 18 },
                { title: say('单位', 'Unit'), width: 20 },
                { title: say('级别', 'Severity'), width: 10 },
                { title: say('详情', 'Detail'), width: 40 },
                { title: say('报送人', 'By'), width: 12 },
              ],
              rows: abnormal.map((each) => [
                minuteOf(each.reportedAt),
                nameOf.get(each.organisationId) ?? '',
                each.severity ? severityWords[each.severity][locale] : '',
                each.detail,
                each.byName,
              ]),
            },
          ]
        : []),
      { kind: 'signature', lines: [issuer, longDay(day, locale)] },
    ],
  };
}
