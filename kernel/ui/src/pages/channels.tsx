/**
 * Where notices go besides the console: mail, webhooks, chat robots; and what became of each delivery.
 * @module
 */
import { PlusOutlined } from '@ant-design/icons';
import { channelWords, type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button, Form, Input, Modal, Select, Switch } from 'antd';
import { useMemo, useState } from 'react';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { OrganisationName, OrganisationSelect } from '../parts/organisations.tsx';
import { NounStatus, StatusTag } from '../parts/SeverityTag.tsx';
import { EmptyView, Skeleton } from '../parts/states.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { type OutputOf, useOperation, useWrite } from '../platform/api.ts';
import { usePermission, useSession } from '../platform/session.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/DataTable.tsx';
import { useSay, useText } from '../texts/index.ts';

type Channel = OutputOf<Kernel, 'listChannels'>['items'][number];
type Delivery = OutputOf<Kernel, 'listDeliveries'>['items'][number];
type ChannelKind = Channel['kind'];

/** What each kind of channel needs; secrets come back masked and stay as they are unless typed anew. */
const configFields: Readonly<
  Record<ChannelKind, readonly { readonly name: string; readonly secret?: boolean; readonly optional?: boolean }[]>
> = {
  email: [
    { name: 'host' },
    { name: 'port' },
    { name: 'from' },
    { name: 'to', optional: true },
    { name: 'user', optional: true },
    { name: 'password', secret: true, optional: true },
  ],
  webhook: [{ name: 'url' }, { name: 'secret', secret: true }],
  wecom: [{ name: 'url', secret: true }],
  dingtalk: [
    { name: 'url', secret: true },
    { name: 'secret', secret: true, optional: true },
  ],
  feishu: [
    { name: 'url', secret: true },
    { name: 'secret', secret: true, optional: true },
  ],
};

export function Channels() {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const mayWrite = usePermission('setting.write');
  const query = useOperation<Kernel, 'listChannels'>(kernel, 'listChannels', {});
  const test = useWrite<Kernel, 'testChannel'>(kernel, 'testChannel', { onDone: () => feedback.success(t.testSent) });
  const remove = useWrite<Kernel, 'deleteChannel'>(kernel, 'deleteChannel');
  const [draft, setDraft] = useState<Partial<Channel> | null>(null);
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  return (
    <div className="hd-stack hd-settings">
      {mayWrite && (
        <div className="hd-form-actions">
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setDraft({ kind: 'email', enabled: true })}>
            {t.newChannel}
          </Button>
        </div>
      )}
      {query.data.items.length === 0 && <EmptyView kind="nothing-yet" title={t.noChannels} text={t.noChannelsText} />}
      {query.data.items.map((channel) => (
        <article key={channel.id} className="hd-card hd-role">
          <header>
            <strong>{channel.name}</strong>
            <span className="hd-faint">{say(channelWords[channel.kind])}</span>
            <StatusTag tone={channel.enabled ? 'good' : 'neutral'}>{channel.enabled ? t.on : t.off}</StatusTag>
            <span className="hd-faint">
              <OrganisationName id={channel.organisationId} />
            </span>
            <span className="hd-grow" />
            {mayWrite && (
              <>
                <Button size="small" onClick={() => test.mutate({ id: channel.id }, fail)}>
                  {t.sendTest}
                </Button>
                <Button size="small" onClick={() => setDraft(channel)}>
                  {t.edit}
                </Button>
                <Button
                  size="small"
                  danger
                  onClick={() =>
                    feedback.confirm({
                      title: t.deleteChannel(channel.name),
                      text: t.deleteChannelText,
                      verb: t.delete,
                      onYes: () => remove.mutateAsync({ id: channel.id }).catch((error) => feedback.failure(error)),
                    })
                  }
                >
                  {t.delete}
                </Button>
              </>
            )}
          </header>
        </article>
      ))}
      {draft && <ChannelDialog draft={draft} onClose={() => setDraft(null)} />}
    </div>
  );
}

