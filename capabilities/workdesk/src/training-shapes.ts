/**
 * The records and answers of the knowledge base and of training.
 * @module
 */
import { FileReference, field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { AnswersShape, FormShape, ScoreLineShape } from './form-shapes.ts';
import { Day } from './shapes.ts';

export const articleCategoryWords = {
  policy: { 'zh-CN': '制度规范', en: 'Policy' },
  guide: { 'zh-CN': '整改指南', en: 'Guide' },
  incident: { 'zh-CN': '案例通报', en: 'Case study' },
  emergency: { 'zh-CN': '应急预案', en: 'Emergency plan' },
  other: { 'zh-CN': '其他', en: 'Other' },
} as const;
export const ArticleCategory = z.enum(['policy', 'guide', 'incident', 'emergency', 'other']);
export const Attachment = z.object({ name: z.string(), mediaType: z.string(), size: z.number().int() });
export const ArticleRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '标题', en: 'Title' }),
  category: field(ArticleCategory, { 'zh-CN': '分类', en: 'Category' }),
  body: z.string(),
  tags: z.array(z.string()),
  published: z.boolean(),
  attachments: z.array(Attachment),
  authorName: field(z.string(), { 'zh-CN': '作者', en: 'Author' }),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type ArticleRow = z.infer<typeof ArticleRow>;
export const AttachmentRow = z.object({
  articleId: Id,
  position: z.number().int(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.instanceof(Uint8Array),
});
export const ArticleSummary = ArticleRow.omit({ body: true, attachments: true });

export const CourseRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '课程', en: 'Course' }),
  summary: z.string(),
  body: z.string(),
  quiz: FormShape,
  passPercent: field(z.number().int(), { 'zh-CN': '及格线', en: 'Pass mark' }),
  validMonths: z.number().int().nullable(),
  attempts: z.number().int(),
  published: z.boolean(),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type CourseRow = z.infer<typeof CourseRow>;
export const CourseSummary = CourseRow.omit({ body: true, quiz: true }).extend({
  questions: field(z.number().int(), { 'zh-CN': '题数', en: 'Questions' }),
  assigned: field(z.number().int(), { 'zh-CN': '已布置', en: 'Assigned' }),
  passed: field(z.number().int(), { 'zh-CN': '已通过', en: 'Passed' }),
});
export type CourseSummary = z.infer<typeof CourseSummary>;

export const enrolmentStatusWords = {
  assigned: { 'zh-CN': '待学习', en: 'Assigned' },
  started: { 'zh-CN': '学习中', en: 'Started' },
  failed: { 'zh-CN': '未通过', en: 'Not passed' },
  passed: { 'zh-CN': '已通过', en: 'Passed' },
} as const;
export const EnrolmentStatus = z.enum(['assigned', 'started', 'failed', 'passed']);
export const EnrolmentRow = z.object({
  id: Id,
  organisationId: Id,
  courseId: Id,
  userId: Id,
  userName: field(z.string(), { 'zh-CN': '姓名', en: 'Name' }),
  reason: field(z.string(), { 'zh-CN': '布置原因', en: 'Reason' }),
  status: field(EnrolmentStatus, { 'zh-CN': '状态', en: 'Status' }),
  dueOn: field(Day, { 'zh-CN': '完成期限', en: 'Due' }),
  attempts: field(z.number().int(), { 'zh-CN': '已考次数', en: 'Attempts' }),
  percent: field(z.number().nullable(), { 'zh-CN': '得分', en: 'Score' }),
  answers: AnswersShape.nullable(),
  certificate: field(z.string().nullable(), { 'zh-CN': '证书编号', en: 'Certificate' }),
  assignedAt: field(Timestamp, { 'zh-CN': '布置时间', en: 'Assigned' }),
  passedAt: field(Timestamp.nullable(), { 'zh-CN': '通过时间', en: 'Passed' }),
  validTo: field(Day.nullable(), { 'zh-CN': '有效期至', en: 'Valid until' }),
});
export type EnrolmentRow = z.infer<typeof EnrolmentRow>;
export const EnrolmentSummary = EnrolmentRow.omit({ answers: true }).extend({
  courseTitle: field(z.string(), { 'zh-CN': '课程', en: 'Course' }),
  overdue: field(z.boolean(), { 'zh-CN': '逾期', en: 'Overdue' }),
});
export type EnrolmentSummary = z.infer<typeof EnrolmentSummary>;

/** What a learner gets: the course without saying which answers are right. */
export const Lesson = z.object({
  enrolment: EnrolmentSummary,
  course: CourseRow,
  attemptsLeft: z.number().int(),
});
export type Lesson = z.infer<typeof Lesson>;
export const QuizResult = z.object({
  percent: z.number(),
  passed: z.boolean(),
  attemptsLeft: z.number().int(),
  lines: z.array(ScoreLineShape),
  certificate: z.string().nullable(),
});
export type QuizResult = z.infer<typeof QuizResult>;
export { FileReference };
