/**
 * The improvement plan: for each item that falls short what will be done, by whom and until when, in the order in which it pays or weighs;
 * and every item that falls short without a measure. It says what was planned, never whether it will suffice.
 * @module
 */
import { type Day, dayNumber } from '@hedun/workdays';
import type { Assessment, Evaluation } from '../assessment.ts';
import type { Locale } from '../describe.ts';
import type { OpenInstrument } from '../instrument.ts';
import { gains, type ScoringInput, score } from '../scoring.ts';
import { type Block, type DocumentModel, heading, note, pick, table, warning } from './blocks.ts';

export interface Measure {
  readonly node: string;
  readonly measure: string;
  readonly responsible: string;
  readonly dueOn: Day;
  readonly doneOn?: Day;
}
export interface PlanLine {
  readonly node: string;
  /** Points the total gains when the unit alone is made perfect; absent without a score. */
  readonly gain?: number;
  /** An open high risk on it decides the verdict whatever the score. */
  readonly blocking: boolean;
  readonly judgement?: 'major' | 'minor';
  readonly measure?: Measure;
  readonly status: 'missing' | 'planned' | 'overdue' | 'done' | 'late';
}

function statusOf(measure: Measure | undefined, today: Day): PlanLine['status'] {
  if (!measure) return 'missing';
  if (measure.doneOn !== undefined) return dayNumber(measure.doneOn) > dayNumber(measure.dueOn) ? 'late' : 'done';
  return dayNumber(today) > dayNumber(measure.dueOn) ? 'overdue' : 'planned';
}

/** What falls short, the blocking first, then by gain or severity, each with its measure; measures for items that conform by now stay at the end. */
export function improvementPlan(
  open: OpenInstrument,
  evaluation: Evaluation,
  measures: readonly Measure[],
  sheet?: ScoringInput & { readonly rules: string },
): readonly PlanLine[] {
  const byNode = new Map(measures.map((each) => [each.node, each]));
  const lines = new Map<string, Omit<PlanLine, 'measure' | 'status'>>();
  if (sheet) {
    const result = score(open.instrument, sheet.rules, sheet);
    for (const { unit, gain } of gains(open.instrument, sheet.rules, sheet))
      lines.set(unit, { node: unit, gain, blocking: false });
    for (const { statement, lowered } of result.risks)
      if (!lowered)
        lines.set(statement.unit, { ...(lines.get(statement.unit) ?? { node: statement.unit }), blocking: true });
  }
  for (const { node, judgement } of evaluation.results)
    if (judgement === 'major' || judgement === 'minor') lines.set(node, { node, judgement, blocking: false });
  for (const { node } of measures) if (!lines.has(node)) lines.set(node, { node, blocking: false });
  const weight = (line: Omit<PlanLine, 'measure' | 'status'>) =>
    (line.blocking ? 1e6 : 0) +
    (line.judgement === 'major' ? 2e3 : line.judgement === 'minor' ? 1e3 : 0) +
    (line.gain ?? 0);
  return [...lines.values()]
    .sort((left, right) => weight(right) - weight(left))
    .map((line) => {
      const measure = byNode.get(line.node);
      return { ...line, ...(measure ? { measure } : {}), status: statusOf(measure, evaluation.asOf) };
    });
}

const statusWords: Readonly<Record<PlanLine['status'], readonly [string, string]>> = {
  missing: ['未制定措施', 'no measure'],
  planned: ['整改中', 'under way'],
  overdue: ['逾期未完成', 'overdue'],
  done: ['已完成', 'done'],
  late: ['逾期完成', 'done late'],
};
export const planStatusTitle = (status: PlanLine['status'], locale: Locale): string =>
  pick(locale)(...statusWords[status]);

export function improvementDocument(
  open: OpenInstrument,
  assessment: Assessment,
  plan: readonly PlanLine[],
  locale: Locale,
): DocumentModel {
  const say = pick(locale);
  const title = say(`${assessment.subject.name}整改计划`, `Improvement plan of ${assessment.subject.name}`);
  const why = (line: PlanLine) =>
    line.blocking
      ? say('高风险，未缓释则结论为「不符合」', 'high risk: does not conform until lowered')
      : line.judgement
        ? say(line.judgement === 'major' ? '严重不符合' : '一般不符合', line.judgement)
        : line.gain === undefined
          ? '—'
          : say(`得分提升 ${line.gain.toFixed(2)}`, `gains ${line.gain.toFixed(2)}`);
  const rows = plan.map((line, index) => [
    String(index + 1),
    open.nodes.get(line.node)?.trace ?? line.node,
    open.nodes.get(line.node)?.[locale] ?? line.node,
    why(line),
    line.measure?.measure ?? '—',
    line.measure?.responsible ?? '—',
    line.measure?.dueOn ?? '—',
    `${say(...statusWords[line.status])}${line.measure?.doneOn ? ` ${line.measure.doneOn}` : ''}`,
  ]);
  const bare = plan.filter((each) => each.status === 'missing').length;
  const blocks: Block[] = [
    heading(1, title),
    note(say(`依据《${open.instrument.title.zh}》`, `By ${open.instrument.title.en}`)),
    table(
      [
        say('序号', 'No.'),
        say('条款', 'Clause'),
        say('要求', 'Requirement'),
        say('缘由', 'Why'),
        say('整改措施', 'Measure'),
        say('责任人', 'Responsible'),
        say('完成期限', 'Due'),
        say('进展', 'Progress'),
      ],
      rows,
      say('没有需要整改的事项。', 'Nothing to improve.'),
      [0],
    ),
  ];
  if (bare > 0) blocks.push(warning(say(`${bare} 项尚未制定整改措施。`, `${bare} items have no measure yet.`)));
  return { id: 'improvement-plan', title, locale, blocks };
}
