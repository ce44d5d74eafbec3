/**
 * @module Rules [D3], [D4], [D7]: every kind of bad input the workdesk names, on a whole kernel: cut, mislabelled, of a newer version, hostile, twice, by two
 * tools. Nothing is written unless a person says so, and every refusal has a place.
 */
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportRow } from '../src/shapes.ts';
import { nessus, nuclei, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.asset(stage.computing, '教务系统', ['jw.example.edu.cn', '10.1.0.5'], 3);
});
afterAll(() => stage.kernel.close());

const total = async (filter = '') => (await stage.run<{ total: number }>('kernel.listFindings', { filter })).total;
async function bring(name: string, content: string | Uint8Array, more: Record<string, unknown> = {}) {
  const evidenceId = await stage.upload(name, content);
  const { import: started, unchanged } = await stage.run<{ import: ImportRow; unchanged: boolean }>('importScan', {
    evidenceId,
    ...more,
  });
  await stage.kernel.core.jobs.drain();
  return { row: await stage.run<ImportRow>('getImport', { id: started.id }), unchanged };
}
/** Nothing came in, and the refusal says where, what was expected and what was there. */
async function refused(name: string, content: string | Uint8Array, more: Record<string, unknown> = {}) {
  const before = await total();
  const { row } = await bring(name, content, more);
  expect(row.status, name).toBe('broken');
  expect(await total(), name).toBe(before);
  const [issue] = row.issues;
  expect(issue?.where, name).not.toBe('');
  expect(issue?.expected, name).not.toBe('');
  return row;
}
const semgrep = (count: number) =>
  JSON.stringify({
    results: Array.from({ length: count }, (_, index) => ({
      check_id: `rule-${index}`,
      path: 'app.py',
      start: { line: index + 1 },
      extra: { severity: 'ERROR', message: 'm' },
    })),
    errors: [],
    version: '1.90.0',
  });
const nmap = (extra = '') =>
  `<?xml version="1.0"?>${extra}<nmaprun scanner="nmap" start="1764000000"><host><status state="up"/><address addr="10.1.0.5" addrtype="ipv4"/><ports><port protocol="tcp" portid="22"><state state="open"/><service name="ssh"/></port></ports></host></nmaprun>`;
const cves = ['CVE-2024-5001', 'CVE-2024-5002', 'CVE-2024-5003'];

