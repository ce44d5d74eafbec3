import type { ReportDocument } from '@hedun/sdk';
import ExcelJS from 'exceljs';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { drawReport } from '../../src/reports/make.ts';
import { safeCell } from '../../src/reports/xlsx.ts';

const document: ReportDocument = {
  title: '网络安全月度报告',
  subtitle: '二〇二六年十一月',
  issuer: '示例市网信办',
  number: '〔2026〕11号',
  date: '2026-11-24',
  locale: 'zh-CN',
  classification: '内部资料',
  blocks: [
    { kind: 'heading', level: 1, text: '一、总体情况' },
    { kind: 'paragraph', text: '本月共发现漏洞 128 个，已整改 117 个。' },
    { kind: 'list', ordered: true, items: ['第一项', '第二项'] },
    {
      kind: 'fields',
      rows: [
        ['责任单位', '市教育局'],
        ['联系人', '王敏'],
      ],
    },
    {
      kind: 'table',
      title: '各单位情况',
      columns: [{ title: '单位' }, { title: '数量', align: 'right' }],
      rows: Array.from({ length: 60 }, (_, index) => [`单位${index}`, index]),
    },
    {
      kind: 'bars',
      title: '按严重程度',
      unit: '个',
      values: [
        { label: '高危', value: 12 },
        { label: '中危', value: 30 },
      ],
    },
    { kind: 'signature', lines: ['示例市网信办', '2026年11月24日'] },
  ],
};
const none = async () => new Uint8Array();

test('[R1] a PDF carries its Chinese font inside and has a page for every sixty rows', async () => {
  const pdf = await drawReport(document, 'pdf', none);
  const text = Buffer.from(pdf).toString('latin1');
  expect(text.startsWith('%PDF-')).toBe(true);
  expect(text).toMatch(/FontFile[23]/);
  expect([...text.matchAll(/\/Type \/Page\b/g)].length).toBeGreaterThan(1);
  expect(pdf.length).toBeLessThan(2_000_000);
});
test('[R2] a Word document holds every text and repeats table headings', async () => {
  const files = unzipSync(await drawReport(document, 'docx', none));
  const xml = new TextDecoder().decode(files['word/document.xml']);
  for (const wanted of [
    '网络安全月度报告',
    '本月共发现漏洞 128 个，已整改 117 个。',
    '市教育局',
    '单位59',
    '示例市网信办',
  ])
    expect(xml).toContain(wanted);
  expect(xml).toContain('w:tblHeader');
  expect(
    new TextDecoder().decode(Object.entries(files).find(([name]) => name.startsWith('word/header'))?.[1]),
  ).toContain('内部资料');
});
test('[R3] a workbook keeps numbers as numbers, one sheet per table', async () => {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(Buffer.from(await drawReport(document, 'xlsx', none)) as never);
  expect(book.worksheets.map(({ name }) => name)).toEqual(['报告', '各单位情况', '按严重程度']);
  expect(book.getWorksheet('各单位情况')?.getCell('B12').value).toBe(10);
});
test('[R4] a cell that begins like a formula stays text', () => {
  expect(['=1+1', '+cmd', '@SUM(A1)', '-2+3', '-5', 'a=b', 7].map(safeCell)).toEqual([
    "'=1+1",
    "'+cmd",
    "'@SUM(A1)",
    "'-2+3",
    '-5',
    'a=b',
    7,
  ]);
});
