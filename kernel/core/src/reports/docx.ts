/**
 * A report as a Word document. Fonts are named, not embedded: 宋体 and 黑体 exist wherever Chinese documents are written.
 * @module
 */
import type { ReportBlock, ReportDocument } from '@hedun/sdk';
import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  LevelFormat,
  Packer,
  PageBreak,
  PageNumber,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { ReadPicture } from './make.ts';

const body = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', eastAsia: '宋体' };
const title = { ascii: 'Arial', hAnsi: 'Arial', eastAsia: '黑体' };
const alignments = { left: AlignmentType.LEFT, center: AlignmentType.CENTER, right: AlignmentType.RIGHT } as const;
const levels = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3 } as const;
/** Sizes of Word are half points: 小四 is 24. */
const size = { body: 24, small: 20, title: 44, heading: { 1: 32, 2: 28, 3: 26 } } as const;
const shade = { type: ShadingType.CLEAR, fill: 'F3F4F6', color: 'auto' };

export async function drawDocx(document: ReportDocument, readPicture: ReadPicture): Promise<Uint8Array> {
  const children: (Paragraph | Table)[] = [
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { before: 120, after: 120 },
      children: [new TextRun({ text: document.title, bold: true, size: size.title, font: title })],
    }),
    ...(document.subtitle
      ? [
          new Paragraph({
            alignment: AlignmentType.CENTER,
            children: [new TextRun({ text: document.subtitle, size: size.body, font: title })],
          }),
        ]
      : []),
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { after: 240 },
      border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: 'B91C1C', space: 4 } },
      children: [
        new TextRun({
          text: [document.issuer, document.number, document.date].filter(Boolean).join('　'),
          size: size.small,
          font: body,
        }),
      ],
    }),
  ];
  for (const block of document.blocks) children.push(...(await draw(block, readPicture)));
  const made = new Document({
    title: document.title,
    creator: document.issuer ?? 'Hedun',
    styles: { default: { document: { run: { font: body, size: size.body } } } },
    numbering: {
      config: [
        {
          reference: 'ordered',
          levels: [
            {
              level: 0,
              format: LevelFormat.DECIMAL,
              text: '%1.',
              alignment: AlignmentType.START,
              style: { paragraph: { indent: { left: 480, hanging: 360 } } },
            },
          ],
        },
      ],
    },
    sections: [
      {
        properties: { page: { margin: { top: 1440, bottom: 1300, left: 1440, right: 1300 } } },
        headers: {
          default: new Header({
            children: [
              new Paragraph({
                alignment: AlignmentType.RIGHT,
                children: [new TextRun({ text: document.classification ?? '', size: 18, bold: true, font: title })],
              }),
            ],
          }),
        },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                children: [
                  new TextRun({
                    size: 18,
                    font: body,
                    children:
                      document.locale === 'en'
                        ? ['Page ', PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES]
                        : ['第 ', PageNumber.CURRENT, ' 页，共 ', PageNumber.TOTAL_PAGES, ' 页'],
                  }),
                ],
              }),
            ],
          }),
        },
        children,
      },
    ],
  });
  return new Uint8Array(await Packer.toBuffer(made));
}

function text(value: string, options: { bold?: boolean; small?: boolean } = {}): TextRun[] {
  return value.split('\n').map(
    (line, index) =>
      new TextRun({
        text: line,
        ...(index > 0 ? { break: 1 } : {}),
        ...(options.bold ? { bold: true } : {}),
        size: options.small ? size.small : size.body,
        font: body,
      }),
  );
}
function cell(value: string, align: keyof typeof alignments = 'left', head = false): TableCell {
  return new TableCell({
    ...(head ? { shading: shade } : {}),
    margins: { top: 40, bottom: 40, left: 80, right: 80 },
    children: [new Paragraph({ alignment: alignments[align], children: text(value, { bold: head, small: true }) })],
  });
}

async function draw(block: ReportBlock, readPicture: ReadPicture): Promise<(Paragraph | Table)[]> {
  switch (block.kind) {
    case 'heading':
      return [
        new Paragraph({
          heading: levels[block.level],
          spacing: { before: 240, after: 120 },
          keepNext: true,
          children: [
            new TextRun({
              text: block.text,
              bold: true,
              size: size.heading[block.level],
              font: title,
              color: '000000',
            }),
          ],
        }),
      ];
    case 'paragraph':
      return [
        new Paragraph({
          alignment: alignments[block.align ?? 'left'],
          spacing: { after: 120, line: 360 },
          ...(block.style === 'quote' ? { indent: { left: 480 } } : {}),
          children: text(block.text, { small: block.style === 'note' }),
        }),
      ];
    case 'list':
      return block.items.map(
        (item) =>
          new Paragraph({
            ...(block.ordered ? { numbering: { reference: 'ordered', level: 0 } } : { bullet: { level: 0 } }),
            spacing: { line: 340 },
            children: text(item),
          }),
      );
    case 'fields':
      return [
        new Table({
          width: { size: 100, type: WidthType.PERCENTAGE },
          columnWidths: [2400, 6800],
          rows: block.rows.map(
            ([label, value]) => new TableRow({ children: [cell(label, 'left', true), cell(value)] }),
          ),
        }),
        space(),
      ];
    case 'table':
      return [
        ...(block.title
          ? [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                keepNext: true,
                spacing: { before: 120, after: 60 },
                children: text(block.title, { bold: true, small: true }),
              }),
            ]
          : []),
        new Table({
          width: { size: 100, type: WidthType.PERCENTAGE },
          rows: [
            new TableRow({
              tableHeader: true,
              children: block.columns.map((column) => cell(column.title, 'center', true)),
            }),
            ...block.rows.map(
              (row) =>
                new TableRow({
                  cantSplit: true,
                  children: row.map((value, index) =>
                    cell(
                      value === null ? '' : String(value),
                      block.columns[index]?.align ?? (typeof value === 'number' ? 'right' : 'left'),
                    ),
                  ),
                }),
            ),
          ],
        }),
        space(),
      ];
    case 'bars': {
      const most = Math.max(1, ...block.values.map(({ value }) => value));
      return [
        new Paragraph({ keepNext: true, children: text(block.title, { bold: true }) }),
        new Table({
          width: { size: 100, type: WidthType.PERCENTAGE },
          rows: block.values.map(
            ({ label, value }) =>
              new TableRow({
                children: [
                  cell(label),
                  cell('█'.repeat(Math.max(1, Math.round((value / most) * 24)))),
                  cell(`${value} ${block.unit}`, 'right'),
                ],
              }),
          ),
        }),
        space(),
      ];
    }
    case 'image': {
      const width = block.width ?? 480;
      return [
        new Paragraph({
          alignment: AlignmentType.CENTER,
          children: [
            new ImageRun({
              type: block.mediaType === 'image/png' ? 'png' : 'jpg',
              data: Buffer.from(await readPicture(block.blob)),
              transformation: { width, height: Math.round(width * 0.62) },
            }),
          ],
        }),
        ...(block.caption
          ? [new Paragraph({ alignment: AlignmentType.CENTER, children: text(block.caption, { small: true }) })]
          : []),
      ];
    }
    case 'signature':
      return block.lines.map(
        (line, index) =>
          new Paragraph({
            alignment: AlignmentType.RIGHT,
            spacing: { before: index === 0 ? 480 : 60 },
            children: text(line),
          }),
      );
    case 'pageBreak':
      return [new Paragraph({ children: [new PageBreak()] })];
  }
}
function space(): Paragraph {
  return new Paragraph({ spacing: { after: 60 }, children: [] });
}
