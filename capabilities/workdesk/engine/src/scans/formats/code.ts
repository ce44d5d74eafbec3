/** Code, secrets and configuration: SARIF, Semgrep, gitleaks, trufflehog, Checkov, Snyk Code, SonarQube. @module */
import { parseDocument } from 'htmlparser2';
import { type Json, jsonDocument, readAll } from '../read.ts';
import type { ScanFormat, ScanItem } from '../types.ts';
import {
  cwe,
  finding,
  numberOf,
  place,
  plain,
  referencesIn,
  requireMajor,
  severityOf,
  severityOfScore,
  textOf,
  timeOf,
} from '../values.ts';

/** A secret never enters the platform in clear: its two ends tell it apart. */
function masked(secret: unknown): string {
  const text = textOf(secret);
  return text.length <= 8 ? '••••' : `${text.slice(0, 3)}…${text.slice(-2)} (${text.length})`;
}

export const sarif: ScanFormat = {
  id: 'sarif',
  title: 'SARIF 2.1.0',
  detect: (head) =>
    /"\$schema"\s*:\s*"[^"]*sarif/i.test(head) || (/"version"\s*:\s*"2\.1\.0"/.test(head) && /"runs"\s*:/.test(head))
      ? 1
      : /"runs"\s*:\s*\[[\s\S]*"tool"\s*:/.test(head)
        ? 0.9
        : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      requireMajor(document.version, 2, '$.version', 'SARIF 2.1.x');
      for (const run of document.runs ?? []) {
        const rules: readonly Json[] = [
          ...(run.tool?.driver?.rules ?? []),
          ...(run.tool?.extensions ?? []).flatMap((each: Json) => each.rules ?? []),
        ];
        const byId = new Map(rules.map((rule) => [rule.id, rule]));
        for (const result of run.results ?? []) {
          if (/^(pass|notApplicable|open|review)$/.test(result.kind ?? 'fail')) continue;
          const rule =
            byId.get(result.ruleId) ??
            (typeof result.ruleIndex === 'number' ? rules[result.ruleIndex] : undefined) ??
            byId.get(result.rule?.id) ??
            {};
          const score = numberOf(result.properties?.['security-severity'] ?? rule.properties?.['security-severity']);
          const ruleId = textOf(result.ruleId ?? rule.id);
          const message = textOf(
            result.message?.text ?? result.message?.markdown ?? rule.messageStrings?.[result.message?.id]?.text,
          );
          // SARIF 3.27.12: several locations mean the weakness stands at each of them.
          for (const { physicalLocation: physical } of result.locations?.length > 0 ? result.locations : [{}])
            yield finding({
              ruleId,
              title: textOf(rule.shortDescription?.text ?? rule.name ?? '') || message.split('\n')[0] || ruleId,
              severity:
                score === null
                  ? severityOf(result.level ?? rule.defaultConfiguration?.level ?? 'warning')
                  : severityOfScore(score),
              cvss: score,
              description: [message, textOf(rule.fullDescription?.text)].filter(Boolean).join('\n\n'),
              remediation: textOf(rule.help?.text) || null,
              location: place({
                file:
                  physical?.artifactLocation?.uri ?? run.artifacts?.[physical?.artifactLocation?.index]?.location?.uri,
                line: physical?.region?.startLine,
              }),
              references: [...referencesIn(ruleId, message, rule.helpUri), ...cweTags(rule, result)],
              suppressed: suppression(result),
            });
        }
      }
    }),
};
function cweTags(...parts: readonly Json[]): readonly { kind: 'cwe'; id: string }[] {
  const tags = parts
    .flatMap((each) => [
      ...(each.properties?.tags ?? []),
      ...(each.properties?.cwe ? [each.properties.cwe].flat() : []),
    ])
    .map(textOf);
  const taxa = parts
    .flatMap((each) => [...(each.taxa ?? []), ...(each.relationships ?? []).map((link: Json) => link.target ?? {})])
    .filter((each: Json) => /cwe/i.test(textOf(each.toolComponent?.name)));
  return [
    ...tags.flatMap((tag) => (/cwe[-/ ]?(\d+)/i.test(tag) ? [/cwe[-/ ]?0*(\d+)/i.exec(tag)?.[1] ?? ''] : [])),
    ...taxa.map((each: Json) => textOf(each.id)),
  ]
    .filter(Boolean)
    .map((id) => ({ kind: 'cwe' as const, id: `CWE-${id.replace(/\D/g, '')}` }));
}
function suppression(result: Json): string | null {
  const active = (result.suppressions ?? []).filter((each: Json) => (each.status ?? 'accepted') === 'accepted');
  return active.length > 0 ? textOf(active[0].justification) || textOf(active[0].kind) || 'suppressed' : null;
}

