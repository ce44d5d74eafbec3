/**
 * The own account: profile, language and look, password, one-time codes, API tokens, sessions.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Alert, Button, Form, Input, Segmented } from 'antd';
import { type Density, setPreferences, type ThemeChoice, usePreferences } from '../app/preferences.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { StatusTag } from '../parts/SeverityTag.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { useSession, useSetSession } from '../platform/session.tsx';
import { PasswordFields } from '../public/PasswordFields.tsx';
import { useText } from '../texts/index.ts';
import { Tokens } from './account-tokens.tsx';
import { Totp } from './account-totp.tsx';

export function Page() {
  const t = useText();
  const session = useSession();
  return (
    <PageFrame title={t.ownAccount}>
      <div className="hd-account">
        {session.mustChangePassword && <Alert type="warning" showIcon title={t.mustChangePassword} />}
        <Profile />
        <Look />
        <Password />
        <section className="hd-card">
          <h2>{t.totp}</h2>
          <Totp />
        </section>
        <section className="hd-card">
          <h2>{t.tokens}</h2>
          <Tokens />
        </section>
        <section className="hd-card">
          <h2>{t.sessions}</h2>
          <Sessions />
        </section>
      </div>
    </PageFrame>
  );
}

function Profile() {
  const t = useText();
  const session = useSession();
  const setSession = useSetSession();
  const feedback = useFeedback();
  const update = useWrite<Kernel, 'updateAccount'>(kernel, 'updateAccount', {
    onDone: (user) => {
      setSession({ ...session, user });
      feedback.success(t.saved);
    },
  });
  const { user } = session;
  return (
    <section className="hd-card">
      <h2>{t.profile}</h2>
      <Form
        layout="vertical"
        initialValues={{ displayName: user.displayName, email: user.email, phone: user.phone }}
        onFinish={(values: { displayName: string; email?: string; phone?: string }) =>
          update.mutate({ displayName: values.displayName, email: values.email || null, phone: values.phone || null })
        }
      >
        <div className="hd-columns">
          <Form.Item
            name="displayName"
            label={t.fullName}
            rules={[{ required: true, message: t.pleaseEnter(t.fullName) }]}
          >
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name="email" label={t.email} rules={[{ type: 'email', message: t.badEmail }]}>
            <Input autoComplete="email" />
          </Form.Item>
          <Form.Item name="phone" label={t.phone}>
            <Input autoComplete="tel" maxLength={32} />
          </Form.Item>
        </div>
        {update.error && <ErrorView error={update.error} compact />}
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {t.save}
        </Button>
      </Form>
    </section>
  );
}

function Look() {
  const t = useText();
  const { locale, theme, density } = usePreferences();
  const update = useWrite<Kernel, 'updateAccount'>(kernel, 'updateAccount');
  return (
    <section className="hd-card">
      <h2>{t.look}</h2>
      <div className="hd-columns">
        <div className="hd-field">
          <span>{t.language}</span>
          <Segmented
            value={locale}
            onChange={(next) => {
              setPreferences({ locale: next });
              update.mutate({ locale: next });
            }}
            options={[
              { value: 'zh-CN' as const, label: t.chinese },
              { value: 'en' as const, label: t.english },
            ]}
          />
        </div>
        <div className="hd-field">
          <span>{t.theme}</span>
          <Segmented<ThemeChoice>
            value={theme}
            onChange={(next) => setPreferences({ theme: next })}
            options={[
              { value: 'light', label: t.lightMode },
              { value: 'dark', label: t.darkMode },
              { value: 'system', label: t.systemMode },
            ]}
          />
        </div>
        <div className="hd-field">
          <span>{t.density}</span>
          <Segmented<Density>
            value={density}
            onChange={(next) => setPreferences({ density: next })}
            options={[
              { value: 'compact', label: t.compact },
              { value: 'medium', label: t.medium },
              { value: 'relaxed', label: t.relaxed },
            ]}
          />
        </div>
      </div>
    </section>
  );
}

function Password() {
  const t = useText();
  const feedback = useFeedback();
  const [form] = Form.useForm();
  const change = useWrite<Kernel, 'changePassword'>(kernel, 'changePassword', {
    onDone: () => {
      form.resetFields();
      feedback.success(t.passwordChanged);
    },
  });
  return (
    <section className="hd-card">
      <h2>{t.changePassword}</h2>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ current, password }: { current: string; password: string }) =>
          change.mutate({ current, next: password })
        }
      >
        <div className="hd-columns">
          <Form.Item
            name="current"
            label={t.currentPassword}
            rules={[{ required: true, message: t.pleaseEnter(t.currentPassword) }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <PasswordFields label={t.newPassword} />
        </div>
        {change.error && <ErrorView error={change.error} compact />}
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t.changePassword}
        </Button>
      </Form>
    </section>
  );
}

function Sessions() {
  const t = useText();
  const feedback = useFeedback();
  const query = useOperation<Kernel, 'listSessions'>(kernel, 'listSessions', {});
  const end = useWrite<Kernel, 'endSession'>(kernel, 'endSession');
  if (query.isError) return <ErrorView error={query.error} compact />;
  return (
    <ul className="hd-plain-list">
      {(query.data?.items ?? []).map((session) => (
        <li key={session.id}>
          <code>{session.address ?? '—'}</code>
          <span className="hd-agent" title={session.agent ?? ''}>
            {browserOf(session.agent)}
          </span>
          <TimeText at={session.lastSeenAt} />
          {session.current && <StatusTag tone="accent">{t.thisSession}</StatusTag>}
          <span className="hd-grow" />
          {!session.current && (
            <Button
              size="small"
              danger
              onClick={() => end.mutate({ id: session.id }, { onError: (error) => feedback.failure(error) })}
            >
              {t.endSession}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The name of the browser and system in a user agent, as far as people know them. */
export function browserOf(agent: string | null): string {
  if (!agent) return '—';
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\/(\d+)/.exec(agent);
  const system = /(Windows|Mac OS X|Android|iPhone|Linux)/.exec(agent);
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera', 'Mac OS X': 'macOS' };
  if (!browser) return agent.slice(0, 40);
  const name = browser[1] ?? '';
  return `${names[name] ?? name} ${browser[2]}${system ? ` · ${names[system[1] ?? ''] ?? system[1]}` : ''}`;
}
