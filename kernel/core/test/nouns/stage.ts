/**
 * A stage for the nouns' tests: a fresh store with a small tree of organisations, sessions of chosen scopes, blobs in memory.
 * @module
 */
import { createHash } from 'node:crypto';
import { type CapabilityServer, type Handlers, implementServer, type Scope } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { systemActor } from '../../src/actors.ts';
import type { Blobs, Session } from '../../src/contract.ts';
import { createIds } from '../../src/ids.ts';
import { createNouns } from '../../src/nouns/index.ts';
import { createRegistry } from '../../src/registry.ts';
import { openTestStore } from '../../src/testing.ts';

export function memoryBlobs(): Blobs {
  const kept = new Map<string, Uint8Array>();
  return {
    put: async (bytes) => {
      const parts: Uint8Array[] = [];
      for await (const part of bytes instanceof Uint8Array ? [bytes] : bytes) parts.push(part);
      const whole = Buffer.concat(parts);
      const sha256 = createHash('sha256').update(whole).digest('hex');
      kept.set(sha256, whole);
      return { sha256, size: whole.length };
    },
    async *stream(sha256) {
      const whole = kept.get(sha256);
      if (!whole) throw new RangeError(`blob: expected one that was put, got ${sha256}`);
      for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
    },
    has: async (sha256) => kept.has(sha256),
    delete: async (sha256) => void kept.delete(sha256),
    async *list() {
      yield* kept.keys();
    },
  };
}

const noHandlers = new Proxy({} as Handlers<Kernel>, {
  get: () => () => Promise.reject(new TypeError('handler: not on this stage')),
  has: () => true,
});
export const registry = createRegistry([
  implementServer(kernel, { operations: noHandlers, migrations: {} }) as unknown as CapabilityServer,
]);

export interface Stage {
  readonly now: { at: Date };
  readonly organisations: {
    readonly city: string;
    readonly bureau: string;
    readonly office: string;
    readonly school: string;
  };
  readonly events: { event: string; payload: unknown }[];
  readonly blobs: Blobs;
  readonly nouns: ReturnType<typeof createNouns>;
  readonly store: Awaited<ReturnType<typeof openTestStore>>['store'];
  as<T>(scope: Scope, work: (session: Session) => Promise<T>): Promise<T>;
  all<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const { store, close } = await openTestStore();
  const now = { at: new Date('2026-11-02T08:00:00.000Z') };
  const newId = createIds({ now: () => now.at });
  const blobs = memoryBlobs();
  const nouns = createNouns({ store, registry, blobs });
  const events: Stage['events'] = [];
  const organisations = { city: newId(), bureau: newId(), office: newId(), school: newId() };
  const at = now.at.toISOString();
  const { city, bureau, office, school } = organisations;
  await store.system(async (db) => {
    const row = (id: string, parentId: string | null, path: string, name: string, kind: string) => ({
      id,
      parentId,
      name,
      shortName: null,
      kind,
      creditCode: null,
      contact: null,
      path,
      synthetic: false,
      createdAt: at,
      updatedAt: at,
    });
    await db
      .insertInto('organisations')
      .values([
        row(city, null, city, '江城市', 'city'),
        row(bureau, city, `${city}/${bureau}`, '大数据局', 'bureau'),
        row(office, bureau, `${city}/${bureau}/${office}`, '运维科', 'office'),
        row(school, city, `${city}/${school}`, '江城大学', 'university'),
      ])
      .execute();
  });
  const as: Stage['as'] = (scope, work) =>
    store.transaction({ scope, userId: null }, (db) =>
      work({
        db,
        actor: { ...systemActor, organisationId: city },
        scope,
        locale: 'zh-CN',
        now: () => now.at,
        newId,
        publish: async (event, _key, payload) => void events.push({ event, payload }),
      }),
    );
  return {
    now,
    organisations,
    events,
    blobs,
    nouns,
    store,
    as,
    all: (work) => as({ kind: 'all' }, work),
    close,
  };
}