export const semgrep: ScanFormat = {
  id: 'semgrep',
  title: 'Semgrep JSON',
  detect: (head) =>
    /"check_id"\s*:/.test(head) && /"extra"\s*:/.test(head)
      ? 1
      : /"(vulns|findings)"\s*:\s*\[/.test(head) && /semgrep|"advisory"\s*:|"syntactic_id"/.test(head)
        ? 0.95
        : /^\s*\{\s*"results"\s*:\s*\[\s*\]/.test(head)
          ? 0.4
          : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const each of document.results ?? []) {
        const { extra = {} } = each;
        yield finding({
          ruleId: textOf(each.check_id),
          title: textOf(each.check_id),
          severity: severityOf(extra.metadata?.impact && extra.severity === 'ERROR' ? extra.severity : extra.severity),
          description: textOf(extra.message),
          remediation: textOf(extra.fix) || null,
          location: place({ file: each.path, line: each.start?.line }),
          references: [
            ...[extra.metadata?.cwe ?? []].flat().flatMap(cwe),
            ...referencesIn(extra.metadata?.references, extra.metadata?.source),
          ],
          confidence: confidenceOf(extra.metadata?.confidence),
          suppressed: extra.is_ignored ? 'ignored in the source' : null,
        });
      }
      for (const each of document.vulns ?? []) {
        const { advisory = {} } = each;
        const used = each.dependencyFileLocation ?? {};
        yield finding({
          ruleId: textOf(advisory.ruleId ?? each.title),
          title: textOf(each.title),
          severity: severityOf(advisory.severity),
          description: textOf(advisory.description),
          location: place({
            file: used.path,
            line: used.startLine,
            component: each.foundDependency?.package,
            version: each.foundDependency?.version,
          }),
          references: [
            ...referencesIn(advisory.references?.cveIds, advisory.references?.urls),
            ...(advisory.references?.cweIds ?? []).flatMap(cwe),
          ],
          seenAt: timeOf(each.openedAt),
        });
      }
      for (const each of document.findings ?? [])
        yield finding({
          ruleId: textOf(each.rule_name ?? each.rule?.name),
          title: textOf(each.rule?.name ?? each.rule_name),
          severity: severityOf(each.severity),
          description: textOf(each.rule_message ?? each.rule?.message),
          location: place({ file: each.location?.file_path, line: each.location?.line }),
          references: [...(each.rule?.cwe_names ?? []).flatMap(cwe), ...referencesIn(each.line_of_code_url)],
          confidence: confidenceOf(each.confidence),
          seenAt: timeOf(each.created_at),
          suppressed: /ignored|false_positive/.test(textOf(each.triage_state)) ? textOf(each.triage_state) : null,
        });
    }),
};
function confidenceOf(word: unknown): number {
  return ({ high: 0.9, medium: 0.7, low: 0.4 } as Record<string, number>)[textOf(word).toLowerCase()] ?? 1;
}

export const gitleaks: ScanFormat = {
  id: 'gitleaks',
  title: 'gitleaks JSON',
  detect: (head, name) =>
    /"(offender|Secret)"\s*:/.test(head) && /"(rule|RuleID|Description)"\s*:/.test(head)
      ? 1
      : /gitleaks/i.test(name)
        ? 0.5
        : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const each of [document ?? []].flat()) {
        const rule = textOf(each.RuleID ?? each.rule ?? each.Description);
        yield finding({
          ruleId: rule,
          kind: 'data-exposure',
          title: `Secret in code: ${textOf(each.Description ?? each.rule) || rule}`,
          severity: 'high',
          description: [
            `commit ${textOf(each.Commit ?? each.commit)}`,
            masked(each.Secret ?? each.offender ?? each.Match),
          ].join('\n'),
          location: place({
            file: each.File ?? each.file,
            line: each.StartLine ?? each.lineNumber,
            component: each.repo,
          }),
          references: [{ kind: 'cwe', id: 'CWE-798' }],
          seenAt: timeOf(each.Date ?? each.date),
        });
      }
    }),
};

