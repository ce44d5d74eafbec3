/**
 * From the engine's documents to the kernel's reports. It changes the form, never the words.
 * @module
 */
import type { DocumentModel } from '@hedun/compliance';
import type { ReportBlock, ReportDocument } from '@hedun/sdk';

export function reportOf(
  document: DocumentModel,
  about: { readonly date: string; readonly issuer?: string },
): ReportDocument {
  const zh = document.locale === 'zh';
  const blocks = document.blocks.flatMap((block): readonly ReportBlock[] => {
    // The title stands on the first page already.
    if (block.kind === 'heading') return block.level === 1 ? [] : [block];
    if (block.kind === 'paragraph')
      return [{ kind: 'paragraph', text: block.text, ...(block.tone ? { style: 'note' as const } : {}) }];
    if (block.kind === 'list') return [{ kind: 'list', ordered: false, items: block.items }];
    if (block.kind === 'table')
      return [
        {
          kind: 'table',
          ...(block.caption === undefined ? {} : { title: block.caption }),
          columns: block.columns,
          rows: block.rows,
        },
      ];
    if (block.kind === 'diagram') {
      const name = (id: string) => block.parts.find((each) => each.id === id)?.title ?? id;
      return [
        { kind: 'paragraph', text: block.caption, style: 'note' },
        {
          kind: 'list',
          ordered: false,
          items: block.links.map((link) => `${name(link.from)} → ${name(link.to)}${zh ? '：' : ': '}${link.title}`),
        },
      ];
    }
    return [{ kind: 'signature', lines: [[block.title, block.name, block.on].filter(Boolean).join('  ')] }];
  });
  return {
    title: document.title,
    date: about.date,
    locale: zh ? 'zh-CN' : 'en',
    ...(about.issuer === undefined ? {} : { issuer: about.issuer }),
    blocks,
  };
}
