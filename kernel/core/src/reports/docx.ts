/**
 * A report as DOCX: the same page as the PDF, with fonts every Chinese office program has; it embeds none.
 * @module
 */
import type { ReportBlock, ReportDocument } from '@hedun/sdk';
import {
  AlignmentType,
  BorderStyle,
  convertMillimetersToTwip,
  Document,
  type FileChild,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  LevelFormat,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { cellText, type Pictures, printable, words } from './pieces.ts';

/** 仿宋 for text and 黑体 for headings, as GB/T 9704-2012 asks; Latin letters in Times New Roman. */
const textFont = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', eastAsia: 'FangSong', cs: 'Times New Roman' };
const headingFont = { ascii: 'Arial', hAnsi: 'Arial', eastAsia: 'SimHei', cs: 'Arial' };
/** Half points. */
const sizes = { title: 44, subtitle: 28, body: 24, table: 19, note: 19, small: 20 } as const;
const headingSizes = { 1: 32, 2: 28, 3: 24 } as const;
const headings = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3 } as const;
const alignments = { left: AlignmentType.LEFT, center: AlignmentType.CENTER, right: AlignmentType.RIGHT } as const;
const typeWidth = convertMillimetersToTwip(156);
const widestPicture = 590;
const barLength = 24;

export async function drawDocx(document: ReportDocument, pictures: Pictures): Promise<Uint8Array> {
  const file = new Document({
    title: printable(document.title),
    creator: printable(document.issuer ?? 'Hedun'),
    styles: {
      default: {
        document: { run: { font: textFont, size: sizes.body, language: { value: 'en-US', eastAsia: 'zh-CN' } } },
      },
    },
    numbering: {
      config: document.blocks.flatMap((block, index) =>
        block.kind === 'list'
          ? [
              {
                reference: `list-${index}`,
                levels: [
                  {
                    level: 0,
                    format: block.ordered ? LevelFormat.DECIMAL : LevelFormat.BULLET,
                    text: block.ordered ? '%1.' : '•',
                    style: { paragraph: { indent: { left: 720, hanging: 360 } } },
                  },
                ],
              },
            ]
          : [],
      ),
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: convertMillimetersToTwip(210), height: convertMillimetersToTwip(297) },
            margin: {
              top: convertMillimetersToTwip(37),
              left: convertMillimetersToTwip(28),
              right: convertMillimetersToTwip(26),
              bottom: convertMillimetersToTwip(35),
            },
          },
        },
        ...(document.classification === undefined
          ? {}
          : {
              headers: {
                default: new Header({
                  children: [
                    new Paragraph({
                      children: runs(document.classification, { bold: true, font: headingFont, size: 28 }),
                    }),
                  ],
                }),
              },
            }),
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                children: [
                  new TextRun({
                    size: sizes.small,
                    children:
                      document.locale === 'zh-CN'
                        ? ['第 ', PageNumber.CURRENT, ' 页 共 ', PageNumber.TOTAL_PAGES, ' 页']
                        : ['Page ', PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES],
                  }),
                ],
              }),
            ],
          }),
        },
        children: [...head(document), ...document.blocks.flatMap((block, index) => draw(block, index, pictures))],
      },
    ],
  });
  return await Packer.toBuffer(file);
}

type RunOptions = {
  readonly bold?: boolean;
  readonly size?: number;
  readonly font?: typeof textFont;
  readonly color?: string;
};
/** Line breaks inside a text become breaks inside the paragraph. */
function runs(text: string, options: RunOptions = {}): TextRun[] {
  return printable(text)
    .split('\n')
    .map((line, index) => new TextRun({ ...options, text: line, ...(index > 0 ? { break: 1 } : {}) }));
}

function head(document: ReportDocument): FileChild[] {
  const word = words[document.locale];
  const facts = [
    document.number === undefined ? null : `${word.number}：${document.number}`,
    document.issuer === undefined ? null : `${word.issuer}：${document.issuer}`,
    `${word.date}：${document.date}`,
  ].filter((each) => each !== null);
  return [
    new Paragraph({
      heading: HeadingLevel.TITLE,
      alignment: AlignmentType.CENTER,
      children: runs(document.title, { bold: true, size: sizes.title, font: headingFont }),
    }),
    ...(document.subtitle === undefined
      ? []
      : [
          new Paragraph({
            alignment: AlignmentType.CENTER,
            children: runs(document.subtitle, { size: sizes.subtitle }),
          }),
        ]),
    new Paragraph({
      alignment: AlignmentType.CENTER,
      spacing: { after: 240 },
      border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: 'C00000', space: 6 } },
      children: runs(facts.join('　'), { size: sizes.small }),
    }),
  ];
}

