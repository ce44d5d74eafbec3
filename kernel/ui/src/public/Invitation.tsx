/**
 * An invited person sets the password and is signed in.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Form } from 'antd';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useWrite } from '../platform/api.ts';
import { type Session, useSetSession } from '../platform/session.tsx';
import { useText } from '../texts/index.ts';
import { PasswordFields } from './PasswordFields.tsx';
import { PublicFrame } from './PublicFrame.tsx';

export function Invitation() {
  const t = useText();
  const { token = '' } = useSearch({ strict: false }) as { token?: string };
  const navigate = useNavigate();
  const setSession = useSetSession();
  const accept = useWrite<Kernel, 'acceptInvitation'>(kernel, 'acceptInvitation');
  return (
    <PublicFrame title={t.invitationTitle} text={t.invitationText}>
      <Form
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={({ password }: { password: string }) =>
          accept.mutate(
            { token, password },
            {
              onSuccess: (session) => {
                setSession(session as Session);
                void navigate({ to: '/', search: {} as never });
              },
            },
          )
        }
      >
        <PasswordFields />
        {accept.error && <ErrorView error={accept.error} compact />}
        <Button type="primary" htmlType="submit" block loading={accept.isPending}>
          {t.setPassword}
        </Button>
      </Form>
    </PublicFrame>
  );
}
