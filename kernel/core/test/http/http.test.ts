import { helloServer } from '@hedun/capability-hello/server';
import type { CapabilityServer } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let http: HttpServer;
let cookie: string;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [helloServer as unknown as CapabilityServer] });
  http = await createHttpServer({ core: kernel.core, execute: kernel.execute, version: '1.2.3', consoleFolder: null });
  const signedIn = await http.app.inject({
    method: 'POST',
    url: '/api/kernel/session',
    payload: { userName: 'admin', password: 'Correct-Horse-42' },
  });
  cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
});
afterAll(async () => {
  await http.close();
  await kernel.close();
});
const call = (
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  payload?: unknown,
  headers: Record<string, string> = {},
) =>
  http.app.inject({
    method,
    url: `/api/${url}`,
    headers: { cookie, 'x-hedun-request': '1', ...headers },
    ...(payload === undefined ? {} : { payload: payload as object }),
  });
const errorOf = (answer: { json: () => unknown }) =>
  (answer.json() as { error: { code: string; where?: string; message: string; issues?: { where: string }[] } }).error;

test('[H1] every operation is a route and an OpenAPI 3.1 entry', async () => {
  const document = (await call('GET', 'openapi.json')).json() as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const described = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(document.openapi).toBe('3.1.0');
  expect([...described].sort()).toEqual([...kernel.core.registry.operationIds()].sort());
  expect((await call('GET', 'kernel/organisations')).statusCode).toBe(200);
});
test.each([
  [
    'an unknown field',
    { text: 'x', organisationId: '00000000-0000-7000-8000-000000000000', extra: 1 },
    'input.invalid',
  ],
  ['a wrong type', { text: 7, organisationId: '00000000-0000-7000-8000-000000000000' }, 'input.invalid'],
  ['a list instead of an object', [1], 'input.invalid'],
])('[H2] %s is refused with its place', async (_name, payload, code) => {
  const answer = await call('POST', 'hello/greetings', payload);
  expect([answer.statusCode, errorOf(answer).code]).toEqual([400, code]);
  expect(errorOf(answer).where).toBeTruthy();
});
test.each([
  ['{"text": ', 'input.not_json'],
  ['\u0000', 'input.not_json'],
  ['nul', 'input.not_json'],
])('[H2] the body %j is not JSON', async (body, code) => {
  const answer = await http.app.inject({
    method: 'POST',
    url: '/api/hello/greetings',
    headers: { cookie, 'x-hedun-request': '1', 'content-type': 'application/json' },
    payload: body,
  });
  expect([answer.statusCode, errorOf(answer).code]).toEqual([400, code]);
});
test('[H2] invalid UTF-8, a huge body and another content type are refused', async () => {
  const send = (payload: Buffer | string, type = 'application/json') =>
    http.app.inject({
      method: 'POST',
      url: '/api/hello/greetings',
      headers: { cookie, 'x-hedun-request': '1', 'content-type': type },
      payload,
    });
  expect(errorOf(await send(Buffer.from([0x7b, 0xff, 0x7d]))).code).toBe('input.not_json');
  expect((await send(`{"text":"${'x'.repeat(1_100_000)}"}`)).statusCode).toBe(413);
  expect((await send('<a/>', 'text/xml')).statusCode).toBe(415);
  expect(((await call('GET', 'hello/greetings')).json() as { items: unknown[] }).items).toEqual([]);
});
test('[H3] a write by cookie from another site or without our header is refused; a token needs neither', async () => {
  const send = (headers: Record<string, string>) =>
    http.app.inject({ method: 'DELETE', url: '/api/kernel/samples', headers: { cookie, ...headers } });
  expect(errorOf(await send({})).code).toBe('access.cross_site');
  expect(errorOf(await send({ 'x-hedun-request': '1', 'sec-fetch-site': 'cross-site' })).code).toBe(
    'access.cross_site',
  );
  const { token } = (
    await call('POST', 'kernel/account/tokens', { name: 't', permissions: ['hello.read'] })
  ).json() as { token: string };
  const byToken = await http.app.inject({
    method: 'GET',
    url: '/api/hello/greetings',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(byToken.statusCode).toBe(200);
  expect(
    errorOf(
      await http.app.inject({
        method: 'GET',
        url: '/api/hello/greetings',
        headers: { authorization: 'Bearer hdn_wrong' },
      }),
    ).code,
  ).toBe('access.bad_token');
});
test("[H4] without sign-in nothing is told; errors speak the caller's language", async () => {
  const zh = errorOf(await http.app.inject({ method: 'GET', url: '/api/kernel/users' }));
  const en = errorOf(
    await http.app.inject({ method: 'GET', url: '/api/kernel/users', headers: { 'accept-language': 'en-GB' } }),
  );
  expect([zh.code, zh.message, en.message]).toEqual([
    'access.not_signed_in',
    '尚未登录或会话已过期',
    'Not signed in, or the session has ended',
  ]);
  expect((await call('GET', 'kernel/users')).body).not.toMatch(/argon2|passwordHash|recovery/);
  expect(errorOf(await call('POST', 'kernel/session', { userName: 'admin', password: 5 })).issues?.[0]).toMatchObject({
    got: '••••',
  });
});
test('[H5] an upload becomes evidence and comes back as an attachment', async () => {
  const boundary = 'xyz';
  const part = (name: string, value: string, file = '') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file}"\r\nContent-Type: text/html` : ''}\r\n\r\n${value}\r\n`;
  const body = `${part('organisationId', kernel.root)}${part('file', '<script>alert(1)</script>', '../../etc/报告.html')}--${boundary}--\r\n`;
  const made = await http.app.inject({
    method: 'POST',
    url: '/api/kernel/uploads',
    headers: { cookie, 'x-hedun-request': '1', 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: body,
  });
  expect(made.statusCode).toBe(201);
  const evidence = made.json() as { id: string; name: string };
  expect(evidence.name).toBe('报告.html');
  const back = await call('GET', `kernel/files/${evidence.id}`);
  expect([back.body, back.headers['content-type'], back.headers['content-security-policy']]).toEqual([
    '<script>alert(1)</script>',
    'application/octet-stream',
    'sandbox',
  ]);
  expect(back.headers['content-disposition']).toMatch(/^attachment/);
});
test('[H1] health, readiness and metrics answer', async () => {
  expect((await http.app.inject('/health')).json()).toEqual({ status: 'ok', version: '1.2.3' });
  expect((await http.app.inject('/ready')).json()).toMatchObject({ ready: true });
  expect((await http.app.inject('/metrics')).body).toContain('hedun_http_request_seconds');
  expect(errorOf(await http.app.inject('/api/nothing')).code).toBe('route.unknown');
});

const nasty: readonly unknown[] = [
  '',
  'x',
  "'; DROP TABLE users; --",
  '<script>',
  '\u0000',
  '\ud800',
  '../../../etc/passwd',
  'a'.repeat(5000),
  -1,
  0,
  1e308,
  1.5,
  true,
  null,
  [],
  [null],
  {},
  { $ne: 1 },
  '00000000-0000-7000-8000-000000000000',
  '2026-01-01T00:00:00Z',
  '{{7*7}}',
  '=cmd()',
  'severity:high',
  '"',
  'filter:',
  '-'.repeat(100),
  '中文🙂',
];
test('[H6] random requests made from our own OpenAPI never answer 500', async () => {
  const document = (await call('GET', 'openapi.json')).json() as {
    paths: Record<
      string,
      Record<
        string,
        {
          operationId: string;
          parameters?: { name: string; in: string }[];
          requestBody?: { content: Record<string, { schema: { properties?: Record<string, unknown> } }> };
        }
      >
    >;
  };
  let state = 7;
  const random = (size: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % size;
  };
  const pick = () => nasty[random(nasty.length)];
  const bad: string[] = [];
  let sent = 0;
  for (const [route, methods] of Object.entries(document.paths))
    for (const [method, { operationId, parameters = [], requestBody }] of Object.entries(methods)) {
      if (operationId === 'kernel.signOut') continue;
      for (let round = 0; round < 6; round += 1) {
        const query = new URLSearchParams();
        let url = route;
        for (const { name, in: where } of parameters) {
          const value = pick();
          const text = typeof value === 'string' ? value.replaceAll(/[\ud800-\udfff]/g, '') : JSON.stringify(value);
          if (where === 'path') url = url.replace(`{${name}}`, encodeURIComponent(text || 'x'));
          else if (random(3) > 0) query.set(name, text);
        }
        const fields = Object.keys(requestBody?.content['application/json']?.schema.properties ?? {});
        const payload = Object.fromEntries(fields.filter(() => random(5) > 0).map((name) => [name, pick()]));
        const answer = await http.app.inject({
          method: method.toUpperCase() as 'GET',
          url: `${url}?${query}`,
          headers: { cookie, 'x-hedun-request': '1' },
          ...(requestBody ? { payload } : {}),
        });
        sent += 1;
        if (answer.statusCode >= 500)
          bad.push(`${operationId} ${answer.statusCode} ${url}?${query} ${JSON.stringify(payload).slice(0, 300)}`);
      }
    }
  expect(bad).toEqual([]);
  expect(sent).toBeGreaterThan(500);
});
