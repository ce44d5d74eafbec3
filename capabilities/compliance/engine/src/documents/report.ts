/**
 * The report of an assessment, section by section as its regulation declares them. It says what was not assessed and on which readings it
 * rests, and it leaves the fields for signatures and seal; it judges nothing itself.
 * @module
 */
import type { Assessment, Evaluation, Judgement, NodeResult } from '../assessment.ts';
import { describePredicate, describeTrace, type Locale, valueInWords } from '../describe.ts';
import type { OpenInstrument } from '../instrument.ts';
import type { DocumentShape } from '../schema.ts';
import { type Block, type DocumentModel, heading, note, paragraph, pick, said, table, warning } from './blocks.ts';
import { deadlineInWords, deadlineWords, judgementWords, rankWords, statusWords } from './words.ts';

export type Signed = Readonly<Record<string, { readonly name: string; readonly on: string }>>;
export interface ReportInput {
  readonly open: OpenInstrument;
  readonly assessment: Assessment;
  readonly evaluation: Evaluation;
  readonly locale: Locale;
  /** Who signed, by role, with the day. */
  readonly signed?: Signed;
  /** Whose seal is on it, and since when. */
  readonly sealed?: { readonly name: string; readonly on: string };
  /** SHA-256 of what was signed, printed beside the signatures. */
  readonly digest?: string;
}

/** Judgements that stand against the organisation, or leave a question open. */
const findingJudgements: readonly Judgement[] = [
  'major',
  'minor',
  'needs-evidence',
  'needs-verification',
  'needs-review',
];
const unsettled: readonly Judgement[] = ['not-assessed', 'undecided', 'needs-review'];

function labelOf(input: ReportInput, id: string): string {
  return input.open.nodes.get(id)?.trace ?? id;
}

function textOfNode(input: ReportInput, id: string): string {
  const node = input.open.nodes.get(id);
  return node ? node[input.locale] : id;
}

function remarkOf(input: ReportInput, result: NodeResult): string {
  const { open, assessment, locale } = input;
  const say = pick(locale);
  const override = assessment.overrides[result.node];
  if (override)
    return say(
      `${override.by}认定不适用：${override.reason}`,
      `declared not applicable by ${override.by}: ${override.reason}`,
    );
  if (result.missing.length > 0) {
    const names = result.missing.map((fact) => open.facts.get(fact)?.title[locale] ?? fact);
    return say(`待补充事实：${names.join('、')}`, `facts needed: ${names.join(', ')}`);
  }
  if (result.deadlines.length > 0)
    return result.deadlines.map((deadline) => deadlineInWords(deadline, locale)).join('；');
  if (result.trace) return describeTrace(open, result.trace, locale).join(say('；', '; '));
  return assessment.answers[result.node]?.note ?? '';
}

type Section = (input: ReportInput, shape: DocumentShape) => readonly Block[];

