/**
 * The two papers of the loop: the notice (通报) and the receipt (整改反馈单), as documents the kernel draws.
 * @module
 */
import { Failure, handlers, type ReportBlock, type ReportDocument, type Severity } from '@hedun/sdk';
import { severityWords } from '@hedun/sdk/kernel';
import { dayOfInstant } from '@hedun/workdays';
import type { Workdesk } from '../capability.ts';
import type { NoticeFinding, NoticeRow } from '../shapes.ts';
import { type Here, today } from './here.ts';
import { findingsOf, noticeOf } from './notices.ts';

type Locale = Here['locale'];
const pick = (locale: Locale, zh: string, en: string) => (locale === 'en' ? en : zh);
/** 2026年11月24日. */
export function longDay(day: string, locale: Locale): string {
  const [year, month, date] = day.split('-').map(Number);
  return locale === 'en' ? day : `${year}年${month}月${date}日`;
}
const dayOr = (at: string | null, locale: Locale) => (at ? longDay(dayOfInstant(at), locale) : '—');

function findingTable(findings: readonly NoticeFinding[], locale: Locale, withVerdict: boolean): ReportBlock {
  const verdicts = {
    gone: pick(locale, '已消除', 'Gone'),
    'still-there': pick(locale, '仍存在', 'Still there'),
    'other-tool': pick(locale, '人工复核', 'By hand'),
    'other-target': pick(locale, '人工复核', 'By hand'),
  } as const;
  return {
    kind: 'table',
    title: pick(locale, '安全隐患清单', 'Findings'),
    columns: [
      { title: pick(locale, '序号', 'No.'), width: 8, align: 'center' },
      { title: pick(locale, '级别', 'Severity'), width: 10, align: 'center' },
      { title: pick(locale, '隐患名称', 'Weakness'), width: 36 },
      { title: pick(locale, '地址', 'Place'), width: 28 },
      { title: withVerdict ? pick(locale, '复测', 'Re-check') : pick(locale, '漏洞编号', 'Reference'), width: 18 },
    ],
    rows: findings.map((each, index) => [
      index + 1,
      severityWords[each.severity as Severity][locale],
      each.recurrences > 0 ? `${each.title}${pick(locale, '（复发）', ' (recurred)')}` : each.title,
      each.target || '—',
      withVerdict
        ? each.verdict
          ? verdicts[each.verdict]
          : verdicts['other-tool']
        : each.references.slice(0, 3).join('\n') || '—',
    ]),
  };
}

export function noticeDocument(
  notice: NoticeRow,
  about: { readonly number: string; readonly title: string },
  findings: readonly NoticeFinding[],
  locale: Locale,
  attachments: readonly string[] = [],
): ReportDocument {
  const advice = [
    ...new Map(findings.flatMap((each) => (each.remediation ? [[each.title, each.remediation] as const] : []))),
  ];
  const due = longDay(notice.dueOn, locale);
  return {
    title: about.title,
    issuer: notice.issuerName,
    number: about.number,
    date: longDay(notice.startedOn, locale),
    locale,
    blocks: [
      { kind: 'paragraph', text: `${notice.unitName}${pick(locale, '：', ':')}` },
      {
        kind: 'paragraph',
        text: pick(
          locale,
          `经网络安全检测，发现你单位存在安全隐患 ${findings.length} 项，现予通报。`,
          `Security checks found ${findings.length} weaknesses of your unit.`,
        ),
      },
      { kind: 'heading', level: 2, text: pick(locale, '一、隐患情况', '1. Findings') },
      findingTable(findings, locale, false),
      { kind: 'heading', level: 2, text: pick(locale, '二、整改要求', '2. What is asked') },
      { kind: 'paragraph', text: notice.requirement },
      {
        kind: 'paragraph',
        text: pick(
          locale,
          `整改期限：自通报次日起 ${notice.workdays} 个工作日，即 ${due} 前。${notice.provisional ? '（该期限涉及尚未公布放假安排的年份，以公布后的安排为准。）' : ''}`,
          `Deadline: ${notice.workdays} working days from the day after this notice, by ${due}.${notice.provisional ? ' (Holidays of that year are not announced yet.)' : ''}`,
        ),
      },
      ...(advice.length > 0
        ? [
            { kind: 'heading' as const, level: 2 as const, text: pick(locale, '三、处置建议', '3. Advice') },
            {
              kind: 'list' as const,
              ordered: true,
              items: advice
                .slice(0, 30)
                .map(([title, text]) => `${title}${pick(locale, '：', ': ')}${text.slice(0, 400)}`),
            },
          ]
        : []),
      // 党政机关公文格式 (GB/T 9704-2012, 7.3.6): attachments are listed after the text, numbered, above the signature.
      ...attachments.map((name, index) => ({
        kind: 'paragraph' as const,
        text: `${index === 0 ? pick(locale, '附件：', 'Attachments: ') : pick(locale, '　　　', '')}${index + 1}. ${name.replace(/\.[A-Za-z0-9]{1,5}$/, '')}`,
      })),
      { kind: 'signature', lines: [notice.issuerName, longDay(notice.startedOn, locale)] },
    ],
  };
}

