/**
 * The first sheet of an XLSX workbook, read in two passes over the archive so that neither order of its parts nor its size matters.
 * Only the parts of known names are unpacked, never to disk, and never beyond the limits. Formulas give their stored value; entities
 * and document types of XML are not expanded.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { Unzip, UnzipInflate } from 'fflate';
import { SaxesParser } from 'saxes';
import { limits, type Table, type TableRow, tableOf } from './table.ts';

type Reader = (text: string, last: boolean) => void;
const ratioFrom = 16 * 1_048_576;

export function readXlsx(bytes: Uint8Array, name: string): Table {
  const broken = (got: string, cause?: unknown) =>
    new Failure('file.unreadable', { where: name, expected: 'an XLSX workbook', got, cause });
  let unpacked = 0;
  const visit = (wanted: (part: string) => Reader | null) => {
    const unzip = new Unzip((file) => {
      const reader = wanted(file.name);
      if (!reader) return;
      const decoder = new TextDecoder('utf-8', { fatal: true });
      let size = 0;
      file.ondata = (error, chunk, final) => {
        if (error) throw error;
        size += chunk.length;
        unpacked += chunk.length;
        if (unpacked > 2 * limits.unpackedBytes || (size > ratioFrom && size > limits.ratio * bytes.length))
          throw new Failure('file.bomb', { where: `${name}:${file.name}` });
        reader(decoder.decode(chunk, { stream: !final }), final);
      };
      file.start();
    });
    unzip.register(UnzipInflate);
    // In slices: one push of everything would hand over whole parts, and the limits would be checked too late.
    const slice = 65_536;
    for (let at = 0; at < bytes.length; at += slice)
      unzip.push(bytes.subarray(at, at + slice), at + slice >= bytes.length);
  };
  try {
    const workbook = { sheet: null as string | null, targets: new Map<string, string>() };
    const strings: string[] = [];
    const styles = { formats: new Map<number, string>(), cells: [] as number[] };
    visit((part) => {
      if (part === 'xl/workbook.xml')
        return xml({
          open: (tag, attributes) => {
            if (tag === 'sheet' && workbook.sheet === null) workbook.sheet = attributes['r:id'] ?? '';
          },
        });
      if (part === 'xl/_rels/workbook.xml.rels')
        return xml({
          open: (tag, attributes) => {
            if (tag === 'Relationship') workbook.targets.set(attributes.Id ?? '', attributes.Target ?? '');
          },
        });
      if (part === 'xl/sharedStrings.xml') return stringsReader(strings);
      if (part === 'xl/styles.xml') return stylesReader(styles);
      return null;
    });
    if (workbook.sheet === null) throw broken('no sheet');
    const target = workbook.targets.get(workbook.sheet) ?? 'worksheets/sheet1.xml';
    const part = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    const rows: TableRow[] = [];
    let found = false;
    visit((each) => {
      if (each !== part) return null;
      found = true;
      return sheetReader(strings, dateStyles(styles), rows);
    });
    if (!found) throw broken('no sheet');
    return tableOf(name, rows);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw broken(error instanceof Error ? error.message.slice(0, 120) : 'damaged data', error);
  }
}

interface Handlers {
  readonly open?: (tag: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (tag: string) => void;
  readonly text?: (text: string) => void;
}
function xml(handlers: Handlers): Reader {
  const parser = new SaxesParser();
  const bare = (tag: string) => tag.replace(/^\w+:/, '');
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new RangeError('a document type, which workbooks do not have');
  });
  if (handlers.open)
    parser.on('opentag', ({ name, attributes }) => handlers.open?.(bare(name), attributes as Record<string, string>));
  if (handlers.close) parser.on('closetag', ({ name }) => handlers.close?.(bare(name)));
  if (handlers.text) {
    parser.on('text', handlers.text);
    parser.on('cdata', handlers.text);
  }
  return (text, last) => {
    parser.write(text);
    if (last) parser.close();
  };
}

function stringsReader(strings: string[]): Reader {
  let current = '';
  let inText = false;
  let phonetic = false;
  return xml({
    open: (tag) => {
      if (tag === 'si') current = '';
      if (tag === 'rPh') phonetic = true;
      if (tag === 't') inText = !phonetic;
    },
    text: (text) => {
      if (inText) current += text;
    },
    close: (tag) => {
      if (tag === 't') inText = false;
      if (tag === 'rPh') phonetic = false;
      if (tag === 'si') strings.push(current);
    },
  });
}

interface Styles {
  readonly formats: Map<number, string>;
  readonly cells: number[];
}
function stylesReader(styles: Styles): Reader {
  let inCells = false;
  return xml({
    open: (tag, attributes) => {
      if (tag === 'numFmt') styles.formats.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (tag === 'cellXfs') inCells = true;
      if (tag === 'xf' && inCells) styles.cells.push(Number(attributes.numFmtId ?? 0));
    },
    close: (tag) => {
      if (tag === 'cellXfs') inCells = false;
    },
  });
}
/** ECMA-376 part 1, 18.8.30: built-in formats that show a date. */
function isDateFormat(id: number, code: string | undefined): boolean {
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return true;
  return code !== undefined && /[yd年日]/i.test(code.replace(/\[[^\]]*\]|"[^"]*"/g, ''));
}
function dateStyles({ formats, cells }: Styles): ReadonlySet<number> {
  return new Set(cells.flatMap((id, index) => (isDateFormat(id, formats.get(id)) ? [index] : [])));
}

function sheetReader(strings: readonly string[], dates: ReadonlySet<number>, rows: TableRow[]): Reader {
  let line = 0;
  let cells: string[] = [];
  let column = 0;
  let type = 'n';
  let style = -1;
  let value = '';
  let reading = false;
  return xml({
    open: (tag, attributes) => {
      if (tag === 'row') {
        line = Number(attributes.r) || line + 1;
        cells = [];
        column = -1;
      } else if (tag === 'c') {
        column = attributes.r ? columnOf(attributes.r) : column + 1;
        if (column >= limits.columns) throw new RangeError(`more than ${limits.columns} columns in row ${line}`);
        type = attributes.t ?? 'n';
        style = attributes.s === undefined ? -1 : Number(attributes.s);
        value = '';
      } else if (tag === 'v' || tag === 't') reading = true;
    },
    text: (text) => {
      if (reading) value += text;
      if (value.length > limits.recordBytes)
        throw new RangeError(`a cell longer than ${limits.recordBytes} in row ${line}`);
    },
    close: (tag) => {
      if (tag === 'v' || tag === 't') reading = false;
      else if (tag === 'c') {
        while (cells.length < column) cells.push('');
        cells[column] = readCell(type, value, dates.has(style), strings);
      } else if (tag === 'row') {
        if (cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells });
        if (rows.length > limits.rows + 1) throw new RangeError(`more than ${limits.rows} rows`);
      }
    },
  });
}

function columnOf(reference: string): number {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (!letters) throw new RangeError(`cell reference ${reference.slice(0, 20)}`);
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Days since 1899-12-30, the epoch that makes Excel's serials right from March 1900 on. */
const excelEpoch = Date.UTC(1899, 11, 30);
function readCell(type: string, value: string, date: boolean, strings: readonly string[]): string {
  if (type === 's') return strings[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'true' : 'false';
  const serial = Number(value);
  if (type === 'n' && date && value !== '' && Number.isFinite(serial) && serial < 2_958_466) {
    const iso = new Date(excelEpoch + Math.round(serial * 86_400_000)).toISOString();
    return Number.isInteger(serial) ? iso.slice(0, 10) : iso.slice(0, 19);
  }
  return value;
}
