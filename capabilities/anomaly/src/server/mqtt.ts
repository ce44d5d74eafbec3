/**
 * MQTT as a source: subscribes to a topic and appends what comes to a data set. A message is one JSON object or a list of them with the set's
 * column names; what does not fit is counted and its reason shown, and never ends the subscription.
 * @module
 */
import { Failure, handlers, type Service } from '@hedun/sdk';
import type { MqttClient } from 'mqtt';
import type { Anomaly } from '../capability.ts';
import { type Here, instant, page, setOf } from './here.ts';
import { takeMessages } from './push.ts';

const lookMs = 2000;
/** Messages are taken together this often: a transaction for each would keep a busy topic waiting. */
const gatherMs = 300;
const mostGathered = 5000;
const purposeOf = (id: string) => `source/${id}`;
/** Words of the refusal that a lost connection leaves in the list. */
const shortened = (error: Error) => error.message.slice(0, 300);

export const mqttService: Service<Anomaly> = {
  start: async (context) => {
    const clients = new Map<string, MqttClient>();
    let problem = '';
    const look = async () => {
      const wanted = await context.transaction(({ db }) =>
        db.selectFrom('anomalySources').selectAll().where('enabled', '=', true).execute(),
      );
      for (const [id, client] of clients)
        if (!wanted.some((source) => source.id === id)) {
          clients.delete(id);
          await client.endAsync(true);
        }
      for (const source of wanted) {
        if (clients.has(source.id)) continue;
        // Loaded with the first broker: without one the library would only lengthen the start.
        const { connect } = await import('mqtt');
        const client = connect(source.url, {
          reconnectPeriod: 5000,
          connectTimeout: 10_000,
          ...(source.username ? { username: source.username } : {}),
          ...(source.sealed ? { password: context.secrets.open(source.sealed, purposeOf(source.id)) } : {}),
        });
        clients.set(source.id, client);
        const failed = (error: Error) => {
          problem = `${source.url}: ${error.message}`;
          void noteProblem(context, source.id, shortened(error)).catch(() => undefined);
        };
        client.on('error', failed);
        client.on('connect', () => {
          problem = '';
          client.subscribeAsync(source.topic, { qos: 1 }).catch(failed);
        });
        // One gathering after the other: rows keep the order in which they came.
        let [waiting, line, timed]: [Uint8Array[], Promise<unknown>, boolean] = [[], Promise.resolve(), false];
        const flush = () => {
          timed = false;
          const payloads = waiting;
          waiting = [];
          if (payloads.length === 0) return;
          line = line
            .then(() => takeMessages(context, source, payloads))
            .catch((error: unknown) => context.log('mqtt message', { error: String(error) }));
        };
        client.on('message', (_topic, payload) => {
          waiting.push(payload);
          if (waiting.length >= mostGathered) flush();
          else if (!timed) {
            timed = true;
            setTimeout(flush, gatherMs).unref();
          }
        });
      }
    };
    await look();
    const timer = setInterval(
      () => void look().catch((error: unknown) => context.log('mqtt', { error: String(error) })),
      lookMs,
    );
    return {
      stop: async () => {
        clearInterval(timer);
        await Promise.all([...clients.values()].map((client) => client.endAsync(true)));
      },
      health: () => ({ ok: problem === '', detail: problem || `${clients.size}` }),
    };
  },
};

async function noteProblem(context: Here, id: string, reason: string): Promise<void> {
  await context.transaction(({ db }) =>
    db.updateTable('anomalySources').set({ lastRefusal: reason }).where('id', '=', id).execute(),
  );
}

/** What a list may say of a source: all but the sealed password. */
const told = [
  'id',
  'organisationId',
  'setId',
  'url',
  'topic',
  'username',
  'enabled',
  'received',
  'refused',
  'lastRefusal',
  'createdAt',
] as const;

export const sourceHandlers = handlers<Anomaly>()({
  listSources: async ({ limit }, { db }) =>
    page(
      await db
        .selectFrom('anomalySources')
        .select(told)
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
      limit,
    ),
  addSource: async ({ setId, url, topic, username, password }, context) => {
    const set = await setOf(context, setId);
    const allowed = ((await context.setting('mqttBrokers')) as readonly string[] | null) ?? [];
    const { host, username: named, password: written } = new URL(url);
    if (named || written || !allowed.includes(host))
      throw new Failure('anomaly.broker_not_allowed', {
        where: 'url',
        expected: allowed.join(', ') || 'a host:port of the setting anomaly.mqttBrokers',
        got: host,
      });
    const id = context.newId();
    const row = {
      id,
      organisationId: set.organisationId,
      setId,
      url,
      topic,
      username,
      enabled: true,
      received: 0,
      refused: 0,
      lastRefusal: '',
      createdAt: instant(context),
    };
    const sealed = password === '' ? null : context.secrets.seal(password, purposeOf(id));
    await context.db
      .insertInto('anomalySources')
      .values({ ...row, sealed })
      .execute();
    return row;
  },
  removeSource: async ({ id }, context) => {
    const gone = await context.db.deleteFrom('anomalySources').where('id', '=', id).returning('id').executeTakeFirst();
    if (!gone) throw new Failure('anomaly.unknown', { where: 'id', got: id });
    return { done: true as const };
  },
});
