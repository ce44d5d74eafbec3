/**
 * The authority's page: the directory of attributes, applications to decide, grants to revoke.
 * @module
 */
import {
  Button,
  DataTable,
  EmptyView,
  ErrorView,
  Form,
  Input,
  OperationDialog,
  PageFrame,
  Section,
  Select,
  Skeleton,
  Space,
  StatusTag,
  Table,
  TimeText,
  useMessages,
  useOperation,
  usePermission,
  useSession,
} from '@hedun/ui';
import { useState } from 'react';
import type { z } from 'zod';
import { type Exchange, exchange } from '../../capability.ts';
import { attributeKindWords, type GrantRow, grantStatusWords } from '../../shapes.ts';
import { useLanguage } from '../parts/language.ts';
import { toneOf } from '../parts/tones.ts';

type Grant = z.output<typeof GrantRow>;
type Asked =
  | { readonly operation: 'createAuthority' | 'defineAttribute'; readonly preset?: undefined }
  | {
      readonly operation: 'grantAttribute' | 'refuseAttribute' | 'revokeAttribute';
      readonly preset: { readonly grantId: string };
    };

export function Page() {
  const t = useMessages(exchange);
  const mayGovern = usePermission('exchange.govern');
  const mayDecide = usePermission('exchange.authority');
  const { user } = useSession();
  const [asked, setAsked] = useState<Asked | null>(null);
  const authorities = useOperation<Exchange, 'listAuthorities'>(exchange, 'listAuthorities', {});
  const close = () => setAsked(null);
  return (
    <PageFrame
      title={t.attributes}
      actions={
        <Space>
          {mayGovern && <Button onClick={() => setAsked({ operation: 'createAuthority' })}>{t.createAuthority}</Button>}
          {mayDecide && (authorities.data?.items.length ?? 0) > 0 && (
            <Button type="primary" onClick={() => setAsked({ operation: 'defineAttribute' })}>
              {t.define}
            </Button>
          )}
        </Space>
      }
    >
      {authorities.data?.items.length === 0 && <EmptyView kind="nothing-yet" title={t.noAuthority} />}
      <Directory />
      <Section title={t.applications}>
        <Applications mayDecide={mayDecide} onAsk={setAsked} />
      </Section>
      {asked && (
        <OperationDialog
          capability={exchange as Exchange}
          operation={asked.operation}
          open
          {...(asked.preset ? { preset: asked.preset } : {})}
          {...(asked.operation === 'createAuthority' ? { initial: { organisationId: user.organisationId } } : {})}
          {...(asked.operation === 'defineAttribute' ? { omit: ['authorityId', 'title', 'options'] } : {})}
          prepare={(values) => (asked.operation === 'defineAttribute' ? whole(values) : values)}
          onCancel={close}
          onDone={close}
        >
          {asked.operation === 'defineAttribute' && <AttributeFields authorities={authorities.data?.items ?? []} />}
        </OperationDialog>
      )}
    </PageFrame>
  );
}

/** One title serves both languages until someone writes the other; values are their own titles. */
function whole(values: Record<string, unknown>): Record<string, unknown> {
  const { label, words, ...rest } = values as { label?: string; words?: readonly string[] } & Record<string, unknown>;
  const both = (text: string) => ({ 'zh-CN': text, en: text });
  return { ...rest, title: both(label ?? ''), options: (words ?? []).map((value) => ({ value, title: both(value) })) };
}
function AttributeFields({
  authorities,
}: {
  readonly authorities: readonly { readonly id: string; readonly name: string }[];
}) {
  const t = useMessages(exchange);
  return (
    <>
      <Form.Item name="authorityId" label={t.authority} rules={[{ required: true }]} initialValue={authorities[0]?.id}>
        <Select aria-label={t.authority} options={authorities.map(({ id, name }) => ({ value: id, label: name }))} />
      </Form.Item>
      <Form.Item name="label" label={t.title} rules={[{ required: true }]}>
        <Input aria-label={t.title} maxLength={120} />
      </Form.Item>
      <Form.Item name="words" label={t.options}>
        <Select aria-label={t.options} mode="tags" open={false} suffixIcon={null} />
      </Form.Item>
    </>
  );
}

function Directory() {
  const t = useMessages(exchange);
  const language = useLanguage();
  const query = useOperation<Exchange, 'listAttributes'>(exchange, 'listAttributes', {});
  if (query.isPending) return <Skeleton rows={3} />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Section title={t.directory}>
      {query.data.items.length === 0 ? (
        <EmptyView kind="nothing-yet" title={t.noAttributes} />
      ) : (
        <Table
          size="small"
          rowKey="id"
          pagination={false}
          scroll={{ x: 640 }}
          dataSource={[...query.data.items]}
          columns={[
            { title: t.name, render: (_, row) => <code>{row.name}</code> },
            { title: t.title, render: (_, row) => row.title[language] },
            { title: t.kind, render: (_, row) => attributeKindWords[row.kind][language] },
            { title: t.options, render: (_, row) => row.options.map(({ value }) => value).join('、') || '—' },
            { title: t.epoch, align: 'right', render: (_, row) => row.epoch },
          ]}
        />
      )}
    </Section>
  );
}

function Applications({ mayDecide, onAsk }: { readonly mayDecide: boolean; readonly onAsk: (asked: Asked) => void }) {
  const t = useMessages(exchange);
  const language = useLanguage();
  const ask = (operation: 'grantAttribute' | 'refuseAttribute' | 'revokeAttribute', grantId: string) => (
    <Button size="small" type="link" onClick={() => onAsk({ operation, preset: { grantId } })}>
      {operation === 'grantAttribute' ? t.grant : operation === 'refuseAttribute' ? t.refuse : t.revoke}
    </Button>
  );
  return (
    <DataTable<Grant>
      capability={exchange}
      list="listGrants"
      defaultSort="-requestedAt"
      emptyText={t.noApplications}
      columns={[
        { id: 'userName', title: t.applicant, width: 140, narrow: 'title', render: (row) => row.userName },
        {
          id: 'attributeName',
          title: t.attribute,
          width: 140,
          narrow: 'line',
          render: (row) => <code>{row.attributeName}</code>,
        },
        { id: 'value', title: t.value, width: 140, sort: null, render: (row) => row.value },
        { id: 'reason', title: t.reason, sort: null, render: (row) => row.reason || '—' },
        {
          id: 'status',
          title: t.status,
          width: 110,
          filterValue: (row) => row.status,
          render: (row) => <StatusTag tone={toneOf[row.status]}>{grantStatusWords[row.status][language]}</StatusTag>,
        },
        { id: 'requestedAt', title: t.requestedAt, width: 160, render: (row) => <TimeText at={row.requestedAt} /> },
        {
          id: 'verbs',
          title: t.verbs,
          width: 140,
          sort: null,
          render: (row) =>
            mayDecide && row.status === 'requested' ? (
              <Space>
                {ask('grantAttribute', row.id)}
                {ask('refuseAttribute', row.id)}
              </Space>
            ) : mayDecide && row.status === 'granted' ? (
              ask('revokeAttribute', row.id)
            ) : null,
        },
      ]}
    />
  );
}
