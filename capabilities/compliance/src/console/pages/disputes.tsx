/**
 * Disputes about sharing: the list, and one dispute with its steps up to the government’s decision.
 * @module
 */
import {
  ErrorView,
  Fields,
  Link,
  OperationList,
  OrganisationName,
  PageFrame,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  useMessages,
  useOperation,
  useWrite,
} from '@hedun/ui';
import { type Compliance, compliance } from '../../capability.ts';
import { Steps } from '../parts/Steps.tsx';
import { useWords } from '../parts/words.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const words = useWords();
  if (recordId)
    return (
      <PageFrame title={words({ zh: '共享争议', en: 'Sharing dispute' })}>
        <DisputeDetail id={recordId} />
      </PageFrame>
    );
  return (
    <OperationList
      capability={compliance}
      list="listDisputes"
      columns={['title', 'claim', 'statusTitle', 'updatedAt']}
      detail={(id) => <DisputeDetail id={id} />}
    />
  );
}

function DisputeDetail({ id }: { readonly id: string }) {
  const t = useMessages(compliance);
  const words = useWords();
  const query = useOperation<Compliance, 'getDispute'>(compliance, 'getDispute', { id });
  const step = useWrite<Compliance, 'stepDispute'>(compliance, 'stepDispute');
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const dispute = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        title={dispute.title}
        tags={<StatusTag tone={dispute.steps.length === 0 ? 'good' : 'accent'}>{dispute.statusTitle}</StatusTag>}
        actions={<Steps steps={dispute.steps} take={(taken) => step.mutateAsync({ id, ...taken } as never)} />}
      />
      <Fields
        rows={[
          [words({ zh: '提出部门', en: 'Opened by' }), <OrganisationName key="by" id={dispute.openedBy} />],
          [
            words({ zh: '共享申请', en: 'Request' }),
            <Link key="request" to={`/compliance/requests/${dispute.requestId}` as never}>
              {dispute.title}
            </Link>,
          ],
          [t.claim, dispute.claim],
          [t.outcome, dispute.outcome ?? '—'],
        ]}
      />
      <Section title={t.handling}>
        {dispute.history.length === 0 ? (
          <p className="hd-faint">{t.noEvents}</p>
        ) : (
          <ol>
            {dispute.history.map((each) => (
              <li key={`${each.at} ${each.title}`}>
                {`${each.title} · ${each.role} · `}
                <TimeText at={each.at} />
              </li>
            ))}
          </ol>
        )}
      </Section>
    </div>
  );
}
