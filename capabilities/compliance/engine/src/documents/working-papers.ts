/**
 * Working papers: one per check, with objective, procedure, population and sample, evidence, result, preparer and reviewer. Whoever
 * prepared a paper, or carried out the control, is not its only reviewer.
 * @module
 */
import type { Assessment, Evaluation } from '../assessment.ts';
import type { Locale } from '../describe.ts';
import type { OpenInstrument } from '../instrument.ts';
import type { Node } from '../schema.ts';
import { type Block, type DocumentModel, heading, pick, table, warning } from './blocks.ts';
import { judgementWords } from './words.ts';

export interface WorkingPaper {
  readonly node: string;
  readonly procedure: string;
  readonly population?: string;
  readonly sample?: string;
  readonly preparedBy: string;
  readonly preparedOn: string;
  readonly reviewedBy?: readonly string[];
  readonly reviewedOn?: string;
  /** People who run the control that is checked. */
  readonly controlRunBy?: readonly string[];
}
export type PaperProblem =
  | { readonly kind: 'unknown-node'; readonly node: string }
  | { readonly kind: 'not-reviewed'; readonly node: string }
  | { readonly kind: 'not-independent'; readonly node: string; readonly reviewer: readonly string[] }
  | { readonly kind: 'sample-without-population'; readonly node: string };

/** What keeps a working paper from being accepted. */
export function paperProblems(open: OpenInstrument, paper: WorkingPaper): readonly PaperProblem[] {
  const found: PaperProblem[] = [];
  const { node } = paper;
  if (!open.nodes.has(node)) found.push({ kind: 'unknown-node', node });
  const reviewers = paper.reviewedBy ?? [];
  const involved = new Set([paper.preparedBy, ...(paper.controlRunBy ?? [])]);
  if (reviewers.length === 0) found.push({ kind: 'not-reviewed', node });
  else if (reviewers.every((reviewer) => involved.has(reviewer)))
    found.push({ kind: 'not-independent', node, reviewer: reviewers });
  if (paper.sample && !paper.population) found.push({ kind: 'sample-without-population', node });
  return found;
}

const evidenceWords: Readonly<Record<NonNullable<Node['evidence']>[number], readonly [string, string]>> = {
  document: ['制度、合同等文件', 'documents'],
  record: ['记录、日志', 'records'],
  screen: ['界面截图', 'screens'],
  configuration: ['配置', 'configuration'],
  test: ['测试、抽样', 'tests and samples'],
  interview: ['访谈', 'interviews'],
  filing: ['备案、批准文件', 'filings and approvals'],
};

const problemWords: Readonly<Record<PaperProblem['kind'], readonly [string, string]>> = {
  'unknown-node': ['条目不存在', 'no such item'],
  'not-reviewed': ['尚未复核', 'not reviewed'],
  'not-independent': [
    '复核人即编制人或者控制执行人，不具独立性',
    'the reviewer prepared the paper or runs the control',
  ],
  'sample-without-population': ['有样本而未写明总体', 'a sample without its population'],
};

export const paperProblemTitle = ({ kind }: PaperProblem, locale: Locale): string =>
  pick(locale)(...problemWords[kind]);

/** All working papers of an assessment in the order of the regulation, for checks that apply; missing ones are listed. */
export function workingPapers(
  open: OpenInstrument,
  assessment: Assessment,
  evaluation: Evaluation,
  papers: readonly WorkingPaper[],
  locale: Locale,
): DocumentModel {
  const say = pick(locale);
  const title = say(`${open.instrument.title.zh}工作底稿`, `Working papers: ${open.instrument.title.en}`);
  const blocks: Block[] = [heading(1, title)];
  const missing: string[] = [];
  for (const result of evaluation.results) {
    const node = open.nodes.get(result.node);
    if (node?.type !== 'checklist' || result.judgement === 'not-applicable') continue;
    const paper = papers.find((each) => each.node === node.id);
    if (!paper) {
      missing.push(node.trace);
      continue;
    }
    const given = assessment.answers[node.id];
    const rows = [
      [say('审计目标', 'Objective'), node[locale]],
      [
        say('应取得的证据', 'Evidence to obtain'),
        (node.evidence ?? []).map((each) => say(...evidenceWords[each])).join('、'),
      ],
      [say('实施程序', 'Procedure'), paper.procedure],
      [say('总体', 'Population'), paper.population ?? '—'],
      [say('样本', 'Sample'), paper.sample ?? '—'],
      [
        say('取得的证据', 'Evidence obtained'),
        (given?.evidence ?? [])
          .map((each) => `${each.title}（${each.effectiveFrom}—${each.effectiveTo ?? ''}）`)
          .join('、') || '—',
      ],
      [say('结论', 'Result'), judgementWords[result.judgement][locale]],
      [say('说明', 'Remark'), given?.note ?? '—'],
      [say('编制', 'Prepared'), `${paper.preparedBy} ${paper.preparedOn}`],
      [
        say('复核', 'Reviewed'),
        paper.reviewedBy ? `${paper.reviewedBy.join('、')} ${paper.reviewedOn ?? ''}`.trim() : '—',
      ],
    ];
    blocks.push(heading(2, node.trace), table([say('栏目', 'Field'), say('内容', 'Content')], rows, ''));
    for (const problem of paperProblems(open, paper)) blocks.push(warning(say(...problemWords[problem.kind])));
  }
  if (missing.length > 0)
    blocks.push(heading(2, say('缺少的工作底稿', 'Missing papers')), { kind: 'list', items: missing });
  return { id: 'working-papers', title, locale, blocks };
}
