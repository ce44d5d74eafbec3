/**
 * The records and answers of protection periods (重保期) and of their safe reports (报平安).
 * @module
 */
import { field, Id, Severity, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { Day } from './shapes.ts';

export const reportDayWords = {
  every: { 'zh-CN': '每天（含节假日）', en: 'Every day' },
  workdays: { 'zh-CN': '工作日（按国务院放假安排）', en: 'Working days' },
  chosen: { 'zh-CN': '每周指定的日子', en: 'Chosen weekdays' },
} as const;
export const ReportDays = z.enum(['every', 'workdays', 'chosen']);
export const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');

export const periodStatusWords = {
  running: { 'zh-CN': '执行中', en: 'Running' },
  ended: { 'zh-CN': '已结束', en: 'Ended' },
} as const;
export const SafePeriodRow = z.object({
  id: Id,
  title: field(z.string(), { 'zh-CN': '重保期', en: 'Protection period' }),
  note: z.string(),
  fromDay: field(Day, { 'zh-CN': '起', en: 'From' }),
  toDay: field(Day, { 'zh-CN': '止', en: 'To' }),
  days: ReportDays,
  /** 1 is Monday, 7 is Sunday; counts where `days` is `chosen`. */
  weekdays: z.array(z.number().int().min(1).max(7)),
  /** Until when a report is in time, in Beijing. */
  times: z.array(ClockTime),
  /** Minutes before the time from which one may report. */
  openMinutes: z.number().int(),
  /** Minutes before the time at which the unit is reminded. */
  remindMinutes: z.number().int(),
  organisationIds: z.array(Id),
  status: field(z.enum(['running', 'ended']), { 'zh-CN': '状态', en: 'Status' }),
  updatedAt: field(Timestamp, { 'zh-CN': '更新时间', en: 'Updated' }),
});
export type SafePeriodRow = z.infer<typeof SafePeriodRow>;

export const reportStatusWords = {
  safe: { 'zh-CN': '平安', en: 'Safe' },
  abnormal: { 'zh-CN': '异常', en: 'Abnormal' },
} as const;
export const SafeReportRow = z.object({
  id: Id,
  organisationId: Id,
  periodId: Id,
  day: field(Day, { 'zh-CN': '日期', en: 'Day' }),
  time: field(ClockTime, { 'zh-CN': '时点', en: 'Time' }),
  status: field(z.enum(['safe', 'abnormal']), { 'zh-CN': '情况', en: 'State' }),
  late: field(z.boolean(), { 'zh-CN': '迟报', en: 'Late' }),
  severity: Severity.nullable(),
  detail: field(z.string(), { 'zh-CN': '详情', en: 'Detail' }),
  evidenceIds: z.array(Id),
  findingId: Id.nullable(),
  byName: field(z.string(), { 'zh-CN': '报送人', en: 'By' }),
  reportedAt: field(Timestamp, { 'zh-CN': '报送时间', en: 'Reported' }),
  /** When an abnormal report followed a safe one of the same slot: when that had come. */
  safeBefore: Timestamp.nullable(),
});
export type SafeReportRow = z.infer<typeof SafeReportRow>;

export const slotStateWords = {
  upcoming: { 'zh-CN': '未到时间', en: 'Not yet' },
  open: { 'zh-CN': '待报', en: 'Open' },
  'in-time': { 'zh-CN': '按时', en: 'In time' },
  late: { 'zh-CN': '迟报', en: 'Late' },
  overdue: { 'zh-CN': '逾时未报', en: 'Overdue' },
  absent: { 'zh-CN': '缺报', en: 'Absent' },
} as const;
const Count = z.number().int();
export const Discipline = z.object({
  asked: Count,
  inTime: Count,
  late: Count,
  missing: Count,
  abnormal: Count,
  streak: Count,
  longest: Count,
});
/** One report that is asked for, and what became of it. */
export const SlotCell = z.object({
  day: Day,
  time: ClockTime,
  opensAt: Timestamp,
  dueAt: Timestamp,
  state: z.enum(['upcoming', 'open', 'in-time', 'late', 'overdue', 'absent']),
  report: SafeReportRow.nullable(),
});
export type SlotCell = z.infer<typeof SlotCell>;
export const UnitBoard = z.object({
  organisationId: Id,
  unitName: z.string(),
  cells: z.array(SlotCell),
  discipline: Discipline,
});
export type UnitBoard = z.infer<typeof UnitBoard>;
export const SafeBoard = z.object({
  period: SafePeriodRow,
  day: Day,
  /** Times asked for on this day; none on a day without reports. */
  times: z.array(ClockTime),
  units: z.array(UnitBoard),
  /** Of the latest time of this day that has opened. */
  latest: z
    .object({
      time: ClockTime,
      safe: Count,
      abnormal: Count,
      late: Count,
      missing: z.array(z.object({ organisationId: Id, unitName: z.string() })),
    })
    .nullable(),
});
export type SafeBoard = z.infer<typeof SafeBoard>;
export const MySafePeriod = z.object({
  period: SafePeriodRow,
  organisationId: Id,
  unitName: z.string(),
  /** Today's; none on a day without reports. */
  cells: z.array(SlotCell),
  /** Which of them the button means now. */
  current: SlotCell.nullable(),
  next: z.object({ day: Day, time: ClockTime, opensAt: Timestamp }).nullable(),
  discipline: Discipline,
  /** The last days, latest first. */
  history: z.array(SlotCell),
});
export type MySafePeriod = z.infer<typeof MySafePeriod>;
export const SafePeriodSummary = SafePeriodRow.extend({
  units: field(Count, { 'zh-CN': '单位数', en: 'Units' }),
  abnormal: field(Count, { 'zh-CN': '异常', en: 'Abnormal' }),
});
export type SafePeriodSummary = z.infer<typeof SafePeriodSummary>;
export const SafeReportSummary = SafeReportRow.extend({
  unitName: field(z.string(), { 'zh-CN': '单位', en: 'Unit' }),
  periodTitle: field(z.string(), { 'zh-CN': '重保期', en: 'Period' }),
});
export type SafeReportSummary = z.infer<typeof SafeReportSummary>;