export function receiptDocument(
  notice: NoticeRow,
  about: {
    readonly number: string;
    readonly title: string;
    readonly measures: string;
    readonly opinion: string;
    readonly day: string;
  },
  findings: readonly NoticeFinding[],
  locale: Locale,
): ReportDocument {
  const last = notice.rechecks.at(-1);
  const inTime = notice.submittedAt ? dayOfInstant(notice.submittedAt) <= notice.dueOn : false;
  return {
    title: pick(locale, '网络安全隐患整改反馈单', 'Receipt of a rectification'),
    subtitle: about.title,
    issuer: notice.unitName,
    number: about.number,
    date: longDay(about.day, locale),
    locale,
    blocks: [
      {
        kind: 'fields',
        rows: [
          [pick(locale, '通报文号', 'Notice'), about.number],
          [pick(locale, '通报单位', 'Issued by'), notice.issuerName],
          [pick(locale, '整改单位', 'Unit'), notice.unitName],
          [pick(locale, '通报日期', 'Issued on'), longDay(notice.startedOn, locale)],
          [
            pick(locale, '签收', 'Signed'),
            notice.signedAt ? `${notice.signedBy ?? ''} ${dayOr(notice.signedAt, locale)}` : '—',
          ],
          [pick(locale, '整改期限', 'Deadline'), longDay(notice.dueOn, locale)],
          [
            pick(locale, '反馈日期', 'Reported'),
            `${dayOr(notice.submittedAt, locale)}${notice.submittedAt ? pick(locale, inTime ? '（按期）' : '（逾期）', inTime ? ' (in time)' : ' (late)') : ''}`,
          ],
          [pick(locale, '复核日期', 'Verified'), dayOr(notice.verifiedAt, locale)],
          [pick(locale, '归档日期', 'Archived'), dayOr(notice.archivedAt, locale)],
          [pick(locale, '退回次数', 'Returned'), String(notice.returns)],
        ],
      },
      { kind: 'heading', level: 2, text: pick(locale, '一、整改措施', '1. What was done') },
      { kind: 'paragraph', text: about.measures || '—' },
      { kind: 'heading', level: 2, text: pick(locale, '二、逐项结果', '2. Each finding') },
      findingTable(findings, locale, true),
      { kind: 'heading', level: 2, text: pick(locale, '三、复核意见', '3. Verification') },
      {
        kind: 'paragraph',
        text: last
          ? pick(
              locale,
              `${dayOr(last.at, locale)}以扫描文件「${last.file}」复测：已消除 ${last.gone.length} 项，仍存在 ${last.stillThere.length} 项，未覆盖 ${last.notCovered.length} 项。`,
              `Re-checked on ${dayOr(last.at, locale)} by “${last.file}”: ${last.gone.length} gone, ${last.stillThere.length} still there, ${last.notCovered.length} not covered.`,
            )
          : pick(locale, '未经扫描复测。', 'Not re-checked by a scan.'),
      },
      ...(about.opinion ? [{ kind: 'paragraph' as const, text: about.opinion }] : []),
      { kind: 'signature', lines: [notice.unitName, notice.issuerName] },
    ],
  };
}

export const documentHandlers = handlers<Workdesk>()({
  writeNotice: async ({ id, document, format }, context) => {
    // An auditor reads; papers are made by those who take part.
    if (!context.can('workdesk.unit') && !context.can('workdesk.issue'))
      throw new Failure('access.denied', { expected: 'workdesk.unit', values: { permission: 'workdesk.unit' } });
    const notice = await noticeOf(context, id);
    const { number, title } = await context.cases.get(id);
    const findings = await findingsOf(context, notice);
    const { locale } = context;
    const made =
      document === 'notice'
        ? noticeDocument(
            notice,
            { number, title },
            findings,
            locale,
            (await Promise.all(notice.attachmentIds.map((file) => context.files.get(file)))).map((file) => file.name),
          )
        : receiptDocument(
            notice,
            { number, title, measures: notice.measures ?? '', opinion: notice.opinion ?? '', day: today(context) },
            findings,
            locale,
          );
    const name =
      document === 'notice' ? `${number} ${notice.unitName}` : `${number} ${pick(locale, '整改反馈单', 'receipt')}`;
    return await context.reports.make(made, format, notice.organisationId, name);
  },
});
