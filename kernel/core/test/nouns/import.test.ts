import { helloServer } from '@hedun/capability-hello/server';
import type { CapabilityServer, FileReference } from '@hedun/sdk';
import ExcelJS from 'exceljs';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { neutralise } from '../../src/nouns/formula.ts';
import { readTable } from '../../src/nouns/import/read.ts';
import { openTestKernel, type TestKernel } from '../../src/testing-kernel.ts';
import { writeXlsx } from './workbook.ts';

let kernel: TestKernel;
let bureau: string;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [helloServer as unknown as CapabilityServer] });
  bureau = await kernel.organisation('大数据局');
  await kernel.organisation('运维科', bureau);
  await kernel.organisation('运维科', await kernel.organisation('教育局'));
});
afterAll(() => kernel.close());

async function upload(bytes: Uint8Array | string, name = '资产.csv'): Promise<string> {
  const { core } = kernel;
  const blob = await core.blobs.put(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  return await core.store.transaction({ scope: { kind: 'all' }, userId: null }, async (db) => {
    const session = {
      db,
      actor: kernel.administrator.actor,
      scope: { kind: 'all' },
      locale: 'zh-CN',
      now: () => core.clock.now(),
      newId: core.newId,
      publish: async () => undefined,
    } as const;
    return (await core.nouns.register(session, blob, { organisationId: kernel.root, name, mediaType: '' })).id;
  });
}
interface Job {
  readonly status: string;
  readonly result: Record<string, number> & FileReference;
  readonly error: { readonly error: { readonly code: string; readonly issues?: readonly { where: string }[] } } | null;
}
async function job(operation: string, input: object): Promise<Job> {
  const { jobId } = (await kernel.run(operation, input)) as { jobId: string };
  await kernel.core.jobs.drain();
  return ((await kernel.run('kernel.getJob', { id: jobId })) as { job: Job }).job;
}
const importFile = async (bytes: Uint8Array | string, more: object = {}, name?: string) =>
  await job('kernel.importAssets', { evidenceId: await upload(bytes, name), ...more });
const assets = (filter: string) =>
  kernel.run('kernel.listAssets', { filter, limit: 500 }) as Promise<{
    items: Record<string, unknown>[];
    total: number;
  }>;
const textOf = async (file: FileReference) => {
  const parts: Uint8Array[] = [];
  for await (const part of kernel.core.blobs.stream(file.sha256)) parts.push(part);
  return Buffer.concat(parts);
};

describe('import', () => {
  test('[N20] a Chinese CSV with other headers, kinds, states and levels becomes assets', async () => {
    const done = await importFile(
      '系统名称,资产类别,单位,IP地址,运行状态,安全保护等级,标签,端口\r\n门户网站,网站,大数据局,10.1.1.1；WWW.JC.CN,运行中,三级,"重要,对外",\r\n主库,服务,示例市/大数据局/运维科,10.1.1.2,在用,,,3306\r\n',
    );
    expect(done).toMatchObject({ status: 'succeeded', result: { total: 2, created: 2, skipped: 0 } });
    const { items } = await assets('name:门户网站');
    expect(items[0]).toMatchObject({
      kind: 'information-system',
      organisationId: bureau,
      identifiers: ['10.1.1.1', 'www.jc.cn'],
      status: 'active',
      protectionLevel: 3,
      tags: ['重要', '对外'],
    });
    expect((await assets('name:主库')).items[0]).toMatchObject({ attributes: { port: 3306 } });
  });

  test('[N21] the same file twice changes nothing; a changed cell changes that asset', async () => {
    const file = (level: string) => `名称,类型,单位,等保级别\n甲,主机,大数据局,${level}\n乙,主机,大数据局,2\n`;
    expect((await importFile(file('2'))).result).toMatchObject({ created: 2 });
    expect((await importFile(file('2'))).result).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect((await importFile(file('3'))).result).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
  });

  test('[N22] one bad row and nothing is imported; the errors name row and column', async () => {
    const file =
      '名称,类型,单位,等保级别\n丙一,主机,大数据局,2\n丙二,飞船,大数据局,9\n,主机,无此单位,1\n丙一,主机,大数据局,1\n丙五,主机,运维科,1\n';
    const refused = await importFile(file);
    expect(refused.status).toBe('failed');
    expect(refused.error?.error.code).toBe('file.rows_invalid');
    expect(refused.error?.error.issues?.map(({ where }) => where)).toEqual([
      '资产.csv:3:类型',
      '资产.csv:3:等保级别',
      '资产.csv:4:名称',
      '资产.csv:4:单位',
      '资产.csv:5:名称',
      '资产.csv:6:单位',
    ]);
    expect((await assets('name:丙*')).total).toBe(0);
    expect((await importFile(file, { skipBadRows: true })).result).toMatchObject({ created: 1, skipped: 4 });
  });

  test('[N23] the preview shows columns, rows and errors and writes nothing', async () => {
    const evidenceId = await upload('资产名称,类型,备注\n丁一,主机,x\n丁二,飞船,y\n');
    const preview = (await kernel.run('kernel.previewAssetImport', { evidenceId, organisationId: bureau })) as Record<
      string,
      unknown
    >;
    expect(preview).toMatchObject({
      columns: { name: '资产名称', kind: '类型' },
      headers: ['资产名称', '类型', '备注'],
      total: 2,
      good: 1,
      issueCount: 1,
    });
    expect((await assets('name:丁*')).total).toBe(0);
    const wrong = kernel.run('kernel.previewAssetImport', { evidenceId, columns: { name: '没有这列' } });
    await expect(wrong).rejects.toMatchObject({ code: 'input.invalid', where: 'columns.name' });
  });

  test('[N24] GB18030 is recognised, other bytes are refused with their line', async () => {
    // 名称,类型 / 戊,主机 in GB18030.
    const gb = Buffer.from('c3fbb3c62cc0e0d0cd0acee82cd6f7bbfa0a', 'hex');
    expect(readTable(gb, 'a.csv').headers).toEqual(['名称', '类型']);
    const broken = Buffer.concat([gb, Buffer.from([0x61, 0xff, 0xff, 0x0a])]);
    expect(() => readTable(broken, 'a.csv')).toThrow(
      expect.objectContaining({ code: 'file.unreadable', where: 'a.csv:3' }),
    );
    expect(() => readTable(Buffer.from('a,b\n"x'), 'a.csv')).toThrow(
      expect.objectContaining({ code: 'file.unreadable' }),
    );
    expect(() => readTable(Buffer.from([1, 0, 2]), 'a.csv')).toThrow(
      expect.objectContaining({ code: 'file.unreadable' }),
    );
  });

  test('[N24] notes stand only before the header; further down a # is data, and lines keep their numbers', () => {
    const table = readTable(
      Buffer.from('# 导出人：甲\n名称;类型\n#1 交换机;设备\n\n"多\n行";主机\n末;主机\n'),
      'a.csv',
    );
    expect(table.headers).toEqual(['名称', '类型']);
    expect(table.rows.map(({ line, cells }) => [line, cells[0]])).toEqual([
      [3, '#1 交换机'],
      [6, '多\n行'],
      [7, '末'],
    ]);
  });

  test('[N25] a workbook made by another program is read: shared and inline strings, numbers, dates, gaps', async () => {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('资产');
    sheet.addRow(['名称', '类型', '责任单位', '端口', '上线日期']);
    sheet.addRow(['己一', '服务', '大数据局', 8080, new Date('2024-05-06T00:00:00Z')]);
    sheet.addRow([]);
    const last = sheet.addRow(['己二']);
    last.getCell(3).value = { richText: [{ text: '大数据' }, { text: '局' }] };
    const table = readTable(new Uint8Array(await book.xlsx.writeBuffer()), 'a.xlsx');
    expect(table.rows).toEqual([
      { line: 2, cells: ['己一', '服务', '大数据局', '8080', '2024-05-06'] },
      { line: 4, cells: ['己二', '', '大数据局'] },
    ]);
  });

  test('[N26] a bomb, a document type, a damaged archive and an old XLS are refused by name', () => {
    const zeros = new Uint8Array(64 * 1_048_576).fill(0x20);
    const bomb = zipSync({
      'xl/workbook.xml': strToU8('<workbook xmlns:r="r"><sheets><sheet r:id="r1"/></sheets></workbook>'),
      'xl/_rels/workbook.xml.rels': strToU8(
        '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
      'xl/worksheets/sheet1.xml': zeros,
    });
    expect(bomb.length).toBeLessThan(200_000);
    expect(() => readTable(bomb, 'a.xlsx')).toThrow(expect.objectContaining({ code: 'file.bomb' }));
    const doctype = writeXlsx('<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>');
    expect(() => readTable(doctype, 'a.xlsx')).toThrow(expect.objectContaining({ code: 'file.unreadable' }));
    expect(() => readTable(doctype.subarray(0, doctype.length / 2), 'a.xlsx')).toThrow(
      expect.objectContaining({ code: 'file.unreadable' }),
    );
    expect(() => readTable(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'a.xls')).toThrow(
      expect.objectContaining({ code: 'file.unreadable', got: 'an XLS workbook of before 2007' }),
    );
  });

  test('[N26] 400 damaged copies of good files are read or refused by name, never anything else', () => {
    const good = [
      Buffer.from('名称,类型,单位\n"甲,""乙""",主机,大数据局\n丙,服务,教育局\n'),
      Buffer.from(
        writeXlsx(
          '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>',
        ),
      ),
    ];
    let state = 42;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * below);
    };
    const outcomes = new Set<string>();
    for (let turn = 0; turn < 400; turn += 1) {
      const copy = Buffer.from(good[turn % 2] as Buffer);
      for (let hits = random(8); hits >= 0; hits -= 1) copy[random(copy.length)] = random(256);
      try {
        readTable(random(5) === 0 ? copy.subarray(0, random(copy.length)) : copy, 'x');
        outcomes.add('read');
      } catch (error) {
        outcomes.add((error as { code?: string }).code ?? String(error));
      }
    }
    expect([...outcomes].sort()).toEqual(['file.unreadable', 'read']);
  });
});

