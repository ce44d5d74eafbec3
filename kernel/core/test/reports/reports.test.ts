import type { ReportDocument } from '@hedun/sdk';
import ExcelJS from 'exceljs';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { neutralise } from '../../src/nouns/formula.ts';
import { drawReport } from '../../src/reports/make.ts';
import { pictureOf } from '../../src/reports/pieces.ts';

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
const none = new Map();
const now = new Date('2026-11-24T08:00:00Z');

test('[R1] a PDF carries its Chinese font inside and has a page for every sixty rows', async () => {
  const pdf = await drawReport(document, 'pdf', none, now);
  const text = Buffer.from(pdf).toString('latin1');
  expect(text.startsWith('%PDF-')).toBe(true);
  expect(text).toMatch(/FontFile[23]/);
  expect([...text.matchAll(/\/Type \/Page\b/g)].length).toBeGreaterThan(1);
  expect(pdf.length).toBeLessThan(2_000_000);
});
test('[R2] a Word document holds every text and repeats table headings', async () => {
  const files = unzipSync(await drawReport(document, 'docx', none, now));
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
  await book.xlsx.load(Buffer.from(await drawReport(document, 'xlsx', none, now)) as never);
  expect(book.worksheets.map(({ name }) => name)).toEqual(['报告', '各单位情况']);
  expect(book.getWorksheet('各单位情况')?.getCell('B12').value).toBe(10);
});
test('[R4] a cell that begins like a formula stays text', () => {
  expect(
    ['=1+1', '+cmd', '@SUM(A1)', '-2+3', '-5', 'a=b', 7].map((each) =>
      typeof each === 'string' ? neutralise(each) : each,
    ),
  ).toEqual(["'=1+1", "'+cmd", "'@SUM(A1)", "'-2+3", '-5', 'a=b', 7]);
});

test('[R5] every text of the document can be read back out of the PDF, on pages that are numbered', async () => {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const bytes = await drawReport(document, 'pdf', none, now);
  const pdf = await getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 }).promise;
  const pages: string[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    pages.push(
      items
        .map((item) => ('str' in item ? item.str : ''))
        .join('')
        .replace(/\s/g, ''),
    );
  }
  const text = pages.join('');
  for (const wanted of [
    '网络安全月度报告',
    '本月共发现漏洞128个，已整改117个。',
    '市教育局',
    '单位59',
    '30个',
    '2026年11月24日',
  ])
    expect(text).toContain(wanted);
  for (const [index, page] of pages.entries()) {
    expect(page).toContain(`第${index + 1}页共${pages.length}页`);
    expect(page).toContain('内部资料');
  }
  // The heading of the table stands again on each page the table goes on.
  expect(pages.filter((page) => page.includes('单位数量')).length).toBe(
    pages.filter((page) => /单位\d/.test(page)).length,
  );
  await pdf.destroy();
});
test('[R6] a row of the wrong width and a picture that is none are refused', async () => {
  const wrong = { ...document, blocks: [{ kind: 'table', columns: [{ title: 'a' }], rows: [['1', '2']] }] } as const;
  await expect(drawReport(wrong, 'pdf', none, now)).rejects.toThrow('blocks.0.rows.0: expected 1 cells, got 2');
  const lost = { ...document, blocks: [{ kind: 'image', blob: 'x', mediaType: 'image/png' }] } as const;
  await expect(drawReport(lost, 'docx', none, now)).rejects.toThrow('blocks.0.blob');
});
test('[R7] pictures, control characters and every kind of block are drawn in all formats', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const picture = pictureOf(png);
  expect(picture).toMatchObject({ width: 1, height: 1 });
  const all: ReportDocument = {
    ...document,
    blocks: [
      ...document.blocks,
      { kind: 'image', blob: 'x', mediaType: 'image/png', caption: '图一', width: 40 },
      { kind: 'pageBreak' },
      { kind: 'paragraph', style: 'note', text: 'bad \u0001\ufffe\ud800 text' },
      { kind: 'paragraph', style: 'quote', align: 'right', text: '<b>&"' },
      { kind: 'table', columns: [{ title: '=x' }], rows: [['=1+1'], [null], [-5]] },
      { kind: 'table', title: '各单位情况', columns: [{ title: 'x' }], rows: [] },
    ],
  };
  const pictures = new Map([['x', picture as NonNullable<typeof picture>]]);
  for (const format of ['pdf', 'docx', 'xlsx'] as const) {
    const bytes = await drawReport(all, format, pictures, now);
    expect(Buffer.from(bytes).subarray(0, 2).toString('latin1')).toBe(format === 'pdf' ? '%P' : 'PK');
  }
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(Buffer.from(await drawReport(all, 'xlsx', pictures, now)) as never);
  expect(book.worksheets[2]?.getCell('A2').value).toBe("'=1+1");
  const xml = new TextDecoder().decode(unzipSync(await drawReport(all, 'docx', pictures, now))['word/document.xml']);
  expect(xml).toContain('&lt;b&gt;&amp;');
  expect(xml).not.toContain('\u0001');
});
