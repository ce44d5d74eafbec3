/**
 * What nobody answers for yet, and the networks and domains that decide it for the future.
 * @module
 */
import {
  Button,
  DataTable,
  ErrorView,
  OperationDialog,
  OrganisationName,
  PageFrame,
  RecordHead,
  Section,
  Segmented,
  SeverityTag,
  Skeleton,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useUrlState,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { InboxTarget } from '../../shapes.ts';

/** The address bar cannot hold an empty id. */
const noAddress = '-';

export function Page() {
  const t = useMessages(workdesk);
  const may = usePermission('workdesk.write');
  const [{ show }, change] = useUrlState('show');
  const [adding, setAdding] = useState(false);
  const toolbar = (
    <Segmented
      value={show || 'inbox'}
      onChange={(next) => change({ show: String(next) })}
      options={[
        { value: 'inbox', label: t.inbox },
        { value: 'ranges', label: t.ranges },
      ]}
    />
  );
  return (
    <PageFrame title={t.inbox} fill>
      {show === 'ranges' ? (
        <DataTable<{ id: string; value: string; organisationId: string; note: string; createdAt: string }>
          key="ranges"
          capability={workdesk}
          list="listRanges"
          toolbar={toolbar}
          columns={[
            { id: 'value', title: '', narrow: 'title', render: ({ value }) => <code>{value}</code> },
            {
              id: 'organisationId',
              title: t.unit,
              width: 220,
              narrow: 'line',
              render: ({ organisationId }) => <OrganisationName id={organisationId} />,
            },
            { id: 'note', title: '', width: 240, narrow: 'none' },
            { id: 'id', title: '', width: 90, narrow: 'none', render: ({ id }) => may && <RemoveRange id={id} /> },
          ]}
          {...(may ? { create: { title: t.addRange, run: () => setAdding(true) } } : {})}
        />
      ) : (
        <DataTable<InboxTarget>
          key="inbox"
          capability={workdesk}
          list="listInbox"
          toolbar={toolbar}
          emptyText={t.noInbox}
          rowId={({ target }) => target || noAddress}
          columns={[
            {
              id: 'target',
              title: '',
              narrow: 'title',
              render: ({ target }) => (target ? <code>{target}</code> : t.noAddress),
            },
            { id: 'findings', title: '', width: 90, align: 'right', narrow: 'line' },
            {
              id: 'worst',
              title: '',
              width: 110,
              narrow: 'line',
              render: ({ worst }) => <SeverityTag severity={worst} />,
            },
            { id: 'sources', title: '', width: 160, narrow: 'none' },
            {
              id: 'lastSeenAt',
              title: '',
              width: 150,
              narrow: 'line',
              render: ({ lastSeenAt }) => <TimeText at={lastSeenAt} />,
            },
          ]}
          detail={(id) => <TargetDetail target={id === noAddress ? '' : id} />}
        />
      )}
      <OperationDialog
        capability={workdesk as Workdesk}
        operation="saveRange"
        open={adding}
        onCancel={() => setAdding(false)}
        onDone={() => setAdding(false)}
      />
    </PageFrame>
  );
}

function RemoveRange({ id }: { readonly id: string }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const remove = useWrite<Workdesk, 'removeRange'>(workdesk, 'removeRange');
  return (
    <Button
      size="small"
      type="link"
      loading={remove.isPending}
      onClick={() => remove.mutate({ id }, { onError: (error) => feedback.failure(error) })}
    >
      {t.remove}
    </Button>
  );
}

function TargetDetail({ target }: { readonly target: string }) {
  const t = useMessages(workdesk);
  const may = usePermission('workdesk.write');
  const [verb, setVerb] = useState<'assignTarget' | 'dropTarget' | null>(null);
  const query = useOperation<Workdesk, 'getInboxTarget'>(workdesk, 'getInboxTarget', { target });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className="hd-record">
      <RecordHead
        title={target || t.noAddress}
        actions={
          may && (
            <>
              <Button type="primary" onClick={() => setVerb('assignTarget')}>
                {t.assign}
              </Button>
              <Button onClick={() => setVerb('dropTarget')}>{t.drop}</Button>
            </>
          )
        }
      />
      <Section title={t.findings}>
        <ul className="hd-plain-list">
          {query.data.items.map((each) => (
            <li key={each.id}>
              <SeverityTag severity={each.severity} />
              <span>{each.title}</span>
              <span className="hd-grow" />
              <span className="hd-faint">{each.source}</span>
            </li>
          ))}
        </ul>
      </Section>
      {verb && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={verb}
          open
          preset={{ target }}
          onCancel={() => setVerb(null)}
          onDone={() => setVerb(null)}
        />
      )}
    </div>
  );
}
