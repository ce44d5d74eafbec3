import { exchangeServer } from '@hedun/capability-exchange/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [exchangeServer as unknown as CapabilityServer] });
});
afterAll(() => kernel.close());

test('[X1] the catalogue begins empty and is refused to those without the permission', async () => {
  expect(await kernel.run('exchange.listObjects', {})).toEqual({
    items: [],
    nextCursor: null,
    total: 0,
    totalIsEstimate: false,
  });
  await expect(kernel.run('exchange.listObjects', {}, null)).rejects.toThrow('access.');
});
