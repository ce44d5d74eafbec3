/**
 * The small conversions all parsers share: severities, references, addresses, plain text from HTML.
 * @module
 */
import { parseDocument } from 'htmlparser2';
import { type Location, type Reference, type ScanFinding, type Severity, Unreadable } from './types.ts';

const words: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  urgent: 'critical',
  blocker: 'critical',
  severe: 'critical',
  serious: 'critical',
  严重: 'critical',
  紧急: 'critical',
  超危: 'critical',
  high: 'high',
  major: 'high',
  error: 'high',
  important: 'high',
  高: 'high',
  高危: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  warn: 'medium',
  中: 'medium',
  中危: 'medium',
  minor: 'low',
  low: 'low',
  note: 'low',
  低: 'low',
  低危: 'low',
  info: 'info',
  informational: 'info',
  information: 'info',
  none: 'info',
  提示: 'info',
  信息: 'info',
};
/** The level a word names in Chinese or English; null when it names none. */
export function severityNamed(word: string): Severity | null {
  return words[word.trim().toLowerCase()] ?? null;
}

/** Words of any tool as one of five levels; what no tool calls a weakness is `info`. */
export function severityOf(word: unknown): Severity {
  return (
    words[
      String(word ?? '')
        .trim()
        .toLowerCase()
    ] ?? 'info'
  );
}

/** CVSS v3.1 specification, section 5: qualitative severity rating scale. */
export function severityOfScore(score: number | null | undefined): Severity {
  if (score === null || score === undefined || Number.isNaN(score) || score <= 0) return 'info';
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}

export function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

export function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value.trim()
    : value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
}

/** Readable text of an HTML fragment, without tags; block elements become lines. */
export function plain(html: unknown): string {
  const source = textOf(html);
  if (!/[<&]/.test(source)) return source;
  const lines: string[] = [];
  const walk = (node: { type: string; data?: string; name?: string; children?: unknown[] }): void => {
    if (node.type === 'text') lines.push(node.data ?? '');
    if (/^(p|br|li|div|tr|h\d|pre|ul|table)$/.test(node.name ?? '')) lines.push('\n');
    for (const child of node.children ?? []) walk(child as Parameters<typeof walk>[0]);
  };
  walk(parseDocument(source) as unknown as Parameters<typeof walk>[0]);
  return lines
    .join('')
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const identifierPatterns: readonly (readonly [Reference['kind'], RegExp, (match: RegExpExecArray) => string])[] = [
  ['cve', /CVE-\d{4}-\d{4,}/gi, ([id]) => id.toUpperCase()],
  ['cwe', /CWE[-: ]?(\d{1,5})/gi, ([, number]) => `CWE-${number}`],
  ['cnvd', /CNVD-\d{4}-\d{4,}/gi, ([id]) => id.toUpperCase()],
  ['cnnvd', /CNNVD-\d{6}-\d{3,}/gi, ([id]) => id.toUpperCase()],
  ['url', /https?:\/\/[^\s"'<>)\]}]{3,500}/g, ([url]) => url.replace(/[.,;]$/, '')],
];
/** All identifiers named in the values, each once: CVE, CWE, CNVD, CNNVD, addresses of pages. */
export function referencesIn(...values: readonly unknown[]): readonly Reference[] {
  const found: Reference[] = [];
  for (const value of values.flat(3)) {
    const text = textOf(value);
    for (const [kind, pattern, idOf] of identifierPatterns) {
      // `matchAll` would copy the pattern for every text; most texts name nothing.
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
        const id = idOf(match);
        if (!found.some((each) => each.kind === kind && each.id === id)) found.push({ kind, id });
      }
    }
  }
  return found;
}
export function cwe(value: unknown): readonly Reference[] {
  const number = /(\d{1,5})/.exec(textOf(value))?.[1];
  return number && Number(number) > 0 ? [{ kind: 'cwe', id: `CWE-${Number(number)}` }] : [];
}

/** Host, port and protocol out of a URL; a bare host or address is taken as it is. */
export function locationOf(address: unknown): Location {
  const text = textOf(address);
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^@/]*@)?(\[[0-9a-f:]+\]|[^:/?#\s]+)(?::(\d{1,5}))?([/?#]\S*)?/i.exec(
    text,
  );
  if (!match?.[2]) return {};
  const [, scheme, host, port] = match;
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  const number = port ? Number(port) : scheme === 'https' ? 443 : scheme === 'http' ? 80 : undefined;
  return {
    ...(isAddress(name) ? { address: name } : { host: name }),
    ...(number === undefined || number > 65_535 ? {} : { port: number }),
    ...(scheme ? { protocol: 'tcp', url: text } : {}),
  };
}

export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
}

