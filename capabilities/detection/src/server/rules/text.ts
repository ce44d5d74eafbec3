/**
 * From a Sigma text to what is kept of it: its rules, its problems with their lines, and the words people look for. Stores nothing.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  type Parsed,
  parseSigma,
  type Refusal,
  ruleKey,
  type SigmaDocument,
  SigmaEngine,
  tactics,
} from '@hedun/detection';

export interface LocatedProblem {
  readonly name: string;
  readonly code: string;
  readonly reason: string;
  readonly line: number | null;
  readonly column: number | null;
}

/** What a rule row takes from its text. The last document is what the text is about; those before only serve it. */
export interface RuleWords {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly title: string;
  readonly titleZh: string;
  readonly description: string;
  readonly descriptionZh: string;
  readonly falsePositives: readonly string[];
  readonly falsePositivesZh: readonly string[];
  readonly references: readonly string[];
  readonly level: string;
  readonly status: string;
  readonly author: string;
  readonly license: string;
  readonly logsource: string;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
}

export const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex');

export function problemsOf(text: string, refusals: readonly Refusal[]): readonly LocatedProblem[] {
  return refusals.map(({ name, code, reason, where }) => ({ name, code, reason, ...locate(text, reason, where) }));
}

/** Reads a text; references between its own documents are checked, those to other texts only when all rules are together. */
export function readRuleText(text: string, where: string): Parsed & { readonly problems: readonly LocatedProblem[] } {
  const parsed = parseSigma(text, where);
  return { ...parsed, problems: problemsOf(text, parsed.refusals) };
}

/** Refusals that only show when rules stand together: names that are missing or ambiguous, cycles. */
export function refusalsTogether(documents: readonly SigmaDocument[]): readonly Refusal[] {
  return new SigmaEngine(documents).refusals;
}

export function wordsOf(documents: readonly SigmaDocument[]): RuleWords | undefined {
  const main = documents.at(-1);
  if (!main) return undefined;
  const chinese = main.translations['zh-CN'] ?? main.translations.zh;
  const named = documents.flatMap((each) => each.tags).map((tag) => tag.toLowerCase());
  const spoken = new Set(named.map((tag) => tag.replace(/^attack\./, '').replaceAll('_', '-')));
  const techniques = [
    ...new Set(named.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/.exec(tag)?.[1]?.toUpperCase() ?? [])),
  ];
  return {
    key: ruleKey(main),
    name: main.name ?? '',
    kind: main.kind === 'correlation' ? main.type : main.kind,
    title: main.title,
    titleZh: chinese?.title ?? '',
    description: main.description ?? '',
    descriptionZh: chinese?.description ?? '',
    falsePositives: main.falsePositives,
    falsePositivesZh: chinese?.falsePositives ?? [],
    references: main.references,
    level: main.level ?? 'informational',
    status: main.status ?? '',
    author: main.author ?? '',
    license: main.license ?? '',
    logsource: [...new Set(documents.flatMap(logsourceOf))].join(' '),
    tactics: tactics.filter((tactic) => spoken.has(tactic)),
    techniques,
  };
}

export function logsourceOf(document: SigmaDocument): readonly string[] {
  if (document.kind !== 'detection') return [];
  const { product, category, service } = document.logsource;
  return [[product, category, service].filter((part) => part !== undefined).join('/')];
}

/** The offset the YAML reader names; else the line of the key the reason begins with, inside the document it is about. */
function locate(text: string, reason: string, where: string): { line: number | null; column: number | null } {
  const offset = /at offset (\d+)/.exec(reason)?.[1];
  if (offset !== undefined) return lineOf(text, Number(offset));
  const start = documentStart(text, Number(/#(\d+)$/.exec(where)?.[1] ?? '1'));
  for (const candidate of [/^([^:\s"]+):/.exec(reason)?.[1], /"([^"]+)"/.exec(reason)?.[1]]) {
    if (!candidate) continue;
    const at = text.indexOf(candidate, start);
    if (at >= 0) return lineOf(text, at);
  }
  return lineOf(text, start);
}

function documentStart(text: string, wanted: number): number {
  let start = 0;
  for (let index = 1; index < wanted; index += 1) {
    const next = text.indexOf('\n---', start);
    if (next < 0) return start;
    start = next + 4;
  }
  return start;
}

function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
