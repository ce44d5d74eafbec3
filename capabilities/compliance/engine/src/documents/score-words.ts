/**
 * One line of a score in words, with every number it is made of, so that a reader can redo the sum; and the verdict with the rows of its
 * table. It repeats the arithmetic in writing and computes nothing itself.
 * @module
 */
import { describePredicate, describeTruth, type Locale, valueInWords } from '../describe.ts';
import type { OpenInstrument } from '../instrument.ts';
import { evaluate, explain, type Predicate, type Trace } from '../predicate.ts';
import type { Scoring } from '../schema.ts';
import type { ScoreLine, ScoreResult, ScoringInput } from '../scoring.ts';
import { pick } from './blocks.ts';

export interface ExplainedLine {
  readonly ref: string;
  readonly kind: ScoreLine['kind'];
  /** The sum with its numbers, as `(0.7 × 1 + 1 × 0.5) ÷ (0.7 + 1)`. */
  readonly sum: string;
  /** What the numbers are, and why they are so. */
  readonly why: readonly string[];
}

function objectOf(input: ScoringInput, ref: string) {
  const [unit = '', id] = ref.split('/');
  const answer = input.units[unit];
  return answer?.kind === 'objects' ? answer.objects.find((each) => each.id === id) : undefined;
}

function leavesOf(trace: Trace): readonly Trace[] {
  return trace.of ? trace.of.flatMap(leavesOf) : [trace];
}

function explainObject(open: OpenInstrument, scoring: Scoring, input: ScoringInput, line: ScoreLine, locale: Locale) {
  const say = pick(locale);
  const object = objectOf(input, line.ref);
  const facts = { ...object?.facts, level: input.level };
  const scope = { facts, parameters: open.parameters };
  const row = scoring.object.rows.find((each) => evaluate(each.when, scope) === true);
  const why: string[] = [];
  const because = (when: Predicate, said: string) => {
    const found = leavesOf(explain(when, scope)).map(
      ({ subject = '', got }) =>
        `${open.facts.get(subject)?.title[locale] ?? subject}${say('：', ': ')}${valueInWords(open, subject, got, locale)}`,
    );
    why.push(`${[...new Set(found)].join(say('，', ', '))} → ${said}`);
  };
  if (row) because(row.when, say(`基础分 ${row.base}`, `base ${row.base}`));
  const terms = [String(row?.base ?? '')];
  for (const id of row?.factors ?? []) {
    const factor = scoring.factors.find((each) => each.id === id);
    const found = factor?.rows.find((each) => evaluate(each.when, scope) === true);
    if (!factor || !found) continue;
    terms.push(String(found.value));
    because(found.when, `${factor.title[locale]} ${found.value}`);
  }
  const product = terms.join(' × ');
  const capped = line.value === 1 && terms.length > 1 && terms.reduce((all, each) => all * Number(each), 1) > 1;
  return { sum: capped ? `min(1, ${product})` : product, why };
}

/** Every line of a result in its own order. */
export function explainScore(
  open: OpenInstrument,
  result: ScoreResult,
  input: ScoringInput,
  locale: Locale,
): readonly ExplainedLine[] {
  const say = pick(locale);
  const scoring = open.instrument.scorings.find((each) => each.id === result.scoring);
  if (!scoring) throw new RangeError(`scoring: expected one of the instrument, got ${result.scoring}`);
  const title = (ref: string) => {
    const [node = '', object] = ref.split('/');
    const group = scoring.groups.find((each) => each.id === node);
    const own = open.nodes.get(node)?.[locale] ?? group?.title[locale] ?? node;
    return object === undefined ? own : `${own} / ${objectOf(input, ref)?.name ?? object}`;
  };
  const weighted = (line: ScoreLine) => ({
    top: line.parts.map((part) => `${part.weight ?? 1} × ${part.value}`).join(' + '),
    bottom: line.parts.map((part) => String(part.weight ?? 1)).join(' + '),
    why: line.parts.map((part) =>
      say(
        `${title(part.ref)}：得分 ${part.value}，权重 ${part.weight ?? 1}`,
        `${title(part.ref)}: ${part.value}, weight ${part.weight ?? 1}`,
      ),
    ),
  });
  return result.lines.map((line): ExplainedLine => {
    const base = { ref: line.ref, kind: line.kind };
    if (line.notApplicable) {
      const { reason, by } = line.notApplicable;
      const why = say(
        `${by}认定不适用：${reason}；不计入分子与分母`,
        `not applicable by ${by}: ${reason}; left out of both sums`,
      );
      return { ...base, sum: '—', why: [why] };
    }
    if (line.kind === 'object') return { ...base, ...explainObject(open, scoring, input, line, locale) };
    if (line.kind === 'compensation')
      return {
        ...base,
        sum: line.formula,
        why: line.parts.map((part) => say(`由「${title(part.ref)}」弥补`, `made up for by ${title(part.ref)}`)),
      };
    if (line.kind === 'unit') {
      const answer = input.units[line.ref];
      if (answer?.kind === 'whole') {
        const words = {
          met: say('符合', 'met'),
          partly: say('部分符合', 'partly met'),
          unmet: say('不符合', 'not met'),
        };
        return {
          ...base,
          sum: String(line.value),
          why: [say(`整体判定：${words[answer.choice]}`, `judged as a whole: ${words[answer.choice]}`)],
        };
      }
      const why = line.parts.map((part) => `${title(part.ref)}${say('：', ': ')}${part.value}`);
      return { ...base, sum: line.formula, why: [say('各测评对象取平均', 'the mean of its objects'), ...why] };
    }
    if (line.kind === 'layer') {
      const { top, bottom, why } = weighted(line);
      return { ...base, sum: `(${top}) ÷ (${bottom})`, why };
    }
    if (line.kind === 'group') {
      const { top, bottom, why } = weighted(line);
      const points = scoring.groups.find((each) => each.id === line.ref)?.points ?? 0;
      return { ...base, sum: `${points} × (${top}) ÷ (${bottom})`, why };
    }
    return {
      ...base,
      sum: line.formula,
      why: line.parts.map((part) => `${title(part.ref)}${say('：', ': ')}${part.value}`),
    };
  });
}

/** The rows of the verdict's table with how each came out, up to the one that decided. */
export function explainVerdict(open: OpenInstrument, result: ScoreResult, locale: Locale): readonly string[] {
  const say = pick(locale);
  const scoring = open.instrument.scorings.find((each) => each.id === result.scoring);
  if (!scoring || result.total === undefined) return [];
  const scope = { facts: { score: result.total, openHighRisks: result.openHighRisks }, parameters: open.parameters };
  const lines: string[] = [];
  for (const verdict of scoring.verdicts) {
    const holds = evaluate(verdict.if, scope);
    lines.push(
      say(
        `「${verdict.title.zh}」要求${describePredicate(open, verdict.if, 'zh')}：${describeTruth(holds, 'zh')}`,
        `“${verdict.title.en}” asks for ${describePredicate(open, verdict.if, 'en')}: ${describeTruth(holds, 'en')}`,
      ),
    );
    if (holds) break;
  }
  return lines;
}
