/** @module Rules [D1] to [D9]: importing scans into a whole kernel. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportRow, Preview } from '../src/shapes.ts';
import { nessus, nuclei, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.asset(stage.computing, '教务系统', ['jw.example.edu.cn', '10.1.0.5'], 3);
  await stage.asset(stage.history, '档案馆', ['archive.example.edu.cn']);
});
afterAll(() => stage.kernel.close());

type Finding = {
  title: string;
  organisationId: string;
  sources: string[];
  occurrences: number;
  status: string;
  recurrences: number;
};
const findings = async (filter = '') =>
  (await stage.run<{ items: Finding[] }>('kernel.listFindings', { filter, limit: 500 })).items;
const bring = async (name: string, content: string | Uint8Array, more: Record<string, unknown> = {}) => {
  const evidenceId = await stage.upload(name, content);
  const { import: row, unchanged } = await stage.run<{ import: ImportRow; unchanged: boolean }>('importScan', {
    evidenceId,
    ...more,
  });
  await stage.kernel.core.jobs.drain();
  return { row: await stage.run<ImportRow>('getImport', { id: row.id }), unchanged, evidenceId };
};

const first = [
  nuclei('jw.example.edu.cn', 'CVE-2024-0001', 'critical'),
  nuclei('archive.example.edu.cn', 'weak-tls', 'medium'),
  nuclei('lost.example.edu.cn', 'CVE-2024-0002', 'high'),
  nuclei('lost.example.edu.cn', 'open-panel', 'low'),
].join('\n');

describe('imports', () => {
  test('[D1] a preview says format, units, what nobody answers for, and writes nothing', async () => {
    const evidenceId = await stage.upload('预览.jsonl', first);
    const preview = await stage.run<Preview>('previewScan', { evidenceId });
    expect(preview).toMatchObject({ format: 'nuclei', found: 4, complete: true, issues: [], importedBefore: null });
    expect(preview.units).toEqual(
      expect.arrayContaining([
        { organisationId: stage.computing, findings: 1 },
        { organisationId: stage.history, findings: 1 },
      ]),
    );
    expect(preview.unresolved).toEqual([{ target: 'lost.example.edu.cn', findings: 2 }]);
    expect(await findings()).toEqual([]);
    expect((await stage.run<{ total: number }>('listImports', {})).total).toBe(0);
  });
  test('[D2] findings go to the unit of their asset; what has no owner waits in the inbox', async () => {
    const { row } = await bring('nuclei.jsonl', first);
    expect(row).toMatchObject({
      status: 'done',
      format: 'nuclei',
      found: 4,
      applied: 4,
      raised: 2,
      unresolved: 2,
      issueCount: 0,
    });
    expect((await findings()).map(({ organisationId }) => organisationId).sort()).toEqual(
      [stage.computing, stage.history].sort(),
    );
    const { items } = await stage.run<{ items: { target: string; findings: number; worst: string }[] }>(
      'listInbox',
      {},
    );
    expect(items).toMatchObject([{ target: 'lost.example.edu.cn', findings: 2, worst: 'high' }]);
  });
  test('[D3] the same file twice changes nothing', async () => {
    const before = await findings();
    const { unchanged } = await bring('again.jsonl', first);
    expect(unchanged).toBe(true);
    expect(await findings()).toEqual(before);
    expect((await stage.run<{ total: number }>('listImports', {})).total).toBe(1);
  });
  test('[D4] one weakness reported by two tools is one finding with two sources', async () => {
    const { row } = await bring('jw.nessus', nessus('jw.example.edu.cn', '10.1.0.5', ['CVE-2024-0001']));
    expect(row).toMatchObject({ status: 'done', source: 'nessus', raised: 0, again: 1 });
    const [found] = await findings(`organisation:${stage.computing}`);
    expect(found).toMatchObject({ sources: ['nessus', 'nuclei'], occurrences: 2 });
  });
  test('[D5] assigning a target raises all it holds, and the next scan finds the unit by itself', async () => {
    await expect(stage.run('assignTarget', { target: 'nobody', organisationId: stage.history })).rejects.toThrow(
      'workdesk.unknown',
    );
    const answer = await stage.run<{ raised: number }>('assignTarget', {
      target: 'lost.example.edu.cn',
      organisationId: stage.history,
    });
    expect(answer.raised).toBe(2);
    expect((await stage.run<{ total: number }>('listInbox', {})).total).toBe(0);
    expect(await findings(`organisation:${stage.history}`)).toHaveLength(3);
    const { row } = await bring('more.jsonl', nuclei('lost.example.edu.cn', 'CVE-2024-0003', 'high'));
    expect(row).toMatchObject({ raised: 1, unresolved: 0 });
  });
  test('[D6] networks and domain suffixes answer where no asset is registered; dropped targets stay out', async () => {
    await stage.run('saveRange', { organisationId: stage.computing, value: '10.9.0.0/16' });
    await stage.run('saveRange', { organisationId: stage.history, value: '*.his.example.edu.cn' });
    await expect(stage.run('saveRange', { organisationId: stage.history, value: 'not a range' })).rejects.toThrow(
      'workdesk.range_invalid',
    );
    const { row } = await bring(
      'ranges.jsonl',
      [
        nuclei('10.9.3.4', 'CVE-2024-0101', 'high'),
        nuclei('www.his.example.edu.cn', 'CVE-2024-0102', 'high'),
        nuclei('foreign.test', 'x', 'low'),
      ].join('\n'),
    );
    expect(row).toMatchObject({ raised: 2, unresolved: 1 });
    await stage.run('dropTarget', { target: 'foreign.test', reason: '不是本校的网站' });
    await bring('foreign.jsonl', nuclei('foreign.test', 'x', 'low', { timestamp: '2026-11-20T08:00:00Z' }));
    expect((await stage.run<{ total: number }>('listInbox', {})).total).toBe(0);
  });
  test('[D7] a broken file imports nothing and names the place; the good part only on request', async () => {
    const broken = `${nuclei('jw.example.edu.cn', 'CVE-2024-0201', 'high')}\n{"template-id": "cut`;
    const { row } = await bring('cut.jsonl', broken);
    expect(row).toMatchObject({ status: 'broken', found: 1, raised: 0, issueCount: 1 });
    expect(row.issues[0]).toMatchObject({ where: 'line 2', expected: 'a JSON object' });
    expect(await findings('CVE-2024-0201')).toEqual([]);
    await stage.run('acceptGoodPart', { id: row.id });
    await stage.kernel.core.jobs.drain();
    expect(await stage.run('getImport', { id: row.id })).toMatchObject({ status: 'partial', raised: 1 });
    await expect(stage.run('acceptGoodPart', { id: row.id })).rejects.toThrow('workdesk.step_refused');
  });
  test('[D7] hostile and foreign files are refused by name', async () => {
    const bomb = `<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>${nessus('jw.example.edu.cn', '10.1.0.5', ['CVE-2024-0301'])}`;
    const { row } = await bring('bomb.nessus', bomb);
    expect([row.status, row.issues[0]?.got]).toEqual(['broken', 'an ENTITY definition']);
    const { row: unknown } = await bring('holiday.txt', '放假通知');
    expect([unknown.status, unknown.issues[0]?.expected]).toEqual(['broken', 'the output of a known scanner']);
    const { row: archive } = await bring('x.zip', new Uint8Array([0x50, 0x4b, 3, 4, 9, 9, 9]));
    expect([archive.status, archive.issues[0]?.expected]).toEqual(['broken', 'a ZIP archive']);
    expect(await findings('CVE-2024-0301')).toEqual([]);
  });
  test('[D8] an interrupted import goes on where it stopped', async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => nuclei('jw.example.edu.cn', `check-${index}`, 'low'));
    const evidenceId = await stage.upload('long.jsonl', lines.join('\n'));
    const { import: row } = await stage.run<{ import: ImportRow }>('importScan', { evidenceId });
    // As a crash after the first batch leaves it: a thousand committed, the job still queued.
    await stage.kernel.core.store.system((db) =>
      (
        db as never as {
          updateTable(name: string): {
            set(values: object): { where(...args: unknown[]): { execute(): Promise<unknown> } };
          };
        }
      )
        .updateTable('workdeskImports')
        .set({ applied: 1000, found: 2500, status: 'raising' })
        .where('id', '=', row.id)
        .execute(),
    );
    await stage.kernel.core.jobs.drain();
    expect(await stage.run('getImport', { id: row.id })).toMatchObject({ status: 'done', applied: 2500, raised: 1500 });
  });
  test('[D9] the list of exploited weaknesses is loaded from JSON and CSV, and a broken one named', async () => {
    const entry = { cveID: 'CVE-2024-0001', vulnerabilityName: 'n', dateAdded: '2024-02-01', dueDate: '2024-02-22' };
    const list = await stage.upload('kev.json', JSON.stringify({ vulnerabilities: [entry] }));
    expect(await stage.run('loadExploited', { evidenceId: list })).toEqual({ entries: 1, added: 1 });
    const csv = await stage.upload(
      'kev.csv',
      'cveID,vulnerabilityName,dateAdded,dueDate\nCVE-2024-0001,n,2024-02-01,\nCVE-2024-0009,m,2024-02-02,\n',
    );
    expect(await stage.run('loadExploited', { evidenceId: csv })).toEqual({ entries: 2, added: 1 });
    const broken = await stage.upload('kev2.json', '{"vulnerabilities":[{"cveID":"nothing"}]}');
    await expect(stage.run('loadExploited', { evidenceId: broken })).rejects.toThrow('workdesk.list_unreadable');
    const { items } = await stage.run<{ items: { organisationId: string; exploited: number }[] }>(
      'listPendingUnits',
      {},
    );
    expect(items.find(({ organisationId }) => organisationId === stage.computing)?.exploited).toBe(1);
  });
  test('[D10] a unit neither imports nor sees imports, inbox or the other unit', async () => {
    for (const name of ['listImports', 'listInbox', 'listPendingUnits'])
      await expect(stage.run(name, {}, stage.contact)).rejects.toThrow('access.denied');
    const own = await stage.run<{ items: Finding[] }>('kernel.listFindings', { limit: 500 }, stage.other);
    expect(new Set(own.items.map(({ organisationId }) => organisationId))).toEqual(new Set([stage.history]));
    await expect(stage.run('importScan', { evidenceId: stage.root }, stage.auditor)).rejects.toThrow('access.denied');
  });
});
