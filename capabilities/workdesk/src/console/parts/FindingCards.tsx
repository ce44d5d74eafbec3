/**
 * The findings of a notice, most urgent first: what, where, why it is urgent, what to do, what the re-check said.
 * @module
 */
import { Collapse, Link, marks, NounStatus, SeverityTag, StatusTag, type Tone, useMessages } from '@hedun/ui';
import { workdesk } from '../../capability.ts';
import type { NoticeFinding } from '../../shapes.ts';

const verdictTones: Readonly<Record<NonNullable<NoticeFinding['verdict']>, Tone>> = {
  gone: 'good',
  'still-there': 'bad',
  'other-tool': 'warn',
  'other-target': 'warn',
};
type ReasonKey = `reason_${'exploited' | 'cvss-critical' | 'severity' | 'protection-level' | 'recurrence'}`;

export function FindingCards({ findings }: { readonly findings: readonly NoticeFinding[] }) {
  const t = useMessages(workdesk);
  return (
    <Collapse
      size="small"
      items={findings.map((each) => ({
        key: each.id,
        label: (
          <span style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 10px', alignItems: 'center' }}>
            <SeverityTag severity={each.severity} />
            <span style={{ flex: '1 1 200px', minWidth: 0, overflowWrap: 'anywhere' }}>{each.title}</span>
            {each.recurrences > 0 && <StatusTag tone="bad">{t.recurred}</StatusTag>}
            {each.reasons.includes('exploited') && <StatusTag tone="bad">{t.exploited}</StatusTag>}
            {each.verdict ? (
              <StatusTag tone={verdictTones[each.verdict]}>{t[`verdict_${each.verdict}`]}</StatusTag>
            ) : (
              <NounStatus noun="finding" status={each.status} />
            )}
          </span>
        ),
        children: (
          <div className="hd-stack">
            <div style={{ overflowWrap: 'anywhere' }}>
              <code>{each.target}</code>
            </div>
            <div className="hd-faint">
              {t.priority({ level: each.priority })}
              {marks().colon}
              {each.reasons.map((reason) => t[`reason_${reason}` as ReasonKey]).join(marks().comma)}
              {each.references.length > 0 && ` · ${each.references.join(' ')}`}
              {` · ${each.sources.join(marks().comma)}`}
            </div>
            {each.remediation && <div className="hd-prose">{each.remediation}</div>}
            <Link to={`/findings/${each.id}` as never}>{t.history}</Link>
          </div>
        ),
      }))}
    />
  );
}
