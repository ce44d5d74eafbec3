/**
 * All capabilities of this server, looked up by name. It refuses at start what types cannot: two capabilities of one name,
 * two operations on one route or command, an error or kind declared twice.
 * @module
 */
import type { Capability, CapabilityServer, Context } from '@hedun/sdk';
import type { Registry } from './contract.ts';

type Found = NonNullable<ReturnType<Registry['operation']>>;

export function createRegistry(servers: readonly CapabilityServer[]): Registry {
  const capabilities = unique(
    'capability',
    servers.map((server) => [server.capability.id, server.capability] as const),
  );
  const operations = new Map<string, Found>();
  const routes: (readonly [string, string])[] = [];
  const commands: (readonly [string, string])[] = [];
  for (const server of servers) {
    const { capability } = server;
    if (!/^[a-z][a-z0-9]*$/.test(capability.id))
      throw new RangeError(`capability id: expected a lower-case word, got ${capability.id}`);
    const handlers = server.operations as Readonly<Record<string, Found['handle']>>;
    for (const [name, operation] of Object.entries(capability.operations)) {
      const id = `${capability.id}.${name}`;
      const handle = handlers[name];
      if (!handle) throw new TypeError(`${id}: expected a handler in the server half, got none`);
      if (operation.undo !== undefined && !Object.hasOwn(capability.operations, operation.undo))
        throw new RangeError(`${id}: expected undo to name an operation of ${capability.id}, got ${operation.undo}`);
      if (operation.transactions === 'own' && operation.effect !== 'read')
        throw new RangeError(`${id}: expected transactions "own" on a read only, got ${operation.effect}`);
      operations.set(id, { id, capability, operation, handle });
      routes.push([`${operation.http.replace(/:\w+/g, ':')} of ${capability.id}`, id]);
      if (operation.cli) commands.push([operation.cli, id]);
    }
  }
  unique('route', routes);
  unique('command', commands);
  const all = <T>(pick: (capability: Capability) => Readonly<Record<string, T>> | undefined) =>
    servers.flatMap(({ capability }) =>
      Object.entries(pick(capability) ?? {}).map(([name, value]) => ({ name, capability: capability.id, value })),
    );
  const errors = unique(
    'error',
    all((c) => c.errors).map(({ name, value }) => [name, value] as const),
  );
  const assetKinds = unique(
    'asset kind',
    all((c) => c.assetKinds).map(({ name, capability, value }) => [name, { ...value, capability }] as const),
  );
  const findingKinds = all((c) => c.findingKinds).map(({ name, capability, value }) => ({
    kind: name,
    title: value.title,
    capability,
  }));
  unique(
    'finding kind',
    findingKinds.map((each) => [each.kind, each] as const),
  );
  const permissions = all((c) => c.permissions).map(({ name, capability, value }) => ({
    id: name,
    capability,
    title: value,
  }));
  unique(
    'permission',
    permissions.map((each) => [each.id, each] as const),
  );
  return {
    servers,
    capability: (id) => capabilities.get(id),
    operation: (id) => operations.get(id),
    operationIds: () => [...operations.keys()],
    permissions: () => permissions,
    error: (code) => errors.get(code),
    assetKind: (kind) => assetKinds.get(kind),
    assetKinds: () => [...assetKinds.keys()],
    findingKinds: () => findingKinds,
  };
}

function unique<T>(what: string, entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [name, value] of entries) {
    if (map.has(name)) throw new RangeError(`${what}: expected each name once, got ${name} twice`);
    map.set(name, value);
  }
  return map;
}

/** The operation of that id or an error naming it; for callers that hold a declared id. */
export function operationOf(registry: Registry, id: string): Found {
  const found = registry.operation(id);
  if (!found) throw new RangeError(`operation: expected a declared id, got ${id}`);
  return found;
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of any capability are called with their own context.
export type AnyContext = Context<any>;
