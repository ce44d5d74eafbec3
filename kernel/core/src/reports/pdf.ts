/**
 * A report as PDF: A4 with the margins of Chinese official documents (GB/T 9704-2012), Noto Sans SC embedded as a subset.
 * @module
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ReportBlock, ReportDocument } from '@hedun/sdk';
import PdfPrinter from 'pdfmake';
import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { cellText, type Pictures, printable, words } from './pieces.ts';

const millimetre = 72 / 25.4;
/** GB/T 9704-2012, 5.2: 37 mm above, 28 mm left; the type area is 156 mm by 225 mm. */
const margins: [number, number, number, number] = [28 * millimetre, 37 * millimetre, 26 * millimetre, 35 * millimetre];
const typeWidth = 156 * millimetre;
const body = 12;
const headingSizes = { 1: 16, 2: 14, 3: 12 } as const;
const rule = '#c00000';

function fontFolder(): string {
  const require = createRequire(import.meta.url);
  return path.dirname(require.resolve('@expo-google-fonts/noto-sans-sc/package.json'));
}

export async function drawPdf(document: ReportDocument, pictures: Pictures, now: Date): Promise<Uint8Array> {
  const folder = fontFolder();
  const regular = path.join(folder, '400Regular/NotoSansSC_400Regular.ttf');
  const bold = path.join(folder, '700Bold/NotoSansSC_700Bold.ttf');
  const printer = new PdfPrinter({ Noto: { normal: regular, bold, italics: regular, bolditalics: bold } });
  const definition: TDocumentDefinitions = {
    pageSize: 'A4',
    pageMargins: margins,
    defaultStyle: { font: 'Noto', fontSize: body, lineHeight: 1.35 },
    info: { title: document.title, author: document.issuer ?? '', creationDate: now, modDate: now },
    ...(document.classification === undefined
      ? {}
      : {
          header: {
            text: printable(document.classification),
            bold: true,
            fontSize: 14,
            margin: [margins[0], 20 * millimetre, margins[2], 0],
          },
        }),
    footer: (page, pages) => ({
      text: words[document.locale].page(page, pages),
      alignment: 'center',
      fontSize: 10,
      margin: [0, 12 * millimetre, 0, 0],
    }),
    content: [...head(document), ...document.blocks.map((block) => draw(block, pictures))],
  };
  const pdf = printer.createPdfKitDocument(definition);
  const parts: Buffer[] = [];
  return await new Promise((resolve, reject) => {
    pdf.on('data', (part: Buffer) => parts.push(part));
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
    pdf.end();
  });
}

function head(document: ReportDocument): Content[] {
  const word = words[document.locale];
  const facts = [
    document.number === undefined ? null : `${word.number}：${document.number}`,
    document.issuer === undefined ? null : `${word.issuer}：${document.issuer}`,
    `${word.date}：${document.date}`,
  ].filter((each) => each !== null);
  return [
    { text: printable(document.title), fontSize: 22, bold: true, alignment: 'center', margin: [0, 0, 0, 8] },
    ...(document.subtitle === undefined
      ? []
      : [{ text: printable(document.subtitle), fontSize: 14, alignment: 'center', margin: [0, 0, 0, 6] } as Content]),
    { text: printable(facts.join('　')), fontSize: 10.5, alignment: 'center', margin: [0, 0, 0, 4] },
    {
      canvas: [{ type: 'line', x1: 0, y1: 0, x2: typeWidth, y2: 0, lineWidth: 1.5, lineColor: rule }],
      margin: [0, 2, 0, 14],
    },
  ];
}

