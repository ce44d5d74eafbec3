/**
 * Roles: what each may do, permission by permission, grouped by capability. Built-in roles are read-only and can be copied.
 * @module
 */
import { PlusOutlined } from '@ant-design/icons';
import { expandPatterns } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button, Checkbox, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { StatusTag } from '../parts/SeverityTag.tsx';
import { Skeleton } from '../parts/states.tsx';
import { type OutputOf, useOperation, useWrite } from '../platform/api.ts';
import { useConsoles } from '../platform/registry.tsx';
import { usePermission } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';

type Role = OutputOf<Kernel, 'listRoles'>['items'][number];
interface Draft {
  readonly id?: string;
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly permissions: readonly string[];
}

export function Roles() {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const mayWrite = usePermission('role.write');
  const roles = useOperation<Kernel, 'listRoles'>(kernel, 'listRoles', {});
  const remove = useWrite<Kernel, 'deleteRole'>(kernel, 'deleteRole');
  const [draft, setDraft] = useState<Draft | null>(null);
  const all = useConsoles().flatMap(({ capability }) => Object.keys(capability.permissions));
  const held = (role: Role) => expandPatterns(role.permissions, all);
  if (roles.isPending) return <Skeleton />;
  if (roles.isError) return <ErrorView error={roles.error} onRetry={() => void roles.refetch()} />;
  return (
    <div className="hd-roles">
      {mayWrite && (
        <div className="hd-form-actions">
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => setDraft({ name: '', zh: '', en: '', permissions: [] })}
          >
            {t.newRole}
          </Button>
        </div>
      )}
      {roles.data.items.map((role) => (
        <article key={role.id} className="hd-card hd-role">
          <header>
            <strong>{say(role.title)}</strong>
            <code className="hd-faint">{role.name}</code>
            {role.builtIn && <StatusTag tone="neutral">{t.builtIn}</StatusTag>}
            <span className="hd-grow" />
            {mayWrite && !role.builtIn && (
              <>
                <Button size="small" onClick={() => setDraft(draftOf(role, held(role)))}>
                  {t.edit}
                </Button>
                <Button
                  size="small"
                  danger
                  onClick={() =>
                    feedback.confirm({
                      title: t.deleteRole(say(role.title)),
                      text: t.deleteRoleText,
                      verb: t.delete,
                      onYes: () => remove.mutateAsync({ id: role.id }).catch((error) => feedback.failure(error)),
                    })
                  }
                >
                  {t.delete}
                </Button>
              </>
            )}
            {mayWrite && (
              <Button
                size="small"
                onClick={() =>
                  setDraft({
                    name: `${role.name}-copy`,
                    zh: t.copyOf(role.title['zh-CN']),
                    en: `${role.title.en} copy`,
                    permissions: held(role),
                  })
                }
              >
                {t.copyRole}
              </Button>
            )}
          </header>
          <p className="hd-faint">{t.permissionCount(held(role).length)}</p>
        </article>
      ))}
      {draft && <RoleDialog draft={draft} onClose={() => setDraft(null)} />}
    </div>
  );
}

function draftOf(role: Role, permissions: readonly string[]): Draft {
  return { id: role.id, name: role.name, zh: role.title['zh-CN'], en: role.title.en, permissions };
}

function RoleDialog({ draft, onClose }: { readonly draft: Draft; readonly onClose: () => void }) {
  const t = useText();
  const feedback = useFeedback();
  const save = useWrite<Kernel, 'saveRole'>(kernel, 'saveRole', {
    onDone: () => {
      feedback.success(t.saved);
      onClose();
    },
  });
  return (
    <Modal
      open
      width={720}
      title={draft.id ? t.editRole : t.newRole}
      footer={null}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      <Form
        layout="vertical"
        initialValues={{ ...draft }}
        onFinish={(values: Draft) =>
          save.mutate({
            ...(draft.id ? { id: draft.id } : {}),
            name: values.name,
            title: { 'zh-CN': values.zh, en: values.en || values.name },
            permissions: [...values.permissions],
          })
        }
      >
        <div className="hd-columns">
          <Form.Item
            name="zh"
            label={t.roleTitleZh}
            rules={[{ required: true, message: t.pleaseEnter(t.roleTitleZh) }]}
          >
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="en" label={t.roleTitleEn}>
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item
            name="name"
            label={t.roleName}
            rules={[{ required: true, pattern: /^[a-z][a-z0-9-]{1,40}$/, message: t.roleNameRule }]}
          >
            <Input maxLength={41} disabled={draft.id !== undefined} />
          </Form.Item>
        </div>
        <Form.Item name="permissions" label={t.permissions}>
          <PermissionChoice />
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

/** All permissions by capability; also used where an API token is made from one's own. */
export function PermissionChoice({
  value = [],
  onChange,
  among,
}: {
  readonly value?: readonly string[];
  readonly onChange?: (value: readonly string[]) => void;
  readonly among?: readonly string[];
}) {
  const say = useSay();
  const groups = useConsoles().map(({ capability }) => ({
    capability,
    permissions: Object.entries(capability.permissions).filter(([id]) => !among || among.includes(id)),
  }));
  return (
    <div className="hd-permissions">
      {groups
        .filter(({ permissions }) => permissions.length > 0)
        .map(({ capability, permissions }) => {
          const ids = permissions.map(([id]) => id);
          const chosen = ids.filter((id) => value.includes(id));
          return (
            <fieldset key={capability.id}>
              <legend>
                <Checkbox
                  checked={chosen.length === ids.length}
                  indeterminate={chosen.length > 0 && chosen.length < ids.length}
                  onChange={({ target }) =>
                    onChange?.([...value.filter((id) => !ids.includes(id)), ...(target.checked ? ids : [])])
                  }
                >
                  <strong>{say(capability.title)}</strong>
                </Checkbox>
              </legend>
              {permissions.map(([id, title]) => (
                <Checkbox
                  key={id}
                  checked={value.includes(id)}
                  onChange={({ target }) =>
                    onChange?.(target.checked ? [...value, id] : value.filter((each) => each !== id))
                  }
                >
                  <span title={id}>{say(title)}</span>
                </Checkbox>
              ))}
            </fieldset>
          );
        })}
    </div>
  );
}
