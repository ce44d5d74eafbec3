/**
 * What belongs to the holder: the pair of keys of this browser, attributes asked for and granted, keys that came.
 * @module
 */
import {
  Alert,
  Button,
  EmptyView,
  ErrorView,
  Form,
  OperationDialog,
  PageFrame,
  Section,
  Select,
  Skeleton,
  Space,
  StatusTag,
  Table,
  TimeText,
  Upload,
  useFeedback,
  useMessages,
  useOperation,
  useSession,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import type { z } from 'zod';
import { type Exchange, exchange } from '../../capability.ts';
import { type GrantRow, grantStatusWords } from '../../shapes.ts';
import { importPair, makePair, pairHere, save, toBase64 } from '../parts/holder.ts';
import { useLanguage } from '../parts/language.ts';
import { toneOf } from '../parts/tones.ts';

export function Page() {
  const t = useMessages(exchange);
  const [asking, setAsking] = useState(false);
  const query = useOperation<Exchange, 'myGrants'>(exchange, 'myGrants', {});
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <PageFrame
      title={t.mine}
      actions={
        <Button type="primary" onClick={() => setAsking(true)}>
          {t.request}
        </Button>
      }
    >
      <Pair registered={query.data.publicKey} />
      <Grants grants={query.data.grants} />
      <Keys />
      {asking && <RequestDialog onClose={() => setAsking(false)} />}
    </PageFrame>
  );
}

function Pair({ registered }: { readonly registered: string | null }) {
  const t = useMessages(exchange);
  const session = useSession();
  const feedback = useFeedback();
  const register = useWrite<Exchange, 'registerHolder'>(exchange, 'registerHolder');
  const [pair, setPair] = useState(() => pairHere(session.user.id));
  const here = pair ? toBase64(pair.publicKey) : null;
  const isRegistered = here !== null && here === registered;
  const use = () => {
    const used = pair ?? makePair(session.user.id);
    setPair(used);
    register.mutate({ publicKey: toBase64(used.publicKey) }, { onError: feedback.failure });
  };
  return (
    <Space orientation="vertical" style={{ width: '100%', marginBottom: 16 }}>
      <Alert
        type={isRegistered ? 'success' : 'warning'}
        title={isRegistered ? t.pairHere : registered && here !== registered ? t.pairElsewhere : t.pairMissing}
      />
      <Space>
        {!isRegistered && (
          <Button type="primary" loading={register.isPending} onClick={use}>
            {registered ? t.replacePair : t.makePair}
          </Button>
        )}
        {pair && (
          <Button
            onClick={() =>
              save(new Blob([`${toBase64(pair.privateKey)}\n`], { type: 'text/plain' }), 'hedun-holder.key')
            }
          >
            {t.exportPair}
          </Button>
        )}
        <Upload
          maxCount={1}
          showUploadList={false}
          beforeUpload={(file) => {
            // Read here, sent nowhere.
            void (file as unknown as File).text().then((text) => {
              try {
                setPair(importPair(session.user.id, text));
                feedback.success(t.imported);
              } catch {
                feedback.failure(new RangeError(t.notAPair));
              }
            });
            return false;
          }}
        >
          <Button>{t.importPair}</Button>
        </Upload>
      </Space>
    </Space>
  );
}

function Grants({ grants }: { readonly grants: readonly z.output<typeof GrantRow>[] }) {
  const t = useMessages(exchange);
  const language = useLanguage();
  if (grants.length === 0) return <EmptyView kind="nothing-yet" title={t.noGrants} />;
  return (
    <Section title={t.mine}>
      <Table
        size="small"
        rowKey="id"
        pagination={false}
        scroll={{ x: 700 }}
        dataSource={[...grants]}
        columns={[
          { title: t.attribute, dataIndex: 'attributeName' },
          { title: t.value, dataIndex: 'value' },
          {
            title: t.status,
            render: (_, row) => (
              <StatusTag tone={toneOf[row.status]}>{grantStatusWords[row.status][language]}</StatusTag>
            ),
          },
          { title: t.decision, render: (_, row) => row.decision ?? '—' },
          { title: t.expiresOn, render: (_, row) => row.expiresOn ?? '—' },
          { title: t.requestedAt, render: (_, row) => <TimeText at={row.requestedAt} /> },
        ]}
      />
    </Section>
  );
}

function Keys() {
  const t = useMessages(exchange);
  const query = useOperation<Exchange, 'myKeys'>(exchange, 'myKeys', {});
  if (query.isPending) return <Skeleton rows={2} />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Section title={t.keys}>
      {query.data.keys.length === 0 ? (
        <EmptyView kind="nothing-yet" title={t.noKeys} />
      ) : (
        <Table
          size="small"
          rowKey="authorityId"
          pagination={false}
          dataSource={[...query.data.keys]}
          columns={[
            { title: t.authority, dataIndex: 'authority' },
            { title: t.keyIssued, render: (_, row) => <TimeText at={row.issuedAt} /> },
          ]}
        />
      )}
    </Section>
  );
}

/** The attribute is chosen from the directory; the rest of the form is the operation's. */
function RequestDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useMessages(exchange);
  const language = useLanguage();
  const directory = useOperation<Exchange, 'listAttributes'>(exchange, 'listAttributes', {});
  return (
    <OperationDialog
      capability={exchange as Exchange}
      operation="requestAttribute"
      open
      omit={['attributeId']}
      onCancel={onClose}
      onDone={onClose}
    >
      <Form.Item name="attributeId" label={t.attribute} rules={[{ required: true }]}>
        <Select
          aria-label={t.attribute}
          placeholder={t.choose}
          options={(directory.data?.items ?? []).map(({ id, name, title, options }) => ({
            value: id,
            label: `${title[language]}（${name}）${options.length > 0 ? `：${options.map(({ value }) => value).join('、')}` : ''}`,
          }))}
        />
      </Form.Item>
    </OperationDialog>
  );
}
