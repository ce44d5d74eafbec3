/**
 * The filing as a paper (备案登记表): what is filed, until when, and how it came to be.
 * @module
 */
import type { ReportDocument } from '@hedun/sdk';
import { assetStatusWords } from '@hedun/sdk/kernel';
import { dayOfInstant } from '@hedun/workdays';
import { decisionWords, type FilingDetail, filingActionWords, filingKindWords } from '../../filing-shapes.ts';
import { deploymentWords, exposureWords } from '../../register-shapes.ts';
import { fieldTitle } from '../../register-words.ts';
import { longDay } from '../documents.ts';
import type { Here } from '../here.ts';

export function filingDocument(
  { filing, details, applications }: FilingDetail,
  about: { readonly unit: string; readonly day: string; readonly locale: Here['locale'] },
): ReportDocument {
  const { locale } = about;
  const say = (zh: string, en: string) => (locale === 'en' ? en : zh);
  const named = { ...deploymentWords, ...exposureWords, ...assetStatusWords } as Readonly<
    Record<string, { readonly 'zh-CN': string; readonly en: string }>
  >;
  const written = (field: string, value: unknown) => {
    if (Array.isArray(value)) return value.join('、');
    const text = value === null || value === undefined ? '' : String(value);
    return ['deployment', 'exposure', 'status'].includes(field) ? (named[text]?.[locale] ?? text) : text;
  };
  return {
    title: say(`${filingKindWords[filing.kind]['zh-CN']}备案登记表`, `Filing: ${filingKindWords[filing.kind].en}`),
    issuer: about.unit,
    number: filing.number,
    date: longDay(about.day, locale),
    locale,
    blocks: [
      {
        kind: 'fields',
        rows: [
          [say('备案号', 'Number'), filing.number],
          [say('备案对象', 'Subject'), filing.subject],
          [say('责任单位', 'Unit'), about.unit],
          [say('批准日期', 'Approved'), filing.approvedAt ? longDay(dayOfInstant(filing.approvedAt), locale) : '—'],
          [say('有效期至', 'Valid to'), filing.expiresOn ? longDay(filing.expiresOn, locale) : '—'],
        ],
      },
      { kind: 'heading', level: 2, text: say('一、登记内容', '1. What is filed') },
      {
        kind: 'fields',
        rows: Object.entries(details).flatMap(([field, value]) => {
          const text = written(field, value);
          return field === 'assetId' || text === '' ? [] : [[fieldTitle(field)[locale], text] as const];
        }),
      },
      { kind: 'heading', level: 2, text: say('二、办理经过', '2. History') },
      {
        kind: 'table',
        columns: [
          { title: say('事项', 'Matter'), width: 12 },
          { title: say('申请', 'Applied'), width: 24 },
          { title: say('理由', 'Reason'), width: 30 },
          { title: say('结果', 'Result'), width: 12 },
          { title: say('审批', 'Decided'), width: 24 },
        ],
        rows: applications.map((each) => [
          filingActionWords[each.action][locale],
          `${each.appliedBy} ${longDay(dayOfInstant(each.appliedAt), locale)}`,
          each.reason,
          decisionWords[each.status][locale],
          each.decidedAt
            ? `${each.decidedBy ?? ''} ${longDay(dayOfInstant(each.decidedAt), locale)} ${each.opinion}`
            : '—',
        ]),
      },
      { kind: 'signature', lines: [about.unit, longDay(about.day, locale)] },
    ],
  };
}
