import {
  contentsOfJson,
  contentsOfTable,
  firstPage,
  mapEntry,
  nextPage,
  pushWindow,
  readMappedJson,
  readMappedTable,
  type ScanItem,
  type ScanMapping,
  signPush,
  suggestFields,
  verifyPush,
} from '@hedun/workdesk';
import { expect, test } from 'vitest';

const mapping: ScanMapping = {
  shape: 'table',
  items: '',
  fields: {
    title: '漏洞名称',
    severity: '危害等级',
    target: '资产地址',
    port: '端口',
    references: 'CVE',
    dueOn: '整改期限',
    number: '通报编号',
  },
  severities: { 重大: 'critical', '3': 'high' },
  defaultSeverity: 'low',
  kind: 'vulnerability',
};
const headers = ['漏洞名称', '危害等级', '资产地址', '端口', 'CVE', '整改期限', '通报编号'];
const row = (line: number, ...cells: string[]) => ({ line, cells });
const all = async (items: AsyncIterable<ScanItem> | Iterable<ScanItem>) => {
  const list: ScanItem[] = [];
  for await (const item of items) list.push(item);
  return list;
};
const findingsOf = (items: readonly ScanItem[]) =>
  items.flatMap((item) => (item.kind === 'finding' ? [item.finding] : []));
const issuesOf = (items: readonly ScanItem[]) => items.flatMap((item) => (item.kind === 'issue' ? [item.issue] : []));

