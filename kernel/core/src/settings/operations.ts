/**
 * Showing and changing settings; a secret is never read back.
 * @module
 */
import { handlers } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import { z } from 'zod';
import { requireWholePlatform } from '../access/whole-platform.ts';
import type { Core } from '../contract.ts';
import { sessionOf } from '../session.ts';

export function settingHandlers(core: Core) {
  const { settings } = core;
  return handlers<Kernel>()({
    listSettings: async (_input, context) => {
      const rows = await sessionOf(context).db.selectFrom('settings').select(['id']).execute();
      const set = new Set(rows.map(({ id }) => id));
      const items = await Promise.all(
        settings.declared().map(async ({ id, capability, setting }) => ({
          id,
          capability,
          title: setting.title,
          schema: z.toJSONSchema(setting.schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>,
          secret: setting.secret ?? false,
          isSet: set.has(id),
          value: setting.secret ? null : await settings.read(id),
        })),
      );
      return { items };
    },
    setSetting: async ({ id, value }, context) => {
      requireWholePlatform(sessionOf(context));
      await core.store.elevated(sessionOf(context).db, (owner) => settings.write(owner, id, value));
      context.audit({ id, ...(settings.find(id).secret ? {} : { value }) });
      return { done: true };
    },
  });
}