/** Host and address as the source gives them, port as a number; empty values are left out. */
export function place(parts: {
  host?: unknown;
  address?: unknown;
  port?: unknown;
  protocol?: unknown;
  url?: unknown;
  file?: unknown;
  line?: unknown;
  component?: unknown;
  version?: unknown;
}): Location {
  const named = locationOf(parts.host);
  const port = numberOf(parts.port);
  const line = numberOf(parts.line);
  const kept = (name: string, value: unknown) => (textOf(value) === '' ? {} : { [name]: textOf(value) });
  return {
    ...(named.host ? { host: named.host } : {}),
    ...(named.address ? { address: named.address } : {}),
    ...(textOf(parts.address)
      ? isAddress(textOf(parts.address))
        ? { address: textOf(parts.address).toLowerCase() }
        : { host: textOf(parts.address).toLowerCase() }
      : {}),
    ...(port !== null && port > 0 && port <= 65_535 ? { port } : {}),
    ...kept('protocol', textOf(parts.protocol).toLowerCase()),
    ...kept('url', parts.url),
    ...kept('file', parts.file),
    ...kept('component', parts.component),
    ...kept('version', parts.version),
    ...(line !== null && line > 0 ? { line } : {}),
  };
}

/** Fills what a parser leaves out. */
export function finding(parts: Partial<ScanFinding> & Pick<ScanFinding, 'ruleId' | 'title' | 'severity'>): ScanFinding {
  return {
    kind: 'vulnerability',
    description: '',
    remediation: null,
    location: {},
    references: [],
    cvss: null,
    confidence: 1,
    seenAt: null,
    suppressed: null,
    ...parts,
    title: (parts.title || parts.ruleId || '?').replace(/\s+/g, ' ').trim().slice(0, 300),
  };
}

/** ISO 8601 of whatever time a tool writes, or null; takes no clock. */
export function timeOf(value: unknown): string | null {
  const text = textOf(value);
  const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?/.exec(text);
  if (iso) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    return `${year}-${month}-${day}T${hour}:${minute}:${second}${zone && zone !== 'Z' ? zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2') : 'Z'}`;
  }
  return null;
}

/** Text of a foreign file as it may stand in a message and in a database: control characters, NUL above all, become a dot. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '·');
}

/** A document of another major version has another structure: refused by name, instead of being read as empty. */
export function requireMajor(version: unknown, major: number, where: string, expected: string): void {
  const found = /^\s*(\d+)/.exec(
    typeof version === 'string' || typeof version === 'number' ? String(version) : '',
  )?.[1];
  if (found !== undefined && Number(found) !== major)
    throw new Unreadable(where, expected, String(version).slice(0, 40));
}

/** No database keeps a NUL in text: what a file smuggles in becomes a dot before anybody stores it. */
export function storable(finding: ScanFinding): ScanFinding {
  const { title, description, remediation, ruleId, location } = finding;
  const holdsNul = (value: unknown) => typeof value === 'string' && value.includes('\0');
  if (![title, description, remediation, ruleId].some(holdsNul) && !Object.values(location).some(holdsNul))
    return finding;
  const clean = <T>(value: T): T => (typeof value === 'string' ? (value.replaceAll('\0', '·') as T) : value);
  return {
    ...finding,
    title: clean(title),
    description: clean(description),
    remediation: clean(remediation),
    ruleId: clean(ruleId),
    location: Object.fromEntries(Object.entries(location).map(([name, value]) => [name, clean(value)])),
  };
}
