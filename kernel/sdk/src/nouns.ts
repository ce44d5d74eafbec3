/**
 * The nouns of the platform as data: what the database keeps, the API answers and the console shows.
 * Times are ISO 8601 with offset; ids are UUID version 7, so that they sort by birth.
 * @module
 */
import { z } from 'zod';
import { Id, TextSchema, Timestamp } from './field.ts';

export const Severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof Severity>;

export const OrganisationKind = z.enum([
  'city',
  'district',
  'bureau',
  'office',
  'university',
  'school',
  'enterprise',
  'department',
  'other',
]);
export const Organisation = z.object({
  id: Id,
  parentId: Id.nullable(),
  name: z.string(),
  shortName: z.string().nullable(),
  kind: OrganisationKind,
  /** 统一社会信用代码 */
  creditCode: z.string().nullable(),
  contact: z.string().nullable(),
  /** Materialised path of ids from the root, `/`-separated, ending in the own id. */
  path: z.string(),
  synthetic: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Organisation = z.infer<typeof Organisation>;

export const User = z.object({
  id: Id,
  organisationId: Id,
  name: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  locale: z.enum(['zh-CN', 'en']),
  status: z.enum(['invited', 'active', 'locked', 'disabled']),
  totpEnabled: z.boolean(),
  lastSignInAt: Timestamp.nullable(),
  createdAt: Timestamp,
});
export type User = z.infer<typeof User>;

export const Role = z.object({
  id: Id,
  name: z.string(),
  title: TextSchema,
  builtIn: z.boolean(),
  permissions: z.array(z.string()),
});
export type Role = z.infer<typeof Role>;

/** A role held over a subtree: permission and data scope in one. */
export const Grant = z.object({ userId: Id, roleId: Id, organisationId: Id });

/** 等级保护: protection level 1 to 5. */
export const ProtectionLevel = z.number().int().min(1).max(5);

export const AssetStatus = z.enum(['planned', 'active', 'retired']);
export const Asset = z.object({
  id: Id,
  organisationId: Id,
  kind: z.string(),
  name: z.string(),
  status: AssetStatus,
  protectionLevel: ProtectionLevel.nullable(),
  /** Addresses, domains, serial numbers: what sources call it. Lower-case, unique inside a kind of identifier is not required. */
  identifiers: z.array(z.string()),
  responsibleUserIds: z.array(Id),
  tags: z.array(z.string()),
  attributes: z.record(z.string(), z.unknown()),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Asset = z.infer<typeof Asset>;

export const RelationKind = z.enum([
  'runs-on',
  'part-of',
  'depends-on',
  'connects-to',
  'resolves-to',
  'holds',
  'supplied-by',
]);
export const Relation = z.object({ id: Id, organisationId: Id, fromAssetId: Id, toAssetId: Id, kind: RelationKind });

export const Observation = z.object({
  id: Id,
  organisationId: Id,
  assetId: Id.nullable(),
  /** Who saw it: `nmap`, `syslog:fw-01`, `person:<id>`. */
  source: z.string(),
  kind: z.string(),
  seenAt: Timestamp,
  receivedAt: Timestamp,
  data: z.record(z.string(), z.unknown()),
  evidenceId: Id.nullable(),
});
export type Observation = z.infer<typeof Observation>;

export const Evidence = z.object({
  id: Id,
  organisationId: Id,
  sha256: z.string(),
  name: z.string(),
  mediaType: z.string(),
  size: z.number().int().nonnegative(),
  description: z.string().nullable(),
  createdBy: Id.nullable(),
  createdAt: Timestamp,
});
export type Evidence = z.infer<typeof Evidence>;

export const FindingStatus = z.enum(['open', 'triaged', 'in_case', 'fixed', 'verified', 'dismissed']);
export const DismissalReason = z.enum([
  'false_positive',
  'risk_accepted',
  'duplicate',
  'not_applicable',
  'out_of_scope',
]);
export const Reference = z.object({
  kind: z.enum(['cve', 'cwe', 'attack', 'clause', 'url', 'cnnvd', 'cnvd', 'rule']),
  id: z.string(),
});
export const Finding = z.object({
  id: Id,
  organisationId: Id,
  assetId: Id.nullable(),
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  remediation: z.string().nullable(),
  severity: Severity,
  /** 0 to 1: how sure the sources are. */
  confidence: z.number().min(0).max(1),
  status: FindingStatus,
  /** SHA-256 of what makes two reports the same weakness; see `fingerprintOf`. */
  fingerprint: z.string(),
  sources: z.array(z.string()),
  references: z.array(Reference),
  attributes: z.record(z.string(), z.unknown()),
  evidenceIds: z.array(Id),
  caseId: Id.nullable(),
  mergedInto: Id.nullable(),
  dismissal: z
    .object({ reason: DismissalReason, note: z.string(), by: Id, at: Timestamp, expiresAt: Timestamp.nullable() })
    .nullable(),
  occurrences: z.number().int().positive(),
  recurrences: z.number().int().nonnegative(),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
  fixedAt: Timestamp.nullable(),
  verifiedAt: Timestamp.nullable(),
});
export type Finding = z.infer<typeof Finding>;

export const CaseStatus = z.enum([
  'drafted',
  'issued',
  'acknowledged',
  'remediating',
  'submitted',
  'returned',
  'verified',
  'archived',
]);
export const Case = z.object({
  id: Id,
  organisationId: Id,
  /** The organisation that issued it; the recipient is `organisationId`. */
  issuerOrganisationId: Id,
  number: z.string(),
  kind: z.string(),
  title: z.string(),
  summary: z.string(),
  severity: Severity,
  status: CaseStatus,
  assigneeIds: z.array(Id),
  dueAt: Timestamp.nullable(),
  escalation: z.number().int().min(0),
  openedBy: Id.nullable(),
  openedAt: Timestamp,
  updatedAt: Timestamp,
  closedAt: Timestamp.nullable(),
});
export type Case = z.infer<typeof Case>;

export const TimelineEntry = z.object({
  id: Id,
  at: Timestamp,
  actorId: Id.nullable(),
  actorName: z.string(),
  /** `status`, `comment`, `evidence`, `assignment`, `deadline`, `escalation`, `link`. */
  kind: z.string(),
  text: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export const JobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export const Job = z.object({
  id: Id,
  organisationId: Id.nullable(),
  operation: z.string(),
  title: TextSchema,
  status: JobStatus,
  done: z.number(),
  total: z.number(),
  message: z.string().nullable(),
  attempt: z.number().int().nonnegative(),
  attempts: z.number().int().positive(),
  startedBy: Id.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  finishedAt: Timestamp.nullable(),
  result: z.unknown().nullable(),
  error: z.unknown().nullable(),
});
export type Job = z.infer<typeof Job>;

export const AuditRecord = z.object({
  sequence: z.number().int().positive(),
  at: Timestamp,
  actorId: Id.nullable(),
  actorName: z.string(),
  organisationId: Id.nullable(),
  /** Operation id (`kernel.createUser`) or event (`session.opened`). */
  action: z.string(),
  outcome: z.enum(['allowed', 'denied', 'failed']),
  target: z.string().nullable(),
  requestId: z.string().nullable(),
  address: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

export const ReportFormat = z.enum(['docx', 'pdf', 'xlsx']);
export type ReportFormat = z.infer<typeof ReportFormat>;
/** A document as data; the kernel draws it as DOCX, PDF or XLSX. */
export type ReportBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | {
      readonly kind: 'paragraph';
      readonly text: string;
      readonly style?: 'body' | 'note' | 'quote';
      readonly align?: 'left' | 'center' | 'right';
    }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'fields'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly title?: string;
      readonly columns: readonly {
        readonly title: string;
        readonly width?: number;
        readonly align?: 'left' | 'center' | 'right';
      }[];
      readonly rows: readonly (readonly (string | number | null)[])[];
    }
  | {
      readonly kind: 'bars';
      readonly title: string;
      readonly unit: string;
      readonly values: readonly { readonly label: string; readonly value: number }[];
    }
  | {
      readonly kind: 'image';
      readonly blob: string;
      readonly mediaType: 'image/png' | 'image/jpeg';
      readonly caption?: string;
      readonly width?: number;
    }
  | { readonly kind: 'signature'; readonly lines: readonly string[] }
  | { readonly kind: 'pageBreak' };
export interface ReportDocument {
  readonly title: string;
  readonly subtitle?: string;
  readonly issuer?: string;
  readonly number?: string;
  readonly date: string;
  readonly locale: 'zh-CN' | 'en';
  readonly classification?: string;
  readonly blocks: readonly ReportBlock[];
}
export const Report = z.object({
  id: Id,
  organisationId: Id,
  title: z.string(),
  format: ReportFormat,
  evidenceId: Id,
  createdBy: Id.nullable(),
  createdAt: Timestamp,
});
export type Report = z.infer<typeof Report>;
