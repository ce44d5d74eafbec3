/**
 * The records and answers of data sharing: catalogue entries, requests, supervision.
 * @module
 */
import type { CaseState, ComplianceEvent, Facts, RecordProblem, StatisticRow, UseRow } from '@hedun/compliance';
import { field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';
import { Day, DeadlineView, EventForm, EventView, StepView, typed, Words } from './shapes.ts';

export const attributes = {
  unconditional: { 'zh-CN': '无条件共享', en: 'Unconditional' },
  conditional: { 'zh-CN': '有条件共享', en: 'Conditional' },
  none: { 'zh-CN': '不予共享', en: 'Not shared' },
} as const;
export const methods = {
  interface: { 'zh-CN': '服务接口', en: 'Service interface' },
  batch: { 'zh-CN': '批量交换', en: 'Batch exchange' },
  file: { 'zh-CN': '文件下载', en: 'File download' },
} as const;
const providerWord = { 'zh-CN': '提供部门', en: 'Provider' } as const;
const text = (zh: string, en: string, limit = 500) =>
  field(z.string().trim().max(limit).optional(), { 'zh-CN': zh, en });

/** The fields of a catalogue entry as the regulation lists them (Art. 15). Which are required is the instrument's to say, not the form's. */
export const entryFields = {
  name: field(z.string().trim().min(1).max(200), { 'zh-CN': '数据目录名称', en: 'Name' }),
  code: text('目录代码', 'Code', 100),
  abstract: field(z.string().trim().max(2000).optional(), { 'zh-CN': '摘要', en: 'Abstract' }, { widget: 'textarea' }),
  items: field(
    z.array(z.string().max(200)).max(500).default([]),
    { 'zh-CN': '数据项', en: 'Data items' },
    { widget: 'tags' },
  ),
  format: text('数据格式', 'Format', 100),
  frequency: text('数据更新频率', 'Update frequency', 100),
  level: text('数据分类分级', 'Class and level', 100),
  attribute: field(
    z.enum(['unconditional', 'conditional', 'none']),
    { 'zh-CN': '共享属性', en: 'Sharing attribute' },
    { options: attributes },
  ),
  method: field(
    z.enum(['interface', 'batch', 'file']).optional(),
    { 'zh-CN': '共享方式', en: 'Sharing method' },
    { options: methods },
  ),
  scope: text('共享范围', 'Sharing scope'),
  purpose: text('使用用途', 'Use purpose'),
  conditions: field(
    z.array(z.string().max(200)).max(50).default([]),
    { 'zh-CN': '使用条件', en: 'Conditions' },
    { widget: 'tags' },
  ),
  reason: text('不予共享的理由', 'Reason for not sharing'),
  legalBasis: text('不予共享的依据', 'Legal basis for not sharing'),
};
export const EntryRow = z.object({
  id: Id,
  organisationId: Id,
  name: z.string(),
  attribute: z.string(),
  status: z.string(),
  body: typed<Facts>(),
  state: typed<CaseState>(),
  events: typed<readonly ComplianceEvent[]>(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export const Entry = EntryRow.omit({ state: true, events: true }).extend({
  statusTitle: z.string(),
  /** What the regulation asks for and the entry does not have. */
  problems: z.array(z.object({ field: z.string(), words: z.string(), problem: typed<RecordProblem>() })),
  steps: z.array(StepView),
  /** Whether its fields may be changed in this state. */
  editable: z.boolean(),
  events: z.array(EventView),
  recordable: z.array(EventForm),
  deadlines: z.array(DeadlineView),
});
export type Entry = z.infer<typeof Entry>;

/** The published copy of an entry: every department may find it, its provider alone changes it. */
export const CatalogueRow = z.object({
  id: Id,
  /** The provider. */
  organisationId: Id,
  name: z.string(),
  provider: field(z.string(), providerWord),
  attribute: z.string(),
  method: z.string().nullable(),
  level: field(z.string(), { 'zh-CN': '数据分类分级', en: 'Class and level' }),
  body: typed<Facts>(),
  search: z.string(),
  grams: typed<readonly string[]>(),
  publishedAt: Timestamp,
});
export const CatalogueEntry = CatalogueRow.omit({ search: true, grams: true });

export const requestFields = {
  basis: field(z.string().trim().min(1).max(1000), { 'zh-CN': '使用依据', en: 'Basis of use' }),
  scenario: field(z.string().trim().min(1).max(1000), { 'zh-CN': '使用场景', en: 'Scenario' }),
  scope: field(z.string().trim().min(1).max(1000), { 'zh-CN': '使用范围', en: 'Scope of use' }),
  method: field(
    z.enum(['interface', 'batch', 'file']),
    { 'zh-CN': '共享方式', en: 'Sharing method' },
    { options: methods },
  ),
  duration: field(z.string().trim().min(1).max(200), { 'zh-CN': '使用时限', en: 'Duration' }),
};
export const RequestRow = z.object({
  id: Id,
  requesterOrganisationId: Id,
  providerOrganisationId: Id,
  /** Requester and provider: both see it, nobody else does. */
  partyIds: z.array(Id),
  entryId: Id,
  title: z.string(),
  attribute: z.string(),
  status: z.string(),
  body: typed<Facts>(),
  facts: typed<Facts>(),
  state: typed<CaseState>(),
  events: typed<readonly ComplianceEvent[]>(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export const RequestSummary = RequestRow.omit({
  body: true,
  facts: true,
  state: true,
  events: true,
  partyIds: true,
}).extend({
  statusTitle: z.string(),
  provider: field(z.string(), providerWord),
  requester: field(z.string(), { 'zh-CN': '需求部门', en: 'Requester' }),
  /** The nearest limit that still runs or has passed. */
  dueOn: field(Day.nullable(), { 'zh-CN': '最近期限', en: 'Next limit' }),
  clock: field(z.string(), { 'zh-CN': '期限依据', en: 'Clock' }),
});
export type RequestSummary = z.infer<typeof RequestSummary>;
export const RequestDetail = z.object({
  summary: RequestSummary,
  body: typed<Facts>(),
  state: typed<CaseState>(),
  events: z.array(EventView),
  recordable: z.array(EventForm),
  steps: z.array(StepView),
  deadlines: z.array(DeadlineView),
  disputes: z.array(z.object({ id: Id, claim: z.string(), statusTitle: z.string(), outcome: z.string().nullable() })),
});

export const DisputeRow = z.object({
  id: Id,
  requestId: Id,
  partyIds: z.array(Id),
  openedBy: Id,
  title: z.string(),
  claim: field(z.string(), { 'zh-CN': '争议事项与主张', en: 'Matter and claim' }),
  status: z.string(),
  outcome: z.string().nullable(),
  state: typed<CaseState>(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export const Dispute = DisputeRow.omit({ state: true, partyIds: true }).extend({
  statusTitle: z.string(),
  steps: z.array(StepView),
  /** What was done, the latest last. */
  history: z.array(z.object({ title: z.string(), role: z.string(), at: z.string() })),
});
export type Dispute = z.infer<typeof Dispute>;

export const complaintFields = {
  title: field(z.string().trim().min(1).max(200), { 'zh-CN': '投诉事项', en: 'Matter' }),
  complainant: field(z.string().trim().min(1).max(200), { 'zh-CN': '投诉、举报人', en: 'Complainant' }),
  channel: field(z.string().trim().min(1).max(100), { 'zh-CN': '来源渠道', en: 'Channel' }),
  text: field(
    z.string().trim().min(1).max(8000),
    { 'zh-CN': '投诉、举报内容', en: 'Complaint' },
    { widget: 'textarea' },
  ),
};
export const ComplaintRow = z.object({
  id: Id,
  organisationId: Id,
  title: complaintFields.title,
  complainant: complaintFields.complainant,
  channel: complaintFields.channel,
  text: complaintFields.text,
  status: z.enum(['received', 'answered']),
  outcome: z.string().nullable(),
  evidenceIds: typed<readonly string[]>(),
  events: typed<readonly ComplianceEvent[]>(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export const Complaint = ComplaintRow.omit({ events: true }).extend({
  statusTitle: z.string(),
  receivedAt: Timestamp,
  deadlines: z.array(DeadlineView),
});
export type Complaint = z.infer<typeof Complaint>;

export const Supervision = z.object({
  asOf: Day,
  tables: z.array(z.object({ id: z.string(), title: Words, rows: typed<readonly StatisticRow[]>() })),
  /** How the requesting side uses what it got. */
  use: typed<readonly UseRow[]>(),
  names: z.record(z.string(), z.string()),
  overdue: z.array(DeadlineView),
});
