/**
 * The records and answers of tasks and self-checks (任务与自查): templates, what was sent, the sheet of each unit.
 * @module
 */
import { FileReference, field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { AnswersShape, FormShape, ScoreLineShape } from './form-shapes.ts';
import { Day } from './shapes.ts';

export const TemplateRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '模板', en: 'Template' }),
  note: z.string(),
  form: FormShape,
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type TemplateRow = z.infer<typeof TemplateRow>;
export const TemplateSummary = TemplateRow.omit({ form: true }).extend({
  questions: field(z.number().int(), { 'zh-CN': '题数', en: 'Questions' }),
  points: field(z.number(), { 'zh-CN': '满分', en: 'Most points' }),
  sent: field(z.number().int(), { 'zh-CN': '已下发', en: 'Sent' }),
});
export type TemplateSummary = z.infer<typeof TemplateSummary>;

export const taskStatusWords = {
  running: { 'zh-CN': '进行中', en: 'Running' },
  closed: { 'zh-CN': '已结束', en: 'Closed' },
} as const;
export const TaskRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '任务', en: 'Task' }),
  requirement: z.string(),
  templateId: Id,
  /** As it was when it was sent: changing the template later changes no task. */
  form: FormShape,
  dueOn: field(Day, { 'zh-CN': '完成期限', en: 'Due' }),
  provisional: z.boolean(),
  status: field(z.enum(['running', 'closed']), { 'zh-CN': '状态', en: 'Status' }),
  sentBy: z.string(),
  sentAt: field(Timestamp, { 'zh-CN': '下发时间', en: 'Sent' }),
});
export type TaskRow = z.infer<typeof TaskRow>;

export const sheetStatusWords = {
  assigned: { 'zh-CN': '待填报', en: 'To fill in' },
  filling: { 'zh-CN': '填报中', en: 'Begun' },
  submitted: { 'zh-CN': '待审核', en: 'Submitted' },
  returned: { 'zh-CN': '已退回', en: 'Returned' },
  accepted: { 'zh-CN': '已通过', en: 'Accepted' },
} as const;
export const SheetStatus = z.enum(['assigned', 'filling', 'submitted', 'returned', 'accepted']);
export const SheetStep = z.object({
  step: z.enum(['submitted', 'returned', 'accepted']),
  by: z.string(),
  at: Timestamp,
  reason: z.string(),
});
export const TaskSheetRow = z.object({
  id: Id,
  organisationId: Id,
  unitName: field(z.string(), { 'zh-CN': '单位', en: 'Unit' }),
  taskId: Id,
  status: field(SheetStatus, { 'zh-CN': '状态', en: 'Status' }),
  answers: AnswersShape,
  percent: field(z.number().nullable(), { 'zh-CN': '得分', en: 'Score' }),
  returns: field(z.number().int(), { 'zh-CN': '退回次数', en: 'Returns' }),
  history: z.array(SheetStep),
  /** The first submission: it decides whether the unit was in time. */
  firstSubmittedAt: field(Timestamp.nullable(), { 'zh-CN': '首次提交', en: 'First submitted' }),
  submittedAt: field(Timestamp.nullable(), { 'zh-CN': '提交时间', en: 'Submitted' }),
  acceptedAt: field(Timestamp.nullable(), { 'zh-CN': '通过时间', en: 'Accepted' }),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type TaskSheetRow = z.infer<typeof TaskSheetRow>;

const Count = z.number().int();
export const TaskSummary = TaskRow.omit({ form: true, templateId: true, requirement: true }).extend({
  units: field(Count, { 'zh-CN': '单位数', en: 'Units' }),
  submitted: field(Count, { 'zh-CN': '待审核', en: 'To check' }),
  accepted: field(Count, { 'zh-CN': '已通过', en: 'Accepted' }),
  late: field(Count, { 'zh-CN': '逾期', en: 'Overdue' }),
  /** The own sheet of a unit that asks, and where it stands. */
  sheetId: Id.nullable(),
  mine: field(SheetStatus.nullable(), { 'zh-CN': '本单位', en: 'Own unit' }),
});
export type TaskSummary = z.infer<typeof TaskSummary>;
export const SheetSummary = TaskSheetRow.omit({ answers: true, history: true }).extend({
  overdue: field(z.boolean(), { 'zh-CN': '逾期', en: 'Overdue' }),
});
export type SheetSummary = z.infer<typeof SheetSummary>;
export const TaskDetail = z.object({
  task: TaskRow,
  sheets: z.array(SheetSummary),
});
export type TaskDetail = z.infer<typeof TaskDetail>;
/** Files answered with, so that a page names and fetches them. */
export const SheetFile = FileReference;
export const sheetSteps = ['save', 'submit', 'accept', 'return'] as const;
export const SheetDetail = z.object({
  /** For a unit without what its answers are worth. */
  task: TaskRow,
  sheet: TaskSheetRow,
  overdue: z.boolean(),
  files: z.array(SheetFile),
  steps: z.array(z.enum(sheetSteps)),
  lines: z.array(ScoreLineShape),
});
export type SheetDetail = z.infer<typeof SheetDetail>;
export const MergedTask = z.object({
  header: z.array(z.string()),
  rows: z.array(z.object({ sheetId: Id, cells: z.array(z.string()) })),
  replies: Count,
  waiting: z.array(z.string()),
  summary: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      kind: z.string(),
      shown: Count,
      answered: Count,
      tallies: z.array(z.object({ label: z.string(), count: Count })),
      numbers: z.object({ sum: z.number(), mean: z.number(), least: z.number(), most: z.number() }).nullable(),
    }),
  ),
});
export type MergedTask = z.infer<typeof MergedTask>;
