/**
 * What people do every day, in a real browser, on a platform under a sub-path: sample data, lists (views, selections, verbs on many,
 * columns, exports), merging, reports, a table from a spreadsheet, schedules, channels, the API page, one-time codes, tokens, sign-in at
 * an OpenID provider. Longer than other files because it is one walk.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { fromBase32, totpAt } from '../kernel/core/src/access/totp.ts';
import { freePort } from '../tools/free-port.ts';
import { whyNoBrowser } from './browser.ts';
import { choose, desktop, openList, openStage, password, type Stage } from './stage.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== null)(`the everyday journey${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  let provider: Server;
  let robot: Server;
  const received: { readonly url: string; readonly body: string }[] = [];

  beforeAll(async () => {
    const port = await freePort();
    provider = createServer();
    robot = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ url: request.url ?? '', body });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"errcode":0}');
      });
    });
    for (const server of [provider, robot])
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = addressOf(provider);
    provider.on('request', openIdProvider(issuer, `http://127.0.0.1:${port}/shield/api/kernel/oidc/campus/callback`));
    stage = await openStage({
      name: 'everyday',
      organisation: '江城市委网信办',
      basePath: '/shield',
      port,
      config: {
        oidc: [
          {
            id: 'campus',
            title: { 'zh-CN': '统一身份认证', en: 'Campus sign-in' },
            issuer,
            clientId: 'hedun',
            clientSecret: 'provider-secret',
          },
        ],
      },
    });
  });
  afterAll(async () => {
    await stage?.close();
    provider?.close();
    robot?.close();
  });
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      await stage.shot(`failed-${task.name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
    });
  });
  const visit = async (link: string) => {
    await stage.page.getByRole('navigation').getByRole('link', { name: link, exact: true }).click();
    await stage.page.getByRole('heading', { name: link, exact: true }).first().waitFor();
  };
  const total = async () => {
    const text = await stage.page.locator('.hd-foot').innerText();
    return Number(/共\s*约?\s*([\d,]+)/.exec(text)?.[1]?.replaceAll(',', '') ?? Number.NaN);
  };
  const filter = async (text: string) => {
    await stage.page.getByRole('combobox', { name: '筛选' }).fill(text);
    await stage.page.keyboard.press('Enter');
  };

  test('loads sample data by one click', async () => {
    const { page, shot } = stage;
    await page.getByRole('button', { name: '装载示例数据' }).click();
    await page.locator('.hd-figure', { hasText: '资产' }).getByText('300').waitFor({ timeout: 30_000 });
    await shot('01-overview');
  });

  test('saves a filtered list as a view and comes back to it', async () => {
    const { page, shot } = stage;
    await visit('发现');
    await expect.poll(total).toBe(900);
    await filter('severity:critical');
    await filter('status:open');
    await expect.poll(total).toBeLessThan(122);
    const some = await total();
    await page.getByRole('button', { name: '保存视图' }).click();
    await page.getByPlaceholder('视图名称').fill('待确认的严重发现');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await page.getByRole('tab', { name: '待确认的严重发现', selected: true }).waitFor();
    await page.getByRole('tab', { name: '全部' }).click();
    await expect.poll(total).toBe(900);
    await page.getByRole('tab', { name: '待确认的严重发现' }).click();
    await expect.poll(total).toBe(some);
    await shot('02-view');
  });

  test('triages all that match by one verb', async () => {
    const { page, shot } = stage;
    const some = await total();
    await page.locator('.hd-head').getByRole('checkbox').check();
    const bar = page.getByRole('toolbar', { name: '所选记录' });
    if (await bar.getByRole('button', { name: '选择全部匹配' }).isVisible())
      await bar.getByRole('button', { name: '选择全部匹配' }).click();
    await bar.getByText(`已选 ${some}`).waitFor();
    await shot('03-selection');
    await bar.getByRole('button', { name: '确认', exact: true }).click();
    await expect.poll(total).toBe(0);
    await page.getByRole('tab', { name: '全部' }).click();
  });

  test('takes a verb from the menu of a row, and takes it back from the toast', async () => {
    const { page, shot } = stage;
    await filter('status:open');
    await filter('severity:high');
    await expect.poll(total).toBeGreaterThan(1);
    await expect.poll(total).toBeLessThan(300);
    const some = await total();
    const first = await page.locator('.hd-row .hd-cell-main').first().innerText();
    await page.locator('.hd-row').first().click({ button: 'right' });
    const menu = page.getByRole('menu');
    await menu.getByRole('menuitem', { name: '确认', exact: true }).waitFor();
    expect(await menu.getByRole('menuitem', { name: '复核通过' }).count()).toBe(0);
    await shot('03b-row-menu');
    await menu.getByRole('menuitem', { name: '确认', exact: true }).click();
    await expect.poll(total).toBe(some - 1);
    await shot('03c-undo');
    await page.getByText('确认：完成 1 项').waitFor();
    await page.getByRole('button', { name: '撤销' }).click();
    await expect.poll(total).toBe(some);
    await expect.poll(() => page.locator('.hd-row .hd-cell-main').first().innerText()).toBe(first);
    await page.getByText('已撤销 1 条').waitFor();
    // By key, too: the focused row's menu.
    await page.locator('.hd-foot').click();
    await page.keyboard.press('j');
    await page.keyboard.press('m');
    await menu.getByRole('menuitem', { name: '忽略' }).waitFor();
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '清除' }).click();
    await expect.poll(total).toBe(900);
  });

  test('keeps the rows where they are and says that there are new ones', async () => {
    const { page, shot } = stage;
    const { items } = await stage.call<{ items: { id: string }[] }>('GET', 'kernel/organisations');
    const first = await page.locator('.hd-row .hd-cell-main').first().innerText();
    const { id } = await stage.call<{ id: string }>('POST', 'kernel/findings', {
      organisationId: items[0]?.id,
      title: '他人刚刚登记的发现',
      severity: 'low',
    });
    await page.getByRole('button', { name: '1 条新记录' }).waitFor({ timeout: 20_000 });
    expect(await page.locator('.hd-row .hd-cell-main').first().innerText()).toBe(first);
    await shot('03d-news');
    await page.getByRole('button', { name: '1 条新记录' }).click();
    await page.locator('.hd-row', { hasText: '他人刚刚登记的发现' }).waitFor();
    await page.getByRole('button', { name: '1 条新记录' }).waitFor({ state: 'hidden' });
    // Out of the way of the counts that follow.
    await stage.call('POST', 'kernel/findings/dismiss', { ids: [id], reason: 'false_positive', note: '演练' });
  });

  test('opens one case for several findings of one unit, from the list', async () => {
    const { page, shot } = stage;
    const { items } = await stage.call<{ items: { id: string; organisationId: string; title: string }[] }>(
      'GET',
      'kernel/findings?filter=status%3Atriaged&limit=500',
    );
    const unit = [...Map.groupBy(items, ({ organisationId }) => organisationId).values()].find(
      (each) => each.length > 2,
    );
    await filter(`organisation:${unit?.[0]?.organisationId} status:triaged`);
    await expect.poll(total).toBe(unit?.length);
    await page.locator('.hd-head').getByRole('checkbox').check();
    await page.getByRole('toolbar', { name: '所选记录' }).getByRole('button', { name: '建工单' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('经办人').waitFor();
    await shot('04-open-case');
    await dialog.getByRole('button', { name: '建工单' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(total).toBe(0);
    await page.locator('.hd-filter').getByRole('button', { name: '清除' }).click();
  });

  test('merges two findings into one', async () => {
    const { page, shot } = stage;
    await filter('-status:dismissed,in_case');
    await expect.poll(total).toBeLessThan(900);
    const other = await page.locator('.hd-row').nth(1).locator('.hd-cell-main').innerText();
    await page.locator('.hd-row').first().locator('.hd-cell-main').click();
    await page.locator('.hd-panel').getByRole('button', { name: '合并', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill(other);
    await openList(page).getByText(other, { exact: true }).first().click();
    await page.keyboard.press('Escape');
    await shot('05-merge');
    await dialog.getByRole('button', { name: /合并/ }).last().click();
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('.hd-panel').getByText('已合并').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.hd-filter').getByRole('button', { name: '清除' }).click();
  });

  test('chooses columns and exports what is listed', async () => {
    const { page, shot } = stage;
    await filter('severity:high');
    await expect.poll(total).toBe(277);
    await page.getByRole('button', { name: '列与行高' }).click();
    await page.getByRole('checkbox', { name: '可信度' }).check();
    await page.getByRole('columnheader', { name: '可信度' }).waitFor();
    await shot('06-columns');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '导出' }).click();
    await page.getByText('导出 CSV').click();
    await page.getByRole('button', { name: '作业', exact: true }).click();
    const link = page.locator('.hd-jobs a[download], .ant-popover a[download]').first();
    await link.waitFor({ timeout: 30_000 });
    await shot('07-jobs');
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    // A line that says what the file is, one of titles, one per finding.
    expect(lines.length).toBe(279);
    expect(lines[1]).not.toMatch(/[a-z]+[A-Z]/);
    await page.keyboard.press('Escape');
    await page.locator('.hd-filter').getByRole('button', { name: '清除' }).click();
  });

  test('makes a report of findings', async () => {
    const { page, shot } = stage;
    await visit('报告');
    await page.getByRole('button', { name: '生成报告' }).click();
    const dialog = page.getByRole('dialog');
    await choose(dialog, '格式', 'PDF');
    await shot('08-report-form');
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 60_000 }),
      dialog.getByRole('button', { name: '生成发现报告' }).click(),
    ]);
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    await page.locator('.hd-row').first().waitFor();
    await shot('09-reports');
  });

  test('imports assets from a spreadsheet, telling its columns by their words', async () => {
    const { page, shot } = stage;
    await visit('资产');
    await expect.poll(total).toBe(300);
    await page.getByRole('button', { name: /导入$/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles({
      name: '资产.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: await spreadsheet([
        ['系统名称', '资产类别', '所属单位', 'IP地址'],
        ['防汛指挥系统', '信息系统', '江城市委网信办', '10.40.0.1'],
        ['防汛指挥系统数据库', '主机', '江城市委网信办', '10.40.0.2'],
      ]),
    });
    await dialog.getByText('共 2 行，全部可以导入').waitFor();
    await shot('10-spreadsheet');
    await dialog.getByRole('button', { name: '导入 2 行' }).click();
    await dialog.locator('.hd-job .anticon-check-circle').waitFor({ timeout: 60_000 });
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    await expect.poll(total).toBe(302);
    await filter('10.40.0.2');
    await page.getByText('防汛指挥系统数据库').waitFor();
    await expect.poll(() => page.locator('.hd-row').count()).toBe(1);
  });

  test('turns a schedule off and on', async () => {
    const { page, shot } = stage;
    await visit('作业');
    await page.getByRole('tab', { name: '定时作业' }).click();
    const row = page.getByRole('row', { name: /结束到期的忽略/ });
    await row.getByRole('switch').click();
    await expect.poll(() => row.getByRole('switch').getAttribute('aria-checked')).toBe('false');
    await shot('11-schedules');
    await row.getByRole('switch').click();
    await expect.poll(() => row.getByRole('switch').getAttribute('aria-checked')).toBe('true');
  });

  test('sends a test through a channel of its own and shows the delivery', async () => {
    const { page, shot } = stage;
    await visit('设置');
    await page.getByLabel('允许服务器访问的主机').fill('127.0.0.1');
    await page.keyboard.press('Enter');
    const setting = page.locator('.hd-setting', { hasText: '允许服务器访问的主机' });
    await setting.getByRole('button', { name: '保存' }).click();
    await page.getByRole('tab', { name: '通知渠道' }).click();
    await page.getByRole('button', { name: '新建通知渠道' }).click();
    const dialog = page.getByRole('dialog');
    await choose(dialog, '类型', '企业微信机器人');
    await dialog.getByLabel('名称').fill('值班群');
    await dialog.getByLabel('地址').fill(`${addressOf(robot)}/robot?key=secret-key`);
    await shot('12-channel');
    await dialog.getByRole('button', { name: '保存' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '发送测试' }).click();
    await expect.poll(() => received.length, { timeout: 20_000 }).toBe(1);
    expect(received[0]?.url).toBe('/robot?key=secret-key');
    expect(JSON.parse(received[0]?.body ?? '{}')).toMatchObject({ msgtype: 'markdown' });
    await page.getByRole('tab', { name: '投递记录' }).click();
    await page.locator('.hd-row').getByText('已送达').first().waitFor();
    await shot('13-deliveries');
  });

  test('reads the API page', async () => {
    const { page, shot } = stage;
    await visit('接口文档');
    await page.getByText('/findings').first().waitFor();
    await shot('14-api');
  });

  test('turns one-time codes on and signs in with one', async () => {
    const { page, shot } = stage;
    await page.goto(`${stage.platform.url}/account`);
    await page.getByRole('button', { name: '启用动态口令' }).click();
    const dialog = page.getByRole('dialog');
    const secret = (await dialog.locator('code').innerText()).replaceAll(' ', '');
    await shot('15-one-time-codes');
    await dialog.getByLabel(/6 位动态口令/).fill(totpAt(fromBase32(secret), Math.floor(Date.now() / 30_000)));
    await dialog.getByRole('button', { name: '确认' }).click();
    await page
      .getByRole('heading', { name: '恢复码' })
      .or(page.locator('.ant-modal-title', { hasText: '恢复码' }))
      .first()
      .waitFor();
    const codes = (await page.locator('.hd-code-box').innerText()).split('\n');
    expect(codes.length).toBeGreaterThanOrEqual(8);
    await shot('16-recovery-codes');
    await page.getByRole('button', { name: '我已妥善保存' }).click();
    const other = await stage.browser.newContext(desktop);
    const fresh = await stage.open(other);
    await fresh.goto(`${stage.platform.url}/findings?filter=severity:high`);
    await fresh.getByLabel('用户名').fill('linqing');
    await fresh.getByLabel('密码').fill(password);
    await fresh.getByRole('button', { name: '登录', exact: true }).click();
    await fresh.getByLabel('动态口令或恢复码').waitFor();
    await stage.shot('17-second-factor', fresh);
    await fresh.getByLabel('动态口令或恢复码').fill(codes[0] ?? '');
    await fresh.getByRole('button', { name: '确认' }).click();
    // One lands where one wanted to go.
    await fresh.getByRole('heading', { name: '发现' }).waitFor();
    expect(fresh.url()).toContain('severity:high');
    await other.close();
  });

  test('makes a token that can read findings and nothing else', async () => {
    const { page, shot } = stage;
    await page.goto(`${stage.platform.url}/account`);
    await page.getByRole('button', { name: '新建访问令牌' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称').fill('态势大屏');
    await dialog.getByRole('checkbox', { name: '查看发现' }).check();
    await shot('18-token-form');
    await dialog.getByRole('button', { name: '新建访问令牌' }).click();
    const shown = page.getByRole('dialog').filter({ hasText: '访问令牌已生成' });
    const token = await shown.locator('input').inputValue();
    await shot('19-token');
    const ask = (where: string) =>
      fetch(`${stage.platform.url}/api/kernel/${where}`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask('findings?limit=1')).status).toBe(200);
    expect((await ask('assets?limit=1')).status).toBe(403);
    await shown.getByRole('button', { name: '我已妥善保存' }).click();
    await page.getByRole('button', { name: '吊销' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '吊销' }).click();
    await expect.poll(async () => (await ask('findings?limit=1')).status).toBe(401);
  });

  test('lets an invited person in by the OpenID provider, and nobody else', async () => {
    const { items } = await stage.call<{ items: { id: string; name: string }[] }>('GET', 'kernel/organisations');
    const roles = await stage.call<{ items: { id: string; name: string }[] }>('GET', 'kernel/roles');
    await stage.call('POST', 'kernel/users', {
      organisationId: items[0]?.id,
      name: 'zhaomin',
      displayName: '赵敏',
      email: 'zhaomin@example.edu',
      roleId: roles.items.find(({ name }) => name === 'auditor')?.id,
    });
    for (const [login, expected] of [
      ['zhaomin', '总览'],
      ['stranger', null],
    ] as const) {
      const other = await stage.browser.newContext(desktop);
      const page = await stage.open(other);
      await page.goto(`${stage.platform.url}/`);
      if (expected) await stage.shot('20-sign-in', page);
      await page.getByRole('link', { name: /统一身份认证/ }).click();
      await page.locator('input[name=login]').fill(login);
      await page.locator('input[name=password]').fill('any');
      await page.locator('button[type=submit]').click();
      await page.locator('button[type=submit]').click();
      await page.waitForURL((url) => url.href.startsWith(stage.platform.url));
      if (expected) {
        await page.getByRole('heading', { name: expected }).waitFor();
        expect(new URL(page.url()).pathname).toBe('/shield/');
      } else {
        await page.getByRole('button', { name: '登录', exact: true }).waitFor();
        await page.getByText(/access\./).waitFor();
        await stage.shot('21-stranger', page);
      }
      await other.close();
    }
  });

  test('removes the sample data as a whole', async () => {
    const { page, shot } = stage;
    await visit('设置');
    await page.getByRole('tab', { name: '示例数据' }).click();
    await page.getByRole('button', { name: '移除示例数据' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '移除' }).click();
    await page.getByRole('button', { name: '装载示例数据' }).waitFor({ timeout: 30_000 });
    await visit('资产');
    await expect.poll(total).toBe(2);
    await shot('22-without-samples');
  });

  test('had no error of its own on any page', () => {
    expect(stage.problems).toEqual([]);
  });
});

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function openIdProvider(issuer: string, callback: string) {
  return new Provider(issuer, {
    clients: [
      {
        client_id: 'hedun',
        client_secret: 'provider-secret',
        redirect_uris: [callback],
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
  }).callback();
}

async function spreadsheet(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const { Workbook } = await import('exceljs');
  const book = new Workbook();
  book.addWorksheet('资产').addRows(rows as string[][]);
  return Buffer.from(await book.xlsx.writeBuffer());
}
