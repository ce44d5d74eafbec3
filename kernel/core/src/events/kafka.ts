/**
 * The same delivery over Kafka: the outbox sends to one topic keyed by the event's key, a consumer group hands on and commits only
 * what was handled. Order per key comes from the partition.
 * @module
 */
import {
  Admin,
  Consumer,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import type { Config, Log } from '../contract.ts';
import type { EventMessage } from './index.ts';

export interface Relay {
  send(messages: readonly EventMessage[]): Promise<void>;
  /** Until everything this process sent has been handled by it; for tests with one process. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}
const partitions = 12;

export async function connectKafka(
  settings: NonNullable<Config['kafka']>,
  _events: readonly string[],
  deliver: (messages: readonly EventMessage[]) => Promise<void>,
  log: Log,
): Promise<Relay> {
  const topic = `${settings.prefix}.events`;
  const bootstrapBrokers = [...settings.brokers];
  const admin = new Admin({ clientId: 'hedun', bootstrapBrokers });
  await admin
    .createTopics({ topics: [topic], partitions, replicas: 1 })
    .catch((error: Error & { errors?: readonly Error[] }) => {
      if (!/exist/i.test(`${error.message} ${(error.errors ?? []).map(String).join(' ')}`)) throw error;
    });
  await admin.close();
  const producer = new Producer({ clientId: 'hedun', bootstrapBrokers, serializers: stringSerializers });
  const consumer = new Consumer({
    groupId: settings.prefix,
    clientId: 'hedun',
    bootstrapBrokers,
    deserializers: stringDeserializers,
  });
  const stream = await consumer.consume({
    topics: [topic],
    autocommit: false,
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: 'earliest',
    sessionTimeout: 10_000,
    heartbeatInterval: 1000,
  });
  const pending = new Set<string>();
  const consuming = (async () => {
    for await (const message of stream) {
      const { id, event, payload } = JSON.parse(message.value) as EventMessage;
      await deliver([{ id, event, key: message.key, payload }]);
      await message.commit();
      pending.delete(id);
    }
  })().catch((error) => log.error('kafka consumer ended', { error: String(error) }));
  return {
    send: async (messages) => {
      for (const { id } of messages) pending.add(id);
      await producer.send({
        messages: messages.map(({ id, event, key, payload }) => ({
          topic,
          key,
          value: JSON.stringify({ id, event, payload }),
        })),
        acks: -1,
      });
    },
    settle: async () => {
      while (pending.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    stop: async () => {
      await stream.close();
      await consuming;
      await consumer.close();
      await producer.close();
    },
  };
}
