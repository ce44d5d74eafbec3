/**
 * The figures of a month or a year, the heat by unit and kind, and the records behind a figure.
 * @module
 */
import { field, Id, Severity, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { Day, Month } from './shapes.ts';

/** A month, or a year as a whole. */
export const Period = z.string().regex(/^\d{4}(-(0[1-9]|1[0-2]))?$/, 'YYYY-MM | YYYY');
export const MonthFigures = z.object({
  /** The month, or the year. */
  month: Period,
  from: Day,
  to: Day,
  /** Units whose tallies are being counted again; 0 means the figures are those of this moment. */
  stale: z.number().int(),
  found: z.number().int(),
  verified: z.number().int(),
  dismissed: z.number().int(),
  reopened: z.number().int(),
  openAtEnd: z.number().int(),
  issued: z.number().int(),
  signed: z.number().int(),
  archived: z.number().int(),
  archivedInTime: z.number().int(),
  overdueAtEnd: z.number().int(),
  returned: z.number().int(),
  /** Mean civil days from notice to verification, over those verified in the month; null when none. */
  meanDays: z.number().nullable(),
  /** Mean days from first seen to verified, over findings verified in the period; null when none. */
  fixDays: z.number().nullable(),
  within7: z.number().int(),
  within30: z.number().int(),
  severities: z.array(z.object({ severity: Severity, found: z.number().int(), openAtEnd: z.number().int() })),
  kinds: z.array(z.object({ kind: z.string(), found: z.number().int(), openAtEnd: z.number().int() })),
  trend: z.array(
    z.object({
      month: Month,
      found: z.number().int(),
      verified: z.number().int(),
      openAtEnd: z.number().int(),
      fixDays: z.number().nullable(),
    }),
  ),
  units: z.array(
    z.object({
      organisationId: Id,
      name: z.string(),
      found: z.number().int(),
      verified: z.number().int(),
      openAtEnd: z.number().int(),
      issued: z.number().int(),
      inTime: z.number().int(),
      overdueAtEnd: z.number().int(),
      meanDays: z.number().nullable(),
      fixDays: z.number().nullable(),
    }),
  ),
});
export type MonthFigures = z.infer<typeof MonthFigures>;

/** Open at the end of a period, by unit and kind: the units with most first. */
export const HeatFigures = z.object({
  period: Period,
  kinds: z.array(z.object({ kind: z.string(), open: z.number().int() })),
  units: z.array(
    z.object({
      organisationId: Id,
      name: z.string(),
      open: z.number().int(),
      /** In the order of `kinds`. */
      cells: z.array(z.number().int()),
    }),
  ),
  /** Units that are not shown, and what is open with them. */
  others: z.object({ units: z.number().int(), open: z.number().int() }),
});
export type HeatFigures = z.infer<typeof HeatFigures>;

export const findingFigures = [
  'found',
  'verified',
  'dismissed',
  'reopened',
  'openAtEnd',
  'within7',
  'within30',
] as const;
export const noticeFigures = ['issued', 'signed', 'archived', 'archivedInTime', 'overdueAtEnd'] as const;
export const figureWords = {
  found: { 'zh-CN': '新发现', en: 'Found' },
  verified: { 'zh-CN': '复核消除', en: 'Verified fixed' },
  dismissed: { 'zh-CN': '忽略', en: 'Dismissed' },
  reopened: { 'zh-CN': '复发', en: 'Recurred' },
  openAtEnd: { 'zh-CN': '期末未消除', en: 'Open at the end' },
  within7: { 'zh-CN': '七日内消除', en: 'Fixed within 7 days' },
  within30: { 'zh-CN': '三十日内消除', en: 'Fixed within 30 days' },
  issued: { 'zh-CN': '下发通报', en: 'Notices issued' },
  signed: { 'zh-CN': '签收', en: 'Signed' },
  archived: { 'zh-CN': '办结归档', en: 'Archived' },
  archivedInTime: { 'zh-CN': '按期办结', en: 'Archived in time' },
  overdueAtEnd: { 'zh-CN': '期末逾期', en: 'Overdue at the end' },
} as const satisfies Readonly<Record<(typeof findingFigures)[number] | (typeof noticeFigures)[number], unknown>>;
/** A record behind a figure. */
export const CountedRow = z.object({
  id: Id,
  noun: z.enum(['finding', 'notice']),
  title: field(z.string(), { 'zh-CN': '标题', en: 'Title' }),
  organisationId: field(Id, { 'zh-CN': '单位', en: 'Unit' }),
  severity: field(Severity, { 'zh-CN': '级别', en: 'Severity' }),
  kind: field(z.string(), { 'zh-CN': '类型', en: 'Kind' }),
  status: field(z.string(), { 'zh-CN': '状态', en: 'Status' }),
  at: field(Timestamp, { 'zh-CN': '时间', en: 'Time' }),
});
export type CountedRow = z.infer<typeof CountedRow>;
