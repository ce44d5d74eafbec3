/**
 * The catalogue of shared data: published from here, and fetched and decrypted in this browser.
 * @module
 */

import { fill } from '@hedun/sdk';
import {
  Alert,
  Button,
  DataTable,
  downloadFile,
  EmptyView,
  ErrorView,
  Fields,
  formatBytes,
  Input,
  OrganisationName,
  PageFrame,
  RecordHead,
  refresh,
  Section,
  Skeleton,
  Space,
  StatusTag,
  Table,
  TimeText,
  useClient,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useQueryClient,
  useSession,
  useWrite,
} from '@hedun/ui';
import { lazy, Suspense, useState } from 'react';
import type { z } from 'zod';
import { type Exchange, exchange } from '../../capability.ts';
import type { ObjectView } from '../../shapes.ts';
import { useLanguage } from '../parts/language.ts';

type Shared = z.output<typeof ObjectView>;
/** The catalogue is read more often than published to: what encrypts comes when it is asked for. */
const PublishDialog = lazy(async () => ({ default: (await import('../parts/PublishDialog.tsx')).PublishDialog }));

function State({ object }: { readonly object: Shared }) {
  const t = useMessages(exchange);
  return object.status === 'published' ? (
    <StatusTag tone="good">{t.statusPublished}</StatusTag>
  ) : (
    <StatusTag tone="neutral">{t.statusWithdrawn}</StatusTag>
  );
}

export function Page() {
  const t = useMessages(exchange);
  const language = useLanguage();
  const mayPublish = usePermission('exchange.unit');
  const [publishing, setPublishing] = useState(false);
  const action = { title: t.publish, run: () => setPublishing(true) };
  return (
    <PageFrame title={t.objects} fill>
      <DataTable<Shared>
        capability={exchange}
        list="listObjects"
        defaultSort="-createdAt"
        emptyText={t.noObjects}
        emptyAction={
          mayPublish && (
            <Button type="primary" onClick={action.run}>
              {t.publish}
            </Button>
          )
        }
        {...(mayPublish ? { create: action } : {})}
        columns={[
          { id: 'title', title: t.fileTitle, narrow: 'title', render: (row) => row.title },
          {
            id: 'sentence',
            title: t.whoMay,
            width: 420,
            sort: null,
            narrow: 'line',
            render: (row) => row.sentence[language],
          },
          {
            id: 'plainSize',
            title: t.sizePlain,
            width: 110,
            align: 'right',
            render: (row) => formatBytes(row.plainSize, language),
          },
          {
            id: 'status',
            title: t.status,
            width: 100,
            filterValue: (row) => row.status,
            render: (row) => <State object={row} />,
          },
          {
            id: 'organisationId',
            title: t.organisation,
            width: 160,
            sort: null,
            render: (row) => <OrganisationName id={row.organisationId} />,
          },
          { id: 'createdAt', title: t.createdAt, width: 160, render: (row) => <TimeText at={row.createdAt} /> },
        ]}
        detail={(id) => <Detail id={id} />}
      />
      {publishing && (
        <Suspense fallback={null}>
          <PublishDialog onClose={() => setPublishing(false)} />
        </Suspense>
      )}
    </PageFrame>
  );
}

