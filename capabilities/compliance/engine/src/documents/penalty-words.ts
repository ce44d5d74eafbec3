/**
 * Penalties in words: every figure with where it comes from and how it was found. A range stays a range; the figure inside it is the
 * authority's to choose.
 * @module
 */
import { describeTrace, type Locale } from '../describe.ts';
import type { OpenInstrument } from '../instrument.ts';
import type { FineRange, PenaltyResult } from '../penalty.ts';
import type { Status, Words } from '../schema.ts';
import { pick } from './blocks.ts';
import { statusWords } from './words.ts';

export interface ExplainedFigure {
  /** The sentence with its amounts. */
  readonly says: string;
  /** How the amounts were found. */
  readonly how: string;
  readonly range: readonly [number, number] | null;
}
export interface ExplainedPenalty {
  readonly id: string;
  readonly title: string;
  readonly clause: string;
  readonly text: string;
  readonly status: Status;
  readonly statusTitle: string;
  /** False while a fact is missing; rows that do not fit are not listed at all. */
  readonly fits: boolean;
  readonly why: readonly string[];
  readonly missing: readonly string[];
  readonly fine: ExplainedFigure | null;
  readonly persons: ExplainedFigure | null;
  readonly orders: string | null;
  readonly measures: readonly string[];
}

/** Amounts as the law writes them, in ten-thousands of yuan where that loses no digit. */
export function yuan(amount: number, locale: Locale): string {
  const grouped = (value: number) => {
    const [whole = '', part] = String(Math.round(value * 100) / 100).split('.');
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (part ? `.${part}` : '');
  };
  if (locale === 'en') return `CNY ${grouped(amount)}`;
  return amount >= 10_000 && amount % 100 === 0
    ? `${grouped(amount / 10_000).replaceAll(',', '')} 万元`
    : `${grouped(amount)} 元`;
}

function figure(open: OpenInstrument, fine: FineRange, clause: string, locale: Locale): ExplainedFigure {
  const say = pick(locale);
  const { kind, of, factors, base } = fine.basis;
  const verb = fine.modal === 'may' ? say('可以处', 'may be fined') : say('应当处', 'shall be fined');
  const unit = kind === 'percent' ? '%' : say(' 倍', ' times');
  const factorWords = say(
    `${factors[0]}${unit}以上 ${factors[1]}${unit}以下`,
    `${factors[0]}${unit} to ${factors[1]}${unit}`,
  );
  const title = of === undefined ? '' : (open.facts.get(of)?.title[locale] ?? of);
  if (!fine.range)
    return {
      says: say(`${verb}${title} ${factorWords}的罚款`, `${verb} ${factorWords} ${title}`),
      how: say(`「${title}」尚未填报，金额无法确定`, `${title} is not given: no amount can be told`),
      range: null,
    };
  const [low, high] = fine.range;
  const says = say(
    `${verb} ${yuan(low, 'zh')}以上 ${yuan(high, 'zh')}以下罚款`,
    `${verb} from ${yuan(low, 'en')} to ${yuan(high, 'en')}`,
  );
  if (kind === 'fixed') return { says, how: say(`${clause}规定的幅度`, `the range ${clause} sets`), range: fine.range };
  return {
    says,
    how: say(
      `${clause}：${title} ${yuan(base ?? 0, 'zh')} 的 ${factorWords}，即 ${yuan(base ?? 0, 'zh')} × ${factors[0]} 至 × ${factors[1]}`,
      `${clause}: ${factorWords} ${title} of ${yuan(base ?? 0, 'en')}`,
    ),
    range: fine.range,
  };
}

export function explainPenalty(open: OpenInstrument, result: PenaltyResult, locale: Locale): ExplainedPenalty {
  const say = pick(locale);
  const { penalty } = result;
  const node = open.nodes.get(penalty.ref);
  const clause = node?.trace ?? penalty.ref;
  const list = (words: readonly Words[]) => words.map((each) => each[locale]).join(say('、', ', '));
  const may = (modal: 'may' | 'shall') => (modal === 'may' ? say('可以', 'may') : say('应当', 'shall'));
  const persons = result.persons;
  return {
    id: penalty.id,
    title: penalty.title[locale],
    clause,
    text: node?.[locale] ?? '',
    status: penalty.status,
    statusTitle: statusWords[penalty.status][locale],
    fits: result.holds === true,
    why: describeTrace(open, result.trace, locale),
    missing: result.missing.map((fact) => open.facts.get(fact)?.title[locale] ?? fact),
    fine: result.fine ? figure(open, result.fine, clause, locale) : null,
    persons: persons
      ? {
          says: say(
            `对${list(persons.roles)}，${may(persons.modal)}处 ${yuan(persons.range[0], 'zh')}以上 ${yuan(persons.range[1], 'zh')}以下罚款`,
            `${list(persons.roles)}: ${may(persons.modal)} be fined from ${yuan(persons.range[0], 'en')} to ${yuan(persons.range[1], 'en')}`,
          ),
          how: say(`${clause}规定的幅度`, `the range ${clause} sets`),
          range: persons.range,
        }
      : null,
    orders: result.orders
      ? say(
          `${may(result.orders.modal)}${list(result.orders.list)}`,
          `${may(result.orders.modal)}: ${list(result.orders.list)}`,
        )
      : null,
    measures: result.measures.map((each) => each[locale]),
  };
}
