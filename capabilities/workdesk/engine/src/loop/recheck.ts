/**
 * What a second scan says about the weaknesses of a notice. Absence proves a fix only where the same tool looked at the same target.
 * @module
 */
export interface Claimed {
  readonly id: string;
  /** Addresses and names under which it was reported. */
  readonly targets: readonly string[];
  /** Tools that reported it. */
  readonly sources: readonly string[];
}
export interface SecondScan {
  readonly source: string;
  /** Findings of the notice that this scan reports again. */
  readonly seen: ReadonlySet<string>;
  /** Targets that occur in the scan. */
  readonly targets: ReadonlySet<string>;
  /** Targets a person says the scan covered although it found nothing there; scanners do not list clean hosts. */
  readonly covered: readonly string[];
}
export type Verdict =
  | { readonly id: string; readonly verdict: 'gone' }
  | { readonly id: string; readonly verdict: 'still-there' }
  | { readonly id: string; readonly verdict: 'not-covered'; readonly why: 'other-tool' | 'other-target' };

export function judgeRecheck(claimed: readonly Claimed[], scan: SecondScan): readonly Verdict[] {
  const looked = new Set([...scan.targets, ...scan.covered].map((each) => each.toLowerCase()));
  return claimed.map(({ id, targets, sources }): Verdict => {
    if (scan.seen.has(id)) return { id, verdict: 'still-there' };
    if (!sources.includes(scan.source)) return { id, verdict: 'not-covered', why: 'other-tool' };
    return targets.length > 0 && targets.every((target) => looked.has(target.toLowerCase()))
      ? { id, verdict: 'gone' }
      : { id, verdict: 'not-covered', why: 'other-target' };
  });
}
