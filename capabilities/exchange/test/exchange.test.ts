import { exchangeServer } from '@hedun/capability-exchange/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [exchangeServer as unknown as CapabilityServer] });
});
afterAll(() => kernel.close());
const listed = async (principal = kernel.administrator) =>
  ((await kernel.run('exchange.listGreetings', {}, principal)) as { items: { text: string; count: number }[] }).items;

test('[H1] a greeting is seen by those whose scope holds its organisation', async () => {
  const [one, two] = [await kernel.organisation('一'), await kernel.organisation('二')];
  const reader = await kernel.user('reader', 'auditor', one);
  await kernel.run('exchange.addGreeting', { organisationId: one, text: '你好' });
  await kernel.run('exchange.addGreeting', { organisationId: two, text: '您好' });
  expect((await listed(reader)).map(({ text }) => text)).toEqual(['你好']);
  expect((await listed()).length).toBe(2);
});
test('[H2] nothing but exclamation marks is refused and not kept', async () => {
  await expect(kernel.run('exchange.addGreeting', { organisationId: kernel.root, text: '！！！' })).rejects.toThrow(
    'exchange.too_loud',
  );
  expect((await listed()).length).toBe(2);
});
test('[H3] adding publishes an event; hearing it twice counts once', async () => {
  await kernel.core.events.settle();
  expect((await listed()).map(({ count }) => count)).toEqual([1, 1]);
  await kernel.core.store.system((db) => db.updateTable('outbox').set({ publishedAt: null }).execute());
  await kernel.core.events.settle();
  expect((await listed()).map(({ count }) => count)).toEqual([1, 1]);
});
test('[H4] greeting everyone is a job that counts each greeting once', async () => {
  const { jobId } = (await kernel.run('exchange.greetAll', {})) as { jobId: string };
  await kernel.core.jobs.drain();
  const { job } = (await kernel.run('kernel.getJob', { id: jobId })) as {
    job: { status: string; done: number; result: unknown };
  };
  expect(job).toMatchObject({ status: 'succeeded', done: 2, result: { greeted: 2 } });
  expect((await listed()).map(({ count }) => count)).toEqual([2, 2]);
});
