/**
 * Declared: the assessment of units, from indicators to a ranking every point of which can be looked up.
 * @module
 */
import { FileReference, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import {
  IndicatorShape,
  ResultRow,
  SchemeDetail,
  SchemeRow,
  SchemeSummary,
  schemeStatusWords,
} from '../assessment-shapes.ts';
import { Day } from '../shapes.ts';

const reason = field(z.string().trim().min(1).max(4000), { 'zh-CN': '理由', en: 'Reason' }, { widget: 'textarea' });

export const assessmentOperations = {
  listSchemes: {
    title: { 'zh-CN': '安全考核', en: 'Assessments' },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /schemes',
    cli: 'workdesk assessment list',
    list: {
      title: { label: { 'zh-CN': '考核名称', en: 'Assessment' }, type: 'text', sortable: true },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: schemeStatusWords },
      toDay: { label: { 'zh-CN': '止', en: 'To' }, type: 'time', sortable: true },
      updatedAt: { label: { 'zh-CN': '更新时间', en: 'Updated' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(SchemeSummary),
  },
  getScheme: {
    title: { 'zh-CN': '考核详情', en: 'Assessment' },
    description: {
      'zh-CN': '各单位只看到本单位的得分与名次；安全管理部门与审计员看到全部。',
      en: 'A unit sees its own score and place; the office and auditors see all.',
    },
    effect: 'read',
    permission: 'workdesk.view',
    http: 'GET /schemes/:id',
    cli: 'workdesk assessment show',
    input: z.strictObject({ id: Id }),
    output: SchemeDetail,
  },
  saveScheme: {
    title: { 'zh-CN': '保存考核方案', en: 'Save assessment' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /schemes',
    cli: 'workdesk assessment save',
    input: z.strictObject({
      id: Id.optional(),
      title: field(z.string().trim().min(1).max(200), { 'zh-CN': '考核名称', en: 'Assessment' }),
      fromDay: field(Day, { 'zh-CN': '考核期起', en: 'From' }),
      toDay: field(Day, { 'zh-CN': '考核期止', en: 'To' }),
      indicators: z.array(IndicatorShape).min(1).max(30),
    }),
    output: SchemeRow,
  },
  measureScheme: {
    title: { 'zh-CN': '测算得分', en: 'Measure' },
    description: {
      'zh-CN': '按考核期内的真实记录逐单位计算，可反复测算，公布后不再变动。',
      en: 'From the records of the period, unit by unit; as often as wanted until it is published.',
    },
    effect: 'job',
    permission: 'workdesk.issue',
    http: 'POST /schemes/:id/measure',
    cli: 'workdesk assessment measure',
    input: z.strictObject({ id: Id }),
    output: JobReference,
  },
  publishScheme: {
    title: { 'zh-CN': '公布结果', en: 'Publish' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /schemes/:id/publish',
    cli: 'workdesk assessment publish',
    input: z.strictObject({
      id: Id,
      workdays: field(z.coerce.number().int().min(0).max(60).default(5), {
        'zh-CN': '申诉期（工作日）',
        en: 'Days to appeal',
      }),
    }),
    output: SchemeRow,
  },
  closeScheme: {
    title: { 'zh-CN': '定案', en: 'Close' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /schemes/:id/close',
    cli: 'workdesk assessment close',
    input: z.strictObject({ id: Id }),
    output: SchemeRow,
  },
  appealResult: {
    title: { 'zh-CN': '申诉', en: 'Appeal' },
    effect: 'write',
    permission: 'workdesk.unit',
    http: 'POST /results/:id/appeal',
    cli: 'workdesk assessment appeal',
    input: z.strictObject({ id: Id, reason }),
    output: ResultRow,
  },
  decideAppeal: {
    title: { 'zh-CN': '答复申诉', en: 'Decide on an appeal' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /results/:id/decision',
    cli: 'workdesk assessment decide',
    input: z.strictObject({
      id: Id,
      accepted: field(z.boolean().default(false), { 'zh-CN': '采纳', en: 'Accept' }),
      adjustment: field(z.coerce.number().min(-100).max(100).default(0), { 'zh-CN': '调整分值', en: 'Adjustment' }),
      answer: field(z.string().trim().min(1).max(4000), { 'zh-CN': '答复', en: 'Answer' }, { widget: 'textarea' }),
    }),
    output: ResultRow,
  },
  writeRanking: {
    title: { 'zh-CN': '导出考核结果', en: 'Write the ranking' },
    effect: 'write',
    permission: 'workdesk.issue',
    http: 'POST /schemes/:id/document',
    cli: 'workdesk assessment document',
    input: z.strictObject({
      id: Id,
      format: field(
        z.enum(['docx', 'pdf', 'xlsx']).default('xlsx'),
        { 'zh-CN': '格式', en: 'Format' },
        {
          options: {
            docx: { 'zh-CN': 'Word（DOCX）', en: 'Word (DOCX)' },
            pdf: { 'zh-CN': 'PDF', en: 'PDF' },
            xlsx: { 'zh-CN': 'Excel（XLSX）', en: 'Excel (XLSX)' },
          },
        },
      ),
    }),
    output: FileReference,
  },
} as const;
