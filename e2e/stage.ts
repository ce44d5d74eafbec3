/**
 * What every journey stands on: a platform of its own, a browser with a signed-in administrator, pictures, and a list of the pages'
 * own errors that must stay empty.
 * @module
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { type Platform, type PlatformOptions, startPlatform } from './server.ts';

export const shots = path.join(import.meta.dirname, 'screenshots');
export const password = 'Jiangcheng-2026-shield';

export interface Stage {
  readonly platform: Platform;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors the pages had of themselves, wherever they happened. */
  readonly problems: string[];
  /** A new page of the administrator or of another context, watched like all. */
  open(context?: BrowserContext): Promise<Page>;
  shot(name: string, target?: Page): Promise<void>;
  /** Calls the API from inside the page, with its cookies, as its own code does. */
  call<T>(method: string, where: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

export interface StageOptions extends PlatformOptions {
  /** Prefix of the pictures' names. */
  readonly name: string;
  readonly organisation: string;
}

const reader = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' } as const;
export const desktop = { ...reader, viewport: { width: 1440, height: 860 } } as const;
export const phone = { ...reader, viewport: { width: 390, height: 844 }, hasTouch: true } as const;

/**
 * A page that waits as a person does: half a minute before it gives up, and never pressing anything in a dialog that still grows, where
 * the press may begin on a button and end beside it.
 */
export async function patientPage(context: BrowserContext, problems: string[]): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.addLocatorHandler(page.locator('.ant-zoom-appear, .ant-zoom-enter').first(), async () => undefined);
  page.on('pageerror', (error) => problems.push(error.message));
  return page;
}

export async function openStage({ name, organisation, ...options }: StageOptions): Promise<Stage> {
  mkdirSync(shots, { recursive: true });
  for (const file of readdirSync(shots)) if (file.startsWith(`${name}-`)) rmSync(path.join(shots, file));
  const [platform, browser] = await Promise.all([startPlatform(options), launchBrowser()]);
  const context = await browser.newContext({ ...desktop, acceptDownloads: true });
  const problems: string[] = [];
  const open = async (own = context) => {
    const page = await patientPage(own, problems);
    page.on('console', (message) => {
      if (message.type() !== 'error' || !message.location().url.startsWith(platform.url)) return;
      if (!/status of 4\d\d/.test(message.text())) problems.push(message.text());
    });
    return page;
  };
  const page = await open();
  await setUp(page, platform, organisation);
  return {
    platform,
    browser,
    context,
    page,
    problems,
    open,
    shot: async (title, target = page) =>
      void (await target.screenshot({ path: path.join(shots, `${name}-${title}.png`) })),
    call: async <T>(method: string, where: string, body?: unknown) => {
      const answer = await page.evaluate(
        async ([how, url, text]) => {
          const response = await fetch(url as string, {
            method: how as string,
            headers: { 'content-type': 'application/json', 'x-hedun-request': '1' },
            ...(text ? { body: text } : {}),
          });
          return { status: response.status, text: await response.text() };
        },
        [method, `${platform.url}/api/${where}`, body === undefined ? '' : JSON.stringify(body)],
      );
      if (answer.status >= 400) throw new Error(`${method} ${where}: ${answer.status} ${answer.text}`);
      return JSON.parse(answer.text) as T;
    },
    close: async () => {
      await browser.close();
      await platform.stop();
    },
  };
}

async function setUp(page: Page, platform: Platform, organisation: string): Promise<void> {
  await page.goto(platform.url + platform.setupPath);
  await page.getByLabel('根组织名称').fill(organisation);
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('姓名').fill('林青');
  await page.getByLabel('用户名').fill('linqing');
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByLabel('再次输入密码').fill(password);
  await page.getByRole('button', { name: '完成初始化' }).click();
  await page.getByRole('heading', { name: '总览' }).waitFor();
}

/** The list of a choice that is open; one that goes away is no longer it. */
export const openList = (page: Page): Locator =>
  page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden, .ant-slide-up-leave, .ant-slide-down-leave)');

/** Opens a choice and takes an entry of its list, which is gone before anything else is pressed. */
export async function pick(choice: Locator, entry: string | RegExp): Promise<void> {
  const page = choice.page();
  await choice.click();
  const list = openList(page);
  await list.getByText(entry, typeof entry === 'string' ? { exact: true } : {}).click();
  await page.locator('.ant-select-dropdown:visible').first().waitFor({ state: 'hidden' });
}

/** The same by the label of the choice. */
export const choose = (form: Locator | Page, label: string, entry: string | RegExp): Promise<void> =>
  pick(form.getByLabel(label, { exact: true }), entry);

/** Types a day or a moment into a calendar field and takes it. */
export async function typeDay(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.press('Enter');
}