function draw(block: ReportBlock, pictures: Pictures): Content {
  switch (block.kind) {
    case 'heading':
      return {
        text: printable(block.text),
        bold: true,
        fontSize: headingSizes[block.level],
        margin: [0, 12, 0, 6],
        headlineLevel: block.level,
      };
    case 'paragraph':
      return {
        text: printable(block.text),
        margin: [block.style === 'quote' ? 24 : 0, 0, 0, 6],
        preserveLeadingSpaces: true,
        ...(block.align ? { alignment: block.align } : {}),
        ...(block.style === 'note' ? { fontSize: 9.5, color: '#595959' } : {}),
        ...(block.style === undefined || block.style === 'body'
          ? block.align
            ? {}
            : { leadingIndent: 2 * body }
          : {}),
      };
    case 'list': {
      const items = block.items.map((text) => ({ text: printable(text), margin: [0, 0, 0, 3] }) as Content);
      return block.ordered ? { ol: items, margin: [12, 0, 0, 6] } : { ul: items, margin: [12, 0, 0, 6] };
    }
    case 'fields':
      return {
        table: {
          widths: ['25%', '*'],
          body: block.rows.map(([label, value]) => [
            { text: printable(label), bold: true, fillColor: '#f5f5f5' },
            { text: printable(value) },
          ]),
        },
        fontSize: 10.5,
        margin: [0, 4, 0, 8],
      };
    case 'table': {
      const sum = block.columns.reduce((total, { width }) => total + (width ?? 1), 0);
      const inner = typeWidth - block.columns.length * 9;
      const cell = (text: string, index: number, more: object = {}): TableCell => ({
        text,
        alignment: block.columns[index]?.align ?? 'left',
        ...more,
      });
      return {
        stack: [
          ...(block.title === undefined
            ? []
            : [
                {
                  text: printable(block.title),
                  bold: true,
                  alignment: 'center',
                  fontSize: 10.5,
                  margin: [0, 0, 0, 4],
                } as Content,
              ]),
          {
            table: {
              headerRows: 1,
              dontBreakRows: false,
              keepWithHeaderRows: 1,
              widths: block.columns.map(({ width }) => (inner * (width ?? 1)) / sum),
              body: [
                block.columns.map(({ title }, index) =>
                  cell(printable(title), index, { bold: true, fillColor: '#f0f0f0' }),
                ),
                ...block.rows.map((row) => row.map((value, index) => cell(breakable(cellText(value)), index))),
              ],
            },
            layout: {
              hLineWidth: () => 0.5,
              vLineWidth: () => 0.5,
              hLineColor: () => '#8c8c8c',
              vLineColor: () => '#8c8c8c',
            },
            fontSize: 9.5,
          },
        ],
        margin: [0, 4, 0, 10],
      };
    }
    case 'bars': {
      const most = Math.max(...block.values.map(({ value }) => value), 1);
      const room = typeWidth * 0.5;
      return {
        stack: [
          { text: printable(block.title), bold: true, fontSize: 10.5, margin: [0, 0, 0, 4] },
          ...block.values.map(
            ({ label, value }) =>
              ({
                columns: [
                  { text: printable(label), width: '30%', alignment: 'right', margin: [0, 0, 6, 0] },
                  {
                    canvas: [
                      { type: 'rect', x: 0, y: 3, w: Math.max(0.5, (room * value) / most), h: 9, color: '#1f4e8c' },
                    ],
                    width: (room * value) / most + 6,
                  },
                  { text: `${value} ${printable(block.unit)}`, width: '*' },
                ],
                fontSize: 9.5,
                margin: [0, 0, 0, 2],
              }) as Content,
          ),
        ],
        margin: [0, 4, 0, 10],
      };
    }
    case 'image': {
      const picture = pictures.get(block.blob);
      if (!picture) return { text: '' };
      const width = Math.min(typeWidth, block.width ?? picture.width * 0.75);
      return {
        stack: [
          {
            image: `data:${block.mediaType};base64,${Buffer.from(picture.bytes).toString('base64')}`,
            width,
            alignment: 'center',
          },
          ...(block.caption ? [{ text: printable(block.caption), alignment: 'center', fontSize: 9.5 } as Content] : []),
        ],
        margin: [0, 6, 0, 10],
      };
    }
    case 'signature':
      return {
        stack: block.lines.map((line) => ({ text: printable(line) })),
        alignment: 'right',
        margin: [0, 24, 24, 0],
        unbreakable: true,
      };
    case 'pageBreak':
      return { text: '', pageBreak: 'after' };
  }
}

/** Long unbroken words (hashes, addresses) may break after every twenty characters, so that they stay in their cell. */
function breakable(text: string): string {
  return text.replace(/[\x21-\x7e]{24,}/g, (word) => word.replace(/.{20}/g, '$&\u200b'));
}
