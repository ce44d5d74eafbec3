/**
 * One notice: where it stands, what is to be fixed, the papers, the history, and the one or two steps open from here. Made for a phone
 * first: the contact who must sign stands in a server room.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import {
  Alert,
  Button,
  Dropdown,
  EmptyView,
  ErrorView,
  Fields,
  FileLink,
  NounStatus,
  OperationDialog,
  OrganisationName,
  RecordHead,
  Section,
  SeverityTag,
  Skeleton,
  StatusTag,
  Steps,
  Tabs,
  Timeline,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { NoticeDetail } from '../../shapes.ts';
import { DueText } from './DueText.tsx';
import { FindingCards } from './FindingCards.tsx';

const way = ['issued', 'acknowledged', 'remediating', 'submitted', 'verified', 'archived'] as const;
const operations = {
  sign: 'signNotice',
  submit: 'submitFix',
  extend: 'requestExtension',
  decide: 'decideExtension',
  return: 'returnNotice',
  recheck: 'recheckNotice',
  verify: 'verifyNotice',
  archive: 'archiveNotice',
} as const;
type Step = keyof typeof operations;

export function NoticeRecord({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getNotice'>(workdesk, 'getNotice', { id }, { refreshMs: 5000 });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={id} record={query.data} />;
}

function Loaded({ record }: { readonly record: NoticeDetail }) {
  const { summary, notice, findings, steps } = record;
  const t = useMessages(workdesk);
  const [step, setStep] = useState<Step | null>(null);
  const mayWrite = usePermission('workdesk.unit');
  const mayIssue = usePermission('workdesk.issue');
  const at = way.indexOf((summary.status === 'returned' ? 'remediating' : summary.status) as (typeof way)[number]);
  const last = notice.rechecks.at(-1);
  const extension = notice.extensions.at(-1);
  return (
    <div className="hd-record">
      <RecordHead
        over={<code>{summary.number}</code>}
        title={summary.title}
        tags={
          <>
            <SeverityTag severity={summary.severity} />
            <NounStatus noun="case" status={summary.status} />
            {summary.escalation > 0 && <StatusTag tone="bad">{t.escalated({ count: summary.escalation })}</StatusTag>}
            <span className="hd-faint">
              {t.deadline} <DueText summary={summary} />
            </span>
          </>
        }
        actions={
          <>
            {steps.map((each, index) => (
              <Button
                key={each}
                type={index === 0 ? 'primary' : 'default'}
                danger={each === 'return'}
                onClick={() => setStep(each)}
              >
                {t[`step_${each}`]}
              </Button>
            ))}
            {(mayWrite || mayIssue) && <Papers id={summary.id} />}
          </>
        }
      />
      <Steps
        className="hd-case-steps"
        size="small"
        current={at}
        status={summary.status === 'returned' ? 'error' : summary.status === 'archived' ? 'finish' : 'process'}
        items={way.map((status) => ({ title: t[`way_${status}`] }))}
        responsive={false}
        type="dot"
        titlePlacement="vertical"
      />
      {extension?.decision === 'waiting' && (
        <Alert
          type="info"
          showIcon
          title={t.extensionWaiting({ days: extension.workdays, reason: extension.reason })}
        />
      )}
      {last && (
        <Alert
          type={last.stillThere.length > 0 ? 'error' : last.notCovered.length > 0 ? 'warning' : 'success'}
          showIcon
          title={t.rechecked({ gone: last.gone.length, still: last.stillThere.length, open: last.notCovered.length })}
          description={
            mayIssue && record.waiting[0]
              ? record.waiting[0] === 'workdesk.still_there'
                ? t.stillThere
                : t.proofMissing
              : undefined
          }
        />
      )}
      <Tabs
        items={[
          {
            key: 'findings',
            label: `${t.findings} ${findings.length}`,
            children: (
              <div className="hd-stack">
                <FindingCards findings={findings} />
                <Section title={t.requirement}>
                  <div className="hd-prose">{notice.requirement}</div>
                </Section>
                <Fields
                  rows={[
                    [t.unit, <OrganisationName key="u" id={notice.organisationId} />],
                    [t.issuer, notice.issuerName],
                    [
                      t.deadline,
                      <span key="d">
                        <DueText summary={summary} />{' '}
                        <span className="hd-faint">{t.workdays({ count: notice.workdays })}</span>
                      </span>,
                    ],
                    notice.signedAt
                      ? [
                          t.signed,
                          <span key="s">
                            {notice.signedBy} <TimeText at={notice.signedAt} exact />
                          </span>,
                        ]
                      : null,
                    notice.measures ? [t.measures, notice.measures] : null,
                    notice.opinion ? [t.opinion, notice.opinion] : null,
                  ]}
                />
              </div>
            ),
          },
          { key: 'papers', label: t.papers, children: <Files record={record} /> },
          { key: 'history', label: t.history, children: <History id={summary.id} /> },
        ]}
      />
      {step && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={operations[step]}
          open
          title={t[`step_${step}`]}
          submitText={t[`step_${step}`]}
          preset={{ id: summary.id }}
          {...(step === 'decide' ? { initial: { approve: true } } : {})}
          onCancel={() => setStep(null)}
          onDone={() => setStep(null)}
        />
      )}
    </div>
  );
}

/** The papers of the loop, drawn on demand and fetched at once. */
function Papers({ id }: { readonly id: string }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const write = useWrite<Workdesk, 'writeNotice'>(workdesk, 'writeNotice', {
    onDone: (file) => feedback.success(file.name, { action: <FileLink file={file} /> }),
  });
  const choices = (['notice', 'receipt'] as const).flatMap((document) =>
    (['pdf', 'docx'] as const).map((format) => ({
      key: `${document}-${format}`,
      label: `${document === 'notice' ? t.noticePaper : t.receiptPaper} ${format === 'pdf' ? 'PDF' : 'Word'}`,
      onClick: () => write.mutate({ id, document, format }, { onError: (error) => feedback.failure(error) }),
    })),
  );
  return (
    <Dropdown menu={{ items: choices }} trigger={['click']}>
      <Button loading={write.isPending}>{t.papers}</Button>
    </Dropdown>
  );
}

function Files({ record }: { readonly record: NoticeDetail }) {
  const t = useMessages(workdesk);
  const query = useOperation<Kernel, 'getCase'>(kernel, 'getCase', { id: record.summary.id });
  const attached = new Set(record.attachments.map(({ id }) => id));
  const evidence = (query.data?.evidence ?? []).filter(({ id }) => !attached.has(id));
  if (record.attachments.length + evidence.length === 0) return <EmptyView kind="nothing-yet" title={t.noPapers} />;
  return (
    <div className="hd-stack">
      {record.attachments.length > 0 && (
        <Section title={t.attachments}>
          {record.attachments.map((file) => (
            <FileLink key={file.id} file={file} />
          ))}
        </Section>
      )}
      {evidence.length > 0 && (
        <Section title={t.evidence}>
          {evidence.map((file) => (
            <FileLink key={file.id} file={file} />
          ))}
        </Section>
      )}
    </div>
  );
}

function History({ id }: { readonly id: string }) {
  const query = useOperation<Kernel, 'getCase'>(kernel, 'getCase', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Timeline entries={query.data.timeline} />;
}
