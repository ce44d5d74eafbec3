/**
 * How bad and how far: severity as colour, shape and word together (never colour alone), and the words of the life cycles.
 * @module
 */
import type { Severity } from '@hedun/sdk';
import { useText } from '../texts/index.ts';

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** One outline per level, so that the level is seen without colour. */
const shapes: Readonly<Record<Severity, string>> = {
  critical: 'M8 1l7 7-7 7-7-7z',
  high: 'M8 1.5l7 12.5H1z',
  medium: 'M2.5 2.5h11v11h-11z',
  low: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z',
  info: 'M2 7h12v2.5H2z',
};

export function SeverityShape({ severity, size = 10 }: { readonly severity: Severity; readonly size?: number }) {
  return (
    <svg
      className={`hd-shape hd-severity-${severity}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={shapes[severity]} fill="currentColor" />
    </svg>
  );
}

export function SeverityTag({ severity }: { readonly severity: Severity }) {
  const t = useText();
  return (
    <span className={`hd-severity hd-severity-${severity}`}>
      <SeverityShape severity={severity} />
      {t[`severity_${severity}`]}
    </span>
  );
}

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad';

export function StatusTag({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return <span className={`hd-status hd-tone-${tone}`}>{children}</span>;
}

const findingTones: Readonly<Record<string, Tone>> = {
  open: 'bad',
  triaged: 'warn',
  in_case: 'accent',
  fixed: 'good',
  verified: 'good',
  dismissed: 'neutral',
};
const caseTones: Readonly<Record<string, Tone>> = {
  drafted: 'neutral',
  issued: 'accent',
  acknowledged: 'accent',
  remediating: 'warn',
  submitted: 'accent',
  returned: 'bad',
  verified: 'good',
  archived: 'neutral',
};
const jobTones: Readonly<Record<string, Tone>> = {
  queued: 'neutral',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'neutral',
};
const otherTones: Readonly<Record<string, Tone>> = {
  planned: 'neutral',
  active: 'good',
  retired: 'neutral',
  invited: 'accent',
  locked: 'bad',
  disabled: 'neutral',
  delivered: 'good',
  queued: 'neutral',
  failed: 'bad',
  allowed: 'good',
  denied: 'bad',
};
const families = {
  finding: findingTones,
  case: caseTones,
  job: jobTones,
  asset: otherTones,
  user: otherTones,
  delivery: otherTones,
  audit: otherTones,
} as const;

/** The status of a noun in its fixed word and tone. */
export function NounStatus({ noun, status }: { readonly noun: keyof typeof families; readonly status: string }) {
  const t = useText() as unknown as Readonly<Record<string, string>>;
  return <StatusTag tone={families[noun][status] ?? 'neutral'}>{t[`${noun}_${status}`] ?? status}</StatusTag>;
}