test('[G1] rows become findings, and a bad row is named while the others are read', async () => {
  const items = await all(
    readMappedTable(mapping, {
      headers,
      rows: [
        row(
          2,
          'Struts2 远程代码执行',
          '重大',
          'https://oa.example.edu:8443/login',
          '',
          'CVE-2017-5638',
          '2026年3月1日',
          '教通〔2026〕8号',
        ),
        row(3, '', '高危', '10.0.0.1', '', '', '', ''),
        row(4, '弱口令', '十万火急', '10.0.0.2', '22', '', '', ''),
        row(5, '目录遍历', '', '10.0.0.3', '80', '', '', ''),
      ],
    }),
  );
  const [first, second] = findingsOf(items);
  expect(first).toMatchObject({
    severity: 'critical',
    location: { host: 'oa.example.edu', port: 8443 },
    references: [{ kind: 'cve', id: 'CVE-2017-5638' }],
    upstream: { number: '教通〔2026〕8号', dueOn: '2026-03-01' },
  });
  expect(second).toMatchObject({ title: '目录遍历', severity: 'low', location: { address: '10.0.0.3', port: 80 } });
  expect(issuesOf(items)).toEqual([
    { where: 'line 3: 漏洞名称', expected: 'a title', got: 'nothing' },
    { where: 'line 4: 危害等级', expected: 'a declared severity', got: '十万火急' },
  ]);
});
test('[G1] a table without a mapped column, and a document without the list, give one issue and nothing else', async () => {
  expect(await all(readMappedTable(mapping, { headers: ['漏洞名称'], rows: [row(2, 'x')] }))).toEqual([
    { kind: 'issue', issue: { where: 'line 1', expected: expect.stringContaining('危害等级'), got: '漏洞名称' } },
  ]);
  const json: ScanMapping = { ...mapping, shape: 'json', items: 'data.rows', fields: { title: 'name' } };
  expect(await all(readMappedJson(json, ['{"data":{"rows":7}}']))).toEqual([
    { kind: 'issue', issue: { where: 'data.rows', expected: 'a list', got: 'number' } },
  ]);
});
test('[G1] a JSON list at a path, a bare list and JSON lines are read alike; a cut one gives its complete part and an issue', async () => {
  const json: ScanMapping = {
    ...mapping,
    shape: 'json',
    items: 'data.rows',
    fields: { title: 'vul.name', target: 'ips', severity: 'level' },
  };
  const entries = [
    { vul: { name: 'A' }, ips: ['10.0.0.1'], level: '高' },
    { vul: { name: 'B' }, ips: [], level: 3 },
  ];
  const titles = async (map: ScanMapping, text: string) =>
    findingsOf(await all(readMappedJson(map, [text]))).map(({ title, severity }) => `${title} ${severity}`);
  expect(await titles(json, JSON.stringify({ data: { rows: entries } }))).toEqual(['A high', 'B high']);
  expect(await titles({ ...json, items: '' }, JSON.stringify(entries))).toEqual(['A high', 'B high']);
  expect(await titles({ ...json, items: '' }, entries.map((each) => JSON.stringify(each)).join('\n'))).toEqual([
    'A high',
    'B high',
  ]);
  const cut = await all(readMappedJson(json, [JSON.stringify({ data: { rows: entries } }).slice(0, -8)]));
  expect(findingsOf(cut).map(({ title }) => title)).toContain('A');
  expect(issuesOf(cut)[0]).toMatchObject({ expected: 'JSON' });
});
test('[G2] severity: declared words, common words, CVSS, the default, in this order', () => {
  const of = (severity: string, cvss: string) =>
    mapEntry(
      { ...mapping, fields: { title: 't', severity: 's', cvss: 'c' } },
      (name) => ({ t: 'x', s: severity, c: cvss })[name] ?? '',
    ).severity;
  expect([of('重大', '1'), of('Medium', '9.8'), of('', '9.8'), of('', '')]).toEqual([
    'critical',
    'medium',
    'critical',
    'low',
  ]);
  expect(() => of('', '11')).toThrow('CVSS');
});
test('[G3] the assistant finds the list and names each field once', () => {
  const contents = contentsOfJson({
    code: 0,
    meta: { tags: [{ a: 1 }] },
    result: {
      list: [
        { vulName: 'A', riskLevel: '高', asset: { ip: '10.0.0.1', port: 80 }, cveId: 'CVE-2021-1234' },
        { vulName: 'B', solution: 's' },
      ],
    },
  });
  expect(contents).toMatchObject({ shape: 'json', items: 'result.list', entries: 2 });
  expect(suggestFields(contents.columns)).toEqual({
    title: 'vulName',
    severity: 'riskLevel',
    target: 'asset.ip',
    port: 'asset.port',
    references: 'cveId',
    remediation: 'solution',
  });
  const table = contentsOfTable(headers, [row(2, 'A', '高', '10.0.0.1', '', '', '', '')]);
  expect(suggestFields(table.columns)).toEqual({
    title: '漏洞名称',
    severity: '危害等级',
    target: '资产地址',
    port: '端口',
    references: 'CVE',
    dueOn: '整改期限',
    number: '通报编号',
  });
  expect(table.columns[0]).toEqual({ name: '漏洞名称', samples: ['A'] });
});
test('[G4] a push is good once signed, forged when any part changes, late beyond the window', () => {
  const push = { timestamp: 1_800_000_000, key: 'k-1', content: '{"a":"通报"}' };
  for (const algorithm of ['hmac-sha256', 'hmac-sm3'] as const) {
    const signature = signPush('secret', push, algorithm);
    const verdict = (changes: object, at = push.timestamp) =>
      verifyPush('secret', { ...push, ...changes }, signature, at, algorithm);
    expect(verdict({})).toBe('good');
    expect(verdict({}, push.timestamp + pushWindow)).toBe('good');
    expect(verdict({}, push.timestamp + pushWindow + 1)).toBe('late');
    expect([verdict({ key: 'k-2' }), verdict({ content: '{}' }), verdict({ timestamp: 1 })]).toEqual([
      'forged',
      'forged',
      'forged',
    ]);
    expect(verifyPush('other', push, signature, push.timestamp, algorithm)).toBe('forged');
    expect(verifyPush('secret', push, 'zz', push.timestamp, algorithm)).toBe('forged');
  }
  expect(signPush('secret', push, 'hmac-sm3')).not.toBe(signPush('secret', push));
});
test('[G5] pages follow by number, cursor or link, and end', () => {
  const answer = { document: {}, entries: 10, link: undefined };
  const byNumber = { kind: 'page', parameter: 'page', first: 1 } as const;
  const first = firstPage('https://up.example/v?since={since}', byNumber, '2026-01-01T00:00:00Z');
  expect(first.url).toBe('https://up.example/v?since=2026-01-01T00%3A00%3A00Z&page=1');
  expect(nextPage(byNumber, first, answer)?.url).toContain('page=2');
  expect(nextPage(byNumber, first, { ...answer, entries: 0 })).toBeNull();
  const byCursor = { kind: 'cursor', parameter: 'after', path: 'meta.next' } as const;
  const start = firstPage('https://up.example/v', byCursor, null);
  const second = nextPage(byCursor, start, { ...answer, document: { meta: { next: 'abc' } } });
  expect(second?.url).toBe('https://up.example/v?after=abc');
  expect(nextPage(byCursor, second ?? start, { ...answer, document: { meta: { next: 'abc' } } })).toBeNull();
  expect(nextPage(byCursor, start, { ...answer, document: { meta: { next: '' } } })).toBeNull();
  const byLink = (link: string) => nextPage({ kind: 'link' }, start, { ...answer, link });
  expect(byLink('</v?p=2>; rel="next", </v?p=9>; rel="last"')?.url).toBe('https://up.example/v?p=2');
  expect(byLink('<https://evil.example/v>; rel="next"')).toBeNull();
  expect(nextPage({ kind: 'none' }, start, answer)).toBeNull();
});
test('[G6] days and times in the ways tables write them', () => {
  const read = (dueOn: string, seenAt: string) =>
    mapEntry(
      { ...mapping, fields: { title: 't', dueOn: 'd', seenAt: 's' } },
      (name) => ({ t: 'x', d: dueOn, s: seenAt })[name] ?? '',
    );
  for (const day of ['2026-3-1', '2026/03/01', '2026.03.01', '2026年3月1日 17:00'])
    expect(read(day, '').upstream?.dueOn).toBe('2026-03-01');
  for (const none of ['明天', '2026-02-29', '2026-13-01']) expect(() => read(none, '')).toThrow('a day');
  expect(read('', '2026-03-01 08:30:00').seenAt).toBe('2026-03-01T08:30:00+08:00');
  expect(read('', '2026-03-01T08:30:00.123Z').seenAt).toBe('2026-03-01T08:30:00Z');
  expect(read('', 'soon').seenAt).toBeNull();
});
