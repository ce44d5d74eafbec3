/**
 * What follows from an assessment without anybody stating it: its score, and the counts its guards ask for.
 * @module
 */
import { type Facts, type OpenInstrument, type ScoreResult, score } from '@hedun/compliance';
import type { ScoreSheet } from '../shapes.ts';

export function scoreOf(open: OpenInstrument, sheet: ScoreSheet | null): ScoreResult | null {
  return sheet ? score(open.instrument, sheet.rules, sheet) : null;
}

/** The facts that guards ask for and nobody states: they follow from the assessment itself. */
export function guardFacts(
  open: OpenInstrument,
  facts: Facts,
  results: readonly { readonly node: string; readonly judgement: string }[],
  sheet: ScoreSheet | null,
): Facts {
  const waiting = ['not-assessed', 'undecided', 'needs-evidence', 'needs-verification', 'needs-review'];
  const checks = results.filter((each) => open.nodes.get(each.node)?.type === 'checklist');
  const result = scoreOf(open, sheet);
  return {
    ...facts,
    'checks.open': checks.filter((each) => waiting.includes(each.judgement)).length,
    'findings.open': checks.filter((each) => each.judgement === 'major' || each.judgement === 'minor').length,
    ...(result?.total === undefined ? {} : { score: result.total, openHighRisks: result.openHighRisks }),
  };
}
