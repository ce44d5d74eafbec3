/**
 * A whole kernel for tests: set up, on a test store, with a clock that stands still.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CapabilityServer } from '@hedun/sdk';
import { loadConfig } from './config/index.ts';
import type { Config, Principal } from './contract.ts';
import { type RunningKernel, startKernel } from './kernel.ts';
import { openTestStore, silent } from './testing.ts';

export interface TestKernel extends RunningKernel {
  readonly folder: string;
  readonly clock: { now(): Date; advance(milliseconds: number): void };
  /** The root organisation and its administrator. */
  readonly root: string;
  readonly administrator: Principal;
  /** A new organisation below `parent` (default: the root). */
  organisation(name: string, parent?: string): Promise<string>;
  /** A new active user with a built-in role over an organisation. */
  user(name: string, role: string, organisationId: string): Promise<Principal>;
  /** Runs an operation in someone's name; administrator by default. */
  run(operationId: string, input: unknown, principal?: Principal | null): Promise<unknown>;
  close(): Promise<void>;
}

/** A whole kernel on a test store, set up, with a clock that stands still until told. Background work runs only by `drain` and `settle`. */
export async function openTestKernel({
  capabilities = [],
  config = {},
  background = false,
}: {
  readonly capabilities?: readonly CapabilityServer[];
  readonly config?: Partial<Config>;
  /** Also start jobs, events, notices and services, as a server does. */
  readonly background?: boolean;
} = {}): Promise<TestKernel> {
  const { store, close } = await openTestStore({ capabilities });
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-kernel-'));
  let time = Date.parse('2026-11-24T08:00:00Z');
  const clock = {
    now: () => new Date(time),
    advance: (milliseconds: number) => {
      time += milliseconds;
    },
  };
  const full = { ...loadConfig({ HEDUN_DATA: folder, HEDUN_LOG_LEVEL: 'silent' }), ...config };
  const kernel = await startKernel({
    config: full,
    capabilities,
    log: silent,
    version: '0.0.0',
    clock,
    store,
    background,
  });
  const { core } = kernel;
  const token = await core.access.setupToken();
  await kernel.execute({
    operationId: 'kernel.completeSetup',
    input: {
      token,
      organisationName: '示例市',
      userName: 'admin',
      displayName: '管理员',
      password: 'Correct-Horse-42',
    },
    principal: null,
    request: null,
    locale: 'zh-CN',
  });
  const principalNamed = async (name: string): Promise<Principal> => {
    core.access.forget();
    return await store.system(async (db) => {
      const { id } = await db.selectFrom('users').select('id').where('name', '=', name).executeTakeFirstOrThrow();
      return await core.access.principalOfUser(db, id, null);
    });
  };
  const administrator = await principalNamed('admin');
  const root = administrator.actor.organisationId;
  const run: TestKernel['run'] = (operationId, input, principal = administrator) =>
    kernel.execute({ operationId, input, principal, request: null, locale: 'zh-CN' });
  return {
    ...kernel,
    folder,
    clock,
    root,
    administrator,
    run,
    organisation: async (name, parent = root) =>
      ((await run('kernel.createOrganisation', { parentId: parent, name, kind: 'bureau' })) as { id: string }).id,
    user: async (name, role, organisationId) => {
      const { items } = (await run('kernel.listRoles', {})) as { items: readonly { id: string; name: string }[] };
      const { user } = (await run('kernel.createUser', {
        organisationId,
        name,
        displayName: name,
        roleId: items.find((each) => each.name === role)?.id,
      })) as { user: { id: string } };
      await store.system((db) => db.updateTable('users').set({ status: 'active' }).where('id', '=', user.id).execute());
      return await principalNamed(name);
    },
    close: async () => {
      await kernel.stop();
      await close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
