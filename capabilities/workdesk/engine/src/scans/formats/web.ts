/** Web scanners: ZAP, Nikto, WPScan, Acunetix. @module */
import { child, children, inner, type Json, jsonDocument, xmlRecords } from '../read.ts';
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
  textOf,
} from '../values.ts';

const zapRisk = ['info', 'low', 'medium', 'high'] as const;
export const zapXml: ScanFormat = {
  id: 'zap',
  title: 'ZAP XML',
  detect: (head) => (/<OWASPZAPReport/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['alertitem'], function* ({ node, ancestors }) {
      const site = [...ancestors].reverse().find((each) => each.name === 'site')?.attributes ?? {};
      const instances = children(child(node, 'instances'), 'instance');
      const urls = instances.map((each) => inner(each, 'uri'));
      yield finding({
        ruleId: inner(node, 'pluginid'),
        title: inner(node, 'alert') || inner(node, 'name'),
        severity: zapRisk[Number(inner(node, 'riskcode'))] ?? 'info',
        confidence: [0.1, 0.4, 0.7, 1][Number(inner(node, 'confidence'))] ?? 0.7,
        description: [plain(inner(node, 'desc')), urls.length > 0 ? urls.join('\n') : inner(node, 'uri')]
          .filter(Boolean)
          .join('\n\n'),
        remediation: plain(inner(node, 'solution')) || null,
        location: { ...locationOf(urls[0] ?? site.name), ...place({ host: site.host, port: site.port }) },
        references: [...cwe(inner(node, 'cweid')), ...referencesIn(plain(inner(node, 'reference')))],
        suppressed: inner(node, 'confidence') === '0' ? 'false positive' : null,
      });
    }),
};

export const zapJson: ScanFormat = {
  id: 'zap-json',
  title: 'ZAP JSON',
  detect: (head) => (/"@programName"\s*:\s*"ZAP"|"site"\s*:\s*\[[\s\S]*"alerts"\s*:/.test(head) ? 0.95 : 0),
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const site of document.site ?? [])
        for (const alert of site.alerts ?? [])
          yield finding({
            ruleId: textOf(alert.pluginid),
            title: textOf(alert.alert ?? alert.name),
            severity: zapRisk[Number(alert.riskcode)] ?? 'info',
            description: plain(alert.desc),
            remediation: plain(alert.solution) || null,
            location: {
              ...locationOf(alert.instances?.[0]?.uri ?? site['@name']),
              ...place({ host: site['@host'], port: site['@port'] }),
            },
            references: [...cwe(alert.cweid), ...referencesIn(plain(alert.reference))],
          });
    }),
};

export const niktoXml: ScanFormat = {
  id: 'nikto',
  title: 'Nikto XML',
  detect: (head) => (/<niktoscan/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['item'], function* ({ node, ancestors }) {
      const scan = ancestors.at(-1)?.attributes ?? {};
      yield niktoFinding(
        node.attributes.id,
        inner(node, 'description'),
        scan.targethostname || scan.targetip,
        scan.targetip,
        scan.targetport,
        inner(node, 'namelink') || inner(node, 'iplink'),
        inner(node, 'uri'),
        node.attributes.osvdbid,
      );
    }),
};
export const niktoJson: ScanFormat = {
  id: 'nikto-json',
  title: 'Nikto JSON',
  detect: (head) =>
    /"banner"\s*:/.test(head) && /"vulnerabilities"\s*:/.test(head) && /"(OSVDB|msg)"/.test(head) ? 0.95 : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const scan of [document].flat())
        for (const item of scan.vulnerabilities ?? [])
          yield niktoFinding(item.id, item.msg, scan.host, scan.ip, scan.port, '', item.url, item.OSVDB);
    }),
};
function niktoFinding(
  id: unknown,
  message: unknown,
  host: unknown,
  address: unknown,
  port: unknown,
  url: string,
  path: unknown,
  osvdb: unknown,
): ScanFinding {
  const text = textOf(message);
  return finding({
    ruleId: textOf(id),
    title: text || textOf(id),
    severity: /^0?$/.test(textOf(osvdb)) ? 'low' : 'medium',
    kind: 'misconfiguration',
    description: text,
    references: referencesIn(text),
    confidence: 0.6,
    location: place({ host, address, port, protocol: 'tcp', url: url || path }),
  });
}

