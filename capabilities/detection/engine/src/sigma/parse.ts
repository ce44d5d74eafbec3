/**
 * Sigma YAML to rules. A document becomes a rule or a refusal with its name and reason; none disappears.
 * Source: Sigma specification 2.1.0 (rules, correlation rules, filters).
 * @module
 */
import { parseAllDocuments } from 'yaml';
import { type Refusal, RefusalError } from '../refusal.ts';
import { parseCondition } from './condition.ts';
import { parseCorrelation } from './correlation-parse.ts';
import { buildItem, type Placeholders } from './modifiers.ts';
import { any, joinPattern, parsePattern } from './pattern.ts';
import type { Condition, FilterRule, LogSource, RuleHeader, SigmaDocument, Translation } from './rule.ts';

export interface ParseOptions {
  /** Values for `expand`: placeholder name without the percent signs → values. */
  readonly placeholders?: Placeholders;
}

export interface Parsed {
  readonly rules: readonly SigmaDocument[];
  readonly refusals: readonly Refusal[];
}

const textLimit = 1_000_000;
const itemLimit = 100_000;

/**
 * @param text one or several YAML documents
 * @param where how the text is called in refusals, a file name for one
 */
export function parseSigma(text: string, where: string, options: ParseOptions = {}): Parsed {
  const rules: SigmaDocument[] = [];
  const refusals: Refusal[] = [];
  const refuse = (name: string, place: string, error: unknown) => {
    if (error instanceof RefusalError) refusals.push({ name, where: place, code: error.code, reason: error.message });
    else
      refusals.push({
        name,
        where: place,
        code: 'yaml',
        reason: error instanceof Error ? error.message : String(error),
      });
  };
  if (text.length > textLimit) {
    refuse(where, where, new RefusalError('limit', `longer than ${textLimit} characters`));
    return { rules, refusals };
  }
  let documents: readonly unknown[];
  try {
    documents = readYaml(text);
  } catch (error) {
    refuse(where, where, error);
    return { rules, refusals };
  }
  if (documents.length === 0) refuse(where, where, new RefusalError('document', 'holds no document'));
  for (const [index, document] of documents.entries()) {
    const place = documents.length === 1 ? where : `${where}#${index + 1}`;
    try {
      rules.push(parseDocument(document, place, options));
    } catch (error) {
      const map = isMap(document) ? document : {};
      refuse(optionalText(map.title) ?? optionalText(map.id) ?? place, place, error);
    }
  }
  return { rules, refusals };
}

function readYaml(text: string): readonly unknown[] {
  const documents = parseAllDocuments(text, { prettyErrors: false, strict: true, logLevel: 'silent' });
  if (!Array.isArray(documents)) return [];
  return documents
    .map((document) => {
      const [error] = document.errors;
      if (error) throw new RefusalError('yaml', `${error.code} at offset ${error.pos[0]}: ${error.message}`);
      return document.toJS({ maxAliasCount: 50 }) as unknown;
    })
    .filter((document) => document !== null && document !== undefined);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : value === null || value === undefined ? [] : [String(value)];
}

function parseDocument(document: unknown, where: string, options: ParseOptions): SigmaDocument {
  if (!isMap(document)) throw new RefusalError('document', 'is no map');
  if ('action' in document) throw new RefusalError('document', '"action" documents ended with Sigma 1');
  const title = optionalText(document.title);
  if (!title) throw new RefusalError('document', 'has no title');
  const header: RuleHeader = {
    id: optionalText(document.id),
    name: optionalText(document.name),
    title,
    level: optionalText(document.level),
    status: optionalText(document.status),
    author: optionalText(document.author),
    license: optionalText(document.license),
    references: texts(document.references),
    tags: texts(document.tags),
    description: optionalText(document.description)?.trim(),
    translations: translationsOf(document.translations),
    falsePositives: texts(document.falsepositives),
    where,
  };
  if (isMap(document.correlation)) return parseCorrelation(header, document.correlation, document.generate);
  if (isMap(document.filter)) return parseFilter(header, document, document.filter, options);
  if (!isMap(document.detection))
    throw new RefusalError('document', 'has none of detection, correlation and filter as a map');
  return {
    kind: 'detection',
    ...header,
    logsource: parseLogSource(document.logsource),
    condition: parseDetections(document.detection, options, new Set(['condition', 'timeframe'])),
  };
}

