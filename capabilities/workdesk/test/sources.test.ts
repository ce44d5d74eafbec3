import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '@hedun/sdk';
import { signPush } from '@hedun/workdesk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportRow, NoticeDetail } from '../src/shapes.ts';
import type { ContentsShape, SourceSummary } from '../src/source-shapes.ts';
import { openStage, type Stage, type Who } from './stage.ts';

let stage: Stage;
let platform: Who;
let upstream: Server;
let base: string;
const asked: { url: string; authorization: string }[] = [];
let answerWith = 200;
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
const jsonMapping = {
  shape: 'json',
  items: 'data.list',
  fields: {
    title: 'vulName',
    severity: 'level',
    target: 'ip',
    references: 'cve',
    number: 'noticeNo',
    dueOn: 'deadline',
  },
  severities: { 四级: 'high' },
};
const entry = (ip: string, name: string, more: object = {}) => ({ vulName: name, level: '四级', ip, ...more });

beforeAll(async () => {
  stage = await openStage();
  const { asset, computing, history, kernel } = stage;
  await asset(computing, '教务系统', ['10.8.0.1']);
  await asset(history, '档案系统', ['10.8.0.2']);
  platform = await kernel.user('platform', 'platform-interface', stage.root);
  upstream = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    asked.push({ url: request.url ?? '', authorization: String(request.headers.authorization ?? '') });
    const page = Number(url.searchParams.get('page') ?? 1);
    const list = page === 1 ? [entry('10.8.0.1', '目录遍历')] : page === 2 ? [entry('10.8.0.2', '信息泄露')] : [];
    response.writeHead(answerWith, { 'content-type': 'application/json' }).end(JSON.stringify({ data: { list } }));
  });
  await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(async () => {
  upstream.close();
  await stage.kernel.close();
});
const findings = async () =>
  (await stage.run<{ items: { title: string; sources: string[] }[] }>('kernel.listFindings', { limit: 100 })).items;