export const wpscan: ScanFormat = {
  id: 'wpscan',
  title: 'WPScan JSON',
  detect: (head) =>
    /WPScan|wpscan/.test(head) && /"(banner|target_url|interesting_findings|scan_aborted)"/.test(head)
      ? 1
      : /"interesting_findings"/.test(head)
        ? 0.9
        : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      if (document.scan_aborted) return;
      const location = locationOf(document.effective_url ?? document.target_url);
      for (const each of document.interesting_findings ?? [])
        yield finding({
          ruleId: textOf(each.type),
          kind: 'exposed-service',
          title: `Interesting: ${textOf(each.to_s)}`,
          severity: 'info',
          description: [each.interesting_entries ?? []].flat().join('\n'),
          confidence: (numberOf(each.confidence) ?? 100) / 100,
          location: { ...location, ...(each.url ? { url: textOf(each.url) } : {}) },
          references: referencesIn(Object.values(each.references ?? {})),
        });
      yield* wordpress(document.version, 'WordPress', location);
      yield* wordpress(document.main_theme, 'theme', location);
      for (const [name, part] of Object.entries({ ...document.plugins, ...document.themes }))
        yield* wordpress(part, name, location);
      for (const [user, detail] of Object.entries((document.users ?? {}) as Json))
        yield finding({
          ruleId: 'user-enumeration',
          kind: 'exposed-service',
          title: `User found: ${user}`,
          severity: 'low',
          confidence: (numberOf((detail as Json).confidence) ?? 100) / 100,
          location,
        });
      for (const [user, detail] of Object.entries((document.password_attack ?? {}) as Json))
        yield finding({
          ruleId: 'weak-password',
          kind: 'weak-password',
          title: `Weak password: ${user}`,
          severity: 'critical',
          location,
          description: textOf((detail as Json).username ?? user),
        });
    }),
};
function* wordpress(part: Json, name: string, location: ScanFinding['location']): Iterable<ScanFinding> {
  if (!part || typeof part !== 'object') return;
  const version = textOf(part.version?.number ?? part.number);
  for (const each of part.vulnerabilities ?? []) {
    const cvss = numberOf(each.cvss?.score);
    yield finding({
      ruleId: textOf(each.references?.wpvulndb?.[0] ?? each.title),
      title: textOf(each.title),
      severity: cvss === null ? 'medium' : severityOfScore(cvss),
      cvss,
      remediation: each.fixed_in ? `≥ ${each.fixed_in}` : null,
      description: textOf(each.description ?? ''),
      references: [
        ...(each.references?.cve ?? []).map((id: string) => ({ kind: 'cve' as const, id: `CVE-${id}` })),
        ...referencesIn(each.references?.url ?? []),
      ],
      location: { ...location, component: textOf(part.slug ?? name), ...(version ? { version } : {}) },
    });
  }
}

export const acunetixXml: ScanFormat = {
  id: 'acunetix',
  title: 'Acunetix XML',
  detect: (head) => (/<ScanGroup/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['ReportItem'], function* ({ node, ancestors }) {
      const scan = [...ancestors].reverse().find((each) => each.name === 'Scan');
      const start = inner(scan, 'StartURL');
      const path = inner(node, 'Affects');
      yield finding({
        ruleId: inner(node, 'ModuleName') || inner(node, 'Name'),
        title: inner(node, 'Name'),
        severity: severityOf(inner(node, 'Severity')),
        description: [plain(inner(node, 'Description')), plain(inner(node, 'Details')), plain(inner(node, 'Impact'))]
          .filter(Boolean)
          .join('\n\n'),
        remediation: plain(inner(node, 'Recommendation')) || null,
        cvss: numberOf(inner(child(node, 'CVSS3'), 'Score')) ?? numberOf(inner(child(node, 'CVSS'), 'Score')),
        location: {
          ...locationOf(/^[a-z]+:\/\//i.test(start) ? start : `http://${start}`),
          url: /^https?:/.test(path) ? path : `${start.replace(/\/$/, '')}${path}`,
        },
        references: [
          ...children(child(node, 'CWEList'), 'CWE').flatMap((each) => cwe(each.attributes.id ?? each.text)),
          ...referencesIn(children(child(node, 'References'), 'Reference').map((each) => inner(each, 'URL'))),
        ],
        suppressed: /^(1|true)$/i.test(inner(node, 'IsFalsePositive')) ? 'false positive' : null,
      });
    }),
};

export const acunetix360: ScanFormat = {
  id: 'acunetix-360',
  title: 'Acunetix 360 JSON',
  detect: (head) => (/"Target"\s*:/.test(head) && /"Vulnerabilities"\s*:/.test(head) ? 1 : 0),
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const each of document.Vulnerabilities ?? []) {
        const state = textOf(each.State ?? '');
        const score = numberOf(
          each.Classification?.Cvss31?.BaseScore?.Value ?? each.Classification?.Cvss?.BaseScore?.Value,
        );
        yield finding({
          ruleId: textOf(each.Type ?? each.Name),
          title: textOf(each.Name),
          severity: severityOf(each.Severity),
          cvss: score,
          description: plain([each.Description, each.Impact].filter(Boolean).join('<br>')),
          remediation: plain(each.RemedialProcedure ?? each.RemedialActions) || null,
          confidence: (numberOf(each.Certainty) ?? 100) / 100,
          location: locationOf(each.Url ?? document.Target?.Url),
          references: [
            ...textOf(each.Classification?.Cwe).split(',').flatMap(cwe),
            ...referencesIn(each.ExternalReferences),
          ],
          suppressed: /FalsePositive/i.test(state)
            ? 'false positive'
            : /AcceptedRisk/i.test(state)
              ? 'risk accepted'
              : null,
        });
      }
    }),
};
