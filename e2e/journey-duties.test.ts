/**
 * The office's daily duties in a real browser. An announcement with a file is published, read and confirmed on a phone, counted. A protection
 * period asks two units: one reports by a press, one reports something abnormal, the board says who is missing. A self-check is designed by
 * clicks, sent to both, filled in on a phone with a question that appears and an attachment, returned once, accepted, merged and exported.
 * @module
 */
import { readFileSync } from 'node:fs';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { whyNoBrowser } from './browser.ts';
import { choose, desktop, openStage, password, phone, pick, type Stage } from './stage.ts';

const reason = whyNoBrowser();

describe.skipIf(reason !== null)(`the journey of duties${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  let contexts: BrowserContext[] = [];
  /** 张敏 of 计算机学院, on a phone; 周岚 of 历史文化学院, at a desk. */
  let contact: Page;
  let other: Page;

  beforeAll(async () => {
    stage = await openStage({ name: 'duties', organisation: '江城大学' });
    const { items } = await stage.call<{ items: { id: string }[] }>('GET', 'kernel/organisations');
    const roles = await stage.call<{ items: { id: string; name: string }[] }>('GET', 'kernel/roles');
    const signIn = async (unit: string, name: string, displayName: string, context: BrowserContext) => {
      const { id } = await stage.call<{ id: string }>('POST', 'kernel/organisations', {
        parentId: items[0]?.id,
        name: unit,
        kind: 'school',
      });
      const { invitation } = await stage.call<{ invitation: { path: string } }>('POST', 'kernel/users', {
        organisationId: id,
        name,
        displayName,
        roleId: roles.items.find((role) => role.name === 'unit-contact')?.id,
      });
      const page = await stage.open(context);
      await page.goto(`${stage.platform.url}${invitation.path}`);
      await page.getByLabel('密码', { exact: true }).fill(password);
      await page.getByLabel('再次输入密码').fill(password);
      await page.getByRole('button', { name: '设置密码并登录' }).click();
      await page.getByRole('heading', { name: '总览' }).waitFor();
      return page;
    };
    contexts = [
      await stage.browser.newContext({ ...phone, acceptDownloads: true }),
      await stage.browser.newContext({ ...desktop, acceptDownloads: true }),
    ];
    contact = await signIn('计算机学院', 'zhangmin', '张敏', contexts[0] as BrowserContext);
    other = await signIn('历史文化学院', 'zhoulan', '周岚', contexts[1] as BrowserContext);
  });
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await stage?.close();
  });
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      const name = task.name.replaceAll(/\W+/g, '-');
      await stage.shot(`failed-${name}`).catch(() => undefined);
      await stage.shot(`failed-contact-${name}`, contact).catch(() => undefined);
      await stage.shot(`failed-other-${name}`, other).catch(() => undefined);
    });
  });
  const visit = async (link: string, page = stage.page) =>
    await page.getByRole('navigation').getByRole('link', { name: link, exact: true }).click();
  const go = (page: Page, path: string) => page.goto(`${stage.platform.url}${path}`);
  const narrowEnough = async (page: Page) =>
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  const attach = async (within: Locator, name: string, text: string) => {
    await within.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    await within.locator('.ant-upload-list-item-done').waitFor();
  };
  const download = async (page: Page, press: () => Promise<void>) => {
    const [file] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), press()]);
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };

  test('publishes an announcement with a file', async () => {
    const { page, shot } = stage;
    await visit('通知公告');
    await page.getByRole('button', { name: '拟写公告' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('标题').fill('关于做好重要时期网络安全保障工作的通知');
    await dialog
      .getByLabel('正文')
      .fill(
        '各单位：\n\n# 工作要求\n\n- 落实 24 小时值班，每日报平安\n- 关停不必要的互联网暴露面\n\n请确认知悉并组织落实。',
      );
    await dialog.getByLabel('要求确认').click();
    await attach(dialog, '值班安排表.txt', '每日两班，双人在岗');
    await shot('01-write');
    await dialog.getByRole('button', { name: '存为草稿' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('关于做好重要时期网络安全保障工作的通知').first().click();
    const panel = page.locator('.hd-panel');
    await panel.getByText('草稿：核对后发布').waitFor();
    await panel.getByRole('button', { name: '发布' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '发布' }).click();
    await page.getByText('已发布，送达 2 个单位 2 人').waitFor();
    await panel.getByText('0 / 1').first().waitFor();
    await shot('02-published');
  });

  test('is read, its file taken and confirmed on a phone', async () => {
    await go(contact, '/workdesk/announcements');
    await contact.getByText('未读').first().waitFor();
    await stage.shot('03-phone-list', contact);
    await contact.getByText('关于做好重要时期网络安全保障工作的通知').first().click();
    await contact.getByText('关停不必要的互联网暴露面').waitFor();
    await stage.shot('04-phone-announcement', contact);
    const file = await download(contact, () => contact.getByRole('button', { name: '值班安排表.txt' }).click());
    expect([file.name, file.bytes.toString('utf8')]).toEqual(['值班安排表.txt', '每日两班，双人在岗']);
    await contact.getByRole('button', { name: '我已知悉' }).click();
    await contact.getByText(/您已于 .* 确认知悉/).waitFor();
    await narrowEnough(contact);
    await stage.shot('05-phone-confirmed', contact);
  });

  test('shows the office who has read and who has not', async () => {
    const { page, shot } = stage;
    await page.reload();
    const panel = page.locator('.hd-panel');
    await panel.locator('tr', { hasText: '计算机学院' }).getByText('1 / 1').waitFor();
    await panel.locator('tr', { hasText: '历史文化学院' }).getByText('0 / 1').waitFor();
    await panel.getByText('周岚').waitFor();
    await panel.getByRole('button', { name: '催阅' }).click();
    await page.getByText('已提醒 1 人').waitFor();
    await shot('06-statistics');
    const file = await download(page, async () => {
      await panel.getByRole('button', { name: '导出接收情况' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '导出接收情况' }).click();
    });
    expect(file.bytes.subarray(0, 2).toString()).toBe('PK');
    const { items } = await stage.call<{ items: { opened: number; confirmed: number; receivers: number }[] }>(
      'GET',
      'workdesk/announcements',
    );
    expect(items).toMatchObject([{ receivers: 2, opened: 1, confirmed: 1 }]);
  });

  test('plans a protection period that asks both units', async () => {
    const { page, shot } = stage;
    await visit('报平安');
    await page.getByText('还没有重保期').waitFor();
    await page.getByRole('button', { name: '新建重保期' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称').fill('国庆重保');
    await dialog.getByLabel('要求').fill('发现异常立即上报，保持电话畅通。');
    const day = (ahead: number) => new Date(Date.now() + 8 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);
    for (const [label, value] of [
      ['开始日期', day(0)],
      ['结束日期', day(6)],
    ] as const) {
      await dialog.getByLabel(label).fill(value);
      await page.keyboard.press('Enter');
    }
    // Open the whole day, so that the journey holds at any time of day.
    await dialog.getByLabel('提前多久可报（分钟）').fill('1440');
    const times = dialog.getByLabel('每天截止时点');
    await times.click();
    await page.keyboard.press('Backspace');
    await page.keyboard.type('23:59');
    await page.keyboard.press('Enter');
    await shot('07-period');
    await dialog.getByRole('button', { name: '保存重保期' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('23:59 未报 2 个单位').waitFor();
  });

  test('hears from one unit by one press; the board names the other', async () => {
    const { page, shot } = stage;
    await go(contact, '/workdesk/safe-reports');
    await contact.getByRole('button', { name: '报平安（23:59）' }).waitFor();
    await stage.shot('08-phone-safe', contact);
    await contact.getByRole('button', { name: '报平安（23:59）' }).click();
    await contact.getByText('今天应报的都已报送').waitFor();
    await narrowEnough(contact);
    await stage.shot('09-phone-safe-done', contact);
    await page.reload();
    await page.getByText('23:59 未报 1 个单位').waitFor();
    expect(await page.locator('.ant-alert').getByText('历史文化学院').count()).toBe(1);
    await page.getByRole('button', { name: '催报' }).click();
    await page.getByText('已催报 1 个单位').waitFor();
    await shot('10-board-missing');
  });

  test('hears of something abnormal at once, with its evidence', async () => {
    const { page, shot } = stage;
    await go(other, '/workdesk/safe-reports');
    await other.getByRole('button', { name: '报异常' }).click();
    const dialog = other.getByRole('dialog');
    await dialog.getByLabel('发生了什么').fill('档案网站首页被篡改');
    await dialog.getByLabel('详情与已采取的措施').fill('08:20 发现首页出现异常链接，已断网并保留日志。');
    await attach(dialog, '页面截图.txt', 'screenshot');
    await stage.shot('11-abnormal', other);
    await dialog.getByRole('button', { name: '报异常' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await other.getByText('查看安全事件').waitFor();
    await stage.shot('12-abnormal-done', other);
    await page.reload();
    await page.getByText('23:59 各单位均已报送').waitFor();
    await page.locator('tr', { hasText: '历史文化学院' }).getByText('异常').waitFor();
    await shot('13-board-abnormal');
    await page.getByText('报送记录', { exact: true }).click();
    await page.getByRole('link', { name: '档案网站首页被篡改' }).waitFor();
    await shot('14-reports');
    const { items } = await stage.call<{ items: { kind: string; title: string; severity: string }[] }>(
      'GET',
      'kernel/findings',
    );
    expect(items).toMatchObject([{ kind: 'incident', title: '档案网站首页被篡改', severity: 'high' }]);
  });

  test('designs a self-check by clicks and sends it to both units', async () => {
    const { page, shot } = stage;
    await visit('任务自查');
    await page.getByText('模板', { exact: true }).click();
    await page.getByRole('button', { name: '新建模板' }).click();
    await page.getByLabel('名称', { exact: true }).fill('网络安全季度自查');
    const kinds = page.getByLabel('题型', { exact: true });
    const titles = page.getByLabel('题目', { exact: true });
    const kind = (at: number, word: string) => pick(kinds.nth(at), word);
    await page.getByRole('button', { name: '增加部分' }).click();
    await page.getByLabel('部分名称').fill('应急准备');
    await titles.nth(0).fill('本季度是否开展应急演练');
    await kind(0, '是否');
    await page.getByLabel('分值').nth(0).fill('40');
    await page.getByRole('button', { name: '增加题目' }).click();
    await titles.nth(1).fill('演练记录');
    await kind(1, '附件');
    await choose(page, '满足时显示', '本季度是否开展应急演练 = 是');
    await page.getByRole('button', { name: '增加题目' }).click();
    await titles.nth(2).fill('数据备份方式');
    await page.getByLabel('选项', { exact: true }).nth(0).fill('仅本地');
    await page.getByLabel('选项', { exact: true }).nth(1).fill('本地与异地');
    await page.getByLabel('分值').nth(1).fill('20');
    await page.getByLabel('分值').nth(2).fill('60');
    await page.getByRole('button', { name: '增加题目' }).click();
    await titles.nth(3).fill('信息系统数量');
    await kind(3, '数字');
    // Trying it out beside the designer: the attachment appears with the answer.
    const preview = page.locator('.hd-card', { hasText: '各单位看到的样子' });
    expect(await preview.getByText('演练记录').count()).toBe(0);
    await preview.getByRole('radio', { name: '是', exact: true }).check();
    await preview.getByText('演练记录').waitFor();
    await preview.getByText('试填得分 40 / 100').waitFor();
    await shot('15-designer');
    await page.getByRole('button', { name: '保存模板' }).click();
    await page.locator('.hd-row').getByRole('button', { name: '下发' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('填报要求').fill('请如实填写，演练记录须加盖公章。');
    await shot('16-send');
    await dialog.getByRole('button', { name: '下发任务' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('.hd-row').getByText('0 / 2').waitFor();
  });

  test('is filled in on a phone: a question appears, a file is attached, what is missing is pointed at', async () => {
    await go(contact, '/workdesk/tasks');
    await contact.getByRole('button', { name: '填报' }).waitFor();
    await stage.shot('17-phone-tasks', contact);
    await contact.getByRole('button', { name: '填报' }).click();
    await contact.getByText('信息系统数量').waitFor();
    expect(await contact.getByText('演练记录', { exact: false }).count()).toBe(1);
    await contact.getByRole('button', { name: '提交' }).click();
    await contact.getByText('还有 3 题没有答或答得不对').waitFor();
    await contact.getByRole('radio', { name: '是', exact: true }).check();
    const proof = contact.locator('[data-question]', { hasText: '演练记录' });
    await attach(proof, '演练记录.txt', '2026 年第四季度桌面推演');
    await contact.getByRole('radio', { name: '本地与异地' }).check();
    await contact.getByLabel('4. 信息系统数量').fill('12');
    await contact.getByRole('button', { name: '暂存' }).click();
    await contact.getByText('已暂存').first().waitFor();
    // What was kept is there again.
    await contact.reload();
    await contact.locator('.hd-file').getByText('演练记录.txt').waitFor();
    await contact.locator('.ant-upload-drag').waitFor();
    await narrowEnough(contact);
    await stage.shot('18-phone-fill', contact);
    await contact.getByRole('button', { name: '提交' }).click();
    await contact.getByText('已提交，等待安全管理部门审核').waitFor();
    await stage.shot('19-phone-handed-in', contact);
  });

  test('is returned once with a reason, corrected and accepted with its score', async () => {
    const { page, shot } = stage;
    await page.reload();
    await page.getByText('网络安全季度自查').first().click();
    const panel = page.locator('.hd-panel');
    await panel.locator('tr', { hasText: '计算机学院' }).getByText('待审核').waitFor();
    await shot('20-progress');
    await panel.getByRole('button', { name: '审核', exact: true }).click();
    await page.getByText('演练记录.txt').waitFor();
    await shot('21-check');
    await page.getByRole('button', { name: '退回' }).click();
    await page.getByRole('dialog').getByLabel('退回原因').fill('演练记录缺少签到表，请补充。');
    await page.getByRole('dialog').getByRole('button', { name: '退回' }).click();
    await page.getByText(/被退回：演练记录缺少签到表/).waitFor();
    await go(contact, '/workdesk/tasks');
    await contact.getByRole('button', { name: '修改后重报' }).click();
    await contact.getByText(/被退回：演练记录缺少签到表/).waitFor();
    await contact.locator('.ant-upload-drag').waitFor();
    await stage.shot('22-phone-returned', contact);
    const proof = contact.locator('[data-question]', { hasText: '演练记录' });
    await attach(proof, '签到表.txt', '张敏、李强');
    await contact.getByRole('button', { name: '提交' }).click();
    await contact.getByText('已提交，等待安全管理部门审核').waitFor();
    await page.reload();
    await page.getByText('签到表.txt').waitFor();
    await page.getByText('演练记录.txt').waitFor();
    await page.getByRole('button', { name: '审核通过' }).click();
    await page.getByText('已通过，得分 100').waitFor();
    await contact.reload();
    await contact.getByText('已通过，得分 100').waitFor();
    await stage.shot('23-phone-accepted', contact);
  });

  test('is merged with the sheet of the other unit and exported', async () => {
    const { page, shot } = stage;
    await go(other, '/workdesk/tasks');
    await other.getByRole('button', { name: '填报' }).click();
    await other.getByRole('radio', { name: '否', exact: true }).check();
    await other.getByRole('radio', { name: '仅本地' }).check();
    await other.getByLabel('3. 信息系统数量').fill('5');
    expect(await other.locator('[data-question]', { hasText: '演练记录' }).count()).toBe(0);
    await other.getByRole('button', { name: '提交' }).click();
    await other.getByText('已提交，等待安全管理部门审核').waitFor();
    await page.getByRole('button', { name: '返回' }).click();
    const panel = page.locator('.hd-panel');
    await panel.getByRole('tab', { name: '汇总表' }).click();
    await panel.locator('tr', { hasText: '历史文化学院' }).getByText('仅本地').waitFor();
    await panel.locator('tr', { hasText: '计算机学院' }).getByText('演练记录.txt、签到表.txt').waitFor();
    await shot('24-merged');
    await panel.getByRole('tab', { name: '逐题统计' }).click();
    await panel.getByText('合计 17 · 平均 8.5 · 范围 5 – 12').waitFor();
    await shot('25-statistics');
    const take = async (format: string) =>
      await download(page, async () => {
        await panel.getByRole('button', { name: '导出汇总表' }).click();
        const dialog = page.getByRole('dialog');
        if (format !== 'xlsx') await choose(dialog, '格式', 'CSV');
        await dialog.getByRole('button', { name: '导出汇总表' }).click();
      });
    expect((await take('xlsx')).bytes.subarray(0, 2).toString()).toBe('PK');
    const csv = (await take('csv')).bytes
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trim()
      .split('\r\n');
    expect(csv[0]).toBe('单位,状态,提交时间,得分,本季度是否开展应急演练,演练记录,数据备份方式,信息系统数量');
    const [, history, computing] = csv;
    expect(history).toMatch(/^历史文化学院,待审核,\d{4}-\d\d-\d\d \d\d:\d\d,20,否,,仅本地,5$/);
    expect(computing).toMatch(/^计算机学院,已通过,.*,100,是,演练记录.txt、签到表.txt,本地与异地,12$/);
  });

  test('had no error of its own on any page', () => {
    expect(stage.problems).toEqual([]);
  });
});
