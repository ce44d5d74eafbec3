/**
 * Training and assessment in a real browser: the office publishes an article with a file, writes a course with its quiz, assigns it to a unit; the
 * contact reads, fails, passes and takes the certificate away; the assessment counts it, the unit appeals and is answered.
 * @module
 */
import { readFileSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { whyNoBrowser } from './browser.ts';
import { desktop, openList, openStage, password, pick, type Stage } from './stage.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== null)(`the journey of training${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  let other: BrowserContext;
  let contact: Page;
  let unit = '';

  beforeAll(async () => {
    stage = await openStage({ name: 'training', organisation: '江城大学' });
    const { items } = await stage.call<{ items: { id: string }[] }>('GET', 'kernel/organisations');
    const roles = await stage.call<{ items: { id: string; name: string }[] }>('GET', 'kernel/roles');
    const made = await stage.call<{ id: string }>('POST', 'kernel/organisations', {
      parentId: items[0]?.id,
      name: '计算机学院',
      kind: 'school',
    });
    unit = made.id;
    const { invitation } = await stage.call<{ invitation: { path: string } }>('POST', 'kernel/users', {
      organisationId: unit,
      name: 'zhangmin',
      displayName: '张敏',
      roleId: roles.items.find(({ name }) => name === 'unit-contact')?.id,
    });
    other = await stage.browser.newContext({ ...desktop, acceptDownloads: true });
    contact = await stage.open(other);
    await contact.goto(`${stage.platform.url}${invitation.path}`);
    await contact.getByLabel('密码', { exact: true }).fill(password);
    await contact.getByLabel('再次输入密码').fill(password);
    await contact.getByRole('button', { name: '设置密码并登录' }).click();
    await contact.getByRole('heading', { name: '总览' }).waitFor();
  });
  afterAll(async () => {
    await other?.close();
    await stage?.close();
  });
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      await stage.shot(`failed-${task.name.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
      await stage.shot(`failed-contact-${task.name.replaceAll(/\W+/g, '-')}`, contact).catch(() => undefined);
    });
  });
  const visit = async (link: string, page = stage.page) =>
    await page.getByRole('navigation').getByRole('link', { name: link, exact: true }).click();

  test('publishes an article with a file that every unit can take', async () => {
    const { page, shot } = stage;
    await visit('知识库');
    await page.getByRole('button', { name: '写文章' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('标题').fill('弱口令整改指南');
    await dialog.getByLabel('正文').fill('# 怎么改\n\n- 立即修改默认口令\n- 启用双因素认证\n\n改完后请在通报中反馈。');
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: '加固清单.txt', mimeType: 'text/plain', buffer: Buffer.from('一、修改默认口令') });
    await dialog.getByText('加固清单.txt').waitFor();
    await shot('01-article-form');
    await dialog.getByRole('button', { name: '保存文章' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await visit('知识库', contact);
    await contact.getByText('弱口令整改指南').click();
    await contact.getByText('立即修改默认口令').waitFor();
    await stage.shot('02-article', contact);
    const [download] = await Promise.all([
      contact.waitForEvent('download'),
      contact.getByRole('button', { name: '加固清单.txt' }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toBe('一、修改默认口令');
  });

  test('writes a course with its quiz', async () => {
    const { page, shot } = stage;
    await visit('培训考试');
    await page.getByText('课程', { exact: true }).click();
    await page.getByRole('button', { name: '新建课程' }).click();
    await page.getByRole('button', { name: '增加部分' }).click();
    await page.getByLabel('部分名称').fill('测验');
    await page.getByLabel('题目').fill('口令至少多少位？');
    await page.getByLabel('选项').nth(0).fill('6 位');
    await page.getByLabel('选项').nth(1).fill('12 位');
    await page.getByRole('checkbox', { name: '正确' }).nth(1).check();
    await page.getByRole('button', { name: '增加题目' }).click();
    await page.getByLabel('题目').nth(1).fill('哪些做法是对的？');
    await pick(page.getByLabel('题型').nth(1), '多选');
    await page.getByLabel('选项').nth(2).fill('一处一密');
    await page.getByLabel('选项').nth(3).fill('写在便签上');
    await page.getByRole('checkbox', { name: '正确' }).nth(2).check();
    await page.getByLabel('标题').fill('弱口令的危害与防范');
    await page.getByLabel('正文').fill('# 为什么\n\n弱口令是最常见的入口。');
    await page.getByLabel('发布').click();
    await shot('03-course');
    await page.getByRole('button', { name: '保存课程' }).click();
    await page.getByText('弱口令的危害与防范').waitFor();
  });

  test('assigns it to the unit', async () => {
    const { page, shot } = stage;
    await page.locator('.hd-row').getByRole('button', { name: '布置' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('单位', { exact: true }).click();
    await openList(page).getByText('计算机学院').click();
    await page.keyboard.press('Escape');
    await dialog.getByLabel('原因').fill('近期弱口令通报较多');
    await shot('04-assign');
    await dialog.getByRole('button', { name: '布置课程' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => page.locator('.hd-row').getByText('0 / 1').count()).toBe(1);
  });

  test('is learnt, failed, passed and certified by the contact', async () => {
    await visit('培训考试', contact);
    await contact.getByRole('button', { name: '学习' }).click();
    await contact.getByText('弱口令是最常见的入口。').waitFor();
    await contact.getByRole('button', { name: '提交答卷' }).click();
    await contact.getByText('请作答').first().waitFor();
    await contact.getByRole('radio', { name: '6 位', exact: true }).check();
    await contact.getByRole('checkbox', { name: '写在便签上' }).check();
    await stage.shot('05-quiz', contact);
    await contact.getByRole('button', { name: '提交答卷' }).click();
    await contact.getByText(/未通过，还可考 2 次/).waitFor();
    await contact.getByRole('radio', { name: '12 位', exact: true }).check();
    await contact.getByRole('checkbox', { name: '写在便签上' }).uncheck();
    await contact.getByRole('checkbox', { name: '一处一密' }).check();
    await contact.getByRole('button', { name: '提交答卷' }).click();
    await contact.getByText('成绩 100 分，已通过').waitFor();
    await stage.shot('06-passed', contact);
    const [download] = await Promise.all([
      contact.waitForEvent('download', { timeout: 60_000 }),
      contact.getByRole('button', { name: '下载证书' }).click(),
    ]);
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });

  test('shows the office who has passed', async () => {
    const { page, shot } = stage;
    await visit('培训考试');
    await page.getByText('学习情况', { exact: true }).click();
    await page.locator('.hd-row').getByText('已通过').waitFor();
    await page
      .locator('.hd-row')
      .getByText(/培训证〔\d{4}〕0001号/)
      .waitFor();
    await shot('07-people');
  });

  test('counts in the assessment, which the unit sees, appeals and gets answered', async () => {
    const { page, shot } = stage;
    await visit('安全考核');
    await page.getByRole('button', { name: '新建考核' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('考核名称').fill('年度网络安全考核');
    const year = new Date().getFullYear();
    await dialog.getByLabel('起', { exact: true }).fill(`${year}-01-01`);
    await page.keyboard.press('Enter');
    await dialog.getByLabel('止', { exact: true }).fill(`${year + 1}-12-31`);
    await page.keyboard.press('Enter');
    await dialog.getByText('权重合计 100').waitFor();
    await shot('08-scheme');
    await dialog.getByRole('button', { name: '保存方案' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('年度网络安全考核').first().click();
    await page.locator('.hd-panel').getByRole('button', { name: '测算得分' }).click();
    await page.locator('.hd-panel').getByText('计算机学院').waitFor();
    await page.locator('.hd-panel').getByRole('button', { name: '公布结果' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '公布结果' }).click();
    await page.locator('.hd-panel').getByText('申诉截止').waitFor();
    await shot('09-ranking');
    await visit('安全考核', contact);
    await contact.getByText('年度网络安全考核').first().click();
    await contact.locator('.hd-panel').getByText('弱口令的危害与防范').waitFor();
    await stage.shot('10-own-result', contact);
    await contact.locator('.hd-panel').getByRole('button', { name: '申诉' }).click();
    await contact.getByRole('dialog').getByLabel('理由').fill('另有一名同志已完成培训');
    await contact.getByRole('dialog').getByRole('button', { name: '申诉' }).click();
    await contact.locator('.hd-panel').getByText('待答复').waitFor();
    await page.reload();
    await page.locator('.hd-panel').getByRole('button', { name: '答复' }).click();
    await page.getByRole('dialog').getByLabel('答复').fill('经核实，不予采纳。');
    await page.getByRole('dialog').getByRole('button', { name: '答复申诉' }).click();
    await page.locator('.hd-panel').getByText('未采纳').waitFor();
    await page.locator('.hd-panel').getByRole('button', { name: '定案' }).click();
    await page.locator('.hd-panel').getByText('已定案').waitFor();
  });

  test('had no error of its own on any page', () => {
    expect(stage.problems).toEqual([]);
  });
});
