/**
 * The kernel's tables as the query builder sees them: camelCase columns, times as ISO strings, bigint as number.
 * Kept equal to `schema.sql.ts` by a test that compares both with the live database.
 * @module
 */
import type { ColumnType, Generated } from 'kysely';

/** Written as JSON text, read as the parsed value. */
// biome-ignore lint/suspicious/noExplicitAny: a jsonb column holds any JSON value; the reader's schema narrows it.
export type Json = ColumnType<any, string, string>;
// biome-ignore lint/suspicious/noExplicitAny: see above.
export type JsonWithDefault = ColumnType<any, string | undefined, string>;

export interface OrganisationsTable {
  id: string;
  parentId: string | null;
  name: string;
  shortName: string | null;
  kind: string;
  creditCode: string | null;
  contact: string | null;
  path: string;
  synthetic: Generated<boolean>;
  createdAt: string;
  updatedAt: string;
}

export interface UsersTable {
  id: string;
  organisationId: string;
  name: string;
  displayName: string;
  email: string | null;
  phone: string | null;
  locale: Generated<string>;
  status: Generated<string>;
  passwordHash: string | null;
  passwordChangedAt: string | null;
  mustChangePassword: Generated<boolean>;
  failures: Generated<number>;
  lockedUntil: string | null;
  totpSecret: Uint8Array | null;
  totpEnabled: Generated<boolean>;
  totpLastStep: number | null;
  recoveryHashes: Generated<readonly string[]>;
  oidcIssuer: string | null;
  oidcSubject: string | null;
  lastSignInAt: string | null;
  createdAt: string;
}

export interface RolesTable {
  id: string;
  name: string;
  title: Json;
  builtIn: Generated<boolean>;
  permissions: Generated<readonly string[]>;
}

export interface GrantsTable {
  userId: string;
  roleId: string;
  organisationId: string;
}

export interface SessionsTable {
  id: string;
  userId: string;
  tokenHash: Uint8Array;
  previousHash: Uint8Array | null;
  address: string | null;
  agent: string | null;
  createdAt: string;
  lastSeenAt: string;
  rotatedAt: string;
  expiresAt: string;
}

