/** TLS and network scanners: sslscan, testssl, Qualys in its exports. @module */
import { cell, child, children, inner, jsonDocument, type Row, tableRows, xmlRecords } from '../read.ts';
import type { ScanFinding, ScanFormat, Severity } from '../types.ts';
import { cwe, finding, locationOf, numberOf, place, plain, referencesIn, severityOf, textOf } from '../values.ts';

export const sslscan: ScanFormat = {
  id: 'sslscan',
  title: 'sslscan XML',
  detect: (head) => (/<document[^>]*SSLScan/i.test(head) || /<ssltest\s/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['ssltest'], function* ({ node }) {
      const location = place({ host: node.attributes.host, port: node.attributes.port, protocol: 'tcp' });
      const make = (ruleId: string, title: string, severity: Severity, description = ''): ScanFinding =>
        finding({
          ruleId,
          title,
          severity,
          description,
          location,
          kind: 'misconfiguration',
          references: ruleId === 'heartbleed' ? [{ kind: 'cve', id: 'CVE-2014-0160' }] : [],
        });
      for (const each of children(node, 'heartbleed'))
        if (each.attributes.vulnerable === '1')
          yield make(
            'heartbleed',
            `Heartbleed (${each.attributes.sslversion})`,
            'critical',
            `sslversion ${each.attributes.sslversion}`,
          );
      for (const each of children(node, 'cipher'))
        if (!/^(strong|acceptable)$/.test(each.attributes.strength ?? ''))
          yield make(
            `cipher:${each.attributes.cipher}`,
            `${each.attributes.strength || 'weak'} cipher ${each.attributes.cipher} (${each.attributes.sslversion})`,
            'medium',
            `${each.attributes.bits} bits`,
          );
      for (const each of children(node, 'protocol'))
        if (
          each.attributes.enabled === '1' &&
          (each.attributes.type === 'ssl' || /^1\.[01]$/.test(each.attributes.version ?? ''))
        )
          yield make(
            `protocol:${each.attributes.type}${each.attributes.version}`,
            `${each.attributes.type?.toUpperCase()} ${each.attributes.version} enabled`,
            each.attributes.type === 'ssl' ? 'high' : 'medium',
          );
      const certificate = child(node, 'certificates', 'certificate') ?? child(node, 'certificate');
      if (inner(certificate, 'expired') === 'true')
        yield make('certificate-expired', 'Certificate expired', 'high', inner(certificate, 'not-valid-after'));
      if (inner(certificate, 'self-signed') === 'true')
        yield make('certificate-self-signed', 'Certificate is self-signed', 'medium');
    }),
};

export const testsslCsv: ScanFormat = {
  id: 'testssl',
  title: 'testssl.sh CSV',
  detect: (head) => (/^\s*"?id"?\s*,\s*"?fqdn\/ip"?/i.test(head) ? 1 : 0),
  parse: (chunks) =>
    tableRows(chunks, ['id', 'fqdn/ip', 'severity'], function* (row) {
      yield* testssl(
        cell(row, 'id'),
        cell(row, 'fqdn/ip'),
        cell(row, 'port'),
        cell(row, 'severity'),
        cell(row, 'finding'),
        cell(row, 'cve'),
        cell(row, 'cwe'),
      );
    }),
};
export const testsslJson: ScanFormat = {
  id: 'testssl-json',
  title: 'testssl.sh JSON',
  detect: (head) =>
    /"fqdn\/ip"|"scanResult"\s*:/.test(head) ||
    (/"severity"\s*:/.test(head) && /"id"\s*:\s*"(service|SSLv2|TLS1|engine_problem)/.test(head))
      ? 0.95
      : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      const scans = document.scanResult ?? [{ all: [document].flat() }];
      for (const scan of scans)
        for (const list of Object.values(scan))
          if (Array.isArray(list))
            for (const each of list)
              yield* testssl(
                textOf(each.id),
                textOf(each.ip ?? scan.ip),
                textOf(each.port ?? scan.port),
                textOf(each.severity),
                textOf(each.finding),
                textOf(each.cve),
                textOf(each.cwe),
              );
    }),
};
function* testssl(
  id: string,
  target: string,
  port: string,
  severity: string,
  text: string,
  cve: string,
  weakness: string,
): Iterable<ScanFinding> {
  if (/^(OK|INFO|WARN|DEBUG|FATAL)$/i.test(severity) || severity === '') return;
  const [host = '', address = ''] = target.split('/');
  // One entry may name several CVEs: each is a weakness of its own.
  const names = cve.split(/\s+/).filter(Boolean);
  for (const name of names.length > 0 ? names : [''])
    yield finding({
      ruleId: name ? `${id}:${name}` : id,
      kind: 'misconfiguration',
      title: `${id}: ${text}`,
      severity: severityOf(severity),
      description: text,
      location: place({ host, address, port, protocol: 'tcp' }),
      references: [...referencesIn(name), ...cwe(weakness)],
    });
}

