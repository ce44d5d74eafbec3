/**
 * Prints a policy: as the text that reads back to the same tree, and as a sentence in Chinese or English.
 * @module
 */
import { dateOf, type Policy, wordPattern } from './syntax.ts';

type Language = 'zh-CN' | 'en';
/** What names and values are called, where the attribute directory says it. */
export interface PolicyWords {
  readonly names?: Readonly<Record<string, Readonly<Record<Language, string>>>>;
  /** By `name:value`. */
  readonly values?: Readonly<Record<string, Readonly<Record<Language, string>>>>;
}

const valueText = (policy: Extract<Policy, { kind: 'compare' }>) =>
  policy.unit === 'date' ? dateOf(policy.value) : String(policy.value);

/** The canonical text: one space around words, brackets only where they are needed. It is what a header carries and a hash covers. */
export function formatPolicy(policy: Policy): string {
  switch (policy.kind) {
    case 'attribute':
      return `${policy.name}:${wordPattern.test(policy.value) ? policy.value : `"${policy.value}"`}`;
    case 'compare':
      return `${policy.name}${policy.operator}${valueText(policy)}`;
    case 'gate': {
      const { threshold, branches } = policy;
      if (threshold > 1 && threshold < branches.length)
        return `${threshold} of (${branches.map(formatPolicy).join(', ')})`;
      const joint = threshold === 1 ? ' or ' : ' and ';
      return branches.map((each) => (isChain(each) ? `(${formatPolicy(each)})` : formatPolicy(each))).join(joint);
    }
  }
}
function isChain(policy: Policy): boolean {
  return policy.kind === 'gate' && (policy.threshold === 1 || policy.threshold === policy.branches.length);
}

const comparisons: Readonly<Record<Language, Readonly<Record<'number' | 'date', Readonly<Record<string, string>>>>>> = {
  'zh-CN': {
    number: { '<': '低于', '<=': '不高于', '=': '等于', '>=': '不低于', '>': '高于' },
    date: { '<': '早于', '<=': '不晚于', '=': '为', '>=': '不早于', '>': '晚于' },
  },
  en: {
    number: { '<': 'below', '<=': 'at most', '=': 'exactly', '>=': 'at least', '>': 'above' },
    date: { '<': 'before', '<=': 'no later than', '=': 'on', '>=': 'no earlier than', '>': 'after' },
  },
};

/** The sentence a person confirms before publishing. */
export function describePolicy(policy: Policy, language: Language, words: PolicyWords = {}): string {
  const nameOf = (name: string) => words.names?.[name]?.[language] ?? name;
  const titleOf = (name: string, value: string) => words.values?.[`${name}:${value}`]?.[language] ?? value;
  const chinese = language === 'zh-CN';
  const say = (each: Policy, inside: boolean): string => {
    if (each.kind === 'attribute') {
      const shown = titleOf(each.name, each.value);
      return chinese ? `${nameOf(each.name)}为「${shown}」` : `${nameOf(each.name)} is “${shown}”`;
    }
    if (each.kind === 'compare') {
      const comparison = comparisons[language][each.unit][each.operator] ?? each.operator;
      return chinese
        ? `${nameOf(each.name)}${comparison} ${valueText(each)}`
        : `${nameOf(each.name)} is ${comparison} ${valueText(each)}`;
    }
    const { threshold, branches } = each;
    const parts = branches.map((branch) => say(branch, true));
    if (threshold > 1 && threshold < branches.length)
      return chinese
        ? `以下 ${branches.length} 项中至少满足 ${threshold} 项〔${parts.join('；')}〕`
        : `at least ${threshold} of these ${branches.length} hold [${parts.join('; ')}]`;
    const all = threshold === branches.length;
    const joined = parts.join(chinese ? (all ? '，并且' : '，或者') : all ? ' and ' : ' or ');
    return inside ? (chinese ? `（${joined}）` : `(${joined})`) : joined;
  };
  return chinese ? `只有${say(policy, false)}的人可以解密。` : `Only those can decrypt for whom ${say(policy, false)}.`;
}
