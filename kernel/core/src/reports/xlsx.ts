/**
 * A report as XLSX: the text on the first sheet, every table on its own with a frozen heading and a filter; formula characters neutralised.
 * @module
 */
import type { ReportDocument } from '@hedun/sdk';
import ExcelJS from 'exceljs';
import { neutralise } from '../nouns/formula.ts';
import { type Pictures, printable, words } from './pieces.ts';

const longestName = 31;

export async function drawXlsx(document: ReportDocument, pictures: Pictures, now: Date): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  book.creator = document.issuer ?? 'Hedun';
  book.created = now;
  book.modified = now;
  const names = new Set<string>();
  const sheetNamed = (raw: string) => {
    const clean =
      printable(raw)
        .replace(/[\\/*?:[\]]/g, ' ')
        .replace(/^'+|'+$/g, '')
        .trim() || 'Sheet';
    let name = [...clean].slice(0, longestName).join('');
    for (let serial = 2; names.has(name.toLowerCase()); serial += 1)
      name = `${[...clean].slice(0, longestName - 4).join('')} ${serial}`;
    names.add(name.toLowerCase());
    return book.addWorksheet(name);
  };
  const word = words[document.locale];
  const sheet = sheetNamed(document.locale === 'zh-CN' ? '报告' : 'Report');
  sheet.columns = [{ width: 28 }, { width: 80 }];
  const line = (text: string, font: Partial<ExcelJS.Font> = {}) => {
    const row = sheet.addRow([neutralise(printable(text))]);
    row.font = font;
    row.alignment = { wrapText: false, vertical: 'top' };
  };
  if (document.classification !== undefined) line(document.classification, { bold: true });
  line(document.title, { bold: true, size: 18 });
  if (document.subtitle !== undefined) line(document.subtitle, { size: 13 });
  const facts: readonly (readonly [string, string | undefined])[] = [
    [word.number, document.number],
    [word.issuer, document.issuer],
    [word.date, document.date],
  ];
  for (const [label, value] of facts) if (value !== undefined) sheet.addRow([label, neutralise(printable(value))]);
  sheet.addRow([]);
  for (const block of document.blocks)
    switch (block.kind) {
      case 'heading':
        line(block.text, { bold: true, size: 16 - 2 * block.level });
        break;
      case 'paragraph':
        line(block.text);
        break;
      case 'list':
        for (const [index, item] of block.items.entries()) line(block.ordered ? `${index + 1}. ${item}` : `• ${item}`);
        break;
      case 'fields':
        for (const [label, value] of block.rows)
          sheet.addRow([neutralise(printable(label)), neutralise(printable(value))]);
        break;
      case 'table': {
        const own = sheetNamed(block.title ?? `表${book.worksheets.length}`);
        own.columns = block.columns.map(({ width }) => ({ width: Math.min(80, Math.max(10, (width ?? 1) * 12)) }));
        own.views = [{ state: 'frozen', ySplit: 1 }];
        own.pageSetup = {
          paperSize: 9,
          orientation: 'landscape',
          fitToPage: true,
          fitToHeight: 0,
          printTitlesRow: '1:1',
        };
        own.headerFooter = { oddFooter: '&P / &N' };
        const head = own.addRow(block.columns.map(({ title }) => neutralise(printable(title))));
        head.font = { bold: true };
        for (const row of block.rows)
          own.addRow(row.map((cell) => (typeof cell === 'string' ? neutralise(printable(cell)) : cell)));
        own.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: block.columns.length } };
        line(`→ ${own.name}`);
        break;
      }
      case 'bars':
        line(`${block.title}（${block.unit}）`, { bold: true });
        for (const { label, value } of block.values) sheet.addRow([neutralise(printable(label)), value]);
        break;
      case 'image': {
        const picture = pictures.get(block.blob);
        if (!picture) break;
        const id = book.addImage({
          buffer: Buffer.from(picture.bytes) as never,
          extension: block.mediaType === 'image/png' ? 'png' : 'jpeg',
        });
        const width = Math.min(600, block.width ?? picture.width);
        const height = (width * picture.height) / picture.width;
        sheet.addImage(id, { tl: { col: 0, row: sheet.rowCount }, ext: { width, height } });
        // A default row is 20 pixels high; the picture floats above as many empty ones.
        for (let row = 0; row < Math.ceil(height / 20); row += 1) sheet.addRow(['']);
        if (block.caption) line(block.caption);
        break;
      }
      case 'signature':
        for (const each of block.lines) line(each);
        break;
      case 'pageBreak':
        sheet.lastRow?.addPageBreak();
        break;
    }
  return new Uint8Array(await book.xlsx.writeBuffer());
}
