/**
 * What the parts of the workspace are given, and how its risks go back to the server.
 * @module
 */
import type { Instrument } from '@hedun/compliance';
import type { AssessmentDetail } from '../../shapes.ts';

export interface Shown {
  readonly detail: AssessmentDetail;
  readonly instrument: Instrument;
}

/** The list of risks as the operation takes it: who confirmed a mitigation is the server's to say. */
export function statedRisks(detail: AssessmentDetail) {
  return (detail.sheet?.risks ?? []).map(({ mitigation, ...each }) => ({
    ...each,
    ...(mitigation ? { mitigation: { id: mitigation.id, evidence: [...mitigation.evidence] } } : {}),
  }));
}