const sections: Readonly<Record<DocumentShape['sections'][number]['kind'], Section>> = {
  subject: ({ assessment, evaluation, locale }) => {
    const say = pick(locale);
    return [
      table(
        [say('项目', 'Item'), say('内容', 'Content')],
        [
          [say('对象', 'Subject'), assessment.subject.name],
          [say('编号', 'Number'), assessment.id],
          [say('评价基准日', 'As of'), evaluation.asOf],
        ],
        '',
      ),
    ];
  },
  basis: ({ open, locale }) => {
    const say = pick(locale);
    const { title, authority, rank, validFrom, status, source } = open.instrument;
    const blocks: Block[] = [
      paragraph(
        say(
          `依据《${title.zh}》（${authority.zh}，${rankWords[rank].zh}，自 ${validFrom} 起施行）。`,
          `Basis: ${title.en} (${authority.en}, ${rankWords[rank].en}, in force since ${validFrom}).`,
        ),
      ),
    ];
    if (status !== 'verified')
      blocks.push(
        warning(
          say(
            `所用文本状态：${statusWords[status].zh}。${source.zh}。`,
            `Status of the text: ${statusWords[status].en}. ${source.en}.`,
          ),
        ),
      );
    return blocks;
  },
  scope: ({ open, evaluation, locale }) => {
    const say = pick(locale);
    const verdict =
      evaluation.inScope === null
        ? say('尚无法判定', 'undecided')
        : evaluation.inScope
          ? say('适用', 'in scope')
          : say('不适用', 'out of scope');
    const rule = open.instrument.scope
      ? describePredicate(open, open.instrument.scope, locale)
      : say('无限定', 'no limits');
    return [paragraph(say(`适用条件：${rule}。判定：${verdict}。`, `Scope: ${rule}. Result: ${verdict}.`))];
  },
  facts: ({ open, evaluation, assessment, locale }) => {
    const say = pick(locale);
    const standing = {
      observed: say('采集', 'observed'),
      verified: say('核实', 'verified'),
      claimed: say('自述', 'claimed'),
    };
    const rows = assessment.statements
      .filter((statement) => evaluation.facts[statement.fact] !== undefined)
      .map((statement) => [
        open.facts.get(statement.fact)?.title[locale] ?? statement.fact,
        valueInWords(open, statement.fact, statement.value, locale),
        standing[statement.standing],
        statement.by,
        statement.validFrom,
      ]);
    const problems = evaluation.problems.map((problem) =>
      warning(
        problem.kind === 'constraint'
          ? problem.says[locale]
          : say(
              `事实「${open.facts.get(problem.fact)?.title.zh ?? problem.fact}」${problem.kind === 'contradiction' ? '存在相互矛盾的陈述，按未知处理' : '无法采用'}。`,
              `${problem.fact}: ${problem.kind === 'contradiction' ? 'contradicting statements, taken as unknown' : 'not usable'}.`,
            ),
      ),
    );
    return [
      table(
        [say('事实', 'Fact'), say('取值', 'Value'), say('来源', 'Standing'), say('陈述人', 'By'), say('自', 'From')],
        rows,
        say('尚未认定任何事实。', 'No facts yet.'),
      ),
      ...problems,
    ];
  },
  summary: ({ evaluation, locale }) => {
    const say = pick(locale);
    const rows = Object.entries(evaluation.counts)
      .filter(([judgement]) => judgement !== 'information')
      .map(([judgement, count]) => [judgementWords[judgement as Judgement][locale], String(count)]);
    const open = unsettled.reduce((sum, judgement) => sum + (evaluation.counts[judgement] ?? 0), 0);
    const blocks = [table([say('结论', 'Result'), say('条目数', 'Items')], rows, '', [1])];
    return open > 0
      ? [
          ...blocks,
          warning(
            say(
              `尚有 ${open} 项未评价、无法判定或者待复核，本结论不完整。`,
              `${open} items are not assessed, undecided or wait for review; this summary is not complete.`,
            ),
          ),
        ]
      : blocks;
  },
  findings: (input) => {
    const say = pick(input.locale);
    const rows = input.evaluation.results
      .filter((result) => findingJudgements.includes(result.judgement))
      .map((result) => [
        labelOf(input, result.node),
        textOfNode(input, result.node),
        judgementWords[result.judgement][input.locale],
        remarkOf(input, result),
      ]);
    return [
      table(
        [say('条款', 'Clause'), say('要求', 'Requirement'), say('结论', 'Result'), say('说明', 'Remark')],
        rows,
        say('未发现问题。', 'No findings.'),
      ),
    ];
  },
  results: (input) => {
    const say = pick(input.locale);
    const rows = input.evaluation.results
      .filter((result) => result.judgement !== 'information')
      .map((result) => [
        labelOf(input, result.node),
        textOfNode(input, result.node),
        judgementWords[result.judgement][input.locale],
        remarkOf(input, result),
        (input.assessment.answers[result.node]?.evidence ?? []).map((each) => each.title).join('、'),
      ]);
    return [
      table(
        [
          say('条款', 'Clause'),
          say('要求', 'Requirement'),
          say('结论', 'Result'),
          say('说明', 'Remark'),
          say('证据', 'Evidence'),
        ],
        rows,
        say('无条目。', 'No items.'),
      ),
    ];
  },
  deadlines: (input) => {
    const { evaluation, locale } = input;
    const say = pick(locale);
    const rows = evaluation.deadlines.map((each) => [
      labelOf(input, each.node),
      each.subject,
      each.dueOn === undefined ? '—' : each.dueOn + (each.provisional ? say('（暂定）', ' (provisional)') : ''),
      deadlineWords[each.status][locale],
      deadlineInWords(each, locale),
    ]);
    return [
      table(
        [
          say('条款', 'Clause'),
          say('事项', 'Subject'),
          say('期限', 'Due'),
          say('状态', 'Status'),
          say('计算过程', 'How it was counted'),
        ],
        rows,
        say('没有正在计算的期限。', 'No deadlines.'),
      ),
    ];
  },
  overrides: (input) => {
    const say = pick(input.locale);
    const rows = Object.entries(input.assessment.overrides).map(([id, each]) => [
      labelOf(input, id),
      textOfNode(input, id),
      each.reason,
      each.by,
      each.at,
    ]);
    return [
      table(
        [
          say('条款', 'Clause'),
          say('要求', 'Requirement'),
          say('理由', 'Reason'),
          say('认定人', 'By'),
          say('时间', 'At'),
        ],
        rows,
        say('没有人工认定不适用的条目。', 'No item was declared not applicable by a person.'),
      ),
    ];
  },
  parameters: ({ open, evaluation, locale }) => {
    const say = pick(locale);
    const rows = open.instrument.parameters.map((each) => [
      each.title[locale],
      String(evaluation.parameters[each.id]),
      statusWords[each.status][locale],
      each.why[locale],
    ]);
    return [
      table(
        [say('口径', 'Reading'), say('取值', 'Value'), say('状态', 'Status'), say('理由', 'Why')],
        rows,
        say('没有需要说明的口径。', 'No readings to state.'),
      ),
      note(
        say(
          `规则版本 ${evaluation.instrument}，日历 ${evaluation.calendar}，引擎 ${evaluation.engine}。`,
          `Rules ${evaluation.instrument}, calendar ${evaluation.calendar}, engine ${evaluation.engine}.`,
        ),
      ),
    ];
  },
  signatures: signatureBlocks,
};

