/**
 * The register in a real browser: a contact registers a system and files it, the office approves, claims what a scan saw and nobody registered, a review
 * is corrected on a phone, signed by the leader and accepted, and an external tester sees own findings only.
 * @module
 */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { whyNoBrowser } from './browser.ts';
import { choose, desktop, openStage, password, phone, type Stage } from './stage.ts';

const reason = whyNoBrowser();
const people = [
  ['contact', '陈默', 'unit-contact'],
  ['leader', '周岚', 'unit-leader'],
  ['tester', '黑盒实验室', 'external-tester'],
  ['auditor', '赵审', 'auditor'],
] as const;
type Role = (typeof people)[number][0];

describe.skipIf(reason !== null)(`the journey of the register${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let stage: Stage;
  let root = '';
  let computing = '';
  const contexts: BrowserContext[] = [];
  const pages = {} as Record<Role, Page>;

  async function signIn(role: Role, invitation: string): Promise<void> {
    // The contact works from a phone.
    const context = await stage.browser.newContext(role === 'contact' ? phone : desktop);
    contexts.push(context);
    const page = await stage.open(context);
    pages[role] = page;
    await page.goto(`${stage.platform.url}${invitation}`);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByLabel('再次输入密码').fill(password);
    await page.getByRole('button', { name: '设置密码并登录' }).click();
    await page.getByRole('heading', { name: '总览' }).waitFor();
  }
  const go = (page: Page, where: string) => page.goto(`${stage.platform.url}${where}`);

  beforeAll(async () => {
    stage = await openStage({ name: 'registers', organisation: '江城大学' });
    root = (await stage.call<{ items: { id: string }[] }>('GET', 'kernel/organisations')).items[0]?.id ?? '';
    const unit = async (name: string) =>
      (await stage.call<{ id: string }>('POST', 'kernel/organisations', { parentId: root, name, kind: 'school' })).id;
    computing = await unit('计算机学院');
    const history = await unit('历史文化学院');
    await stage.call('POST', 'workdesk/systems', {
      organisationId: history,
      name: '数字档案馆',
      protectionLevel: 2,
      domains: ['archive.example.edu.cn'],
      leader: '吴桐',
      technician: '何苗',
    });
    const roles = (await stage.call<{ items: { id: string; name: string }[] }>('GET', 'kernel/roles')).items;
    for (const [name, displayName, role] of people) {
      const { invitation } = await stage.call<{ invitation: { path: string } }>('POST', 'kernel/users', {
        organisationId: role === 'external-tester' || role === 'auditor' ? root : computing,
        name,
        displayName,
        roleId: roles.find((each) => each.name === role)?.id,
      });
      await signIn(name, invitation.path);
    }
  });
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await stage?.close();
  });
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      await stage.shot('failed-office').catch(() => undefined);
      for (const [role, page] of Object.entries(pages))
        await stage.shot(`failed-${role}-${task.name.slice(0, 12).replaceAll(' ', '-')}`, page).catch(() => undefined);
    });
  });

  test('a contact registers a system on a phone, and the entry says what is missing', async () => {
    const page = pages.contact;
    await go(page, '/workdesk/systems');
    await page.getByText('台账还是空的').waitFor();
    await page.getByRole('button', { name: '登记信息系统' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('系统名称').fill('教务系统');
    await dialog.getByLabel('等保级别').fill('3');
    await dialog.getByLabel('主管领导', { exact: true }).fill('周岚');
    await dialog.getByLabel('技术联系人', { exact: true }).fill('王芳');
    await dialog.getByLabel('技术联系人电话').fill('027-67860001');
    await dialog.getByLabel('域名').fill('jw.example.edu.cn');
    await dialog.getByLabel('域名').press('Enter');
    await stage.shot('01-phone-register', page);
    await dialog.getByRole('button', { name: '登记信息系统' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('教务系统').first().click();
    await page.getByText('等保备案编号 缺').waitFor();
    await stage.shot('02-phone-entry', page);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await page.getByText('数字档案馆').count()).toBe(0);
  });

  test('files it with reason, the office approves with a number and a term', async () => {
    const { page: office, shot } = stage;
    const page = pages.contact;
    await page.getByRole('button', { name: '申请备案' }).click();
    const dialog = page.getByRole('dialog').last();
    await dialog.getByLabel('申请理由').fill('新学期正式上线');
    await dialog.getByRole('button', { name: '信息系统备案' }).click();
    await expect.poll(async () => (await stage.call<{ total: number }>('GET', 'workdesk/filings')).total).toBe(1);
    await go(office, '/workdesk/filings');
    await office.getByText('教务系统').first().click();
    await office.getByRole('button', { name: '审批' }).waitFor();
    await shot('03-filing-waiting');
    await office.getByRole('button', { name: '审批' }).click();
    const deciding = office.getByRole('dialog').last();
    await deciding.getByLabel('意见').fill('材料齐全，同意备案。');
    await shot('04-filing-decide');
    await deciding.getByRole('button', { name: '审批' }).click();
    await office
      .getByText(/网备〔\d{4}〕1号/)
      .first()
      .waitFor();
    await shot('05-filing-filed');
    const { items } = await stage.call<{ items: { name: string; filing: string }[] }>('GET', 'workdesk/systems');
    expect(items.find(({ name }) => name === '教务系统')?.filing).toBe('filed');
  });

  test('what a scan saw and nobody registered is listed and claimed', async () => {
    const { page: office, shot } = stage;
    const line = (host: string, template: string) =>
      JSON.stringify({
        'template-id': template,
        info: { name: `${template} on ${host}`, severity: 'high', classification: { 'cve-id': [template] } },
        type: 'http',
        host: `https://${host}`,
        'matched-at': `https://${host}/`,
      });
    const nmap = `<?xml version="1.0"?><nmaprun scanner="nmap" start="1764000000"><host><status state="up"/><address addr="10.9.3.4" addrtype="ipv4"/><ports><port protocol="tcp" portid="3389"><state state="open"/><service name="ms-wbt-server"/></port></ports></host></nmaprun>`;
    await stage.call('POST', 'workdesk/ranges', { organisationId: computing, value: '10.9.0.0/16' });
    for (const [name, text] of [
      ['scan.jsonl', [line('10.9.3.4', 'CVE-2024-0101'), line('lost.example.edu.cn', 'CVE-2024-0102')].join('\n')],
      ['ports.xml', nmap],
    ] as const) {
      const evidence = await office.evaluate(
        async ([file, content, organisation]) => {
          const form = new FormData();
          form.set('organisationId', organisation as string);
          form.set('file', new Blob([content as string]), file as string);
          const answer = await fetch('/api/kernel/uploads', {
            method: 'POST',
            headers: { 'x-hedun-request': '1' },
            body: form,
          });
          return (await answer.json()) as { id: string };
        },
        [name, text, root],
      );
      await stage.call('POST', 'workdesk/scans', { evidenceId: evidence.id });
    }
    await expect
      .poll(async () => (await stage.call<{ total: number }>('GET', 'workdesk/unregistered')).total, {
        timeout: 60_000,
      })
      .toBe(3);
    await go(office, '/workdesk/systems?show=unregistered');
    await office.getByText('lost.example.edu.cn').waitFor();
    await shot('06-unregistered');
    const page = pages.contact;
    await go(page, '/workdesk/systems?show=unregistered');
    await page.getByText('10.9.3.4').first().waitFor();
    expect(await page.getByText('lost.example.edu.cn').count()).toBe(0);
    await stage.shot('07-phone-unregistered', page);
    await go(office, '/workdesk/systems?show=duties');
    await office.getByText('计算机学院').first().waitFor();
    await office.getByText('周岚').first().waitFor();
    await shot('08-duties');
    await go(office, '/workdesk/systems');
    await office.getByText('数字档案馆').first().waitFor();
    await shot('09-register');
  });

  test('the annual review: corrected on a phone, signed by the leader, accepted by the office', async () => {
    const { page: office, shot } = stage;
    const review = await stage.call<{ id: string }>('POST', 'workdesk/reviews', {
      title: '年度审查',
      requirement: '请逐项核对台账，联系人有变动的务必更正。',
      dueOn: new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10),
    });
    await go(office, `/workdesk/reviews?id=${review.id}`);
    await office.getByRole('button', { name: '启动' }).click();
    await office.getByText('各单位核对表').last().waitFor();
    const page = pages.contact;
    await go(page, '/workdesk/reviews');
    await page.getByText('计算机学院').first().click();
    const sheet = page.getByRole('button', { name: '计算机学院' });
    if (await sheet.count()) await sheet.first().click();
    await page.getByRole('article', { name: '教务系统' }).getByRole('button', { name: '更正' }).click();
    const dialog = page.getByRole('dialog').last();
    await dialog.getByLabel('技术联系人', { exact: true }).fill('刘洋');
    await dialog.getByRole('button', { name: '更正条目' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('刘洋').first().waitFor();
    await stage.shot('10-phone-review', page);
    await page.getByRole('button', { name: '提交核对表' }).click();
    await page.getByText('待负责人签字').first().waitFor();
    const { items } = await stage.call<{ items: { id: string; organisationId: string }[] }>(
      'GET',
      'workdesk/review-sheets',
    );
    const id = items.find(({ organisationId }) => organisationId === computing)?.id ?? '';
    await go(pages.leader, `/workdesk/reviews?sheet=${id}`);
    await pages.leader.getByRole('button', { name: '负责人签字' }).click();
    await pages.leader.getByRole('dialog').getByRole('button', { name: '负责人签字' }).click();
    await pages.leader.getByText('周岚 已签字').waitFor();
    await stage.shot('11-leader-signed', pages.leader);
    await go(office, `/workdesk/reviews?sheet=${id}`);
    await office.getByRole('button', { name: '审核通过' }).waitFor();
    await shot('12-sheet-differences');
    await office.getByRole('button', { name: '审核通过' }).click();
    await office.getByRole('dialog').getByRole('button', { name: '审核通过' }).click();
    await office.getByText('已通过').first().waitFor();
    await go(office, `/workdesk/reviews?id=${review.id}`);
    await office.getByText('更正最多的字段').waitFor();
    await shot('13-review-statistics');
    const { items: systems } = await stage.call<{ items: { name: string; technician: string }[] }>(
      'GET',
      'workdesk/systems',
    );
    expect(systems.find(({ name }) => name === '教务系统')?.technician).toBe('刘洋');
  });

  test('roles: the tester sees own findings only, the auditor reads without buttons, the templates are there', async () => {
    const { page: office, shot } = stage;
    const page = pages.tester;
    await go(page, '/workdesk/tests');
    await page.getByText('还没有提交过').waitFor();
    await page.getByRole('button', { name: '提交发现' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('标题').fill('登录接口 SQL 注入');
    await dialog.getByLabel('目标').fill('https://jw.example.edu.cn/login');
    await choose(dialog, '级别', '高危');
    await dialog.getByLabel('复现步骤').fill("用户名填 ' or 1=1 --");
    await dialog.getByRole('button', { name: '提交测试发现' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('登录接口 SQL 注入').first().waitFor();
    await stage.shot('14-tester', page);
    for (const hidden of ['资产', '发现', '通报整改', '信息资产台账'])
      expect(await page.getByRole('navigation').getByRole('link', { name: hidden, exact: true }).count(), hidden).toBe(
        0,
      );
    await go(pages.auditor, '/workdesk/systems');
    await pages.auditor.getByText('数字档案馆').first().waitFor();
    expect(await pages.auditor.getByRole('button', { name: '登记信息系统' }).count()).toBe(0);
    await stage.shot('15-auditor', pages.auditor);
    await go(office, '/users');
    await office.getByRole('tab', { name: '角色' }).click();
    await office.getByText('外部测试人员').first().waitFor();
    await shot('16-roles');
  });

  test('no page broke on the way', () => {
    expect(stage.problems).toEqual([]);
  });
});
