import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { membersOf } from '../../src/access/holders.ts';
import { webhookSignature } from '../../src/notify/channels.ts';
import { guardedFetch, mayReach } from '../../src/notify/fetch.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';

let kernel: TestKernel;
let web: Server;
let smtp: SMTPServer;
let base: string;
let smtpPort: number;
let failing = false;
const received: { path: string; headers: Record<string, unknown>; body: string }[] = [];
const mails: string[] = [];
beforeAll(async () => {
  web = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.statusCode = failing ? 500 : request.url === '/redirect' ? 302 : 200;
      if (request.url === '/redirect') response.setHeader('location', 'http://169.254.169.254/');
      response.end(JSON.stringify({ errcode: 0, code: 0 }));
    });
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (chunk) => (text += chunk));
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  smtpPort = (smtp.server as unknown as { address(): AddressInfo }).address().port;
  base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  kernel = await openTestKernel();
  await kernel.run('kernel.setSetting', { id: 'kernel.allowedHosts', value: ['127.0.0.1/32'] });
});
afterAll(async () => {
  await kernel.close();
  web.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});
const notify = (extra: object = {}) =>
  kernel.core.store.transaction({ scope: { kind: 'all' }, userId: null }, (db) =>
    kernel.core.notifier.notify(db, {
      to: { userIds: [kernel.administrator.actor.id] },
      title: { 'zh-CN': '新通报 {number}', en: 'New notice {number}' },
      body: { 'zh-CN': '请签收', en: 'Please acknowledge' },
      values: { number: 7 },
      ...extra,
    }),
  );
const channel = (kind: string, config: object) =>
  kernel.run('kernel.saveChannel', { organisationId: kernel.root, kind, name: kind, config }) as Promise<{
    id: string;
    config: Record<string, unknown>;
  }>;

test('[M1] a person is told in their language, once per key and day', async () => {
  await notify({ key: 'k' });
  await notify({ key: 'k' });
  const { items } = (await kernel.run('kernel.listNotices', {})) as { items: { title: string; body: string }[] };
  expect(items.map(({ title, body }) => `${title} ${body}`)).toEqual(['新通报 7 请签收']);
  expect(await kernel.run('kernel.countUnreadNotices', {})).toEqual({ unread: 1 });
  await kernel.run('kernel.readNotices', {});
  expect(await kernel.run('kernel.countUnreadNotices', {})).toEqual({ unread: 0 });
});
test('[M1] webhook, robots and e-mail carry the message in their public form, signed', async () => {
  const secret = 'a-long-shared-secret';
  const made = await channel('webhook', { url: `${base}/hook`, secret });
  expect(JSON.stringify(made)).not.toContain(secret);
  await channel('wecom', { url: `${base}/wecom?key=k` });
  await channel('dingtalk', { url: `${base}/dingtalk?access_token=t`, secret });
  await channel('feishu', { url: `${base}/feishu`, secret });
  await channel('email', { host: '127.0.0.1', port: smtpPort, secure: false, from: 'hedun@example.com' });
  await kernel.run('kernel.updateAccount', { email: 'admin@example.com' });
  received.length = 0;
  await notify();
  await kernel.core.notifier.drain();
  const at = (path: string) => received.find((each) => each.path.startsWith(path));
  const hook = at('/hook');
  const [, seconds = ''] = /t=(\d+)/.exec(String(hook?.headers['x-hedun-signature'])) ?? [];
  expect(hook?.headers['x-hedun-signature']).toBe(
    webhookSignature(secret, Number(seconds), String(hook?.headers['x-hedun-delivery']), hook?.body ?? ''),
  );
  expect(JSON.parse(at('/wecom')?.body ?? '{}')).toMatchObject({ msgtype: 'markdown' });
  const ding = new URL(at('/dingtalk')?.path ?? '/', base).searchParams;
  expect(ding.get('sign')).toBe(
    createHmac('sha256', secret)
      .update(`${ding.get('timestamp')}\n${secret}`)
      .digest('base64'),
  );
  const feishu = JSON.parse(at('/feishu')?.body ?? '{}') as {
    timestamp: string;
    sign: string;
    content: { text: string };
  };
  expect(feishu.sign).toBe(createHmac('sha256', `${feishu.timestamp}\n${secret}`).digest('base64'));
  expect(feishu.content.text).toContain('新通报 7');
  expect(mails.length).toBe(1);
  expect(mails[0]).toContain('To: admin@example.com');
});
test('[M1] a delivery that fails is tried again with growing delay, logged, and given up', async () => {
  failing = true;
  const { items: channels } = (await kernel.run('kernel.listChannels', {})) as {
    items: { id: string; kind: string }[];
  };
  for (const { id, kind } of channels) if (kind !== 'webhook') await kernel.run('kernel.deleteChannel', { id });
  await notify();
  const state = async () =>
    (
      (await kernel.run('kernel.listDeliveries', { filter: 'kind:webhook', sort: '-createdAt' })) as {
        items: { status: string; attempts: number; error: string | null }[];
      }
    ).items[0];
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    await kernel.core.notifier.drain();
    expect(await state()).toMatchObject({ status: attempt < 6 ? 'queued' : 'failed', attempts: attempt });
    kernel.clock.advance(3_600_000);
  }
  expect((await state())?.error).toContain('500');
  failing = false;
});
test('[M2] private, loopback and link-local addresses are refused unless allowed; redirects are not followed', async () => {
  const closed = guardedFetch({ setting: async () => [] as never });
  await expect(closed(`${base}/x`)).rejects.toThrow('network.refused');
  await expect(closed('file:///etc/passwd')).rejects.toThrow('network.refused');
  await expect(closed('http://localhost:1/')).rejects.toThrow('network.refused');
  const open = guardedFetch({ setting: async () => ['127.0.0.1'] as never });
  expect((await open(`${base}/redirect`)).status).toBe(302);
  await expect(open(`${base}/x`, { maxBytes: 3 })).rejects.toThrow('network.failed');
  for (const address of [
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '127.0.0.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
    '224.0.0.1',
  ])
    expect(mayReach('h', address, []), address).toBe(false);
  for (const address of ['1.1.1.1', '2606:4700::1111']) expect(mayReach('h', address, []), address).toBe(true);
  expect([
    mayReach('h', '10.1.2.3', ['10.1.0.0/16']),
    mayReach('mail.example.com', '10.9.9.9', ['mail.example.com']),
    mayReach('h', '10.2.0.1', ['10.1.0.0/16']),
  ]).toEqual([true, true, false]);
});