/** Qualys levels 1 to 5. */
const qualysLevels: Readonly<Record<string, Severity>> = { 1: 'info', 2: 'low', 3: 'medium', 4: 'high', 5: 'critical' };
function qualysSeverity(level: string, word = ''): Severity {
  return qualysLevels[level] ?? severityOf(word || level);
}

export const qualysCsv: ScanFormat = {
  id: 'qualys-csv',
  title: 'Qualys CSV',
  detect: (head) => (/"?QID"?/.test(head) && /"?(VULN TITLE|Title|KB Severity|DNS|NetBIOS)"?/i.test(head) ? 0.95 : 0),
  parse: (chunks) =>
    tableRows(chunks, ['QID'], function* (row: Row) {
      const qid = cell(row, 'QID');
      const title = cell(row, 'VULN TITLE', 'Title');
      if (!/^\d+$/.test(qid) || !title) return;
      const cvss = numberOf(
        /^[\d.]+/.exec(
          cell(row, 'CVSSv3.1 Base (nvd)', 'CVSSv3.1 Base', 'CVSS3.1 Base', 'CVSS3 Base', 'CVSS_BASE', 'CVSS Base'),
        )?.[0],
      );
      yield finding({
        ruleId: qid,
        title,
        cvss,
        severity: cell(row, 'Q_SEVERITY')
          ? qualysSeverity(cell(row, 'Q_SEVERITY'))
          : qualysSeverity(cell(row, 'Severity')),
        description: [
          cell(row, 'CVE-Description'),
          plain(cell(row, 'Threat')),
          plain(cell(row, 'Impact')),
          plain(cell(row, 'Results', 'RESULT')),
        ]
          .filter(Boolean)
          .join('\n\n'),
        remediation: plain(cell(row, 'Solution')) || null,
        location: place({
          host: cell(row, 'DNS', 'HOSTNAME', 'Asset Name', 'FQDN'),
          address: cell(row, 'IP', 'Asset IPV4', 'Asset IPV6'),
          port: cell(row, 'Port'),
          protocol: cell(row, 'Protocol'),
        }),
        references: referencesIn(cell(row, 'CVE ID', 'CVEID', 'CVE')),
        confidence: /potential/i.test(cell(row, 'Type', 'Type Detected')) ? 0.5 : 1,
        suppressed: /^fixed$/i.test(cell(row, 'Status', 'Vuln Status')) ? 'fixed' : null,
      });
    }),
};

export const qualysXml: ScanFormat = {
  id: 'qualys',
  title: 'Qualys asset report XML',
  detect: (head) => (/<ASSET_DATA_REPORT/.test(head) ? 1 : 0),
  parse: (chunks) => {
    // Hosts come first and only name the weakness; the glossary that describes it stands at the end of the file.
    const waiting: {
      readonly qid: string;
      readonly location: ScanFinding['location'];
      readonly state: string;
      readonly type: string;
    }[] = [];
    return xmlRecords(chunks, ['HOST', 'VULN_DETAILS'], function* ({ node }) {
      if (node.name === 'HOST') {
        for (const each of children(child(node, 'VULN_INFO_LIST'), 'VULN_INFO'))
          waiting.push({
            qid: inner(each, 'QID'),
            location: place({
              host: inner(node, 'DNS'),
              address: inner(node, 'IP'),
              port: inner(each, 'PORT'),
              protocol: inner(each, 'PROTOCOL'),
            }),
            state: inner(each, 'VULN_STATUS'),
            type: inner(each, 'TYPE'),
          });
        return;
      }
      const qid = inner(node, 'QID');
      for (const each of waiting.filter((entry) => entry.qid === qid)) {
        const cvss =
          numberOf(inner(node, 'CVSS3_SCORE', 'CVSS3_BASE')) ?? numberOf(inner(node, 'CVSS_SCORE', 'CVSS_BASE'));
        yield finding({
          ruleId: qid,
          title: inner(node, 'TITLE'),
          severity: qualysSeverity(inner(node, 'SEVERITY')),
          cvss,
          description: [plain(inner(node, 'THREAT')), plain(inner(node, 'IMPACT'))].filter(Boolean).join('\n\n'),
          remediation: plain(inner(node, 'SOLUTION')) || null,
          location: each.location,
          references: referencesIn(children(child(node, 'CVE_ID_LIST'), 'CVE_ID').map((entry) => inner(entry, 'ID'))),
          confidence: /potential|practice/i.test(each.type) ? 0.5 : 1,
          suppressed: /fixed/i.test(each.state) ? 'fixed' : null,
        });
      }
    });
  },
};

