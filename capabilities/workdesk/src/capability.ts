/**
 * The declaration of the workdesk: what scanners, platforms and people report becomes notices, fixes, proof.
 * @module
 */
import { defineCapability, field, Id } from '@hedun/sdk';
import { z } from 'zod';
import { AnnouncementFileRow, AnnouncementRow, ReceiptRow } from './announcement-shapes.ts';
import { ResultRow, SchemeRow } from './assessment-shapes.ts';
import { announcementOperations } from './declared/announcements.ts';
import { assessmentOperations } from './declared/assessment.ts';
import { figureOperations } from './declared/figures.ts';
import { filingOperations } from './declared/filings.ts';
import { importOperations } from './declared/imports.ts';
import { noticeOperations } from './declared/notices.ts';
import { registerOperations } from './declared/registers.ts';
import { reviewOperations } from './declared/reviews.ts';
import { safeReportOperations } from './declared/safe-reports.ts';
import { sourceOperations } from './declared/sources.ts';
import { taskOperations } from './declared/tasks.ts';
import { testOperations } from './declared/tests.ts';
import { trainingOperations } from './declared/training.ts';
import { errors } from './errors.ts';
import { ApplicationRow, FilingRow } from './filing-shapes.ts';
import { en, zh } from './messages.ts';
import { SystemRow } from './register-shapes.ts';
import { ReviewEntryRow, ReviewRow, ReviewSheetRow } from './review-shapes.ts';
import { SafePeriodRow, SafeReportRow } from './safe-report-shapes.ts';
import { ExploitedRow, ImportRow, InboxRow, NoticeRow, RangeRow, StaleRow, TallyRow } from './shapes.ts';
import { PushRow, SourceRow } from './source-shapes.ts';
import { TaskRow, TaskSheetRow, TemplateRow } from './task-shapes.ts';
import { TestRow } from './test-shapes.ts';
import { ArticleRow, AttachmentRow, CourseRow, EnrolmentRow } from './training-shapes.ts';

const days = (zhText: string, english: string, value: number) =>
  field(z.coerce.number().int().min(1).max(60).default(value), { 'zh-CN': zhText, en: english });

