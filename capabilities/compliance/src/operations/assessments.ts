/**
 * The life of an assessment, declared: facts, events, steps, signatures, documents.
 * @module
 */
import { Done, FileReference, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import { AssessmentDetail, AssessmentSummary, Day, FactValue, FactValues, MoveReport, Readiness } from '../shapes.ts';
import { format, instrument, legalTime, organisationId, step } from './fields.ts';

export const assessmentOperations = {
  listAssessments: {
    title: { 'zh-CN': '评估与审计', en: 'Assessments' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /assessments',
    cli: 'compliance assessment list',
    input: ListInput,
    output: listOutput(AssessmentSummary),
  },
  createAssessment: {
    title: { 'zh-CN': '新建评估', en: 'New assessment' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments',
    cli: 'compliance assessment create',
    input: z.strictObject({
      organisationId,
      instrument,
      name: field(z.string().trim().min(1).max(200), { 'zh-CN': '评估对象', en: 'Subject' }),
      level: field(
        z.coerce.number().int().min(1).max(4).optional(),
        { 'zh-CN': '系统等级', en: 'Level' },
        { help: { 'zh-CN': '仅密码应用安全性评估需要', en: 'For cryptography assessments only' } },
      ),
      rules: field(
        z.string().max(100).optional(),
        { 'zh-CN': '计分规则版本', en: 'Scoring rules' },
        { widget: 'hidden' },
      ),
    }),
    output: AssessmentSummary,
  },
  getAssessment: {
    title: { 'zh-CN': '查看评估', en: 'Show an assessment' },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /assessments/:id',
    cli: 'compliance assessment show',
    input: z.strictObject({ id: Id }),
    output: AssessmentDetail,
  },
  stateFact: {
    title: { 'zh-CN': '认定事实', en: 'State a fact' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/facts',
    cli: 'compliance assessment fact',
    input: z.strictObject({
      id: Id,
      fact: z.string().max(100),
      value: FactValue,
      standing: z.enum(['observed', 'verified', 'claimed']).default('claimed'),
      validFrom: Day.optional(),
      validTo: Day.optional(),
      /** Replaces every earlier statement of the same fact; otherwise a different value is a contradiction, and shown as one. */
      correct: z.boolean().default(false),
      evidenceIds: z.array(Id).max(50).default([]),
    }),
    output: Done,
  },
  recordEvent: {
    title: { 'zh-CN': '登记事件', en: 'Record an event' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/events',
    cli: 'compliance assessment event',
    input: z.strictObject({
      id: Id,
      type: field(z.string().max(100), { 'zh-CN': '事件', en: 'Event' }),
      at: legalTime,
      data: field(FactValues.default({}), { 'zh-CN': '内容', en: 'Data' }, { widget: 'hidden' }),
      subject: field(
        z.string().trim().min(1).max(100).optional(),
        { 'zh-CN': '事项编号', en: 'Matter' },
        {
          help: {
            'zh-CN': '同一事项的事件填同一编号，例如一件投诉；不填则为评估本身',
            en: 'Events of one matter share it, as one complaint; the assessment itself when left out',
          },
        },
      ),
    }),
    output: Done,
  },
  stepAssessment: {
    title: { 'zh-CN': '推进评估', en: 'Move an assessment' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/steps',
    cli: 'compliance assessment step',
    input: z.strictObject(step),
    output: Done,
  },
  signAssessment: {
    title: { 'zh-CN': '签字', en: 'Sign' },
    description: {
      'zh-CN': '以本人名义签字；纸质签字由经办人填写签字人并上传签字页。内容此后有改动的，签字失效。',
      en: 'Sign in your own name; for a signature on paper, name the signer and upload the signed page. A later change of the contents lets it lapse.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/signatures',
    cli: 'compliance assessment sign',
    input: z.strictObject({
      id: Id,
      role: field(z.string().max(100), { 'zh-CN': '签字栏', en: 'Field' }),
      name: field(
        z.string().trim().min(1).max(100).optional(),
        { 'zh-CN': '签字人', en: 'Signer' },
        { help: { 'zh-CN': '不填则为本人', en: 'Yourself when left out' } },
      ),
      on: field(Day.optional(), { 'zh-CN': '签字日期', en: 'Signed on' }, { widget: 'date' }),
      evidenceIds: field(z.array(Id).max(20).default([]), { 'zh-CN': '签字页', en: 'Signed page' }, { widget: 'file' }),
    }),
    output: Done,
  },
  chooseReadings: {
    title: { 'zh-CN': '选定解释口径', en: 'Choose readings' },
    description: {
      'zh-CN': '条文留有两种读法之处（例如「不得连续三次以上」）选定一种；默认从严，报告载明所选口径。',
      en: 'Where a text leaves two readings, one is chosen; the strict one by default. Reports say which.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/readings',
    cli: 'compliance assessment readings',
    input: z.strictObject({ id: Id, parameters: FactValues }),
    output: Done,
  },
  moveAssessment: {
    title: { 'zh-CN': '转到另一版本', en: 'Move to another version' },
    description: {
      'zh-CN': '规范更新后改用新文本：结论全部保留，文本有变的标为「需重新确认」，新增与消失的条目逐一列出。',
      en: 'To a newer text: every answer stays, answers to a changed text ask for review, new and vanished items are listed.',
    },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/version',
    cli: 'compliance assessment move',
    input: z.strictObject({ id: Id, instrument }),
    output: MoveReport,
  },
  exportResults: {
    title: { 'zh-CN': '导出评估结果（OSCAL）', en: 'Export results (OSCAL)' },
    description: {
      'zh-CN': 'NIST OSCAL 1.1 assessment-results，JSON 文件。',
      en: 'NIST OSCAL 1.1 assessment results as a JSON file.',
    },
    effect: 'write',
    permission: 'compliance.view',
    http: 'POST /assessments/:id/oscal',
    cli: 'compliance assessment oscal',
    input: z.strictObject({ id: Id }),
    output: FileReference,
  },
  readiness: {
    title: { 'zh-CN': '迎审准备', en: 'Readiness' },
    description: {
      'zh-CN': '到某一天，若无人再做任何事，还有多少检查项站得住。',
      en: 'How many checks would still stand on a later day if nobody did anything.',
    },
    effect: 'read',
    permission: 'compliance.view',
    http: 'GET /assessments/:id/readiness',
    cli: 'compliance assessment readiness',
    input: z.strictObject({ id: Id, on: field(Day, { 'zh-CN': '日期', en: 'Day' }, { widget: 'date' }) }),
    output: Readiness,
  },
  writeDocument: {
    title: { 'zh-CN': '出具文书', en: 'Write a document' },
    effect: 'write',
    permission: 'compliance.write',
    http: 'POST /assessments/:id/documents',
    cli: 'compliance assessment document',
    input: z.strictObject({
      id: Id,
      document: field(z.string().max(100), { 'zh-CN': '文书', en: 'Document' }),
      format,
    }),
    output: FileReference,
  },
} as const;