function ChannelDialog({ draft, onClose }: { readonly draft: Partial<Channel>; readonly onClose: () => void }) {
  const t = useText();
  const say = useSay();
  const words = t as unknown as Readonly<Record<string, string>>;
  const { user } = useSession();
  const feedback = useFeedback();
  const [kind, setKind] = useState<ChannelKind>(draft.kind ?? 'email');
  const save = useWrite<Kernel, 'saveChannel'>(kernel, 'saveChannel', {
    onDone: () => {
      feedback.success(t.saved);
      onClose();
    },
  });
  return (
    <Modal
      open
      title={draft.id ? t.editChannel : t.newChannel}
      footer={null}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      <Form
        layout="vertical"
        initialValues={{
          name: draft.name,
          organisationId: draft.organisationId ?? user.organisationId,
          enabled: draft.enabled ?? true,
          config: draft.config ?? {},
        }}
        onFinish={(values: {
          name: string;
          organisationId: string;
          enabled: boolean;
          config: Record<string, unknown>;
        }) =>
          save.mutate({
            ...(draft.id ? { id: draft.id } : {}),
            kind,
            name: values.name,
            organisationId: values.organisationId,
            enabled: values.enabled,
            config: numbered(values.config),
          })
        }
      >
        <Form.Item label={t.kind} htmlFor="channel-kind">
          <Select
            id="channel-kind"
            value={kind}
            disabled={draft.id !== undefined}
            onChange={setKind}
            options={Object.keys(configFields).map((each) => ({
              value: each,
              label: say(channelWords[each as ChannelKind]),
            }))}
          />
        </Form.Item>
        <Form.Item name="name" label={t.name} rules={[{ required: true, message: t.pleaseEnter(t.name) }]}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="organisationId" label={t.organisation}>
          <OrganisationSelect />
        </Form.Item>
        {configFields[kind].map(({ name, secret, optional }) => (
          <Form.Item
            key={name}
            name={['config', name]}
            label={words[`config_${name}`]}
            rules={[{ required: !optional, message: t.pleaseEnter(words[`config_${name}`] ?? name) }]}
          >
            {secret ? <Input.Password autoComplete="off" /> : <Input autoComplete="off" />}
          </Form.Item>
        ))}
        <Form.Item name="enabled" label={t.enabled} valuePropName="checked">
          <Switch />
        </Form.Item>
        {save.error && <ErrorView error={save.error} compact />}
        <div className="hd-form-actions">
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t.save}
          </Button>
        </div>
      </Form>
    </Modal>
  );
}

/** A port is a number; empty fields are not sent. */
function numbered(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [name, name === 'port' ? Number(value) : value]),
  );
}

export function Deliveries() {
  const t = useText();
  const say = useSay();
  const columns = useMemo<readonly Column<Delivery>[]>(
    () => [
      { id: 'title', title: t.title, narrow: 'title', sort: null, render: (delivery) => delivery.title },
      {
        id: 'kind',
        title: t.channel,
        width: 120,
        narrow: 'line',
        render: (delivery) => say(channelWords[delivery.kind]),
        filterValue: (delivery) => delivery.kind,
      },
      { id: 'recipient', title: t.recipientAddress, width: 200, sort: null, render: (delivery) => delivery.recipient },
      {
        id: 'status',
        title: t.status,
        width: 100,
        narrow: 'line',
        render: (delivery) => <NounStatus noun="delivery" status={delivery.status} />,
        filterValue: (delivery) => delivery.status,
      },
      {
        id: 'attempts',
        title: t.attempt,
        width: 80,
        align: 'right',
        sort: null,
        render: (delivery) => delivery.attempts,
      },
      {
        id: 'error',
        title: t.error,
        width: 220,
        sort: null,
        render: (delivery) => delivery.error ?? <span className="hd-faint">—</span>,
      },
      {
        id: 'createdAt',
        title: t.time,
        width: 120,
        narrow: 'line',
        sort: 'createdAt',
        render: (delivery) => <TimeText at={delivery.createdAt} />,
      },
    ],
    [t, say],
  );
  return (
    <DataTable<Delivery>
      capability={kernel}
      list="listDeliveries"
      columns={columns}
      defaultSort="-createdAt"
      emptyText={t.noDeliveriesText}
    />
  );
}