export interface TokensTable {
  id: string;
  userId: string;
  name: string;
  prefix: string;
  tokenHash: Uint8Array;
  permissions: readonly string[];
  organisationId: string;
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface OneTimeSecretsTable {
  hash: Uint8Array;
  purpose: string;
  userId: string | null;
  data: JsonWithDefault;
  tries: Generated<number>;
  createdAt: string;
  expiresAt: string;
}

export interface PreferencesTable {
  userId: string;
  name: string;
  value: Json | null;
}

export interface ViewsTable {
  id: string;
  userId: string;
  list: string;
  name: string;
  shared: boolean;
  state: Json;
}

export interface AssetsTable {
  id: string;
  organisationId: string;
  kind: string;
  name: string;
  status: Generated<string>;
  protectionLevel: number | null;
  identifiers: Generated<readonly string[]>;
  responsibleUserIds: Generated<readonly string[]>;
  tags: Generated<readonly string[]>;
  attributes: JsonWithDefault;
  firstSeenAt: string;
  lastSeenAt: string;
  createdAt: string;
  updatedAt: string;
}

export interface RelationsTable {
  id: string;
  organisationId: string;
  fromAssetId: string;
  toAssetId: string;
  kind: string;
}

export interface EvidenceTable {
  id: string;
  organisationId: string;
  sha256: string;
  name: string;
  mediaType: string;
  size: number;
  description: string | null;
  createdBy: string | null;
  createdAt: string;
}

export interface ObservationsTable {
  id: string;
  organisationId: string;
  assetId: string | null;
  source: string;
  kind: string;
  seenAt: string;
  receivedAt: string;
  data: Json;
  evidenceId: string | null;
}

export interface FindingsTable {
  id: string;
  organisationId: string;
  assetId: string | null;
  kind: string;
  title: string;
  description: Generated<string>;
  remediation: string | null;
  severity: string;
  severityRank: number;
  confidence: Generated<number>;
  status: Generated<string>;
  fingerprint: string;
  sources: Generated<readonly string[]>;
  references: JsonWithDefault;
  attributes: JsonWithDefault;
  evidenceIds: Generated<readonly string[]>;
  caseId: string | null;
  mergedInto: string | null;
  dismissal: Json | null;
  occurrences: Generated<number>;
  recurrences: Generated<number>;
  firstSeenAt: string;
  lastSeenAt: string;
  fixedAt: string | null;
  verifiedAt: string | null;
}

export interface CasesTable {
  id: string;
  organisationId: string;
  issuerOrganisationId: string;
  number: string;
  kind: string;
  title: string;
  summary: Generated<string>;
  severity: string;
  severityRank: number;
  status: Generated<string>;
  assigneeIds: Generated<readonly string[]>;
  dueAt: string | null;
  escalation: Generated<number>;
  openedBy: string | null;
  openedAt: string;
  updatedAt: string;
  closedAt: string | null;
}

export interface SerialsTable {
  name: string;
  last: number;
}

export interface TimelineTable {
  id: string;
  organisationId: string;
  subjectKind: string;
  subjectId: string;
  at: string;
  actorId: string | null;
  actorName: string;
  kind: string;
  text: Generated<string>;
  data: JsonWithDefault;
}

export interface ReportsTable {
  id: string;
  organisationId: string;
  title: string;
  format: string;
  evidenceId: string;
  createdBy: string | null;
  createdAt: string;
}

export interface JobsTable {
  id: string;
  organisationId: string | null;
  operation: string;
  title: Json;
  key: string | null;
  input: Json;
  status: Generated<string>;
  done: Generated<number>;
  total: Generated<number>;
  message: string | null;
  attempt: Generated<number>;
  attempts: Generated<number>;
  actor: Json;
  startedBy: string | null;
  runAt: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  heartbeatAt: string | null;
  worker: string | null;
  cancelRequested: Generated<boolean>;
  result: Json | null;
  error: Json | null;
}

export interface JobLogTable {
  id: Generated<number>;
  jobId: string;
  at: string;
  text: string;
}

export interface SchedulesTable {
  operation: string;
  schedule: string;
  enabled: Generated<boolean>;
  nextAt: string | null;
  lastAt: string | null;
}

export interface OutboxTable {
  id: Generated<number>;
  event: string;
  key: string;
  payload: Json;
  organisationId: string | null;
  createdAt: string;
  publishedAt: string | null;
}

export interface ConsumedEventsTable {
  consumer: string;
  eventId: string;
  at: string;
}

export interface AuditRecordsTable {
  sequence: number;
  at: string;
  actorId: string | null;
  actorName: string;
  organisationId: string | null;
  action: string;
  outcome: string;
  target: string | null;
  requestId: string | null;
  address: string | null;
  details: Json;
  previousHash: string;
  hash: string;
}

export interface AuditHeadTable {
  onlyRow: Generated<boolean>;
  sequence: number;
  hash: string;
}

export interface AuditCheckpointsTable {
  sequence: number;
  hash: string;
  at: string;
  publicKey: string;
  signature: string;
}

export interface NoticesTable {
  id: string;
  userId: string;
  key: string | null;
  title: Json;
  body: Json;
  link: string | null;
  createdAt: string;
  readAt: string | null;
}

export interface ChannelsTable {
  id: string;
  organisationId: string;
  kind: string;
  name: string;
  enabled: Generated<boolean>;
  config: Json;
  secret: Uint8Array | null;
  createdAt: string;
}

export interface DeliveriesTable {
  id: string;
  organisationId: string;
  channelId: string | null;
  kind: string;
  recipient: string;
  title: string;
  body: string;
  status: Generated<string>;
  attempts: Generated<number>;
  error: string | null;
  nextAt: string;
  createdAt: string;
  deliveredAt: string | null;
}

export interface SettingsTable {
  id: string;
  value: Json | null;
  secret: Uint8Array | null;
  updatedAt: string;
}

export interface KernelTables {
  organisations: OrganisationsTable;
  users: UsersTable;
  roles: RolesTable;
  grants: GrantsTable;
  sessions: SessionsTable;
  tokens: TokensTable;
  oneTimeSecrets: OneTimeSecretsTable;
  preferences: PreferencesTable;
  views: ViewsTable;
  assets: AssetsTable;
  relations: RelationsTable;
  evidence: EvidenceTable;
  observations: ObservationsTable;
  findings: FindingsTable;
  cases: CasesTable;
  serials: SerialsTable;
  timeline: TimelineTable;
  reports: ReportsTable;
  jobs: JobsTable;
  jobLog: JobLogTable;
  schedules: SchedulesTable;
  outbox: OutboxTable;
  consumedEvents: ConsumedEventsTable;
  auditRecords: AuditRecordsTable;
  auditHead: AuditHeadTable;
  auditCheckpoints: AuditCheckpointsTable;
  notices: NoticesTable;
  channels: ChannelsTable;
  deliveries: DeliveriesTable;
  settings: SettingsTable;
}
