/** Components with known weaknesses: Trivy, Trivy Operator, CycloneDX, Dependency-Check, Snyk, GitHub alerts. @module */
import { child, children, inner, type Json, jsonDocument, xmlRecords } from '../read.ts';
import type { ScanFinding, ScanFormat, Severity } from '../types.ts';
import {
  cwe,
  finding,
  numberOf,
  place,
  referencesIn,
  requireMajor,
  severityOf,
  severityOfScore,
  textOf,
  timeOf,
} from '../values.ts';

/** Best base score of the sources, newest version first. */
function trivyScore(cvss: Json): number | null {
  const scores = Object.values((cvss ?? {}) as Record<string, Json>)
    .map((each) => numberOf(each.V40Score) ?? numberOf(each.V3Score) ?? numberOf(each.V2Score))
    .filter((each): each is number => each !== null);
  return scores.length > 0 ? Math.max(...scores) : null;
}

export const trivy: ScanFormat = {
  id: 'trivy',
  title: 'Trivy JSON',
  detect: (head) =>
    head.trim() === 'null'
      ? 0.5 // What Trivy before schema 2 writes when it finds nothing.
      : /"SchemaVersion"\s*:/.test(head) && /"(ArtifactName|ClusterName|Results)"/.test(head)
        ? 1
        : /"(VulnerabilityID|PkgName)"\s*:/.test(head)
          ? 0.95
          : /"ClusterName"\s*:/.test(head)
            ? 0.9
            : /"Target"\s*:/.test(head) && /"(Vulnerabilities|Type)"\s*:/.test(head)
              ? 0.7
              : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const part of [document ?? []].flat()) {
        if (part.ClusterName !== undefined || part.Resources)
          for (const each of [
            ...(part.Resources ?? []),
            ...(part.Findings ?? []),
            ...(part.Vulnerabilities ?? []),
            ...(part.Misconfigurations ?? []),
          ])
            yield* trivyResults(
              each.Results ?? [],
              `${textOf(each.Namespace)}/${textOf(each.Kind)}/${textOf(each.Name)}`,
            );
        else yield* trivyResults(part.Results ?? [part], textOf(part.ArtifactName));
      }
    }),
};
function* trivyResults(results: readonly Json[], artifact: string): Iterable<ScanFinding> {
  for (const result of results) {
    const target = textOf(result.Target);
    for (const each of result.Vulnerabilities ?? [])
      yield finding({
        ruleId: textOf(each.VulnerabilityID),
        title: `${textOf(each.VulnerabilityID)} ${textOf(each.PkgName)} ${textOf(each.InstalledVersion)}`,
        severity: severityOf(each.Severity),
        cvss: trivyScore(each.CVSS),
        description: [textOf(each.Title), textOf(each.Description)].filter(Boolean).join('\n\n'),
        remediation: each.FixedVersion ? `${textOf(each.PkgName)} ≥ ${textOf(each.FixedVersion)}` : null,
        location: place({
          file: each.PkgPath || target,
          component: each.PkgName,
          version: each.InstalledVersion,
          url: '',
        }),
        references: [...referencesIn(each.VulnerabilityID, each.PrimaryURL), ...(each.CweIDs ?? []).flatMap(cwe)],
        seenAt: timeOf(each.PublishedDate) && null,
        suppressed: null,
      });
    for (const each of result.Misconfigurations ?? [])
      if (each.Status !== 'PASS')
        yield finding({
          ruleId: textOf(each.ID),
          kind: 'misconfiguration',
          title: `${textOf(each.ID)} ${textOf(each.Title)}`,
          severity: severityOf(each.Severity),
          description: [textOf(each.Description), textOf(each.Message)].filter(Boolean).join('\n\n'),
          remediation: textOf(each.Resolution) || null,
          location: place({ file: target, line: each.CauseMetadata?.StartLine, component: artifact }),
          references: referencesIn(each.PrimaryURL),
        });
    for (const each of result.Secrets ?? [])
      yield finding({
        ruleId: textOf(each.RuleID),
        kind: 'data-exposure',
        title: `Secret in code: ${textOf(each.Title)}`,
        severity: severityOf(each.Severity),
        location: place({ file: target, line: each.StartLine }),
        references: [{ kind: 'cwe', id: 'CWE-798' }],
      });
    for (const each of result.Licenses ?? [])
      yield finding({
        ruleId: `license:${textOf(each.Name)}`,
        kind: 'misconfiguration',
        title: `License ${textOf(each.Name)}: ${textOf(each.PkgName) || textOf(each.FilePath)}`,
        severity: severityOf(each.Severity),
        location: place({ file: each.FilePath || target, component: each.PkgName }),
        confidence: numberOf(each.Confidence) ?? 1,
      });
  }
}

