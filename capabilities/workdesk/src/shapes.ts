/**
 * The records and answers of imports, the inbox and the rectification loop.
 * @module
 */
import { CaseStatus, FileReference, field, Id, Severity, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD');
export const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'YYYY-MM');
const count = (zh: string, en: string) => field(z.number().int(), { 'zh-CN': zh, en });
const time = (zh: string, en: string) => field(Timestamp.nullable(), { 'zh-CN': zh, en });

export const Issue = z.object({ where: z.string(), expected: z.string(), got: z.string() });
export const importStatusWords = {
  queued: { 'zh-CN': '排队', en: 'Queued' },
  reading: { 'zh-CN': '核查文件', en: 'Checking' },
  raising: { 'zh-CN': '入库', en: 'Raising' },
  done: { 'zh-CN': '完成', en: 'Done' },
  partial: { 'zh-CN': '部分导入', en: 'Good part imported' },
  broken: { 'zh-CN': '文件有误', en: 'File is broken' },
} as const;
export const ImportStatus = z.enum(['queued', 'reading', 'raising', 'done', 'partial', 'broken']);
export const ImportRow = z.object({
  id: Id,
  organisationId: Id,
  evidenceId: Id,
  sha256: z.string(),
  name: field(z.string(), { 'zh-CN': '文件', en: 'File' }),
  format: field(z.string(), { 'zh-CN': '格式', en: 'Format' }),
  source: field(z.string(), { 'zh-CN': '工具', en: 'Tool' }),
  status: field(ImportStatus, { 'zh-CN': '状态', en: 'Status' }),
  /** The person said: import the good part. */
  partial: z.boolean(),
  minimumSeverity: Severity,
  /** Findings without an address belong to this asset. */
  assetId: Id.nullable(),
  /** Set for a re-check of a notice. */
  noticeId: Id.nullable(),
  covered: z.array(z.string()),
  found: count('文件中的发现', 'In the file'),
  /** Findings of the file already committed; an interrupted import goes on behind them. */
  applied: count('已处理', 'Handled'),
  raised: count('新增', 'New'),
  again: count('再次出现', 'Seen again'),
  reopened: count('复发', 'Reopened'),
  suppressed: count('来源已抑制', 'Suppressed by the source'),
  unresolved: count('待归属', 'Unassigned'),
  below: count('低于下限', 'Below the minimum'),
  issueCount: count('问题', 'Issues'),
  issues: z.array(Issue),
  createdBy: Id.nullable(),
  createdAt: field(Timestamp, { 'zh-CN': '导入时间', en: 'Imported' }),
  finishedAt: time('结束时间', 'Finished'),
});
export type ImportRow = z.infer<typeof ImportRow>;

export const PreviewFinding = z.object({
  title: z.string(),
  severity: Severity,
  target: z.string(),
  organisationId: Id.nullable(),
  assetId: Id.nullable(),
  references: z.array(z.string()),
});
export const Preview = z.object({
  format: z.string(),
  formatTitle: z.string(),
  source: z.string(),
  /** False when the file is longer than what was read for the preview. */
  complete: z.boolean(),
  found: z.number().int(),
  bySeverity: z.record(z.string(), z.number().int()),
  units: z.array(z.object({ organisationId: Id, findings: z.number().int() })),
  unresolved: z.array(z.object({ target: z.string(), findings: z.number().int() })),
  issues: z.array(Issue),
  sample: z.array(PreviewFinding),
  /** The import that brought these very bytes before. */
  importedBefore: z.object({ id: Id, name: z.string(), createdAt: Timestamp }).nullable(),
});
export type Preview = z.infer<typeof Preview>;

export const InboxRow = z.object({
  id: Id,
  organisationId: Id,
  key: z.string(),
  target: z.string(),
  title: z.string(),
  severity: Severity,
  severityRank: z.number().int(),
  source: z.string(),
  finding: z.record(z.string(), z.unknown()),
  importId: Id,
  status: z.enum(['waiting', 'assigned', 'dropped']),
  occurrences: z.number().int(),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
});
export const InboxTarget = z.object({
  id: z.string(),
  target: field(z.string(), { 'zh-CN': '地址或域名', en: 'Address or domain' }),
  findings: count('发现', 'Findings'),
  worst: field(Severity, { 'zh-CN': '最高级别', en: 'Worst' }),
  sources: field(z.string(), { 'zh-CN': '来源', en: 'Sources' }),
  firstSeenAt: field(Timestamp, { 'zh-CN': '首次出现', en: 'First seen' }),
  lastSeenAt: field(Timestamp, { 'zh-CN': '最近出现', en: 'Last seen' }),
});
export type InboxTarget = z.infer<typeof InboxTarget>;
export const InboxFinding = z.object({
  id: Id,
  title: z.string(),
  severity: Severity,
  source: z.string(),
  occurrences: z.number().int(),
  lastSeenAt: Timestamp,
});

export const RangeRow = z.object({
  id: Id,
  organisationId: field(Id, { 'zh-CN': '责任单位', en: 'Responsible unit' }),
  value: field(z.string(), { 'zh-CN': '网段或域名', en: 'Network or domain' }),
  note: field(z.string(), { 'zh-CN': '备注', en: 'Note' }),
  createdAt: Timestamp,
});
export const ExploitedRow = z.object({ cve: z.string(), addedOn: z.string(), dueOn: z.string(), name: z.string() });

