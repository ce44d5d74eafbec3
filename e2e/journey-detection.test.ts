/**
 * Detection in a real browser: a syslog source is connected and its first lines arrive, a line nobody could read gets its parser, logs are
 * searched, a Windows event log of an attack is imported, its incident shows the chain, a rule is tuned, the incident is handed over to a case.
 * @module
 */
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoBrowser } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

const reason = whyNoBrowser();
const sample = path.resolve(
  import.meta.dirname,
  '../../shared/data/detection/evtx/attack-samples/AutomatedTestingTools/PanacheSysmon_vs_AtomicRedTeam01.evtx',
);
const noSample = existsSync(sample) ? null : 'no attack sample under ../shared/data/detection/evtx';

describe.skipIf(reason !== null)(`the journey of detection${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  let port = 0;
  beforeAll(async () => {
    stage = await openStage({ name: 'detection', organisation: '江城市大数据局' });
  }, 300_000);
  afterAll(() => stage?.close());

  const send = async (lines: readonly string[]) => {
    const socket = createSocket('udp4');
    for (const line of lines) await new Promise((resolve) => socket.send(line, port, '127.0.0.1', resolve));
    socket.close();
  };
  const until = async <T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
    for (let left = 120; ; left -= 1) {
      const value = await look();
      if (holds(value)) return value;
      if (left === 0) throw new Error(`expected more, got ${JSON.stringify(value).slice(0, 800)}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  test('a syslog source is connected and its first lines arrive', async () => {
    const { page, platform, shot, call } = stage;
    await page.goto(`${platform.url}/detection/sources`);
    await page.getByRole('button', { name: '接入日志' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('来源名称').fill('出口防火墙');
    await dialog.getByLabel('监听地址').fill('127.0.0.1');
    await dialog.getByLabel('端口（0 为自动）').fill('0');
    await shot('01-connect');
    await dialog
      .getByRole('button', { name: '保 存' })
      .or(dialog.getByRole('button', { name: '保存' }))
      .click();
    await dialog.getByText('正在等待第一条日志…').waitFor();
    const { items } = await until(
      () => call<{ items: { health: { port: number } | null }[] }>('GET', 'detection/sources'),
      (answer) => (answer.items[0]?.health?.port ?? 0) > 0,
    );
    port = items[0]?.health?.port ?? 0;
    await shot('02-waiting');
    const now = () => new Date().toISOString();
    await send(
      Array.from(
        { length: 40 },
        (_, index) =>
          `<134>1 ${now()} fw01 ngfw - - - CEF:0|示例|NGFW|7|100${index % 4}|${['放行', '拒绝', '拒绝', '端口扫描'][index % 4]}|${3 + (index % 5)}|src=203.0.113.${index + 1} spt=${40_000 + index} dst=10.2.0.${index % 5} dpt=${[80, 443, 22, 3389][index % 4]} act=${index % 4 === 0 ? 'allow' : 'deny'}`,
      ),
    );
    await send(
      Array.from(
        { length: 12 },
        (_, index) =>
          `<86>1 ${now()} web01 sshd 9 - - Failed password for root from 203.0.113.77 port ${4000 + index} ssh2`,
      ),
    );
    await send(['门禁系统 2026-11-25 10:00:01 7 号门 卡号 4711 刷卡进入 来自 10.0.9.7', 'CEF:0|坏掉的头部']);
    await dialog.getByText('日志已到达').waitFor({ timeout: 60_000 });
    await shot('03-arrived');
    await dialog
      .getByRole('button', { name: /关\s?闭/ })
      .last()
      .click();
  });

  test('its record shows what came, and a line nobody could read gets a parser that reads it', async () => {
    const { page, shot, call } = stage;
    await page.getByText('出口防火墙').first().click();
    await page.getByRole('button', { name: '编写解析' }).first().waitFor({ timeout: 60_000 });
    await shot('04-source');
    await page.getByRole('button', { name: '编写解析' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('模式').fill('CEF:0|%{REST:message}');
    await dialog.getByText('解析结果').waitFor();
    await shot('05-parser');
    await page.keyboard.press('Escape');
    const { items } = await call<{ items: { health: { parsed: number; failed: number } }[] }>(
      'GET',
      'detection/sources',
    );
    expect(items[0]?.health.failed).toBe(1);
    expect(items[0]?.health.parsed).toBe(53);
  });

  test('logs are searched: suggestions, histogram, pivot', async () => {
    const { page, platform, shot } = stage;
    await page.goto(`${platform.url}/detection/hunting?filter=${encodeURIComponent('action:deny')}`);
    await page.getByText('30 条事件').waitFor({ timeout: 30_000 });
    await shot('06-hunting');
    await page.getByLabel('检索').first().fill('host:');
    await page.locator('.ant-select-item-option').filter({ hasText: 'fw01' }).first().waitFor();
    await shot('07-suggestions');
    await page.keyboard.press('Escape');
    await page.goto(
      `${platform.url}/detection/hunting?filter=${encodeURIComponent('host:web01 user:root')}&field=srcIp`,
    );
    await page.getByText('12 条事件').waitFor();
    await page.getByText('Failed password').first().click();
    await page.getByText('产品字段').waitFor();
    await shot('08-event');
  });

  test.skipIf(noSample !== null)(
    `an attack is imported and its incident shows the chain${noSample ? ` (skipped: ${noSample})` : ''}`,
    async () => {
      const { page, platform, shot } = stage;
      await page.goto(`${platform.url}/detection/sources`);
      await page.getByRole('button', { name: '导入文件' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[type=file]').setInputFiles(sample);
      await dialog.getByText(path.basename(sample)).waitFor();
      await dialog.getByRole('button', { name: '开始导入' }).click();
      await dialog.getByRole('button', { name: '查看安全事件' }).waitFor({ timeout: 120_000 });
      await shot('09-imported');
      await dialog.getByRole('button', { name: '查看安全事件' }).click();
      await page.getByRole('heading', { name: '攻击链' }).waitFor();
      await page.waitForTimeout(1500);
      await shot('10-incident');
      await page.getByText('时间线', { exact: true }).click();
      await shot('11-timeline');
      await page.goto(`${platform.url}/detection/alerts`);
      await page.getByText('来自导入的取证文件').first().waitFor();
      await shot('12-alerts');
    },
  );

  test.skipIf(noSample !== null)(
    `a rule is tuned from its alert, by an exception that ends${noSample ? ` (skipped: ${noSample})` : ''}`,
    async () => {
      const { page, platform, shot, call } = stage;
      await page.goto(`${platform.url}/detection/incidents`);
      await page.locator('.hd-cell-main').first().click();
      await page.getByRole('button', { name: '设例外' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('理由').fill('蓝队演练主机，月底前不再告警');
      await shot('13-tune');
      await dialog.locator('.ant-btn-primary').last().click();
      await dialog.waitFor({ state: 'detached' });
      const { items } = await call<{ items: { condition: string; reason: string; expiresAt: string }[] }>(
        'GET',
        'detection/exceptions',
      );
      expect(items).toHaveLength(1);
      expect(items[0]?.condition).toContain('Computer');
      expect(Date.parse(items[0]?.expiresAt ?? '')).toBeGreaterThan(Date.now());
    },
  );

  test.skipIf(noSample !== null)(
    `the incident is handed over to a case${noSample ? ` (skipped: ${noSample})` : ''}`,
    async () => {
      const { page, platform, shot, call } = stage;
      await page.goto(`${platform.url}/detection/incidents`);
      await page.locator('.hd-cell-main').first().click();
      await page.getByRole('button', { name: '移交处置' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('处置要求').fill('隔离主机，核查计划任务与启动项。');
      await shot('14-hand-over');
      await dialog.getByRole('button', { name: '移交处置' }).or(dialog.locator('.ant-btn-primary')).last().click();
      await page.getByRole('button', { name: '查看工单' }).waitFor();
      await page.getByRole('button', { name: '查看工单' }).click();
      await page.getByText('隔离主机，核查计划任务与启动项。').first().waitFor();
      await shot('15-case');
      const { items } = await call<{ items: { status: string; caseId: string | null; findingId: string | null }[] }>(
        'GET',
        'detection/incidents?filter=kind:import',
      );
      expect(items[0]).toMatchObject({
        status: 'handed_over',
        caseId: expect.any(String),
        findingId: expect.any(String),
      });
    },
  );

  test('no page had an error of its own', () => {
    expect(stage.problems).toEqual([]);
  });
});
