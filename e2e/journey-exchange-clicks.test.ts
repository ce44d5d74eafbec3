/**
 * The exchange by hand: two people, each in a browser of their own, found a consortium, vote, define and grant attributes, publish a file under a policy
 * clicked together, fetch and decrypt it, also after it was encrypted again, and are refused after a revocation. Everything by clicks and keys; only the
 * second person's account is made ready.
 * @module
 */
import { readFileSync } from 'node:fs';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { whyNoBrowser } from './browser.ts';
import { desktop, openStage, password, type Stage } from './stage.ts';

const reason = whyNoBrowser();
const content = Buffer.from(Array.from({ length: 4000 }, (_, hour) => `${hour},${(hour * 37) % 991}\n`).join(''));

describe.skipIf(reason !== null)(`sharing by hand${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  let context: BrowserContext;
  let page: Page;
  let other: Page;

  beforeAll(async () => {
    stage = await openStage({ name: 'exchange-clicks', organisation: '江城电力' });
    page = stage.page;
    const { items } = await stage.call<{ items: { id: string }[] }>('GET', 'kernel/organisations');
    const roles = await stage.call<{ items: { id: string; name: string }[] }>('GET', 'kernel/roles');
    const { invitation } = await stage.call<{ invitation: { path: string } }>('POST', 'kernel/users', {
      organisationId: items[0]!.id,
      name: 'zhoulan',
      displayName: '周岚',
      roleId: roles.items.find((role) => role.name === 'administrator')?.id,
    });
    context = await stage.browser.newContext({ ...desktop, acceptDownloads: true });
    other = await stage.open(context);
    await other.goto(`${stage.platform.url}${invitation.path}`);
    await other.getByLabel('密码', { exact: true }).fill(password);
    await other.getByLabel('再次输入密码').fill(password);
    await other.getByRole('button', { name: '设置密码并登录' }).click();
    await other.getByRole('heading', { name: '总览' }).waitFor();
  });
  afterAll(async () => {
    await context?.close();
    await stage?.close();
  });
  const to = (who: Page, path: string) => who.goto(`${stage.platform.url}${path}`);
  const dialogOf = (who: Page) => who.getByRole('dialog').last();
  const send = async (who: Page, verb: string) => {
    await dialogOf(who).getByRole('button', { name: verb, exact: true }).click();
    await who.getByRole('dialog').waitFor({ state: 'hidden' });
  };
  /** Opens a list and takes one of its entries, as a person does. */
  const pick = async (who: Page, within: Page | Locator, label: string, option: string, nth = 0) => {
    const entries = who.locator('.ant-select-item-option:visible');
    // A list that is closing stays for a moment, and would be taken for the one that opens.
    await expect.poll(() => entries.count()).toBe(0);
    // The whole name: 属性 is the beginning of 属性值; a required field has a star before its name.
    await within
      .getByRole('combobox', { name: new RegExp(`(^|[\\s*])${label}$`) })
      .nth(nth)
      .click();
    await entries.filter({ hasText: option }).first().click();
  };

  test('found, vote, grant, publish by clicks, decrypt in the browser, encrypt again, revoke, refused', async () => {
    onTestFailed(async () => {
      await stage.shot('failed-first').catch(() => undefined);
      await stage.shot('failed-second', other).catch(() => undefined);
    });

    // A ledger, two identities, a consortium.
    await to(page, '/exchange/ledger');
    await page.getByRole('button', { name: '建立账本' }).first().click();
    await dialogOf(page).getByLabel('域标识').fill('grid');
    await dialogOf(page).getByLabel('名称').fill('调度域账本');
    await stage.shot('01-create-ledger');
    await send(page, '建立账本');
    for (const who of [page, other]) {
      await to(who, '/exchange/members');
      await who.getByRole('button', { name: '申领我的身份' }).click();
      await send(who, '申领账本身份');
      await who.getByText('did:hedun:grid:').first().waitFor();
    }
    await page.reload();
    await page.getByRole('button', { name: '创立联盟' }).click();
    await pick(page, dialogOf(page), '首批管理者', '林青');
    await page.keyboard.press('Escape');
    await pick(page, dialogOf(page), '兼任属性授权', '林青');
    await page.keyboard.press('Escape');
    await stage.shot('02-found');
    await send(page, '创立联盟');
    await page.getByText('提案与表决').waitFor();
    await page.getByRole('row', { name: /周岚/ }).getByRole('button', { name: '提议接纳' }).click();
    await send(page, '提议接纳成员');
    await page.getByRole('button', { name: '同意' }).click();
    await page.getByRole('row', { name: /周岚/ }).getByText('已通过').waitFor();
    await page.getByRole('row', { name: /周岚/ }).getByText('有效').waitFor();
    await stage.shot('03-voted');

    // Attributes: a word and a number.
    await to(page, '/exchange/attributes');
    await page.getByRole('button', { name: '设立授权中心' }).click();
    await dialogOf(page).getByLabel('名称').fill('供电局属性中心');
    await send(page, '设立属性授权中心');
    for (const [name, kind, title, values] of [
      ['dept', '取值', '部门', ['dispatch', 'market']],
      ['level', '数字', '职级', []],
    ] as const) {
      await page.getByRole('button', { name: '登记属性' }).first().click();
      const dialog = dialogOf(page);
      await dialog.getByLabel('标识（策略中使用）').fill(name);
      await pick(page, dialog, '类型', kind);
      await dialog.getByLabel('名称').fill(title);
      for (const word of values) {
        await dialog.getByRole('combobox', { name: '可选值' }).fill(word);
        await page.keyboard.press('Enter');
      }
      if (name === 'dept') await stage.shot('04-define');
      await send(page, '登记属性');
      await page.getByRole('cell', { name, exact: true }).waitFor();
    }

    // The holder makes a pair and asks.
    await to(other, '/exchange/mine');
    await other.getByRole('button', { name: '生成密钥对' }).click();
    await other.getByText('私钥保存在本机浏览器中，从未离开本机。').waitFor();
    for (const [attribute, value] of [
      ['部门', 'dispatch'],
      ['职级', '4'],
    ] as const) {
      await other.getByRole('button', { name: '申请属性' }).first().click();
      await pick(other, dialogOf(other), '属性', attribute);
      await dialogOf(other).getByLabel('属性值').fill(value);
      await dialogOf(other).getByLabel('申请理由').fill('负荷分析');
      await send(other, '申请属性');
    }
    await other.getByRole('cell', { name: 'level' }).waitFor();
    await stage.shot('05-mine', other);

    // The authority grants.
    await page.reload();
    for (let left = 2; left > 0; left -= 1) {
      await expect.poll(() => page.getByRole('button', { name: '授予', exact: true }).count()).toBe(left);
      await page.getByRole('button', { name: '授予', exact: true }).first().click();
      await send(page, '授予属性');
    }
    await page.getByText('已授予').nth(1).waitFor();
    await stage.shot('06-granted');

    // A file under a policy clicked together.
    await to(page, '/exchange/objects');
    await page.getByRole('button', { name: '发布数据' }).first().click();
    const publish = dialogOf(page);
    await publish
      .locator('input[type=file]')
      .setInputFiles({ name: 'load.csv', mimeType: 'text/csv', buffer: content });
    await publish.getByLabel('标题').fill('负荷曲线');
    await pick(page, publish, '属性', '部门');
    await pick(page, publish, '属性值', 'dispatch');
    await publish.getByRole('button', { name: '添加条件' }).click();
    await pick(page, publish, '属性', '职级', 1);
    await publish.getByRole('spinbutton', { name: '属性值' }).fill('3');
    await publish.getByText('dept:dispatch and level>=3').waitFor();
    await stage.shot('07-publish');
    await send(page, '发布数据');
    await page.getByText('负荷曲线').first().waitFor();
    await stage.shot('08-published');

    // Fetched and decrypted in the holder's browser.
    await to(other, '/exchange/mine');
    await other.getByText('供电局属性中心').first().waitFor();
    await to(other, '/exchange/objects');
    await other.getByText('负荷曲线').first().click();
    await other.getByLabel('用途').fill('夏季负荷分析');
    const arriving = other.waitForEvent('download');
    await other.getByRole('button', { name: '获取并解密' }).click();
    const arrived = readFileSync(await (await arriving).path());
    expect(arrived.equals(content)).toBe(true);
    await other.getByText('已在本机解密并保存').waitFor();
    await other.getByText('夏季负荷分析').first().waitFor();
    await stage.shot('09-opened', other);

    // Encrypted again under another key; the holder opens what lies there now.
    await to(page, '/exchange/objects');
    await page.getByText('负荷曲线').first().click();
    await page.getByRole('button', { name: '换密钥重新加密' }).click();
    await dialogOf(page).getByText('旧密文随后删除').waitFor();
    await stage.shot('10-rekey');
    await dialogOf(page).getByRole('button', { name: '换密钥重新加密' }).click();
    const version = async () =>
      (await stage.call<{ items: { headerVersion: number }[] }>('GET', 'exchange/objects')).items[0]?.headerVersion;
    await expect.poll(version).toBe(2);
    await other.reload();
    await other.getByLabel('用途').fill('换密钥后再取');
    const anew = other.waitForEvent('download');
    await other.getByRole('button', { name: '获取并解密' }).click();
    expect(readFileSync(await (await anew).path()).equals(content)).toBe(true);
    await other.getByText('换密钥后再取').first().waitFor();

    // Revoked, asked again, refused and recorded.
    await to(page, '/exchange/attributes');
    await page
      .getByRole('row', { name: /dept.*dispatch/ })
      .getByRole('button', { name: '撤销' })
      .click();
    await dialogOf(page).getByLabel('撤销理由').fill('岗位调整');
    await send(page, '撤销属性');
    await page.getByText('已撤销').first().waitFor();
    await other.reload();
    await other.getByLabel('用途').fill('再次获取');
    await other.getByRole('button', { name: '获取并解密' }).click();
    await other.getByText('您的属性不满足访问策略').waitFor();
    await other.getByText('再次获取').first().waitFor();
    await stage.shot('11-refused', other);
    expect(stage.problems).toEqual([]);
  }, 600_000);
});
