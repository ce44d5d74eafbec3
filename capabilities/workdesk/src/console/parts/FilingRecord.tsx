/**
 * One filing: what is filed until when, every application with its differences and papers, and the steps open from here.
 * @module
 */
import {
  Button,
  ErrorView,
  Fields,
  FileLink,
  OperationDialog,
  OrganisationName,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import {
  decisionWords,
  type FilingDetail,
  filingActionWords,
  filingKindWords,
  filingStatusWords,
} from '../../filing-shapes.ts';
import { fieldTitle } from '../../register-words.ts';
import { Differences, useFieldValue } from './Differences.tsx';

export const filingStatusTones = { applied: 'accent', filed: 'good', refused: 'bad', retired: 'neutral' } as const;
const decisionTones = { waiting: 'accent', approved: 'good', refused: 'bad', withdrawn: 'neutral' } as const;
const changeOf = { system: 'fileSystem', domain: 'fileDomain', port: 'filePort' } as const;
type Dialog = 'decide' | 'change' | 'renew' | 'retire';

export function FilingRecord({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getFiling'>(workdesk, 'getFiling', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={`${id}-${query.data.filing.updatedAt}`} record={query.data} />;
}

function Loaded({ record: { filing, details, applications, steps } }: { readonly record: FilingDetail }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const written = useFieldValue();
  const feedback = useFeedback();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  const withdraw = useWrite<Workdesk, 'withdrawFiling'>(workdesk, 'withdrawFiling');
  const paper = useWrite<Workdesk, 'writeFiling'>(workdesk, 'writeFiling', {
    onDone: (file) => feedback.success(file.name, { action: <FileLink file={file} /> }),
  });
  const close = { onCancel: () => setDialog(null), onDone: () => setDialog(null) };
  const shown = Object.keys(details).length > 0 ? details : (applications[0]?.details ?? {});
  return (
    <div className="hd-record">
      <RecordHead
        over={<code>{filing.number || say(filingKindWords[filing.kind])}</code>}
        title={filing.subject}
        tags={
          <>
            <StatusTag tone="neutral">{say(filingKindWords[filing.kind])}</StatusTag>
            <StatusTag tone={filingStatusTones[filing.status]}>{say(filingStatusWords[filing.status])}</StatusTag>
            {filing.waiting && <StatusTag tone="accent">{say(filingActionWords[filing.waiting])}</StatusTag>}
            {filing.expired && <StatusTag tone="bad">{t.expired}</StatusTag>}
            {filing.expiresOn && <span className="hd-faint">{t.validTo({ day: filing.expiresOn })}</span>}
          </>
        }
        actions={steps.map((step, index) => (
          <Button
            key={step}
            type={index === 0 && step !== 'document' ? 'primary' : 'default'}
            danger={step === 'retire'}
            onClick={() =>
              step === 'withdraw'
                ? withdraw.mutate({ id: filing.id }, fail)
                : step === 'document'
                  ? paper.mutate({ id: filing.id, format: 'pdf' }, fail)
                  : setDialog(step)
            }
          >
            {t[`filingStep_${step}`]}
          </Button>
        ))}
      />
      <Fields rows={[[t.unit, <OrganisationName key="u" id={filing.organisationId} />]]} />
      <Section title={t.filedDetails}>
        <Fields
          rows={Object.entries(shown).flatMap(([field, value]) =>
            field === 'assetId' || written(field, value) === ''
              ? []
              : [[say(fieldTitle(field)), written(field, value)] as const],
          )}
        />
      </Section>
      <Section title={t.applications}>
        <div className="hd-stack">
          {applications.map((each) => (
            <article key={each.id} className="hd-card">
              <div className="hd-record-tags">
                <strong>{say(filingActionWords[each.action])}</strong>
                <StatusTag tone={decisionTones[each.status]}>{say(decisionWords[each.status])}</StatusTag>
                <TimeText at={each.appliedAt} />
              </div>
              <p>{t.appliedBy({ who: each.appliedBy, reason: each.reason })}</p>
              {each.action === 'change' && <Differences rows={each.differences} />}
              {each.attachments.map((file) => (
                <FileLink key={file.id} file={file} />
              ))}
              {each.decidedBy && (
                <p className="hd-faint">{t.decidedBy({ who: each.decidedBy, opinion: each.opinion })}</p>
              )}
            </article>
          ))}
        </div>
      </Section>
      {dialog === 'decide' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="decideFiling"
          open
          title={t.filingStep_decide}
          submitText={t.filingStep_decide}
          preset={{ id: filing.id }}
          initial={{
            approve: true,
            expiresOn: applications.find(({ status }) => status === 'waiting')?.wantedUntil ?? undefined,
          }}
          {...close}
        />
      )}
      {dialog === 'change' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={changeOf[filing.kind]}
          open
          width={640}
          title={t.filingStep_change}
          submitText={t.filingStep_change}
          preset={{
            id: filing.id,
            organisationId: filing.organisationId,
            ...(filing.assetId ? { assetId: filing.assetId } : {}),
          }}
          initial={{ ...details }}
          {...close}
        />
      )}
      {(dialog === 'renew' || dialog === 'retire') && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={dialog === 'renew' ? 'renewFiling' : 'retireFiling'}
          open
          preset={{ id: filing.id }}
          {...close}
        />
      )}
    </div>
  );
}