export const trufflehog: ScanFormat = {
  id: 'trufflehog',
  title: 'trufflehog JSON',
  detect: (head) =>
    /"(DetectorName|SourceMetadata)"\s*:/.test(head)
      ? 1
      : /"stringsFound"\s*:|"rule"\s*:\s*\{[^}]*"id"\s*:/.test(head) &&
          /"(secret|printDiff|stringsFound)"\s*:/.test(head)
        ? 0.95
        : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const each of [document].flat()) {
        if (each.SourceMetadata || each.DetectorName) {
          const source = Object.values((each.SourceMetadata?.Data ?? {}) as Json)[0] as Json | undefined;
          yield finding({
            ruleId: textOf(each.DetectorName),
            kind: 'data-exposure',
            title: `Secret in code: ${textOf(each.DetectorName)}`,
            severity: each.Verified ? 'critical' : 'medium',
            confidence: each.Verified ? 1 : 0.5,
            description: [textOf(source?.commit), masked(each.Raw ?? each.Redacted)].filter(Boolean).join('\n'),
            location: place({ file: source?.file, line: source?.line, component: source?.repository }),
            references: [{ kind: 'cwe', id: 'CWE-798' }],
            seenAt: timeOf(source?.timestamp),
          });
        } else if (each.rule) {
          yield finding({
            ruleId: textOf(each.rule.id ?? each.rule),
            kind: 'data-exposure',
            title: `Secret in code: ${textOf(each.rule.message ?? each.rule.id)}`,
            severity: severityOf(each.rule.severity),
            description: [`commit ${textOf(each.commit)}`, masked(each.secret)].join('\n'),
            location: place({ file: each.path, line: each.line }),
            references: [{ kind: 'cwe', id: 'CWE-798' }],
            seenAt: timeOf(each.date),
          });
        } else if (each.stringsFound) {
          yield finding({
            ruleId: textOf(each.reason),
            kind: 'data-exposure',
            title: `Secret in code: ${textOf(each.reason)}`,
            severity: 'high',
            confidence: /entropy/i.test(textOf(each.reason)) ? 0.4 : 0.8,
            description: [`commit ${textOf(each.commitHash)}`, ...each.stringsFound.slice(0, 5).map(masked)].join('\n'),
            location: place({ file: each.path }),
            references: [{ kind: 'cwe', id: 'CWE-798' }],
            seenAt: timeOf(each.date),
          });
        }
      }
    }),
};

export const checkov: ScanFormat = {
  id: 'checkov',
  title: 'Checkov JSON',
  detect: (head) =>
    /"check_type"\s*:/.test(head) ||
    /"failed_checks"\s*:/.test(head) ||
    (/"checkov_version"\s*:/.test(head) && /"passed"\s*:/.test(head))
      ? 1
      : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const report of [document].flat())
        for (const each of report.results?.failed_checks ?? [])
          yield finding({
            ruleId: textOf(each.check_id),
            kind: 'misconfiguration',
            title: textOf(each.check_name) || textOf(each.check_id),
            severity: each.severity ? severityOf(each.severity) : 'medium',
            description: [
              textOf(each.resource),
              (each.code_block ?? []).map(([, line]: [number, string]) => line).join(''),
            ]
              .filter(Boolean)
              .join('\n'),
            location: place({
              file: each.file_path ?? each.repo_file_path,
              line: each.file_line_range?.[0],
              component: each.resource,
            }),
            references: referencesIn(each.guideline),
          });
    }),
};

export const sonarqube: ScanFormat = {
  id: 'sonarqube',
  title: 'SonarQube JSON',
  detect: (head) =>
    /"sonarBaseURL"|"sonarComponent"/.test(head)
      ? 1
      : /"(issues|hotspots)"\s*:\s*\[/.test(head) && /"(paging|component|rule|ruleKey)"\s*:/.test(head)
        ? 0.9
        : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      const rules = document.rules && !Array.isArray(document.rules) ? document.rules : {};
      for (const each of [...(document.issues ?? []), ...(document.hotspots ?? [])]) {
        const rule = rules[each.rule ?? each.ruleKey] ?? {};
        const impact = each.impacts?.[0]?.severity;
        const state = textOf(each.resolution ?? '') || textOf(each.issueStatus ?? '');
        yield finding({
          ruleId: textOf(each.rule ?? each.ruleKey),
          title: textOf(each.message) || textOf(rule.name),
          severity: severityOf(each.severity ?? impact ?? each.vulnerabilityProbability),
          description: [textOf(each.message ?? each.description), plain(rule.htmlDesc)].filter(Boolean).join('\n\n'),
          location: place({ file: textOf(each.component).replace(/^[^:]*:/, ''), line: each.line }),
          references: referencesIn(plain(rule.htmlDesc)).filter(({ kind }) => kind === 'cwe'),
          seenAt: timeOf(each.creationDate),
          suppressed: /^(FALSE.?POSITIVE|WONTFIX|ACCEPTED|FIXED)$/i.test(state) ? state.toLowerCase() : null,
        });
      }
    }),
};

