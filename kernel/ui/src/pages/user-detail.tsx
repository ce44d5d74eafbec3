/**
 * One user: who, where, which roles over which subtrees; new invitation, lock-out.
 * @module
 */
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { OperationDialog } from '../form/OperationForm.tsx';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { OrganisationName, OrganisationSelect } from '../parts/organisations.tsx';
import { Fields, RecordHead, Section } from '../parts/PageFrame.tsx';
import { NounStatus } from '../parts/SeverityTag.tsx';
import { Skeleton } from '../parts/states.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { type OutputOf, useOperation, useWrite } from '../platform/api.ts';
import { usePermission, useSession } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';
import { InvitationDialog, type InvitationView } from './invitation-dialog.tsx';

type UserRecord = OutputOf<Kernel, 'getUser'>;

export function UserDetail({ id }: { readonly id: string }) {
  const query = useOperation<Kernel, 'getUser'>(kernel, 'getUser', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={id} record={query.data} />;
}

function Loaded({ record: { user, grants } }: { readonly record: UserRecord }) {
  const t = useText();
  const feedback = useFeedback();
  const { user: me } = useSession();
  const mayWrite = usePermission('user.write');
  const [editing, setEditing] = useState(false);
  const [invitation, setInvitation] = useState<InvitationView | null>(null);
  const update = useWrite<Kernel, 'updateUser'>(kernel, 'updateUser');
  const invite = useWrite<Kernel, 'inviteAgain'>(kernel, 'inviteAgain', { onDone: setInvitation });
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  const disabled = user.status === 'disabled';
  return (
    <div className="hd-record">
      <RecordHead
        over={<code>{user.name}</code>}
        title={user.displayName}
        tags={<NounStatus noun="user" status={user.status} />}
        actions={
          mayWrite && (
            <>
              <Button onClick={() => setEditing(true)}>{t.edit}</Button>
              <Button
                onClick={() =>
                  feedback.confirm({
                    title: t.inviteAgain,
                    text: t.inviteAgainText,
                    verb: t.inviteAgain,
                    onYes: () => invite.mutateAsync({ id: user.id }).catch((error) => feedback.failure(error)),
                  })
                }
              >
                {t.inviteAgain}
              </Button>
              {user.id !== me.id && (
                <Button
                  danger={!disabled}
                  onClick={() =>
                    update.mutate(
                      { id: user.id, status: disabled ? 'active' : 'disabled' },
                      {
                        ...fail,
                        onSuccess: () =>
                          feedback.success(disabled ? t.userEnabled : t.userDisabled, {
                            undo: () => update.mutate({ id: user.id, status: disabled ? 'disabled' : 'active' }, fail),
                          }),
                      },
                    )
                  }
                >
                  {disabled ? t.enable : t.disable}
                </Button>
              )}
            </>
          )
        }
      />
      <Fields
        rows={[
          [t.organisation, <OrganisationName key="o" id={user.organisationId} />],
          [t.email, user.email],
          [t.phone, user.phone],
          [t.totp, user.totpEnabled ? t.on : t.off],
          [t.lastSignIn, <TimeText key="l" at={user.lastSignInAt} exact />],
          [t.createdAt, <TimeText key="c" at={user.createdAt} exact />],
        ]}
      />
      <Section title={t.grants}>
        <Grants userId={user.id} grants={grants} mayWrite={mayWrite} />
      </Section>
      <OperationDialog
        capability={kernel as Kernel}
        operation="updateUser"
        open={editing}
        preset={{ id: user.id }}
        omit={['status', 'locale']}
        initial={{ ...user }}
        onCancel={() => setEditing(false)}
        onDone={() => setEditing(false)}
      />
      <InvitationDialog invitation={invitation} onClose={() => setInvitation(null)} />
    </div>
  );
}

/** A role and a subtree on each line: permission and data scope in one. */
function Grants({
  userId,
  grants,
  mayWrite,
}: {
  readonly userId: string;
  readonly grants: UserRecord['grants'];
  readonly mayWrite: boolean;
}) {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const roles = useOperation<Kernel, 'listRoles'>(kernel, 'listRoles', {});
  const [roleId, setRoleId] = useState<string>();
  const [organisationId, setOrganisationId] = useState<string>();
  const set = useWrite<Kernel, 'setGrants'>(kernel, 'setGrants', { onDone: () => feedback.success(t.grantsSaved) });
  const save = (next: readonly { readonly roleId: string; readonly organisationId: string }[]) =>
    set.mutate(
      {
        id: userId,
        grants: next.map(({ roleId: role, organisationId: organisation }) => ({
          roleId: role,
          organisationId: organisation,
        })),
      },
      { onError: (error) => feedback.failure(error) },
    );
  return (
    <div className="hd-stack">
      {grants.length === 0 && <p className="hd-faint">{t.noGrants}</p>}
      <ul className="hd-plain-list">
        {grants.map((grant) => (
          <li key={grant.roleId + grant.organisationId}>
            <strong>{say(grant.roleTitle)}</strong>
            <span className="hd-faint">{t.over}</span>
            <span>{grant.organisationName}</span>
            <span className="hd-grow" />
            {mayWrite && (
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t.remove}
                onClick={() => save(grants.filter((each) => each !== grant))}
              />
            )}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <div className="hd-grant-form">
          <Select
            placeholder={t.role}
            value={roleId}
            onChange={setRoleId}
            loading={roles.isPending}
            options={(roles.data?.items ?? []).map((role) => ({ value: role.id, label: say(role.title) }))}
            aria-label={t.role}
          />
          <OrganisationSelect value={organisationId} onChange={setOrganisationId} />
          <Button
            icon={<PlusOutlined />}
            disabled={!roleId || !organisationId}
            loading={set.isPending}
            onClick={() => {
              if (roleId && organisationId) save([...grants, { roleId, organisationId }]);
            }}
          >
            {t.addGrant}
          </Button>
        </div>
      )}
    </div>
  );
}