describe('export', () => {
  test('[N27] formula characters are made text, numbers are not', () => {
    expect(['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=x', '＝1', '-3.5', '+86', 'a=b', '|x'].map(neutralise)).toEqual([
      "'=1+1",
      "'+cmd|x",
      "'-2+3",
      "'@SUM(A1)",
      "'\t=x",
      "'＝1",
      '-3.5',
      '+86',
      'a=b',
      "'|x",
    ]);
  });

  test('[N28] an export holds all rows of the filter, names actor and time, and reads back', async () => {
    await kernel.run('kernel.createAsset', {
      organisationId: bureau,
      kind: 'host',
      name: '=HYPERLINK("http://x","y")',
      tags: ['出口'],
    });
    await importFile(
      `名称,类型,单位,标签\n${Array.from({ length: 1200 }, (_, index) => `出口${index},主机,大数据局,出口`).join('\n')}\n`,
    );
    const csv = await job('kernel.exportList', { list: 'kernel.listAssets', filter: 'tags:出口', format: 'csv' });
    expect(csv.status).toBe('succeeded');
    expect(csv.result.name).toMatch(/^资产-管理员-202611241\d{3}\.csv$/);
    const bytes = await textOf(csv.result);
    expect(bytes.toString()).toContain('导出人：管理员');
    expect(bytes.toString()).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    const table = readTable(bytes, 'a.csv');
    expect(table.rows).toHaveLength(1201);
    expect(table.headers).toContain('名称');
    const json = JSON.parse(
      (
        await textOf(
          (
            await job('kernel.exportList', { list: 'kernel.listAssets', filter: 'tags:出口', format: 'json' })
          ).result,
        )
      ).toString(),
    );
    expect([json.exportedBy, json.items.length]).toEqual(['管理员', 1201]);
    const xlsx = await job('kernel.exportList', { list: 'kernel.listAssets', filter: 'tags:出口', format: 'xlsx' });
    expect(readTable(await textOf(xlsx.result), 'a.xlsx').rows).toHaveLength(1202);
  });

  test('[N28] a list that is none is refused with those there are', async () => {
    const wrong = await job('kernel.exportList', { list: 'kernel.search' });
    expect(wrong.error?.error.code).toBe('input.invalid');
  });
});

