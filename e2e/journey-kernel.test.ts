/**
 * The first day of a platform, in a real browser: set-up, organisations, a user, an import with a bad row, the user's own view,
 * findings to a case, dark, English, a phone. Each step stands on the one before.
 * @module
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { launchBrowser, whyNoBrowser } from './browser.ts';
import { type Platform, startPlatform } from './server.ts';
import { choose, desktop, patientPage, phone, shots } from './stage.ts';

const reason = whyNoBrowser();
const password = 'Jiangcheng-2026-shield';

/** Three good rows of two bureaus and one whose kind and level are wrong. */
const table = `名称,类型,责任单位,地址,等保级别
政务服务网,信息系统,市教育局,edu.example.test,3
教育资源库,信息系统,市教育局,10.20.0.5,2
警务数据平台,信息系统,市公安局,10.30.0.8,3
错误的一行,飞船,市教育局,10.20.0.9,9
`;

describe.skipIf(reason !== null)(`the kernel's journey${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let platform: Platform;
  let browser: Browser;
  let admin: BrowserContext;
  let page: Page;
  let invitation = '';
  const problems: string[] = [];

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    for (const file of readdirSync(shots)) if (/^\d\d-|^failed-/.test(file)) rmSync(path.join(shots, file));
    [platform, browser] = await Promise.all([startPlatform(), launchBrowser()]);
    admin = await browser.newContext(desktop);
    page = await open(admin);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
    console.log(`screenshots: ${path.relative(process.cwd(), shots)}`);
  });

  /** Errors of the page itself fail the journey, wherever they happen. */
  async function open(context: BrowserContext): Promise<Page> {
    const target = await patientPage(context, problems);
    target.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) problems.push(message.text());
    });
    return target;
  }
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      await shot(`failed-${task.name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
    });
  });
  const shot = (name: string, target = page) => target.screenshot({ path: path.join(shots, `${name}.png`) });

  test('sets the platform up by the one-time link', async () => {
    await page.goto(platform.url + platform.setupPath);
    await page.getByLabel('根组织名称').fill('江城市委网信办');
    await shot('01-setup');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByLabel('姓名').fill('林青');
    await page.getByLabel('用户名').fill('linqing');
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByLabel('再次输入密码').fill(password);
    await page.getByRole('button', { name: '完成初始化' }).click();
    await page.getByRole('heading', { name: '总览' }).waitFor();
    await page.getByText('从这里开始').waitFor();
    await shot('02-first-overview');
  });

  test('builds the tree of organisations', async () => {
    await page.getByRole('link', { name: '组织', exact: true }).click();
    for (const name of ['市教育局', '市公安局']) {
      await page.getByText('江城市委网信办').first().click();
      await page.getByRole('button', { name: '新建组织' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('名称', { exact: true }).fill(name);
      await dialog.getByRole('button', { name: '新建组织' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByRole('heading', { name }).waitFor();
    }
    await shot('03-organisations');
    await expect.poll(() => page.locator('.ant-tree-treenode:not([aria-hidden])').count()).toBe(3);
  });

  test('invites a user of one bureau', async () => {
    await page.getByRole('link', { name: '用户与角色' }).click();
    await page.getByRole('button', { name: '邀请用户' }).click();
    const dialog = page.getByRole('dialog');
    await choose(dialog, '所属组织', '市教育局');
    await dialog.getByLabel('用户名').fill('zhangmin');
    await dialog.getByLabel('姓名').fill('张敏');
    await choose(dialog, '角色', '单位负责人');
    await shot('04-invite');
    await dialog.getByRole('button', { name: '生成邀请链接' }).click();
    invitation = await page.getByTestId('invitation-link').locator('input').inputValue();
    expect(invitation).toContain('token=');
    await shot('05-invitation');
    await page.getByRole('button', { name: '完成' }).click();
    await page.getByText('张敏').first().waitFor();
  });

  test('imports assets from a table and names the bad row', async () => {
    await page.getByRole('link', { name: '资产', exact: true }).click();
    await shot('06-assets-empty');
    await page.getByRole('button', { name: '导入资产' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: '资产台账.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await dialog.getByText(/共 4 行，3 行可以导入/).waitFor();
    const issues = await dialog.locator('.hd-issues').first().innerText();
    expect(issues).toContain('资产台账.csv:5');
    expect(issues).toContain('飞船');
    await shot('07-import-preview');
    expect(await dialog.getByRole('button', { name: '导入 3 行' }).isDisabled()).toBe(true);
    await dialog.getByText('跳过有误的行，只导入其余行').click();
    await dialog.getByRole('button', { name: '导入 3 行' }).click();
    await dialog.locator('.hd-job .anticon-check-circle').waitFor({ timeout: 60_000 });
    await shot('08-import-done');
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    await page.getByText('警务数据平台').waitFor();
    expect(await page.locator('.hd-row').count()).toBe(3);
    await shot('09-assets');
  });

  test('keeps the state of a list in the address and walks it by keys', async () => {
    await page.getByRole('combobox', { name: '筛选' }).fill('name:"*平台*"');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.hd-row').count()).toBe(1);
    expect(page.url()).toContain('filter=');
    await page.reload();
    await expect.poll(() => page.locator('.hd-row').count()).toBe(1);
    await page.getByRole('button', { name: '清除' }).click();
    await expect.poll(() => page.locator('.hd-row').count()).toBe(3);
    await page.locator('.hd-foot').click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const first = await page.locator('.hd-panel h2').innerText();
    await page.keyboard.press('j');
    await expect.poll(() => page.locator('.hd-panel h2').innerText()).not.toBe(first);
    await shot('10-asset-panel');
    await page.keyboard.press('Escape');
    await page.locator('.hd-panel').waitFor({ state: 'detached' });
  });

  test('finds pages by pinyin initials and records by name', async () => {
    await page.keyboard.press('Control+k');
    const typed = page.getByRole('textbox', { name: '全局搜索与命令' });
    await typed.fill('fx');
    await page.getByRole('option', { name: /发现/ }).first().waitFor();
    await typed.fill('政务');
    await page.getByRole('option', { name: /政务服务网/ }).waitFor();
    await shot('11-palette');
    await page.keyboard.press('Escape');
  });

  test('takes a finding through triage into an issued case', async () => {
    await page.getByRole('link', { name: '发现', exact: true }).click();
    await page.getByRole('button', { name: '登记发现' }).click();
    const dialog = page.getByRole('dialog');
    await choose(dialog, '责任单位', '市教育局');
    await dialog.getByLabel('标题').fill('政务服务网管理后台弱口令');
    await choose(dialog, '严重程度', '高危');
    await dialog.getByRole('button', { name: '登记发现' }).click();
    await page.locator('.hd-panel h2', { hasText: '弱口令' }).waitFor();
    await page.locator('.hd-panel').getByRole('button', { name: '确认', exact: true }).click();
    await page.locator('.hd-panel .hd-status', { hasText: '已确认' }).waitFor();
    await shot('12-finding');
    await page.locator('.hd-panel').getByRole('button', { name: '建工单' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '建工单' }).click();
    await page.locator('.hd-panel .hd-status', { hasText: '已建工单' }).waitFor();
    await page.getByRole('link', { name: '工单', exact: true }).click();
    await page.locator('.hd-row .hd-cell-main').first().click();
    await page.locator('.hd-panel').getByRole('button', { name: '下发' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '下发' }).click();
    await page.locator('.hd-panel .hd-record-tags .hd-status', { hasText: '已下发' }).waitFor();
    await shot('13-case');
  });

  test('verifies the audit chain of all that', async () => {
    await page.getByRole('link', { name: '审计', exact: true }).click();
    await page.getByRole('button', { name: '校验审计链' }).click();
    await page.getByText(/审计链完整/).waitFor();
    expect(await page.locator('.hd-row').count()).toBeGreaterThan(5);
    await shot('14-audit');
  });

  test('shows the invited user only the own subtree', async () => {
    const context = await browser.newContext(desktop);
    const own = await open(context);
    await own.goto(platform.url + new URL(invitation).pathname + new URL(invitation).search);
    await own.getByLabel('密码', { exact: true }).fill(`${password}-zhang`);
    await own.getByLabel('再次输入密码').fill(`${password}-zhang`);
    await own.getByRole('button', { name: '设置密码并登录' }).click();
    await own.getByRole('heading', { name: '总览' }).waitFor();
    await own.getByRole('link', { name: '资产', exact: true }).click();
    await own.getByText('教育资源库').waitFor();
    expect(await own.locator('.hd-row').count()).toBe(2);
    expect(await own.getByText('警务数据平台').count()).toBe(0);
    expect(await own.getByRole('link', { name: '设置', exact: true }).count()).toBe(0);
    await shot('15-own-subtree', own);
    await own.goto(`${platform.url}/settings`);
    await own.getByText(/没有权限/).waitFor();
    await shot('16-no-permission', own);
    await context.close();
  });

  test('signs out and in again', async () => {
    await page.getByRole('button', { name: '个人账号' }).click();
    await page.getByText('退出登录').click();
    await page.getByLabel('用户名').fill('linqing');
    await page.getByLabel('密码').fill('wrong');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText('access.bad_credentials').waitFor();
    await shot('17-sign-in');
    await page.getByLabel('密码').fill(password);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('navigation').getByRole('link', { name: '总览' }).click();
    await page.getByRole('heading', { name: '总览' }).waitFor();
  });

  test('is dark and English when asked to be', async () => {
    await page.getByRole('button', { name: '深色' }).click();
    await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
    await shot('18-dark');
    await page.getByRole('button', { name: '个人账号' }).click();
    await page.getByText('English').click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    for (const [link, name] of [
      ['Findings', '19-english-findings'],
      ['Cases', '20-english-cases'],
      ['Settings', '21-english-settings'],
    ] as const) {
      await page.getByRole('link', { name: link, exact: true }).click();
      await page.getByRole('heading', { name: link }).first().waitFor();
      await page.waitForTimeout(600);
      const text = await page.locator('.hd-side').innerText();
      expect(text.match(/\p{Script=Han}/gu)?.join('') ?? '').toBe('');
      await shot(name);
    }
  });

  test('fits a phone', async () => {
    const pocket = await browser.newContext({
      ...(await stateOf(admin)),
      ...phone,
      isMobile: true,
    });
    const small = await open(pocket);
    await small.goto(`${platform.url}/`);
    await small.locator('.hd-figure').first().waitFor();
    await small.waitForTimeout(600);
    await shot('22-phone-overview', small);
    await small.goto(`${platform.url}/assets`);
    await small.locator('.hd-row').first().waitFor();
    expect(await small.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await shot('23-phone-assets', small);
    await small.locator('.hd-row').first().click();
    await small.locator('.hd-panel-body h2').waitFor();
    await small.waitForTimeout(400);
    await shot('24-phone-asset', small);
    await pocket.close();
  });
  const stateOf = async (context: BrowserContext) => ({ storageState: await context.storageState() });

  test('had no error of its own on any page', () => {
    expect(problems).toEqual([]);
  });
});
