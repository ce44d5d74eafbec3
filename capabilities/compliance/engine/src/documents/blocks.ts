/**
 * Documents as blocks: headings, paragraphs, lists, tables, diagrams, fields for signature and seal. No layout, no file format; who
 * renders them (DOCX, PDF, page) decides how they look.
 * @module
 */
import type { Locale } from '../describe.ts';
import type { Words } from '../schema.ts';

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: 'note' | 'warning' }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly caption?: string;
      readonly columns: readonly { readonly title: string; readonly align?: 'right' }[];
      readonly rows: readonly (readonly string[])[];
    }
  | {
      readonly kind: 'diagram';
      readonly caption: string;
      readonly parts: readonly { readonly id: string; readonly title: string }[];
      readonly links: readonly { readonly from: string; readonly to: string; readonly title: string }[];
    }
  | { readonly kind: 'signature'; readonly title: string; readonly name?: string; readonly on?: string }
  | { readonly kind: 'seal'; readonly title: string; readonly name?: string; readonly on?: string };

export interface DocumentModel {
  readonly id: string;
  readonly title: string;
  readonly locale: Locale;
  readonly blocks: readonly Block[];
}

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text });
export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const note = (text: string): Block => ({ kind: 'paragraph', text, tone: 'note' });
export const warning = (text: string): Block => ({ kind: 'paragraph', text, tone: 'warning' });

/** A table, or a sentence in its place when it has no rows. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  whenEmpty: string,
  rightAligned: readonly number[] = [],
): Block {
  if (rows.length === 0) return paragraph(whenEmpty);
  return {
    kind: 'table',
    columns: columns.map((title, index) => ({
      title,
      ...(rightAligned.includes(index) ? { align: 'right' as const } : {}),
    })),
    rows,
  };
}

export function pick(locale: Locale): (zh: string, en: string) => string {
  return (zh, en) => (locale === 'zh' ? zh : en);
}

export function said(words: Words, locale: Locale): string {
  return words[locale];
}

/** All text of a document, for search and for tests. */
export function textOf(document: DocumentModel): string {
  const lines = document.blocks.flatMap((block): readonly string[] => {
    if (block.kind === 'list') return block.items;
    if (block.kind === 'table')
      return [block.caption ?? '', ...block.columns.map((column) => column.title), ...block.rows.flat()];
    if (block.kind === 'diagram')
      return [block.caption, ...block.parts.map((part) => part.title), ...block.links.map((link) => link.title)];
    if (block.kind === 'signature' || block.kind === 'seal') return [block.title];
    return [block.text];
  });
  return [document.title, ...lines].join('\n');
}