/** `translations` is no word of the specification, which allows further keys: language tag → title, description, falsepositives. */
function translationsOf(value: unknown): Readonly<Record<string, Translation>> {
  if (!isMap(value)) return {};
  return Object.fromEntries(
    Object.entries(value)
      .filter((entry): entry is [string, Record<string, unknown>] => isMap(entry[1]))
      .map(([language, words]) => [
        language,
        {
          title: optionalText(words.title),
          description: optionalText(words.description)?.trim(),
          falsePositives: texts(words.falsepositives),
        },
      ]),
  );
}

function parseLogSource(value: unknown): LogSource {
  if (!isMap(value)) throw new RefusalError('document', 'has no logsource');
  const product = optionalText(value.product)?.toLowerCase();
  const category = optionalText(value.category)?.toLowerCase();
  const service = optionalText(value.service)?.toLowerCase();
  if (!product && !category && !service)
    throw new RefusalError('document', 'logsource names none of product, category and service');
  return { ...(product ? { product } : {}), ...(category ? { category } : {}), ...(service ? { service } : {}) };
}

function parseFilter(
  header: RuleHeader,
  document: Record<string, unknown>,
  filter: Record<string, unknown>,
  options: ParseOptions,
): FilterRule {
  const rules = filter.rules;
  const everyRule = rules === undefined || rules === 'any';
  if (!everyRule && (!Array.isArray(rules) || rules.length === 0))
    throw new RefusalError('filter', 'rules: expected a list of rule ids or names, or "any"');
  return {
    kind: 'filter',
    ...header,
    logsource: parseLogSource(document.logsource),
    rules: everyRule ? [] : texts(rules),
    condition: parseDetections(filter, options, new Set(['condition', 'rules'])),
  };
}

function parseDetections(
  section: Record<string, unknown>,
  options: ParseOptions,
  reserved: ReadonlySet<string>,
): Condition {
  const placeholders = options.placeholders ?? {};
  if (section.timeframe !== undefined)
    throw new RefusalError('condition', '"timeframe" belonged to aggregations of Sigma 1');
  const detections = new Map<string, Condition>();
  for (const [name, value] of Object.entries(section))
    if (!reserved.has(name)) detections.set(name, buildDetection(name, value, placeholders));
  const conditions = section.condition;
  const list = Array.isArray(conditions) ? conditions : [conditions];
  if (list.length === 0 || list.some((each) => typeof each !== 'string' || each.trim() === ''))
    throw new RefusalError('condition', 'has no condition');
  if (detections.size === 0) throw new RefusalError('condition', 'has no detection');
  const children = list.map((each: string) => parseCondition(each, detections));
  const condition: Condition = children.length === 1 && children[0] ? children[0] : { kind: 'or', children };
  if (size(condition, itemLimit) > itemLimit)
    throw new RefusalError('limit', `more than ${itemLimit} comparisons in one rule`);
  return condition;
}

function size(condition: Condition, limit: number): number {
  if (condition.kind === 'test') return 1;
  if (condition.kind === 'not') return size(condition.child, limit);
  let total = 0;
  for (const child of condition.children) {
    total += size(child, limit);
    if (total > limit) return total;
  }
  return total;
}

function buildDetection(name: string, value: unknown, placeholders: Placeholders): Condition {
  if (isMap(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) throw new RefusalError('value', `detection "${name}" is empty`);
    const children = entries.map(([key, each]) => buildItem(key, each, placeholders));
    return children.length === 1 && children[0] ? children[0] : { kind: 'and', children };
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new RefusalError('value', `detection "${name}" is empty`);
  const children = list.map((each: unknown): Condition => {
    if (isMap(each)) return buildDetection(name, each, placeholders);
    if (typeof each !== 'string' && typeof each !== 'number')
      throw new RefusalError(
        'value',
        `detection "${name}": a keyword is text or a number, got ${each === null ? 'null' : typeof each}`,
      );
    const pattern = joinPattern([any, ...parsePattern(String(each)), any]);
    return { kind: 'test', field: undefined, test: { kind: 'pattern', pattern, cased: false } };
  });
  return children.length === 1 && children[0] ? children[0] : { kind: 'or', children };
}
