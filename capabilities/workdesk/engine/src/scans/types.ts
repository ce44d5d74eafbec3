/**
 * What a scanner's file becomes: findings in one shape, and what could not be read, each with its place.
 * @module
 */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export interface Reference {
  readonly kind: 'cve' | 'cwe' | 'url' | 'cnvd' | 'cnnvd' | 'rule';
  readonly id: string;
}
/** Where a weakness sits. `host` is a name, `address` an IP; sources name either, both or only a file or component. */
export interface Location {
  readonly host?: string;
  readonly address?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly url?: string;
  readonly file?: string;
  readonly line?: number;
  readonly component?: string;
  readonly version?: string;
}
export interface ScanFinding {
  /** Rule, plugin or advisory of the tool. */
  readonly ruleId: string;
  readonly title: string;
  readonly kind: 'vulnerability' | 'misconfiguration' | 'exposed-service' | 'data-exposure' | 'weak-password';
  readonly severity: Severity;
  readonly description: string;
  readonly remediation: string | null;
  readonly location: Location;
  readonly references: readonly Reference[];
  /** CVSS base score 0 to 10, newest version the source gives. */
  readonly cvss: number | null;
  /** 0 to 1. */
  readonly confidence: number;
  /** ISO 8601, when the source says it. */
  readonly seenAt: string | null;
  /** The source itself marks it as suppressed, false positive, accepted or fixed. */
  readonly suppressed: string | null;
  /** The notice of a platform above: its number, and the day it wants it fixed by. */
  readonly upstream?: { readonly number: string; readonly dueOn: string | null };
}
export interface ScanIssue {
  /** `file.xml:12:7`, `line 4`, `$.results[3]`. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}
export type ScanItem =
  | { readonly kind: 'finding'; readonly finding: ScanFinding }
  | { readonly kind: 'issue'; readonly issue: ScanIssue };

export type Chunks = AsyncIterable<string> | Iterable<string>;
export interface ScanFormat {
  readonly id: string;
  readonly title: string;
  /** How sure this parser is, 0 to 1, from the first 64 KiB and the name of a file. */
  detect(head: string, name: string): number;
  /** Yields as it reads. An issue means: from here on, or at this record, something could not be read. */
  parse(chunks: Chunks): AsyncIterable<ScanItem>;
}

/** Thrown inside parsers for one unreadable record; the reader turns it into an issue and goes on. */
export class Unreadable extends Error {
  readonly issue: ScanIssue;
  constructor(where: string, expected: string, got: string) {
    super(`${where}: expected ${expected}, got ${got}`);
    this.issue = { where, expected, got };
  }
}
