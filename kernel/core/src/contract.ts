/**
 * How the rooms of the kernel meet: each owns one of these interfaces and knows the others only by them.
 * `kernel.ts` builds them in order; nothing else constructs them.
 * @module
 */
import type {
  Actor,
  Assets,
  Capability,
  CapabilityServer,
  Cases,
  Context,
  Evidence,
  FailureIssue,
  Files,
  Findings,
  Job,
  Locale,
  Notice,
  Observations,
  Request,
  Scope,
  Text,
} from '@hedun/sdk';
import type { Kysely } from 'kysely';
import type { AccessRoom } from './access/index.ts';
import type { Settings } from './settings/index.ts';
import type { KernelTables } from './store/tables.ts';

export type Database = Kysely<KernelTables>;

/** In whose name a transaction runs; row-level security follows from it. `null` user: the system. */
export interface Access {
  readonly scope: Scope;
  readonly userId: string | null;
}
export const systemAccess: Access = { scope: { kind: 'all' }, userId: null };

/** kernel/core/src/store: PGlite in the data folder or PostgreSQL; the same SQL on both. */
export interface Store {
  readonly kind: 'embedded' | 'postgresql';
  /** One transaction under the roles and policies of `access`. Serialisation failures are tried again; `work` must be repeatable. */
  transaction<T>(access: Access, work: (db: Database) => Promise<T>): Promise<T>;
  /** The same, read-only. */
  read<T>(access: Access, work: (db: Database) => Promise<T>): Promise<T>;
  /** As owner of the tables, above row-level security: sign-in, audit, jobs, outbox, migrations. Inside a transaction it joins that one. */
  system<T>(work: (db: Database) => Promise<T>): Promise<T>;
  /** Inside a transaction: run one part as owner, then return to the roles of the transaction. */
  elevated<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T>;
  /** Runs work that must not join the transaction around it: timers, wake-ups. */
  outside<T>(work: () => T): T;
  /** Refreshes planner statistics (PGlite has no autovacuum). */
  analyse(): Promise<void>;
  close(): Promise<void>;
}

/** kernel/core/src/store/blobs.ts: bytes addressed by their SHA-256, in the data folder or S3-compatible storage. */
export interface Blobs {
  put(
    bytes: Uint8Array | AsyncIterable<Uint8Array>,
    limit?: number,
  ): Promise<{ readonly sha256: string; readonly size: number }>;
  stream(sha256: string): AsyncIterable<Uint8Array>;
  has(sha256: string): Promise<boolean>;
  delete(sha256: string): Promise<void>;
  list(): AsyncIterable<string>;
}

/** kernel/core/src/config: file + environment, checked. */
export interface Config {
  readonly dataFolder: string;
  readonly databaseUrl: string | null;
  readonly host: string;
  readonly port: number;
  /** Sub-path behind a reverse proxy, `''` or `/hedun`. */
  readonly basePath: string;
  readonly publicUrl: string | null;
  readonly trustProxy: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly s3: {
    readonly endpoint: string;
    readonly bucket: string;
    readonly region: string;
    readonly accessKey: string;
    readonly secretKey: string;
  } | null;
  readonly kafka: { readonly brokers: readonly string[]; readonly prefix: string } | null;
  readonly oidc: readonly {
    readonly id: string;
    readonly title: Text;
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly createUsersIn: string | null;
  }[];
  readonly smtp: {
    readonly host: string;
    readonly port: number;
    readonly secure: boolean;
    readonly user: string | null;
    readonly password: string | null;
    readonly from: string;
  } | null;
  readonly jobs: { readonly workers: number; readonly pollMs: number; readonly leaseMs: number };
}

export interface Clock {
  now(): Date;
}
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  child(fields: Readonly<Record<string, unknown>>): Log;
}
/** Seals small secrets at rest with the instance key (AES-256-GCM, `purpose` as associated data). */
export interface Secrets {
  seal(plain: string, purpose: string): Uint8Array;
  open(sealed: Uint8Array, purpose: string): string;
  /** Derived key for signatures and checkpoints, by purpose (HKDF-SHA-256). */
  derive(purpose: string, length: number): Uint8Array;
}

export interface AuditEntry {
  readonly actor: Pick<Actor, 'name'> & { readonly id: string | null };
  readonly organisationId: string | null;
  readonly action: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly target?: string | null;
  readonly request?: Request | null;
  readonly details?: Readonly<Record<string, unknown>>;
}
/** kernel/core/src/audit. */
export interface Audit {
  /** Appends inside the given (elevated) transaction, so that the write and its record stand or fall together. */
  append(db: Database, entry: AuditEntry): Promise<void>;
  verify(): Promise<{
    readonly valid: boolean;
    readonly records: number;
    readonly checkpoints: number;
    readonly head: string;
    readonly problems: readonly {
      readonly sequence: number;
      readonly kind: 'changed' | 'removed' | 'reordered' | 'checkpoint' | 'truncated';
      readonly detail: string;
    }[];
  }>;
  checkpoint(): Promise<void>;
  stop(): Promise<void>;
}

