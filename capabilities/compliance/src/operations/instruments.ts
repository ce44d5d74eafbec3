/**
 * Operations on the library of instruments and on what it makes due, declared.
 * @module
 */
import { FileReference, field } from '@hedun/sdk';
import { z } from 'zod';
import {
  Day,
  DeadlineView,
  FactValues,
  InstrumentDetail,
  InstrumentSummary,
  PenaltyAnswer,
  ReadinessRow,
  StatisticsRow,
} from '../shapes.ts';
import { instrument } from './fields.ts';

export const instrumentOperations = {
  listInstruments: {
    title: { 'zh-CN': '规范库', en: 'Instruments' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /instruments',
    cli: 'compliance instrument list',
    input: z.strictObject({}),
    output: z.object({ items: z.array(InstrumentSummary) }),
  },
  showInstrument: {
    title: { 'zh-CN': '查看规范', en: 'Show an instrument' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /instruments/:instrument',
    cli: 'compliance instrument show',
    input: z.strictObject({ instrument }),
    output: InstrumentDetail,
  },
  exportInstrument: {
    title: { 'zh-CN': '导出规范（OSCAL）', en: 'Export an instrument (OSCAL)' },
    description: {
      'zh-CN': 'NIST OSCAL 1.1 catalog，JSON 文件；期限与判定规则存入属性。',
      en: 'NIST OSCAL 1.1 catalog as a JSON file; clocks and rules go into properties.',
    },
    effect: 'write',
    permission: 'compliance.view',
    http: 'POST /instruments/:instrument/oscal',
    cli: 'compliance instrument oscal',
    input: z.strictObject({ instrument }),
    output: FileReference,
  },
  statistics: {
    title: { 'zh-CN': '合规统计', en: 'Compliance figures' },
    description: {
      'zh-CN': '所辖单位各项评估按规范汇总：进度、问题、期限、得分。',
      en: 'All assessments in scope by instrument: progress, findings, deadlines, scores.',
    },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /statistics',
    cli: 'compliance statistics',
    input: z.strictObject({}),
    output: z.object({ asOf: Day, items: z.array(StatisticsRow) }),
  },
  explainPenalties: {
    title: { 'zh-CN': '法律责任测算', en: 'Explain penalties' },
    description: {
      'zh-CN': '按行为发生之日适用的文本，列出每一项处罚及其金额的来历；草案不得据以测算。',
      en: 'By the text in force on the day of the conduct: each penalty and where its figures come from; drafts cannot be asked.',
    },
    effect: 'read',
    permission: 'compliance.view',
    http: 'POST /penalties',
    cli: 'compliance penalties',
    input: z.strictObject({
      instrument,
      on: field(
        Day.optional(),
        { 'zh-CN': '行为发生之日', en: 'Day of the conduct' },
        { widget: 'date', help: { 'zh-CN': '不填则为今天', en: 'Today when left out' } },
      ),
      facts: field(FactValues.default({}), { 'zh-CN': '事实', en: 'Facts' }, { widget: 'hidden' }),
    }),
    output: PenaltyAnswer,
  },
  listObligations: {
    title: { 'zh-CN': '义务与期限', en: 'Obligations' },
    description: {
      'zh-CN': '所辖单位的全部法定期限，由事件与日历即时算出，从不存储。',
      en: 'All statutory deadlines in your scope, computed from events and calendar, never stored.',
    },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /obligations',
    cli: 'compliance obligations',
    input: z.strictObject({
      show: field(
        z.enum(['waiting', 'overdue', 'all']).default('waiting'),
        { 'zh-CN': '范围', en: 'Show' },
        {
          options: {
            waiting: { 'zh-CN': '未办结', en: 'Not done' },
            overdue: { 'zh-CN': '已逾期', en: 'Overdue' },
            all: { 'zh-CN': '全部', en: 'All' },
          },
        },
      ),
      limit: field(z.coerce.number().int().min(1).max(2000).default(500), { 'zh-CN': '最多条数', en: 'At most' }),
    }),
    output: z.object({
      asOf: Day,
      /** Of all deadlines in scope, by status. */
      counts: z.record(z.string(), z.number().int()),
      total: z.number().int(),
      items: z.array(DeadlineView),
    }),
  },
  listReadiness: {
    title: { 'zh-CN': '迎审准备', en: 'Readiness' },
    description: {
      'zh-CN': '每项评估到下一次审计时，若无人再做任何事，还有多少检查项的证据有效。',
      en: 'For each assessment: how many checks still have valid evidence at the next audit if nobody did anything.',
    },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /readiness',
    cli: 'compliance readiness',
    input: z.strictObject({
      on: field(
        Day.optional(),
        { 'zh-CN': '日期', en: 'Day' },
        {
          widget: 'date',
          help: {
            'zh-CN': '不填则为各项评估最近的期限，没有期限的看 90 日之后',
            en: 'The nearest limit of each when left out, else 90 days ahead',
          },
        },
      ),
    }),
    output: z.object({ asOf: Day, items: z.array(ReadinessRow) }),
  },
} as const;
