/**
 * One case: where it stands in the loop, what is to be fixed, who said what, and the steps open from here.
 * @module
 */
import type { CaseStatus } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Link } from '@tanstack/react-router';
import { Button, Steps, Tabs } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import { OperationDialog, OperationForm } from '../form/OperationForm.tsx';
import { useRun, useRunnable } from '../form/use-run.tsx';
import { ErrorView } from '../parts/ErrorView.tsx';
import { FileLink } from '../parts/FileLink.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { Fields, RecordHead, Section } from '../parts/PageFrame.tsx';
import { NounStatus, SeverityTag, StatusTag } from '../parts/SeverityTag.tsx';
import { EmptyView, Skeleton } from '../parts/states.tsx';
import { Timeline } from '../parts/Timeline.tsx';
import { DeadlineText, TimeText } from '../parts/TimeText.tsx';
import { type OutputOf, useOperation } from '../platform/api.ts';
import { useOperationsOn } from '../platform/registry.tsx';
import { usePermission } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';
import { isClosed } from './case-rules.ts';

type CaseRecord = OutputOf<Kernel, 'getCase'>;
type Status = z.output<typeof CaseStatus>;
/** The straight way of the loop; `returned` is a step back to remediating. */
const way: readonly Status[] = [
  'drafted',
  'issued',
  'acknowledged',
  'remediating',
  'submitted',
  'verified',
  'archived',
];
const evidenceSteps: readonly Status[] = ['submitted'];

export function CaseDetail({ id }: { readonly id: string }) {
  const query = useOperation<Kernel, 'getCase'>(kernel, 'getCase', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={id} record={query.data} />;
}

function Loaded({ record }: { readonly record: CaseRecord }) {
  const { case: current, findings, evidence, timeline, nextSteps } = record;
  const t = useText();
  const say = useSay();
  const run = useRun();
  const mayWrite = usePermission('case.write');
  const [step, setStep] = useState<Status | null>(null);
  const verbs = useRunnable(useOperationsOn('case'), [current.id]);
  const at = way.indexOf(current.status === 'returned' ? 'remediating' : current.status);
  return (
    <div className="hd-record">
      <RecordHead
        over={<code>{current.number}</code>}
        title={current.title}
        tags={
          <>
            <SeverityTag severity={current.severity} />
            <NounStatus noun="case" status={current.status} />
            {current.escalation > 0 && <StatusTag tone="bad">{t.escalated(current.escalation)}</StatusTag>}
            {current.dueAt && (
              <span className="hd-faint">
                {t.deadline} <DeadlineText at={current.dueAt} closed={isClosed(current)} />
              </span>
            )}
          </>
        }
        actions={
          <>
            {mayWrite &&
              nextSteps.map((next, index) => (
                <Button
                  key={next}
                  type={index === 0 ? 'primary' : 'default'}
                  danger={next === 'returned'}
                  onClick={() => setStep(next)}
                >
                  {t[`step_${next}`]}
                </Button>
              ))}
            {verbs.map(({ operation, preset }) => (
              <Button key={operation.id} onClick={() => run({ operation, preset })}>
                {say(operation.operation.title)}
              </Button>
            ))}
          </>
        }
      />
      <Steps
        className="hd-case-steps"
        size="small"
        current={at}
        status={current.status === 'returned' ? 'error' : isClosed(current) ? 'finish' : 'process'}
        items={way.map((status) => ({ title: t[`case_${status}`] }))}
        responsive={false}
        type="dot"
        titlePlacement="vertical"
      />
      <Tabs
        items={[
          {
            key: 'facts',
            label: t.facts,
            children: (
              <div className="hd-stack">
                <Fields
                  rows={[
                    [t.recipient, <OrganisationName key="r" id={current.organisationId} />],
                    [t.issuer, <OrganisationName key="i" id={current.issuerOrganisationId} />],
                    [t.openedAt, <TimeText key="o" at={current.openedAt} exact />],
                    current.closedAt ? [t.closedAt, <TimeText key="c" at={current.closedAt} exact />] : null,
                  ]}
                />
                {current.summary && (
                  <Section title={t.summary}>
                    <div className="hd-prose">{current.summary}</div>
                  </Section>
                )}
                <Section title={t.findingsIn(findings.length)}>
                  {findings.length === 0 && <p className="hd-faint">{t.noFindingsInCase}</p>}
                  <ul className="hd-plain-list">
                    {findings.map((finding) => (
                      <li key={finding.id}>
                        <SeverityTag severity={finding.severity} />
                        <Link to={`/findings/${finding.id}` as never}>{finding.title}</Link>
                        <span className="hd-grow" />
                        <NounStatus noun="finding" status={finding.status} />
                      </li>
                    ))}
                  </ul>
                </Section>
              </div>
            ),
          },
          {
            key: 'evidence',
            label: `${t.evidence} ${evidence.length || ''}`,
            children:
              evidence.length === 0 ? (
                <EmptyView kind="nothing-yet" title={t.noEvidence} />
              ) : (
                evidence.map((file) => <FileLink key={file.id} file={file} />)
              ),
          },
          {
            key: 'history',
            label: t.history,
            children: (
              <div className="hd-stack">
                {mayWrite && !isClosed(current) && (
                  <OperationForm<Kernel, 'commentCase'>
                    key={timeline.length}
                    capability={kernel}
                    operation="commentCase"
                    preset={{ id: current.id }}
                    omit={['evidenceIds']}
                    submitText={t.comment}
                  />
                )}
                <Timeline entries={timeline} />
              </div>
            ),
          },
        ]}
      />
      {step && (
        <OperationDialog
          capability={kernel as Kernel}
          operation="moveCase"
          open
          title={t[`step_${step}`]}
          submitText={t[`step_${step}`]}
          preset={{ id: current.id, to: step }}
          omit={evidenceSteps.includes(step) ? [] : ['evidenceIds']}
          onCancel={() => setStep(null)}
          onDone={() => setStep(null)}
        />
      )}
    </div>
  );
}
