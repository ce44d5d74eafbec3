/** Burp Suite: XML issues, REST API JSON, Enterprise GraphQL JSON, DAST HTML, Dastardly JUnit. @module */
import { parseDocument } from 'htmlparser2';
import { allText, inner, jsonDocument, readAll, xmlRecords } from '../read.ts';
import type { ScanFinding, ScanFormat, ScanItem } from '../types.ts';
import { cwe, finding, locationOf, place, plain, referencesIn, severityOf, textOf } from '../values.ts';

const certainty: Readonly<Record<string, number>> = { certain: 1, firm: 0.8, tentative: 0.5 };

export const burpXml: ScanFormat = {
  id: 'burp',
  title: 'Burp XML',
  detect: (head) => (/<issues\s+burpVersion=/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['issue'], function* ({ node }) {
      const host = node.children.find((each) => each.name === 'host');
      yield finding({
        ruleId: inner(node, 'type') || inner(node, 'name'),
        title: inner(node, 'name'),
        severity: severityOf(inner(node, 'severity')),
        confidence: certainty[inner(node, 'confidence').toLowerCase()] ?? 1,
        description: [plain(inner(node, 'issueBackground')), plain(inner(node, 'issueDetail'))]
          .filter(Boolean)
          .join('\n\n'),
        remediation:
          plain(
            [inner(node, 'remediationBackground'), inner(node, 'remediationDetail')].filter(Boolean).join('<br>'),
          ) || null,
        location: {
          ...locationOf(host?.text.trim()),
          ...place({ address: host?.attributes.ip }),
          url: `${host?.text.trim() ?? ''}${inner(node, 'path')}`,
        },
        references: [...referencesIn(inner(node, 'vulnerabilityClassifications'), inner(node, 'references'))],
      });
    }),
};

export const burpApi: ScanFormat = {
  id: 'burp-api',
  title: 'Burp REST API JSON',
  detect: (head) => (/"issue_events"\s*:/.test(head) ? 1 : /"issue_found"/.test(head) ? 0.9 : 0),
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const { type, issue } of document.issue_events ?? []) {
        if (!issue || type !== 'issue_found') continue;
        yield finding({
          ruleId: textOf(issue.type_index ?? issue.name),
          title: textOf(issue.name),
          severity: severityOf(issue.severity),
          confidence: certainty[textOf(issue.confidence)] ?? 0.8,
          description: plain(issue.description ?? issue.caption),
          remediation: plain(issue.remediation) || null,
          location: { ...locationOf(issue.origin), url: `${textOf(issue.origin)}${textOf(issue.path)}` },
          references: referencesIn(issue.description),
          suppressed: /false.?positive/i.test(textOf(issue.severity)) ? 'false positive' : null,
        });
      }
    }),
};

export const burpGraphql: ScanFormat = {
  id: 'burp-graphql',
  title: 'Burp Enterprise GraphQL JSON',
  detect: (head) => (/^\s*\{\s*"Issues"\s*:/.test(head) ? 1 : 0),
  parse: (chunks) =>
    jsonDocument(chunks, function* (document) {
      for (const issue of document.Issues ?? []) {
        const type = issue.issue_type ?? {};
        yield finding({
          ruleId: textOf(issue.issue_type?.type_index ?? type.name),
          title: textOf(type.name),
          severity: severityOf(issue.severity),
          description: plain([type.description_html, issue.description_html].filter(Boolean).join('<br>')),
          remediation: plain([type.remediation_html, issue.remediation_html].filter(Boolean).join('<br>')) || null,
          location: { ...locationOf(issue.origin), url: `${textOf(issue.origin)}${textOf(issue.path)}` },
          references: [
            ...cwe(type.vulnerability_classifications_html ?? ''),
            ...referencesIn(type.references_html ?? ''),
          ],
        });
      }
    }),
};

export const dastardly: ScanFormat = {
  id: 'burp-dastardly',
  title: 'Dastardly JUnit XML',
  detect: (head) => (/<testsuites[^>]*Dastardly/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['testcase'], function* ({ node, ancestors }) {
      const failure = node.children.find((each) => each.name === 'failure');
      if (!failure) return;
      const text = allText(failure);
      yield finding({
        ruleId: node.attributes.name ?? '',
        title: node.attributes.name ?? '',
        severity: severityOf(/severity:\s*(\w+)/i.exec(text)?.[1] ?? failure.attributes.type),
        description: text,
        location: locationOf(ancestors.at(-1)?.attributes.name),
        references: referencesIn(text),
      });
    }),
};

interface Element {
  readonly type: string;
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly Element[];
}
export const burpHtml: ScanFormat = {
  id: 'burp-dast-html',
  title: 'Burp Suite DAST HTML',
  detect: (head) => (/<html/i.test(head) && /Burp Suite/i.test(head) ? 0.9 : 0),
  async *parse(chunks): AsyncIterable<ScanItem> {
    const root = parseDocument(await readAll(chunks)) as unknown as Element;
    for (const each of issuesOf(root)) yield { kind: 'finding', finding: each };
  },
};

/** One finding per kind of issue and site: its section holds the pages; the overview's rows hold severity and confidence. */
function* issuesOf(root: Element): Iterable<ScanFinding> {
  const levels = new Map<string, { severity: string; confidence: string }>();
  let title = '';
  for (const row of find(root, (each) => each.name === 'tr')) {
    const cells = (row.children ?? []).filter((each) => each.name === 'td').map(words);
    if (classOf(row, 'issue-type-row')) title = (cells[0] ?? '').replace(/\s*\[\d+\]$/, '');
    else if (cells.length >= 3 && title && !levels.has(title))
      levels.set(title, { severity: cells[1] ?? '', confidence: cells[2] ?? '' });
  }
  for (const section of find(root, (each) => classOf(each, 'issue-type-container'))) {
    const name = words(first(section, (each) => each.name === 'h2'));
    const text = words(section);
    const level = levels.get(name);
    const pages = [...find(section, (each) => classOf(each, 'issue-container'))].map((each) =>
      words(first(each, (link) => link.name === 'a' && link.attribs?.href !== undefined)),
    );
    yield finding({
      ruleId: name,
      title: name,
      severity: severityOf(level?.severity),
      confidence: certainty[level?.confidence.toLowerCase() ?? ''] ?? 0.8,
      description: [...new Set(pages)].filter(Boolean).join('\n'),
      location: pages[0] ? { url: pages[0] } : {},
      references: referencesIn(text.slice(0, 50_000)).slice(0, 20),
    });
  }
}
function classOf(element: Element, name: string): boolean {
  return (element.attribs?.class ?? '').split(/\s+/).includes(name);
}
function* find(element: Element, wanted: (each: Element) => boolean): Iterable<Element> {
  if (wanted(element)) yield element;
  else for (const each of element.children ?? []) yield* find(each, wanted);
}
function first(element: Element, wanted: (each: Element) => boolean): Element | undefined {
  for (const each of find(element, wanted)) return each;
  return undefined;
}
function words(element: Element | undefined): string {
  if (!element) return '';
  if (element.type === 'text') return element.data ?? '';
  return (element.children ?? []).map(words).join(' ').replace(/\s+/g, ' ').trim();
}
