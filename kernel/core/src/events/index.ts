/**
 * Events leave with the transaction that caused them (outbox) and reach every consumer at least once, in order per key. A consumer that
 * fails holds back its own key only; after its tries the event is parked and named in the log.
 * @module
 */
import type { Clock, Config, Events, Log, Store } from '../contract.ts';
import type { Relay } from './kafka.ts';

export interface EventMessage {
  readonly id: string;
  readonly event: string;
  readonly key: string;
  readonly payload: unknown;
}
type Handle = (message: { readonly id: string; readonly key: string; readonly payload: unknown }) => Promise<void>;
interface Subscription {
  readonly consumer: string;
  readonly event: string;
  readonly handle: Handle;
}
interface Options {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
}

const batch = 200;
const tries = 8;
const firstRetryMs = 50;
const pollMs = 1000;

export function createEvents({ store, clock, log, config }: Options): Events {
  const subscriptions: Subscription[] = [];
  const watchers = new Set<Parameters<Events['watch']>[0]>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = true;
  let ending = false;
  let relay: Relay | null = null;

  /** Delivers one event to one consumer, once: what was handled is remembered in the consumer's own record. */
  const deliver = async ({ consumer, handle }: Subscription, message: EventMessage): Promise<void> => {
    const name = `${consumer}/${message.event}`;
    const seen = await store.system((db) =>
      db
        .selectFrom('consumedEvents')
        .select('eventId')
        .where('consumer', '=', name)
        .where('eventId', '=', message.id)
        .executeTakeFirst(),
    );
    if (seen) return;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await handle(message);
        break;
      } catch (error) {
        log.warn('event consumer failed', {
          consumer,
          event: message.event,
          id: message.id,
          attempt,
          error: String(error),
        });
        if (attempt >= tries) {
          log.error('event parked after its tries', {
            consumer,
            event: message.event,
            id: message.id,
            key: message.key,
            error: String(error),
          });
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, firstRetryMs * 2 ** (attempt - 1)));
        // At shutdown the event stays in the outbox and is delivered at the next start.
        if (ending) throw error;
      }
    }
    await store.system((db) =>
      db
        .insertInto('consumedEvents')
        .values({ consumer: name, eventId: message.id, at: clock.now().toISOString() })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  };
  const deliverAll = async (messages: readonly EventMessage[]): Promise<void> => {
    const byKey = new Map<string, EventMessage[]>();
    for (const message of messages) byKey.set(message.key, [...(byKey.get(message.key) ?? []), message]);
    await Promise.all(
      [...byKey.values()].map(async (queue) => {
        for (const message of queue)
          for (const subscription of subscriptions)
            if (subscription.event === message.event) await deliver(subscription, message);
      }),
    );
  };
  /** Takes waiting rows in order, hands them on, marks them; a crash in between delivers again. */
  const pump = async (): Promise<void> => {
    for (;;) {
      const rows = await store.system((db) =>
        db
          .selectFrom('outbox')
          .select(['id', 'event', 'key', 'payload', 'organisationId'])
          .where('publishedAt', 'is', null)
          .orderBy('id')
          .limit(batch)
          .execute(),
      );
      if (rows.length === 0) return;
      const messages = rows.map(({ id, event, key, payload }) => ({
        id: String(id),
        event,
        key,
        payload: payload as unknown,
      }));
      if (relay) await relay.send(messages);
      else await deliverAll(messages);
      await store.system((db) =>
        db
          .updateTable('outbox')
          .set({ publishedAt: clock.now().toISOString() })
          .where(
            'id',
            'in',
            rows.map(({ id }) => id),
          )
          .execute(),
      );
      for (const watcher of watchers)
        for (const { event, payload, organisationId } of rows) watcher(event, organisationsOf(payload, organisationId));
    }
  };
  const wake = (): void => {
    if (stopped) return;
    running = running.then(pump).catch((error) => log.error('outbox not delivered', { error: String(error) }));
  };
  return {
    publish: async (db, event, key, payload, organisationId) => {
      await db
        .insertInto('outbox')
        .values({
          event,
          key,
          payload: JSON.stringify(payload ?? null),
          organisationId,
          createdAt: clock.now().toISOString(),
          publishedAt: null,
        })
        .execute();
      store.outside(() => setTimeout(wake, 5).unref());
    },
    subscribe: (consumer, event, handle) => void subscriptions.push({ consumer, event, handle }),
    watch: (listener) => {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    start: async () => {
      stopped = false;
      // Loaded only where it is used: the library takes a third of the whole start.
      if (config.kafka)
        relay = await (await import('./kafka.ts')).connectKafka(
          config.kafka,
          [...new Set(subscriptions.map(({ event }) => event))],
          deliverAll,
          log,
        );
      // What waits from before is delivered after the start, not during it.
      timer = setInterval(wake, pollMs);
    },
    stop: async () => {
      stopped = true;
      ending = true;
      if (timer) clearInterval(timer);
      await running;
      await relay?.stop();
    },
    settle: async () => {
      await running;
      await pump();
      await relay?.settle();
    },
  };
}

/** Whose rows an event is about: what its payload names, or else the organisation it was published for. */
function organisationsOf(payload: unknown, organisationId: string | null): readonly string[] {
  const { organisationIds, organisationId: own } = (payload ?? {}) as {
    readonly organisationIds?: readonly string[];
    readonly organisationId?: string;
  };
  return organisationIds ?? (own ? [own] : organisationId ? [organisationId] : []);
}
