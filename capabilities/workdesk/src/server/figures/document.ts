/**
 * The monthly and the annual report: the figures of a period as a document, in the order a leader reads them.
 * @module
 */
import type { ReportBlock, ReportDocument } from '@hedun/sdk';
import { severityWords } from '@hedun/sdk/kernel';
import type { MonthFigures } from '../../figure-shapes.ts';
import { longDay } from '../documents.ts';
import type { Here } from '../here.ts';

export function periodDocument(
  figures: MonthFigures,
  about: {
    readonly issuer: string;
    readonly day: string;
    readonly locale: Here['locale'];
    readonly kindTitle: (kind: string) => string;
  },
): ReportDocument {
  const { locale } = about;
  const say = (chinese: string, english: string) => (locale === 'en' ? english : chinese);
  const yearly = figures.month.length === 4;
  const [year, month] = figures.month.split('-').map(Number);
  const end = say(yearly ? '年末' : '月末', 'at the end');
  const right = (title: string, width = 10) => ({ title, width, align: 'right' as const });
  const days = (value: number | null) => (value === null ? '—' : value);
  const heading = (text: string): ReportBlock => ({ kind: 'heading', level: 2, text });
  return {
    title: yearly
      ? say(`${year}年网络安全工作年报`, `Security report of ${year}`)
      : say(`${year}年${month}月网络安全工作月报`, `Security report of ${figures.month}`),
    issuer: about.issuer,
    date: longDay(about.day, locale),
    locale,
    blocks: [
      heading(say('一、总体情况', '1. Overview')),
      {
        kind: 'paragraph',
        text: say(
          `${longDay(figures.from, locale)}至${longDay(figures.to, locale)}，新发现安全隐患 ${figures.found} 项，复核消除 ${figures.verified} 项，忽略 ${figures.dismissed} 项，${end}未消除 ${figures.openAtEnd} 项，其中复发 ${figures.reopened} 项。下发通报 ${figures.issued} 份，签收 ${figures.signed} 份，办结归档 ${figures.archived} 份（按期 ${figures.archivedInTime} 份），${end}逾期 ${figures.overdueAtEnd} 份，退回 ${figures.returned} 次。${figures.meanDays === null ? '' : `从通报到复核通过平均 ${figures.meanDays} 日。`}${figures.fixDays === null ? '' : `隐患从发现到消除平均 ${figures.fixDays} 日，七日内消除 ${figures.within7} 项，三十日内消除 ${figures.within30} 项。`}`,
          `From ${figures.from} to ${figures.to}: ${figures.found} findings, ${figures.verified} verified fixed, ${figures.dismissed} dismissed, ${figures.openAtEnd} open at the end (${figures.reopened} recurred). ${figures.issued} notices issued, ${figures.signed} signed, ${figures.archived} archived (${figures.archivedInTime} in time), ${figures.overdueAtEnd} overdue at the end, ${figures.returned} returned.${figures.meanDays === null ? '' : ` ${figures.meanDays} days on average from notice to verification.`}${figures.fixDays === null ? '' : ` ${figures.fixDays} days on average from found to fixed; ${figures.within7} within 7 days, ${figures.within30} within 30.`}`,
        ),
      },
      {
        kind: 'fields',
        rows: [
          [say('新发现', 'Found'), String(figures.found)],
          [say('复核消除', 'Verified'), String(figures.verified)],
          [say(`${end}未消除`, 'Open at the end'), String(figures.openAtEnd)],
          [say('平均消除用时（日）', 'Mean days to fix'), String(days(figures.fixDays))],
          [say('下发通报', 'Notices issued'), String(figures.issued)],
          [say('办结归档', 'Archived'), String(figures.archived)],
          [say('按期办结', 'Archived in time'), String(figures.archivedInTime)],
          [say(`${end}逾期`, 'Overdue at the end'), String(figures.overdueAtEnd)],
        ],
      },
      heading(say('二、级别与类型', '2. Severity and kind')),
      {
        kind: 'table',
        title: say('级别分布', 'By severity'),
        columns: [
          { title: say('级别', 'Severity'), width: 30 },
          right(say('新发现', 'Found'), 20),
          right(say(`${end}未消除`, 'Open at end'), 20),
        ],
        rows: figures.severities.map((each) => [severityWords[each.severity][locale], each.found, each.openAtEnd]),
      },
      {
        kind: 'table',
        title: say('类型分布', 'By kind'),
        columns: [
          { title: say('类型', 'Kind'), width: 30 },
          right(say('新发现', 'Found'), 20),
          right(say(`${end}未消除`, 'Open at end'), 20),
        ],
        rows: figures.kinds.map((each) => [about.kindTitle(each.kind), each.found, each.openAtEnd]),
      },
      heading(say('三、趋势', '3. Trend')),
      {
        kind: 'table',
        title: say('近十二个月', 'The last twelve months'),
        columns: [
          { title: say('月份', 'Month'), width: 20 },
          right(say('新发现', 'Found'), 16),
          right(say('复核消除', 'Verified'), 16),
          right(say('月末未消除', 'Open at end'), 16),
          right(say('平均消除用时（日）', 'Mean days to fix'), 20),
        ],
        rows: figures.trend.map((each) => [each.month, each.found, each.verified, each.openAtEnd, days(each.fixDays)]),
      },
      heading(say('四、各单位情况', '4. Units')),
      {
        kind: 'bars',
        title: say(`${end}未消除（按单位）`, 'Open at the end, by unit'),
        unit: say('项', 'findings'),
        values: figures.units.slice(0, 12).map((unit) => ({ label: unit.name, value: unit.openAtEnd })),
      },
      {
        kind: 'table',
        title: say('各单位情况', 'By unit'),
        columns: [
          { title: say('单位', 'Unit'), width: 26 },
          right(say('新发现', 'Found')),
          right(say('已消除', 'Verified')),
          right(say(`${end}未消除`, 'Open at end')),
          right(say('消除用时（日）', 'Days to fix')),
          right(say('通报', 'Notices')),
          right(say('按期办结', 'In time')),
          right(say('逾期', 'Overdue')),
        ],
        rows: figures.units.map((unit) => [
          unit.name,
          unit.found,
          unit.verified,
          unit.openAtEnd,
          days(unit.fixDays),
          unit.issued,
          unit.inTime,
          unit.overdueAtEnd,
        ]),
      },
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
