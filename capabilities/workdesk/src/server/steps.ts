/**
 * Which steps of the loop are open now and for whom. The kernel's case guards the order; this says what a person may press.
 * @module
 */
import type { CaseStatus } from '@hedun/sdk';
import type { z } from 'zod';
import type { NoticeFinding, NoticeRow, noticeSteps } from '../shapes.ts';
import type { Here } from './here.ts';

type Status = z.infer<typeof CaseStatus>;
type Step = (typeof noticeSteps)[number];

const unitSteps: Partial<Record<Status, readonly Step[]>> = {
  issued: ['sign'],
  acknowledged: ['submit', 'extend'],
  remediating: ['submit', 'extend'],
  returned: ['submit', 'extend'],
};
const officeSteps: Partial<Record<Status, readonly Step[]>> = {
  remediating: ['recheck'],
  submitted: ['recheck', 'verify', 'return'],
  verified: ['archive'],
};

export function stepsOf(status: Status, notice: NoticeRow, context: Here): Step[] {
  const waiting = notice.extensions.at(-1)?.decision === 'waiting';
  const unit = context.can('workdesk.unit')
    ? (unitSteps[status] ?? []).filter((step) => step !== 'extend' || !waiting)
    : [];
  const office = context.can('workdesk.issue') ? (officeSteps[status] ?? []) : [];
  const decide: Step[] =
    waiting && context.can('workdesk.issue') && unitSteps[status]?.includes('extend') ? ['decide'] : [];
  return [...unit, ...decide, ...office];
}

/** What stands between a submitted fix and its verification. */
export function waitingFor(status: Status, findings: readonly NoticeFinding[]): string[] {
  if (status !== 'submitted') return [];
  if (findings.some(({ verdict }) => verdict === 'still-there')) return ['workdesk.still_there'];
  return findings.some(({ verdict }) => verdict !== 'gone') ? ['workdesk.proof_missing'] : [];
}