describe('sample data', () => {
  test('[N29] samples load once, hold cases in every state, and go as a whole', async () => {
    const before = await kernel.core.store.system(
      async (db) => await db.selectFrom('organisations').select('id').execute(),
    );
    const { organisationId } = (await kernel.run('kernel.loadSamples', {})) as { organisationId: string };
    expect(await kernel.run('kernel.loadSamples', {})).toEqual({ organisationId });
    expect(await kernel.run('kernel.getSamples', {})).toEqual({ loaded: true, organisationId });
    const inside = `organisation:${organisationId}`;
    expect((await assets(inside)).total).toBe(300);
    expect(((await kernel.run('kernel.listFindings', { filter: inside })) as { total: number }).total).toBe(900);
    const cases = (await kernel.run('kernel.listCases', { filter: inside, limit: 100 })) as {
      items: { status: string }[];
      total: number;
    };
    expect(cases.total).toBe(40);
    expect(new Set(cases.items.map(({ status }) => status)).size).toBe(8);
    const overview = (await kernel.run('kernel.getOverview', {})) as {
      openFindings: Record<string, number>;
      findingsByDay: { raised: number }[];
      overdueCases: number;
    };
    expect(overview.openFindings.critical).toBeGreaterThan(0);
    expect(overview.findingsByDay).toHaveLength(30);
    expect(overview.findingsByDay.reduce((sum, { raised }) => sum + raised, 0)).toBeGreaterThan(100);
    const found = (await kernel.run('kernel.search', { text: '地铁' })) as { items: { kind: string }[] };
    expect(new Set(found.items.map(({ kind }) => kind))).toContain('organisation');
    const report = (await kernel.run('kernel.makeFindingsReport', {
      organisationId,
      filter: 'severity:critical,high',
      format: 'docx',
    })) as FileReference;
    expect(report.name).toMatch(/\.docx$/);
    expect(((await kernel.run('kernel.listReports', {})) as { total: number }).total).toBe(1);
    const { removed } = (await kernel.run('kernel.removeSamples', {})) as { removed: number };
    expect(removed).toBeGreaterThan(1240);
    expect(await kernel.run('kernel.getSamples', {})).toEqual({ loaded: false, organisationId: null });
    const after = await kernel.core.store.system(
      async (db) => await db.selectFrom('organisations').select('id').execute(),
    );
    expect(after).toHaveLength(before.length);
  });

  test('[N29] who sees only a part may neither load nor remove samples', async () => {
    const officer = await kernel.user('part', 'administrator', bureau);
    await expect(kernel.run('kernel.loadSamples', {}, officer)).rejects.toMatchObject({ code: 'access.out_of_scope' });
  });
});

