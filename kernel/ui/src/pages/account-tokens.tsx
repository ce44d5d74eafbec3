/**
 * API tokens of one's own: made from one's own permissions, shown once, revoked at any time.
 * @module
 */
import { PlusOutlined } from '@ant-design/icons';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Alert, Button, Form, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { copyText } from '../parts/clipboard.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { OrganisationSelect } from '../parts/organisations.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { useSession } from '../platform/session.tsx';
import { formatTime } from '../texts/format.ts';
import { useText } from '../texts/index.ts';
import { PermissionChoice } from './roles.tsx';

export function Tokens() {
  const t = useText();
  const feedback = useFeedback();
  const session = useSession();
  const query = useOperation<Kernel, 'listTokens'>(kernel, 'listTokens', {});
  const [creating, setCreating] = useState(false);
  const [token, setToken] = useState('');
  const revoke = useWrite<Kernel, 'revokeToken'>(kernel, 'revokeToken');
  const create = useWrite<Kernel, 'createToken'>(kernel, 'createToken', {
    onDone: (made) => {
      setCreating(false);
      setToken(made.token);
    },
  });
  if (query.isError) return <ErrorView error={query.error} compact />;
  const items = query.data?.items ?? [];
  return (
    <>
      {items.length === 0 && <p className="hd-faint">{t.noTokens}</p>}
      <ul className="hd-plain-list">
        {items.map((item) => (
          <li key={item.id}>
            <strong>{item.name}</strong>
            <code>{item.prefix}…</code>
            <span className="hd-faint">{t.permissionCount(item.permissions.length)}</span>
            <span className="hd-faint">{t.validUntil(formatTime(item.expiresAt, false))}</span>
            <span className="hd-faint">
              {t.lastUsed} <TimeText at={item.lastUsedAt} />
            </span>
            <span className="hd-grow" />
            <Button
              size="small"
              danger
              onClick={() =>
                feedback.confirm({
                  title: t.revokeToken(item.name),
                  text: t.revokeTokenText,
                  verb: t.revoke,
                  onYes: () => revoke.mutateAsync({ id: item.id }).catch((error) => feedback.failure(error)),
                })
              }
            >
              {t.revoke}
            </Button>
          </li>
        ))}
      </ul>
      <Button icon={<PlusOutlined />} onClick={() => setCreating(true)}>
        {t.newToken}
      </Button>
      <Modal
        open={creating}
        width={720}
        title={t.newToken}
        footer={null}
        onCancel={() => setCreating(false)}
        mask={{ closable: false }}
        destroyOnHidden
      >
        <Form
          layout="vertical"
          initialValues={{ days: 90, permissions: [], organisationId: session.user.organisationId }}
          onFinish={(values: { name: string; days: number; permissions: string[]; organisationId: string }) =>
            create.mutate(values)
          }
        >
          <div className="hd-columns">
            <Form.Item name="name" label={t.name} rules={[{ required: true, message: t.pleaseEnter(t.name) }]}>
              <Input maxLength={100} placeholder={t.tokenExample} />
            </Form.Item>
            <Form.Item name="organisationId" label={t.dataScope}>
              <OrganisationSelect />
            </Form.Item>
            <Form.Item name="days" label={t.validDays}>
              <InputNumber min={1} max={365} style={{ width: '100%' }} />
            </Form.Item>
          </div>
          <Form.Item
            name="permissions"
            label={t.permissions}
            rules={[{ required: true, type: 'array', min: 1, message: t.pleaseChoose(t.permissions) }]}
          >
            <PermissionChoice among={session.permissions} />
          </Form.Item>
          {create.error && <ErrorView error={create.error} compact />}
          <div className="hd-form-actions">
            <Button onClick={() => setCreating(false)}>{t.cancel}</Button>
            <Button type="primary" htmlType="submit" loading={create.isPending}>
              {t.newToken}
            </Button>
          </div>
        </Form>
      </Modal>
      <Modal
        open={token !== ''}
        title={t.tokenMade}
        closable={false}
        mask={{ closable: false }}
        footer={
          <Button type="primary" onClick={() => setToken('')}>
            {t.recoveryKept}
          </Button>
        }
      >
        <div className="hd-stack">
          <Alert type="warning" showIcon title={t.tokenOnce} />
          <Input.Search
            readOnly
            value={token}
            enterButton={t.copy}
            onSearch={() => void copyText(token).then(() => feedback.success(t.copied))}
          />
        </div>
      </Modal>
    </>
  );
}
