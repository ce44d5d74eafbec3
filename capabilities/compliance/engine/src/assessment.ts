/**
 * An assessment as plain data, its evaluation, and its move to a newer text. The engine judges what facts can judge; people answer the
 * rest; an answer without valid evidence closes nothing; a changed text asks for review and resets nothing.
 * @module
 */
import { type Day, dayNumber, dayOfInstant, type OpenCalendar } from '@hedun/workdays';
import { type Deadline, deadlines } from './clocks.ts';
import type { ComplianceEvent } from './events.ts';
import { type FactProblem, type FactStatement, factsOn } from './facts.ts';
import { chooseParameters, isSelectable, type OpenInstrument } from './instrument.ts';
import {
  evaluate,
  explain,
  type Facts,
  type Parameters,
  type Trace,
  type Truth,
  undecidedFacts,
  type Value,
} from './predicate.ts';
import type { Node } from './schema.ts';

export interface Evidence {
  readonly id: string;
  readonly title: string;
  readonly sha256?: string;
  /** The period for which it proves something; the day it was uploaded plays no part. */
  readonly effectiveFrom: Day;
  readonly effectiveTo?: Day;
}
export interface Answer {
  readonly judgement: 'conform' | 'minor' | 'major';
  readonly by: string;
  readonly at: string;
  readonly standing: 'claimed' | 'verified';
  readonly note?: string;
  readonly evidence: readonly Evidence[];
  /** Hash of the text the answer was given to. */
  readonly textHash: string;
}
export interface Override {
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}
export interface Assessment {
  readonly id: string;
  readonly subject: { readonly id: string; readonly name: string };
  readonly instrument: string;
  readonly parameters: Parameters;
  readonly statements: readonly FactStatement[];
  readonly answers: Readonly<Record<string, Answer>>;
  /** “Not applicable” by a person's decision; printed in every report. */
  readonly overrides: Readonly<Record<string, Override>>;
  readonly events: readonly ComplianceEvent[];
}

export type Judgement =
  | 'conform'
  | 'minor'
  | 'major'
  | 'not-applicable'
  | 'not-assessed'
  | 'undecided'
  | 'needs-evidence'
  | 'needs-verification'
  | 'needs-review'
  | 'holds'
  | 'does-not-hold'
  | 'information';

export interface NodeResult {
  readonly node: string;
  readonly applies: Truth;
  readonly judgement: Judgement;
  readonly basis: 'rule' | 'clock' | 'answer' | 'override' | 'scope' | 'none';
  /** Facts whose statement would decide it. */
  readonly missing: readonly string[];
  readonly trace?: Trace;
  readonly deadlines: readonly Deadline[];
  readonly evidence?: 'none' | 'expired' | 'not-yet';
}
export interface Evaluation {
  readonly assessment: string;
  readonly instrument: string;
  readonly instrumentVersion: string;
  readonly calendar: string;
  readonly parameters: Parameters;
  readonly engine: string;
  readonly asOf: Day;
  readonly inScope: Truth;
  readonly facts: Facts;
  readonly problems: readonly FactProblem[];
  readonly results: readonly NodeResult[];
  readonly deadlines: readonly Deadline[];
  readonly counts: Readonly<Record<Judgement, number>>;
}

export const engineVersion = '0.1.0';

/** @throws {RangeError} for an instrument on which no case may be built (a draft). */
export function startAssessment(
  open: OpenInstrument,
  about: { readonly id: string; readonly subject: Assessment['subject']; readonly parameters?: Parameters },
): Assessment {
  if (!isSelectable(open.instrument))
    throw new RangeError(
      `instrument: expected one that is or was in force, got ${open.instrument.id} (${open.instrument.rank})`,
    );
  const parameters = chooseParameters(open, about.parameters);
  return {
    id: about.id,
    subject: about.subject,
    instrument: open.instrument.id,
    parameters,
    statements: [],
    answers: {},
    overrides: {},
    events: [],
  };
}

/** Records an answer with the hash of the text it answers. @throws {RangeError} for a node that is not there or takes no answer. */
export function answer(
  open: OpenInstrument,
  assessment: Assessment,
  node: string,
  given: Omit<Answer, 'textHash'>,
): Assessment {
  const target = open.nodes.get(node);
  if (!target) throw new RangeError(`node: expected one of ${open.instrument.id}, got ${node}`);
  if (target.type !== 'checklist')
    throw new RangeError(`${node}: expected a checklist node, got one of type ${target.type}`);
  const textHash = open.hashes.get(node) as string;
  return { ...assessment, answers: { ...assessment.answers, [node]: { ...given, textHash } } };
}

