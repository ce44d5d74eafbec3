/** @module Rules [U1] to [U5] and [B1] to [B6]: the register of systems and filing, on a whole kernel. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FilingDetail, FilingSummary } from '../src/filing-shapes.ts';
import type { DutyRow, SystemDetail, SystemSummary, Unregistered } from '../src/register-shapes.ts';
import { nuclei, openStage, type Stage, type Who } from './stage.ts';

const dayMs = 86_400_000;
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.kernel.close());

const list = async (filter = '', who?: Who) =>
  (await stage.run<{ items: SystemSummary[] }>('listSystems', { filter, limit: 500 }, who)).items;
const get = (id: string, who?: Who) => stage.run<SystemDetail>('getSystem', { id }, who);
const bring = async (name: string, lines: readonly string[]) => {
  await stage.run('importScan', { evidenceId: await stage.upload(name, lines.join('\n')) });
  await stage.kernel.core.jobs.drain();
};
const titles = async (who: Who) =>
  (await stage.run<{ items: { title: { 'zh-CN': string } | string }[] }>('kernel.listNotices', {}, who)).items.map(
    ({ title }) => (typeof title === 'string' ? title : title['zh-CN']),
  );
let teaching = '';

describe('the register', () => {
  test('[U1] an entry is an asset with all it needs; the score names what is missing', async () => {
    const saved = await stage.run<SystemDetail>(
      'saveOwnSystem',
      {
        organisationId: stage.computing,
        name: '教务系统',
        protectionLevel: 3,
        domains: ['JW.example.edu.cn'],
        addresses: ['10.1.0.5'],
        technician: '王芳',
        technicianPhone: '027-67860001',
        goLive: '2020-09-01',
      },
      stage.contact,
    );
    teaching = saved.id;
    expect(saved.details).toMatchObject({
      domains: ['jw.example.edu.cn'],
      addresses: ['10.1.0.5'],
      technician: '王芳',
    });
    const asset = await stage.run<{ asset: { kind: string; identifiers: string[] } }>('kernel.getAsset', {
      id: teaching,
    });
    expect(asset.asset).toMatchObject({ kind: 'information-system', identifiers: ['jw.example.edu.cn', '10.1.0.5'] });
    const missing = saved.completeness.lines.filter(({ state }) => state !== 'present').map(({ item }) => item);
    expect(missing).toContain('leader');
    expect(missing).toContain('filingNumber');
    expect(missing).not.toContain('technician');
    const [row] = await list();
    expect(row).toMatchObject({ id: teaching, completeness: saved.completeness.percent, missing, filing: 'none' });
    await expect(
      stage.run(
        'saveOwnSystem',
        {
          id: teaching,
          organisationId: stage.computing,
          name: '教务系统',
          goLive: '2024-01-01',
          retiredOn: '2020-01-01',
        },
        stage.contact,
      ),
    ).rejects.toThrow('retiredOn');
  });
  test('[U1] whatever changes the asset elsewhere counts the entry again', async () => {
    const before = (await get(teaching)).completeness.percent;
    await stage.run('kernel.updateAsset', {
      id: teaching,
      attributes: { technician: '', leader: '李明', leaderPhone: '1' },
    });
    await stage.kernel.core.events.settle();
    const [row] = await list('missing:technician');
    expect(row).toMatchObject({ id: teaching });
    expect(row?.completeness).not.toBe(before);
    expect(await list('missing:leader')).toEqual([]);
    expect((await list('completeness:<101 protectionLevel:3')).map(({ id }) => id)).toEqual([teaching]);
  });
  test('[U2] a unit sees and changes its own entries only; an auditor reads', async () => {
    expect(await list('', stage.other)).toEqual([]);
    await expect(get(teaching, stage.other)).rejects.toThrow('record.not_found');
    await expect(
      stage.run('saveOwnSystem', { organisationId: stage.computing, name: '冒名' }, stage.other),
    ).rejects.toThrow('access.out_of_scope');
    expect(await list('', stage.auditor)).toHaveLength(1);
    for (const name of ['saveSystem', 'saveOwnSystem'])
      await expect(stage.run(name, { organisationId: stage.computing, name: '审计' }, stage.auditor)).rejects.toThrow(
        'access.denied',
      );
  });
  test('[U3] the matrix names leaders and contacts of each unit and where nobody is responsible', async () => {
    const { items } = await stage.run<{ items: DutyRow[] }>('listDuties', {});
    const of = (id: string) => items.find(({ organisationId }) => organisationId === id);
    expect(of(stage.computing)).toMatchObject({
      leaders: ['leader'],
      contacts: ['contact'],
      systems: 1,
      important: 1,
      withoutLeader: 0,
      withoutTechnician: 1,
      gap: true,
    });
    expect(of(stage.history)).toMatchObject({ leaders: [], contacts: ['other'], systems: 0, gap: false });
    const own = await stage.run<{ items: DutyRow[] }>('listDuties', {}, stage.contact);
    expect(own.items.map(({ organisationId }) => organisationId)).toEqual([stage.computing]);
  });
  test('[U4] what scans saw and no entry explains is listed; claiming moves its findings to the system', async () => {
    await stage.run('saveRange', { organisationId: stage.computing, value: '10.9.0.0/16' });
    await bring('差异.jsonl', [
      nuclei('10.9.3.4', 'CVE-2024-0101', 'high'),
      nuclei('10.9.3.4', 'open-panel', 'low'),
      nuclei('lost.example.edu.cn', 'CVE-2024-0102', 'medium'),
      nuclei('jw.example.edu.cn', 'CVE-2024-0103', 'low'),
    ]);
    const seen = async (who?: Who) =>
      (await stage.run<{ items: Unregistered[] }>('listUnregistered', { sort: 'target' }, who)).items;
    expect(
      (await seen()).map(({ target, findings, worst, organisationId }) => [target, findings, worst, organisationId]),
    ).toEqual([
      ['10.9.3.4', 2, 'high', stage.computing],
      ['lost.example.edu.cn', 1, 'medium', null],
    ]);
    // A unit sees what lies in its own networks, not what is nobody's.
    expect((await seen(stage.contact)).map(({ target }) => target)).toEqual(['10.9.3.4']);
    expect(await seen(stage.other)).toEqual([]);
    await expect(
      stage.run('claimTarget', { target: '10.9.3.4', organisationId: stage.history }, stage.other),
    ).rejects.toThrow('workdesk.unknown');
    const claimed = await stage.run<{ assetId: string; moved: number }>(
      'claimTarget',
      { target: '10.9.3.4', organisationId: stage.computing, assetId: teaching },
      stage.contact,
    );
    expect(claimed).toEqual({ assetId: teaching, moved: 2 });
    const office = await stage.run<{ moved: number }>('registerTarget', {
      target: 'lost.example.edu.cn',
      organisationId: stage.history,
      name: '档案网站',
    });
    expect(office.moved).toBe(1);
    expect(await seen()).toEqual([]);
    expect((await list('', stage.other)).map(({ name, openFindings }) => [name, openFindings])).toEqual([
      ['档案网站', 1],
    ]);
  });
  test('[U4] the next scan meets the moved findings instead of raising them again', async () => {
    const total = async () =>
      (await stage.run<{ total: number }>('kernel.listFindings', { filter: '-status:dismissed' })).total;
    const before = await total();
    await bring('再扫.jsonl', [
      nuclei('10.9.3.4', 'CVE-2024-0101', 'high', { round: 2 }),
      nuclei('10.9.3.4', 'open-panel', 'low', { round: 2 }),
      nuclei('lost.example.edu.cn', 'CVE-2024-0102', 'medium', { round: 2 }),
    ]);
    expect(await total()).toBe(before);
  });
  test('[U6] a table of the unit fills the register through the import of assets', async () => {
    const csv = [
      '名称,资产类型,责任单位,域名,等保级别,主管领导,技术联系人,技术联系人电话,存储的数据,上线日期',
      '招生网,信息系统,计算机学院,zs.example.edu.cn,二级,李明,赵强,027-1,考生信息,2021-03-01',
    ].join('\n');
    await stage.run('kernel.importAssets', { evidenceId: await stage.upload('台账.csv', csv) });
    await stage.kernel.core.jobs.drain();
    await stage.kernel.core.events.settle();
    const [row] = await list('招生网');
    expect(row).toMatchObject({ organisationId: stage.computing, protectionLevel: 2, technician: '赵强' });
    expect(row?.missing).not.toContain('leader');
    expect((await get(row?.id ?? '')).details).toMatchObject({
      dataHeld: '考生信息',
      goLive: '2021-03-01',
      domains: ['zs.example.edu.cn'],
    });
  });
  test('[U5] the register is written as XLSX, DOCX and PDF', async () => {
    for (const format of ['xlsx', 'docx', 'pdf']) {
      const file = await stage.run<{ size: number; name: string }>(
        'writeRegister',
        { organisationId: stage.computing, format },
        stage.contact,
      );
      expect(file.size).toBeGreaterThan(3000);
      expect(file.name).toContain('计算机学院信息系统台账');
    }
    await expect(
      stage.run('writeRegister', { organisationId: stage.history, format: 'pdf' }, stage.contact),
    ).rejects.toThrow('access.out_of_scope');
  });
});

describe('filing', () => {
  const filings = async (filter = '', who?: Who) =>
    (await stage.run<{ items: FilingSummary[] }>('listFilings', { filter }, who)).items;
  const detail = (id: string, who?: Who) => stage.run<FilingDetail>('getFiling', { id }, who);
  const decide = (id: string, more: Record<string, unknown> = {}) =>
    stage.run<FilingDetail>('decideFiling', { id, approve: true, ...more });
  const system = {
    organisationId: '',
    name: '教务系统',
    protectionLevel: 3,
    domains: ['jw.example.edu.cn'],
    addresses: ['10.1.0.5', '10.9.3.4'],
    technician: '王芳',
  };
  let systemFiling = '';
  test('[B1] a unit applies with attachments, the office approves with a number and a term, the register follows', async () => {
    const attachment = await stage.upload('审批表.txt', '同意上线', stage.computing, stage.contact);
    const applied = await stage.run<FilingDetail>(
      'fileSystem',
      {
        ...system,
        organisationId: stage.computing,
        assetId: teaching,
        reason: '正式上线',
        attachmentIds: [attachment],
      },
      stage.contact,
    );
    systemFiling = applied.filing.id;
    expect(applied.filing).toMatchObject({ status: 'applied', number: '', waiting: 'apply' });
    expect(applied.applications[0]?.attachments.map(({ name }) => name)).toEqual(['审批表.txt']);
    expect((await list()).find(({ id }) => id === teaching)?.filing).toBe('applied');
    expect(await titles(stage.office)).toContain('备案待审批：教务系统');
    await expect(stage.run('decideFiling', { id: systemFiling, approve: true }, stage.contact)).rejects.toThrow(
      'access.denied',
    );
    const filed = await decide(systemFiling, { opinion: '同意' });
    expect(filed.filing).toMatchObject({
      status: 'filed',
      number: '网备〔2026〕1号',
      expiresOn: '2027-11-24',
      waiting: null,
    });
    expect((await get(teaching)).details.technician).toBe('王芳');
    expect((await list()).find(({ id }) => id === teaching)).toMatchObject({
      filing: 'filed',
      filingExpiresOn: '2027-11-24',
    });
    expect(await titles(stage.contact)).toContain('备案已通过：教务系统');
  });
  test('[B2] what differs from what was approved is shown field by field until the change is filed', async () => {
    await stage.run('kernel.updateAsset', { id: teaching, protectionLevel: 2 });
    await stage.kernel.core.events.settle();
    expect(await list('filing:differs')).toHaveLength(1);
    expect((await get(teaching)).differences).toEqual([{ field: 'protectionLevel', before: '3', after: '2' }]);
    const now = (await get(teaching)).details;
    const change = await stage.run<FilingDetail>(
      'fileSystem',
      { ...now, id: systemFiling, organisationId: stage.computing, assetId: teaching, reason: '重新定级' },
      stage.contact,
    );
    expect(change.filing).toMatchObject({ status: 'filed', waiting: 'change' });
    expect(change.applications[0]?.differences).toEqual([{ field: 'protectionLevel', before: '3', after: '2' }]);
    await decide(systemFiling);
    expect(await list('filing:differs')).toEqual([]);
    expect((await detail(systemFiling)).filing.number).toBe('网备〔2026〕1号');
  });
  test('[B3] nothing is filed twice; one application waits at a time; a refusal needs words and changes nothing', async () => {
    await expect(
      stage.run(
        'fileSystem',
        { ...system, organisationId: stage.computing, assetId: teaching, reason: '再来' },
        stage.contact,
      ),
    ).rejects.toThrow('workdesk.filed_already');
    const domain = { organisationId: stage.computing, domain: 'xk.example.edu.cn', assetId: teaching, reason: '选课' };
    const applied = await stage.run<FilingDetail>('fileDomain', domain, stage.contact);
    await expect(stage.run('fileDomain', domain, stage.contact)).rejects.toThrow('workdesk.filed_already');
    await expect(stage.run('fileDomain', { ...domain, domain: 'not a domain' }, stage.contact)).rejects.toThrow(
      'domain',
    );
    await expect(stage.run('decideFiling', { id: applied.filing.id, approve: false })).rejects.toThrow('opinion');
    const refused = await stage.run<FilingDetail>('decideFiling', {
      id: applied.filing.id,
      approve: false,
      opinion: '域名不规范',
    });
    expect(refused.filing.status).toBe('refused');
    expect((await get(teaching)).details.domains).not.toContain('xk.example.edu.cn');
    await expect(stage.run('decideFiling', { id: applied.filing.id, approve: true })).rejects.toThrow(
      'workdesk.filing_step',
    );
    await stage.run('renewFiling', { id: systemFiling, reason: '续' }, stage.contact);
    await expect(stage.run('retireFiling', { id: systemFiling, reason: '停' }, stage.contact)).rejects.toThrow(
      'workdesk.filing_waiting',
    );
    const back = await stage.run<FilingDetail>('withdrawFiling', { id: systemFiling }, stage.contact);
    expect(back.filing).toMatchObject({ status: 'filed', waiting: null });
  });
  test('[B4] an approved domain stands in the register and a filed port is no difference any more', async () => {
    const domain = await stage.run<FilingDetail>(
      'fileDomain',
      {
        organisationId: stage.computing,
        domain: 'XK.example.edu.cn',
        assetId: teaching,
        reason: '选课',
        icpNumber: '鄂ICP备1号',
      },
      stage.contact,
    );
    await decide(domain.filing.id);
    expect((await get(teaching)).details.domains).toContain('xk.example.edu.cn');
    const open = (port: number) =>
      `<?xml version="1.0"?><nmaprun scanner="nmap" start="1764000000"><host><status state="up"/><address addr="10.1.0.5" addrtype="ipv4"/><ports><port protocol="tcp" portid="${port}"><state state="open"/><service name="ssh" product="OpenSSH"/></port></ports></host></nmaprun>`;
    await bring('端口.xml', [open(2222)]);
    const ports = async () =>
      (await stage.run<{ items: Unregistered[] }>('listUnregistered', { filter: 'what:port' }, stage.contact)).items;
    expect((await ports()).map(({ target, port }) => [target, port])).toEqual([['10.1.0.5', '2222/tcp']]);
    const port = await stage.run<FilingDetail>(
      'filePort',
      {
        organisationId: stage.computing,
        address: '10.1.0.5',
        port: 2222,
        service: 'SSH',
        openTo: '运维网段',
        assetId: teaching,
        reason: '运维',
      },
      stage.contact,
    );
    expect(port.filing.subject).toBe('10.1.0.5:2222/tcp');
    expect(await ports()).toHaveLength(1);
    await decide(port.filing.id, { expiresOn: '2026-12-31' });
    expect(await ports()).toEqual([]);
    await expect(decide(port.filing.id)).rejects.toThrow('workdesk.filing_step');
  });
  test('[B7] a filing goes with its system to another unit and back', async () => {
    await stage.run('kernel.updateAsset', { id: teaching, organisationId: stage.history });
    await stage.kernel.core.events.settle();
    expect((await filings('status:filed', stage.other)).map(({ subject }) => subject)).toContain('教务系统');
    expect(await filings('status:filed', stage.contact)).toEqual([]);
    const moved = await detail(systemFiling, stage.other);
    expect(moved.applications.length).toBeGreaterThan(1);
    // Papers the first unit handed in stay with it.
    expect(moved.applications.flatMap(({ attachments }) => attachments)).toEqual([]);
    await stage.run('kernel.updateAsset', { id: teaching, organisationId: stage.computing });
    await stage.kernel.core.events.settle();
    expect((await filings('status:filed', stage.contact)).length).toBeGreaterThan(2);
  });
  test('[B5] before the end the unit is told, after it the leader and the office; an expired port is a difference again', async () => {
    const round = async () => {
      await stage.run('refreshRegister', {});
      await stage.kernel.core.jobs.drain();
    };
    await round();
    expect(await titles(stage.contact)).not.toContain('备案即将到期：10.1.0.5:2222/tcp');
    stage.kernel.clock.advance(10 * dayMs);
    await round();
    await round();
    expect((await titles(stage.contact)).filter((title) => title === '备案即将到期：10.1.0.5:2222/tcp')).toHaveLength(
      1,
    );
    expect(await titles(stage.leader)).not.toContain('备案已过期：10.1.0.5:2222/tcp');
    stage.kernel.clock.advance(30 * dayMs);
    await round();
    expect(await titles(stage.leader)).toContain('备案已过期：10.1.0.5:2222/tcp');
    expect(await titles(stage.office)).toContain('备案已过期：10.1.0.5:2222/tcp');
    expect(await titles(stage.other)).not.toContain('备案已过期：10.1.0.5:2222/tcp');
    expect((await filings('expired:true')).map(({ subject }) => subject)).toEqual(['10.1.0.5:2222/tcp']);
    const { items } = await stage.run<{ items: Unregistered[] }>('listUnregistered', { filter: 'what:port' });
    expect(items).toHaveLength(1);
  });
  test('[B6] retiring takes a domain out of the register and retires the system; the paper is drawn', async () => {
    const [domain] = await filings('kind:domain status:filed');
    await stage.run('retireFiling', { id: domain?.id, reason: '不再使用' }, stage.contact);
    await decide(domain?.id ?? '');
    expect((await get(teaching)).details.domains).not.toContain('xk.example.edu.cn');
    for (const format of ['pdf', 'docx']) {
      const file = await stage.run<{ size: number; name: string }>(
        'writeFiling',
        { id: systemFiling, format },
        stage.contact,
      );
      expect(file.size).toBeGreaterThan(3000);
      expect(file.name).toContain('网备〔2027〕'.replace('2027', '2026'));
    }
    await stage.run('retireFiling', { id: systemFiling, reason: '系统下线' }, stage.contact);
    await decide(systemFiling);
    expect((await get(teaching)).details).toMatchObject({ status: 'retired', retiredOn: '2027-01-03' });
    expect((await detail(systemFiling)).filing.status).toBe('retired');
    await expect(detail(systemFiling, stage.other)).rejects.toThrow('workdesk.unknown');
    expect(await filings('', stage.other)).toEqual([]);
  });
});
