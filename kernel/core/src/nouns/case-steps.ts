/**
 * The loop of a case as data: which step follows which, and whose step it is.
 * @module
 */
import type { Case } from '@hedun/sdk';

export type CaseStatus = Case['status'];

export const caseSteps: Readonly<Record<CaseStatus, readonly CaseStatus[]>> = {
  drafted: ['issued'],
  issued: ['acknowledged'],
  acknowledged: ['remediating'],
  remediating: ['submitted'],
  submitted: ['returned', 'verified'],
  returned: ['remediating', 'submitted'],
  verified: ['archived'],
  archived: [],
};

/** Steps of the organisation that issued the case; the others are the recipient's. */
export const issuerSteps: ReadonlySet<CaseStatus> = new Set(['issued', 'returned', 'verified', 'archived']);
/** After these nothing is open any more. */
export const endedCases: ReadonlySet<CaseStatus> = new Set(['verified', 'archived']);