function table(
  columns: readonly { title: string; width?: number; align?: 'left' | 'center' | 'right' }[],
  rows: readonly (readonly string[])[],
  header: boolean,
): Table {
  const sum = columns.reduce((total, { width }) => total + (width ?? 1), 0);
  const widths = columns.map(({ width }) => Math.round((typeWidth * (width ?? 1)) / sum));
  const cell = (text: string, index: number, bold: boolean) =>
    new TableCell({
      width: { size: widths[index] ?? 0, type: WidthType.DXA },
      margins: { left: 80, right: 80, top: 40, bottom: 40 },
      ...(bold ? { shading: { fill: 'F0F0F0' } } : {}),
      children: text.split('\n').map(
        (line) =>
          new Paragraph({
            alignment: alignments[columns[index]?.align ?? 'left'],
            children: runs(line, { size: sizes.table, bold }),
          }),
      ),
    });
  return new Table({
    width: { size: typeWidth, type: WidthType.DXA },
    columnWidths: widths,
    rows: [
      ...(header
        ? [
            new TableRow({
              tableHeader: true,
              cantSplit: true,
              children: columns.map(({ title }, index) => cell(printable(title), index, true)),
            }),
          ]
        : []),
      ...rows.map(
        (row) => new TableRow({ children: row.map((text, index) => cell(text, index, !header && index === 0)) }),
      ),
    ],
  });
}

const gap = () => new Paragraph({ spacing: { after: 120 }, children: [] });

function draw(block: ReportBlock, index: number, pictures: Pictures): FileChild[] {
  switch (block.kind) {
    case 'heading':
      return [
        new Paragraph({
          heading: headings[block.level],
          keepNext: true,
          spacing: { before: 240, after: 120 },
          children: runs(block.text, {
            bold: true,
            size: headingSizes[block.level],
            font: headingFont,
            color: '000000',
          }),
        }),
      ];
    case 'paragraph':
      return [
        new Paragraph({
          alignment: block.align ? alignments[block.align] : AlignmentType.BOTH,
          spacing: { line: 400, after: 60 },
          indent:
            block.style === 'quote' ? { left: 480 } : block.style === 'note' || block.align ? {} : { firstLine: 480 },
          children: runs(block.text, block.style === 'note' ? { size: sizes.note, color: '595959' } : {}),
        }),
      ];
    case 'list':
      return block.items.map(
        (text) => new Paragraph({ numbering: { reference: `list-${index}`, level: 0 }, children: runs(text) }),
      );
    case 'fields':
      return [
        table(
          [
            { title: '', width: 1 },
            { title: '', width: 3 },
          ],
          block.rows.map(([label, value]) => [printable(label), printable(value)]),
          false,
        ),
        gap(),
      ];
    case 'table':
      return [
        ...(block.title === undefined
          ? []
          : [
              new Paragraph({
                alignment: AlignmentType.CENTER,
                keepNext: true,
                children: runs(block.title, { bold: true, size: sizes.small }),
              }),
            ]),
        table(
          block.columns,
          block.rows.map((row) => row.map(cellText)),
          true,
        ),
        gap(),
      ];
    case 'bars': {
      const most = Math.max(...block.values.map(({ value }) => value), 1);
      return [
        new Paragraph({ keepNext: true, children: runs(block.title, { bold: true, size: sizes.small }) }),
        table(
          [
            { title: '', width: 2 },
            { title: '', width: 4 },
            { title: '', width: 1, align: 'right' },
          ],
          block.values.map(({ label, value }) => [
            printable(label),
            '█'.repeat(Math.round((barLength * value) / most)),
            `${value} ${printable(block.unit)}`,
          ]),
          false,
        ),
        gap(),
      ];
    }
    case 'image': {
      const picture = pictures.get(block.blob);
      if (!picture) return [];
      const width = Math.min(widestPicture, block.width ?? picture.width);
      return [
        new Paragraph({
          alignment: AlignmentType.CENTER,
          children: [
            new ImageRun({
              type: block.mediaType === 'image/png' ? 'png' : 'jpg',
              data: picture.bytes as Buffer,
              transformation: { width, height: Math.round((width * picture.height) / picture.width) },
            }),
          ],
        }),
        ...(block.caption
          ? [new Paragraph({ alignment: AlignmentType.CENTER, children: runs(block.caption, { size: sizes.note }) })]
          : []),
      ];
    }
    case 'signature':
      return block.lines.map(
        (line, at) =>
          new Paragraph({
            alignment: AlignmentType.RIGHT,
            spacing: at === 0 ? { before: 480 } : {},
            children: runs(line),
          }),
      );
    case 'pageBreak':
      return [new Paragraph({ pageBreakBefore: true, children: [] })];
  }
}
