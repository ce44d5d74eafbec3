/**
 * The records and answers of compliance. Parts that the engine already types are carried as such; the engine checks them, not the schema.
 * @module
 */
import type {
  Assessment,
  CaseState,
  Deadline,
  ExplainedLine,
  ExplainedPenalty,
  FactProblem,
  FactShape,
  Instrument,
  Judgement,
  Measure,
  NodeResult,
  PlanLine,
  ScoreResult,
  ScoringInput,
  TlsObservation,
  WorkingPaper,
} from '@hedun/compliance';
import { type FileReference, field, Id, Timestamp } from '@hedun/sdk';
import { z } from 'zod';

/** A value typed by the engine and checked there. */
export function typed<T>(): z.ZodType<T, T> {
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
  /** Rows of its table of penalties. */
  penalties: z.number().int(),
});
export type InstrumentSummary = z.infer<typeof InstrumentSummary>;
export const PenaltyAnswer = z.object({
  instrument: InstrumentSummary,
  on: Day,
  facts: z.array(typed<FactShape>()),
  penalties: z.array(typed<ExplainedPenalty>()),
});
export const InstrumentDetail = z.object({ instrument: typed<Instrument>() });

export const DeadlineView = z.object({
  instrument: z.string(),
  subjectTitle: z.string(),
  link: z.string().nullable(),
  organisationId: Id.nullable(),
  /** Number of the matter inside an assessment, as a complaint has one; null for the assessment itself. */
  matter: z.string().nullable(),
  requirement: z.string(),
  clause: z.string(),
  words: z.string(),
  statusTitle: z.string(),
  deadline: typed<Deadline>(),
});
export type DeadlineView = z.infer<typeof DeadlineView>;

/** An event people record by hand, with the fields it carries. */
export const EventForm = z.object({
  id: z.string(),
  title: Words,
  fields: z.array(
    z.object({
      id: z.string(),
      title: Words,
      type: z.enum(['text', 'number', 'boolean', 'day', 'choice', 'list']),
      required: z.boolean(),
    }),
  ),
});
export type EventForm = z.infer<typeof EventForm>;
/** What happened, when it happened in law, and who recorded it when. */
export const EventView = z.object({
  id: z.string(),
  title: Words,
  occurredAt: z.string(),
  recordedAt: z.string(),
  actor: z.string(),
  matter: z.string().nullable(),
  /** What the event carries, in words. */
  details: z.array(z.object({ label: Words, value: z.string() })),
});
export type EventView = z.infer<typeof EventView>;

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
/** What a collector saw of a service, and until when that proves something. */
export interface Collected {
  readonly unit: string;
  readonly at: string;
  readonly assetId: string;
  readonly evidenceId: string;
  readonly effectiveTo: string;
  /** The list of suites was cut at the most handshakes. */
  readonly cut: boolean;
  readonly seen: TlsObservation;
  /** Names the table of algorithms does not know. */
  readonly unknown: readonly string[];
  readonly certificateDaysLeft: number | null;
}
/** Deployments chosen from the library, and what they leave open. */
export interface SchemeView {
  readonly chosen: readonly string[];
  readonly gaps: readonly {
    readonly unit: string;
    readonly title: string;
    readonly layer: string;
    readonly verb: string;
    readonly binding: boolean;
  }[];
  readonly double: readonly { readonly unit: string; readonly title: string }[];
}
export interface AssessmentBody {
  readonly assessment: Assessment;
  readonly sheet: ScoreSheet | null;
  readonly signatures?: readonly Signature[];
  readonly sealed?: Sealed;
  readonly scheme?: readonly string[];
  readonly collected?: readonly Collected[];
  readonly papers?: readonly WorkingPaper[];
  readonly measures?: readonly Measure[];
  /** The kernel's finding for each item that fell short, so that it is closed when the item conforms. */
  readonly findings?: Readonly<Record<string, string>>;
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
  instrumentTitle: field(z.string(), { 'zh-CN': '规范', en: 'Instrument' }),
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
  /** The lines of the score in words, in the order of its lines; and the rows of the verdict. */
  scoreWords: typed<readonly ExplainedLine[]>(),
  verdictWords: z.array(z.string()),
  gains: z.array(z.object({ unit: z.string(), gain: z.number() })),
  /** Null where the instrument has no library of deployments. */
  scheme: typed<SchemeView | null>(),
  /** Working papers with what still keeps each from being accepted, in words. */
  papers: z.array(z.object({ paper: typed<WorkingPaper>(), problems: z.array(z.string()) })),
  plan: z.array(typed<PlanLine & { readonly title: string; readonly clause: string; readonly statusTitle: string }>()),
  /** Later versions of its text that are or were in force. */
  laterVersions: z.array(z.object({ id: z.string(), title: Words, version: z.string() })),
  collected: typed<readonly Collected[]>(),
  documents: z.array(z.object({ id: z.string(), title: Words })),
  events: z.array(EventView),
  recordable: z.array(EventForm),
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

/** One assessment today and on the day of its next audit, and the evidence that will have run out by then. */
export const ReadinessRow = z.object({
  summary: AssessmentSummary,
  applicable: z.number().int(),
  ready: z.number().int(),
  /** The nearest limit that runs. */
  next: z.object({ day: Day, clause: z.string() }).nullable(),
  on: Day,
  readyThen: z.number().int(),
  lapsing: z.array(
    z.object({
      node: z.string(),
      clause: z.string(),
      requirement: z.string(),
      evidence: z.string(),
      until: Day.nullable(),
    }),
  ),
});
export type ReadinessRow = z.infer<typeof ReadinessRow>;

export const AffiliationRow = z.object({
  id: Id,
  organisationId: Id,
  one: field(z.string(), { 'zh-CN': '机构', en: 'Institution' }),
  other: field(z.string(), { 'zh-CN': '关联机构', en: 'Affiliate' }),
  basis: field(z.string(), { 'zh-CN': '关联依据', en: 'Basis' }),
  validFrom: Day,
  validTo: Day.nullable(),
  createdAt: Timestamp,
});
export type Affiliation = z.infer<typeof AffiliationRow>;

/** What moving to another version of the text did: every answer stays. */
export const MoveReport = z.object({
  kept: z.array(z.string()),
  review: z.array(z.string()),
  orphaned: z.array(z.string()),
  added: z.array(z.string()),
});

/** One instrument across all assessments in scope. */
export const StatisticsRow = z.object({
  instrument: z.string(),
  title: Words,
  assessments: z.number().int(),
  states: z.array(z.object({ title: z.string(), count: z.number().int() })),
  applicable: z.number().int(),
  ready: z.number().int(),
  major: z.number().int(),
  minor: z.number().int(),
  undecided: z.number().int(),
  overdue: z.number().int(),
  /** Of all that is settled or overdue, 0 to 1; null while nothing is. */
  onTimeRate: z.number().nullable(),
  scores: z.array(z.object({ name: z.string(), total: z.number(), verdict: z.string(), openHighRisks: z.number() })),
});
export type StatisticsRow = z.infer<typeof StatisticsRow>;