export const trivyOperator: ScanFormat = {
  id: 'trivy-operator',
  title: 'Trivy Operator JSON',
  detect: (head) =>
    /aquasecurity\.github\.io/.test(head)
      ? 1
      : /"kind"\s*:\s*"(VulnerabilityReport|ConfigAuditReport|ExposedSecretReport|ClusterComplianceReport|RbacAssessmentReport)"/.test(
            head,
          )
        ? 1
        : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      const reports: readonly Json[] = Array.isArray(document)
        ? document
        : (document.items ?? (document.kind || document.report ? [document] : Object.values(document).flat()));
      for (const report of reports.flatMap((each) => (each?.items ? each.items : [each]))) {
        const body = report?.report ?? {};
        const labels = report?.metadata?.labels ?? {};
        const where =
          [
            labels['trivy-operator.resource.namespace'],
            labels['trivy-operator.resource.kind'],
            labels['trivy-operator.resource.name'],
            labels['trivy-operator.container.name'],
          ]
            .filter(Boolean)
            .join('/') || textOf(report?.metadata?.name);
        for (const each of body.vulnerabilities ?? []) {
          const cvss = numberOf(each.score);
          yield finding({
            ruleId: textOf(each.vulnerabilityID),
            title: `${textOf(each.vulnerabilityID)} ${textOf(each.resource)} ${textOf(each.installedVersion)}`,
            severity: severityOf(each.severity),
            cvss,
            description: textOf(each.title ?? each.description),
            remediation: each.fixedVersion ? `≥ ${textOf(each.fixedVersion)}` : null,
            location: place({ file: where, component: each.resource, version: each.installedVersion }),
            references: referencesIn(each.vulnerabilityID, each.primaryLink),
          });
        }
        for (const each of body.checks ?? [])
          if (each.success !== true)
            yield finding({
              ruleId: textOf(each.checkID),
              kind: 'misconfiguration',
              title: `${textOf(each.checkID)} ${textOf(each.title)}`,
              severity: severityOf(each.severity),
              description: [textOf(each.description), ...(each.messages ?? [])].join('\n'),
              remediation: textOf(each.remediation) || null,
              location: place({ file: where }),
            });
        for (const each of body.secrets ?? [])
          yield finding({
            ruleId: textOf(each.ruleID),
            kind: 'data-exposure',
            title: `Secret: ${textOf(each.title)}`,
            severity: severityOf(each.severity),
            location: place({ file: textOf(each.target) || where }),
            references: [{ kind: 'cwe', id: 'CWE-798' }],
          });
        yield* compliance(report, where);
      }
    }),
};
function* compliance(report: Json, where: string): Iterable<ScanFinding> {
  const results: readonly Json[] = report?.status?.detailReport?.results ?? report?.status?.results ?? [];
  for (const result of results)
    for (const each of result.checks ?? [])
      if (each.success !== true)
        yield finding({
          ruleId: textOf(result.id),
          kind: 'misconfiguration',
          title: `${textOf(result.id)} ${textOf(result.name)}`,
          severity: severityOf(each.severity ?? result.severity),
          description: [textOf(result.description), ...(each.messages ?? [])].join('\n'),
          remediation: textOf(each.remediation) || null,
          location: place({ file: each.target ? textOf(each.target) : where }),
        });
  const summary: readonly Json[] = results.length === 0 ? (report?.status?.summaryReport?.controlCheck ?? []) : [];
  const severities = new Map<string, Severity>(
    (report?.spec?.compliance?.controls ?? []).map((each: Json) => [textOf(each.id), severityOf(each.severity)]),
  );
  for (const each of summary)
    if ((numberOf(each.totalFail) ?? 0) > 0)
      yield finding({
        ruleId: textOf(each.id),
        kind: 'misconfiguration',
        title: `${textOf(each.id)} ${textOf(each.name)}`,
        severity: severities.get(textOf(each.id)) ?? severityOf(each.severity),
        location: place({ file: where }),
      });
}

