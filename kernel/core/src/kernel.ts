/**
 * Builds the kernel out of its rooms, in the one order that works, and takes it down again. Nothing else constructs them.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type CapabilityServer, type Handlers, implementServer } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { createAccess } from './access/index.ts';
import { accessHandlers } from './access/operations.ts';
import { createAudit } from './audit/index.ts';
import { auditHandlers } from './audit/operations.ts';
import { createSecrets } from './config/secrets.ts';
import type { Clock, Config, Core, Log, Store } from './contract.ts';
import { createEvents } from './events/index.ts';
import { connectWork, createExecutor, type Executor } from './execute.ts';
import { createIds, systemClock } from './ids.ts';
import { createJobs } from './jobs/index.ts';
import { jobHandlers } from './jobs/operations.ts';
import { createNotifier } from './notify/index.ts';
import { notifyHandlers } from './notify/operations.ts';
import { createNouns } from './nouns/index.ts';
import { nounHandlers } from './nouns/operations.ts';
import { createRegistry } from './registry.ts';
import { createServices } from './services.ts';
import { createSettings } from './settings/index.ts';
import { settingHandlers } from './settings/operations.ts';
import { openBlobs } from './store/blobs.ts';
import type { Pool } from './store/connection.ts';
import { openStore } from './store/index.ts';
import { systemHandlers } from './system.ts';

export interface KernelOptions {
  readonly config: Config;
  readonly capabilities: readonly CapabilityServer[];
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  /** An open store instead of the configured one (tests). */
  readonly store?: Store;
  /** The configured database, where it was opened ahead. */
  readonly pool?: Promise<Pool> | undefined;
  /**
   * Jobs, events, notices, services: off for one-shot commands that only ask or change something, and for a server that listens first and
   * then calls `begin`.
   */
  readonly background?: boolean;
}
export interface RunningKernel {
  readonly core: Core;
  readonly execute: Executor;
  /** Starts what works in the background. */
  begin(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKernel(options: KernelOptions): Promise<RunningKernel> {
  const { config, log } = options;
  const clock = options.clock ?? systemClock;
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  const secrets = createSecrets(config);
  const parts: { core?: Core } = {};
  const core = () => parts.core as Core;
  const kernelServer: CapabilityServer<Kernel> = implementServer(kernel, {
    operations: lazyHandlers(core),
    migrations: {},
  });
  const registry = createRegistry([kernelServer as unknown as CapabilityServer, ...options.capabilities]);
  const store =
    options.store ?? (await openStore({ config, capabilities: options.capabilities, log, pool: options.pool }));
  const stops: (() => void)[] = [];
  const waiting: (() => Promise<void>)[] = [];
  let stopping = false;
  let stopped = false;
  let health: Core['services'] = () => [];
  const newId = createIds(clock);
  const settings = createSettings({ store, registry, secrets, clock });
  const base = {
    config,
    clock,
    log,
    store,
    secrets,
    registry,
    newId,
    randomBytes: (size: number) => new Uint8Array(randomBytes(size)),
    setting: settings.read,
  };
  const audit = createAudit({ ...base, folder: path.join(config.dataFolder, 'keys') });
  const events = createEvents(base);
  const jobs = createJobs({ ...base, events });
  const notifier = createNotifier(base);
  const blobs = openBlobs(config);
  const nouns = createNouns({ ...base, blobs });
  const access = createAccess({ ...base, audit });
  parts.core = {
    ...base,
    audit,
    events,
    jobs,
    notifier,
    blobs,
    nouns,
    access,
    settings,
    afterRollback: (work) => void waiting.push(work),
    settleRollbacks: async () => {
      for (let work = waiting.shift(); work; work = waiting.shift()) await work();
    },
    version: options.version,
    localToken: `hdl_${randomBytes(32).toString('base64url')}`,
    beginStop: () => {
      stopping = true;
      for (const action of [...stops]) action();
    },
    services: () => health(),
    registerHealth: (look) => {
      health = look;
    },
    stopping: () => stopping,
    onStop: (action) => {
      stops.push(action);
      return () => {
        const index = stops.indexOf(action);
        if (index >= 0) stops.splice(index, 1);
      };
    },
  };
  connectWork(core());
  const services = createServices(core());
  const begin = async () => {
    await events.start();
    await jobs.start();
    await notifier.start();
    await services.start();
  };
  if (options.background ?? true) await begin();
  return {
    core: core(),
    execute: createExecutor(core()),
    begin,
    stop: async () => {
      if (stopped) return;
      stopped = true;
      core().beginStop();
      await services.stop();
      await jobs.stop();
      await events.stop();
      await notifier.stop();
      await audit.stop();
      await store.close();
    },
  };
}

/** The kernel's handlers need the whole core, and the core's registry needs the handlers: each is made when first called. */
function lazyHandlers(core: () => Core): Handlers<Kernel> {
  let made: Record<string, unknown> | undefined;
  const all = (): Record<string, unknown> => {
    made ??= {
      ...accessHandlers(core()),
      ...auditHandlers(core()),
      ...jobHandlers(core()),
      ...notifyHandlers(core()),
      ...nounHandlers(core()),
      ...settingHandlers(core()),
      ...systemHandlers(core()),
    };
    return made as Record<string, unknown>;
  };
  const lazy: Record<string, unknown> = {};
  for (const name of Object.keys(kernel.operations))
    lazy[name] = (input: never, context: never) =>
      (all() as unknown as Record<string, (input: never, context: never) => unknown>)[name]?.(input, context);
  return lazy as unknown as Handlers<Kernel>;
}