interface Element {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly Element[];
}
export const sonarqubeHtml: ScanFormat = {
  id: 'sonarqube-html',
  title: 'SonarQube HTML',
  detect: (head) => (/<html/i.test(head) && /sonar/i.test(head) ? 0.9 : 0),
  async *parse(chunks): AsyncIterable<ScanItem> {
    const root = parseDocument(await readAll(chunks)) as unknown as Element;
    for (const table of tables(root)) {
      const rows = ownRows(table).map((row) => (row.children ?? []).filter((each) => /^t[dh]$/.test(each.name ?? '')));
      const header = (rows[0] ?? []).map((each) => text(each).toLowerCase());
      const column = (name: string) => header.indexOf(name);
      if (column('severity') < 0 || column('component') < 0) continue;
      for (const cells of rows.slice(1)) {
        const at = (name: string) => text(cells[column(name)]);
        if (!at('component') && !at('rule')) continue;
        yield {
          kind: 'finding',
          finding: finding({
            ruleId: at('rule'),
            title: at('message') || at('description') || at('rule'),
            severity: severityOf(at('severity')),
            description: at('description'),
            location: place({ file: at('component').replace(/^[^:]*:/, ''), line: at('line') }),
            suppressed: /false.?positive|won.?t.?fix|accepted/i.test(at('status')) ? at('status') : null,
          }),
        };
      }
    }
  },
};
function* tables(element: Element): Iterable<Element> {
  for (const each of element.children ?? []) {
    if (each.name === 'table') yield each;
    yield* tables(each);
  }
}
/** Rows of this table, not of tables inside its cells. */
function ownRows(element: Element): readonly Element[] {
  return (element.children ?? []).flatMap((each) =>
    each.name === 'tr' ? [each] : /^(thead|tbody|tfoot)$/.test(each.name ?? '') ? ownRows(each) : [],
  );
}
function text(element: Element | undefined): string {
  if (!element) return '';
  return (element.type === 'text' ? (element.data ?? '') : (element.children ?? []).map(text).join(' '))
    .replace(/\s+/g, ' ')
    .trim();
}

export const snykCode: ScanFormat = {
  id: 'snyk-issues',
  title: 'Snyk REST issues JSON',
  detect: (head) =>
    /"jsonapi"\s*:/.test(head) && /"effective_severity_level"|snyk|"type"\s*:\s*"issue"/.test(head) ? 1 : 0,
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const each of document.data ?? []) {
        const { attributes = {} } = each;
        const [first = {}] = attributes.coordinates ?? [];
        const [shown = {}] = first.representations ?? [];
        const problems: readonly Json[] = attributes.problems ?? [];
        yield finding({
          ruleId: textOf(attributes.key ?? each.id),
          title: textOf(attributes.title),
          severity: severityOf(attributes.effective_severity_level),
          description: textOf(attributes.description),
          seenAt: timeOf(attributes.created_at),
          location: place({
            file: shown.sourceLocation?.file,
            line: shown.sourceLocation?.region?.start?.line,
            component: shown.dependency?.package_name,
            version: shown.dependency?.package_version,
          }),
          references: [
            ...(attributes.classes ?? []).flatMap((entry: Json) => cwe(entry.id)),
            ...referencesIn(
              problems.map((problem) => problem.id),
              problems.map((problem) => problem.url),
            ),
          ],
          cvss: numberOf(attributes.severities?.[0]?.score),
          suppressed: attributes.ignored ? 'ignored' : textOf(attributes.status) === 'resolved' ? 'resolved' : null,
        });
      }
    }),
};
