/**
 * Where a command runs: on a running server over HTTP, or in this process on the data folder when no server holds it.
 * @module
 */
import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import path from 'node:path';
import { ClientFailure, callOperation, upload } from '@hedun/client';
import { type CapabilityServer, Failure, type FailureBody, type Job, type Locale } from '@hedun/sdk';
import { systemActor } from '../actors.ts';
import { loadConfig } from '../config/index.ts';
import { failureBody, toFailure } from '../http/failure-reply.ts';
import { startKernel } from '../kernel.ts';
import { createLog } from '../log.ts';
import { createRegistry } from '../registry.ts';
import { kernelDeclaration } from './commands.ts';

export interface Transport {
  readonly where: string;
  call(operationId: string, input: unknown): Promise<unknown>;
  /** Uploads a local file and answers its evidence id. */
  upload(file: string, organisationId: string | undefined): Promise<string>;
  /** Runs until the job has ended. */
  follow(jobId: string, onChange: (job: Job) => void): Promise<Job>;
  close(): Promise<void>;
}
export interface TransportOptions {
  readonly server?: string;
  readonly token?: string;
  readonly data?: string;
  readonly locale: Locale;
  readonly version: string;
}

export class CommandFailure extends Error {
  readonly status: number;
  readonly body: FailureBody;
  constructor(status: number, body: FailureBody) {
    super(body.error.message);
    this.status = status;
    this.body = body;
  }
}

export async function openTransport(
  capabilities: readonly CapabilityServer[],
  options: TransportOptions,
): Promise<Transport> {
  const server = options.server ?? process.env.HEDUN_SERVER;
  if (server)
    return remote(capabilities, server.replace(/\/$/, ''), options.token ?? process.env.HEDUN_TOKEN, options.locale);
  const config = loadConfig({
    ...process.env,
    ...(options.data === undefined ? {} : { HEDUN_DATA: options.data }),
    HEDUN_LOG_LEVEL: process.env.HEDUN_LOG_LEVEL ?? 'error',
  });
  const local = readLocalServer(config.dataFolder);
  if (local)
    return remote(capabilities, local.url, options.token ?? process.env.HEDUN_TOKEN ?? local.token, options.locale);
  return await inProcess(capabilities, config, options);
}

/** A running server leaves its address and a key only readable by its own user; whoever can read it owns the data anyway. */
export function readLocalServer(
  dataFolder: string,
): { readonly url: string; readonly token: string; readonly pid: number } | null {
  const file = path.join(dataFolder, 'run', 'server.json');
  if (!existsSync(file)) return null;
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as { url: string; token: string; pid: number };
    process.kill(found.pid, 0);
    return found;
  } catch {
    return null;
  }
}

function remote(
  capabilities: readonly CapabilityServer[],
  baseUrl: string,
  token: string | undefined,
  locale: Locale,
): Transport {
  const options = { baseUrl, locale: () => locale, ...(token === undefined ? {} : { token }) };
  const declared = new Map(
    [kernelDeclaration, ...capabilities.map((each) => each.capability)].map((each) => [each.id, each]),
  );
  const call = async (operationId: string, input: unknown): Promise<unknown> => {
    const [capabilityId = '', name = ''] = operationId.split('.');
    const capability = declared.get(capabilityId);
    if (!capability) throw new TypeError(`operation: expected one of a listed capability, got ${operationId}`);
    return await translate(baseUrl, () => callOperation(capability, name, input, options));
  };
  return {
    where: baseUrl,
    call,
    upload: async (file, organisationId) => {
      const owner = organisationId ?? (await homeOrganisation(call));
      const evidence = await translate(baseUrl, async () =>
        upload(options, await openAsBlob(file), { organisationId: owner, name: path.basename(file) }),
      );
      return evidence.id;
    },
    follow: async (jobId, onChange) => {
      for (;;) {
        const { job } = (await call('kernel.getJob', { id: jobId })) as { job: Job };
        onChange(job);
        if (job.finishedAt) return job;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
    close: async () => undefined,
  };
}

async function homeOrganisation(call: Transport['call']): Promise<string> {
  const { items } = (await call('kernel.listOrganisations', {})) as { items: readonly { id: string; path: string }[] };
  const root = [...items].sort((a, b) => a.path.length - b.path.length)[0];
  if (!root) throw new Failure('record.not_found', { values: { what: 'organisation' } });
  return root.id;
}

async function translate<T>(baseUrl: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ClientFailure)
      throw new CommandFailure(error.status, {
        error: {
          code: error.code,
          message: error.message,
          fix: error.fix,
          issues: error.issues,
          ...(error.where === undefined ? {} : { where: error.where }),
          ...(error.expected === undefined ? {} : { expected: error.expected }),
          ...(error.got === undefined ? {} : { got: error.got }),
        },
      });
    if (error instanceof TypeError && /fetch failed/.test(error.message))
      throw new Failure('network.failed', {
        where: baseUrl,
        expected: 'a running server',
        got: String((error.cause as Error | undefined)?.message ?? error.message),
        cause: error,
      });
    throw error;
  }
}

