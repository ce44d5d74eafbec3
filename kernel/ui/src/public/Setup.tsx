/**
 * First run: the one-time link leads here. Names the root organisation and makes the first administrator.
 * @module
 */

import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Form, Input, Select, Steps } from 'antd';
import { useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { EmptyView } from '../parts/states.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { type Session, useSetSession } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';
import { PasswordFields } from './PasswordFields.tsx';
import { PublicFrame } from './PublicFrame.tsx';
import { completeSetupKinds } from './setup-kinds.ts';

interface SetupValues {
  readonly organisationName: string;
  readonly organisationKind: 'city';
  readonly userName: string;
  readonly displayName: string;
  readonly password: string;
}

export function Setup() {
  const t = useText();
  const say = useSay();
  const { locale } = usePreferences();
  const { token = '' } = useSearch({ strict: false }) as { token?: string };
  const navigate = useNavigate();
  const setSession = useSetSession();
  const state = useOperation<Kernel, 'getSetup'>(kernel, 'getSetup', {});
  const complete = useWrite<Kernel, 'completeSetup'>(kernel, 'completeSetup');
  const [form] = Form.useForm<SetupValues>();
  const [step, setStep] = useState(0);
  if (state.isError)
    return (
      <PublicFrame title={t.setupTitle}>
        <ErrorView error={state.error} onRetry={() => void state.refetch()} />
      </PublicFrame>
    );
  if (state.data && !state.data.needed)
    return (
      <PublicFrame title={t.setupTitle}>
        <EmptyView
          kind="nothing-yet"
          title={t.setupDone}
          action={
            <Button type="primary" onClick={() => void navigate({ to: '/' })}>
              {t.signIn}
            </Button>
          }
        />
      </PublicFrame>
    );
  const next = () =>
    form
      .validateFields(['organisationName', 'organisationKind'])
      .then(() => setStep(1))
      .catch(() => undefined);
  return (
    <PublicFrame title={t.setupTitle} text={t.setupText}>
      <Steps
        size="small"
        current={step}
        items={[{ title: t.setupStepOrganisation }, { title: t.setupStepPerson }]}
        style={{ marginBottom: 24 }}
      />
      <Form<SetupValues>
        form={form}
        layout="vertical"
        size="large"
        requiredMark={false}
        initialValues={{ organisationKind: 'city' }}
        onFinish={() => {
          const { organisationName, organisationKind, userName, displayName, password } = form.getFieldsValue(
            true,
          ) as SetupValues;
          complete.mutate(
            { organisationName, organisationKind, userName, displayName, password, token, locale },
            {
              onSuccess: (session) => {
                setSession(session as Session);
                void navigate({ to: '/', search: {} as never });
              },
            },
          );
        }}
      >
        <div hidden={step !== 0}>
          <Form.Item
            name="organisationName"
            label={t.rootOrganisation}
            extra={t.rootOrganisationHelp}
            rules={[{ required: true, message: t.pleaseEnter(t.rootOrganisation) }]}
          >
            <Input autoFocus maxLength={200} placeholder={t.rootOrganisationExample} />
          </Form.Item>
          <Form.Item name="organisationKind" label={t.kind}>
            <Select options={completeSetupKinds.map(({ value, label }) => ({ value, label: say(label) }))} />
          </Form.Item>
          <Button type="primary" block onClick={() => void next()}>
            {t.next}
          </Button>
        </div>
        <div hidden={step !== 1}>
          <Form.Item
            name="displayName"
            label={t.fullName}
            rules={[{ required: step === 1, message: t.pleaseEnter(t.fullName) }]}
          >
            <Input maxLength={100} autoComplete="name" />
          </Form.Item>
          <Form.Item
            name="userName"
            label={t.userName}
            rules={[{ required: step === 1, message: t.pleaseEnter(t.userName) }]}
          >
            <Input autoComplete="username" maxLength={64} autoCapitalize="none" />
          </Form.Item>
          <PasswordFields required={step === 1} />
          {complete.error && <ErrorView error={complete.error} compact />}
          <Button type="primary" htmlType="submit" block loading={complete.isPending}>
            {t.setupFinish}
          </Button>
          <Button type="link" block onClick={() => setStep(0)}>
            {t.back}
          </Button>
        </div>
      </Form>
    </PublicFrame>
  );
}
