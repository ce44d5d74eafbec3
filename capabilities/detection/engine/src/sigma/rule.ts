/**
 * What a Sigma rule means once read: plain data, no closures. Both evaluators (the fast one here, the plain one in the tests) start
 * from this, so it holds no evaluation of its own.
 * @module
 */
export interface LogSource {
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
}

/** `*` any number of UTF-16 units, `?` exactly one. */
export type Wildcard = { readonly wildcard: '*' | '?' };
/** Literal runs and wildcards, in order, matched over the whole value. */
export type Pattern = readonly (string | Wildcard)[];

export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
export type Comparison = 'lt' | 'lte' | 'gt' | 'gte';

/** One comparison of one field with one value. */
export type Test =
  | { readonly kind: 'pattern'; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string }
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly value: number; readonly part?: TimePart }
  | { readonly kind: 'part'; readonly part: TimePart; readonly value: number }
  | { readonly kind: 'cidr'; readonly network: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'exists'; readonly wanted: boolean }
  | {
      readonly kind: 'fieldref';
      readonly field: string;
      readonly mode: 'equals' | 'startswith' | 'endswith' | 'contains';
      readonly cased: boolean;
    };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly children: readonly Condition[] }
  | { readonly kind: 'atleast'; readonly count: number; readonly children: readonly Condition[] }
  | { readonly kind: 'not'; readonly child: Condition }
  /** A test of one field; without a field, of any value of the event. */
  | { readonly kind: 'test'; readonly field: string | undefined; readonly test: Test };

export interface RuleHeader {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly title: string;
  readonly level: string | undefined;
  readonly status: string | undefined;
  readonly author: string | undefined;
  readonly license: string | undefined;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly description: string | undefined;
  /** What a document says beside the specification in other languages: language tag → title, description, false positives. */
  readonly translations: Readonly<Record<string, Translation>>;
  readonly falsePositives: readonly string[];
  readonly where: string;
}

export interface Translation {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly falsePositives: readonly string[];
}

export interface DetectionRule extends RuleHeader {
  readonly kind: 'detection';
  readonly logsource: LogSource;
  readonly condition: Condition;
}

export type CorrelationKind =
  | 'event_count'
  | 'value_count'
  | 'temporal'
  | 'temporal_ordered'
  | 'value_sum'
  | 'value_avg'
  | 'value_percentile'
  | 'value_median';

/** Bounds that must all hold. */
export interface Bounds {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly eq?: number;
  readonly neq?: number;
}

export interface CorrelationRule extends RuleHeader {
  readonly kind: 'correlation';
  readonly type: CorrelationKind;
  /** Ids or names of the rules referred to, in the order given. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** alias → (rule name or id → field) */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Milliseconds. */
  readonly timespan: number;
  readonly bounds: Bounds;
  readonly fields: readonly string[];
  readonly percentile: number | undefined;
  readonly generate: boolean;
}

export interface FilterRule extends RuleHeader {
  readonly kind: 'filter';
  readonly logsource: LogSource;
  /** Ids or names of the rules it is added to; empty means every rule of its log source (`any`). */
  readonly rules: readonly string[];
  readonly condition: Condition;
}

export type SigmaDocument = DetectionRule | CorrelationRule | FilterRule;

/** How a rule is called: its id, else its name, else its title. */
export function ruleKey(rule: RuleHeader): string {
  return rule.id ?? rule.name ?? rule.title;
}
