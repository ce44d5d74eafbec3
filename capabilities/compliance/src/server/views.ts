/**
 * What the engine found, in the words of the reader's language.
 * @module
 */
import {
  type Assessment,
  composeScheme,
  type Deadline,
  deadlineInWords,
  deadlineWords,
  describeTrace,
  type Evaluation,
  evaluateAssessment,
  explainScore,
  explainVerdict,
  gains,
  improvementPlan,
  isSelectable,
  judgementWords,
  type OpenInstrument,
  type PlanLine,
  paperProblems,
  paperProblemTitle,
  planStatusTitle,
} from '@hedun/compliance';
import type { Locale } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { AssessmentBody, AssessmentDetail, AssessmentSummary, DeadlineView, SchemeView } from '../shapes.ts';
import { eventForms, eventViews } from './event-forms.ts';
import { calendar, library, short } from './library.ts';
import { guardFacts, scoreOf } from './score-sheet.ts';
import { signingView, withSignatures } from './signatures.ts';
import { machineOf, stepsOf } from './steps.ts';

export function deadlineView(
  open: OpenInstrument,
  deadline: Deadline,
  about: {
    readonly title: string;
    readonly link: string | null;
    readonly organisationId: string | null;
    readonly own: string;
  },
  locale: Locale,
): DeadlineView {
  const node = open.nodes.get(deadline.node);
  return {
    instrument: open.instrument.id,
    subjectTitle: about.title,
    link: about.link,
    organisationId: about.organisationId,
    matter: deadline.subject === about.own ? null : deadline.subject.replace(`${about.own}/`, ''),
    requirement: node?.[short(locale)] ?? deadline.node,
    clause: node?.trace ?? deadline.node,
    words: deadlineInWords(deadline, short(locale)),
    statusTitle: deadlineWords[deadline.status][short(locale)],
    deadline,
  };
}

function documentsOf(
  open: OpenInstrument,
  { scheme, papers }: AssessmentBody,
  plan: readonly PlanLine[],
): AssessmentDetail['documents'] {
  const extra = [
    { id: 'crypto-scheme', title: { zh: '密码应用方案', en: 'Cryptography scheme' }, there: scheme?.length },
    { id: 'working-papers', title: { zh: '工作底稿', en: 'Working papers' }, there: papers?.length },
    { id: 'improvement-plan', title: { zh: '整改计划', en: 'Improvement plan' }, there: plan.length },
  ];
  return [...open.instrument.documents, ...extra.filter((each) => each.there)].map(({ id, title }) => ({ id, title }));
}

export function planOf(open: OpenInstrument, body: AssessmentBody, evaluation: Evaluation): readonly PlanLine[] {
  return improvementPlan(open, evaluation, body.measures ?? [], body.sheet ?? undefined);
}

/** Later texts of the same family in force by now: what the assessment could move to. */
function laterVersions(open: OpenInstrument, now: string): AssessmentDetail['laterVersions'] {
  const { family, validFrom } = open.instrument;
  const day = dayOfInstant(now);
  return [...library().values()]
    .map((each) => each.instrument)
    .filter(
      (each) => each.family === family && isSelectable(each) && validFrom < each.validFrom && each.validFrom <= day,
    )
    .map(({ id, title, version }) => ({ id, title, version }));
}

const verbs = {
  shall: { zh: '应', en: 'shall' },
  should: { zh: '宜', en: 'should' },
  may: { zh: '可', en: 'may' },
} as const;
function schemeView(
  open: OpenInstrument,
  { sheet, scheme = [] }: AssessmentBody,
  locale: 'zh' | 'en',
): SchemeView | null {
  if (open.instrument.deployments.length === 0 || !sheet) return null;
  const composed = composeScheme(open, sheet.level, scheme);
  const title = (id: string) => open.nodes.get(id)?.[locale] ?? id;
  return {
    chosen: scheme,
    gaps: composed.gaps.map(({ unit, verb }) => ({
      unit,
      title: title(unit),
      layer: title(open.nodes.get(unit)?.parent ?? ''),
      verb: verbs[verb][locale],
      binding: verb === 'shall',
    })),
    double: composed.double.map((unit) => ({ unit, title: title(unit) })),
  };
}

export function assessmentView(
  row: {
    readonly id: string;
    readonly name: string;
    readonly organisationId: string;
    readonly body: AssessmentBody;
    readonly state: AssessmentDetail['state'];
  },
  open: OpenInstrument,
  summary: AssessmentSummary,
  now: string,
  locale: Locale,
): AssessmentDetail {
  const words = short(locale);
  const assessment: Assessment = withSignatures(open, row.body);
  const evaluation = evaluateAssessment(open, assessment, { asOf: now, calendar });
  const machine = machineOf(open);
  const known = guardFacts(open, evaluation.facts, evaluation.results, row.body.sheet);
  const { sheet } = row.body;
  const score = scoreOf(open, sheet);
  const plan = planOf(open, row.body, evaluation);
  const factTitle = (id: string) => open.facts.get(id)?.title[words] ?? id;
  return {
    summary,
    assessment: row.body.assessment,
    sheet,
    state: row.state,
    steps: machine && row.state ? stepsOf(open, machine, row.state, known, locale) : [],
    inScope: evaluation.inScope,
    problems: evaluation.problems.map((problem) => ({
      words: problem.kind === 'constraint' ? problem.says[words] : factTitle(problem.fact),
      problem,
    })),
    results: evaluation.results.map((each) => ({
      node: each.node,
      judgement: each.judgement,
      judgementTitle: judgementWords[each.judgement][words],
      basis: each.basis,
      missing: each.missing.map(factTitle),
      explanation: each.trace ? [...describeTrace(open, each.trace, words)] : [],
      evidence: each.evidence ?? null,
    })),
    counts: evaluation.counts,
    deadlines: evaluation.deadlines.map((deadline) =>
      deadlineView(
        open,
        deadline,
        { title: row.name, link: `/compliance/assessments/${row.id}`, organisationId: row.organisationId, own: row.id },
        locale,
      ),
    ),
    score,
    scoreWords: sheet && score ? explainScore(open, score, sheet, words) : [],
    verdictWords: score ? [...explainVerdict(open, score, words)] : [],
    collected: row.body.collected ?? [],
    scheme: schemeView(open, row.body, words),
    papers: (row.body.papers ?? []).map((paper) => ({
      paper,
      problems: paperProblems(open, paper).map((each) => paperProblemTitle(each, words)),
    })),
    plan: plan.map((line) => ({
      ...line,
      title: open.nodes.get(line.node)?.[words] ?? line.node,
      clause: open.nodes.get(line.node)?.trace ?? line.node,
      statusTitle: planStatusTitle(line.status, words),
    })),
    laterVersions: laterVersions(open, now),
    gains: sheet && score?.total !== undefined ? [...gains(open.instrument, sheet.rules, sheet)] : [],
    documents: documentsOf(open, row.body, plan),
    events: eventViews(open, row.body.assessment.events, row.id),
    recordable: eventForms(open),
    signing: signingView(open, row.body, row.state?.state),
  };
}
