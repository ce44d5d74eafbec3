import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Events } from '../../src/contract.ts';
import { createEvents } from '../../src/events/index.ts';
import { openTestStore, silent, type TestStore } from '../../src/testing.ts';

let opened: TestStore;
let events: Events;
beforeEach(async () => {
  opened = await openTestStore();
  events = createEvents({
    config: { kafka: null } as never,
    clock: { now: () => new Date('2026-11-24T08:00:00Z') },
    log: silent,
    store: opened.store,
  });
});
afterEach(() => opened.close());
const publish = (key: string, payload: unknown) =>
  opened.store.system((db) => events.publish(db, 'a.b.c', key, payload, null));

test('[E1] every consumer hears every event, in order per key', async () => {
  const heard: string[] = [];
  for (const consumer of ['one', 'two'])
    events.subscribe(consumer, 'a.b.c', async ({ key, payload }) => void heard.push(`${consumer} ${key}${payload}`));
  for (const [key, payload] of [
    ['x', 1],
    ['y', 1],
    ['x', 2],
    ['y', 2],
  ] as const)
    await publish(key, payload);
  await events.settle();
  expect(heard.filter((each) => each.startsWith('one x'))).toEqual(['one x1', 'one x2']);
  expect([...heard].sort()).toEqual(['one x1', 'one x2', 'one y1', 'one y2', 'two x1', 'two x2', 'two y1', 'two y2']);
});
test('[E2] an event of a rolled back transaction is never heard', async () => {
  const heard: unknown[] = [];
  events.subscribe('one', 'a.b.c', async ({ payload }) => void heard.push(payload));
  await opened.store
    .system(async (db) => {
      await events.publish(db, 'a.b.c', 'x', 'lost', null);
      throw new Error('stop');
    })
    .catch(() => undefined);
  await events.settle();
  expect(heard).toEqual([]);
});
test('[E3] delivered again after a crash between handling and marking, a consumer that finished does not hear it twice', async () => {
  const heard: unknown[] = [];
  events.subscribe('one', 'a.b.c', async ({ payload }) => void heard.push(payload));
  await publish('x', 1);
  await events.settle();
  await opened.store.system((db) => db.updateTable('outbox').set({ publishedAt: null }).execute());
  await events.settle();
  expect(heard).toEqual([1]);
});
test('[E4] a failing consumer is tried again and holds back its own key only', async () => {
  const heard: string[] = [];
  let failures = 0;
  events.subscribe('one', 'a.b.c', async ({ key, payload }) => {
    if (key === 'x' && failures < 2) {
      failures += 1;
      throw new Error('not yet');
    }
    heard.push(`${key}${payload}`);
  });
  await publish('x', 1);
  await publish('y', 1);
  await publish('x', 2);
  await events.settle();
  expect(heard).toEqual(['y1', 'x1', 'x2']);
});
