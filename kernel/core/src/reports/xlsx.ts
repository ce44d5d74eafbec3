/**
 * A report as a workbook: the text on a first sheet, each table and chart on a sheet of its own with its numbers as numbers.
 * Text that a spreadsheet would take for a formula stays text.
 * @module
 */
import type { ReportDocument } from '@hedun/sdk';
import ExcelJS from 'exceljs';

export async function drawXlsx(document: ReportDocument): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  book.creator = document.issuer ?? 'Hedun';
  book.title = document.title;
  const summary = book.addWorksheet(document.locale === 'en' ? 'Report' : '报告', {
    views: [{ showGridLines: false }],
  });
  summary.columns = [{ width: 26 }, { width: 80 }];
  const add = (values: readonly (string | number)[], bold = false, fontSize = 11) => {
    const row = summary.addRow(values.map(safeCell));
    row.font = { bold, size: fontSize };
    row.alignment = { wrapText: true, vertical: 'top' };
  };
  add([document.title], true, 16);
  add([[document.issuer, document.number, document.date].filter(Boolean).join('　')]);
  for (const block of document.blocks) {
    if (block.kind === 'heading') add([block.text], true, block.level === 1 ? 14 : 12);
    else if (block.kind === 'paragraph') add([block.text]);
    else if (block.kind === 'list')
      for (const [index, item] of block.items.entries()) add([`${block.ordered ? `${index + 1}.` : '•'} ${item}`]);
    else if (block.kind === 'fields') for (const [label, value] of block.rows) add([label, value]);
    else if (block.kind === 'signature') for (const text of block.lines) add(['', text]);
    else if (block.kind === 'table')
      sheet(
        book,
        block.title ?? document.title,
        block.columns.map(({ title }) => title),
        block.rows,
      );
    else if (block.kind === 'bars')
      sheet(
        book,
        block.title,
        [block.title, block.unit],
        block.values.map(({ label, value }) => [label, value]),
      );
  }
  return new Uint8Array((await book.xlsx.writeBuffer()) as ArrayBuffer);
}

function sheet(
  book: ExcelJS.Workbook,
  title: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): void {
  const made = book.addWorksheet(sheetName(book, title), { views: [{ state: 'frozen', ySplit: 1 }] });
  made.addRow(columns.map(safeCell)).font = { bold: true };
  for (const row of rows) made.addRow(row.map((value) => (value === null ? '' : safeCell(value))));
  made.columns.forEach((column, index) => {
    column.width = Math.min(
      60,
      Math.max(
        10,
        ...[columns[index] ?? '', ...rows.slice(0, 200).map((row) => String(row[index] ?? ''))].map(
          (text) => text.length * 1.6,
        ),
      ),
    );
  });
  if (rows.length > 0)
    made.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows.length + 1, column: columns.length } };
}

/** Excel allows 31 characters, none of `[]:*?/\`, each name once. */
function sheetName(book: ExcelJS.Workbook, wanted: string): string {
  const base =
    wanted
      .replace(/[[\]:*?/\\]/g, ' ')
      .trim()
      .slice(0, 26) || 'Sheet';
  let name = base;
  for (let number = 2; book.worksheets.some((each) => each.name.toLowerCase() === name.toLowerCase()); number += 1)
    name = `${base} (${number})`;
  return name;
}

/** OWASP "CSV injection": a cell that begins like a formula gets a leading apostrophe. */
export function safeCell(value: string | number): string | number {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value)
    ? `'${value}`
    : value;
}
