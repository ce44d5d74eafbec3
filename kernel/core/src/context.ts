/**
 * Builds the context a handler gets. In `read` and `write` it stands inside the operation's transaction; in a job each
 * `transaction` opens one of its own, under the same scope.
 * @module
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Capability, type Context, Failure, type Locale, type Request } from '@hedun/sdk';
import { holdersOf, membersOf } from './access/holders.ts';
import { getOrganisation, listOrganisations } from './access/organisations.ts';
import { systemActor } from './actors.ts';
import type { Access, Core, Database, JobRun, Principal, Session } from './contract.ts';
import { guardedFetch } from './notify/fetch.ts';
import { makeReport } from './reports/make.ts';
import { bindCall } from './session.ts';

export interface ContextOptions {
  readonly capability: Capability;
  /** The open transaction; null in a job and in a long read, which open their own. */
  readonly db: Database | null;
  /** Set in a long read: the transactions it opens change nothing. */
  readonly readOnly?: boolean;
  readonly access: Access;
  readonly principal: Principal | null;
  readonly request: Request | null;
  readonly locale: Locale;
  readonly signal: AbortSignal;
  readonly setCookie: (cookie: string) => void;
  /** Filled by `context.audit`. */
  readonly auditDetails: Record<string, unknown>;
  readonly run?: JobRun;
}

export function createContext(core: Core, options: ContextOptions): Context {
  const { capability, access, principal, request, locale, signal, run } = options;
  const actor = principal?.actor ?? { ...systemActor, name: 'anonymous' };
  const db = options.db ?? closed;
  const session: Session = {
    db,
    actor,
    scope: access.scope,
    locale,
    now: () => core.clock.now(),
    newId: core.newId,
    publish: (event, key, payload, organisationId = null) =>
      core.events.publish(db, event, key, payload, organisationId),
  };
  const can = (permission: string) =>
    principal?.actor.kind === 'system' || (principal?.permissions.has(permission) ?? false);
  const context: Context = {
    actor,
    scope: access.scope,
    request,
    locale,
    signal,
    now: session.now,
    newId: session.newId,
    randomBytes: core.randomBytes,
    folder: () => {
      const folder = path.join(core.config.dataFolder, 'capabilities', capability.id);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    log: (message, fields) => {
      core.log.info(message, { capability: capability.id, ...fields });
      if (run) void run.log(message);
    },
    progress: async (done, total, message) => {
      if (signal.aborted) throw new Failure('job.cancelled');
      await run?.progress(done, total, message);
    },
    transaction: async (work) => {
      if (options.db) return await work(context);
      return await (options.readOnly ? core.store.read : core.store.transaction)(
        access,
        async (inner) => await work(createContext(core, { ...options, db: inner })),
      );
    },
    get db() {
      return db as never;
    },
    can,
    require: (permission) => {
      if (!can(permission)) throw new Failure('access.denied', { expected: permission, values: { permission } });
    },
    organisations: {
      get: (id) => getOrganisation(session, id),
      list: () => listOrganisations(session),
      requireScope: (ids) => {
        if (access.scope.kind === 'all') return;
        const allowed = new Set(access.scope.ids);
        const foreign = ids.find((id) => !allowed.has(id));
        if (foreign) throw new Failure('access.out_of_scope', { got: foreign });
      },
    },
    users: {
      get: async (id) => {
        const row = await db
          .selectFrom('users')
          .select(['id', 'displayName', 'organisationId'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (!row) throw new Failure('record.not_found', { values: { what: `user ${id}` } });
        return row;
      },
      holding: (permission, organisationId) =>
        core.store.elevated(db, (owner) => holdersOf(owner, permission, organisationId)),
      members: (permission, organisationIds) =>
        core.store.elevated(db, (owner) => membersOf(owner, permission, organisationIds)),
    },
    // Built on first use: most operations touch one noun, and a million-row list should not pay for the others.
    get assets() {
      return core.nouns.assets(session);
    },
    get findings() {
      return core.nouns.findings(session);
    },
    get cases() {
      return core.nouns.cases(session);
    },
    get observations() {
      return core.nouns.observations(session);
    },
    get files() {
      return core.nouns.files(session);
    },
    jobs: {
      start: async (operation, input, settings = {}) => {
        const declared = capability.operations[operation];
        if (declared?.effect !== 'job')
          throw new TypeError(`jobs.start: expected a job operation of ${capability.id}, got ${operation}`);
        const parsed = declared.input.parse(input);
        return await core.jobs.enqueue(db, {
          operation: `${capability.id}.${operation}`,
          title: declared.title,
          input: parsed,
          actor,
          organisationId: actor.organisationId,
          ...(settings.key === undefined ? {} : { key: settings.key }),
          ...(settings.runAt === undefined ? {} : { runAt: settings.runAt }),
          ...(declared.attempts === undefined ? {} : { attempts: declared.attempts }),
        });
      },
    },
    events: {
      publish: async (event, key, payload) => {
        const schema = capability.emits?.[event];
        if (!schema) throw new TypeError(`events.publish: expected an event ${capability.id} declares, got ${event}`);
        await core.events.publish(db, event, key, schema.parse(payload), actor.organisationId);
      },
    },
    notify: (notice) => core.notifier.notify(db, notice),
    reports: {
      make: (document, format, organisationId, name) =>
        makeReport(core, session, document, format, organisationId, name),
    },
    audit: (details) => void Object.assign(options.auditDetails, details),
    secrets: {
      seal: (plain, purpose) => Buffer.from(core.secrets.seal(plain, `${capability.id}/${purpose}`)).toString('base64'),
      open: (sealed, purpose) => core.secrets.open(Buffer.from(sealed, 'base64'), `${capability.id}/${purpose}`),
    },
    setting: (name) => core.setting(`${capability.id}.${name}`),
    fetch: guardedFetch(core),
  };
  bindCall(context, { session, principal, setCookie: options.setCookie });
  return context;
}

/** Stands where a job has no open transaction; any use says so. */
const closed: Database = new Proxy({} as Database, {
  get: (_, name) => {
    throw new TypeError(
      `context.db.${String(name)}: expected an open transaction, got none; in a job use context.transaction`,
    );
  },
});
