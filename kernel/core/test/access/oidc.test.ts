/**
 * Sign-in against a real OpenID provider (`oidc-provider`, certified implementation) on loopback.
 * @module
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let http: HttpServer;
let provider: Server;
let issuer: string;
let platform: string;
beforeAll(async () => {
  provider = createServer();
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  kernel = await openTestKernel({
    config: {
      oidc: [
        {
          id: 'campus',
          title: { 'zh-CN': '统一身份认证', en: 'Campus' },
          issuer,
          clientId: 'hedun',
          clientSecret: 'provider-secret',
          createUsersIn: null,
        },
      ],
    },
  });
  http = await createHttpServer({ core: kernel.core, execute: kernel.execute, version: '0', consoleFolder: null });
  await http.app.listen({ port: 0, host: '127.0.0.1' });
  platform = `http://127.0.0.1:${(http.app.server.address() as AddressInfo).port}`;
  const server = new Provider(issuer, {
    clients: [
      {
        client_id: 'hedun',
        client_secret: 'provider-secret',
        redirect_uris: [`${platform}/api/kernel/oidc/campus/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    findAccount: async (_context, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.edu`, email_verified: true, name: id }),
    }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    cookies: { keys: ['test'] },
  });
  provider.on('request', server.callback());
});
afterAll(async () => {
  await http.close();
  await kernel.close();
  provider.close();
});

/** A browser: follows redirects, keeps cookies per origin, fills the provider's sign-in and consent forms. */
async function browse(start: string, login: string): Promise<{ location: string; cookies: string; status: number }> {
  const jars = new Map<string, Map<string, string>>();
  let url = start;
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 15; step += 1) {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), 'accept-language': 'zh-CN' },
      ...(form ? { body: form } : {}),
    });
    form = null;
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = answer.headers.get('location');
    const cookies = [...(jars.get(platform) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    if (!location) {
      const page = await answer.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      if (!action) return { location: url, cookies, status: answer.status };
      form = page.includes('name="login"')
        ? new URLSearchParams({ prompt: 'login', login, password: 'x' })
        : new URLSearchParams({ prompt: 'consent' });
      url = new URL(action, url).href;
    } else {
      url = new URL(location, url).href;
      if (url.startsWith(platform) && !url.includes('/oidc/')) return { location: url, cookies, status: 302 };
    }
  }
  throw new Error('no end');
}

test('[A17] somebody the platform does not know is refused and nothing is created', async () => {
  const { status } = await browse(`${platform}/api/kernel/oidc/campus/start`, 'stranger');
  expect(status).toBe(401);
  expect(await kernel.run('kernel.listUsers', { filter: 'stranger' })).toMatchObject({ total: 0 });
});
test('[A17] an invited person is linked by verified address and is signed in, again and again', async () => {
  await kernel.run('kernel.createUser', {
    organisationId: kernel.root,
    name: 'zhao',
    displayName: '赵老师',
    email: 'zhao@example.edu',
  });
  for (let round = 0; round < 2; round += 1) {
    const { location, cookies } = await browse(`${platform}/api/kernel/oidc/campus/start?returnTo=/assets`, 'zhao');
    expect(location).toBe(`${platform}/assets`);
    const session = await fetch(`${platform}/api/kernel/session`, { headers: { cookie: cookies } });
    expect(await session.json()).toMatchObject({ user: { name: 'zhao', status: 'active' } });
  }
});
test('[A17] a browser that is refused comes back to the sign-in page with the reason', async () => {
  const answer = await fetch(`${platform}/api/kernel/oidc/campus/callback?code=x&state=y`, {
    redirect: 'manual',
    headers: { accept: 'text/html,*/*' },
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/?refused=access.oidc_failed']);
});
test('[A17] an answer that this browser did not ask for is refused', async () => {
  const answer = await fetch(`${platform}/api/kernel/oidc/campus/callback?code=x&state=y`, { redirect: 'manual' });
  expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
    401,
    'access.oidc_failed',
  ]);
});
test('[A17] where to return to is a path of this platform, never another address', async () => {
  await kernel.run('kernel.createUser', {
    organisationId: kernel.root,
    name: 'qian',
    displayName: '钱老师',
    email: 'qian@example.edu',
  });
  const { location } = await browse(
    `${platform}/api/kernel/oidc/campus/start?returnTo=${encodeURIComponent('//evil.example.com/')}`,
    'qian',
  );
  expect(location).toBe(`${platform}/`);
});
