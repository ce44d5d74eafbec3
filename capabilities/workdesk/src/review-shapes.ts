/**
 * The records and answers of the annual review (年度审查): the campaign, the sheet of each unit, and its entries.
 * @module
 */
import { field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { DifferenceShape, SystemDetails } from './register-shapes.ts';
import { Day } from './shapes.ts';

export const reviewStatusWords = {
  draft: { 'zh-CN': '草拟', en: 'Draft' },
  running: { 'zh-CN': '进行中', en: 'Running' },
  closed: { 'zh-CN': '已结束', en: 'Closed' },
} as const;
export const ReviewRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '年度审查', en: 'Review' }),
  requirement: z.string(),
  dueOn: field(Day, { 'zh-CN': '截止日期', en: 'Due' }),
  organisationIds: z.array(Id),
  status: field(z.enum(['draft', 'running', 'closed']), { 'zh-CN': '状态', en: 'Status' }),
  startedAt: Timestamp.nullable(),
  closedAt: Timestamp.nullable(),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type ReviewRow = z.infer<typeof ReviewRow>;

export const reviewSheetWords = {
  waiting: { 'zh-CN': '核对中', en: 'Being checked' },
  submitted: { 'zh-CN': '待负责人签字', en: 'Waiting for the leader' },
  signed: { 'zh-CN': '待审核', en: 'Signed' },
  returned: { 'zh-CN': '已退回', en: 'Returned' },
  accepted: { 'zh-CN': '已通过', en: 'Accepted' },
} as const;
export const ReviewSheetStatus = z.enum(['waiting', 'submitted', 'signed', 'returned', 'accepted']);
export const ReviewSheetRow = z.object({
  id: Id,
  organisationId: field(Id, { 'zh-CN': '单位', en: 'Unit' }),
  reviewId: Id,
  unitName: field(z.string(), { 'zh-CN': '单位', en: 'Unit' }),
  status: field(ReviewSheetStatus, { 'zh-CN': '状态', en: 'Status' }),
  submittedBy: z.string().nullable(),
  submittedAt: Timestamp.nullable(),
  signedBy: z.string().nullable(),
  signedAt: field(Timestamp.nullable(), { 'zh-CN': '签字时间', en: 'Signed' }),
  acceptedBy: z.string().nullable(),
  acceptedAt: Timestamp.nullable(),
  opinion: z.string(),
  returns: field(z.number().int(), { 'zh-CN': '退回次数', en: 'Returns' }),
  /** The last day on which the unit was reminded. */
  toldOn: Day.nullable(),
});
export type ReviewSheetRow = z.infer<typeof ReviewSheetRow>;

export const answerWords = {
  waiting: { 'zh-CN': '未核对', en: 'Not checked' },
  confirmed: { 'zh-CN': '属实', en: 'Correct' },
  corrected: { 'zh-CN': '更正', en: 'Corrected' },
  added: { 'zh-CN': '新增', en: 'Added' },
  retired: { 'zh-CN': '已停用', en: 'Retired' },
} as const;
export const ReviewAnswer = z.enum(['waiting', 'confirmed', 'corrected', 'added', 'retired']);
export const ReviewEntryRow = z.object({
  id: Id,
  organisationId: Id,
  sheetId: Id,
  /** Null for a system the unit adds; set when it is accepted. */
  assetId: Id.nullable(),
  name: z.string(),
  before: SystemDetails.nullable(),
  after: SystemDetails.nullable(),
  answer: ReviewAnswer,
  note: z.string(),
  answeredBy: z.string().nullable(),
  answeredAt: Timestamp.nullable(),
});
export type ReviewEntryRow = z.infer<typeof ReviewEntryRow>;

export const ReviewStatistics = z.object({
  units: field(z.number().int(), { 'zh-CN': '单位', en: 'Units' }),
  signed: field(z.number().int(), { 'zh-CN': '已签字', en: 'Signed' }),
  accepted: field(z.number().int(), { 'zh-CN': '已通过', en: 'Accepted' }),
  entries: field(z.number().int(), { 'zh-CN': '条目', en: 'Entries' }),
  waiting: z.number().int(),
  confirmed: z.number().int(),
  corrected: z.number().int(),
  added: z.number().int(),
  retired: z.number().int(),
  /** Fields that were corrected, most often first. */
  fields: z.array(z.object({ field: z.string(), count: z.number().int() })),
});
export const ReviewSummary = ReviewRow.omit({ organisationIds: true, requirement: true }).extend({
  units: field(z.number().int(), { 'zh-CN': '单位', en: 'Units' }),
  accepted: field(z.number().int(), { 'zh-CN': '已通过', en: 'Accepted' }),
});
export type ReviewSummary = z.infer<typeof ReviewSummary>;
export const ReviewDetail = z.object({
  review: ReviewRow,
  statistics: ReviewStatistics,
  mayManage: z.boolean(),
});
export type ReviewDetail = z.infer<typeof ReviewDetail>;

export const ReviewSheetSummary = ReviewSheetRow.extend({
  entries: field(z.number().int(), { 'zh-CN': '条目', en: 'Entries' }),
  answered: field(z.number().int(), { 'zh-CN': '已核对', en: 'Checked' }),
  changed: field(z.number().int(), { 'zh-CN': '有变化', en: 'Changed' }),
  overdue: field(z.boolean(), { 'zh-CN': '逾期', en: 'Overdue' }),
});
export type ReviewSheetSummary = z.infer<typeof ReviewSheetSummary>;
export const ReviewSheetDetail = z.object({
  sheet: ReviewSheetSummary,
  review: ReviewRow.pick({ id: true, title: true, requirement: true, dueOn: true, status: true }),
  entries: z.array(ReviewEntryRow.extend({ differences: z.array(DifferenceShape) })),
  steps: z.array(z.enum(['answer', 'confirm-all', 'submit', 'sign', 'accept', 'return'])),
});
export type ReviewSheetDetail = z.infer<typeof ReviewSheetDetail>;
