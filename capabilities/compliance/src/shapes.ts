/**
 * The records and answers of compliance. Parts that the engine already types are carried as such; the engine checks them, not the schema.
 * @module
 */
import type {
  Assessment,
  CaseState,
  ComplianceEvent,
  Deadline,
  FactProblem,
  FactShape,
  Facts,
  Instrument,
  Judgement,
  NodeResult,
  RecordProblem,
  ScoreResult,
  ScoringInput,
  StatisticRow,
} from '@hedun/compliance';
import { type FileReference, field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

/** A value typed by the engine and checked there. */
function typed<T>(): z.ZodType<T, T> {
  return z.unknown() as unknown as z.ZodType<T, T>;
}

export const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD');
export const Words = z.object({ zh: z.string(), en: z.string() });
export const FactValue = z.union([z.number(), z.boolean(), z.string().max(4000), z.array(z.unknown()).max(1000)]);
export const FactValues = z.record(z.string().max(100), FactValue);

/** Facts of an assessment that follow from its own record; nobody states them. */
export const derivedFacts: readonly string[] = ['checks.open', 'findings.open', 'score', 'openHighRisks', 'signatures'];

export const InstrumentSummary = z.object({
  id: z.string(),
  name: z.string(),
  title: Words,
  version: z.string(),
  rank: z.string(),
  status: z.string(),
  validFrom: Day,
  validTo: Day.nullable(),
  /** False for drafts: to be read, never to carry a case. */
  selectable: z.boolean(),
  articles: z.number().int(),
  checks: z.number().int(),
  executable: z.number().int(),
});
export type InstrumentSummary = z.infer<typeof InstrumentSummary>;
export const InstrumentDetail = z.object({ instrument: typed<Instrument>() });

export const DeadlineView = z.object({
  instrument: z.string(),
  subjectTitle: z.string(),
  link: z.string().nullable(),
  organisationId: Id.nullable(),
  requirement: z.string(),
  clause: z.string(),
  words: z.string(),
  statusTitle: z.string(),
  deadline: typed<Deadline>(),
});
export type DeadlineView = z.infer<typeof DeadlineView>;

/** What an assessment keeps besides the engine's own record: the score sheet of instruments that have one. */
export type ScoreSheet = ScoringInput & { readonly rules: string };
export interface Signature {
  readonly role: string;
  readonly name: string;
  readonly on: string;
  readonly at: string;
  /** Who entered it; another person than the signer when it was signed on paper. */
  readonly recordedBy: string;
  /** SHA-256 of what was signed. */
  readonly digest: string;
  readonly evidenceIds: readonly string[];
}
/** The copy that was fixed for good when the seal was affixed. */
export interface Sealed {
  readonly at: string;
  readonly by: string;
  readonly seal: string;
  readonly digest: string;
  readonly files: readonly FileReference[];
}
export interface AssessmentBody {
  readonly assessment: Assessment;
  readonly sheet: ScoreSheet | null;
  readonly signatures?: readonly Signature[];
  readonly sealed?: Sealed;
}
export const AssessmentRow = z.object({
  id: Id,
  organisationId: Id,
  instrument: z.string(),
  name: z.string(),
  /** State of its state machine; `none` where the instrument has none. */
  status: z.string(),
  body: typed<AssessmentBody>(),
  state: typed<CaseState | null>(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export const AssessmentSummary = AssessmentRow.omit({ body: true, state: true }).extend({
  statusTitle: z.string(),
  instrumentTitle: z.string(),
});
export type AssessmentSummary = z.infer<typeof AssessmentSummary>;
export const NodeView = z.object({
  node: z.string(),
  judgement: typed<Judgement>(),
  judgementTitle: z.string(),
  basis: typed<NodeResult['basis']>(),
  /** Names of the facts that would decide it. */
  missing: z.array(z.string()),
  explanation: z.array(z.string()),
  evidence: z.string().nullable(),
});
export const StepView = z.object({
  on: z.string(),
  title: Words,
  actors: z.array(z.object({ id: z.string(), title: Words })),
  /** What stands in the way now, in words; empty when the step is open. */
  blocked: z.array(z.string()),
  /** Facts its guards ask for that a person states. */
  facts: z.array(typed<FactShape>()),
});
export type StepView = z.infer<typeof StepView>;
export const AssessmentDetail = z.object({
  summary: AssessmentSummary,
  assessment: typed<Assessment>(),
  sheet: typed<ScoreSheet | null>(),
  state: typed<CaseState | null>(),
  steps: z.array(StepView),
  inScope: z.boolean().nullable(),
  problems: z.array(z.object({ words: z.string(), problem: typed<FactProblem>() })),
  results: z.array(NodeView),
  counts: typed<Readonly<Partial<Record<Judgement, number>>>>(),
  deadlines: z.array(DeadlineView),
  score: typed<ScoreResult | null>(),
  gains: z.array(z.object({ unit: z.string(), gain: z.number() })),
  documents: z.array(z.object({ id: z.string(), title: Words })),
  /** Who has to sign, who has, and the sealed copy; null where the instrument asks for no signature. */
  signing: z
    .object({
      /** Whether one may sign now. */
      open: z.boolean(),
      digest: z.string(),
      fields: z.array(
        z.object({
          role: z.string(),
          title: Words,
          signature: typed<Signature | null>(),
          /** The contents changed after it was given. */
          lapsed: z.boolean(),
        }),
      ),
      sealed: typed<Sealed | null>(),
    })
    .nullable(),
});
export type AssessmentDetail = z.infer<typeof AssessmentDetail>;
export const Readiness = z.object({
  day: Day,
  ready: z.number().int(),
  applicable: z.number().int(),
  lapsing: z.array(z.string()),
});

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
});
export type Entry = z.infer<typeof Entry>;

/** The published copy of an entry: every department may find it, so it belongs to nobody's data scope. */
export const CatalogueRow = z.object({
  id: Id,
  providerOrganisationId: Id,
  name: z.string(),
  provider: z.string(),
  attribute: z.string(),
  method: z.string().nullable(),
  level: z.string(),
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
  /** Both parties see it, so no single data scope holds it; the handlers ask for one of the two. */
  requesterOrganisationId: Id,
  providerOrganisationId: Id,
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
export const RequestSummary = RequestRow.omit({ body: true, facts: true, state: true, events: true }).extend({
  statusTitle: z.string(),
  provider: z.string(),
  requester: z.string(),
  /** The nearest limit that still runs or has passed. */
  dueOn: Day.nullable(),
  clock: z.string(),
});
export type RequestSummary = z.infer<typeof RequestSummary>;
export const RequestDetail = z.object({
  summary: RequestSummary,
  body: typed<Facts>(),
  state: typed<CaseState>(),
  events: typed<readonly ComplianceEvent[]>(),
  steps: z.array(StepView),
  deadlines: z.array(DeadlineView),
});
export const Supervision = z.object({
  asOf: Day,
  tables: z.array(z.object({ id: z.string(), title: Words, rows: typed<readonly StatisticRow[]>() })),
  names: z.record(z.string(), z.string()),
  overdue: z.array(DeadlineView),
});