export const qualysInfrastructure: ScanFormat = {
  id: 'qualys-scan',
  title: 'Qualys scan XML',
  detect: (head) => (/<SCAN\s+value=|<!DOCTYPE SCAN /.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['VULN'], function* ({ node, ancestors }) {
      const host = [...ancestors].reverse().find((each) => each.name === 'IP');
      const category = [...ancestors].reverse().find((each) => each.name === 'CAT')?.attributes ?? {};
      const cvss = numberOf(inner(node, 'CVSS3_BASE')) ?? numberOf(inner(node, 'CVSS_BASE'));
      yield finding({
        ruleId: node.attributes.number ?? '',
        title: inner(node, 'TITLE'),
        severity: qualysSeverity(node.attributes.severity ?? ''),
        cvss,
        description: [plain(inner(node, 'DIAGNOSIS')), plain(inner(node, 'CONSEQUENCE')), inner(node, 'RESULT')]
          .filter(Boolean)
          .join('\n\n'),
        remediation: plain(inner(node, 'SOLUTION')) || null,
        location: place({
          host: host?.attributes.name,
          address: host?.attributes.value,
          port: category.port,
          protocol: category.protocol,
        }),
        references: referencesIn(children(child(node, 'CVE_ID_LIST'), 'CVE_ID').map((each) => inner(each, 'ID'))),
      });
    }),
};

export const qualysWeb: ScanFormat = {
  id: 'qualys-webapp',
  title: 'Qualys web application XML',
  detect: (head) => (/<WAS_SCAN_REPORT|<WAS_WEBAPP_REPORT/.test(head) ? 1 : 0),
  parse: (chunks) => {
    const waiting: {
      readonly qid: string;
      readonly url: string;
      readonly text: string;
      readonly kind: ScanFinding['kind'];
    }[] = [];
    return xmlRecords(
      chunks,
      ['VULNERABILITY', 'SENSITIVE_CONTENT', 'INFORMATION_GATHERED', 'QID'],
      function* ({ node, ancestors }) {
        const above = ancestors.at(-1)?.name;
        if (node.name === 'QID' && above === 'QID_LIST') {
          const qid = inner(node, 'QID');
          for (const each of waiting.filter((entry) => entry.qid === qid))
            yield finding({
              ruleId: qid,
              kind: each.kind,
              title: inner(node, 'TITLE'),
              severity: qualysSeverity(inner(node, 'SEVERITY')),
              cvss: numberOf(inner(node, 'CVSS_V3', 'BASE')) ?? numberOf(inner(node, 'CVSS_BASE')),
              description: [plain(inner(node, 'DESCRIPTION')), plain(inner(node, 'IMPACT')), each.text]
                .filter(Boolean)
                .join('\n\n'),
              remediation: plain(inner(node, 'SOLUTION')) || null,
              location: locationOf(each.url),
              references: [...inner(node, 'CWE').split(',').flatMap(cwe)],
            });
        } else if (node.name === 'QID') ancestors.at(-1)?.children.push(node);
        else
          waiting.push({
            qid: inner(node, 'QID'),
            url: inner(node, 'URL'),
            text: inner(node, 'DATA'),
            kind:
              node.name === 'SENSITIVE_CONTENT'
                ? 'data-exposure'
                : node.name === 'INFORMATION_GATHERED'
                  ? 'exposed-service'
                  : 'vulnerability',
          });
      },
    );
  },
};