test('[M3] the people of many organisations are found in one question, each with their home', async () => {
  const [school, bureau] = [await kernel.organisation('学院'), await kernel.organisation('局')];
  const contact = await kernel.user('school-contact', 'unit-contact', school);
  await kernel.user('bureau-auditor', 'auditor', bureau);
  const members = await kernel.core.store.transaction({ scope: { kind: 'all' }, userId: null }, (db) =>
    membersOf(db, 'case.write', [school, bureau]),
  );
  // Who is at home above and may act here is not one of them, nor who may only read.
  expect(members).toEqual([{ id: contact.actor.id, displayName: 'school-contact', organisationId: school }]);
  expect(
    await kernel.core.store.transaction({ scope: { kind: 'all' }, userId: null }, (db) =>
      membersOf(db, 'case.write', []),
    ),
  ).toEqual([]);
});

test('[M1] thousands are told at once, each once for a key, the robot of their group once', async () => {
  const crowd = await kernel.organisation('大单位');
  const ids = await kernel.core.store.system(async (db) =>
    (
      await sql<{ id: string }>`INSERT INTO users (id, organisation_id, name, display_name, status, created_at)
          SELECT gen_random_uuid(), ${crowd}, 'crowd-' || i, 'crowd', 'active', now() FROM generate_series(1, 2300) i RETURNING id`.execute(
        db,
      )
    ).rows.map(({ id }) => id),
  );
  const { id: channelId } = (await kernel.run('kernel.saveChannel', {
    organisationId: crowd,
    kind: 'wecom',
    name: '大群',
    config: { url: `${base}/crowd?key=k` },
  })) as { id: string };
  await notify({ to: { userIds: ids.slice(0, 1200) }, key: 'crowd' });
  await notify({ to: { userIds: ids }, key: 'crowd' });
  const told = await kernel.core.store.system(
    async (db) =>
      (
        await sql<{
          people: number;
          notices: number;
          sent: number;
        }>`SELECT count(DISTINCT user_id)::int AS people, count(*)::int AS notices,
          (SELECT count(*)::int FROM deliveries WHERE channel_id = ${channelId}) AS sent FROM notices WHERE key = 'crowd'`.execute(
          db,
        )
      ).rows[0],
  );
  // Twice: once for those of the first call, once for the others.
  expect(told).toEqual({ people: 2300, notices: 2300, sent: 2 });
});
