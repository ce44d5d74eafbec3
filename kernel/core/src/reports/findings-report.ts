/**
 * The report on an organisation's findings as a document: overview, the worst in detail, all in a table.
 * @module
 */
import type { Finding, Locale, ReportBlock, ReportDocument } from '@hedun/sdk';
import { findingStatusWords, severityWords } from '@hedun/sdk/kernel';

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
const described = 20;

export interface FindingsReportInput {
  readonly organisation: string;
  readonly issuer: string;
  readonly filter: string;
  readonly locale: Locale;
  readonly now: Date;
  readonly findings: readonly (Finding & { readonly assetName: string | null; readonly organisationName: string })[];
  /** Findings that match; more than `findings` when the table was cut. */
  readonly total: number;
  readonly kindTitle: (kind: string) => string;
}

export function findingsReport(input: FindingsReportInput): ReportDocument {
  const { locale, findings, total } = input;
  const zh = locale === 'zh-CN';
  const date = beijingDate(input.now, locale);
  const count = (severity: string) => findings.filter((each) => each.severity === severity).length;
  const done = findings.filter(({ status }) => status === 'fixed' || status === 'verified').length;
  const worst = findings.filter(({ severity }) => severity === 'critical' || severity === 'high').slice(0, described);
  const cut: readonly ReportBlock[] =
    total > findings.length
      ? [
          {
            kind: 'paragraph',
            style: 'note',
            text: zh
              ? `符合条件的共 ${total} 项，本报告列出其中最严重的 ${findings.length} 项。`
              : `${total} findings match; this report holds the ${findings.length} most severe.`,
          },
        ]
      : [];
  return {
    title: zh ? `${input.organisation}网络安全隐患情况报告` : `Security findings of ${input.organisation}`,
    issuer: input.issuer,
    date,
    locale,
    blocks: [
      { kind: 'heading', level: 1, text: zh ? '一、总体情况' : '1. Overview' },
      {
        kind: 'paragraph',
        text: zh
          ? `截至${date}，${input.organisation}及其下属单位共有符合条件的网络安全隐患 ${findings.length} 项，其中严重 ${count('critical')} 项、高危 ${count('high')} 项、中危 ${count('medium')} 项、低危 ${count('low')} 项、提示 ${count('info')} 项；已整改 ${done} 项。`
          : `As of ${date}, ${input.organisation} and the organisations below it have ${findings.length} matching findings: ${severities.map((each) => `${count(each)} ${each}`).join(', ')}. ${done} are fixed.`,
      },
      ...cut,
      {
        kind: 'bars',
        title: zh ? '按严重程度' : 'By severity',
        unit: zh ? '项' : 'findings',
        values: severities.map((each) => ({ label: severityWords[each][locale], value: count(each) })),
      },
      ...(input.filter === ''
        ? []
        : [
            {
              kind: 'fields',
              rows: [[zh ? '筛选条件' : 'Filter', input.filter]],
            } as ReportBlock,
          ]),
      { kind: 'heading', level: 1, text: zh ? '二、重点隐患' : '2. Most severe' },
      ...(worst.length === 0
        ? [{ kind: 'paragraph', text: zh ? '无严重或高危隐患。' : 'None is critical or high.' } as const]
        : worst.flatMap((each, index): ReportBlock[] => [
            { kind: 'heading', level: 2, text: `${zh ? `（${index + 1}）` : `2.${index + 1} `}${each.title}` },
            {
              kind: 'fields',
              rows: [
                [zh ? '单位' : 'Organisation', each.organisationName],
                [zh ? '资产' : 'Asset', each.assetName ?? '—'],
                [zh ? '严重程度' : 'Severity', severityWords[each.severity][locale]],
                [zh ? '状态' : 'Status', findingStatusWords[each.status][locale]],
                [zh ? '参考' : 'References', each.references.map(({ id }) => id).join('、') || '—'],
                [zh ? '整改建议' : 'Remediation', each.remediation ?? '—'],
              ],
            },
            ...(each.description === '' ? [] : [{ kind: 'paragraph', text: each.description } as const]),
          ])),
      { kind: 'heading', level: 1, text: zh ? '三、隐患清单' : '3. All findings' },
      {
        kind: 'table',
        title: zh ? '隐患清单' : 'Findings',
        columns: [
          { title: zh ? '序号' : 'No.', width: 1, align: 'center' },
          { title: zh ? '单位' : 'Organisation', width: 3 },
          { title: zh ? '标题' : 'Title', width: 6 },
          { title: zh ? '类型' : 'Kind', width: 2 },
          { title: zh ? '程度' : 'Severity', width: 1.4, align: 'center' },
          { title: zh ? '状态' : 'Status', width: 1.8, align: 'center' },
          { title: zh ? '首次发现' : 'First seen', width: 2 },
        ],
        rows: findings.map((each, index) => [
          index + 1,
          each.organisationName,
          each.title,
          input.kindTitle(each.kind),
          severityWords[each.severity][locale],
          findingStatusWords[each.status][locale],
          each.firstSeenAt.slice(0, 10),
        ]),
      },
      { kind: 'signature', lines: [input.issuer, date] },
    ],
  };
}

export function beijingDate(time: Date, locale: Locale): string {
  const [year, month, day] = new Date(time.getTime() + 8 * 3_600_000).toISOString().slice(0, 10).split('-').map(Number);
  return locale === 'zh-CN'
    ? `${year}年${month}月${day}日`
    : `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