/** @throws {RangeError} for an unknown node, a missing reason or a missing name. */
export function markNotApplicable(
  open: OpenInstrument,
  assessment: Assessment,
  node: string,
  override: Override,
): Assessment {
  if (!open.nodes.has(node)) throw new RangeError(`node: expected one of ${open.instrument.id}, got ${node}`);
  if (override.reason.trim() === '' || override.by.trim() === '')
    throw new RangeError(`${node}: expected a reason and a name for “not applicable”, got none`);
  return { ...assessment, overrides: { ...assessment.overrides, [node]: override } };
}

export function state(assessment: Assessment, statement: FactStatement): Assessment {
  return { ...assessment, statements: [...assessment.statements, statement] };
}

export function record(assessment: Assessment, event: ComplianceEvent): Assessment {
  return { ...assessment, events: [...assessment.events, event] };
}

/** What a yes or a no means for a node, by its polarity. */
export function judgementOfAnswer(node: Node, yes: boolean): 'conform' | 'major' {
  return (node.polarity === 'must-not') !== yes ? 'conform' : 'major';
}

function evidenceState(evidence: readonly Evidence[], day: Day): 'valid' | 'none' | 'expired' | 'not-yet' {
  if (evidence.length === 0) return 'none';
  const today = dayNumber(day);
  if (
    evidence.some(
      (each) =>
        dayNumber(each.effectiveFrom) <= today &&
        (each.effectiveTo === undefined || today <= dayNumber(each.effectiveTo)),
    )
  )
    return 'valid';
  return evidence.some((each) => dayNumber(each.effectiveFrom) > today) ? 'not-yet' : 'expired';
}

const nothing = { missing: [], deadlines: [] } as const;

function judgeAnswer(
  node: Node,
  given: Answer | undefined,
  hash: string,
  day: Day,
): Pick<NodeResult, 'judgement' | 'basis' | 'evidence'> {
  if (!given) return { judgement: 'not-assessed', basis: 'none' };
  if (given.textHash !== hash) return { judgement: 'needs-review', basis: 'answer' };
  if (given.judgement !== 'conform') return { judgement: given.judgement, basis: 'answer' };
  const evidence = evidenceState(given.evidence, day);
  if (evidence !== 'valid') return { judgement: 'needs-evidence', basis: 'answer', evidence };
  // A high-severity check is closed by what somebody verified, never by a claim alone.
  if (node.severity === 'high' && given.standing === 'claimed')
    return { judgement: 'needs-verification', basis: 'answer' };
  return { judgement: 'conform', basis: 'answer' };
}

function judgeExecutable(
  node: Node,
  scope: { facts: Facts; parameters: Parameters },
  own: readonly Deadline[],
): Omit<NodeResult, 'node' | 'applies'> {
  const breached = own.some((each) => each.status === 'overdue' || each.status === 'late');
  const tested = node.rule ?? node.when;
  if (!tested) {
    if (own.length === 0) return { judgement: 'does-not-hold', basis: 'clock', missing: [], deadlines: own };
    const undecided = own.filter((each) => each.status === 'undecided').flatMap((each) => each.missing);
    if (!breached && undecided.length > 0)
      return { judgement: 'undecided', basis: 'clock', missing: [...new Set(undecided)], deadlines: own };
    return { judgement: breached ? 'major' : 'conform', basis: 'clock', missing: [], deadlines: own };
  }
  const truth = evaluate(tested, scope);
  const trace = explain(tested, scope);
  if (truth === null)
    return { judgement: 'undecided', basis: 'rule', missing: undecidedFacts(trace), trace, deadlines: own };
  if (node.rule)
    return { judgement: truth && !breached ? 'conform' : 'major', basis: 'rule', missing: [], trace, deadlines: own };
  return { judgement: truth ? 'holds' : 'does-not-hold', basis: 'rule', missing: [], trace, deadlines: own };
}