describe('bad input', () => {
  test.each([
    ['truncated.nessus', nessus('jw.example.edu.cn', '10.1.0.5', cves).slice(0, -120), /^line \d+/],
    ['truncated.jsonl', `${nuclei('jw.example.edu.cn', 'CVE-2024-6001', 'high')}\n{"template-id":"cut`, /^line 2$/],
    ['truncated-semgrep.json', semgrep(3).slice(0, -60), /./],
    ['truncated-nmap.xml', nmap().slice(0, -40), /^line \d+/],
  ])('[D7] cut: %s imports nothing and names the place', async (name, content, where) => {
    const row = await refused(name, content);
    expect(row.issues[0]?.where).toMatch(where);
  });
  test('[D7] cut: the good part comes in when a person says so, and only then', async () => {
    const cut = `${nuclei('jw.example.edu.cn', 'CVE-2024-6101', 'high')}\n${nuclei('jw.example.edu.cn', 'CVE-2024-6102', 'low')}\n{"template`;
    const row = await refused('cut.jsonl', cut);
    const before = await total();
    await stage.run('acceptGoodPart', { id: row.id });
    await stage.kernel.core.jobs.drain();
    expect(await total()).toBe(before + 2);
    expect(await stage.run('getImport', { id: row.id })).toMatchObject({ status: 'partial', raised: 2, issueCount: 1 });
  });
  test('[D7] mislabelled: content decides over the name, and a format forced onto another file is refused', async () => {
    const { row } = await bring('report.jsonl', nessus('jw.example.edu.cn', '10.1.0.5', ['CVE-2024-6201']));
    expect(row).toMatchObject({ status: 'done', format: 'nessus', raised: 1 });
    await refused('really-nessus.jsonl', nessus('jw.example.edu.cn', '10.1.0.5', ['CVE-2024-6202']), {
      format: 'nuclei',
    });
    await refused('picture.nessus', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]));
    await refused('empty.xml', '');
    const { row: nul } = await bring(
      'nul.jsonl',
      nuclei('jw.example.edu.cn', 'CVE-2024-6203', 'high', {
        info: { name: 'a\u0000b', severity: 'high', description: '\u0000' },
      }),
    );
    expect(nul).toMatchObject({ status: 'done', raised: 1 });
    expect(await total('"a·b"')).toBe(1);
  });
  test('[W10] a newer version: fields it adds are passed over, a structure nobody knows is refused by its beginning', async () => {
    const newer = JSON.parse(nuclei('jw.example.edu.cn', 'CVE-2024-6301', 'high')) as Record<string, unknown>;
    const { row } = await bring(
      'nuclei-9.jsonl',
      JSON.stringify({ ...newer, 'schema-version': 9, 'new-part': { deep: [1, { more: true }] } }),
    );
    expect(row).toMatchObject({ status: 'done', raised: 1 });
    const { row: report } = await bring(
      'nessus-next.nessus',
      nessus('jw.example.edu.cn', '10.1.0.5', ['CVE-2024-6302']).replace(
        '<ReportItem ',
        '<NewBlock kind="x"><Deep/></NewBlock><ReportItem newAttribute="1" ',
      ),
    );
    expect(report).toMatchObject({ status: 'done', raised: 1 });
    const unknown = await refused(
      'nessus-v9.xml',
      '<?xml version="1.0"?><NessusClientData_v9><Data/></NessusClientData_v9>',
    );
    expect(unknown.issues[0]).toMatchObject({ expected: 'the output of a known scanner' });
    expect(unknown.issues[0]?.got).toContain('NessusClientData_v9');
    const sarif = await refused(
      'next.sarif',
      JSON.stringify({ version: '3.0.0', runs: [{ tool: { driver: { name: 't' } }, results: [] }] }),
    );
    expect(sarif.issues[0]).toMatchObject({ where: '$.version', expected: 'SARIF 2.1.x', got: '3.0.0' });
    const bom = await refused(
      'next.cdx.json',
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '2.0', vulnerabilities: [] }),
    );
    expect(bom.issues[0]).toMatchObject({ where: '$.specVersion', expected: 'CycloneDX 1.x', got: '2.0' });
  });
  const entities = [
    ['external', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ['remote', '<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:9/x.dtd">]>'],
    ['parameter', '<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>'],
    [
      'billion laughs',
      `<!DOCTYPE r [<!ENTITY a0 "lol">${Array.from({ length: 9 }, (_, level) => `<!ENTITY a${level + 1} "${`&a${level};`.repeat(10)}">`).join('')}]>`,
    ],
  ] as const;
  test.each(entities)(
    '[D7] hostile XML, %s entity: refused by name, nothing fetched, nothing unfolded',
    async (kind, definition) => {
      for (const [name, text] of [
        [`${kind}.nessus`, nessus('jw.example.edu.cn', '10.1.0.5', ['CVE-2024-6401']).replace('?>', `?>${definition}`)],
        [`${kind}-nmap.xml`, nmap(definition)],
      ] as const) {
        const row = await refused(name, text);
        expect(row.issues[0]?.got).toBe('an ENTITY definition');
        expect(JSON.stringify(row.issues)).not.toContain('root:');
      }
    },
  );
  test('[D7] archives: a bomb, a bomb inside an archive and a broken archive are refused', async () => {
    const zeros = new Uint8Array(40_000_000);
    const bomb = await refused('bomb.zip', zipSync({ 'scan.json': zeros }));
    expect(bomb.issues[0]?.expected).toContain('200 times');
    // An archive in an archive is no scan: it is not unpacked at all.
    await refused('nested.zip', zipSync({ 'inner.zip': zipSync({ 'scan.json': zeros }) }));
    const honest = zipSync({
      'scan.jsonl': new TextEncoder().encode(nuclei('jw.example.edu.cn', 'CVE-2024-6501', 'high')),
    });
    await refused('cut.zip', honest.slice(0, honest.length - 30));
    const { row } = await bring('good.zip', honest);
    expect(row).toMatchObject({ status: 'done', raised: 1 });
  });
  test('[D3] the same file twice, under another name and inside a run of others, changes nothing', async () => {
    const text = nuclei('jw.example.edu.cn', 'CVE-2024-6601', 'high');
    await bring('first.jsonl', text);
    const before = [await total(), (await stage.run<{ total: number }>('listImports', {})).total];
    for (const name of ['first.jsonl', 'renamed.jsonl', 'again.txt'])
      expect((await bring(name, text)).unchanged).toBe(true);
    expect([await total(), (await stage.run<{ total: number }>('listImports', {})).total]).toEqual(before);
  });
  test('[D4] two tools that report one weakness make one finding with two sources; another port is another finding', async () => {
    await bring('one.jsonl', nuclei('jw.example.edu.cn', 'CVE-2024-6701', 'critical', { port: '443' }));
    await bring('two.nessus', nessus('jw.example.edu.cn', '10.1.0.5', ['CVE-2024-6701']));
    const { items } = await stage.run<{ items: { sources: string[] }[] }>('kernel.listFindings', {
      filter: '"CVE-2024-6701"',
    });
    expect(items.map(({ sources }) => sources)).toEqual([['nessus', 'nuclei']]);
  });
});