export const workdesk = defineCapability({
  id: 'workdesk',
  title: { 'zh-CN': '网络安全工作管理', en: 'Workdesk' },
  permissions: {
    'workdesk.view': { 'zh-CN': '查看通报与工作事项', en: 'View notices and work items' },
    'workdesk.read': { 'zh-CN': '查看扫描导入与待归属', en: 'View imports and the inbox' },
    'workdesk.write': { 'zh-CN': '导入扫描、归属发现、维护台账', en: 'Import scans, assign findings' },
    'workdesk.issue': { 'zh-CN': '下发通报、复核、归档', en: 'Issue, verify and archive notices' },
    'workdesk.unit': { 'zh-CN': '代表本单位签收与反馈', en: 'Sign and answer for a unit' },
    'workdesk.lead': { 'zh-CN': '作为单位负责人接收升级', en: 'Be told as the leader of a unit' },
    'workdesk.push': { 'zh-CN': '平台接口推送发现', en: 'Push findings as a platform' },
    'workdesk.test': { 'zh-CN': '提交外部测试发现', en: 'Report findings as an external tester' },
  },
  messages: { 'zh-CN': zh, en },
  tables: {
    imports: { row: ImportRow, scope: 'organisation' },
    inbox: { row: InboxRow, scope: 'organisation' },
    ranges: { row: RangeRow, scope: 'organisation' },
    exploited: { row: ExploitedRow, scope: 'shared' },
    notices: { row: NoticeRow, scope: 'organisation' },
    tallies: { row: TallyRow, scope: 'organisation' },
    stale: { row: StaleRow, scope: 'organisation' },
    articles: { row: ArticleRow, scope: 'shared' },
    attachments: { row: AttachmentRow, scope: 'shared' },
    courses: { row: CourseRow, scope: 'shared' },
    enrolments: { row: EnrolmentRow, scope: 'organisation' },
    schemes: { row: SchemeRow, scope: 'shared' },
    results: { row: ResultRow, scope: 'organisation' },
    sources: { row: SourceRow, scope: 'organisation' },
    pushes: { row: PushRow, scope: 'shared' },
    announcements: { row: AnnouncementRow, scope: 'shared' },
    announcementFiles: { row: AnnouncementFileRow, scope: 'shared' },
    receipts: { row: ReceiptRow, scope: 'organisation' },
    safePeriods: { row: SafePeriodRow, scope: 'shared' },
    safeReports: { row: SafeReportRow, scope: 'organisation' },
    templates: { row: TemplateRow, scope: 'shared' },
    tasks: { row: TaskRow, scope: 'shared' },
    taskSheets: { row: TaskSheetRow, scope: 'organisation' },
    systems: { row: SystemRow, scope: 'organisation' },
    filings: { row: FilingRow, scope: 'organisation' },
    applications: { row: ApplicationRow, scope: 'organisation' },
    reviews: { row: ReviewRow, scope: 'shared' },
    reviewSheets: { row: ReviewSheetRow, scope: 'organisation' },
    reviewEntries: { row: ReviewEntryRow, scope: 'organisation' },
    tests: { row: TestRow, scope: 'user' },
    counters: { row: z.object({ name: z.string(), last: z.number().int() }), scope: 'shared' },
  },
  operations: {
    ...importOperations,
    ...sourceOperations,
    ...noticeOperations,
    ...figureOperations,
    ...registerOperations,
    ...filingOperations,
    ...reviewOperations,
    ...testOperations,
    ...trainingOperations,
    ...assessmentOperations,
    ...announcementOperations,
    ...safeReportOperations,
    ...taskOperations,
  },
  pages: {
    board: {
      title: { 'zh-CN': '安全工作态势', en: 'Posture' },
      path: '/workdesk/board',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 1, icon: 'fund' },
    },
    counted: {
      title: { 'zh-CN': '统计明细', en: 'Records behind a figure' },
      path: '/workdesk/counted',
      permission: 'workdesk.view',
    },
    screen: {
      title: { 'zh-CN': '态势大屏', en: 'Screen' },
      path: '/workdesk/screen',
      permission: 'workdesk.view',
    },
    notices: {
      title: { 'zh-CN': '通报整改', en: 'Notices' },
      path: '/workdesk/notices',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 2, icon: 'notification' },
    },
    imports: {
      title: { 'zh-CN': '扫描导入', en: 'Scan imports' },
      path: '/workdesk/imports',
      permission: 'workdesk.read',
      navigation: { group: 'observe', order: 30, icon: 'radar' },
    },
    sources: {
      title: { 'zh-CN': '数据来源', en: 'Sources' },
      path: '/workdesk/sources',
      permission: 'workdesk.read',
      navigation: { group: 'observe', order: 32, icon: 'api' },
    },
    inbox: {
      title: { 'zh-CN': '待归属', en: 'Inbox' },
      path: '/workdesk/inbox',
      permission: 'workdesk.read',
      navigation: { group: 'observe', order: 31, icon: 'tags' },
    },
    announcements: {
      title: { 'zh-CN': '通知公告', en: 'Announcements' },
      path: '/workdesk/announcements',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 3, icon: 'file-text' },
    },
    safeReports: {
      title: { 'zh-CN': '报平安', en: 'Safe reports' },
      path: '/workdesk/safe-reports',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 4, icon: 'smile' },
    },
    tasks: {
      title: { 'zh-CN': '任务自查', en: 'Tasks' },
      path: '/workdesk/tasks',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 5, icon: 'audit' },
    },
    systems: {
      title: { 'zh-CN': '信息资产台账', en: 'Register' },
      path: '/workdesk/systems',
      permission: 'workdesk.view',
      navigation: { group: 'observe', order: 20, icon: 'database' },
    },
    filings: {
      title: { 'zh-CN': '备案登记', en: 'Filings' },
      path: '/workdesk/filings',
      permission: 'workdesk.view',
      navigation: { group: 'observe', order: 21, icon: 'solution' },
    },
    reviews: {
      title: { 'zh-CN': '年度审查', en: 'Annual review' },
      path: '/workdesk/reviews',
      permission: 'workdesk.view',
      navigation: { group: 'observe', order: 22, icon: 'audit' },
    },
    tests: {
      title: { 'zh-CN': '我的测试发现', en: 'My findings' },
      path: '/workdesk/tests',
      permission: 'workdesk.test',
      navigation: { group: 'observe', order: 33, icon: 'bug' },
    },
    assessment: {
      title: { 'zh-CN': '安全考核', en: 'Assessment' },
      path: '/workdesk/assessment',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 39, icon: 'schedule' },
    },
    training: {
      title: { 'zh-CN': '培训考试', en: 'Training' },
      path: '/workdesk/training',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 40, icon: 'solution' },
    },
    knowledge: {
      title: { 'zh-CN': '知识库', en: 'Knowledge base' },
      path: '/workdesk/knowledge',
      permission: 'workdesk.view',
      navigation: { group: 'act', order: 41, icon: 'book' },
    },
  },
  errors,
  settings: {
    noticeWord: {
      title: { 'zh-CN': '通报文号的代字', en: 'Word of the notice number' },
      schema: field(z.string().min(1).max(20).default('网安通报'), { 'zh-CN': '代字', en: 'Word' }),
    },
    filingWord: {
      title: { 'zh-CN': '备案号的代字', en: 'Word of the filing number' },
      schema: field(z.string().min(1).max(20).default('网备'), { 'zh-CN': '代字', en: 'Word' }),
    },
    deadlineDays: {
      title: { 'zh-CN': '各级别的整改期限', en: 'Days to fix by severity' },
      schema: z
        .object({
          critical: days('严重（工作日）', 'Critical (working days)', 3),
          high: days('高危（工作日）', 'High (working days)', 5),
          medium: days('中危（工作日）', 'Medium (working days)', 10),
          low: days('低危（工作日）', 'Low (working days)', 20),
          info: days('提示（工作日）', 'Info (working days)', 20),
        })
        .default({ critical: 3, high: 5, medium: 10, low: 20, info: 20 }),
    },
  },
  listens: {
    'kernel.finding.raised': z.object({ organisationIds: z.array(Id) }),
    'kernel.finding.status_changed': z.object({ organisationIds: z.array(Id) }),
    'kernel.asset.changed': z.object({ ids: z.array(Id), organisationIds: z.array(Id) }),
    'workdesk.import.received': z.object({ id: Id }),
  },
  emits: {
    'workdesk.import.received': z.object({ id: Id }),
    'workdesk.notice.issued': z.object({ id: Id, organisationId: Id, number: z.string() }),
    'workdesk.notice.archived': z.object({ id: Id, organisationId: Id, number: z.string() }),
  },
});
export type Workdesk = typeof workdesk;