export const Extension = z.object({
  workdays: z.number().int(),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: Timestamp,
  decision: z.enum(['waiting', 'approved', 'declined']),
  decidedBy: z.string().nullable(),
  decidedAt: Timestamp.nullable(),
  note: z.string(),
});
export type Extension = z.infer<typeof Extension>;
export const Recheck = z.object({
  at: Timestamp,
  by: z.string(),
  importId: Id,
  evidenceId: Id,
  file: z.string(),
  gone: z.array(Id),
  stillThere: z.array(Id),
  notCovered: z.array(z.object({ id: Id, why: z.enum(['other-tool', 'other-target']) })),
});
export type Recheck = z.infer<typeof Recheck>;

export const NoticeRow = z.object({
  /** The id of its case. */
  id: Id,
  organisationId: Id,
  issuerName: z.string(),
  unitName: z.string(),
  findingCount: z.number().int(),
  requirement: z.string(),
  attachmentIds: z.array(Id),
  targets: z.array(z.string()),
  startedOn: Day,
  workdays: z.number().int(),
  dueOn: Day,
  provisional: z.boolean(),
  issuedAt: Timestamp,
  signedAt: Timestamp.nullable(),
  signedBy: z.string().nullable(),
  submittedAt: Timestamp.nullable(),
  verifiedAt: Timestamp.nullable(),
  archivedAt: Timestamp.nullable(),
  returns: z.number().int(),
  /** What the unit says it did, and what the office says to it. */
  measures: z.string().nullable(),
  opinion: z.string().nullable(),
  extensions: z.array(Extension),
  rechecks: z.array(Recheck),
});
export type NoticeRow = z.infer<typeof NoticeRow>;

export const NoticeSummary = z.object({
  id: Id,
  number: field(z.string(), { 'zh-CN': '文号', en: 'Number' }),
  title: field(z.string(), { 'zh-CN': '标题', en: 'Title' }),
  organisationId: field(Id, { 'zh-CN': '被通报单位', en: 'Unit' }),
  severity: field(Severity, { 'zh-CN': '最高级别', en: 'Worst' }),
  status: field(CaseStatus, { 'zh-CN': '状态', en: 'Status' }),
  findingCount: count('发现', 'Findings'),
  dueOn: field(Day, { 'zh-CN': '整改期限', en: 'Deadline' }),
  provisional: z.boolean(),
  overdue: field(z.boolean(), { 'zh-CN': '逾期', en: 'Overdue' }),
  escalation: count('升级', 'Escalation'),
  issuedAt: field(Timestamp, { 'zh-CN': '通报时间', en: 'Issued' }),
});
export type NoticeSummary = z.infer<typeof NoticeSummary>;

export const noticeSteps = ['sign', 'submit', 'extend', 'decide', 'return', 'recheck', 'verify', 'archive'] as const;
export const NoticeFinding = z.object({
  id: Id,
  title: z.string(),
  severity: Severity,
  status: z.string(),
  target: z.string(),
  sources: z.array(z.string()),
  references: z.array(z.string()),
  remediation: z.string().nullable(),
  recurrences: z.number().int(),
  priority: z.number().int(),
  reasons: z.array(z.string()),
  verdict: z.enum(['gone', 'still-there', 'other-tool', 'other-target']).nullable(),
});
export type NoticeFinding = z.infer<typeof NoticeFinding>;
export const NoticeDetail = z.object({
  summary: NoticeSummary,
  notice: NoticeRow,
  findings: z.array(NoticeFinding),
  attachments: z.array(FileReference),
  steps: z.array(z.enum(noticeSteps)),
  /** Why the office cannot verify yet, as codes of the loop's errors. */
  waiting: z.array(z.string()),
});
export type NoticeDetail = z.infer<typeof NoticeDetail>;

export const PendingUnit = z.object({
  id: Id,
  organisationId: field(Id, { 'zh-CN': '责任单位', en: 'Unit' }),
  findings: count('待通报', 'To be told'),
  critical: count('严重', 'Critical'),
  high: count('高危', 'High'),
  medium: count('中危', 'Medium'),
  low: count('低危', 'Low'),
  exploited: count('已知被利用', 'Known exploited'),
  recurrences: count('复发', 'Recurred'),
  oldest: field(Timestamp, { 'zh-CN': '最早发现', en: 'Oldest' }),
});
export type PendingUnit = z.infer<typeof PendingUnit>;

/** Findings counted by unit, severity, kind and month: when they were found, verified, dismissed. */
export const TallyRow = z.object({
  organisationId: Id,
  month: Month,
  severity: Severity,
  kind: z.string(),
  found: z.number().int(),
  verified: z.number().int(),
  dismissed: z.number().int(),
  reopened: z.number().int(),
  /** Of those verified in the month: days from first seen to verified, and how many took at most so long. */
  fixDays: z.number(),
  within7: z.number().int(),
  within30: z.number().int(),
});
/** Units whose tallies are older than their findings. */
export const StaleRow = z.object({ organisationId: Id, since: Timestamp });