async function inProcess(
  capabilities: readonly CapabilityServer[],
  config: ReturnType<typeof loadConfig>,
  options: TransportOptions,
): Promise<Transport> {
  const kernel = await startKernel({
    config,
    capabilities,
    log: createLog(config.logLevel),
    version: options.version,
    background: false,
  });
  const principal = await kernel.core.access.principalOf({ ...systemActor, name: 'local' });
  const call = (operationId: string, input: unknown) =>
    kernel.execute({ operationId, input, principal, request: null, locale: options.locale });
  return {
    where: config.dataFolder,
    call,
    upload: async (file, organisationId) => {
      const owner = organisationId ?? (await homeOrganisation(call));
      const blob = await kernel.core.blobs.put(
        (await openAsBlob(file)).stream() as unknown as AsyncIterable<Uint8Array>,
      );
      const { core } = kernel;
      const evidence = await core.store.transaction({ scope: { kind: 'all' }, userId: null }, (db) =>
        core.nouns.register(
          {
            db,
            actor: principal.actor,
            scope: { kind: 'all' },
            locale: options.locale,
            now: () => core.clock.now(),
            newId: core.newId,
            publish: async () => undefined,
          },
          blob,
          { organisationId: owner, name: path.basename(file), mediaType: 'application/octet-stream' },
        ),
      );
      return evidence.id;
    },
    follow: async (jobId, onChange) => {
      const stop = kernel.core.jobs.watch((job) => {
        if (job.id === jobId) onChange(job);
      });
      await kernel.core.jobs.drain();
      stop();
      const { job } = (await call('kernel.getJob', { id: jobId })) as { job: Job };
      return job;
    },
    close: () => kernel.stop(),
  };
}

/** Any thrown value as the failure body and status that every face of the platform shows. */
export function describeFailure(
  error: unknown,
  capabilities: readonly CapabilityServer[],
  locale: Locale,
): { readonly status: number; readonly body: FailureBody } {
  if (error instanceof CommandFailure) return error;
  const registry = createRegistry([
    { capability: kernelDeclaration, operations: stubs(kernelDeclaration), migrations: [] } as never,
    ...capabilities,
  ]);
  const failure = toFailure(error);
  if (failure.code === 'server.unexpected' && process.env.HEDUN_DEBUG) console.error(error);
  const described = failureBody(registry, failure, locale);
  return failure.code === 'server.unexpected' && error instanceof Error
    ? { ...described, body: { error: { ...described.body.error, got: error.message } } }
    : described;
}

function stubs(capability: { readonly operations: object }): Record<string, () => never> {
  return Object.fromEntries(
    Object.keys(capability.operations).map((name) => [
      name,
      () => {
        throw new TypeError('declaration only');
      },
    ]),
  );
}
