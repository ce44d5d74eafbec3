/**
 * The exchange in real browsers: each person of the scenario is signed in with a browser of their own, whose page makes the calls; the supervisor looks at
 * ledger, proofs, marks and paths as they come about. Proofs are computed in the page.
 * @module
 */
import { exchange } from '@hedun/capability-exchange';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { type Actor, type Moment, runScenario, type ScenarioStage } from '../tools/exchange-scenario.ts';
import { whyNoBrowser } from './browser.ts';
import { desktop, openStage, password, type Stage } from './stage.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== null)(`the journey of exchange${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  let scenario: ScenarioStage;
  const pages = new Map<Actor, Page>();
  const contexts: BrowserContext[] = [];
  const lines: string[] = [];

  beforeAll(async () => {
    stage = await openStage({ name: 'exchange', organisation: '江城电力' });
    const { items } = await stage.call<{ items: { id: string }[] }>('GET', 'kernel/organisations');
    const roles = await stage.call<{ items: { id: string; name: string }[] }>('GET', 'kernel/roles');
    const root = items[0]!.id;
    const admin: Actor = { name: '林青', organisationId: root };
    pages.set(admin, stage.page);
    const pageOf = (by: Actor) => pages.get(by)!;
    scenario = {
      root,
      admin,
      organisation: async (name) =>
        (await stage.call<{ id: string }>('POST', 'kernel/organisations', { parentId: root, name, kind: 'department' }))
          .id,
      user: async (name, organisationId) => {
        const { invitation } = await stage.call<{ invitation: { path: string } }>('POST', 'kernel/users', {
          organisationId,
          name: `user${pages.size}`,
          displayName: name,
          roleId: roles.items.find((role) => role.name === 'administrator')?.id,
        });
        const context = await stage.browser.newContext({ ...desktop });
        contexts.push(context);
        const page = await stage.open(context);
        await page.goto(`${stage.platform.url}${invitation.path}`);
        await page.getByLabel('密码', { exact: true }).fill(password);
        await page.getByLabel('再次输入密码').fill(password);
        await page.getByRole('button', { name: '设置密码并登录' }).click();
        await page.getByRole('heading', { name: '总览' }).waitFor();
        const actor = { name, organisationId };
        pages.set(actor, page);
        return actor;
      },
      run: async <T>(operation: string, input: Readonly<Record<string, unknown>>, by: Actor = admin) =>
        await callIn<T>(pageOf(by), stage.platform.url, operation, input),
      upload: (bytes, by) =>
        pageOf(by).evaluate(
          async ([url, organisationId, data]) => {
            const form = new FormData();
            form.append('organisationId', organisationId as string);
            const binary = Uint8Array.from(atob(data as string), (letter) => letter.charCodeAt(0));
            form.append('file', new Blob([binary]), 'load.sealed');
            const answer = await fetch(url as string, {
              method: 'POST',
              headers: { 'x-hedun-request': '1' },
              body: form,
            });
            if (!answer.ok) throw new Error(await answer.text());
            return ((await answer.json()) as { id: string }).id;
          },
          [`${stage.platform.url}/api/kernel/uploads`, by.organisationId, Buffer.from(bytes).toString('base64')],
        ),
      download: async (fileId, by) => {
        const text = await pageOf(by).evaluate(async (url) => {
          const answer = await fetch(url);
          if (!answer.ok) throw new Error(await answer.text());
          const bytes = new Uint8Array(await answer.arrayBuffer());
          let binary = '';
          for (const byte of bytes) binary += String.fromCharCode(byte);
          return btoa(binary);
        }, `${stage.platform.url}/api/kernel/files/${fileId}`);
        return Uint8Array.from(Buffer.from(text, 'base64'));
      },
      finish: async (jobId, by) => {
        const state = () =>
          pageOf(by).evaluate(
            async (url) => ((await (await fetch(url)).json()) as { job: { status: string } }).job.status,
            `${stage.platform.url}/api/kernel/jobs/${jobId}`,
          );
        await expect.poll(state, { timeout: 60_000 }).toBe('succeeded');
      },
    };
  });
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await stage?.close();
  });

  test('two departments share, refuse, revoke, exchange; the supervisor sees all of it and proves it in the page', async () => {
    onTestFailed(async () => {
      for (const [index, page] of [...pages.values()].entries())
        await stage.shot(`failed-${index}`, page).catch(() => undefined);
    });
    const looked: string[] = [];
    await runScenario(
      scenario,
      (line) => lines.push(line),
      async (moment) => {
        looked.push(moment.at);
        await look(moment, pages.get(moment.supervisor)!);
      },
    );
    expect(looked).toEqual(['fetched', 'exchanged', 'alarmed', 'traced']);
    expect(lines.length).toBeGreaterThan(40);
    expect(stage.problems).toEqual([]);
  }, 600_000);

  async function look(moment: Moment, page: Page): Promise<void> {
    const to = (path: string) => page.goto(`${stage.platform.url}${path}`);
    if (moment.at === 'fetched') {
      await to(`/exchange/members?ledger=${moment.ledgerId}`);
      await page.getByText('提案与表决').waitFor();
      await page.getByText('已通过').first().waitFor();
      await stage.shot('00-members', page);
      await to('/exchange/ledger');
      await page.getByText('调度域账本').first().waitFor();
      await page.getByText('请求访问', { exact: true }).first().waitFor();
      await stage.shot('01-ledger', page);
      await page.getByText('请求访问', { exact: true }).first().click();
      await page.getByRole('button', { name: '在浏览器中核验' }).click();
      await page.getByText('核验通过：这笔交易就在日志中').waitFor();
      await stage.shot('02-proof', page);
    }
    if (moment.at === 'exchanged') {
      await to(`/exchange/supervision?ledger=${moment.ledgerId}`);
      await page.getByText('跨域交换').waitFor();
      await page.getByText('market').first().waitFor();
      await stage.shot('03-before-alarm', page);
    }
    if (moment.at === 'alarmed') {
      await to(`/exchange/supervision?ledger=${moment.ledgerId}`);
      await page.getByText('频繁被拒').waitFor();
      await page.getByText('受限').first().waitFor();
      await stage.shot('04-alarm', page);
    }
    if (moment.at === 'traced') {
      await to(`/exchange/provenance?ledger=${moment.ledgerId}&kind=data&of=${moment.objectId}`);
      await page.getByText('发布数据').first().waitFor();
      await page.getByText('不满足策略').first().waitFor();
      await stage.shot('05-data-path', page);
      await to(`/exchange/provenance?ledger=${moment.ledgerId}&kind=attribute&of=dept`);
      await page.getByText('撤销属性').first().waitFor();
      await page.getByRole('button', { name: '在浏览器中核验' }).first().click();
      await page.getByText('核验通过：这笔交易就在日志中').waitFor();
      await stage.shot('06-attribute-path', page);
    }
  }
});

/** Calls an operation from inside somebody's page, with that person's cookies, by its declared route. */
async function callIn<T>(
  page: Page,
  base: string,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<T> {
  const declared = exchange.operations[operation as keyof typeof exchange.operations] as { readonly http: string };
  const [method = 'GET', route = ''] = declared.http.split(' ');
  const rest: Record<string, unknown> = { ...input };
  const where = route.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams(
    Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
  ).toString();
  const url = `${base}/api/exchange${where}${method === 'GET' && query ? `?${query}` : ''}`;
  const answer = await page.evaluate(
    async ([how, address, body]) => {
      const response = await fetch(address as string, {
        method: how as string,
        headers: { 'content-type': 'application/json', 'x-hedun-request': '1' },
        ...(how === 'GET' ? {} : { body: body as string }),
      });
      return { status: response.status, text: await response.text() };
    },
    [method, url, JSON.stringify(rest)],
  );
  if (answer.status >= 400) throw new Error(`${operation}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as T;
}
