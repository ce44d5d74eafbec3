/**
 * What the kernel hands to every handler: the only door to time, randomness, storage, the nouns and other capabilities.
 * Everything reached through it is already limited to the actor's data scope.
 * @module
 */
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Capability } from './capability.ts';
import type { FailureIssue } from './failure.ts';
import type { FileReference, ListInput } from './field.ts';
import type {
  Asset,
  Case,
  CaseStatus,
  DismissalReason,
  Evidence,
  Finding,
  Job,
  Observation,
  Organisation,
  ReportDocument,
  ReportFormat,
  Severity,
} from './nouns.ts';
import type { Locale, Text, Values } from './text.ts';

export interface Actor {
  readonly id: string;
  readonly kind: 'user' | 'token' | 'system';
  readonly name: string;
  /** Home organisation; for the system the root. */
  readonly organisationId: string;
  readonly locale: Locale;
  /** Set when an API token acts: work it starts for later stays within the token's limits. */
  readonly tokenId?: string;
}
/** Which organisations' rows the actor may see: all, or exactly these (subtrees already expanded). */
export type Scope = { readonly kind: 'all' } | { readonly kind: 'organisations'; readonly ids: readonly string[] };

export interface Request {
  readonly id: string;
  readonly address: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ListPage<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
  readonly total: number;
  readonly totalIsEstimate: boolean;
}

/**
 * Tables of the capability as the query builder sees them: `greetings` of `hello` is `helloGreetings` in code and
 * `hello_greetings` in SQL; columns are camelCase in code and snake_case in SQL, times are ISO strings.
 */
export type TablesOf<C extends Capability> = {
  [K in keyof C['tables'] & string as `${C['id']}${Capitalize<K>}`]: z.output<C['tables'][K]['row']>;
};

/** The kernel's nouns, for joins and statistics. They are changed only through the nouns' own functions. */
export interface NounTables {
  readonly organisations: Organisation;
  readonly assets: Asset;
  readonly findings: Finding;
  readonly cases: Case;
}

