/**
 * Settings that capabilities declare: value or default, secrets sealed, kept in memory until changed.
 * Another server's change is seen within a few seconds.
 * @module
 */
import { Failure, type Setting } from '@hedun/sdk';
import type { Clock, Database, Registry, Secrets, Store } from '../contract.ts';

export interface Settings {
  read<T>(id: string): Promise<T>;
  write(db: Database, id: string, value: unknown): Promise<void>;
  declared(): readonly { readonly id: string; readonly capability: string; readonly setting: Setting }[];
  find(id: string): Setting;
}
interface Options {
  readonly store: Store;
  readonly registry: Registry;
  readonly secrets: Secrets;
  readonly clock: Clock;
}
const freshMs = 3000;

export function createSettings({ store, registry, secrets, clock }: Options): Settings {
  const known = new Map<string, { readonly at: number; readonly value: unknown }>();
  const declared = () =>
    registry.servers.flatMap(({ capability }) =>
      Object.entries(capability.settings ?? {}).map(([name, setting]) => ({
        id: `${capability.id}.${name}`,
        capability: capability.id,
        setting,
      })),
    );
  const find = (id: string): Setting => {
    const found = declared().find((each) => each.id === id);
    if (!found) throw new Failure('setting.unknown', { got: id });
    return found.setting;
  };
  return {
    declared,
    find,
    read: async <T>(id: string): Promise<T> => {
      const now = clock.now().getTime();
      const cached = known.get(id);
      if (cached && now - cached.at < freshMs) return cached.value as T;
      const setting = find(id);
      const row = await store.system((db) =>
        db.selectFrom('settings').selectAll().where('id', '=', id).executeTakeFirst(),
      );
      const raw = row?.secret ? JSON.parse(secrets.open(row.secret, `setting/${id}`)) : (row?.value ?? undefined);
      const parsed = setting.schema.safeParse(raw);
      // A value that a newer schema no longer accepts falls back to the default instead of stopping the platform.
      const value = parsed.success ? parsed.data : setting.schema.parse(undefined);
      known.set(id, { at: now, value });
      return value as T;
    },
    write: async (db, id, value) => {
      const setting = find(id);
      const parsed = setting.schema.safeParse(value);
      if (!parsed.success)
        throw new Failure('input.invalid', {
          where: id,
          expected: parsed.error.issues[0]?.message ?? 'another value',
          got: setting.secret ? '••••' : JSON.stringify(value),
        });
      const text = JSON.stringify(parsed.data);
      const row = {
        id,
        updatedAt: clock.now().toISOString(),
        value: setting.secret ? null : text,
        secret: setting.secret ? secrets.seal(text, `setting/${id}`) : null,
      };
      await db
        .insertInto('settings')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({ value: row.value, secret: row.secret, updatedAt: row.updatedAt }),
        )
        .execute();
      known.delete(id);
    },
  };
}
