/**
 * Declared: protection periods (重保期), the safe reports of units (报平安), who is missing.
 * @module
 */
import { Done, FileReference, field, Id, JobReference, ListInput, listOutput, Severity } from '@hedun/sdk';
import { formatWords, severityWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import {
  ClockTime,
  MySafePeriod,
  periodStatusWords,
  ReportDays,
  reportDayWords,
  reportStatusWords,
  SafeBoard,
  SafePeriodRow,
  SafePeriodSummary,
  SafeReportRow,
  SafeReportSummary,
} from '../safe-report-shapes.ts';
import { Day } from '../shapes.ts';

const weekdayWords = {
  1: { 'zh-CN': '周一', en: 'Monday' },
  2: { 'zh-CN': '周二', en: 'Tuesday' },
  3: { 'zh-CN': '周三', en: 'Wednesday' },
  4: { 'zh-CN': '周四', en: 'Thursday' },
  5: { 'zh-CN': '周五', en: 'Friday' },
  6: { 'zh-CN': '周六', en: 'Saturday' },
  7: { 'zh-CN': '周日', en: 'Sunday' },
} as const;
const Weekday = z.enum(['1', '2', '3', '4', '5', '6', '7']);
const slot = {
  periodId: Id,
  /** Left out: the report that is open now, otherwise the latest overdue one of today. */
  time: field(ClockTime.optional(), { 'zh-CN': '时点', en: 'Time' }),
  organisationId: field(Id.optional(), { 'zh-CN': '单位', en: 'Unit' }, { widget: 'organisation' }),
};

export const safeReportOperations = {
  listSafePeriods: {
    title: { 'zh-CN': '重保期', en: 'Protection periods' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /safe-periods',
    cli: 'workdesk safe periods',
    list: {
      title: { label: { 'zh-CN': '重保期', en: 'Period' }, type: 'text', sortable: true },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: periodStatusWords },
      fromDay: { label: { 'zh-CN': '起', en: 'From' }, type: 'time', sortable: true },
      toDay: { label: { 'zh-CN': '止', en: 'To' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(SafePeriodSummary),
  },
  saveSafePeriod: {
    title: { 'zh-CN': '保存重保期', en: 'Save period' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /safe-periods',
    cli: 'workdesk safe period save',
    input: z.strictObject({
      id: Id.optional(),
      title: field(z.string().trim().min(1).max(200), { 'zh-CN': '名称', en: 'Title' }),
      note: field(z.string().max(2000).default(''), { 'zh-CN': '要求', en: 'What is asked' }, { widget: 'textarea' }),
      fromDay: field(Day, { 'zh-CN': '开始日期', en: 'From' }, { widget: 'date' }),
      toDay: field(Day, { 'zh-CN': '结束日期', en: 'To' }, { widget: 'date' }),
      days: field(
        ReportDays.default('every'),
        { 'zh-CN': '哪些天报', en: 'On which days' },
        { options: reportDayWords },
      ),
      weekdays: field(
        z.array(Weekday).max(7).default([]),
        { 'zh-CN': '每周', en: 'Weekdays' },
        {
          widget: 'select',
          options: weekdayWords,
          help: { 'zh-CN': '仅在「每周指定的日子」时填写', en: 'Only for chosen weekdays' },
        },
      ),
      times: field(
        z.array(ClockTime).min(1).max(8).default(['17:00']),
        { 'zh-CN': '每天截止时点', en: 'Times of day' },
        {
          widget: 'tags',
          help: {
            'zh-CN': '北京时间，如 09:00、17:00；可填多个',
            en: 'Beijing time, e.g. 09:00, 17:00; several allowed',
          },
        },
      ),
      openMinutes: field(z.coerce.number().int().min(1).max(1440).default(120), {
        'zh-CN': '提前多久可报（分钟）',
        en: 'Opens before (minutes)',
      }),
      remindMinutes: field(z.coerce.number().int().min(1).max(720).default(30), {
        'zh-CN': '截止前多久催报（分钟）',
        en: 'Reminds before (minutes)',
      }),
      organisationIds: field(
        z.array(Id).max(20_000).default([]),
        { 'zh-CN': '报送单位', en: 'Units' },
        {
          widget: 'organisation',
          help: { 'zh-CN': '不选为全部有联络员的单位', en: 'None means every unit that has a contact' },
        },
      ),
    }),
    output: SafePeriodRow,
  },
  endSafePeriod: {
    title: { 'zh-CN': '结束重保期', en: 'End period' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /safe-periods/:id/end',
    cli: 'workdesk safe period end',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  safeBoard: {
    title: { 'zh-CN': '报平安情况', en: 'Safe report board' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /safe-periods/:id/board',
    cli: 'workdesk safe board',
    input: z.strictObject({ id: Id, day: Day.optional() }),
    output: SafeBoard,
  },
  mySafeReports: {
    title: { 'zh-CN': '本单位报平安', en: 'My safe reports' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /safe-reports/mine',
    cli: 'workdesk safe mine',
    input: z.strictObject({}),
    output: z.object({ items: z.array(MySafePeriod) }),
  },
  reportSafe: {
    title: { 'zh-CN': '报平安', en: 'Report safe' },
    description: {
      'zh-CN': '不指明时点即为当前应报的一次；重复报送不会产生第二份。',
      en: 'Without a time it is the one asked for now; pressing twice reports once.',
    },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'POST /safe-reports/safe',
    cli: 'workdesk safe report',
    input: z.strictObject(slot),
    output: SafeReportRow,
  },
  reportAbnormal: {
    title: { 'zh-CN': '报异常', en: 'Report something abnormal' },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'POST /safe-reports/abnormal',
    cli: 'workdesk safe abnormal',
    input: z.strictObject({
      ...slot,
      title: field(
        z.string().trim().min(1).max(200),
        { 'zh-CN': '发生了什么', en: 'What happened' },
        { help: { 'zh-CN': '一句话，如：门户网站首页被篡改', en: 'In one line' } },
      ),
      detail: field(
        z.string().trim().min(1).max(4000),
        { 'zh-CN': '详情与已采取的措施', en: 'Detail and what was done' },
        { widget: 'textarea' },
      ),
      severity: field(Severity.default('high'), { 'zh-CN': '严重程度', en: 'Severity' }, { options: severityWords }),
      evidenceIds: field(
        z.array(Id).max(20).default([]),
        { 'zh-CN': '截图等材料', en: 'Evidence' },
        { widget: 'file' },
      ),
    }),
    output: SafeReportRow,
  },
  listSafeReports: {
    title: { 'zh-CN': '报送记录', en: 'Reports' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /safe-reports',
    cli: 'workdesk safe list',
    list: {
      periodId: { label: { 'zh-CN': '重保期编号', en: 'Period id' }, type: 'id' },
      organisation: { label: { 'zh-CN': '单位', en: 'Unit' }, type: 'organisation' },
      status: { label: { 'zh-CN': '情况', en: 'State' }, type: 'enum', values: reportStatusWords },
      late: { label: { 'zh-CN': '迟报', en: 'Late' }, type: 'boolean' },
      day: { label: { 'zh-CN': '日期', en: 'Day' }, type: 'time', sortable: true },
      reportedAt: { label: { 'zh-CN': '报送时间', en: 'Reported' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(SafeReportSummary),
  },
  remindSafe: {
    title: { 'zh-CN': '催报', en: 'Remind' },
    description: {
      'zh-CN': '提醒今天应报而未报的单位。',
      en: 'Reminds the units that have not reported what is asked today.',
    },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /safe-periods/:id/remind',
    cli: 'workdesk safe remind',
    input: z.strictObject({ id: Id }),
    output: z.object({ units: z.number().int() }),
  },
  writeSafeReport: {
    title: { 'zh-CN': '导出报平安情况', en: 'Export safe reports' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /safe-periods/:id/export',
    cli: 'workdesk safe export',
    input: z.strictObject({
      id: Id,
      format: field(
        z.enum(['xlsx', 'pdf', 'docx']).default('xlsx'),
        { 'zh-CN': '格式', en: 'Format' },
        { options: formatWords },
      ),
    }),
    output: FileReference,
  },
  watchSafeReports: {
    title: { 'zh-CN': '报平安提醒', en: 'Watch safe reports' },
    effect: 'job',
    permission: 'workdesk.issue',
    http: 'POST /safe-reports/watch',
    cli: 'workdesk safe watch',
    schedule: '*/5 * * * *',
    input: z.strictObject({}),
    output: JobReference,
  },
} as const;