/** Everything the engine can say about an assessment on a day. Pure: equal input, equal answer. */
export function evaluateAssessment(
  open: OpenInstrument,
  assessment: Assessment,
  at: { readonly asOf: string; readonly calendar: OpenCalendar },
): Evaluation {
  const asOf = dayOfInstant(at.asOf);
  const parameters = { ...open.parameters, ...assessment.parameters };
  const { facts, problems } = factsOn(open, assessment.statements, asOf, parameters);
  const scope = { facts, parameters };
  const { scope: inScopeRule } = open.instrument;
  const inScope: Truth = inScopeRule ? evaluate(inScopeRule, scope) : true;
  const clocks = deadlines(open, {
    events: assessment.events,
    facts,
    parameters,
    calendar: at.calendar,
    asOf: at.asOf,
  });
  const byNode = new Map<string, Deadline[]>();
  for (const each of clocks) byNode.set(each.node, [...(byNode.get(each.node) ?? []), each]);
  const counts: Record<string, number> = {};
  const applicability = new Map<
    string,
    { readonly truth: Truth; readonly missing: readonly string[]; readonly trace?: Trace }
  >();
  const results = open.instrument.nodes.map((node): NodeResult => {
    // A node applies when its parent does and its own predicate holds; parents come first in the file.
    const parent = node.parent === undefined ? undefined : applicability.get(node.parent);
    const above = parent ?? {
      truth: inScope,
      missing: inScope === null && inScopeRule ? undecidedFacts(explain(inScopeRule, scope)) : [],
    };
    let own: { readonly truth: Truth; readonly missing: readonly string[]; readonly trace?: Trace } = above;
    // An obligation's own predicate is judged per event, with the event's data.
    if (node.applies && !node.obligation && above.truth !== false) {
      const truth = evaluate(node.applies, scope);
      const trace = explain(node.applies, scope);
      own =
        truth === false
          ? { truth, missing: [], trace }
          : {
              truth: above.truth === null ? null : truth,
              missing: [...above.missing, ...undecidedFacts(trace)],
              trace,
            };
    }
    applicability.set(node.id, own);
    const override = assessment.overrides[node.id];
    const base = { node: node.id, applies: own.truth };
    if (override) return { ...base, ...nothing, judgement: 'not-applicable', basis: 'override' };
    if (own.truth === false)
      return {
        ...base,
        ...nothing,
        judgement: 'not-applicable',
        basis: 'scope',
        ...(own.trace ? { trace: own.trace } : {}),
      };
    if (node.type === 'information' || node.type === 'missing')
      return { ...base, ...nothing, judgement: 'information', basis: 'none' };
    if (own.truth === null)
      return {
        ...base,
        ...nothing,
        judgement: 'undecided',
        basis: 'scope',
        missing: own.missing,
        ...(own.trace ? { trace: own.trace } : {}),
      };
    if (node.type === 'executable') return { ...base, ...judgeExecutable(node, scope, byNode.get(node.id) ?? []) };
    return {
      ...base,
      ...nothing,
      ...judgeAnswer(node, assessment.answers[node.id], open.hashes.get(node.id) ?? '', asOf),
    };
  });
  for (const { judgement } of results) counts[judgement] = (counts[judgement] ?? 0) + 1;
  return {
    assessment: assessment.id,
    instrument: open.instrument.id,
    instrumentVersion: open.instrument.version,
    calendar: `${at.calendar.id}@${at.calendar.version}`,
    parameters,
    engine: engineVersion,
    asOf,
    inScope,
    facts,
    problems,
    results,
    deadlines: clocks,
    counts: counts as Readonly<Record<Judgement, number>>,
  };
}

/** How much would still stand on a later day if nobody did anything: answers whose evidence is then valid. */
export function readiness(
  open: OpenInstrument,
  assessment: Assessment,
  at: { readonly asOf: string; readonly calendar: OpenCalendar },
): { readonly ready: number; readonly applicable: number; readonly lapsing: readonly string[] } {
  const { results } = evaluateAssessment(open, assessment, at);
  const checks = results.filter(
    (each) => open.nodes.get(each.node)?.type === 'checklist' && each.judgement !== 'not-applicable',
  );
  return {
    ready: checks.filter((each) => each.judgement === 'conform').length,
    applicable: checks.length,
    lapsing: checks.filter((each) => each.evidence === 'expired').map((each) => each.node),
  };
}

export interface MoveReport {
  readonly kept: readonly string[];
  readonly review: readonly string[];
  /** Answers to nodes the new text no longer has; they stay in the assessment and are shown. */
  readonly orphaned: readonly string[];
  readonly added: readonly string[];
}

/** Moves an assessment to another version. Every answer stays; those to a changed text will be judged `needs-review`. */
export function moveAssessment(
  from: OpenInstrument,
  to: OpenInstrument,
  assessment: Assessment,
): { readonly assessment: Assessment; readonly report: MoveReport } {
  if (assessment.instrument !== from.instrument.id)
    throw new RangeError(`assessment: expected one of ${from.instrument.id}, got one of ${assessment.instrument}`);
  if (!isSelectable(to.instrument))
    throw new RangeError(
      `instrument: expected one that is or was in force, got ${to.instrument.id} (${to.instrument.rank})`,
    );
  const answered = Object.keys(assessment.answers);
  const report: MoveReport = {
    kept: answered.filter((id) => assessment.answers[id]?.textHash === to.hashes.get(id)),
    review: answered.filter((id) => to.nodes.has(id) && assessment.answers[id]?.textHash !== to.hashes.get(id)),
    orphaned: answered.filter((id) => !to.nodes.has(id)),
    added: to.instrument.nodes.map((node) => node.id).filter((id) => !from.nodes.has(id)),
  };
  const parameters = Object.fromEntries(
    Object.entries(assessment.parameters).filter(([id]) => id in to.parameters),
  ) as Record<string, Value>;
  return {
    assessment: { ...assessment, instrument: to.instrument.id, parameters: { ...to.parameters, ...parameters } },
    report,
  };
}
