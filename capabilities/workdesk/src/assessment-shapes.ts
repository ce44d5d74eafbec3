/**
 * The records and answers of the assessment of units (安全考核).
 * @module
 */
import { field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { Day } from './shapes.ts';

/** What can be measured of a unit in a period, from its own records. */
export const metricWords = {
  'sign-days': { 'zh-CN': '签收用时（工作日，平均）', en: 'Working days to sign, mean' },
  'fixed-in-time': { 'zh-CN': '按期反馈率（%）', en: 'Fixes reported in time (%)' },
  returned: { 'zh-CN': '退回率（%）', en: 'Fixes returned (%)' },
  recurred: { 'zh-CN': '隐患复发率（%）', en: 'Findings that recurred (%)' },
  'overdue-open': { 'zh-CN': '期末逾期通报（份）', en: 'Notices overdue at the end' },
  trained: { 'zh-CN': '培训按期完成率（%）', en: 'Training finished in time (%)' },
  'safe-in-time': { 'zh-CN': '报平安按时率（%）', en: 'Safe reports in time (%)' },
  'tasks-in-time': { 'zh-CN': '任务按期提交率（%）', en: 'Tasks handed in in time (%)' },
  'announcements-confirmed': { 'zh-CN': '公告按期确认率（%）', en: 'Announcements confirmed in time (%)' },
  'review-in-time': { 'zh-CN': '年度审查按期签字率（%）', en: 'Reviews signed in time (%)' },
  'review-completeness': { 'zh-CN': '年度审查核对率（%）', en: 'Review entries checked (%)' },
} as const;
export type Metric = keyof typeof metricWords;
export const metrics = Object.keys(metricWords) as Metric[];

export const IndicatorShape = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string().trim().min(1).max(100),
  metric: z.string().max(40),
  weight: z.number(),
  curve: z.array(z.strictObject({ value: z.number(), points: z.number() })).max(20),
  withoutData: z.enum(['leave-out', 'full']),
});
export const LineShape = z.object({
  indicator: z.string(),
  title: z.string(),
  weight: z.number(),
  share: z.number(),
  value: z.number().nullable(),
  points: z.number().nullable(),
  counted: z.number(),
  records: z.array(z.object({ kind: z.string(), id: z.string(), title: z.string(), value: z.number() })),
});
export const schemeStatusWords = {
  draft: { 'zh-CN': '草拟', en: 'Draft' },
  measured: { 'zh-CN': '已测算', en: 'Measured' },
  published: { 'zh-CN': '已公布', en: 'Published' },
  closed: { 'zh-CN': '已定案', en: 'Closed' },
} as const;
export const SchemeStatus = z.enum(['draft', 'measured', 'published', 'closed']);
export const SchemeRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '考核名称', en: 'Assessment' }),
  fromDay: field(Day, { 'zh-CN': '起', en: 'From' }),
  toDay: field(Day, { 'zh-CN': '止', en: 'To' }),
  status: field(SchemeStatus, { 'zh-CN': '状态', en: 'Status' }),
  indicators: z.array(IndicatorShape),
  /** Last day on which a unit may appeal. */
  appealTo: field(Day.nullable(), { 'zh-CN': '申诉截止', en: 'Appeal until' }),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type SchemeRow = z.infer<typeof SchemeRow>;
export const SchemeSummary = SchemeRow.omit({ indicators: true }).extend({
  units: field(z.number().int(), { 'zh-CN': '单位数', en: 'Units' }),
  appeals: field(z.number().int(), { 'zh-CN': '待处理申诉', en: 'Open appeals' }),
});
export type SchemeSummary = z.infer<typeof SchemeSummary>;

export const AppealShape = z.object({
  reason: z.string(),
  by: z.string(),
  at: Timestamp,
  decision: z.enum(['waiting', 'accepted', 'refused']),
  answer: z.string(),
  /** Points given or taken by the decision. */
  adjustment: z.number(),
});
export const ResultRow = z.object({
  id: Id,
  organisationId: Id,
  schemeId: Id,
  unitName: field(z.string(), { 'zh-CN': '单位', en: 'Unit' }),
  total: field(z.number().nullable(), { 'zh-CN': '得分', en: 'Score' }),
  adjustment: field(z.number(), { 'zh-CN': '调整', en: 'Adjustment' }),
  place: field(z.number().int().nullable(), { 'zh-CN': '名次', en: 'Place' }),
  lines: z.array(LineShape),
  appeal: AppealShape.nullable(),
  measuredAt: field(Timestamp, { 'zh-CN': '测算时间', en: 'Measured' }),
});
export type ResultRow = z.infer<typeof ResultRow>;
export const SchemeDetail = z.object({
  scheme: SchemeRow,
  results: z.array(ResultRow),
  measuredUnits: z.number().int(),
});
export type SchemeDetail = z.infer<typeof SchemeDetail>;