export const cyclonedxJson: ScanFormat = {
  id: 'cyclonedx-json',
  title: 'CycloneDX JSON',
  detect: (head) => (/"bomFormat"\s*:\s*"CycloneDX"/.test(head) ? 1 : 0),
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      requireMajor(document.specVersion, 1, '$.specVersion', 'CycloneDX 1.x');
      const components = new Map<string, Json>();
      const collect = (list: readonly Json[]): void => {
        for (const each of list ?? []) {
          components.set(textOf(each['bom-ref']), each);
          collect(each.components ?? []);
        }
      };
      collect(document.components ?? []);
      for (const each of document.vulnerabilities ?? []) {
        const ratings: readonly Json[] = each.ratings ?? [];
        const score = Math.max(
          -1,
          ...ratings
            .filter((rating) => /CVSS/i.test(textOf(rating.method) || 'CVSS'))
            .map((rating) => numberOf(rating.score) ?? -1),
        );
        const word = ratings.find((rating) => rating.severity)?.severity;
        for (const affected of each.affects?.length > 0 ? each.affects : [{}]) {
          const component = components.get(textOf(affected.ref));
          yield finding({
            ruleId: textOf(each.id),
            title: [textOf(each.id), textOf(component?.name ?? affected.ref), textOf(component?.version)]
              .filter(Boolean)
              .join(' '),
            severity: word ? severityOf(word) : severityOfScore(score),
            cvss: score >= 0 ? score : null,
            description: [textOf(each.description), textOf(each.detail)].filter(Boolean).join('\n\n'),
            remediation: textOf(each.recommendation) || null,
            location: place({ component: component?.name ?? affected.ref, version: component?.version }),
            references: [
              ...referencesIn(
                each.id,
                (each.references ?? []).map((entry: Json) => entry.id),
                each.source?.url,
              ),
              ...(each.cwes ?? []).flatMap(cwe),
            ],
            suppressed: /^(not_affected|false_positive|resolved)$/.test(textOf(each.analysis?.state))
              ? textOf(each.analysis.state)
              : null,
            seenAt: null,
          });
        }
      }
    }),
};

