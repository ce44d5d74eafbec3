/**
 * What the platform says of itself.
 * @module
 */
import { handlers } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import type { Core } from './contract.ts';

export function systemHandlers(core: Core) {
  return handlers<Kernel>()({
    getSystem: async () => {
      const version = await core.store.system((db) => sql<{ version: string }>`SELECT version()`.execute(db));
      const probes = await Promise.all([
        probe(
          'database',
          async () => `${core.store.kind}, ${version.rows[0]?.version.split(' ').slice(0, 2).join(' ')}`,
        ),
        probe('audit', async () => {
          const result = await core.audit.verify();
          if (!result.valid) throw new Error(result.problems.map((each) => `${each.sequence} ${each.kind}`).join(', '));
          return `${result.records}`;
        }),
        ...[...core.services()].map(({ name, health }) => ({ name, ...health })),
      ]);
      return {
        version: core.version,
        database: core.store.kind,
        capabilities: core.registry.servers.map(({ capability }) => ({
          id: capability.id,
          title: capability.title,
          operations: Object.keys(capability.operations).length,
        })),
        checks: probes,
      };
    },
  });
}

async function probe(
  name: string,
  look: () => Promise<string>,
): Promise<{ name: string; ok: boolean; detail: string }> {
  try {
    return { name, ok: true, detail: await look() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
