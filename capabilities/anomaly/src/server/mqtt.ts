/**
 * MQTT as a source: subscribes to a topic and appends what comes to a data set. A message is one JSON object or a list of them with the set's
 * column names; what does not fit is counted and its reason shown, and never ends the subscription.
 * @module
 */
import { Failure, handlers, type Service } from '@hedun/sdk';
import { connect, type MqttClient } from 'mqtt';
import { z } from 'zod';
import type { Anomaly } from '../capability.ts';
import type { SourceRow } from '../shapes.ts';
import { type Here, instant, page, setOf } from './here.ts';
import { appendRows, cellsOf } from './sets.ts';

const Message = z.union([
  z.record(z.string(), z.union([z.number(), z.string(), z.null()])).transform((each) => [each]),
  z.array(z.record(z.string(), z.union([z.number(), z.string(), z.null()]))).max(10_000),
]);
const lookMs = 2000;

/** Takes one message; answers what was wrong with it, or null. */
export async function takeMessage(
  context: Here,
  source: Pick<SourceRow, 'id' | 'setId'>,
  payload: Uint8Array,
): Promise<string | null> {
  let reason: string | null = null;
  try {
    const parsed = Message.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    if (!parsed.success) reason = 'expected an object of numbers and words, or a list of them';
    else
      await context.transaction(async (inside) => {
        const set = await setOf(inside, source.setId);
        await appendRows(inside, set, cellsOf(set.columns, parsed.data));
      });
  } catch (error) {
    reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
  }
  await context.transaction(({ db }) =>
    db
      .updateTable('anomalySources')
      .set((row) =>
        reason === null
          ? { received: row('received', '+', 1) }
          : { refused: row('refused', '+', 1), lastRefusal: reason },
      )
      .where('id', '=', source.id)
      .execute(),
  );
  return reason;
}

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
        const client = connect(source.url, { reconnectPeriod: 5000, connectTimeout: 10_000 });
        clients.set(source.id, client);
        client.on('error', (error) => {
          problem = `${source.url}: ${error.message}`;
        });
        client.on(
          'connect',
          () =>
            void client.subscribeAsync(source.topic, { qos: 1 }).catch((error: Error) => {
              problem = `${source.topic}: ${error.message}`;
            }),
        );
        // One after the other: rows keep the order in which they came.
        let line: Promise<unknown> = Promise.resolve();
        client.on('message', (_topic, payload) => {
          line = line
            .then(() => takeMessage(context, source, payload))
            .catch((error: unknown) => context.log('mqtt message', { error: String(error) }));
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

export const sourceHandlers = handlers<Anomaly>()({
  listSources: async ({ limit }, { db }) =>
    page(
      await db
        .selectFrom('anomalySources')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute(),
      limit,
    ),
  addSource: async ({ setId, url, topic }, context) => {
    const set = await setOf(context, setId);
    const allowed = ((await context.setting('mqttBrokers')) as readonly string[] | null) ?? [];
    const { host, username, password } = new URL(url);
    if (username || password || !allowed.includes(host))
      throw new Failure('anomaly.broker_not_allowed', {
        where: 'url',
        expected: allowed.join(', ') || 'a host:port of the setting anomaly.mqttBrokers',
        got: host,
      });
    const row = {
      id: context.newId(),
      organisationId: set.organisationId,
      setId,
      url,
      topic,
      enabled: true,
      received: 0,
      refused: 0,
      lastRefusal: '',
      createdAt: instant(context),
    };
    await context.db.insertInto('anomalySources').values(row).execute();
    return row;
  },
  removeSource: async ({ id }, context) => {
    const gone = await context.db.deleteFrom('anomalySources').where('id', '=', id).returning('id').executeTakeFirst();
    if (!gone) throw new Failure('anomaly.unknown', { where: 'id', got: id });
    return { done: true as const };
  },
});
