/**
 * The platform in this process on a data folder, for benchmarks: set up where it is not yet, with its administrator.
 * @module
 */
import { createLog, loadConfig, type Principal, type RunningKernel, startKernel } from '@hedun/core';
import type { CapabilityServer } from '@hedun/sdk';

export interface BenchPlatform {
  readonly kernel: RunningKernel;
  readonly admin: Principal;
  /** Whether the data folder was empty. */
  readonly isNew: boolean;
  /** Calls an operation as the administrator, or as another. */
  run<T = unknown>(operationId: string, input: unknown, principal?: Principal): Promise<T>;
}

export async function openPlatform(data: string, capabilities: readonly CapabilityServer[]): Promise<BenchPlatform> {
  const kernel = await startKernel({
    config: loadConfig({ HEDUN_DATA: data, HEDUN_LOG_LEVEL: 'error' }),
    capabilities,
    log: createLog('error'),
    version: '0',
    background: false,
  });
  const { core, execute } = kernel;
  const call = (operationId: string, input: unknown, principal: Principal | null) =>
    execute({ operationId, input, principal, request: null, locale: 'zh-CN' });
  const administrator = () =>
    core.store.system((db) => db.selectFrom('users').select('id').where('name', '=', 'admin').executeTakeFirst());
  const known = await administrator();
  if (!known) {
    const about = { organisationName: 'Bench', userName: 'admin', displayName: 'Admin', password: 'Correct-Horse-42' };
    await call('kernel.completeSetup', { token: await core.access.setupToken(), ...about }, null);
  }
  const id = (known ?? (await administrator()))?.id;
  if (!id) throw new Error('bench: expected an administrator after set-up, got none');
  const admin = await core.store.system((db) => core.access.principalOfUser(db, id, null));
  return {
    kernel,
    admin,
    isNew: !known,
    run: async <T>(operationId: string, input: unknown, principal = admin) =>
      (await call(operationId, input, principal)) as T,
  };
}
