/**
 * Notices: kept for each person in their language, sent on through the channels of their organisations, tried again with back-off, logged.
 * @module
 */
import { Failure, fill, type Locale, type Notice } from '@hedun/sdk';
import { sql } from 'kysely';
import { holdersOf } from '../access/holders.ts';
import type { Clock, Config, Database, Log, Notifier, Secrets, Store } from '../contract.ts';
import { deliver } from './channels.ts';
import { guardedFetch } from './fetch.ts';

interface Options {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly secrets: Secrets;
  newId(): string;
  setting<T>(id: string): Promise<T>;
}
const pollMs = 2000;
const tries = 6;
const batch = 20;
const dayMs = 86_400_000;
/** Rows in one statement: an announcement to ten thousand people is ten statements, within the 65,535 values of one. */
const rowsAtOnce = 1000;
/** 5 s, 20 s, 80 s … at most an hour. */
const backoffMs = (attempt: number) => Math.min(3_600_000, 5000 * 4 ** (attempt - 1));

export function createNotifier(options: Options): Notifier {
  const { store, clock, log, secrets, newId } = options;
  const fetch = guardedFetch(options);
  const watchers = new Set<(userId: string) => void>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();

  const linkOf = async (link: string | undefined): Promise<string | null> => {
    const base = options.config.publicUrl ?? (await options.setting<string | null>('kernel.publicUrl'));
    return link === undefined || !base ? null : `${base.replace(/\/$/, '')}${link}`;
  };
  const notify = async (db: Database, notice: Notice): Promise<void> =>
    await store.elevated(db, async (owner) => {
      const { to } = notice;
      const ids =
        'userIds' in to ? to.userIds : (await holdersOf(owner, to.permission, to.organisationId)).map(({ id }) => id);
      if (ids.length === 0) return;
      const now = clock.now();
      const users = await owner
        .selectFrom('users')
        .innerJoin('organisations', 'organisations.id', 'users.organisationId')
        .select([
          'users.id',
          'users.locale',
          'users.email',
          'users.displayName',
          'organisations.path',
          'users.organisationId',
        ])
        .where('users.id', '=', sql<string>`ANY (${[...new Set(ids)]}::uuid[])`)
        .where('users.status', '!=', 'disabled')
        .execute();
      const texts = {
        'zh-CN': { title: fill(notice.title['zh-CN'], notice.values), body: fill(notice.body['zh-CN'], notice.values) },
        en: { title: fill(notice.title.en, notice.values), body: fill(notice.body.en, notice.values) },
      };
      const channels = await owner.selectFrom('channels').selectAll().where('enabled', '=', true).execute();
      const link = await linkOf(notice.link);
      const told = new Set<string>();
      const before = notice.key ? await toldToday(owner, notice.key, users, now) : new Set<string>();
      const fresh = users.filter(({ id }) => !before.has(id));
      const kept = fresh.map((user) => ({
        id: newId(),
        userId: user.id,
        key: notice.key ?? null,
        title: JSON.stringify({ 'zh-CN': texts['zh-CN'].title, en: texts.en.title }),
        body: JSON.stringify({ 'zh-CN': texts['zh-CN'].body, en: texts.en.body }),
        link: notice.link ?? null,
        createdAt: now.toISOString(),
        readAt: null,
      }));
      const sent = fresh.flatMap((user) =>
        channels.flatMap((channel) => {
          if (!user.path.split('/').includes(channel.organisationId)) return [];
          const personal = channel.kind === 'email';
          if (personal ? !user.email : told.has(channel.id)) return [];
          told.add(channel.id);
          const text = texts[user.locale as Locale];
          return [
            {
              id: newId(),
              organisationId: channel.organisationId,
              channelId: channel.id,
              kind: channel.kind,
              recipient: personal ? (user.email ?? '') : channel.name,
              title: text.title,
              body: link ? `${text.body}\n${link}` : text.body,
              error: null,
              nextAt: now.toISOString(),
              createdAt: now.toISOString(),
              deliveredAt: null,
            },
          ];
        }),
      );
      for (let start = 0; start < kept.length; start += rowsAtOnce)
        await owner
          .insertInto('notices')
          .values(kept.slice(start, start + rowsAtOnce))
          .execute();
      for (let start = 0; start < sent.length; start += rowsAtOnce)
        await owner
          .insertInto('deliveries')
          .values(sent.slice(start, start + rowsAtOnce))
          .execute();
      for (const { id } of fresh) for (const watcher of watchers) watcher(id);
    });
  const sendDue = async (): Promise<number> => {
    const due = await store.system((db) =>
      db
        .selectFrom('deliveries')
        .selectAll()
        .where('status', '=', 'queued')
        .where('nextAt', '<=', clock.now().toISOString())
        .orderBy('nextAt')
        .limit(batch)
        .execute(),
    );
    for (const row of due) {
      const attempt = row.attempts + 1;
      try {
        const channel = row.channelId
          ? await store.system((db) =>
              db
                .selectFrom('channels')
                .selectAll()
                .where('id', '=', row.channelId ?? '')
                .executeTakeFirst(),
            )
          : undefined;
        if (!channel?.enabled) throw new Failure('record.not_found', { values: { what: 'channel' } });
        await deliver(
          {
            kind: channel.kind,
            config: channel.config,
            secret: channel.secret ? secrets.open(channel.secret, `channel/${channel.id}`) : null,
          },
          { id: row.id, title: row.title, body: row.body, link: null, recipient: row.recipient },
          { fetch, now: () => clock.now(), smtp: options.config.smtp },
        );
        await store.system((db) =>
          db
            .updateTable('deliveries')
            .set({ status: 'delivered', attempts: attempt, error: null, deliveredAt: clock.now().toISOString() })
            .where('id', '=', row.id)
            .execute(),
        );
      } catch (error) {
        const final =
          attempt >= tries ||
          (error instanceof Failure && ['record.not_found', 'network.refused', 'config.invalid'].includes(error.code));
        const message = error instanceof Error ? error.message : String(error);
        log.warn('notice not delivered', { delivery: row.id, kind: row.kind, attempt, final, error: message });
        await store.system((db) =>
          db
            .updateTable('deliveries')
            .set({
              status: final ? 'failed' : 'queued',
              attempts: attempt,
              error: message.slice(0, 500),
              nextAt: new Date(clock.now().getTime() + backoffMs(attempt)).toISOString(),
            })
            .where('id', '=', row.id)
            .execute(),
        );
      }
    }
    return due.length;
  };
  const tick = () => {
    running = running
      .then(async () => void (await sendDue()))
      .catch((error) => log.error('deliveries failed', { error: String(error) }));
  };
  return {
    notify,
    start: async () => {
      timer = setInterval(tick, pollMs);
    },
    stop: async () => {
      if (timer) clearInterval(timer);
      await running;
    },
    watch: (listener) => {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    drain: async () => {
      while ((await sendDue()) > 0);
    },
  };
}

/** Who was told the same within the last day. */
async function toldToday(
  owner: Database,
  key: string,
  users: readonly { readonly id: string }[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const rows = await owner
    .selectFrom('notices')
    .select('userId')
    .where('userId', '=', sql<string>`ANY (${users.map(({ id }) => id)}::uuid[])`)
    .where('key', '=', key)
    .where('createdAt', '>', new Date(now.getTime() - dayMs).toISOString())
    .execute();
  return new Set(rows.map(({ userId }) => userId));
}