function Detail({ id }: { readonly id: string }) {
  const t = useMessages(exchange);
  const language = useLanguage();
  const feedback = useFeedback();
  const session = useSession();
  const query = useOperation<Exchange, 'getObject'>(exchange, 'getObject', { objectId: id });
  const rekey = useWrite<Exchange, 'rekeyObject'>(exchange, 'rekeyObject');
  const withdraw = useWrite<Exchange, 'withdrawObject'>(exchange, 'withdrawObject');
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { object, accesses } = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        over={object.fileName}
        title={object.title}
        tags={<State object={object} />}
        actions={
          object.publishedBy === session.user.id && object.status === 'published' ? (
            <>
              <Button
                onClick={() =>
                  feedback.confirm({
                    title: t.rekey,
                    text: t.rekeySure,
                    verb: t.rekey,
                    onYes: () => rekey.mutate({ objectId: id }, { onError: feedback.failure }),
                  })
                }
              >
                {t.rekey}
              </Button>
              <Button
                danger
                onClick={() =>
                  feedback.confirm({
                    title: t.withdraw,
                    text: t.withdrawSure,
                    verb: t.withdraw,
                    onYes: () => withdraw.mutate({ objectId: id }, { onError: feedback.failure }),
                  })
                }
              >
                {t.withdraw}
              </Button>
            </>
          ) : null
        }
      />
      <Alert type="info" title={object.sentence[language]} description={<code>{object.policy}</code>} />
      <FetchAndOpen object={object} />
      <Fields
        rows={[
          [t.publisher, object.publisherName],
          [t.organisation, <OrganisationName key="organisation" id={object.organisationId} />],
          [t.sizePlain, formatBytes(object.plainSize, language)],
          [t.sizeStored, formatBytes(object.storedSize, language)],
          [t.suite, object.suite],
          [t.storage, object.storage === 'folder' ? t.storageFolder : object.storage.toUpperCase()],
          [t.headerVersion, String(object.headerVersion)],
        ]}
      />
      <Section title={t.accesses}>
        {accesses.length === 0 ? (
          <EmptyView kind="nothing-yet" title={t.noAccesses} />
        ) : (
          <Table
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={[...accesses]}
            columns={[
              { title: t.applicant, dataIndex: 'userName' },
              { title: t.purpose, dataIndex: 'purpose' },
              {
                title: t.status,
                render: (_, row) => (
                  <StatusTag tone={row.outcome === 'permitted' ? 'good' : 'bad'}>
                    {row.outcome === 'permitted' ? t.permitted : t.refused}
                  </StatusTag>
                ),
              },
              { title: t.requestedAt, render: (_, row) => <TimeText at={row.at} /> },
            ]}
          />
        )}
      </Section>
    </div>
  );
}

/** Asks for the address, checks what comes, decrypts here. */
function FetchAndOpen({ object }: { readonly object: Shared }) {
  const t = useMessages(exchange);
  const client = useClient<Exchange>(exchange);
  const queries = useQueryClient();
  const session = useSession();
  const may = usePermission('exchange.unit');
  const [purpose, setPurpose] = useState('');
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ readonly type: 'success' | 'error' | 'warning'; readonly text: string } | null>(
    null,
  );
  if (!may || object.status !== 'published') return null;
  const run = async () => {
    setBusy(true);
    setTold(null);
    try {
      const { openFile, pairHere, save } = await import('../parts/holder.ts');
      const pair = pairHere(session.user.id);
      const fetched = await client.fetchObject({ objectId: object.id, purpose: purpose.trim() });
      if (!fetched.permitted || !fetched.file || !fetched.header || !fetched.cid)
        return setTold({
          type: 'error',
          text:
            fetched.reason === 'withdrawn'
              ? t.refusedWithdrawn
              : fetched.reason === 'policy_not_met' || fetched.reason === 'policy_not_satisfied'
                ? t.refusedPolicy
                : fill(t.refusedOther, { reason: fetched.reason ?? '' }),
        });
      if (!pair) return setTold({ type: 'warning', text: t.noKeyHere });
      const { keys } = await client.myKeys({});
      const key = keys.find(({ authorityId }) => authorityId === object.authorityId);
      if (!key) return setTold({ type: 'warning', text: t.notIssued });
      const bytes = await downloadFile(fetched.file.id);
      save(
        await openFile(pair, key, { cid: fetched.cid, header: fetched.header, bytes }, object.mediaType),
        object.fileName,
      );
      setTold({ type: 'success', text: t.opened });
    } catch (error) {
      // A refusal of the server says itself what it is; anything else is a file or a key that does not open.
      const isServer = error instanceof Error && 'status' in error;
      setTold({ type: 'error', text: isServer ? error.message : t.cannotOpen });
    } finally {
      setBusy(false);
      await refresh(queries, exchange.id);
    }
  };
  return (
    <Space orientation="vertical" style={{ width: '100%', margin: '12px 0' }}>
      <Space.Compact style={{ width: '100%' }}>
        <Input
          aria-label={t.purpose}
          placeholder={`${t.purpose}（${t.purposeHint}）`}
          value={purpose}
          maxLength={500}
          onChange={({ target }) => setPurpose(target.value)}
        />
        <Button type="primary" loading={busy} disabled={purpose.trim() === ''} onClick={() => void run()}>
          {busy ? t.opening : t.fetchAndOpen}
        </Button>
      </Space.Compact>
      {told && <Alert type={told.type} title={told.text} role="status" />}
    </Space>
  );
}
