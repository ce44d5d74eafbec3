import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { detectFormat, formats, identityOf, readScan, type ScanFinding, type ScanItem, unpack } from '../src/index.ts';
import { isoOfSeconds } from '../src/scans/formats/nmap.ts';

const read = async (text: string, name = 'file', formatId?: string): Promise<ScanItem[]> => {
  const items: ScanItem[] = [];
  // In small pieces, as a stream would bring it.
  for await (const item of readScan(text.match(/[\s\S]{1,37}/g) ?? [''], name, formatId)) items.push(item);
  return items;
};
const findings = (items: readonly ScanItem[]) =>
  items.flatMap((item) => (item.kind === 'finding' ? [item.finding] : []));
const issues = (items: readonly ScanItem[]) => items.flatMap((item) => (item.kind === 'issue' ? [item.issue] : []));

const nessus = (body: string) =>
  `<?xml version="1.0"?>\n<NessusClientData_v2><Report name="r"><ReportHost name="10.0.0.5"><HostProperties><tag name="host-ip">10.0.0.5</tag><tag name="host-fqdn">oa.example.test</tag></HostProperties>${body}</ReportHost></Report></NessusClientData_v2>`;
const item = (id: number, severity = 3) =>
  `<ReportItem port="443" protocol="tcp" severity="${severity}" pluginID="${id}" pluginName="Weak thing ${id}"><description>d</description><solution>Upgrade</solution><cve>CVE-2024-1000${id}</cve><cvss3_base_score>7.5</cvss3_base_score></ReportItem>`;

test('[W1] formats are told apart by content; what none claims is one named issue', async () => {
  expect(detectFormat(nessus(''), 'x.txt')?.id).toBe('nessus');
  expect(detectFormat('{"bomFormat":"CycloneDX"}', 'x')?.id).toBe('cyclonedx-json');
  expect(new Set(formats.map(({ id }) => id)).size).toBe(formats.length);
  expect(issues(await read('hello', 'note.txt'))).toEqual([
    { where: 'note.txt', expected: 'the output of a known scanner', got: 'hello' },
  ]);
  expect(issues(await read('x', 'f', 'nothing'))[0]?.expected).toContain('nmap');
});
test('[W2] a finding carries rule, title, severity, place, references and score', async () => {
  const [found] = findings(await read(nessus(item(1))));
  expect(found).toMatchObject({
    ruleId: '1',
    title: 'Weak thing 1',
    severity: 'high',
    remediation: 'Upgrade',
    cvss: 7.5,
    location: { host: 'oa.example.test', address: '10.0.0.5', port: 443, protocol: 'tcp' },
    references: [{ kind: 'cve', id: 'CVE-2024-10001' }],
  });
});
test('[W3] a cut file gives what was complete and an issue with its line', async () => {
  const text = nessus(item(1) + item(2));
  const items = await read(text.slice(0, text.indexOf('Weak thing 2')));
  expect(findings(items).map(({ ruleId }) => ruleId)).toEqual(['1']);
  expect(issues(items)[0]).toMatchObject({ where: expect.stringMatching(/^line \d+/), expected: 'well-formed XML' });
  const json = JSON.stringify({
    results: [
      { check_id: 'a', path: 'x.py', start: { line: 3 }, extra: { severity: 'ERROR', message: 'm' } },
      { check_id: 'b', path: 'y.py', start: { line: 4 }, extra: {} },
    ],
  });
  const cut = await read(json.slice(0, -20), 'semgrep.json');
  expect([findings(cut).length > 0, issues(cut)[0]?.expected]).toEqual([true, 'JSON']);
});
test('[W4] entity definitions are refused, depth and record size bounded', async () => {
  const bomb = `<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${nessus(item(1))}`;
  expect(issues(await read(bomb, 'x', 'nessus'))[0]).toMatchObject({ got: 'an ENTITY definition' });
  expect(findings(await read(bomb, 'x', 'nessus'))).toEqual([]);
  expect(issues(await read(nessus('<a>'.repeat(100)), 'x'))[0]?.expected).toBe('at most 64 levels');
});
test('[W5] JSON lines: a bad line is named, the others are read', async () => {
  const line = (id: string) =>
    JSON.stringify({
      'template-id': id,
      info: { name: id, severity: 'high' },
      host: 'https://a.example.test',
      'matched-at': 'https://a.example.test/x',
    });
  const items = await read(`${line('one')}\n{broken\n${line('two')}\n`, 'out.jsonl');
  expect(findings(items).map(({ ruleId }) => ruleId)).toEqual(['one', 'two']);
  expect(issues(items)).toEqual([{ where: 'line 2', expected: 'a JSON object', got: '{broken' }]);
});
test('[W6] an archive that would unpack to too much is refused', () => {
  const bomb = zipSync({ 'a.json': new Uint8Array(30_000_000) });
  expect(() => unpack(bomb)).toThrow('200 times');
  expect(unpack(zipSync({ 'a.json': new TextEncoder().encode('{}'), 'b.exe': new Uint8Array(3) }))).toEqual([
    { name: 'a.json', text: '{}' },
  ]);
});
test('[W7] a secret is kept masked', async () => {
  const secret = 'AKIAIOSFODNN7EXAMPLEKEY';
  const [found] = findings(
    await read(
      JSON.stringify([{ RuleID: 'aws', Description: 'AWS key', Secret: secret, File: 'a.env', StartLine: 3 }]),
      'gitleaks.json',
    ),
  );
  expect(JSON.stringify(found)).not.toContain(secret);
  expect(found?.description).toContain('AKI…EY (23)');
});
test('[W8] the same weakness seen by two tools has one identity', () => {
  const base: ScanFinding = {
    ruleId: 'x',
    title: 't',
    kind: 'vulnerability',
    severity: 'high',
    description: '',
    remediation: null,
    location: { port: 443 },
    references: [{ kind: 'cve', id: 'CVE-2024-1' }],
    cvss: null,
    confidence: 1,
    seenAt: null,
    suppressed: null,
  };
  expect(identityOf({ ...base, ruleId: 'plugin 7', title: 'other words' })).toEqual(identityOf(base));
  expect(identityOf({ ...base, location: { port: 8443 } })).not.toEqual(identityOf(base));
  expect(identityOf({ ...base, references: [], ruleId: 'a' })).not.toEqual(
    identityOf({ ...base, references: [], ruleId: 'b' }),
  );
});
test('[W9] SARIF: one finding for each location', async () => {
  const location = (line: number) => ({
    physicalLocation: { artifactLocation: { uri: 'a.c' }, region: { startLine: line } },
  });
  const items = await read(
    JSON.stringify({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 't', rules: [{ id: 'r', properties: { tags: ['external/cwe/cwe-079'] } }] } },
          results: [{ ruleId: 'r', level: 'error', message: { text: 'm' }, locations: [location(1), location(9)] }],
        },
      ],
    }),
  );
  expect(findings(items).map(({ location: { line }, references }) => [line, references[0]?.id])).toEqual([
    [1, 'CWE-79'],
    [9, 'CWE-79'],
  ]);
});
test('[W2] seconds become the right day without a Date', () => {
  for (const seconds of [0, 951_782_400, 1_709_164_800, 4_102_444_799, 1_732_435_200])
    expect(isoOfSeconds(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000', ''));
});
