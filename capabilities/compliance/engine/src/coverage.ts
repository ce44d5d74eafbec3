/**
 * How far an instrument is executable and tested: every node by type, the cases per executable id, the boundary cases made from its
 * predicates. An executable id without a case that holds and one that does not is named, never averaged away.
 * @module
 */
import type { OpenCalendar } from '@hedun/workdays';
import { boundaryCases, predicatesOf } from './boundaries.ts';
import { type CaseOutcome, type CasesFile, runCase } from './cases.ts';
import type { OpenInstrument } from './instrument.ts';

export interface NodeCoverage {
  readonly node: string;
  readonly positive: number;
  readonly negative: number;
  readonly boundary: number;
  readonly failed: number;
}
export interface Coverage {
  readonly instrument: string;
  readonly name: string;
  readonly rank: string;
  readonly articles: number;
  readonly leaves: number;
  readonly executable: number;
  readonly checklist: number;
  readonly information: number;
  readonly missing: number;
  /** One entry per executable node. */
  readonly nodes: readonly NodeCoverage[];
  readonly untested: readonly string[];
  readonly outcomes: readonly CaseOutcome[];
}

export function coverage(open: OpenInstrument, files: readonly CasesFile[], calendar: OpenCalendar): Coverage {
  const { instrument } = open;
  const outcomes = files
    .filter((file) => file.instrument === instrument.id)
    .flatMap((file) => file.cases.map((each) => runCase(open, each, calendar)));
  const executable = instrument.nodes.filter((node) => node.type === 'executable');
  const nodes = executable.map((node): NodeCoverage => {
    const own = outcomes.filter((outcome) => outcome.case.node === node.id);
    const predicates = predicatesOf(instrument, node);
    return {
      node: node.id,
      positive: own.filter((outcome) => outcome.passed && outcome.polarity === 'positive').length,
      negative: own.filter((outcome) => outcome.passed && outcome.polarity === 'negative').length,
      boundary: predicates.reduce(
        (sum, predicate) => sum + boundaryCases(predicate, open.facts, open.parameters).length,
        0,
      ),
      failed: own.filter((outcome) => !outcome.passed).length,
    };
  });
  const parents = new Set(instrument.nodes.flatMap((node) => node.parent ?? []));
  const ofType = (type: string) => instrument.nodes.filter((node) => node.type === type).length;
  return {
    instrument: instrument.id,
    name: instrument.name,
    rank: instrument.rank,
    articles: instrument.nodes.filter((node) => node.kind === 'article').length,
    leaves: instrument.nodes.filter((node) => (node.kind === 'check' || node.kind === 'unit') && !parents.has(node.id))
      .length,
    executable: executable.length,
    checklist: ofType('checklist'),
    information: ofType('information'),
    missing: ofType('missing'),
    nodes,
    untested: nodes
      .filter((each) => each.positive === 0 || each.negative === 0 || each.failed > 0)
      .map((each) => each.node),
    outcomes,
  };
}
