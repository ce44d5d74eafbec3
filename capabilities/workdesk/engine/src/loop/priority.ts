/**
 * How urgent a weakness is, from what is known about it, with the reasons. Four levels; nothing is weighed that is not named.
 * @module
 */
import type { Severity } from '../scans/types.ts';

export interface Known {
  readonly severity: Severity;
  /** CVSS base score, or null. */
  readonly cvss: number | null;
  /** On the list of weaknesses known to be exploited. */
  readonly exploited: boolean;
  /** 等级保护 level of the system, or null. */
  readonly protectionLevel: number | null;
  /** It was fixed before and came back. */
  readonly recurrences: number;
}
export type Reason = 'exploited' | 'cvss-critical' | 'severity' | 'protection-level' | 'recurrence';
export interface Priority {
  /** 1 at once … 4 when convenient. */
  readonly level: 1 | 2 | 3 | 4;
  readonly reasons: readonly Reason[];
}

const bySeverity = { critical: 1, high: 2, medium: 3, low: 4, info: 4 } as const;

/**
 * A weakness attackers use is first whatever its score (CISA BOD 22-01 asks for the same order). Otherwise the severity decides, with a
 * CVSS of 9 or more counted as critical; a system of protection level 3 or above and a recurrence each move it up by one.
 */
export function priorityOf(known: Known): Priority {
  if (known.exploited) return { level: 1, reasons: ['exploited'] };
  const reasons: Reason[] = ['severity'];
  let level: number = bySeverity[known.severity];
  if (known.cvss !== null && known.cvss >= 9 && level > 1) {
    level = 1;
    reasons.push('cvss-critical');
  }
  if (level > 1 && known.severity !== 'info') {
    if ((known.protectionLevel ?? 0) >= 3) {
      level -= 1;
      reasons.push('protection-level');
    }
    if (known.recurrences > 0 && level > 1) {
      level -= 1;
      reasons.push('recurrence');
    }
  }
  return { level: level as Priority['level'], reasons };
}