export const cyclonedxXml: ScanFormat = {
  id: 'cyclonedx',
  title: 'CycloneDX XML',
  detect: (head) => (/<bom[\s>][^>]*cyclonedx/i.test(head) ? 1 : 0),
  parse: (chunks) => {
    const components = new Map<string, { name: string; version: string }>();
    // A component is remembered by reference for the vulnerabilities that follow it; its own nested vulnerabilities come first.
    return xmlRecords(chunks, ['component', 'v:vulnerability', 'vulnerability'], function* ({ node, ancestors }) {
      if (node.name === 'component') {
        components.set(node.attributes['bom-ref'] ?? inner(node, 'purl'), {
          name: inner(node, 'name'),
          version: inner(node, 'version'),
        });
        return;
      }
      const prefix = node.name.startsWith('v:') ? 'v:' : '';
      const id = inner(node, `${prefix}id`);
      const ratings = children(child(node, `${prefix}ratings`), `${prefix}rating`);
      const scores = ratings.map(
        (rating) =>
          numberOf(inner(rating, `${prefix}score`, `${prefix}base`)) ?? numberOf(inner(rating, `${prefix}score`)) ?? -1,
      );
      const score = Math.max(-1, ...scores);
      const word = ratings.map((rating) => inner(rating, `${prefix}severity`)).find(Boolean);
      const owner = [...ancestors].reverse().find((each) => each.name === 'component');
      const affected = children(child(node, 'affects'), 'target').map((target) => inner(target, 'ref'));
      const targets = owner
        ? [{ name: inner(owner, 'name'), version: inner(owner, 'version') }]
        : affected.length > 0
          ? affected.map((ref) => components.get(ref) ?? { name: ref, version: '' })
          : [components.get(node.attributes.ref ?? '') ?? { name: node.attributes.ref ?? '', version: '' }];
      for (const target of targets)
        yield finding({
          ruleId: id,
          title: [id, target.name, target.version].filter(Boolean).join(' '),
          severity: word ? severityOf(word) : severityOfScore(score),
          cvss: score >= 0 ? score : null,
          description: inner(node, `${prefix}description`),
          remediation:
            inner(node, 'recommendation') ||
            children(child(node, `${prefix}recommendations`), `${prefix}recommendation`)
              .map((each) => each.text.trim())
              .join('\n') ||
            null,
          location: place({ component: target.name, version: target.version }),
          references: [
            ...referencesIn(
              id,
              children(child(node, `${prefix}advisories`), `${prefix}advisory`).map((each) => each.text),
            ),
            ...children(child(node, `${prefix}cwes`), `${prefix}cwe`).flatMap((each) => cwe(each.text)),
          ],
        });
    });
  },
};

export const dependencyCheck: ScanFormat = {
  id: 'dependency-check',
  title: 'OWASP Dependency-Check XML',
  detect: (head) => (/<analysis[^>]*dependency-check/i.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['dependency'], function* ({ node, ancestors }) {
      if (ancestors.at(-1)?.name !== 'dependencies') return;
      const file = inner(node, 'filePath') || inner(node, 'fileName');
      const related = children(child(node, 'relatedDependencies'), 'relatedDependency').map(
        (each) => inner(each, 'fileName') || inner(each, 'filePath'),
      );
      const entries = child(node, 'vulnerabilities');
      for (const [state, list] of [
        [null, children(entries, 'vulnerability')],
        ['suppressed', children(entries, 'suppressedVulnerability')],
      ] as const)
        for (const each of list) {
          const score =
            numberOf(inner(each, 'cvssV3', 'baseScore')) ??
            numberOf(inner(each, 'cvssV2', 'score')) ??
            numberOf(inner(each, 'cvssScore'));
          for (const place_ of [file, ...related])
            yield finding({
              ruleId: inner(each, 'name'),
              title: `${inner(each, 'name')} ${inner(node, 'fileName')}`,
              severity: inner(each, 'severity') ? severityOf(inner(each, 'severity')) : severityOfScore(score),
              cvss: score,
              description: inner(each, 'description'),
              suppressed: state === null ? null : inner(each, 'notes') || state,
              location: place({ file: place_, component: inner(node, 'fileName') }),
              references: [
                ...referencesIn(
                  inner(each, 'name'),
                  children(child(each, 'references'), 'reference').map((entry) => inner(entry, 'url')),
                ),
                ...cwe(inner(each, 'cwe')),
                ...children(child(each, 'cwes'), 'cwe').flatMap((entry) => cwe(entry.text)),
              ],
            });
        }
    }),
};

