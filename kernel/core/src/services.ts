/**
 * Long-lived services of capabilities: started with the server, stopped before the store, their health shown.
 * One that fails to start is named and left out; the others run.
 * @module
 */
import type { Service } from '@hedun/sdk';
import { systemActor } from './actors.ts';
import { createContext } from './context.ts';
import type { Core } from './contract.ts';
import { accessFor } from './execute.ts';

export interface ServiceHealth {
  readonly name: string;
  readonly health: { readonly ok: boolean; readonly detail: string };
}
export interface Services {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createServices(core: Core): Services {
  const running = new Map<string, Awaited<ReturnType<Service<never>['start']>>>();
  const failed = new Map<string, string>();
  const ending = new AbortController();
  core.registerHealth(() => [
    ...[...running].map(([name, service]) => ({ name, health: service.health?.() ?? { ok: true, detail: 'running' } })),
    ...[...failed].map(([name, detail]) => ({ name, health: { ok: false, detail } })),
  ]);
  return {
    start: async () => {
      const principal = await core.access.principalOf(systemActor);
      const begin = async (server: (typeof core.registry.servers)[number], name: string, service: Service<never>) => {
        const id = `${server.capability.id}.${name}`;
        const context = createContext(core, {
          capability: server.capability,
          db: null,
          access: accessFor(principal, 'signed-in'),
          principal,
          request: null,
          locale: 'zh-CN',
          signal: ending.signal,
          setCookie: () => undefined,
          auditDetails: {},
        });
        try {
          running.set(id, await service.start(context));
        } catch (error) {
          failed.set(id, error instanceof Error ? error.message : String(error));
          core.log.error('service did not start', { service: id, error: String(error) });
        }
      };
      // Capabilities side by side, the services of one in the order it names them.
      await Promise.all(
        core.registry.servers.map(async (server) => {
          for (const [name, service] of Object.entries(server.services ?? {})) await begin(server, name, service);
        }),
      );
    },
    stop: async () => {
      ending.abort();
      await Promise.allSettled([...running.values()].map((service) => service.stop()));
      running.clear();
    },
  };
}
