/**
 * Sign-in: password, then a one-time code where the account has one; or an identity provider.
 * @module
 */
import { ClientFailure } from '@hedun/client';
import type { Locale } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button, Divider, Form, Input } from 'antd';
import { useState } from 'react';
import { baseUrl } from '../app/base-url.ts';
import { usePreferences } from '../app/preferences.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { type Session, useSetSession } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';
import { PublicFrame } from './PublicFrame.tsx';

/** Why a sign-in at an identity provider ended here again: `?refused=<code>`. */
function refusal(locale: Locale): ClientFailure | null {
  const code = new URLSearchParams(location.search).get('refused') ?? '';
  if (!Object.hasOwn(kernel.errors, code)) return null;
  const { status, message, fix } = kernel.errors[code as keyof typeof kernel.errors];
  return new ClientFailure(status, { code, message: message[locale], fix: fix[locale] });
}

export function SignIn() {
  const t = useText();
  const { locale } = usePreferences();
  const refused = refusal(locale);
  const [challenge, setChallenge] = useState('');
  const setup = useOperation<Kernel, 'getSetup'>(kernel, 'getSetup', {});
  if (setup.data?.needed)
    return (
      <PublicFrame title={t.setupNeeded} text={t.setupNeededText}>
        <pre className="hd-note">npm start</pre>
      </PublicFrame>
    );
  return (
    <PublicFrame title={challenge ? t.totpTitle : t.signIn} text={challenge ? t.totpText : t.signInText}>
      {refused && <ErrorView error={refused} compact />}
      {challenge ? (
        <TotpForm challenge={challenge} onBack={() => setChallenge('')} />
      ) : (
        <PasswordForm onChallenge={setChallenge} />
      )}
      {!challenge && (setup.data?.oidc.length ?? 0) > 0 && <Providers providers={setup.data?.oidc ?? []} />}
    </PublicFrame>
  );
}

function PasswordForm({ onChallenge }: { readonly onChallenge: (challenge: string) => void }) {
  const t = useText();
  const setSession = useSetSession();
  const signIn = useWrite<Kernel, 'signIn'>(kernel, 'signIn');
  return (
    <Form
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={(values: { userName: string; password: string }) =>
        signIn.mutate(values, {
          onSuccess: (answer) =>
            answer.kind === 'totpRequired' ? onChallenge(answer.challenge) : setSession(answer.session as Session),
        })
      }
    >
      <Form.Item name="userName" label={t.userName} rules={[{ required: true, message: t.pleaseEnter(t.userName) }]}>
        <Input autoFocus autoComplete="username" autoCapitalize="none" />
      </Form.Item>
      <Form.Item name="password" label={t.password} rules={[{ required: true, message: t.pleaseEnter(t.password) }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      {signIn.error && <ErrorView error={signIn.error} compact />}
      <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
        {t.signIn}
      </Button>
    </Form>
  );
}

function TotpForm({ challenge, onBack }: { readonly challenge: string; readonly onBack: () => void }) {
  const t = useText();
  const setSession = useSetSession();
  const confirm = useWrite<Kernel, 'confirmTotp'>(kernel, 'confirmTotp');
  return (
    <Form
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={({ code }: { code: string }) =>
        confirm.mutate({ challenge, code: code.trim() }, { onSuccess: (session) => setSession(session as Session) })
      }
    >
      <Form.Item name="code" label={t.totpCode} rules={[{ required: true, message: t.pleaseEnter(t.totpCode) }]}>
        <Input autoFocus autoComplete="one-time-code" inputMode="numeric" className="hd-code" />
      </Form.Item>
      {confirm.error && <ErrorView error={confirm.error} compact />}
      <Button type="primary" htmlType="submit" block loading={confirm.isPending}>
        {t.confirm}
      </Button>
      <Button type="link" block onClick={onBack}>
        {t.back}
      </Button>
    </Form>
  );
}

function Providers({
  providers,
}: {
  readonly providers: readonly {
    readonly id: string;
    readonly title: { readonly 'zh-CN': string; readonly en: string };
  }[];
}) {
  const t = useText();
  const say = useSay();
  return (
    <>
      <Divider plain>{t.or}</Divider>
      <div className="hd-stack">
        {providers.map((provider) => (
          <Button
            key={provider.id}
            block
            size="large"
            href={`${baseUrl}/api/kernel/oidc/${provider.id}/start?returnTo=${encodeURIComponent(location.pathname.slice(baseUrl.length) + location.search)}`}
          >
            {t.signInWith(say(provider.title))}
          </Button>
        ))}
      </div>
    </>
  );
}