describe('search and details', () => {
  test('[N30] search shows each noun only where the actor may read it', async () => {
    await kernel.run('kernel.createAsset', { organisationId: bureau, kind: 'host', name: '罕见名称一' });
    await kernel.run('kernel.createAsset', { organisationId: kernel.root, kind: 'host', name: '罕见名称二' });
    const part = await kernel.user('searcher', 'administrator', bureau);
    const items = async (principal?: typeof part) =>
      ((await kernel.run('kernel.search', { text: '罕见名称' }, principal)) as { items: { title: string }[] }).items
        .map(({ title }) => title)
        .sort();
    expect(await items()).toEqual(['罕见名称一', '罕见名称二']);
    expect(await items(part)).toEqual(['罕见名称一']);
  });

  test('[N11] issuing needs the right to issue over the recipient', async () => {
    const one = (await kernel.run('kernel.openCase', { organisationId: bureau, title: '整改', severity: 'high' })) as {
      id: string;
    };
    const { items } = (await kernel.run('kernel.listRoles', {})) as {
      items: { id: string; name: string; permissions: string[] }[];
    };
    const worker = items.find(
      ({ permissions }) => permissions.includes('case.write') && !permissions.includes('case.issue'),
    );
    const name =
      worker?.name ??
      (
        (await kernel.run('kernel.saveRole', {
          name: 'case-worker',
          title: { 'zh-CN': '办理', en: 'Worker' },
          permissions: ['case.read', 'case.write'],
        })) as { name: string }
      ).name;
    const person = await kernel.user('worker', name, bureau);
    await expect(kernel.run('kernel.moveCase', { id: one.id, to: 'issued' }, person)).rejects.toMatchObject({
      code: 'access.denied',
    });
    expect(((await kernel.run('kernel.getCase', { id: one.id }, person)) as { nextSteps: string[] }).nextSteps).toEqual(
      [],
    );
    await kernel.run('kernel.moveCase', { id: one.id, to: 'issued' });
    expect(((await kernel.run('kernel.getCase', { id: one.id }, person)) as { nextSteps: string[] }).nextSteps).toEqual(
      ['acknowledged'],
    );
  });
});
