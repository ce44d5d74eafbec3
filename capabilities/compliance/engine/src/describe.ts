/**
 * Predicates and their outcomes in words, in Chinese and English, for people who must be able to check a decision. 以上 and 超过 are kept
 * apart in both languages.
 * @module
 */
import type { OpenInstrument } from './instrument.ts';
import type { Operator, Predicate, Trace, Truth, Value } from './predicate.ts';

export type Locale = 'zh' | 'en';

const operators: Readonly<Record<Locale, Readonly<Record<Operator, string>>>> = {
  zh: {
    '=': '为',
    '!=': '不为',
    '<': '不满',
    '<=': '不超过',
    '>': '超过',
    '>=': '达到或超过',
    in: '属于',
    has: '包含',
  },
  en: {
    '=': 'is',
    '!=': 'is not',
    '<': 'is below',
    '<=': 'is at most',
    '>': 'is above',
    '>=': 'is at least',
    in: 'is one of',
    has: 'includes',
  },
};

function nameOf(open: OpenInstrument, id: string, locale: Locale): string {
  return (
    open.facts.get(id)?.title[locale] ?? open.instrument.parameters.find((each) => each.id === id)?.title[locale] ?? id
  );
}

/** The value of a fact as people read it: options by title, numbers with unit, the parts of a list's items without their names. */
export function valueInWords(
  open: OpenInstrument,
  fact: string,
  value: Value | null | undefined,
  locale: Locale,
): string {
  if (value === null || value === undefined) return locale === 'zh' ? '未知' : 'unknown';
  if (typeof value === 'boolean') return locale === 'zh' ? (value ? '是' : '否') : value ? 'yes' : 'no';
  const shape = open.facts.get(fact);
  const option = shape?.options?.find((each) => each.id === value);
  if (option) return option.title[locale];
  if (Array.isArray(value))
    return value.map((each) => valueInWords(open, fact, each as Value, locale)).join(locale === 'zh' ? '、' : ', ');
  if (typeof value === 'number') {
    const digits = String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
    return shape?.unit ? `${digits} ${shape.unit[locale]}` : digits;
  }
  if (typeof value === 'string') return value;
  // An item of a list: its own values in the order given.
  return Object.values(value as Readonly<Record<string, Value>>)
    .map((each) => valueInWords(open, '', each, locale))
    .join(' ');
}

/** A predicate as a sentence part. */
export function describePredicate(open: OpenInstrument, predicate: Predicate, locale: Locale): string {
  const zh = locale === 'zh';
  if ('and' in predicate)
    return predicate.and.map((each) => `(${describePredicate(open, each, locale)})`).join(zh ? ' 且 ' : ' and ');
  if ('or' in predicate)
    return predicate.or.map((each) => `(${describePredicate(open, each, locale)})`).join(zh ? ' 或 ' : ' or ');
  if ('not' in predicate) return `${zh ? '并非' : 'not'} (${describePredicate(open, predicate.not, locale)})`;
  const right = (
    against: { readonly v?: Value | undefined; readonly to?: string | undefined; readonly param?: string | undefined },
    fact: string,
  ) =>
    against.to !== undefined
      ? nameOf(open, against.to, locale)
      : against.param !== undefined
        ? nameOf(open, against.param, locale)
        : valueInWords(open, fact, against.v, locale);
  if ('count' in predicate) {
    const where = predicate.count.where
      ? zh
        ? `中符合「${describePredicate(open, predicate.count.where, locale)}」的数量`
        : ` with ${describePredicate(open, predicate.count.where, locale)}: number`
      : zh
        ? '的数量'
        : ': number';
    return `${nameOf(open, predicate.count.of, locale)}${where} ${operators[locale][predicate.op]} ${right(predicate, '')}`;
  }
  if ('trailing' in predicate)
    return `${nameOf(open, predicate.trailing.of, locale)}${zh ? '中最近连续符合条件的次数' : ': length of the latest unbroken run'} ${operators[locale][predicate.op]} ${right(predicate, '')}`;
  if ('fact' in predicate) {
    if (predicate.op === 'known')
      return zh
        ? `已填报「${nameOf(open, predicate.fact, locale)}」`
        : `${nameOf(open, predicate.fact, locale)} is given`;
    return `${nameOf(open, predicate.fact, locale)} ${operators[locale][predicate.op]} ${right(predicate, predicate.fact)}`;
  }
  return `${nameOf(open, predicate.param, locale)} ${operators[locale][predicate.op]} ${valueInWords(open, predicate.param, predicate.v, locale)}`;
}

export function describeTruth(truth: Truth, locale: Locale): string {
  if (truth === null) return locale === 'zh' ? '无法判定' : 'undecided';
  return locale === 'zh' ? (truth ? '成立' : '不成立') : truth ? 'holds' : 'does not hold';
}

/** The leaves of a trace, one line each: what was asked, what was found, how it came out. */
export function describeTrace(open: OpenInstrument, trace: Trace, locale: Locale): readonly string[] {
  if (trace.of) return trace.of.flatMap((each) => describeTrace(open, each, locale));
  const subject = trace.subject ?? '';
  const got = valueInWords(open, subject, trace.got, locale);
  const zh = locale === 'zh';
  if (trace.kind === 'known')
    return [
      zh
        ? `「${nameOf(open, subject, locale)}」：${trace.result ? '已填报' : '未填报'}`
        : `${nameOf(open, subject, locale)}: ${trace.result ? 'given' : 'not given'}`,
    ];
  const op = operators[locale][trace.op as Operator];
  const expected = valueInWords(open, subject, trace.expected, locale);
  return [
    zh
      ? `「${nameOf(open, subject, locale)}」要求${op} ${expected}，实际为 ${got}：${describeTruth(trace.result, locale)}`
      : `${nameOf(open, subject, locale)} ${op} ${expected}; found ${got}: ${describeTruth(trace.result, locale)}`,
  ];
}
