/**
 * The one way into every operation: permission, input, transaction under row-level security, handler, audit, output.
 * HTTP, command line, jobs and tests all come through here; no other code calls a handler.
 * @module
 */
import { Failure, type Locale, type Request } from '@hedun/sdk';
import { systemActor } from './actors.ts';
import { createContext } from './context.ts';
import type { Access, Core, Principal, Registry } from './contract.ts';
import { parseInput } from './input.ts';

export interface Invocation {
  readonly operationId: string;
  readonly input: unknown;
  readonly principal: Principal | null;
  readonly request: Request | null;
  readonly locale: Locale;
  readonly signal?: AbortSignal;
  readonly setCookie?: (cookie: string) => void;
}
export type Executor = (invocation: Invocation) => Promise<unknown>;

type Found = NonNullable<ReturnType<Registry['operation']>>;

/** The rows an operation may touch: the subtrees over which the actor holds exactly this operation's permission. */
export function accessFor(principal: Principal | null, permission: string): Access {
  if (!principal) return { scope: { kind: 'organisations', ids: [] }, userId: null };
  const userId = principal.actor.kind === 'system' ? null : principal.actor.id;
  const named = permission !== 'public' && permission !== 'signed-in';
  return { scope: named ? principal.scopeOf(permission) : principal.scope, userId };
}

export function createExecutor(core: Core): Executor {
  return async (invocation) => {
    const found = core.registry.operation(invocation.operationId);
    if (!found) throw new Failure('route.unknown', { got: invocation.operationId });
    try {
      checkPermission(found, invocation.principal);
      const input = parseInput(found.operation.input, invocation.input);
      const answer = await run(core, found, input, invocation);
      return found.operation.output.parse(answer);
    } catch (error) {
      await core.settleRollbacks();
      await recordRefusal(core, found, invocation, error);
      throw error;
    }
  };
}

function checkPermission(found: Found, principal: Principal | null): void {
  const { permission } = found.operation;
  if (permission === 'public') return;
  if (!principal) throw new Failure('access.not_signed_in', { where: found.id });
  if (permission !== 'signed-in' && !principal.permissions.has(permission))
    throw new Failure('access.denied', { where: found.id, expected: permission, values: { permission } });
}

async function run(core: Core, found: Found, input: unknown, invocation: Invocation): Promise<unknown> {
  const { operation, capability, handle } = found;
  const access = accessFor(invocation.principal, operation.permission);
  const details: Record<string, unknown> = {};
  const within = async (db: Parameters<Parameters<typeof core.store.transaction>[1]>[0] | null): Promise<unknown> => {
    const context = createContext(core, {
      capability,
      db,
      readOnly: operation.effect === 'read',
      access,
      principal: invocation.principal,
      request: invocation.request,
      locale: invocation.locale,
      signal: invocation.signal ?? never,
      setCookie: invocation.setCookie ?? ignore,
      auditDetails: details,
    });
    if (operation.effect !== 'job' || db === null) return await handle(input as never, context);
    const actor = context.actor;
    const job = await core.jobs.enqueue(db, {
      operation: found.id,
      title: operation.title,
      input,
      actor,
      organisationId: actor.organisationId,
      ...(operation.attempts === undefined ? {} : { attempts: operation.attempts }),
    });
    details.jobId = job.id;
    return { jobId: job.id };
  };
  if (operation.transactions === 'own') return await within(null);
  if (operation.effect === 'read') return await core.store.read(access, within);
  return await core.store.transaction(access, async (db) => {
    const answer = await within(db);
    await core.store.elevated(db, (owner) =>
      core.audit.append(owner, { ...auditOf(found, invocation, input), outcome: 'allowed', details }),
    );
    return answer;
  });
}

function auditOf(found: Found, invocation: Invocation, input: unknown) {
  const { principal, request } = invocation;
  const id = (input as { id?: unknown } | null)?.id;
  return {
    actor: { id: principal?.actor.id ?? null, name: principal?.actor.name ?? 'anonymous' },
    organisationId: principal?.actor.organisationId ?? null,
    action: found.id,
    target: typeof id === 'string' ? id : null,
    request,
  } as const;
}

/** Refused and failed writes leave a record too, in a transaction of their own: the operation's was rolled back. */
async function recordRefusal(core: Core, found: Found, invocation: Invocation, error: unknown): Promise<void> {
  const code = error instanceof Failure ? error.code : 'server.unexpected';
  const denied = code === 'access.denied' || code === 'access.out_of_scope';
  if (found.operation.effect === 'read' && !denied) return;
  if (!invocation.principal && !denied) return;
  const entry = {
    ...auditOf(found, invocation, invocation.input),
    outcome: denied ? 'denied' : 'failed',
    details: { code },
  } as const;
  await core.store
    .system((db) => core.audit.append(db, entry))
    .catch((cause) =>
      core.log.error('audit record of a refusal was not written', { operation: found.id, cause: String(cause) }),
    );
}

const never = new AbortController().signal;
const ignore = () => undefined;

/** Makes every `job` operation runnable and every listener hear its events; called once when the kernel starts. */
export function connectWork(core: Core): void {
  for (const id of core.registry.operationIds()) {
    const found = core.registry.operation(id);
    if (found?.operation.effect !== 'job') continue;
    core.jobs.register(id, async (run) => {
      const principal = await core.access.principalOf(run.actor);
      checkPermission(found, principal);
      const context = createContext(core, {
        capability: found.capability,
        db: null,
        access: accessFor(principal, found.operation.permission),
        principal,
        request: null,
        locale: run.actor.locale,
        signal: run.signal,
        setCookie: ignore,
        auditDetails: {},
        run,
      });
      return (await found.handle(parseInput(found.operation.input, run.input) as never, context)) ?? null;
    });
  }
  for (const server of core.registry.servers) {
    const listeners = (server.listeners ?? {}) as Readonly<
      Record<string, (payload: unknown, context: never) => Promise<void>>
    >;
    for (const [event, handle] of Object.entries(listeners)) {
      const schema = server.capability.listens?.[event];
      core.events.subscribe(server.capability.id, event, async ({ payload }) => {
        const principal = await core.access.principalOf(systemActor);
        const context = createContext(core, {
          capability: server.capability,
          db: null,
          access: accessFor(principal, 'signed-in'),
          principal,
          request: null,
          locale: 'zh-CN',
          signal: never,
          setCookie: ignore,
          auditDetails: {},
        });
        await context.transaction(async (inner) => handle(schema ? schema.parse(payload) : payload, inner as never));
      });
    }
  }
}
