/**
 * Declared: the figures of a month or a year, the records behind each, and the reports.
 * @module
 */
import { FileReference, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { severityWords } from '@hedun/sdk/kernel';
import { z } from 'zod';
import { CountedRow, figureWords, HeatFigures, MonthFigures, Period } from '../figure-shapes.ts';
import { Month } from '../shapes.ts';

const month = field(Month, { 'zh-CN': '月份', en: 'Month' }, { help: { 'zh-CN': '例如 2026-11', en: 'e.g. 2026-11' } });
const year = field(z.coerce.number().int().min(2000).max(2999), { 'zh-CN': '年度', en: 'Year' });
const report = {
  organisationId: field(Id, { 'zh-CN': '出具单位', en: 'Issuer' }, { widget: 'organisation' }),
  format: field(z.enum(['pdf', 'docx', 'xlsx']).default('pdf'), { 'zh-CN': '格式', en: 'Format' }),
};

export const figureOperations = {
  monthFigures: {
    title: { 'zh-CN': '月度数据', en: 'Figures of a month' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /months/:month',
    cli: 'workdesk month',
    input: z.strictObject({ month }),
    output: MonthFigures,
  },
  yearFigures: {
    title: { 'zh-CN': '年度数据', en: 'Figures of a year' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /years/:year',
    cli: 'workdesk year',
    input: z.strictObject({ year }),
    output: MonthFigures,
  },
  heatFigures: {
    title: { 'zh-CN': '单位与类型热力', en: 'Heat by unit and kind' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /heat/:period',
    cli: 'workdesk heat',
    input: z.strictObject({ period: field(Period, { 'zh-CN': '期间', en: 'Period' }) }),
    output: HeatFigures,
  },
  listCounted: {
    title: { 'zh-CN': '统计明细', en: 'Records behind a figure' },
    description: {
      'zh-CN': '态势与报告中每个数字所计的记录；筛选中须有 figure 与 period。',
      en: 'The records a figure of the board or a report counts; the filter names figure and period.',
    },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /counted',
    cli: 'workdesk counted',
    list: {
      figure: { label: { 'zh-CN': '指标', en: 'Figure' }, type: 'enum', values: figureWords },
      period: { label: { 'zh-CN': '期间', en: 'Period' }, type: 'text' },
      unit: { label: { 'zh-CN': '本单位', en: 'Unit' }, type: 'id' },
      organisation: { label: { 'zh-CN': '单位', en: 'Organisation' }, type: 'organisation' },
      severity: { label: { 'zh-CN': '级别', en: 'Severity' }, type: 'enum', values: severityWords },
      kind: { label: { 'zh-CN': '类型', en: 'Kind' }, type: 'tags' },
      title: { label: { 'zh-CN': '标题', en: 'Title' }, type: 'text', sortable: true },
      at: { label: { 'zh-CN': '时间', en: 'Time' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(CountedRow),
  },
  writeMonthlyReport: {
    title: { 'zh-CN': '出具月报', en: 'Write the monthly report' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /months/:month/report',
    cli: 'workdesk month report',
    input: z.strictObject({ month, ...report }),
    output: FileReference,
  },
  writeYearReport: {
    title: { 'zh-CN': '出具年报', en: 'Write the annual report' },
    effect: 'write',
    permission: 'workdesk.view',
    http: 'POST /years/:year/report',
    cli: 'workdesk year report',
    input: z.strictObject({ year, ...report }),
    output: FileReference,
  },
} as const;
