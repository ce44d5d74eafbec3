import { existsSync, statSync } from 'node:fs';
import { helloServer } from '@hedun/capability-hello/server';
import type { CapabilityServer, Context } from '@hedun/sdk';
import { expect, test } from 'vitest';
import { openTestKernel } from '../src/testing-kernel.ts';

test("[S1] a service runs as long as the server, in the system's name, with a folder of its capability's own; one that fails is named", async () => {
  const seen: string[] = [];
  let folder = '';
  const server = {
    ...helloServer,
    services: {
      broken: { start: () => Promise.reject(new Error('no port')) },
      watch: {
        start: async (context: Context) => {
          folder = context.folder();
          seen.push(
            `${context.actor.kind} ${await context.transaction(async ({ db }) => (await db.selectFrom('organisations').select('id').execute()).length)}`,
          );
          return { stop: async () => void seen.push('stopped'), health: () => ({ ok: true, detail: 'watching' }) };
        },
      },
    },
  } as unknown as CapabilityServer;
  const kernel = await openTestKernel({ capabilities: [server], background: true });
  expect(seen[0]).toMatch(/^system \d+$/);
  expect(kernel.core.services()).toEqual([
    { name: 'hello.watch', health: { ok: true, detail: 'watching' } },
    { name: 'hello.broken', health: { ok: false, detail: 'no port' } },
  ]);
  expect(folder.startsWith(kernel.folder) && existsSync(folder)).toBe(true);
  expect(statSync(folder).mode & 0o077).toBe(0);
  await kernel.close();
  expect(seen.at(-1)).toBe('stopped');
});
