/**
 * The correlation section of a Sigma document, checked and turned into data. It never evaluates anything.
 * Source: Sigma Correlation Rules specification 2.1.0; `value_median` and `percentile` as proposed for 2.2.
 * @module
 */
import { RefusalError } from '../refusal.ts';
import type { Bounds, CorrelationKind, CorrelationRule, RuleHeader } from './rule.ts';

const kinds: readonly CorrelationKind[] = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
];
const operators = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
/** Milliseconds; a month counts 30 days, a year 365. */
const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

export function parseTimespan(value: unknown): number {
  const found = typeof value === 'string' ? /^(\d{1,9})([smhdwMy])$/.exec(value.trim()) : null;
  const span = found ? Number(found[1]) * (units[found[2] ?? ''] ?? 0) : 0;
  if (span <= 0)
    throw new RefusalError('correlation', `timespan: expected a number and one of s m h d w M y, got ${value}`);
  return span;
}

export function parseCorrelation(
  header: RuleHeader,
  section: Record<string, unknown>,
  generateBeside: unknown,
): CorrelationRule {
  const type = kinds.find((kind) => kind === section.type);
  if (!type) throw new RefusalError('correlation', `type: expected one of ${kinds.join(', ')}, got ${section.type}`);
  const known = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];
  for (const key of Object.keys(section))
    if (!known.includes(key)) throw new RefusalError('correlation', `unknown key "${key}"`);
  const rules = list(section.rules, 'rules');
  if (rules.length === 0) throw new RefusalError('correlation', 'rules: expected at least one');
  if (new Set(rules).size !== rules.length) throw new RefusalError('correlation', 'rules: one is named twice');
  const temporal = type === 'temporal' || type === 'temporal_ordered';
  const condition = parseBounds(section.condition, temporal);
  if (temporal && type === 'temporal_ordered' && condition.hasBounds)
    throw new RefusalError(
      'correlation',
      'condition: temporal_ordered needs all of its rules, a count cannot be ordered',
    );
  const wantsField = type.startsWith('value_');
  if (wantsField && condition.fields.length === 0)
    throw new RefusalError('correlation', `condition: ${type} needs "field"`);
  if (!wantsField && condition.fields.length > 0)
    throw new RefusalError('correlation', `condition: ${type} takes no "field"`);
  if (condition.fields.length > 1 && type !== 'value_count')
    throw new RefusalError('correlation', `condition: ${type} takes one field`);
  if (condition.percentile !== undefined && type !== 'value_percentile')
    throw new RefusalError('correlation', 'condition: "percentile" belongs to value_percentile');
  const generate = section.generate ?? generateBeside ?? false;
  if (typeof generate !== 'boolean') throw new RefusalError('correlation', 'generate: expected true or false');
  return {
    kind: 'correlation',
    ...header,
    type,
    rules,
    groupBy: list(section['group-by'] ?? [], 'group-by'),
    aliases: parseAliases(section.aliases),
    timespan: parseTimespan(section.timespan),
    bounds: condition.bounds,
    fields: condition.fields,
    percentile: condition.percentile,
    generate,
  };
}

function list(value: unknown, name: string): readonly string[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.some((each) => typeof each !== 'string' || each === ''))
    throw new RefusalError('correlation', `${name}: expected a list of names`);
  return values as string[];
}

function parseBounds(value: unknown, optional: boolean) {
  if (value === undefined && optional)
    return { bounds: {}, hasBounds: false, fields: [] as readonly string[], percentile: undefined };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RefusalError('correlation', 'condition: expected a map of bounds');
  const bounds: Record<string, number> = {};
  let fields: readonly string[] = [];
  let percentile: number | undefined;
  for (const [key, bound] of Object.entries(value)) {
    if (key === 'field') fields = list(bound, 'condition.field');
    else if (key === 'percentile') {
      if (typeof bound !== 'number' || !(bound >= 0 && bound <= 100))
        throw new RefusalError('correlation', `condition.percentile: expected 0 to 100, got ${bound}`);
      percentile = bound;
    } else if (operators.some((operator) => operator === key)) {
      if (typeof bound !== 'number' || !Number.isFinite(bound))
        throw new RefusalError('correlation', `condition.${key}: expected a number, got ${bound}`);
      bounds[key] = bound;
    } else throw new RefusalError('correlation', `condition: unknown key "${key}"`);
  }
  const hasBounds = Object.keys(bounds).length > 0;
  if (!hasBounds && !optional) throw new RefusalError('correlation', `condition: needs one of ${operators.join(', ')}`);
  return { bounds: bounds as Bounds, hasBounds, fields, percentile };
}

function parseAliases(value: unknown): CorrelationRule['aliases'] {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RefusalError('correlation', 'aliases: expected a map');
  const aliases: Record<string, Record<string, string>> = {};
  for (const [alias, fields] of Object.entries(value)) {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
      throw new RefusalError('correlation', `aliases.${alias}: expected a map of rule and field`);
    aliases[alias] = {};
    for (const [rule, field] of Object.entries(fields as Record<string, unknown>)) {
      if (typeof field !== 'string')
        throw new RefusalError('correlation', `aliases.${alias}.${rule}: expected a field`);
      aliases[alias][rule] = field;
    }
  }
  return aliases;
}
