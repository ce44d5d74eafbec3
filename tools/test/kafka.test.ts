/**
 * The delivery contract of events once more, over a real Kafka broker.
 * @module
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Events } from '../../kernel/core/src/contract.ts';
import { createEvents } from '../../kernel/core/src/events/index.ts';
import { openTestStore, silent, type TestStore } from '../../kernel/core/src/testing.ts';
import { kafkaLacks, type RunningKafka, startKafka } from '../kafka-up.ts';

const missing = kafkaLacks();
const withKafka = test.skipIf(missing !== null);
let kafka: RunningKafka;
let opened: TestStore;
beforeAll(async () => {
  if (missing) return;
  kafka = await startKafka();
  opened = await openTestStore();
}, 300_000);
afterAll(async () => {
  await opened?.close();
  await kafka?.stop();
});
const connect = (prefix: string): Events =>
  createEvents({
    config: { kafka: { brokers: [kafka.bootstrap], prefix } } as never,
    clock: { now: () => new Date('2026-11-24T08:00:00Z') },
    log: silent,
    store: opened.store,
  });
const publish = (events: Events, key: string, payload: unknown) =>
  opened.store.system((db) => events.publish(db, 'a.b.c', key, payload, null));

withKafka(
  `[E1][E3][E4] over Kafka: every consumer, order per key, failures tried again, nothing twice after a restart${missing ? ` (skipped: this machine has no ${missing})` : ''}`,
  async () => {
    const heard: string[] = [];
    let failures = 0;
    const listen = (events: Events) => {
      for (const consumer of ['one', 'two'])
        events.subscribe(consumer, 'a.b.c', async ({ key, payload }) => {
          if (consumer === 'one' && key === 'x' && failures < 2) {
            failures += 1;
            throw new Error('not yet');
          }
          heard.push(`${consumer} ${key}${payload}`);
        });
    };
    const first = connect('contract');
    listen(first);
    await first.start();
    for (const [key, payload] of [
      ['x', 1],
      ['y', 1],
      ['x', 2],
      ['y', 2],
    ] as const)
      await publish(first, key, payload);
    await first.settle();
    await first.stop();
    expect(heard.filter((each) => each.startsWith('one x'))).toEqual(['one x1', 'one x2']);
    expect(heard.filter((each) => each.startsWith('two y'))).toEqual(['two y1', 'two y2']);
    expect(failures).toBe(2);
    const second = connect('contract');
    listen(second);
    await second.start();
    await publish(second, 'z', 9);
    await second.settle();
    await second.stop();
    expect([...heard].sort()).toEqual([
      'one x1',
      'one x2',
      'one y1',
      'one y2',
      'one z9',
      'two x1',
      'two x2',
      'two y1',
      'two y2',
      'two z9',
    ]);
  },
);
