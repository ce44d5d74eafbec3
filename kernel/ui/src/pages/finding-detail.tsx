/**
 * One finding: what is claimed and how bad, the evidence, what to do, what has happened. The verbs are the operations on findings.
 * @module
 */
import type { Finding } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Link } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { OperationDialog } from '../form/OperationForm.tsx';
import { useRun, useRunnable } from '../form/use-run.tsx';
import { ErrorView } from '../parts/ErrorView.tsx';
import { FileLink } from '../parts/FileLink.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { Fields, RecordHead, Section } from '../parts/PageFrame.tsx';
import { NounStatus, SeverityTag } from '../parts/SeverityTag.tsx';
import { Skeleton } from '../parts/states.tsx';
import { Timeline } from '../parts/Timeline.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { type OutputOf, useOperation } from '../platform/api.ts';
import { type DeclaredOperation, useOperationsOn } from '../platform/registry.tsx';
import { formatTime } from '../texts/format.ts';
import { useSay, useText } from '../texts/index.ts';
import { caseFrom } from './case-rules.ts';
import { findingVerbs } from './finding-rules.ts';
import { useKindTitles } from './words.tsx';

type FindingRecord = OutputOf<Kernel, 'getFinding'>;

export function FindingDetail({ id }: { readonly id: string }) {
  const query = useOperation<Kernel, 'getFinding'>(kernel, 'getFinding', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={id} record={query.data} />;
}

function Loaded({ record }: { readonly record: FindingRecord }) {
  const { finding } = record;
  const t = useText();
  const say = useSay();
  const run = useRun();
  const kindTitle = useKindTitles('findingKinds');
  const [merging, setMerging] = useState(false);
  const all = useRunnable(useOperationsOn('finding'), [finding.id]);
  const allowed = findingVerbs[finding.status];
  const rank = ({ capability, name }: DeclaredOperation) => (capability.id === 'kernel' ? allowed.indexOf(name) : 99);
  const verbs = all
    .filter(({ operation }) => rank(operation) >= 0)
    .sort((a, b) => rank(a.operation) - rank(b.operation));
  return (
    <div className="hd-record">
      <RecordHead
        over={kindTitle(finding.kind)}
        title={finding.title}
        tags={
          <>
            <SeverityTag severity={finding.severity} />
            <NounStatus noun="finding" status={finding.status} />
            <span className="hd-faint">
              {t.lastFound} <TimeText at={finding.lastSeenAt} />
            </span>
          </>
        }
        actions={
          <>
            {verbs.map(({ operation, preset }, index) => (
              <Button
                key={operation.id}
                type={index === 0 ? 'primary' : 'default'}
                onClick={() => run({ operation, preset, initial: initialOf(operation, finding, t.caseTitleOf) })}
              >
                {say(operation.operation.title)}
              </Button>
            ))}
            {verbs.length > 0 && <Button onClick={() => setMerging(true)}>{t.mergeOthers}</Button>}
          </>
        }
      />
      <Body record={record} />
      <OperationDialog
        capability={kernel as Kernel}
        operation="mergeFindings"
        title={t.mergeInto(finding.title)}
        open={merging}
        preset={{ id: finding.id }}
        only={['ids']}
        onCancel={() => setMerging(false)}
        onDone={() => setMerging(false)}
      />
    </div>
  );
}

function initialOf(operation: DeclaredOperation, finding: Finding, titleOf: (title: string, count: number) => string) {
  if (operation.id === 'kernel.openCase') return caseFrom([finding], titleOf);
  return operation.id === 'kernel.setFindingSeverity' ? { severity: finding.severity } : {};
}

function Body({ record }: { readonly record: FindingRecord }) {
  const { finding, asset, evidence, timeline, mergedFrom } = record;
  const t = useText();
  return (
    <>
      {finding.dismissal && <Dismissal dismissal={finding.dismissal} />}
      {finding.mergedInto && (
        <Alert
          type="info"
          showIcon
          title={<Link to={`/findings/${finding.mergedInto}` as never}>{t.mergedAway}</Link>}
        />
      )}
      <Fields
        rows={[
          [t.asset, asset && <Link to={`/assets/${asset.id}` as never}>{asset.name}</Link>],
          [t.owner, <OrganisationName key="o" id={finding.organisationId} />],
          [t.case, finding.caseId && <Link to={`/cases/${finding.caseId}` as never}>{t.openCaseLink}</Link>],
          [t.sources, finding.sources.map((source) => (source.startsWith('person:') ? t.byHand : source)).join(', ')],
          [t.confidence, `${Math.round(finding.confidence * 100)}%`],
          [t.firstFound, <TimeText key="f" at={finding.firstSeenAt} exact />],
          [t.occurrences, t.occurrencesText(finding.occurrences, finding.recurrences)],
          mergedFrom.length > 0 ? [t.mergedFrom, String(mergedFrom.length)] : null,
        ]}
      />
      {finding.references.length > 0 && (
        <Section title={t.references}>
          <div className="hd-references">
            {finding.references.map((reference) => (
              <span key={`${reference.kind}:${reference.id}`} className="hd-reference">
                <small>{reference.kind.toUpperCase()}</small>
                <code>{reference.id}</code>
              </span>
            ))}
          </div>
        </Section>
      )}
      {finding.description && (
        <Section title={t.description}>
          <div className="hd-prose">{finding.description}</div>
        </Section>
      )}
      <Section title={t.evidence}>
        {evidence.length === 0 && Object.keys(finding.attributes).length === 0 && (
          <p className="hd-faint">{t.noEvidence}</p>
        )}
        {evidence.map((file) => (
          <FileLink key={file.id} file={file} />
        ))}
        {Object.keys(finding.attributes).length > 0 && (
          <pre className="hd-code-box">{JSON.stringify(finding.attributes, null, 2)}</pre>
        )}
      </Section>
      {finding.remediation && (
        <Section title={t.remediation}>
          <div className="hd-prose">{finding.remediation}</div>
        </Section>
      )}
      <Section title={t.history}>
        <Timeline entries={timeline} />
      </Section>
    </>
  );
}

function Dismissal({ dismissal }: { readonly dismissal: NonNullable<Finding['dismissal']> }) {
  const t = useText();
  return (
    <Alert
      type="info"
      showIcon
      title={`${t.dismissedBecause}${t.colon}${t[`dismissal_${dismissal.reason}`]}`}
      description={
        <>
          <div className="hd-prose">{dismissal.note}</div>
          <div className="hd-faint">
            {dismissal.expiresAt ? t.validUntil(formatTime(dismissal.expiresAt, false)) : t.validForever}
          </div>
        </>
      }
    />
  );
}