/** kernel/core/src/events. */
export interface Events {
  /** Writes to the outbox in the given transaction. */
  publish(db: Database, event: string, key: string, payload: unknown, organisationId: string | null): Promise<void>;
  /** At least once, ordered by key, from the outbox or Kafka; `consumer` is a stable name. */
  subscribe(
    consumer: string,
    event: string,
    handle: (message: { readonly id: string; readonly key: string; readonly payload: unknown }) => Promise<void>,
  ): void;
  /** Told after an event left this server, with the organisations it is about; a hint for live updates, no delivery contract. */
  watch(listener: (event: string, organisationIds: readonly string[]) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Waits until everything published so far was handled (tests, shutdown). */
  settle(): Promise<void>;
}

/** kernel/core/src/jobs. */
export interface Jobs {
  enqueue(
    db: Database,
    job: {
      readonly operation: string;
      readonly title: Text;
      readonly input: unknown;
      readonly actor: Actor;
      readonly organisationId: string | null;
      readonly key?: string;
      readonly runAt?: Date;
      readonly attempts?: number;
    },
  ): Promise<Job>;
  /** The runner of one operation; called by workers with progress, cancel and log. */
  register(operation: string, run: (run: JobRun) => Promise<unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  cancel(db: Database, id: string): Promise<Job>;
  retry(db: Database, id: string): Promise<Job>;
  /** Live changes for server-sent events. */
  watch(listener: (job: Job) => void): () => void;
  /** Runs due jobs until none is left (tests, command line). */
  drain(): Promise<void>;
}
export interface JobRun {
  readonly id: string;
  readonly input: unknown;
  readonly actor: Actor;
  readonly attempt: number;
  readonly signal: AbortSignal;
  progress(done: number, total: number, message?: string): Promise<void>;
  log(text: string): Promise<void>;
}

/** kernel/core/src/notify. */
export interface Notifier {
  notify(db: Database, notice: Notice): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Live notices of one user for server-sent events. */
  watch(listener: (userId: string) => void): () => void;
  /** Delivers everything due now (tests). */
  drain(): Promise<void>;
}

/** Everything one transaction of one actor needs; the nouns are built from it. */
export interface Session {
  readonly db: Database;
  readonly actor: Actor;
  readonly scope: Scope;
  readonly locale: Locale;
  now(): Date;
  newId(): string;
  publish(event: string, key: string, payload: unknown, organisationId?: string | null): Promise<void>;
}
/** kernel/core/src/nouns. */
export interface Nouns {
  readonly assets: (session: Session) => Assets;
  readonly findings: (session: Session) => Findings;
  readonly cases: (session: Session) => Cases;
  readonly observations: (session: Session) => Observations;
  readonly files: (session: Session) => Files;
  /** Registers bytes already kept as a blob as evidence. */
  register(
    session: Session,
    blob: { readonly sha256: string; readonly size: number },
    about: {
      readonly organisationId: string;
      readonly name: string;
      readonly mediaType: string;
      readonly description?: string | undefined;
    },
  ): Promise<Evidence>;
}

/** What sign-in made of a request. */
export interface Principal {
  readonly actor: Actor;
  readonly scope: Scope;
  readonly permissions: ReadonlySet<string>;
  /** The subtrees over which the actor holds exactly this permission. */
  scopeOf(permission: string): Scope;
  readonly sessionId: string | null;
  readonly expiresAt: string;
}
/** kernel/core/src/access. */
export interface AccessControl {
  /** Reads cookie or bearer token; `null` when there is none. Throws `access.bad_token` for a wrong one. */
  authenticate(
    request: Request & { readonly cookie: string | null; readonly authorization: string | null },
  ): Promise<{ readonly principal: Principal; readonly setCookie: string | null } | null>;
  /** The principal of a stored actor (jobs, listeners): permissions and scope as of now. */
  principalOf(actor: Actor): Promise<Principal>;
  /** First run: the one-time set-up link, or null when set up. */
  setupToken(): Promise<string | null>;
}

export interface Registry {
  readonly servers: readonly CapabilityServer[];
  capability(id: string): Capability | undefined;
  /** `kernel.listAssets` → declaration and handler. */
  operation(id: string):
    | {
        readonly id: string;
        readonly capability: Capability;
        readonly operation: Capability['operations'][string];
        readonly handle: (input: never, context: Context) => Promise<unknown>;
      }
    | undefined;
  operationIds(): readonly string[];
  permissions(): readonly { readonly id: string; readonly capability: string; readonly title: Text }[];
  error(code: string): { readonly status: number; readonly message: Text; readonly fix: Text } | undefined;
  assetKind(
    kind: string,
  ): { readonly title: Text; readonly capability: string; readonly attributes: import('zod').ZodObject } | undefined;
  assetKinds(): readonly string[];
  findingKinds(): readonly { readonly kind: string; readonly title: Text; readonly capability: string }[];
}

/** All rooms together, handed to the factories of the kernel's own handlers. */
export interface Core {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly notifier: Notifier;
  readonly nouns: Nouns;
  readonly access: AccessRoom;
  readonly registry: Registry;
  readonly settings: Settings;
  setting<T>(id: string): Promise<T>;
  newId(): string;
  randomBytes(size: number): Uint8Array;
  /** Runs after the failing transaction has been rolled back: what must be remembered of a refusal. */
  afterRollback(work: () => Promise<void>): void;
  /** Does what waits for a rollback; called by the executor when an operation was refused. */
  settleRollbacks(): Promise<void>;
  /** True once shutdown began: no new work is taken. */
  stopping(): boolean;
  /** Called once at shutdown, before rooms stop. */
  onStop(action: () => void): () => void;
  /** Marks the beginning of shutdown and runs the `onStop` actions. */
  beginStop(): void;
  /** Bearer token of this process for commands on the same machine; acts as the system. */
  readonly localToken: string;
  readonly version: string;
  /** Health of the capabilities' services. */
  services(): readonly { readonly name: string; readonly health: { readonly ok: boolean; readonly detail: string } }[];
  registerHealth(look: Core['services']): void;
}

/** Issues kept from growing without bound in an answer. */
export function firstIssues(issues: readonly FailureIssue[], limit = 100): readonly FailureIssue[] {
  return issues.slice(0, limit);
}