test('[D11] an unknown table is described, mapped once, and read from then on; XLSX and CSV alike', async () => {
  const { run, upload, kernel } = stage;
  const csv =
    '漏洞名称,危害等级,资产地址,整改建议\nSQL 注入,高危,10.8.0.1,过滤输入\n弱口令,中危,10.8.0.2,改口令\n,高危,10.8.0.2,\n';
  const evidenceId = await upload('外部检测.csv', csv);
  const contents = await run<ContentsShape>('describeFile', { evidenceId });
  expect(contents).toMatchObject({
    shape: 'table',
    entries: 3,
    knownAs: null,
    suggested: { title: '漏洞名称', severity: '危害等级', target: '资产地址' },
  });
  const source = await run<SourceSummary>('saveSource', {
    name: '外部检测单位',
    mapping: { shape: 'table', fields: contents.suggested },
  });
  expect((await run<ContentsShape>('describeFile', { evidenceId })).knownAs?.name).toBe('外部检测单位');
  const started = await run<{ import: ImportRow }>('importScan', { evidenceId, format: `source:${source.id}` });
  await kernel.core.jobs.drain();
  const broken = await run<ImportRow>('getImport', { id: started.import.id });
  expect(broken).toMatchObject({ status: 'broken', found: 2, issueCount: 1, issues: [{ where: 'line 4: 漏洞名称' }] });
  await run('acceptGoodPart', { id: broken.id });
  await kernel.core.jobs.drain();
  expect(await run<ImportRow>('getImport', { id: broken.id })).toMatchObject({
    status: 'partial',
    raised: 2,
    source: '外部检测单位',
  });
  expect((await findings()).map(({ title }) => title).sort()).toEqual(['SQL 注入', '弱口令'].sort());
  expect(await codeOf(run('saveSource', { name: '外部检测单位', mapping: jsonMapping }))).toBe('workdesk.source_named');
});
test('[D12] a signed push is imported once; a repeated key gives the same answer; a forged, late or altered one is refused', async () => {
  const { run, kernel } = stage;
  const source = await run<SourceSummary>('saveSource', { name: '教育安管平台', mapping: jsonMapping });
  const content = JSON.stringify({
    data: {
      list: [
        entry('10.8.0.1', 'Struts2 远程代码执行', {
          cve: 'CVE-2017-5638',
          noticeNo: '教通 8 号',
          deadline: '2026-11-25',
        }),
      ],
    },
  });
  const seconds = () => Math.floor(kernel.clock.now().getTime() / 1000);
  const push = (changes: object = {}, secret = '') => {
    const body = { timestamp: seconds(), key: 'notice-0008', content, ...changes } as {
      timestamp: number;
      key: string;
      content: string;
    };
    return run<{ import: ImportRow; repeated: boolean }>(
      'pushFindings',
      { id: source.id, ...body, signature: signPush(secret, body), ...changes },
      platform,
    );
  };
  expect(await codeOf(push())).toBe('workdesk.source_closed');
  const { secret } = await run<{ secret: string }>('renewPushSecret', { id: source.id });
  expect(JSON.stringify(await run('getSource', { id: source.id }))).not.toContain(secret);
  expect(await codeOf(push({}, 'guess'))).toBe('workdesk.push_refused');
  expect(await codeOf(push({ timestamp: seconds() - 301 }, secret))).toBe('workdesk.push_refused');
  const first = await push({}, secret);
  const again = await push({}, secret);
  expect([first.repeated, again.repeated, again.import.id]).toEqual([false, true, first.import.id]);
  expect(await codeOf(push({ content: `${content} ` }, secret))).toBe('workdesk.push_key_used');
  await kernel.core.events.settle();
  await kernel.core.jobs.drain();
  expect(await run<ImportRow>('getImport', { id: first.import.id })).toMatchObject({ status: 'done', raised: 1 });
  // The account of a platform can push and nothing else.
  expect(await codeOf(run('listSources', {}, platform))).toBe('access.denied');
  expect(await codeOf(run('importScan', { evidenceId: first.import.evidenceId }, platform))).toBe('access.denied');
});
test('[D13] a notice is due no later than the platform above wants', async () => {
  const { run, computing } = stage;
  const { notices } = await run<{ notices: { id: string }[] }>('issueNotices', { organisationIds: [computing] });
  // 24 November is a Tuesday; three working days for a critical one would be the 27th.
  expect((await run<NoticeDetail>('getNotice', { id: notices[0]?.id })).notice.dueOn).toBe('2026-11-25');
});
test('[D14] a platform is asked page by page with its credential in a header; a second run brings nothing twice', async () => {
  const { run, kernel } = stage;
  const connection = {
    url: `${base}/vulns?since={since}`,
    paging: { kind: 'page', parameter: 'page', first: 1 },
    everyMinutes: 60,
  };
  const source = await run<SourceSummary>('saveSource', {
    name: '漏洞平台',
    mapping: jsonMapping,
    connection,
    credential: 'tok-123',
  });
  expect(await codeOf(run('describeAddress', { connection, sourceId: source.id }))).toBe('network.refused');
  await run('kernel.setSetting', { id: 'kernel.allowedHosts', value: ['127.0.0.1'] }, stage.kernel.administrator);
  expect(await run<ContentsShape>('describeAddress', { connection, sourceId: source.id })).toMatchObject({
    items: 'data.list',
    entries: 1,
  });
  await run('pullDueSources', {});
  await kernel.core.jobs.drain();
  expect(
    (await findings())
      .filter(({ sources }) => sources.includes('漏洞平台'))
      .map(({ title }) => title)
      .sort(),
  ).toEqual(['信息泄露', '目录遍历'].sort());
  expect(asked.slice(-3).map(({ url }) => new URL(url, base).searchParams.get('page'))).toEqual(['1', '2', '3']);
  expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer tok-123']));
  const before = (await findings()).length;
  kernel.clock.advance(61 * 60_000);
  await run('pullDueSources', {});
  await kernel.core.jobs.drain();
  expect((await findings()).length).toBe(before);
  expect(asked.at(-3)?.url).toContain('since=2026-11-24');
});
test('[D15] a platform that fails is named on the source, and asked again next time', async () => {
  const { run, kernel } = stage;
  const [source] = (await run<{ items: SourceSummary[] }>('listSources', { filter: 'name:漏洞平台' })).items;
  answerWith = 503;
  await run('pullSource', { id: source?.id });
  await kernel.core.jobs.drain();
  const failed = await run<SourceSummary>('getSource', { id: source?.id });
  expect(failed.lastError).toContain('503');
  expect(failed.nextRunAt).not.toBeNull();
  expect(JSON.stringify(failed)).not.toContain('tok-123');
  answerWith = 200;
  await run('pullSource', { id: source?.id });
  await kernel.core.jobs.drain();
  expect((await run<SourceSummary>('getSource', { id: source?.id })).lastError).toBeNull();
  expect(await codeOf(run('getSource', { id: source?.id }, stage.contact))).toBe('access.denied');
});
