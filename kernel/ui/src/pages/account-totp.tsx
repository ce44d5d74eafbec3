/**
 * One-time codes: start, confirm with the first code, recovery codes shown once, stop. The QR code is drawn in the browser.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Alert, Button, Form, Input, Modal, QRCode } from 'antd';
import { useState } from 'react';
import { copyText } from '../parts/clipboard.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { useWrite } from '../platform/api.ts';
import { useSession, useSetSession } from '../platform/session.tsx';
import { useText } from '../texts/index.ts';

export function Totp() {
  const t = useText();
  const session = useSession();
  const setSession = useSetSession();
  const feedback = useFeedback();
  const [offer, setOffer] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [stopping, setStopping] = useState(false);
  const enabled = (totpEnabled: boolean) => setSession({ ...session, user: { ...session.user, totpEnabled } });
  const start = useWrite<Kernel, 'startTotp'>(kernel, 'startTotp', { onDone: setOffer });
  const finish = useWrite<Kernel, 'finishTotp'>(kernel, 'finishTotp', {
    onDone: ({ recoveryCodes }) => {
      setOffer(null);
      setCodes(recoveryCodes);
    },
  });
  const stop = useWrite<Kernel, 'removeTotp'>(kernel, 'removeTotp', {
    onDone: () => {
      setStopping(false);
      enabled(false);
      feedback.success(t.totpStopped);
    },
  });
  return (
    <>
      <p className="hd-faint">{session.user.totpEnabled ? t.totpIsOn : t.totpIsOff}</p>
      {session.user.totpEnabled ? (
        <Button danger onClick={() => setStopping(true)}>
          {t.totpStop}
        </Button>
      ) : (
        <Button
          loading={start.isPending}
          onClick={() => start.mutate({}, { onError: (error) => feedback.failure(error) })}
        >
          {t.totpStart}
        </Button>
      )}
      <Modal
        open={offer !== null}
        title={t.totpStart}
        footer={null}
        onCancel={() => setOffer(null)}
        mask={{ closable: false }}
        destroyOnHidden
      >
        {offer && (
          <div className="hd-stack hd-totp">
            <p>{t.totpScan}</p>
            <QRCode value={offer.uri} bgColor="#ffffff" color="#000000" size={196} />
            <p>
              {t.totpManual} <code>{offer.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
            </p>
            <Form layout="vertical" onFinish={({ code }: { code: string }) => finish.mutate({ code })}>
              <Form.Item
                name="code"
                label={t.totpFirstCode}
                rules={[{ required: true, pattern: /^\d{6}$/, message: t.totpCodeRule }]}
              >
                <Input autoFocus inputMode="numeric" maxLength={6} className="hd-code" autoComplete="one-time-code" />
              </Form.Item>
              {finish.error && <ErrorView error={finish.error} compact />}
              <Button type="primary" htmlType="submit" block loading={finish.isPending}>
                {t.confirm}
              </Button>
            </Form>
          </div>
        )}
      </Modal>
      <Modal
        open={codes !== null}
        title={t.recoveryCodes}
        closable={false}
        mask={{ closable: false }}
        footer={[
          <Button key="copy" onClick={() => void copyText((codes ?? []).join('\n'))}>
            {t.copy}
          </Button>,
          <Button
            key="kept"
            type="primary"
            onClick={() => {
              setCodes(null);
              enabled(true);
            }}
          >
            {t.recoveryKept}
          </Button>,
        ]}
      >
        <Alert type="warning" showIcon title={t.recoveryOnce} />
        <pre className="hd-code-box">{codes?.join('\n')}</pre>
      </Modal>
      <Modal open={stopping} title={t.totpStop} footer={null} onCancel={() => setStopping(false)} destroyOnHidden>
        <Form layout="vertical" onFinish={({ password }: { password: string }) => stop.mutate({ password })}>
          <Form.Item
            name="password"
            label={t.currentPassword}
            rules={[{ required: true, message: t.pleaseEnter(t.currentPassword) }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {stop.error && <ErrorView error={stop.error} compact />}
          <div className="hd-form-actions">
            <Button onClick={() => setStopping(false)}>{t.cancel}</Button>
            <Button danger type="primary" htmlType="submit" loading={stop.isPending}>
              {t.totpStop}
            </Button>
          </div>
        </Form>
      </Modal>
    </>
  );
}
