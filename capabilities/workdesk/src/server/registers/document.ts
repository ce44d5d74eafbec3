/**
 * The register as a document: one line for each system.
 * @module
 */
import type { ReportDocument } from '@hedun/sdk';
import { assetStatusWords } from '@hedun/sdk/kernel';
import type { SystemDetails } from '../../register-shapes.ts';
import { longDay } from '../documents.ts';
import type { Here } from '../here.ts';

export function registerDocument(
  about: { readonly unit: string; readonly day: string; readonly locale: Here['locale'] },
  rows: readonly { readonly unitName: string; readonly completeness: number; readonly details: SystemDetails }[],
): ReportDocument {
  const { locale } = about;
  const say = (zh: string, en: string) => (locale === 'en' ? en : zh);
  const column = (zh: string, en: string, width: number) => ({ title: say(zh, en), width });
  return {
    title: say(`${about.unit}信息系统台账`, `Register of information systems: ${about.unit}`),
    issuer: about.unit,
    date: longDay(about.day, locale),
    locale,
    blocks: [
      {
        kind: 'paragraph',
        text: say(`共 ${rows.length} 个信息系统。`, `${rows.length} information systems.`),
      },
      {
        kind: 'table',
        title: say('信息系统', 'Systems'),
        columns: [
          column('单位', 'Unit', 16),
          column('系统名称', 'Name', 20),
          column('等保级别', 'Level', 8),
          column('备案编号', 'Filing number', 16),
          column('域名与地址', 'Domains and addresses', 24),
          column('主管领导', 'Leader', 14),
          column('技术联系人', 'Technical contact', 16),
          column('承建单位', 'Supplier', 14),
          column('存储的数据', 'Data held', 16),
          column('上线', 'Go-live', 10),
          column('状态', 'Status', 8),
          column('完整度', 'Complete', 8),
        ],
        rows: rows.map(({ unitName, completeness, details }) => [
          unitName,
          details.name,
          details.protectionLevel,
          details.filingNumber || '—',
          [...details.domains, ...details.addresses].join('\n') || '—',
          [details.leader, details.leaderPhone].filter(Boolean).join(' ') || '—',
          [details.technician, details.technicianPhone].filter(Boolean).join(' ') || '—',
          details.supplier || '—',
          details.dataHeld || '—',
          details.goLive || '—',
          assetStatusWords[details.status][locale],
          `${completeness}%`,
        ]),
      },
      { kind: 'signature', lines: [about.unit, longDay(about.day, locale)] },
    ],
  };
}
