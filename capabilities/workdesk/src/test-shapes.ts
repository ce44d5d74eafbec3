/**
 * What an external tester reports and sees again: own findings only (外部测试).
 * @module
 */
import { FindingStatus, field, Id, Severity, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

export const TestRound = z.object({ at: Timestamp, stillThere: z.boolean(), note: z.string() });
export const TestRow = z.object({
  id: Id,
  userId: Id,
  findingId: Id.nullable(),
  title: field(z.string(), { 'zh-CN': '标题', en: 'Title' }),
  target: field(z.string(), { 'zh-CN': '目标', en: 'Target' }),
  severity: field(Severity, { 'zh-CN': '级别', en: 'Severity' }),
  detail: z.object({
    kind: z.string(),
    description: z.string(),
    steps: z.string(),
    remediation: z.string(),
    references: z.array(z.string()),
  }),
  evidenceIds: z.array(Id),
  rounds: z.array(TestRound),
  reportedAt: field(Timestamp, { 'zh-CN': '提交时间', en: 'Reported' }),
});
export type TestRow = z.infer<typeof TestRow>;
export const testStatusWords = {
  waiting: { 'zh-CN': '待归属', en: 'Waiting for an owner' },
  open: { 'zh-CN': '待处置', en: 'Open' },
  triaged: { 'zh-CN': '已确认', en: 'Confirmed' },
  in_case: { 'zh-CN': '整改中', en: 'Being fixed' },
  fixed: { 'zh-CN': '待复测', en: 'To be tested again' },
  verified: { 'zh-CN': '已消除', en: 'Gone' },
  dismissed: { 'zh-CN': '未采纳', en: 'Dismissed' },
} as const;
export const TestSummary = TestRow.pick({
  id: true,
  title: true,
  target: true,
  severity: true,
  reportedAt: true,
}).extend({
  status: field(z.enum(['waiting', ...FindingStatus.options]), { 'zh-CN': '状态', en: 'Status' }),
});
export type TestSummary = z.infer<typeof TestSummary>;
export const TestDetail = z.object({
  test: TestRow.omit({ userId: true, findingId: true }),
  status: TestSummary.shape.status,
  /** Names only: what a tester gave is not given back to whoever took his account. */
  files: z.array(z.object({ id: Id, name: z.string(), size: z.number().int() })),
  mayRetest: z.boolean(),
});
export type TestDetail = z.infer<typeof TestDetail>;