export interface NewAsset {
  readonly organisationId: string;
  readonly kind: string;
  readonly name: string;
  readonly status?: Asset['status'];
  readonly protectionLevel?: number | null;
  readonly identifiers?: readonly string[];
  readonly responsibleUserIds?: readonly string[];
  readonly tags?: readonly string[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}
export interface Assets {
  create(asset: NewAsset): Promise<Asset>;
  update(id: string, changes: Partial<NewAsset>): Promise<Asset>;
  get(id: string): Promise<Asset>;
  list(input: Partial<ListInput>): Promise<ListPage<Asset>>;
  /** The assets that own these identifiers (addresses, domains), by identifier; identifiers nobody owns are absent. */
  resolve(identifiers: readonly string[]): Promise<ReadonlyMap<string, Asset>>;
  relate(fromAssetId: string, kind: string, toAssetId: string): Promise<void>;
}

export interface NewFinding {
  readonly organisationId: string;
  readonly assetId?: string | null;
  readonly kind: string;
  readonly title: string;
  readonly description?: string;
  readonly remediation?: string | null;
  readonly severity: Severity;
  readonly confidence?: number;
  readonly source: string;
  readonly references?: Finding['references'];
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly evidenceIds?: readonly string[];
  /** What makes two reports the same weakness, besides asset and kind, e.g. `['CVE-2021-44228', '8080/tcp']`. */
  readonly identity: readonly string[];
  readonly seenAt?: Date;
}
export type RaiseOutcome = 'new' | 'seen_again' | 'reopened' | 'dismissed';
export interface Findings {
  /** Raises or recognises each finding by fingerprint; one statement per thousand, so imports may pass many at once. */
  raise(findings: readonly NewFinding[]): Promise<readonly { readonly id: string; readonly outcome: RaiseOutcome }[]>;
  get(id: string): Promise<Finding>;
  list(input: Partial<ListInput>): Promise<ListPage<Finding>>;
  triage(ids: readonly string[]): Promise<void>;
  fix(ids: readonly string[]): Promise<void>;
  verify(ids: readonly string[]): Promise<void>;
  reopen(ids: readonly string[], reason: string): Promise<void>;
  dismiss(
    ids: readonly string[],
    dismissal: {
      readonly reason: z.infer<typeof DismissalReason>;
      readonly note: string;
      readonly expiresAt?: Date | null;
    },
  ): Promise<void>;
  merge(intoId: string, ids: readonly string[]): Promise<void>;
}

export interface NewCase {
  readonly organisationId: string;
  readonly kind: string;
  readonly title: string;
  readonly summary?: string;
  readonly severity: Severity;
  readonly findingIds?: readonly string[];
  readonly assigneeIds?: readonly string[];
  readonly dueAt?: Date | null;
  /** Given number, or the next of `<kind>-<year>-<serial>`. */
  readonly number?: string;
}
export interface Cases {
  open(newCase: NewCase): Promise<Case>;
  get(id: string): Promise<Case>;
  list(input: Partial<ListInput>): Promise<ListPage<Case>>;
  /** Moves along the loop; a step the life cycle does not know is refused with `case.step_not_allowed`. */
  move(id: string, to: z.infer<typeof CaseStatus>, note?: string, evidenceIds?: readonly string[]): Promise<Case>;
  comment(id: string, text: string, evidenceIds?: readonly string[]): Promise<void>;
  setDeadline(id: string, dueAt: Date, reason: string): Promise<Case>;
  escalate(id: string, reason: string): Promise<Case>;
  link(id: string, findingIds: readonly string[]): Promise<void>;
}

export interface NewObservation {
  readonly organisationId: string;
  readonly assetId?: string | null;
  readonly source: string;
  readonly kind: string;
  readonly seenAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
  readonly evidenceId?: string | null;
}
export interface Observations {
  record(observations: readonly NewObservation[]): Promise<readonly Observation[]>;
}

/** Content-addressed bytes. `stream` gives chunks, so that 500 MB never stand in memory. */
export interface Files {
  /** Keeps bytes as evidence of an organisation; the same bytes are kept once. */
  keep(
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    about: {
      readonly organisationId: string;
      readonly name: string;
      readonly mediaType: string;
      readonly description?: string;
    },
  ): Promise<Evidence>;
  get(evidenceId: string): Promise<Evidence>;
  stream(evidenceId: string): AsyncIterable<Uint8Array>;
  /** The reference an operation answers, so that the caller can fetch the file. */
  reference(evidenceId: string): Promise<FileReference>;
  /** The rows of a CSV (UTF-8, UTF-16, GB 18030) or of the first sheet of an XLSX, under limits no honest file meets. */
  table(evidenceId: string): Promise<FileTable>;
}
export interface FileTable {
  readonly headers: readonly string[];
  /** `line` counts from 1, the header's own lines included. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

export interface Notice {
  readonly to:
    | { readonly userIds: readonly string[] }
    | { readonly organisationId: string; readonly permission: string };
  readonly title: Text;
  readonly body: Text;
  readonly values?: Values;
  /** Path in the console that the notice opens. */
  readonly link?: string;
  /** Same key within a day: sent once. */
  readonly key?: string;
}

export interface Context<C extends Capability = Capability> {
  readonly actor: Actor;
  readonly scope: Scope;
  readonly request: Request | null;
  readonly locale: Locale;
  now(): Date;
  /** A new UUID version 7. */
  newId(): string;
  randomBytes(size: number): Uint8Array;
  /** A folder on the instance's disk that is this capability's alone: logs, segments, spools. Backups do not hold it. */
  folder(): string;
  log(message: string, fields?: Readonly<Record<string, unknown>>): void;
  readonly signal: AbortSignal;
  /** Jobs: how far it is. Elsewhere it does nothing. Throws when the job was cancelled. */
  progress(done: number, total: number, message?: string): Promise<void>;
  /** In a job each `transaction` is a unit of its own; in `read` and `write` it is the operation's own. */
  transaction<T>(work: (context: Context<C>) => Promise<T>): Promise<T>;
  /** The scoped query builder. In a job it is only inside `transaction`. */
  readonly db: Kysely<TablesOf<C> & NounTables>;
  can(permission: string): boolean;
  /** Throws `access.denied` unless the actor holds the permission; for rules finer than the operation's own. */
  require(permission: string): void;
  readonly organisations: {
    get(id: string): Promise<Organisation>;
    list(): Promise<readonly Organisation[]>;
    /** Throws `access.out_of_scope` unless every id lies in the actor's scope. */
    requireScope(ids: readonly string[]): void;
  };
  readonly users: {
    get(id: string): Promise<{ readonly id: string; readonly displayName: string; readonly organisationId: string }>;
    holding(
      permission: string,
      organisationId: string,
    ): Promise<readonly { readonly id: string; readonly displayName: string }[]>;
    /** Active people at home in these organisations who hold the permission there: all of them in one question. */
    members(
      permission: string,
      organisationIds: readonly string[],
    ): Promise<readonly { readonly id: string; readonly displayName: string; readonly organisationId: string }[]>;
  };
  readonly assets: Assets;
  readonly findings: Findings;
  readonly cases: Cases;
  readonly observations: Observations;
  readonly files: Files;
  readonly jobs: {
    /** Queues a job operation of this capability in the actor's name; the same key while one waits or runs gives that one. */
    start(
      operation: keyof C['operations'] & string,
      input: unknown,
      options?: { readonly key?: string; readonly runAt?: Date },
    ): Promise<Job>;
  };
  readonly events: {
    /** Published with the transaction or not at all; `key` orders. */
    publish(event: keyof C['emits'] & string, key: string, payload: unknown): Promise<void>;
  };
  notify(notice: Notice): Promise<void>;
  readonly reports: {
    /** Draws the document and keeps it as a report. */
    make(document: ReportDocument, format: ReportFormat, organisationId: string, name: string): Promise<FileReference>;
  };
  /** Adds facts to the audit record of this operation. */
  audit(details: Readonly<Record<string, unknown>>): void;
  setting(name: keyof C['settings'] & string): Promise<unknown>;
  /** For credentials of connectors: what a table keeps is sealed with the instance's key and opens for the same purpose only. */
  readonly secrets: {
    seal(plain: string, purpose: string): string;
    open(sealed: string, purpose: string): string;
  };
  /** Network access of the server, for connectors: refuses addresses the administrator has not allowed. */
  fetch(
    url: string,
    options?: {
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
      readonly timeoutMs?: number;
      readonly maxBytes?: number;
    },
  ): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  }>;
}

/** A file that could be read only in part: its good rows and what is wrong with the others. */
export interface PartialResult<T> {
  readonly good: readonly T[];
  readonly issues: readonly FailureIssue[];
}
