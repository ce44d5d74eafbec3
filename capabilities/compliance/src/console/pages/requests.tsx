/**
 * Sharing requests: the list with its clocks, and one request with its steps and how each day was counted.
 * @module
 */
import {
  Button,
  ErrorView,
  Fields,
  Link,
  OperationDialog,
  OperationList,
  PageFrame,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  useMessages,
  useOperation,
  usePermission,
  useSession,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import { Clocks } from '../parts/Clocks.tsx';
import { Events } from '../parts/Events.tsx';
import { Steps } from '../parts/Steps.tsx';
import { toneOf, useWords } from '../parts/words.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const words = useWords();
  if (recordId)
    return (
      <PageFrame title={words({ zh: '共享申请', en: 'Sharing request' })}>
        <RequestDetail id={recordId} />
      </PageFrame>
    );
  return (
    <OperationList
      capability={compliance}
      list="listRequests"
      columns={['title', 'requester', 'provider', 'statusTitle', 'dueOn', 'clock', 'createdAt']}
      detail={(id) => <RequestDetail id={id} />}
    />
  );
}

function RequestDetail({ id }: { readonly id: string }) {
  const t = useMessages(compliance);
  const words = useWords();
  const query = useOperation<Compliance, 'getRequest'>(compliance, 'getRequest', { id });
  const step = useWrite<Compliance, 'stepRequest'>(compliance, 'stepRequest');
  const record = useWrite<Compliance, 'recordRequestEvent'>(compliance, 'recordRequestEvent');
  const mayShare = usePermission('compliance.unit');
  const { user } = useSession();
  const [disputing, setDisputing] = useState(false);
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { summary, body, steps, deadlines, events, recordable, disputes } = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        title={summary.title}
        tags={
          <>
            <StatusTag tone="accent">{summary.statusTitle}</StatusTag>
            {(summary.clock === 'overdue' || summary.clock === 'late') && (
              <StatusTag tone={toneOf(summary.clock)}>{t[summary.clock]}</StatusTag>
            )}
          </>
        }
        actions={<Steps steps={steps} take={(taken) => step.mutateAsync({ id, ...taken } as never)} />}
      />
      <Fields
        rows={[
          [t.requester, summary.requester],
          [t.provider, summary.provider],
          [words({ zh: '使用依据', en: 'Basis' }), String(body.basis ?? '')],
          [words({ zh: '使用场景', en: 'Scenario' }), String(body.scenario ?? '')],
          [words({ zh: '使用范围', en: 'Scope' }), String(body.scope ?? '')],
          [words({ zh: '使用时限', en: 'Duration' }), String(body.duration ?? '')],
        ]}
      />
      <Section title={t.clocks}>
        <Clocks deadlines={deadlines} />
      </Section>
      <Events
        events={events}
        forms={recordable}
        mayRecord={mayShare}
        withMatter
        record={(event) => record.mutateAsync({ id, ...event } as never)}
      />
      <Section
        title={t.disputes}
        actions={
          mayShare && (
            <Button size="small" onClick={() => setDisputing(true)}>
              {t.openDispute}
            </Button>
          )
        }
      >
        {disputes.length === 0 && <p className="hd-faint">{t.noDispute}</p>}
        <Fields
          rows={disputes.map((each) => [
            each.statusTitle,
            <Link key={each.id} to={`/compliance/disputes/${each.id}` as never}>
              {each.outcome ? `${each.claim} → ${each.outcome}` : each.claim}
            </Link>,
          ])}
        />
      </Section>
      <OperationDialog
        capability={compliance as Compliance}
        operation="openDispute"
        open={disputing}
        preset={{ requestId: id }}
        initial={{ organisationId: user.organisationId }}
        onCancel={() => setDisputing(false)}
        onDone={() => setDisputing(false)}
      />
    </div>
  );
}