/** The fields for signatures and seal, filled in as far as somebody has signed or sealed. */
export function signatureBlocks(
  input: Pick<ReportInput, 'signed' | 'sealed' | 'digest' | 'locale'>,
  shape: Pick<DocumentShape, 'signatures' | 'seal'>,
): readonly Block[] {
  const fields = shape.signatures.map((field): Block => {
    const found = input.signed?.[field.role];
    return {
      kind: 'signature',
      title: said(field.title, input.locale),
      ...(found ? { name: found.name, on: found.on } : {}),
    };
  });
  const say = pick(input.locale);
  const digest =
    input.digest === undefined
      ? []
      : [
          note(
            say(
              `以下签字针对的评估内容，其 SHA-256 摘要为 ${input.digest}。`,
              `The signatures below are for contents with the SHA-256 digest ${input.digest}.`,
            ),
          ),
        ];
  const seal: readonly Block[] = shape.seal
    ? [{ kind: 'seal', title: said(shape.seal, input.locale), ...input.sealed }]
    : [];
  return [...digest, ...fields, ...seal];
}

/** @throws {RangeError} for a document the regulation does not declare, or an evaluation of another assessment. */
export function assessmentReport(document: string, input: ReportInput): DocumentModel {
  const { open, assessment, evaluation, locale } = input;
  const shape = open.instrument.documents.find((each) => each.id === document);
  if (!shape)
    throw new RangeError(
      `document: expected one of ${open.instrument.documents.map((each) => each.id).join(', ')}, got ${document}`,
    );
  if (evaluation.assessment !== assessment.id || evaluation.instrument !== open.instrument.id)
    throw new RangeError(`evaluation: expected that of ${assessment.id}, got that of ${evaluation.assessment}`);
  const blocks = shape.sections.flatMap((section) => [
    heading(2, said(section.title, locale)),
    ...sections[section.kind](input, shape),
  ]);
  return {
    id: shape.id,
    title: said(shape.title, locale),
    locale,
    blocks: [heading(1, said(shape.title, locale)), ...blocks],
  };
}
