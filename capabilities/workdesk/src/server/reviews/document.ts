/**
 * The report of an annual review: how many units signed, what was corrected, unit by unit.
 * @module
 */
import type { ReportDocument } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import { fieldTitle } from '../../register-words.ts';
import { type ReviewDetail, type ReviewSheetSummary, reviewSheetWords } from '../../review-shapes.ts';
import { longDay } from '../documents.ts';
import type { Here } from '../here.ts';

export function reviewDocument(
  { review, statistics }: ReviewDetail,
  sheets: readonly ReviewSheetSummary[],
  about: { readonly issuer: string; readonly day: string; readonly locale: Here['locale'] },
): ReportDocument {
  const { locale } = about;
  const say = (zh: string, en: string) => (locale === 'en' ? en : zh);
  const right = (title: string, width = 12) => ({ title, width, align: 'right' as const });
  return {
    title: say(`${review.title}情况报告`, `Report of ${review.title}`),
    issuer: about.issuer,
    date: longDay(about.day, locale),
    locale,
    blocks: [
      { kind: 'heading', level: 2, text: say('一、总体情况', '1. Overview') },
      {
        kind: 'paragraph',
        text: say(
          `本次审查涉及 ${statistics.units} 个单位、${statistics.entries} 个条目，截止日期 ${longDay(review.dueOn, locale)}。已签字 ${statistics.signed} 个单位，已通过 ${statistics.accepted} 个单位。条目中属实 ${statistics.confirmed} 个，更正 ${statistics.corrected} 个，新增 ${statistics.added} 个，停用 ${statistics.retired} 个，未核对 ${statistics.waiting} 个。`,
          `${statistics.units} units, ${statistics.entries} entries, due ${review.dueOn}. ${statistics.signed} units signed, ${statistics.accepted} accepted. ${statistics.confirmed} correct, ${statistics.corrected} corrected, ${statistics.added} added, ${statistics.retired} retired, ${statistics.waiting} not checked.`,
        ),
      },
      { kind: 'heading', level: 2, text: say('二、更正的内容', '2. What was corrected') },
      statistics.fields.length > 0
        ? {
            kind: 'bars',
            title: say('更正次数（按字段）', 'Corrections by field'),
            unit: say('次', 'times'),
            values: statistics.fields
              .slice(0, 12)
              .map(({ field, count }) => ({ label: fieldTitle(field)[locale], value: count })),
          }
        : { kind: 'paragraph', text: say('没有更正。', 'Nothing was corrected.') },
      { kind: 'heading', level: 2, text: say('三、各单位情况', '3. Units') },
      {
        kind: 'table',
        title: say('各单位情况', 'Units'),
        columns: [
          { title: say('单位', 'Unit'), width: 28 },
          { title: say('状态', 'Status'), width: 14 },
          right(say('条目', 'Entries')),
          right(say('已核对', 'Checked')),
          right(say('有变化', 'Changed')),
          { title: say('负责人签字', 'Signed'), width: 24 },
        ],
        rows: sheets.map((sheet) => [
          sheet.unitName,
          reviewSheetWords[sheet.status][locale],
          sheet.entries,
          sheet.answered,
          sheet.changed,
          sheet.signedAt ? `${sheet.signedBy ?? ''} ${longDay(dayOfInstant(sheet.signedAt), locale)}` : '—',
        ]),
      },
      { kind: 'signature', lines: [about.issuer, longDay(about.day, locale)] },
    ],
  };
}
