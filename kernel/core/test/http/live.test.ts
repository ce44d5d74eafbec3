import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let http: HttpServer;
let address: string;
beforeAll(async () => {
  kernel = await openTestKernel();
  http = await createHttpServer({ core: kernel.core, execute: kernel.execute, version: '0', consoleFolder: null });
  address = await http.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await http.close();
  await kernel.close();
});

/** The first `changed` hint that reaches the holder of this token. */
async function hintFor(principal: Parameters<TestKernel['run']>[2]) {
  const { token } = (await kernel.run(
    'kernel.createToken',
    { name: 'live', permissions: ['finding.read', 'asset.read'] },
    principal,
  )) as { token: string };
  const answer = await fetch(`${address}/api/kernel/stream`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  return {
    heard: async () => {
      for (let text = ''; ; ) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`stream: expected a hint, got its end after ${text}`);
        text += value;
        const found = /event: changed\ndata: (.*)\n\n/.exec(text)?.[1];
        if (!found) continue;
        await reader.cancel();
        return JSON.parse(found) as unknown;
      }
    },
  };
}

test('[H7] a change is hinted to those whose scope holds it, and to nobody else', async () => {
  const [one, two] = [await kernel.organisation('教育局'), await kernel.organisation('公安局')];
  const ofTwo = await kernel.user('li', 'unit-leader', two);
  const [root, foreign] = [await hintFor(kernel.administrator), await hintFor(ofTwo)];
  await kernel.run('kernel.raiseFinding', { organisationId: one, title: '弱口令', severity: 'high' });
  await kernel.core.events.settle();
  expect(await root.heard()).toEqual({ nouns: ['finding'] });
  await kernel.run('kernel.createAsset', { organisationId: two, kind: 'host', name: '主机' });
  await kernel.core.events.settle();
  expect(await foreign.heard()).toEqual({ nouns: ['asset'] });
});
