/**
 * When a filing (备案) runs out, and who is told before: pure, the day is an argument.
 * @module
 */
import { type Day, dayNumber } from '@hedun/workdays';

/** Days before the end on which the unit is told; the morning of the last day is the last time. */
export const filingNoticeDays = [30, 15, 7, 3, 1, 0] as const;

export type FilingDuty =
  | { readonly kind: 'expiring'; readonly left: number }
  | { readonly kind: 'expired'; readonly days: number };

const daysBetween = (from: Day, to: Day) => dayNumber(to) - dayNumber(from);

/**
 * What is to be said today about a filing that ends on `expiresOn` (its last valid day), given the day on which it was last spoken of. A day without
 * the round is made up for on the next; after the end once a week, so that an old filing does not drown the others.
 */
export function filingDuty(expiresOn: Day | null, told: Day | null, today: Day): FilingDuty | null {
  if (expiresOn === null || told === today) return null;
  const left = daysBetween(today, expiresOn);
  if (left < 0) {
    const since = told === null || told <= expiresOn ? null : daysBetween(told, today);
    return since === null || since >= 7 ? { kind: 'expired', days: -left } : null;
  }
  const step = filingNoticeDays.findLast((days) => days >= left);
  if (step === undefined) return null;
  // Told already inside this step: the step begins `step` days before the end.
  return told !== null && daysBetween(told, expiresOn) <= step ? null : { kind: 'expiring', left };
}
