/**
 * The operations of compliance, declared: instruments, assessments, obligations, catalogue, requests, supervision.
 * @module
 */
import { Done, FileReference, field, Id, ListInput, listOutput, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import {
  AssessmentDetail,
  AssessmentSummary,
  attributes,
  CatalogueEntry,
  Day,
  DeadlineView,
  Entry,
  entryFields,
  FactValue,
  FactValues,
  InstrumentDetail,
  InstrumentSummary,
  methods,
  Readiness,
  RequestDetail,
  RequestSummary,
  requestFields,
  Supervision,
} from './shapes.ts';

const instrument = field(
  z.string().min(1).max(100),
  { 'zh-CN': '规范', en: 'Instrument' },
  { help: { 'zh-CN': '规范的编号或者名称，例如 pi-audit', en: 'Id or name, e.g. pi-audit' } },
);
const organisationId = field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' });
const legalTime = field(
  Timestamp.optional(),
  { 'zh-CN': '发生时间', en: 'Legal time' },
  {
    widget: 'datetime',
    help: { 'zh-CN': '不填则为现在；期限按法律上的发生时间计算', en: 'Now when left out; clocks count from it' },
  },
);
const format = field(z.enum(['docx', 'pdf']).default('docx'), { 'zh-CN': '格式', en: 'Format' });
const note = field(z.string().max(4000).optional(), { 'zh-CN': '说明', en: 'Note' }, { widget: 'textarea' });
const step = {
  id: Id,
  on: field(z.string().max(100), { 'zh-CN': '步骤', en: 'Step' }),
  actor: field(z.string().max(100), { 'zh-CN': '身份', en: 'Role' }),
  at: legalTime,
  facts: field(
    FactValues.default({}),
    { 'zh-CN': '随步骤认定的事实', en: 'Facts stated with the step' },
    { widget: 'hidden' },
  ),
};
const node = field(z.string().max(100), { 'zh-CN': '条目', en: 'Node' });
const period = {
  from: field(Day.optional(), { 'zh-CN': '起', en: 'From' }, { widget: 'date' }),
  to: field(Day.optional(), { 'zh-CN': '止', en: 'To' }, { widget: 'date' }),
};
const UnitAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('whole'), choice: z.enum(['met', 'partly', 'unmet']) }),
  z.strictObject({ kind: z.literal('not-applicable'), reason: z.string().trim().min(1).max(1000) }),
  z.strictObject({
    kind: z.literal('objects'),
    objects: z
      .array(z.strictObject({ id: z.string().min(1).max(100), name: z.string().min(1).max(200), facts: FactValues }))
      .max(500),
  }),
]);

