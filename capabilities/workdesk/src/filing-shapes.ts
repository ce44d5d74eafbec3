/**
 * The records and answers of filing (备案登记): what is filed, and each application for it.
 * @module
 */
import { FileReference, field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { DifferenceShape } from './register-shapes.ts';
import { Day } from './shapes.ts';

export const filingKindWords = {
  system: { 'zh-CN': '信息系统', en: 'Information system' },
  domain: { 'zh-CN': '域名', en: 'Domain' },
  port: { 'zh-CN': '开放端口', en: 'Open port' },
} as const;
export const FilingKind = z.enum(['system', 'domain', 'port']);
export const filingStatusWords = {
  applied: { 'zh-CN': '审批中', en: 'Applied for' },
  filed: { 'zh-CN': '有效', en: 'In force' },
  refused: { 'zh-CN': '未通过', en: 'Refused' },
  retired: { 'zh-CN': '已注销', en: 'Retired' },
} as const;
export const FilingStatus = z.enum(['applied', 'filed', 'refused', 'retired']);
export const filingActionWords = {
  apply: { 'zh-CN': '新备案', en: 'New' },
  change: { 'zh-CN': '变更', en: 'Change' },
  renew: { 'zh-CN': '续期', en: 'Renewal' },
  retire: { 'zh-CN': '注销', en: 'Retirement' },
} as const;
export const FilingAction = z.enum(['apply', 'change', 'renew', 'retire']);
export const decisionWords = {
  waiting: { 'zh-CN': '待审批', en: 'Waiting' },
  approved: { 'zh-CN': '已通过', en: 'Approved' },
  refused: { 'zh-CN': '未通过', en: 'Refused' },
  withdrawn: { 'zh-CN': '已撤回', en: 'Withdrawn' },
} as const;

export const FilingRow = z.object({
  id: Id,
  organisationId: field(Id, { 'zh-CN': '单位', en: 'Unit' }),
  kind: field(FilingKind, { 'zh-CN': '类别', en: 'Kind' }),
  /** Given with the first approval. */
  number: field(z.string(), { 'zh-CN': '备案号', en: 'Number' }),
  subject: field(z.string(), { 'zh-CN': '备案对象', en: 'Subject' }),
  assetId: Id.nullable(),
  /** As approved last. */
  details: z.record(z.string(), z.unknown()),
  status: field(FilingStatus, { 'zh-CN': '状态', en: 'Status' }),
  expiresOn: field(Day.nullable(), { 'zh-CN': '有效期至', en: 'Valid to' }),
  /** The last day on which its end was spoken of. */
  toldOn: Day.nullable(),
  approvedAt: Timestamp.nullable(),
  createdAt: field(Timestamp, { 'zh-CN': '申请时间', en: 'Applied' }),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type FilingRow = z.infer<typeof FilingRow>;

export const ApplicationRow = z.object({
  id: Id,
  organisationId: Id,
  filingId: Id,
  action: field(FilingAction, { 'zh-CN': '事项', en: 'Matter' }),
  details: z.record(z.string(), z.unknown()),
  /** As approved when it was applied for; empty for a new one. */
  before: z.record(z.string(), z.unknown()),
  reason: field(z.string(), { 'zh-CN': '理由', en: 'Reason' }),
  attachmentIds: z.array(Id),
  wantedUntil: Day.nullable(),
  status: field(z.enum(['waiting', 'approved', 'refused', 'withdrawn']), { 'zh-CN': '结果', en: 'Result' }),
  appliedBy: z.string(),
  appliedAt: Timestamp,
  decidedBy: z.string().nullable(),
  decidedAt: Timestamp.nullable(),
  opinion: z.string(),
});
export type ApplicationRow = z.infer<typeof ApplicationRow>;

export const FilingSummary = FilingRow.omit({ details: true, toldOn: true }).extend({
  waiting: field(FilingAction.nullable(), { 'zh-CN': '待审批事项', en: 'Waiting' }),
  expired: field(z.boolean(), { 'zh-CN': '已过期', en: 'Expired' }),
});
export type FilingSummary = z.infer<typeof FilingSummary>;
export const FilingDetail = z.object({
  filing: FilingSummary,
  details: z.record(z.string(), z.unknown()),
  applications: z.array(
    ApplicationRow.extend({ attachments: z.array(FileReference), differences: z.array(DifferenceShape) }),
  ),
  steps: z.array(z.enum(['decide', 'withdraw', 'change', 'renew', 'retire', 'document'])),
});
export type FilingDetail = z.infer<typeof FilingDetail>;
