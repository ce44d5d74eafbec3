/**
 * Notices of the caller; channels and their delivery log. Secrets go in, never out.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { Core } from '../contract.ts';
import { list } from '../lists/list.ts';
import { sessionOf } from '../session.ts';

const channelColumns = ['id', 'organisationId', 'kind', 'name', 'enabled', 'config', 'createdAt'] as const;
const web = z.looseObject({ url: z.url({ protocol: /^https?$/ }), secret: z.string().max(500).optional() });
const mail = z.looseObject({
  host: z.string().optional(),
  port: z.coerce.number().int().optional(),
  secure: z.boolean().optional(),
  user: z.string().optional(),
  secret: z.string().optional(),
  from: z.string().optional(),
  allowSelfSigned: z.boolean().optional(),
});

export function notifyHandlers(core: Core) {
  return handlers<Kernel>()({
    listNotices: async (input, context) => {
      const session = sessionOf(context);
      const page = await list<{
        id: string;
        title: Record<string, string>;
        body: Record<string, string>;
        link: string | null;
        createdAt: string;
        readAt: string | null;
      }>(
        session,
        {
          table: 'notices',
          fields: kernel.operations.listNotices.list,
          words: [],
          sort: '-createdAt',
          organisation: null,
          where: sql<SqlBool>`user_id = ${session.actor.id}`,
        },
        input,
      );
      return {
        ...page,
        items: page.items.map(({ id, title, body, link, createdAt, readAt }) => ({
          id,
          title: title[context.locale] ?? '',
          body: body[context.locale] ?? '',
          link,
          createdAt,
          readAt,
        })),
      };
    },
    countUnreadNotices: async (_input, context) => {
      const { db, actor } = sessionOf(context);
      const { unread } = await db
        .selectFrom('notices')
        .select((row) => row.fn.countAll<number>().as('unread'))
        .where('userId', '=', actor.id)
        .where('readAt', 'is', null)
        .executeTakeFirstOrThrow();
      return { unread: Number(unread) };
    },
    readNotices: async ({ ids }, context) => {
      const { db, actor, now } = sessionOf(context);
      await db
        .updateTable('notices')
        .set({ readAt: now().toISOString() })
        .where('userId', '=', actor.id)
        .where('readAt', 'is', null)
        .$if(ids !== undefined, (query) => query.where('id', 'in', ids && ids.length > 0 ? ids : [actor.id]))
        .execute();
      return { done: true };
    },
    listChannels: async (_input, context) => ({
      items: (await sessionOf(context)
        .db.selectFrom('channels')
        .select([...channelColumns])
        .orderBy('name')
        .execute()) as never,
    }),
    saveChannel: async ({ id, organisationId, kind, name, enabled, config }, context) => {
      const session = sessionOf(context);
      context.organisations.requireScope([organisationId]);
      const parsed = (kind === 'email' ? mail : web).safeParse(config);
      if (!parsed.success)
        throw new Failure('input.invalid', {
          where: `config.${parsed.error.issues[0]?.path.join('.') ?? ''}`,
          expected: parsed.error.issues[0]?.message ?? 'another value',
          got: '••••',
        });
      const { secret, ...rest } = parsed.data as { secret?: string } & Record<string, unknown>;
      const channelId = id ?? session.newId();
      // The robot's address carries its key: kept, but shown without it.
      const row = {
        id: channelId,
        organisationId,
        kind,
        name,
        enabled,
        config: JSON.stringify(rest),
        createdAt: session.now().toISOString(),
      };
      await core.store.elevated(session.db, async (owner) => {
        const sealed = secret ? { secret: core.secrets.seal(secret, `channel/${channelId}`) } : {};
        if (id) {
          const before = await owner
            .selectFrom('channels')
            .select('organisationId')
            .where('id', '=', id)
            .executeTakeFirst();
          if (!before) throw new Failure('record.not_found', { values: { what: `channel ${id}` } });
          context.organisations.requireScope([before.organisationId]);
          await owner
            .updateTable('channels')
            .set({ organisationId, kind, name, enabled, config: row.config, ...sealed })
            .where('id', '=', id)
            .execute();
        } else
          await owner
            .insertInto('channels')
            .values({ ...row, secret: null, ...sealed })
            .execute();
      });
      return (await session.db
        .selectFrom('channels')
        .select([...channelColumns])
        .where('id', '=', channelId)
        .executeTakeFirstOrThrow()) as never;
    },
    deleteChannel: async ({ id }, context) => {
      const gone = await sessionOf(context)
        .db.deleteFrom('channels')
        .where('id', '=', id)
        .returning('id')
        .executeTakeFirst();
      if (!gone) throw new Failure('record.not_found', { values: { what: `channel ${id}` } });
      return { done: true };
    },
    testChannel: async ({ id }, context) => {
      const session = sessionOf(context);
      const channel = await session.db
        .selectFrom('channels')
        .select(['id', 'organisationId', 'kind', 'name'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (!channel) throw new Failure('record.not_found', { values: { what: `channel ${id}` } });
      const me = await session.db
        .selectFrom('users')
        .select('email')
        .where('id', '=', session.actor.id)
        .executeTakeFirst();
      const deliveryId = session.newId();
      const now = session.now().toISOString();
      const title = context.locale === 'en' ? 'Hedun: test message' : '鹤盾：测试消息';
      const body =
        context.locale === 'en'
          ? `The channel works. Sent by ${session.actor.name}.`
          : `渠道可用。发送人：${session.actor.name}。`;
      await session.db
        .insertInto('deliveries')
        .values({
          id: deliveryId,
          organisationId: channel.organisationId,
          channelId: id,
          kind: channel.kind,
          recipient: channel.kind === 'email' ? (me?.email ?? '') : channel.name,
          title,
          body,
          error: null,
          nextAt: now,
          createdAt: now,
          deliveredAt: null,
        })
        .execute();
      return { deliveryId };
    },
    listDeliveries: (input, context) =>
      list(
        sessionOf(context),
        {
          table: 'deliveries',
          fields: kernel.operations.listDeliveries.list,
          words: ['title', 'recipient', 'error'],
          sort: '-createdAt',
          select: [
            'id',
            'channelId',
            'kind',
            'recipient',
            'title',
            'status',
            'attempts',
            'error',
            'createdAt',
            'deliveredAt',
          ],
        },
        input,
      ),
  });
}