export const instrumentOperations = {
  listInstruments: {
    title: { 'zh-CN': '规范库', en: 'Instruments' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /instruments',
    cli: 'compliance instrument list',
    input: z.strictObject({}),
    output: z.object({ items: z.array(InstrumentSummary) }),
  },
  showInstrument: {
    title: { 'zh-CN': '查看规范', en: 'Show an instrument' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /instruments/:instrument',
    cli: 'compliance instrument show',
    input: z.strictObject({ instrument }),
    output: InstrumentDetail,
  },
  listObligations: {
    title: { 'zh-CN': '义务与期限', en: 'Obligations' },
    description: {
      'zh-CN': '所辖单位的全部法定期限，由事件与日历即时算出，从不存储。',
      en: 'All statutory deadlines in your scope, computed from events and calendar, never stored.',
    },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /obligations',
    cli: 'compliance obligations',
    input: z.strictObject({
      overdue: field(
        z.stringbool().or(z.boolean()).default(false),
        { 'zh-CN': '只看逾期', en: 'Overdue only' },
        { widget: 'switch' },
      ),
    }),
    output: z.object({ asOf: Day, items: z.array(DeadlineView) }),
  },
} as const;

export const assessmentOperations = {
  listAssessments: {
    title: { 'zh-CN': '评估与审计', en: 'Assessments' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /assessments',
    cli: 'compliance assessment list',
    input: ListInput,
    output: listOutput(AssessmentSummary),
  },
  createAssessment: {
    title: { 'zh-CN': '新建评估', en: 'New assessment' },
    effect: 'write',
    permission: 'compliance.assess',
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
    permission: 'compliance.read',
    http: 'GET /assessments/:id',
    cli: 'compliance assessment show',
    input: z.strictObject({ id: Id }),
    output: AssessmentDetail,
  },
  stateFact: {
    title: { 'zh-CN': '认定事实', en: 'State a fact' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/facts',
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
  answerCheck: {
    title: { 'zh-CN': '填写结论', en: 'Answer a check' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/answers',
    input: z.strictObject({
      id: Id,
      node,
      judgement: field(
        z.enum(['conform', 'minor', 'major']),
        { 'zh-CN': '结论', en: 'Judgement' },
        {
          options: {
            conform: { 'zh-CN': '符合', en: 'Conforms' },
            minor: { 'zh-CN': '一般不符合', en: 'Minor' },
            major: { 'zh-CN': '严重不符合', en: 'Major' },
          },
        },
      ),
      standing: field(
        z.enum(['claimed', 'verified']).default('claimed'),
        { 'zh-CN': '依据', en: 'Standing' },
        { options: { claimed: { 'zh-CN': '自述', en: 'Claimed' }, verified: { 'zh-CN': '已核实', en: 'Verified' } } },
      ),
      evidenceIds: field(
        z.array(Id).max(50).default([]),
        { 'zh-CN': '证据', en: 'Evidence' },
        {
          widget: 'file',
          help: { 'zh-CN': '没有有效证据的「符合」不作数', en: 'A “conforms” without valid evidence does not count' },
        },
      ),
      effectiveFrom: field(
        Day.optional(),
        { 'zh-CN': '证据有效期起', en: 'Evidence valid from' },
        { widget: 'date', help: { 'zh-CN': '不填则为今天', en: 'Today when left out' } },
      ),
      effectiveTo: field(Day.optional(), { 'zh-CN': '证据有效期止', en: 'Evidence valid to' }, { widget: 'date' }),
      note,
    }),
    output: Done,
  },
  declareNotApplicable: {
    title: { 'zh-CN': '认定不适用', en: 'Declare not applicable' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/not-applicable',
    input: z.strictObject({
      id: Id,
      node,
      reason: field(z.string().trim().min(1).max(2000), { 'zh-CN': '理由', en: 'Reason' }, { widget: 'textarea' }),
    }),
    output: Done,
  },
  recordEvent: {
    title: { 'zh-CN': '登记事件', en: 'Record an event' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/events',
    input: z.strictObject({
      id: Id,
      type: field(z.string().max(100), { 'zh-CN': '事件', en: 'Event' }),
      at: legalTime,
      data: field(FactValues.default({}), { 'zh-CN': '内容', en: 'Data' }, { widget: 'hidden' }),
    }),
    output: Done,
  },
  stepAssessment: {
    title: { 'zh-CN': '推进评估', en: 'Move an assessment' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/steps',
    input: z.strictObject(step),
    output: Done,
  },
  judgeUnit: {
    title: { 'zh-CN': '判定测评单元', en: 'Judge a unit' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/units',
    input: z.strictObject({ id: Id, unit: z.string().max(100), answer: UnitAnswer }),
    output: Done,
  },
  stateRisks: {
    title: { 'zh-CN': '判定高风险', en: 'State high risks' },
    description: { 'zh-CN': '以所给清单取代原清单。', en: 'The list given replaces the one before.' },
    effect: 'write',
    permission: 'compliance.assess',
    http: 'POST /assessments/:id/risks',
    input: z.strictObject({
      id: Id,
      risks: z
        .array(
          z.strictObject({
            risk: z.string().max(100),
            unit: z.string().max(100),
            object: z.string().max(100).optional(),
            description: z.string().trim().min(1).max(1000),
            /** Name of the listed mitigation and its evidence; who confirmed it is the caller. */
            mitigation: z.strictObject({ id: z.string().max(100), evidence: z.array(Id).max(50) }).optional(),
          }),
        )
        .max(500),
    }),
    output: Done,
  },
  readiness: {
    title: { 'zh-CN': '迎审准备', en: 'Readiness' },
    description: {
      'zh-CN': '到某一天，若无人再做任何事，还有多少检查项站得住。',
      en: 'How many checks would still stand on a later day if nobody did anything.',
    },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /assessments/:id/readiness',
    cli: 'compliance assessment readiness',
    input: z.strictObject({ id: Id, on: field(Day, { 'zh-CN': '日期', en: 'Day' }, { widget: 'date' }) }),
    output: Readiness,
  },
  writeDocument: {
    title: { 'zh-CN': '出具文书', en: 'Write a document' },
    effect: 'write',
    permission: 'compliance.assess',
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

export const sharingOperations = {
  listEntries: {
    title: { 'zh-CN': '目录编制', en: 'Catalogue entries' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /entries',
    cli: 'compliance entry list',
    input: ListInput,
    output: listOutput(Entry),
  },
  createEntry: {
    title: { 'zh-CN': '编制目录条目', en: 'New catalogue entry' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /entries',
    cli: 'compliance entry create',
    input: z.strictObject({ organisationId, ...entryFields }),
    output: Entry,
  },
  getEntry: {
    title: { 'zh-CN': '查看目录条目', en: 'Show an entry' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /entries/:id',
    cli: 'compliance entry show',
    input: z.strictObject({ id: Id }),
    output: Entry,
  },
  getPublished: {
    title: { 'zh-CN': '查看已发布目录', en: 'Show a published entry' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /catalogue/:id',
    cli: 'compliance catalogue show',
    input: z.strictObject({ id: Id }),
    output: CatalogueEntry,
  },
  stepEntry: {
    title: { 'zh-CN': '办理目录条目', en: 'Move a catalogue entry' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /entries/:id/steps',
    input: z.strictObject(step),
    output: Entry,
  },
  searchCatalogue: {
    title: { 'zh-CN': '政务数据目录', en: 'Data catalogue' },
    description: { 'zh-CN': '已发布的目录，所有部门可查。', en: 'Published entries, open to every department.' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /catalogue',
    cli: 'compliance catalogue search',
    input: ListInput,
    list: {
      attribute: { label: { 'zh-CN': '共享属性', en: 'Attribute' }, type: 'enum', values: attributes },
      method: { label: { 'zh-CN': '共享方式', en: 'Method' }, type: 'enum', values: methods },
    },
    output: listOutput(CatalogueEntry),
  },
  listRequests: {
    title: { 'zh-CN': '共享申请', en: 'Sharing requests' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /requests',
    cli: 'compliance request list',
    input: ListInput,
    output: listOutput(RequestSummary),
  },
  createRequest: {
    title: { 'zh-CN': '申请共享', en: 'Request data' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /requests',
    cli: 'compliance request create',
    input: z.strictObject({
      organisationId,
      entryId: field(Id, { 'zh-CN': '目录条目', en: 'Catalogue entry' }),
      ...requestFields,
    }),
    output: RequestSummary,
  },
  getRequest: {
    title: { 'zh-CN': '查看共享申请', en: 'Show a request' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /requests/:id',
    cli: 'compliance request show',
    input: z.strictObject({ id: Id }),
    output: RequestDetail,
  },
  stepRequest: {
    title: { 'zh-CN': '办理共享申请', en: 'Move a request' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /requests/:id/steps',
    input: z.strictObject(step),
    output: RequestSummary,
  },
  recordRequestEvent: {
    title: { 'zh-CN': '登记申请事件', en: 'Record an event of a request' },
    effect: 'write',
    permission: 'compliance.share',
    http: 'POST /requests/:id/events',
    input: z.strictObject({
      id: Id,
      type: z.enum(['request.extended', 'data.used', 'correction.requested', 'correction.answered']),
      at: legalTime,
      data: FactValues.default({}),
    }),
    output: Done,
  },
  supervision: {
    title: { 'zh-CN': '共享监督', en: 'Supervision' },
    effect: 'read',
    permission: 'compliance.read',
    http: 'GET /supervision',
    cli: 'compliance supervision',
    input: z.strictObject(period),
    output: Supervision,
  },
  writeSupervisionReport: {
    title: { 'zh-CN': '出具监督情况报告', en: 'Write the supervision report' },
    effect: 'write',
    permission: 'compliance.supervise',
    http: 'POST /supervision/reports',
    cli: 'compliance supervision report',
    input: z.strictObject({ organisationId, ...period, format }),
    output: FileReference,
  },
} as const;
