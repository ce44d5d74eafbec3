/**
 * Rules in a real browser: found, opened on the workbench, written with an error that is located, tried, tested, excepted, restored; a
 * repository imported; the ATT&CK matrix shows what is proved.
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoBrowser } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

const reason = whyNoBrowser();
const own = (name: string) => `title: ${name} started
id: 01920000-0000-4000-8000-00000000000${name.length}
author: 江城市网络安全中心
tags: [attack.execution, attack.t1204]
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: '\\${name}.exe'
  condition: selection
level: high
`;

describe.skipIf(reason !== null)(`the journey of rules${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ name: 'rules', organisation: '江城市大数据局' });
  }, 300_000);
  afterAll(() => stage?.close());

  test('the shipped rules are there, and one is opened on the workbench with its tests', async () => {
    const { page, platform, shot } = stage;
    await page.goto(`${platform.url}/detection/rules?filter=technique:T1003`);
    await page.getByText('借系统组件转储 LSASS').click();
    await page.getByRole('tab', { name: '测试 3/3' }).click();
    await page.getByRole('button', { name: '试运行', exact: true }).click();
    await page.getByText(/个事件，命中 \d+ 次/).waitFor();
    await shot('01-workbench');
  });

  test('a new rule: an error is located, the corrected text is saved in shadow', async () => {
    const { page, platform, shot, call } = stage;
    await page.goto(`${platform.url}/detection/rules`);
    await page.getByRole('button', { name: '新建规则' }).click();
    const area = page.getByRole('dialog').getByRole('textbox', { name: '规则' });
    await area.fill(own('demo').replace('|endswith', '|endsat'));
    await page.getByText('第 8 行').waitFor();
    await shot('02-located');
    await area.fill(own('demo'));
    await page.getByText('规则可以运行').waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /保\s?存/ })
      .click();
    await page.getByText('demo started').first().waitFor();
    const { items } = await call<{ items: { mode: string; origin: string }[] }>('GET', 'detection/rules?filter=demo');
    expect(items).toMatchObject([{ mode: 'shadow', origin: 'own' }]);
    await shot('03-saved');
  });

  test('an exception is set up and ends by itself', async () => {
    const { page, shot } = stage;
    await page.getByText('demo started').first().click();
    await page.getByRole('tab', { name: '例外 0' }).click();
    await page.getByRole('button', { name: '设立例外' }).click();
    const dialog = page.getByRole('dialog').last();
    await dialog.getByLabel('条件').fill("Image|startswith: 'D:\\backup\\'");
    await dialog.getByLabel('理由').fill('备份程序每日运行');
    await shot('04-exception');
    await dialog.getByRole('button', { name: /设立例外|提\s?交|确\s?定/ }).click();
    await page.getByRole('tab', { name: '例外 1' }).waitFor();
    await shot('05-excepted');
  });

  test('a repository comes in with its licence, and what cannot run says why', async () => {
    const { page, platform, shot } = stage;
    const folder = mkdtempSync(path.join(tmpdir(), 'hedun-rules-'));
    try {
      const file = path.join(folder, 'rules.zip');
      writeFileSync(
        file,
        zipSync({
          'set/one.yml': strToU8(own('other')),
          'set/bad.yml': strToU8(own('broken1').replace('|endswith', '|sounds')),
        }),
      );
      await page.goto(`${platform.url}/detection/rules`);
      await page.getByRole('button', { name: '导入规则库' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[type=file]').setInputFiles(file);
      await dialog.getByLabel('规则集名称').fill('社区规则');
      await dialog.getByLabel('许可证').fill('DRL-1.1');
      await shot('06-import');
      await dialog
        .getByRole('button', { name: /导入|提\s?交|确\s?定/ })
        .last()
        .click();
      await page.getByText('1 条可用，1 条拒绝').waitFor({ timeout: 60_000 });
      await shot('07-set');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the ATT&CK matrix shows what tests prove, and leads to the rules', async () => {
    const { page, platform, shot, problems } = stage;
    await page.goto(`${platform.url}/detection/attack`);
    await page.getByText(/规则涉及 \d+ 项技术，其中 \d+ 项经测试证实/).waitFor();
    await shot('08-attack');
    await page.getByText('T1003.006').click();
    await page.getByText('非域控账号请求目录复制').waitFor();
    expect(problems).toEqual([]);
  });
});
