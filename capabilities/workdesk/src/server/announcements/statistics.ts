/**
 * Who received an announcement and what came of it, as a document the kernel draws.
 * @module
 */
import type { ReportDocument } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import { type AnnouncementDetail, type ReceiptSummary, readingWords } from '../../announcement-shapes.ts';
import { longDay } from '../documents.ts';
import type { Here } from '../here.ts';

/** 2026-11-24 16:00 in Beijing. */
export function minuteOf(at: string | null): string {
  if (!at) return '—';
  const clock = new Date(Date.parse(at) + 8 * 3_600_000).toISOString();
  return `${dayOfInstant(at)} ${clock.slice(11, 16)}`;
}

export function receiptDocument(
  { announcement, units }: AnnouncementDetail,
  receipts: readonly ReceiptSummary[],
  issuer: string,
  day: string,
  locale: Here['locale'],
): ReportDocument {
  const say = (zh: string, en: string) => (locale === 'en' ? en : zh);
  const of = (name: 'receivers' | 'opened' | 'confirmed') => units.reduce((sum, unit) => sum + unit[name], 0);
  const confirmed = announcement.confirm
    ? say(`，已确认 ${of('confirmed')} 人`, `, confirmed by ${of('confirmed')}`)
    : '';
  return {
    title: announcement.title,
    subtitle: say('公告接收情况', 'Receipts'),
    issuer,
    date: longDay(day, locale),
    locale,
    blocks: [
      {
        kind: 'paragraph',
        text: say(
          `应读 ${of('receivers')} 人（${units.length} 个单位），已读 ${of('opened')} 人${confirmed}。`,
          `Sent to ${of('receivers')} people of ${units.length} units, read by ${of('opened')}${confirmed}.`,
        ),
      },
      {
        kind: 'table',
        title: say('各单位', 'Units'),
        columns: [
          { title: say('单位', 'Unit'), width: 40 },
          { title: say('应读', 'Receivers'), width: 15, align: 'right' },
          { title: say('已读', 'Read'), width: 15, align: 'right' },
          ...(announcement.confirm ? [{ title: say('已确认', 'Confirmed'), width: 15, align: 'right' as const }] : []),
        ],
        rows: units.map((unit) => [
          unit.unitName,
          unit.receivers,
          unit.opened,
          ...(announcement.confirm ? [unit.confirmed] : []),
        ]),
      },
      {
        kind: 'table',
        title: say('接收人员', 'People'),
        columns: [
          { title: say('单位', 'Unit'), width: 26 },
          { title: say('姓名', 'Name'), width: 14 },
          { title: say('状态', 'Status'), width: 12 },
          { title: say('首次阅读', 'First opened'), width: 18 },
          { title: say('确认时间', 'Confirmed'), width: 18 },
          { title: say('提醒次数', 'Reminders'), width: 12, align: 'right' },
        ],
        rows: receipts.map((each) => [
          each.unitName,
          each.userName,
          readingWords[each.reading][locale],
          minuteOf(each.openedAt),
          minuteOf(each.confirmedAt),
          each.reminders,
        ]),
      },
    ],
  };
}
