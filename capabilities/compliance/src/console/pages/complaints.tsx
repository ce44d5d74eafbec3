/**
 * Complaints of citizens and organisations about data sharing: the list, and one complaint with its answer.
 * @module
 */
import {
  Button,
  ErrorView,
  Fields,
  OperationDialog,
  OperationList,
  PageFrame,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  useMessages,
  useOperation,
  usePermission,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import { Clocks } from '../parts/Clocks.tsx';
import { useWords } from '../parts/words.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const words = useWords();
  if (recordId)
    return (
      <PageFrame title={words({ zh: '投诉举报', en: 'Complaint' })}>
        <ComplaintDetail id={recordId} />
      </PageFrame>
    );
  return (
    <OperationList
      capability={compliance}
      list="listComplaints"
      create="receiveComplaint"
      columns={['title', 'complainant', 'organisationId', 'statusTitle', 'receivedAt']}
      detail={(id) => <ComplaintDetail id={id} />}
    />
  );
}

function ComplaintDetail({ id }: { readonly id: string }) {
  const t = useMessages(compliance);
  const mayAnswer = usePermission('compliance.unit');
  const [answering, setAnswering] = useState(false);
  const query = useOperation<Compliance, 'getComplaint'>(compliance, 'getComplaint', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const complaint = query.data;
  const waiting = complaint.status === 'received';
  return (
    <div className="hd-record">
      <RecordHead
        title={complaint.title}
        tags={<StatusTag tone={waiting ? 'warn' : 'good'}>{complaint.statusTitle}</StatusTag>}
        actions={
          waiting &&
          mayAnswer && (
            <Button type="primary" onClick={() => setAnswering(true)}>
              {t.answerIt}
            </Button>
          )
        }
      />
      <Fields
        rows={[
          [t.complainant, complaint.complainant],
          [t.channel, complaint.channel],
          [t.receivedAt, <TimeText key="at" at={complaint.receivedAt} />],
          [t.complaintText, complaint.text],
          [t.outcome, complaint.outcome ?? '—'],
        ]}
      />
      <Section title={t.clocks}>
        <Clocks deadlines={complaint.deadlines} />
      </Section>
      <OperationDialog
        capability={compliance as Compliance}
        operation="answerComplaint"
        open={answering}
        preset={{ id }}
        onCancel={() => setAnswering(false)}
        onDone={() => setAnswering(false)}
      />
    </div>
  );
}
