/**
 * Users and roles: invite, grant over a subtree, lock out; and what each role may do.
 * @module
 */
import type { User } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Select, Tabs } from 'antd';
import { useMemo, useState } from 'react';
import { OperationDialog } from '../form/OperationForm.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { NounStatus } from '../parts/SeverityTag.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { useOperation } from '../platform/api.ts';
import { usePermission, useSession } from '../platform/session.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/DataTable.tsx';
import { useSay, useText } from '../texts/index.ts';
import { InvitationDialog, type InvitationView } from './invitation-dialog.tsx';
import { Roles } from './roles.tsx';
import { UserDetail } from './user-detail.tsx';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useText();
  const navigate = useNavigate();
  if (recordId)
    return (
      <PageFrame
        title={t.user}
        actions={<Button onClick={() => void navigate({ to: '/users' as never })}>{t.backToList}</Button>}
      >
        <UserDetail id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.usersAndRoles} fill>
      <Tabs
        className="hd-fill-tabs"
        items={[
          { key: 'users', label: t.users, children: <Users /> },
          { key: 'roles', label: t.roles, children: <Roles /> },
        ]}
      />
    </PageFrame>
  );
}

function Users() {
  const t = useText();
  const { user: me } = useSession();
  const mayWrite = usePermission('user.write');
  const [creating, setCreating] = useState(false);
  const [invitation, setInvitation] = useState<InvitationView | null>(null);
  const columns = useMemo<readonly Column<User>[]>(
    () => [
      {
        id: 'displayName',
        title: t.fullName,
        narrow: 'title',
        sort: 'displayName',
        render: (user) => <strong className="hd-cell-main">{user.displayName}</strong>,
      },
      {
        id: 'name',
        title: t.userName,
        width: 150,
        narrow: 'line',
        sort: 'name',
        render: (user) => <code>{user.name}</code>,
      },
      {
        id: 'organisation',
        title: t.organisation,
        width: 190,
        narrow: 'line',
        sort: null,
        render: (user) => <OrganisationName id={user.organisationId} />,
        filterValue: (user) => user.organisationId,
      },
      {
        id: 'status',
        title: t.status,
        width: 96,
        narrow: 'line',
        sort: 'status',
        render: (user) => <NounStatus noun="user" status={user.status} />,
        filterValue: (user) => user.status,
      },
      {
        id: 'totpEnabled',
        title: t.totp,
        width: 124,
        sort: null,
        render: (user) => (user.totpEnabled ? t.on : <span className="hd-faint">{t.off}</span>),
      },
      { id: 'email', title: t.email, width: 190, sort: null, hidden: true },
      {
        id: 'lastSignInAt',
        title: t.lastSignIn,
        width: 120,
        sort: 'lastSignInAt',
        render: (user) => <TimeText at={user.lastSignInAt} />,
      },
    ],
    [t],
  );
  return (
    <>
      <DataTable<User>
        capability={kernel}
        list="listUsers"
        columns={columns}
        defaultSort="displayName"
        detail={(id) => <UserDetail id={id} />}
        {...(mayWrite ? { create: { title: t.inviteUser, run: () => setCreating(true) } } : {})}
      />
      <OperationDialog
        capability={kernel as Kernel}
        operation="createUser"
        title={t.inviteUser}
        submitText={t.invite}
        open={creating}
        omit={['roleId']}
        initial={{ organisationId: me.organisationId, locale: 'zh-CN' }}
        onCancel={() => setCreating(false)}
        onDone={({ invitation: made }) => {
          setCreating(false);
          setInvitation(made);
        }}
      >
        <RoleItem />
      </OperationDialog>
      <InvitationDialog invitation={invitation} onClose={() => setInvitation(null)} />
    </>
  );
}

function RoleItem() {
  const t = useText();
  const say = useSay();
  const roles = useOperation<Kernel, 'listRoles'>(kernel, 'listRoles', {});
  return (
    <Form.Item name="roleId" label={t.role} extra={t.roleHelp}>
      <Select
        allowClear
        loading={roles.isPending}
        options={(roles.data?.items ?? []).map((role) => ({ value: role.id, label: say(role.title) }))}
        placeholder={t.choose}
      />
    </Form.Item>
  );
}
