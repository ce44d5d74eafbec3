/**
 * The security office's loop in a real browser: a scan becomes findings of two units, each unit gets one notice, a contact signs and reports
 * the fix from a phone, the office re-checks with a second scan, archives, and the monthly report says what the database holds.
 * People and systems are set up through the API; what a person does in the loop is done on the pages.
 * @module
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, whyNoBrowser } from './browser.ts';
import { type Platform, startPlatform } from './server.ts';
import { desktop, patientPage, phone, shots } from './stage.ts';

const reason = whyNoBrowser();
const fixtures = path.resolve(import.meta.dirname, '../capabilities/workdesk/test/fixtures');
const password = 'Guizishan-2026-shield';
interface Notice {
  readonly id: string;
  readonly number: string;
  readonly organisationId: string;
  readonly status: string;
}

describe.skipIf(reason !== null)(`the journey of the workdesk${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let platform: Platform;
  let browser: Browser;
  let office: Page;
  let pocket: BrowserContext;
  let contact: Page;
  let computing = '';
  let history = '';
  let root = '';
  const problems: string[] = [];
  const shot = (name: string, page = office) => page.screenshot({ path: path.join(shots, `workdesk-${name}.png`) });

  /** Calls the API from inside a page, with its cookies, as its own code does. */
  async function call<T>(page: Page, method: string, where: string, body?: unknown): Promise<T> {
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
  }
  const notices = async (page: Page) => (await call<{ items: Notice[] }>(page, 'GET', 'workdesk/notices')).items;
  const until = async <T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
    for (let left = 60; ; left -= 1) {
      const value = await look();
      if (holds(value) || left === 0) return value;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    [platform, browser] = await Promise.all([startPlatform(), launchBrowser()]);
    const desk = await browser.newContext(desktop);
    office = await patientPage(desk, problems);
    await office.goto(platform.url + platform.setupPath);
    await office.getByLabel('根组织名称').fill('江城大学');
    await office.getByRole('button', { name: '下一步' }).click();
    await office.getByLabel('姓名').fill('林青');
    await office.getByLabel('用户名').fill('linqing');
    await office.getByLabel('密码', { exact: true }).fill(password);
    await office.getByLabel('再次输入密码').fill(password);
    await office.getByRole('button', { name: '完成初始化' }).click();
    await office.getByRole('heading', { name: '总览' }).waitFor();
    root = (await call<{ items: { id: string }[] }>(office, 'GET', 'kernel/organisations')).items[0]?.id ?? '';
    const unit = (name: string) =>
      call<{ id: string }>(office, 'POST', 'kernel/organisations', { parentId: root, name, kind: 'department' });
    [computing, history] = [(await unit('计算机学院')).id, (await unit('历史文化学院')).id];
    for (const [organisationId, name, identifiers, protectionLevel] of [
      [computing, '教务系统', ['jw.example.edu.cn', '10.1.0.5'], 3],
      [history, '数字档案馆', ['archive.example.edu.cn'], 2],
    ] as const)
      await call(office, 'POST', 'kernel/assets', {
        organisationId,
        kind: 'information-system',
        name,
        identifiers,
        protectionLevel,
      });
    const { items: roles } = await call<{ items: { id: string; name: string }[] }>(office, 'GET', 'kernel/roles');
    const { invitation } = await call<{ invitation: { path: string } }>(office, 'POST', 'kernel/users', {
      organisationId: computing,
      name: 'chenmo',
      displayName: '陈默',
      roleId: roles.find(({ name }) => name === 'unit-contact')?.id,
    });
    pocket = await browser.newContext(phone);
    contact = await patientPage(pocket, problems);
    await contact.goto(platform.url + invitation.path);
    await contact.getByLabel('密码', { exact: true }).fill(password);
    await contact.getByLabel('再次输入密码').fill(password);
    await contact.getByRole('button', { name: '设置密码并登录' }).click();
    await contact.getByRole('heading', { name: '总览' }).waitFor();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await shot('failed-office').catch(() => undefined);
    await shot('failed-contact', contact).catch(() => undefined);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
  });

  test('imports a scan: two units, and one address nobody answers for', async () => {
    await office.goto(`${platform.url}/workdesk/imports`);
    await office.getByRole('button', { name: '导入扫描结果' }).first().click();
    const dialog = office.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(path.join(fixtures, 'campus-nuclei.jsonl'));
    await dialog.getByText('识别为 Nuclei JSON，共 6 条发现').waitFor();
    await dialog.getByText('printer.example.edu.cn').first().waitFor();
    await shot('01-import-preview');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('正在入库').waitFor();
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    const { items } = await until(
      () => call<{ items: { status: string; raised: number; unresolved: number }[] }>(office, 'GET', 'workdesk/scans'),
      ({ items: [row] }) => row?.status === 'done',
    );
    expect(items).toMatchObject([{ status: 'done', raised: 5, unresolved: 1 }]);
    await office.goto(`${platform.url}/workdesk/imports`);
    await office.getByText('campus-nuclei.jsonl').first().click();
    await office.getByText('再次出现').first().waitFor();
    await shot('02-import-done');
  });

  test('assigns what nobody answers for', async () => {
    await office.goto(`${platform.url}/workdesk/inbox`);
    await office.getByText('printer.example.edu.cn').first().click();
    await office.getByRole('button', { name: '归属到单位' }).waitFor();
    await shot('03-inbox');
    await call(office, 'POST', 'workdesk/inbox/assign', {
      target: 'printer.example.edu.cn',
      organisationId: computing,
    });
    await office.reload();
    await office.getByText('扫描到的地址都已有责任单位').waitFor();
  });

  test('gives one notice to each unit', async () => {
    await office.goto(`${platform.url}/workdesk/notices?show=pending`);
    await office.getByText('计算机学院').first().waitFor();
    await office.locator('.ant-table-thead input[type=checkbox]').check();
    await shot('04-pending');
    await office.getByRole('button', { name: /下发通报（2 个单位，6 项）/ }).click();
    const dialog = office.getByRole('dialog');
    await dialog.getByLabel('整改要求').fill('请于规定期限内完成整改，并反馈佐证材料。');
    await shot('05-issue');
    await dialog.getByRole('button', { name: '下发通报' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await office.getByText('〔2026〕2号').first().waitFor();
    expect((await notices(office)).map(({ organisationId }) => organisationId).sort()).toEqual(
      [computing, history].sort(),
    );
    await shot('06-notices');
  });

  test('the contact sees only the own notice, signs it and reports the fix from a phone', async () => {
    const own = await notices(contact);
    expect(own.map(({ organisationId }) => organisationId)).toEqual([computing]);
    const foreign = (await notices(office)).find(({ organisationId }) => organisationId === history)?.id ?? '';
    await expect(call(contact, 'GET', `workdesk/notices/${foreign}`)).rejects.toThrow('404');
    await expect(call(contact, 'GET', `kernel/cases/${foreign}`)).rejects.toThrow('404');
    const { items: findings } = await call<{ items: { organisationId: string }[] }>(contact, 'GET', 'kernel/findings');
    expect(new Set(findings.map(({ organisationId }) => organisationId))).toEqual(new Set([computing]));
    await contact.goto(`${platform.url}/workdesk/notices`);
    await contact.getByText('关于计算机学院').first().waitFor();
    await shot('07-phone-list', contact);
    expect(await contact.getByText('历史文化学院').count()).toBe(0);
    await contact.goto(`${platform.url}/workdesk/notices/${own[0]?.id}`);
    await contact.getByRole('button', { name: '签收' }).click();
    await contact.getByRole('dialog').getByRole('button', { name: '签收' }).click();
    await contact.getByRole('button', { name: '反馈整改情况' }).waitFor();
    expect(await contact.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await shot('08-phone-notice', contact);
    await contact.getByRole('button', { name: '反馈整改情况' }).click();
    const dialog = contact.getByRole('dialog');
    await dialog.getByLabel('整改措施').fill('Log4j 已升级到 2.17.1，弱加密套件已禁用，打印机口令已修改。');
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: '升级记录.txt', mimeType: 'text/plain', buffer: Buffer.from('log4j-core-2.17.1.jar') });
    await dialog.getByText('升级记录.txt').waitFor();
    await contact.locator('.ant-upload-list-item-done').waitFor();
    await shot('09-phone-fix', contact);
    await dialog.getByRole('button', { name: '反馈整改情况' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await notices(contact))[0]?.status).toBe('submitted');
  });

  test('the office re-checks with a second scan, verifies and archives', async () => {
    const id = (await notices(office)).find(({ organisationId }) => organisationId === computing)?.id ?? '';
    await office.goto(`${platform.url}/workdesk/notices/${id}`);
    await office.getByRole('button', { name: '以新扫描复测' }).click();
    const dialog = office.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(path.join(fixtures, 'campus-nuclei-recheck.jsonl'));
    await office.locator('.ant-upload-list-item-done').waitFor();
    await dialog.getByRole('button', { name: '以新扫描复测' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await office.getByText('复测：已消除 4 项，仍存在 0 项，未覆盖 0 项').waitFor();
    await shot('10-rechecked');
    await office.getByRole('button', { name: '复核通过' }).click();
    await office.getByRole('dialog').getByRole('button', { name: '复核通过' }).click();
    await office.getByRole('button', { name: '归档' }).click();
    await office.getByRole('dialog').getByRole('button', { name: '归档' }).click();
    await office.getByText('已归档').first().waitFor();
    await office.getByRole('tab', { name: '经过' }).click();
    await office.getByText('复测（campus-nuclei-recheck.jsonl）').first().waitFor();
    await shot('11-archived');
    for (const [document, format] of [
      ['notice', 'pdf'],
      ['notice', 'docx'],
      ['receipt', 'pdf'],
      ['receipt', 'docx'],
    ] as const) {
      const file = await call<{ size: number }>(office, 'POST', `workdesk/notices/${id}/document`, {
        document,
        format,
      });
      expect(file.size).toBeGreaterThan(4000);
    }
  });

  test('the monthly report says what the database holds', async () => {
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
    const read = () => call<Record<string, number>>(office, 'GET', `workdesk/months/${month}`);
    // Counted another way: by the kernel's own lists.
    const count = async (where: string) => (await call<{ total: number }>(office, 'GET', where)).total;
    // The board counts a changed unit again within seconds.
    const verified = await count('kernel/findings?filter=status%3Averified');
    await expect.poll(async () => (await read()).verified, { timeout: 30_000 }).toBe(verified);
    const figures = await read();
    expect(figures.verified).toBe(await count('kernel/findings?filter=status%3Averified'));
    expect(figures.found).toBe(await count('kernel/findings'));
    expect(figures.issued).toBe(await count('kernel/cases?filter=kind%3Anotice'));
    expect(figures.archived).toBe(await count('kernel/cases?filter=status%3Aarchived'));
    await office.goto(`${platform.url}/workdesk/board`);
    await office.getByText('各单位情况').waitFor();
    await office.locator('svg path').first().waitFor();
    await shot('12-board');
    const file = await call<{ href: string; size: number }>(office, 'POST', `workdesk/months/${month}/report`, {
      organisationId: root,
      format: 'pdf',
    });
    const text = await pdfText(office, platform.url + file.href);
    expect(text).toContain('网络安全工作月报');
    expect(text).toContain(`新发现安全隐患 ${figures.found} 项`.replaceAll(' ', ''));
    expect(text).toContain(`复核消除 ${figures.verified} 项`.replaceAll(' ', ''));
    expect(text).toContain(`下发通报 ${figures.issued} 份`.replaceAll(' ', ''));
    expect(text).toContain(`办结归档 ${figures.archived} 份`.replaceAll(' ', ''));
  });

  test('every number leads to the list it counts, the year too; the screen and the printed page', async () => {
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
    const figures = await call<Record<string, number>>(office, 'GET', `workdesk/months/${month}`);
    for (const figure of ['found', 'verified', 'openAtEnd', 'issued', 'archived', 'overdueAtEnd'])
      expect(
        (await call<{ total: number }>(office, 'GET', `workdesk/counted?filter=figure%3A${figure}%20period%3A${month}`))
          .total,
        figure,
      ).toBe(figures[figure]);
    await office.goto(`${platform.url}/workdesk/board`);
    await office.getByRole('link', { name: /^复核消除/ }).click();
    await office.getByRole('heading', { name: `复核消除 · ${month}` }).waitFor();
    await office.getByText(`共 ${figures.verified} 条`).waitFor();
    await shot('13-counted');
    await office.goto(`${platform.url}/workdesk/board?month=${month.slice(0, 4)}`);
    await office.getByText('单位与类型热力').waitFor();
    await office.locator('.hd-heat a').first().waitFor();
    await shot('14-year');
    await office.emulateMedia({ media: 'print' });
    await shot('15-print');
    expect(await office.locator('.hd-side').isVisible()).toBe(false);
    await office.emulateMedia({ media: null });
    await office.goto(`${platform.url}/workdesk/screen`);
    await office.getByText('未消除最多的单位').waitFor();
    await office.locator('.hd-screen .hd-figure').first().waitFor();
    await shot('16-screen');
    const file = await call<{ name: string; size: number }>(
      office,
      'POST',
      `workdesk/years/${month.slice(0, 4)}/report`,
      {
        organisationId: root,
        format: 'docx',
      },
    );
    expect(file.name).toContain('网络安全工作年报');
  });

  test('no page broke on the way', () => {
    expect(problems).toEqual([]);
  });
});

/** The text of a PDF the platform keeps, without spaces, read by another program than the one that drew it. */
async function pdfText(page: Page, url: string): Promise<string> {
  const base64 = await page.evaluate(async (address) => {
    const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }, url);
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const pdf = await getDocument({
    data: new Uint8Array(Buffer.from(base64, 'base64')),
    useSystemFonts: false,
    verbosity: 0,
  }).promise;
  let text = '';
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    text += items.map((item) => ('str' in item ? item.str : '')).join('');
  }
  await pdf.destroy();
  return text.replaceAll(/\s/g, '');
}
