/** Tenable Nessus (.nessus XML, CSV) and Web Application Scanning exports. @module */
import { cell, child, children, inner, type Row, tableRows, xmlRecords } from '../read.ts';
import type { ScanFinding, ScanFormat } from '../types.ts';
import {
  cwe,
  finding,
  locationOf,
  numberOf,
  place,
  plain,
  referencesIn,
  severityOf,
  severityOfScore,
} from '../values.ts';

const levels = ['info', 'low', 'medium', 'high', 'critical'] as const;

export const nessusXml: ScanFormat = {
  id: 'nessus',
  title: 'Nessus XML',
  // Only the structures known: a later one would be read as an empty report.
  detect: (head) => (/<NessusClientData(_v2)?[\s>]/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['ReportItem'], function* ({ node: item, ancestors }) {
      const host = ancestors.at(-1);
      const tags = Object.fromEntries(
        children(child(host, 'HostProperties'), 'tag').map((tag) => [tag.attributes.name ?? '', tag.text.trim()]),
      );
      const { attributes } = item;
      const cvss = numberOf(inner(item, 'cvss3_base_score')) ?? numberOf(inner(item, 'cvss_base_score'));
      yield finding({
        ruleId: attributes.pluginID ?? '',
        title: attributes.pluginName ?? inner(item, 'plugin_name'),
        severity: levels[Number(attributes.severity)] ?? severityOf(inner(item, 'risk_factor')),
        description: [inner(item, 'synopsis'), inner(item, 'description'), inner(item, 'plugin_output')]
          .filter(Boolean)
          .join('\n\n'),
        remediation: inner(item, 'solution') || null,
        cvss,
        location: place({
          host: tags['host-fqdn'] || host?.attributes.name,
          address: tags['host-ip'],
          port: attributes.port,
          protocol: attributes.protocol,
        }),
        references: [
          ...referencesIn(
            item.children.filter((each) => each.name === 'cve' || each.name === 'see_also').map((each) => each.text),
          ),
          ...children(item, 'cwe').flatMap((each) => cwe(each.text)),
        ],
      });
    }),
};

export const nessusCsv: ScanFormat = {
  id: 'nessus-csv',
  title: 'Nessus CSV',
  detect: (head) =>
    /plugin ?id|definition\.(id|name)/i.test(firstLine(head)) ||
    (/"?Plugin"?,/.test(firstLine(head)) && /severity/i.test(firstLine(head)))
      ? 0.95
      : 0,
  parse: (chunks) => tableRows(chunks, [], fromRow),
};

function* fromRow(row: Row): Iterable<ScanFinding> {
  const title = cell(row, 'Name', 'Plugin Name', 'asset_name', 'definition.name', 'Title');
  const ruleId = cell(row, 'Plugin ID', 'Plugin', 'definition.id');
  if (!title && !ruleId) return;
  const risk = cell(row, 'Risk', 'Severity', 'severity');
  const cvss = numberOf(
    cell(
      row,
      'CVSS v3.0 Base Score',
      'CVSS V3 Base Score',
      'definition.cvss3.base_score',
      'CVSS',
      'CVSS v2.0 Base Score',
      'CVSS Base Score',
    ),
  );
  const host = cell(
    row,
    'Host',
    'DNS Name',
    'FQDN',
    'asset.host_name',
    'Asset Name',
    'URL',
    'IP Address',
    'asset.display_ipv4_address',
  );
  yield finding({
    ruleId,
    title,
    cvss,
    severity: /^\d$/.test(risk)
      ? (levels[Number(risk)] ?? 'info')
      : risk === ''
        ? severityOfScore(cvss)
        : severityOf(risk),
    description: [
      cell(row, 'Synopsis', 'definition.synopsis'),
      cell(row, 'Description', 'definition.description'),
      cell(row, 'Plugin Output', 'Plugin Text', 'output'),
    ]
      .filter(Boolean)
      .map(plain)
      .join('\n\n'),
    remediation: cell(row, 'Solution', 'definition.solution', 'Steps to Remediate') || null,
    location: {
      ...(/^https?:/.test(host) ? locationOf(host) : {}),
      ...place({
        host,
        address: cell(row, 'IP Address', 'asset.display_ipv4_address'),
        port: cell(row, 'Port', 'port'),
        protocol: cell(row, 'Protocol', 'protocol'),
      }),
    },
    references: [
      ...referencesIn(cell(row, 'CVE', 'definition.cve'), cell(row, 'See Also', 'definition.see_also')),
      ...(cell(row, 'CWE') ? cwe(cell(row, 'CWE')) : []),
    ],
  });
}

function firstLine(head: string): string {
  return head.slice(0, head.indexOf('\n') < 0 ? undefined : head.indexOf('\n'));
}
