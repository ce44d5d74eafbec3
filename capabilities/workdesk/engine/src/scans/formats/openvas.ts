/** Greenbone / OpenVAS reports as XML and CSV. @module */
import { cell, child, children, inner, tableRows, xmlRecords } from '../read.ts';
import type { ScanFormat } from '../types.ts';
import { finding, numberOf, place, referencesIn, severityOf, severityOfScore, timeOf } from '../values.ts';

export const openvasXml: ScanFormat = {
  id: 'openvas',
  title: 'Greenbone XML',
  detect: (head) =>
    /<report\b[^>]*(format_id|content_type|extension)=/.test(head) || /<get_reports_response/.test(head)
      ? 0.95
      : /<results\b[\s\S]*<nvt oid=/.test(head)
        ? 0.8
        : 0,
  parse: (chunks) =>
    xmlRecords(chunks, ['result'], function* ({ node, ancestors }) {
      if (ancestors.at(-1)?.name !== 'results') return;
      const nvt = child(node, 'nvt');
      const score = numberOf(inner(node, 'severity')) ?? numberOf(inner(nvt, 'cvss_base'));
      const [, port = '', protocol = ''] = /^(?:.*?)(\d+)?\/?(tcp|udp)?$/.exec(inner(node, 'port')) ?? [];
      yield finding({
        ruleId: nvt?.attributes.oid ?? inner(node, 'name'),
        title: inner(node, 'name') || inner(nvt, 'name'),
        severity: inner(node, 'threat') ? severityOf(inner(node, 'threat')) : severityOfScore(score),
        cvss: score !== null && score >= 0 ? score : null,
        description: inner(node, 'description') || inner(nvt, 'tags'),
        remediation: inner(nvt, 'solution') || null,
        confidence: (numberOf(inner(node, 'qod', 'value')) ?? 100) / 100,
        location: place({
          host: inner(node, 'host', 'hostname') || inner(node, 'host'),
          address: inner(node, 'host').split('\n')[0],
          port,
          protocol,
        }),
        references: referencesIn(
          inner(nvt, 'cve'),
          children(child(nvt, 'refs'), 'ref').map((each) => each.attributes.id),
        ),
        seenAt: timeOf(inner(node, 'creation_time')),
      });
    }),
};

export const openvasCsv: ScanFormat = {
  id: 'openvas-csv',
  title: 'Greenbone CSV',
  detect: (head) =>
    /NVT Name/i.test(head) && /NVT OID/i.test(head)
      ? 1
      : /^"?IP"?,/i.test(head) && /QoD|Solution Type/i.test(head)
        ? 0.8
        : 0,
  parse: (chunks) =>
    tableRows(chunks, ['IP'], function* (row) {
      const title = cell(row, 'NVT Name', 'CVEs');
      if (!title) return;
      const score = numberOf(cell(row, 'CVSS'));
      yield finding({
        ruleId: cell(row, 'NVT OID') || title,
        title,
        cvss: score,
        severity: cell(row, 'Severity') ? severityOf(cell(row, 'Severity')) : severityOfScore(score),
        description: [cell(row, 'Summary'), cell(row, 'Specific Result'), cell(row, 'Impact')]
          .filter(Boolean)
          .join('\n\n'),
        remediation: cell(row, 'Solution') || null,
        confidence: (numberOf(cell(row, 'QoD')) ?? 100) / 100,
        location: place({
          host: cell(row, 'Hostname'),
          address: cell(row, 'IP'),
          port: cell(row, 'Port'),
          protocol: cell(row, 'Port Protocol'),
        }),
        references: referencesIn(cell(row, 'CVEs'), cell(row, 'Other References')),
        seenAt: timeOf(cell(row, 'Timestamp')),
      });
    }),
};