export const snyk: ScanFormat = {
  id: 'snyk',
  title: 'Snyk CLI JSON',
  detect: (head) =>
    /"(packageManager|dependencyCount|displayTargetFile|uniqueCount)"\s*:/.test(head) ||
    /"vulnerabilities"\s*:\s*\[[\s\S]*"(semver|moduleName|packageName)"/.test(head)
      ? 0.95
      : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const project of [document].flat()) {
        if (project.runs) {
          yield* snykRuns(project);
          continue;
        }
        for (const each of project.vulnerabilities ?? [])
          yield finding({
            ruleId: textOf(each.id),
            title: `${textOf(each.from?.[0] ?? project.displayTargetFile)}: ${textOf(each.title)}`,
            severity: severityOf(each.severity),
            cvss: numberOf(each.cvssScore),
            description: textOf(each.description),
            remediation: each.fixedIn?.length > 0 ? `${textOf(each.packageName)} ≥ ${each.fixedIn.join(', ')}` : null,
            location: place({
              file: project.displayTargetFile,
              component: each.packageName ?? each.moduleName,
              version: each.version,
            }),
            references: [
              ...referencesIn(each.identifiers?.CVE),
              ...(each.identifiers?.CWE ?? []).flatMap(cwe),
              ...referencesIn((each.references ?? []).map((entry: Json) => entry.url)),
            ],
          });
      }
    }),
};
function* snykRuns(document: Json): Iterable<ScanFinding> {
  for (const run of document.runs) {
    const rules = new Map<string, Json>((run.tool?.driver?.rules ?? []).map((rule: Json) => [rule.id, rule]));
    for (const result of run.results ?? []) {
      const rule = rules.get(result.ruleId) ?? {};
      const at = result.locations?.[0]?.physicalLocation;
      yield finding({
        ruleId: textOf(result.ruleId),
        title: textOf(rule.shortDescription?.text) || textOf(result.ruleId),
        severity: severityOf(result.level),
        description: textOf(result.message?.text),
        location: place({ file: at?.artifactLocation?.uri, line: at?.region?.startLine }),
        references: (rule.properties?.cwe ?? []).flatMap(cwe),
      });
    }
  }
}

export const githubAlerts: ScanFormat = {
  id: 'github-alerts',
  title: 'GitHub vulnerability alerts JSON',
  detect: (head) =>
    /"vulnerabilityAlerts"\s*:/.test(head)
      ? 1
      : /"security_advisory"\s*:|"most_recent_instance"\s*:/.test(head)
        ? 0.9
        : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const repository of repositoriesIn(document.data ?? document))
        for (const alert of repository.vulnerabilityAlerts?.nodes ?? []) {
          const weakness = alert.securityVulnerability ?? {};
          const advisory = weakness.advisory ?? {};
          yield finding({
            ruleId: textOf(advisory.ghsaId ?? advisory.identifiers?.[0]?.value),
            title: textOf(advisory.summary),
            severity: severityOf(weakness.severity),
            cvss: numberOf(advisory.cvss?.score),
            description: textOf(advisory.description),
            remediation: weakness.firstPatchedVersion?.identifier
              ? `≥ ${textOf(weakness.firstPatchedVersion.identifier)}`
              : null,
            location: place({
              file: alert.vulnerableManifestPath,
              component: weakness.package?.name,
              version: textOf(alert.vulnerableRequirements).replace(/^=\s*/, ''),
            }),
            references: [
              ...referencesIn(
                (advisory.identifiers ?? []).map((each: Json) => each.value),
                (advisory.references ?? []).map((each: Json) => each.url),
              ),
              ...(advisory.cwes?.nodes ?? []).flatMap((each: Json) => cwe(each.cweId)),
            ],
            seenAt: timeOf(alert.createdAt),
            suppressed:
              alert.dismissedAt || alert.state === 'DISMISSED'
                ? textOf(alert.dismissReason) || 'dismissed'
                : alert.state === 'FIXED'
                  ? 'fixed'
                  : null,
          });
        }
    }),
};
/** Answers of the GraphQL API nest repositories in whatever the query asked; alerts are found wherever they are. */
function* repositoriesIn(value: Json, depth = 0): Iterable<Json> {
  if (value === null || typeof value !== 'object' || depth > 8) return;
  if (value.vulnerabilityAlerts) yield value;
  else for (const each of Object.values(value)) yield* repositoriesIn(each, depth + 1);
}
