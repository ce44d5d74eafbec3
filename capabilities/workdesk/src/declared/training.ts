/**
 * Declared: the knowledge base, courses with a quiz, who must take them, certificates.
 * @module
 */
import { Done, FileReference, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { AnswersShape, FormShape } from '../form-shapes.ts';
import {
  ArticleCategory,
  ArticleRow,
  ArticleSummary,
  articleCategoryWords,
  CourseRow,
  CourseSummary,
  EnrolmentSummary,
  enrolmentStatusWords,
  Lesson,
  QuizResult,
} from '../training-shapes.ts';

const title = field(z.string().trim().min(1).max(200), { 'zh-CN': '标题', en: 'Title' });
const body = field(
  z.string().max(200_000).default(''),
  { 'zh-CN': '正文', en: 'Body' },
  {
    widget: 'markdown',
    help: {
      'zh-CN': '空行分段；以「# 」「- 」开头为标题、列表',
      en: 'Blank lines part paragraphs; “# ” and “- ” begin headings and lists',
    },
  },
);
const published = field(z.boolean().default(false), { 'zh-CN': '发布', en: 'Published' });

export const trainingOperations = {
  listArticles: {
    title: { 'zh-CN': '知识库', en: 'Knowledge base' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /articles',
    cli: 'workdesk article list',
    list: {
      title: { label: { 'zh-CN': '标题', en: 'Title' }, type: 'text', sortable: true },
      category: { label: { 'zh-CN': '分类', en: 'Category' }, type: 'enum', values: articleCategoryWords },
      published: { label: { 'zh-CN': '已发布', en: 'Published' }, type: 'boolean' },
      updatedAt: { label: { 'zh-CN': '更新时间', en: 'Updated' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(ArticleSummary),
  },
  getArticle: {
    title: { 'zh-CN': '文章', en: 'Article' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /articles/:id',
    cli: 'workdesk article show',
    input: z.strictObject({ id: Id }),
    output: ArticleRow,
  },
  saveArticle: {
    title: { 'zh-CN': '保存文章', en: 'Save article' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /articles',
    cli: 'workdesk article save',
    input: z.strictObject({
      id: Id.optional(),
      title,
      category: field(
        ArticleCategory.default('guide'),
        { 'zh-CN': '分类', en: 'Category' },
        { options: articleCategoryWords },
      ),
      body,
      tags: field(z.array(z.string().trim().min(1).max(40)).max(20).default([]), { 'zh-CN': '标签', en: 'Tags' }),
      attachmentIds: field(
        z.array(Id).max(10).optional(),
        { 'zh-CN': '附件', en: 'Attachments' },
        {
          widget: 'file',
          help: {
            'zh-CN': '重新上传会替换原有附件；单个不超过 20 MB',
            en: 'New ones replace the old; at most 20 MB each',
          },
        },
      ),
      published,
    }),
    output: ArticleRow,
  },
  deleteArticle: {
    title: { 'zh-CN': '删除文章', en: 'Delete article' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'DELETE /articles/:id',
    cli: 'workdesk article delete',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  takeAttachment: {
    title: { 'zh-CN': '下载附件', en: 'Take an attachment' },
    description: {
      'zh-CN': '附件复制一份到本单位名下，供下载。',
      en: 'Copies the file to the own organisation, to be downloaded.',
    },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /articles/:id/attachments/:position',
    cli: 'workdesk article attachment',
    input: z.strictObject({ id: Id, position: z.coerce.number().int().min(0).max(9) }),
    output: FileReference,
  },
  listCourses: {
    title: { 'zh-CN': '课程', en: 'Courses' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /courses',
    cli: 'workdesk course list',
    list: {
      title: { label: { 'zh-CN': '课程', en: 'Course' }, type: 'text', sortable: true },
      published: { label: { 'zh-CN': '已发布', en: 'Published' }, type: 'boolean' },
      updatedAt: { label: { 'zh-CN': '更新时间', en: 'Updated' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(CourseSummary),
  },
  getCourse: {
    title: { 'zh-CN': '课程内容', en: 'Course' },
    effect: 'read',
    permission: 'workdesk.write',
    http: 'GET /courses/:id',
    cli: 'workdesk course show',
    input: z.strictObject({ id: Id }),
    output: CourseRow,
  },
  saveCourse: {
    title: { 'zh-CN': '保存课程', en: 'Save course' },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /courses',
    cli: 'workdesk course save',
    input: z.strictObject({
      id: Id.optional(),
      title,
      summary: field(z.string().max(2000).default(''), { 'zh-CN': '简介', en: 'Summary' }, { widget: 'textarea' }),
      body,
      quiz: FormShape,
      passPercent: field(z.coerce.number().int().min(1).max(100).default(80), {
        'zh-CN': '及格线（百分制）',
        en: 'Pass mark (%)',
      }),
      attempts: field(z.coerce.number().int().min(1).max(20).default(3), { 'zh-CN': '可考次数', en: 'Attempts' }),
      validMonths: field(z.coerce.number().int().min(1).max(120).nullable().default(12), {
        'zh-CN': '证书有效期（月）',
        en: 'Certificate valid (months)',
      }),
      published,
    }),
    output: CourseRow,
  },
  assignCourse: {
    title: { 'zh-CN': '布置课程', en: 'Assign course' },
    description: {
      'zh-CN': '按角色布置给所选单位的人员；事件之后也可指明通报，只布置给被通报单位。',
      en: 'To the people of the chosen units by role; after an incident, to the unit of a notice.',
    },
    effect: 'write',
    permission: 'workdesk.write',
    http: 'POST /courses/:id/assign',
    cli: 'workdesk course assign',
    input: z.strictObject({
      id: field(Id, { 'zh-CN': '课程', en: 'Course' }),
      organisationIds: field(
        z.array(Id).max(500).default([]),
        { 'zh-CN': '单位', en: 'Units' },
        { widget: 'organisation' },
      ),
      noticeId: field(Id.optional(), { 'zh-CN': '通报编号', en: 'Notice' }),
      audience: field(
        z.enum(['contacts', 'leaders', 'both']).default('contacts'),
        { 'zh-CN': '人员', en: 'People' },
        {
          options: {
            contacts: { 'zh-CN': '单位联络员', en: 'Contacts' },
            leaders: { 'zh-CN': '单位负责人', en: 'Leaders' },
            both: { 'zh-CN': '联络员与负责人', en: 'Both' },
          },
        },
      ),
      workdays: field(z.coerce.number().int().min(1).max(250).default(20), {
        'zh-CN': '完成期限（工作日）',
        en: 'Working days',
      }),
      reason: field(z.string().max(200).default(''), { 'zh-CN': '原因', en: 'Reason' }),
    }),
    output: z.object({ assigned: z.number().int(), already: z.number().int() }),
  },
  listEnrolments: {
    title: { 'zh-CN': '学习情况', en: 'Enrolments' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /enrolments',
    cli: 'workdesk training list',
    list: {
      courseTitle: { label: { 'zh-CN': '课程', en: 'Course' }, type: 'text' },
      userName: { label: { 'zh-CN': '姓名', en: 'Name' }, type: 'text', sortable: true },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: enrolmentStatusWords },
      overdue: { label: { 'zh-CN': '逾期', en: 'Overdue' }, type: 'boolean' },
      dueOn: { label: { 'zh-CN': '完成期限', en: 'Due' }, type: 'time', sortable: true },
      assignedAt: { label: { 'zh-CN': '布置时间', en: 'Assigned' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(EnrolmentSummary),
  },
  myTraining: {
    title: { 'zh-CN': '我的学习', en: 'My training' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /training',
    cli: 'workdesk training mine',
    input: z.strictObject({}),
    output: z.object({ items: z.array(EnrolmentSummary) }),
  },
  openLesson: {
    title: { 'zh-CN': '开始学习', en: 'Open lesson' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /training/:id/open',
    cli: 'workdesk training open',
    input: z.strictObject({ id: Id }),
    output: Lesson,
  },
  submitQuiz: {
    title: { 'zh-CN': '提交答卷', en: 'Submit quiz' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /training/:id/quiz',
    cli: 'workdesk training submit',
    input: z.strictObject({ id: Id, answers: AnswersShape }),
    output: QuizResult,
  },
  makeCertificate: {
    title: { 'zh-CN': '生成证书', en: 'Certificate' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /training/:id/certificate',
    cli: 'workdesk training certificate',
    input: z.strictObject({
      id: Id,
      format: field(z.enum(['pdf', 'docx']).default('pdf'), { 'zh-CN': '格式', en: 'Format' }),
    }),
    output: FileReference,
  },
  remindTraining: {
    title: { 'zh-CN': '提醒未完成的学习', en: 'Remind of training' },
    effect: 'job',
    permission: 'workdesk.write',
    http: 'POST /training/remind',
    cli: 'workdesk training remind',
    schedule: '20 9 * * *',
    input: z.strictObject({}),
    output: JobReference,
  },
} as const;
