/**
 * A report as PDF by pdfmake, with the used part of a Chinese font embedded: it reads the same on every machine, without a network.
 * @module
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ReportBlock, ReportDocument } from '@hedun/sdk';
import PdfPrinter from 'pdfmake';
import type { Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { ReadPicture } from './make.ts';

const fontFolder = path.dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/package.json'));
const regular = path.join(fontFolder, '400Regular/NotoSansSC_400Regular.ttf');
const bold = path.join(fontFolder, '700Bold/NotoSansSC_700Bold.ttf');
const ink = '#1f2937';
const line = '#9ca3af';
const shade = '#f3f4f6';
const bar = '#2563eb';

export async function drawPdf(document: ReportDocument, readPicture: ReadPicture): Promise<Uint8Array> {
  const printer = new PdfPrinter({ Sans: { normal: regular, bold, italics: regular, bolditalics: bold } });
  const content: Content[] = [...heading(document)];
  for (const block of document.blocks) content.push(...(await draw(block, readPicture)));
  const definition: TDocumentDefinitions = {
    pageSize: 'A4',
    pageMargins: [57, 62, 57, 57],
    content,
    info: { title: document.title, ...(document.issuer ? { author: document.issuer } : {}), creator: 'Hedun' },
    defaultStyle: { font: 'Sans', fontSize: 10.5, lineHeight: 1.35, color: ink },
    header: document.classification
      ? { text: document.classification, alignment: 'right', margin: [57, 28, 57, 0], fontSize: 9, bold: true }
      : '',
    footer: (page, pages) => ({
      text: document.locale === 'en' ? `Page ${page} of ${pages}` : `第 ${page} 页，共 ${pages} 页`,
      alignment: 'center',
      fontSize: 8.5,
      color: '#6b7280',
      margin: [0, 16, 0, 0],
    }),
  };
  const output = printer.createPdfKitDocument(definition);
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    output.on('data', (chunk: Buffer) => chunks.push(chunk));
    output.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    output.on('error', reject);
    output.end();
  });
}

function heading({ title, subtitle, issuer, number, date }: ReportDocument): Content[] {
  const facts = [issuer, number, date].filter((each): each is string => Boolean(each));
  return [
    { text: title, fontSize: 20, bold: true, alignment: 'center', margin: [0, 8, 0, 4] },
    ...(subtitle
      ? [
          {
            text: subtitle,
            fontSize: 12,
            alignment: 'center' as const,
            margin: [0, 0, 0, 4] as [number, number, number, number],
          },
        ]
      : []),
    { text: facts.join('　'), alignment: 'center', fontSize: 9.5, color: '#4b5563', margin: [0, 0, 0, 6] },
    {
      canvas: [{ type: 'line', x1: 0, y1: 0, x2: 481, y2: 0, lineWidth: 1.2, lineColor: '#b91c1c' }],
      margin: [0, 0, 0, 10],
    },
  ];
}

const headingSize = { 1: 15, 2: 12.5, 3: 11 } as const;
const grid = {
  hLineWidth: () => 0.5,
  vLineWidth: () => 0.5,
  hLineColor: () => line,
  vLineColor: () => line,
  paddingTop: () => 3,
  paddingBottom: () => 3,
};

async function draw(block: ReportBlock, readPicture: ReadPicture): Promise<Content[]> {
  switch (block.kind) {
    case 'heading':
      return [
        {
          text: block.text,
          fontSize: headingSize[block.level],
          bold: true,
          margin: [0, block.level === 1 ? 12 : 8, 0, 4],
        },
      ];
    case 'paragraph':
      return [
        {
          text: block.text,
          alignment: block.align ?? 'left',
          margin: [block.style === 'quote' ? 16 : 0, 0, 0, 6],
          ...(block.style === 'note' ? { fontSize: 9, color: '#6b7280' } : {}),
        },
      ];
    case 'list':
      return [
        block.ordered ? { ol: [...block.items], margin: [0, 0, 0, 6] } : { ul: [...block.items], margin: [0, 0, 0, 6] },
      ];
    case 'fields':
      return [
        {
          table: {
            widths: [110, '*'],
            body: block.rows.map(([label, value]): TableCell[] => [
              { text: label, bold: true, fillColor: shade },
              breakable(value),
            ]),
          },
          layout: grid,
          margin: [0, 2, 0, 8],
        },
      ];
    case 'table':
      return [
        ...(block.title
          ? [
              {
                text: block.title,
                bold: true,
                alignment: 'center' as const,
                margin: [0, 6, 0, 3] as [number, number, number, number],
              },
            ]
          : []),
        {
          table: {
            headerRows: 1,
            dontBreakRows: true,
            widths: block.columns.map(({ width }) => width ?? '*'),
            body: [
              block.columns.map(
                ({ title }): TableCell => ({
                  text: title,
                  bold: true,
                  alignment: 'center',
                  fillColor: shade,
                  fontSize: 9.5,
                }),
              ),
              ...block.rows.map((row) =>
                row.map(
                  (cell, index): TableCell => ({
                    text: breakable(cell === null ? '' : String(cell)),
                    fontSize: 9.5,
                    alignment: block.columns[index]?.align ?? (typeof cell === 'number' ? 'right' : 'left'),
                  }),
                ),
              ),
            ],
          },
          layout: grid,
          margin: [0, 0, 0, 8],
        },
      ];
    case 'bars':
      return bars(block);
    case 'image':
      return [
        {
          image: `data:${block.mediaType};base64,${Buffer.from(await readPicture(block.blob)).toString('base64')}`,
          width: Math.min(481, block.width ?? 481),
          alignment: 'center',
          margin: [0, 4, 0, 2],
        },
        ...(block.caption
          ? [
              {
                text: block.caption,
                alignment: 'center' as const,
                fontSize: 9,
                margin: [0, 0, 0, 8] as [number, number, number, number],
              },
            ]
          : []),
      ];
    case 'signature':
      return [
        {
          stack: block.lines.map((text) => ({
            text,
            alignment: 'right' as const,
            margin: [0, 4, 0, 0] as [number, number, number, number],
          })),
          margin: [0, 24, 0, 0],
          unbreakable: true,
        },
      ];
    case 'pageBreak':
      return [{ text: '', pageBreak: 'after' }];
  }
}

function bars({ title, unit, values }: Extract<ReportBlock, { kind: 'bars' }>): Content[] {
  const most = Math.max(1, ...values.map(({ value }) => value));
  const rows = values.map(({ label, value }): TableCell[] => [
    { text: breakable(label), fontSize: 9.5 },
    { canvas: [{ type: 'rect', x: 0, y: 2, w: Math.max(1, (value / most) * 260), h: 10, color: bar }] },
    { text: `${value} ${unit}`, fontSize: 9.5, alignment: 'right' },
  ]);
  return [
    { text: title, bold: true, margin: [0, 6, 0, 3] },
    {
      table: { widths: [120, 265, '*'], body: rows.length > 0 ? rows : [['', '', '']] },
      layout: 'noBorders',
      margin: [0, 0, 0, 8],
    },
  ];
}

/** Long words without a break (addresses, digests) get invisible places to break, so that they stay inside their cell. */
function breakable(text: string): string {
  return text.replace(/[\x21-\x7e]{28,}/g, (word) => word.replace(/(.{14})/g, '$1\u200b'));
}
