/**
 * Connecting a source in two steps: how it sends, and then the wait for its first line with everything a person needs to point a device here.
 * @module
 */
import {
  Alert,
  Button,
  Input,
  InputNumber,
  Labelled,
  Modal,
  Select,
  Space,
  Steps,
  useMessages,
  useOperation,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import { formatWords, type SourceKind, type SourceSummary, sourceKindWords } from '../../declared/source-shapes.ts';

const sockets = new Set<string>(['syslog-udp', 'syslog-tcp', 'syslog-tls', 'netflow']);
const usual: Partial<Record<SourceKind, number>> = {
  'syslog-udp': 514,
  'syslog-tcp': 514,
  'syslog-tls': 6514,
  netflow: 2055,
};
const zones = [
  { value: 480, label: 'UTC+8' },
  { value: 0, label: 'UTC' },
  { value: 540, label: 'UTC+9' },
  { value: -300, label: 'UTC−5' },
];

export function SourceEditor({
  source,
  onClose,
}: {
  readonly source: SourceSummary | null;
  readonly onClose: () => void;
}) {
  const t = useMessages(detection);
  const say = useSay();
  const [kind, setKind] = useState<SourceKind>(source?.kind ?? 'syslog-udp');
  const [name, setName] = useState(source?.name ?? '');
  const [format, setFormat] = useState<SourceSummary['format']>(source?.format ?? 'auto');
  const [zone, setZone] = useState(source?.zone ?? 480);
  const [address, setAddress] = useState(source?.settings.address ?? '0.0.0.0');
  const [port, setPort] = useState<number>(source?.settings.port ?? 514);
  const [path, setPath] = useState(source?.settings.path ?? '');
  const [servers, setServers] = useState((source?.settings.servers ?? []).join('\n'));
  const [topic, setTopic] = useState(source?.settings.topic ?? '');
  const [secret, setSecret] = useState('');
  const [saved, setSaved] = useState<string | null>(null);
  const save = useWrite<Detection, 'saveSource'>(detection, 'saveSource', {
    onDone: (answer) => (source ? onClose() : setSaved(answer.id)),
  });
  const words = (all: Readonly<Record<string, { readonly 'zh-CN': string; readonly en: string }>>) =>
    Object.entries(all).map(([value, label]) => ({ value, label: say(label) }));
  const send = () =>
    save.mutate({
      ...(source
        ? { id: source.id, parserId: source.parserId, logsource: source.logsource, encoding: source.encoding }
        : {}),
      name: name.trim(),
      kind,
      format,
      zone,
      settings: {
        address,
        port,
        path,
        servers: servers
          .split(/[\n,]/)
          .map((each) => each.trim())
          .filter((each) => each !== ''),
        topic,
      },
      ...(secret ? { secret } : {}),
    });
  return (
    <Modal
      open
      width={720}
      title={source ? source.name : t.newSource}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={
        saved ? (
          <Button type="primary" onClick={onClose}>
            {t.close}
          </Button>
        ) : (
          <Button type="primary" disabled={name.trim() === ''} loading={save.isPending} onClick={send}>
            {t.save}
          </Button>
        )
      }
    >
      <div className="hd-stack">
        {!source && <Steps size="small" current={saved ? 1 : 0} items={[{ title: t.step1 }, { title: t.step2 }]} />}
        {saved ? (
          <Arrival id={saved} />
        ) : (
          <>
            <Labelled label={t.kind}>
              {(id) => (
                <Select
                  id={id}
                  value={kind}
                  disabled={source !== null}
                  options={words(sourceKindWords).filter(({ value }) => value !== 'upload')}
                  onChange={(value) => {
                    setKind(value);
                    setPort(usual[value] ?? 0);
                  }}
                />
              )}
            </Labelled>
            <Labelled label={t.name}>
              {(id) => <Input id={id} value={name} onChange={({ target }) => setName(target.value)} maxLength={60} />}
            </Labelled>
            <Space>
              <Labelled label={t.format}>
                {(id) => (
                  <Select
                    id={id}
                    value={format}
                    style={{ width: 200 }}
                    options={words(formatWords).filter(({ value }) => value !== 'pattern' || format === 'pattern')}
                    onChange={setFormat}
                  />
                )}
              </Labelled>
              <Labelled label={t.zone}>
                {(id) => <Select id={id} value={zone} style={{ width: 140 }} options={zones} onChange={setZone} />}
              </Labelled>
            </Space>
            {sockets.has(kind) && (
              <Space>
                <Labelled label={t.address}>
                  {(id) => <Input id={id} value={address} onChange={({ target }) => setAddress(target.value)} />}
                </Labelled>
                <Labelled label={t.port}>
                  {(id) => (
                    <InputNumber id={id} value={port} min={0} max={65_535} onChange={(value) => setPort(value ?? 0)} />
                  )}
                </Labelled>
              </Space>
            )}
            {kind === 'file' && (
              <Labelled label={t.path}>
                {(id) => (
                  <Input
                    id={id}
                    value={path}
                    placeholder="/var/log/nginx/access*.log"
                    onChange={({ target }) => setPath(target.value)}
                  />
                )}
              </Labelled>
            )}
            {(kind === 'kafka' || kind === 'nats') && (
              <>
                <Labelled label={t.servers}>
                  {(id) => (
                    <Input.TextArea
                      id={id}
                      rows={2}
                      value={servers}
                      onChange={({ target }) => setServers(target.value)}
                    />
                  )}
                </Labelled>
                <Labelled label={t.topic}>
                  {(id) => <Input id={id} value={topic} onChange={({ target }) => setTopic(target.value)} />}
                </Labelled>
              </>
            )}
            {kind === 'syslog-tls' && (
              <Labelled label={t.certificate}>
                {(id) => (
                  <Input.TextArea id={id} rows={4} value={secret} onChange={({ target }) => setSecret(target.value)} />
                )}
              </Labelled>
            )}
            {save.isError && <Alert type="error" showIcon title={save.error.message} />}
          </>
        )}
      </div>
    </Modal>
  );
}

/** Where to send, a line to try with, and the first lines as they come. */
function Arrival({ id }: { readonly id: string }) {
  const t = useMessages(detection);
  const { data: source } = useOperation<Detection, 'getSource'>(detection, 'getSource', { id }, { refreshMs: 1500 });
  if (!source) return null;
  const { health } = source;
  const came = (health?.parsed ?? 0) + (health?.failed ?? 0) > 0;
  return (
    <div className="hd-stack">
      <HowToSend source={source} />
      {health?.status === 'failed' && (
        <Alert type="error" showIcon title={t.sourceFailed} description={health.detail} />
      )}
      <Alert
        type={came ? 'success' : 'info'}
        showIcon
        title={came ? t.firstCame : t.waitingFirst}
        description={(health?.sample ?? []).map((line) => (
          <div key={line} className="hd-code">
            {line}
          </div>
        ))}
      />
    </div>
  );
}

export function HowToSend({ source }: { readonly source: SourceSummary }) {
  const t = useMessages(detection);
  const here = location.hostname;
  const port = source.health?.port || source.settings.port;
  if (source.kind === 'http')
    return (
      <div>
        <p className="hd-faint">{t.pushHelp}</p>
        <code className="hd-code">{`POST /api/detection/sources/${source.id}/events`}</code>
      </div>
    );
  // A port the system chooses is known when the listener has told it, a moment later.
  if (sockets.has(source.kind) && port === 0) return null;
  if (source.kind !== 'syslog-udp' && source.kind !== 'syslog-tcp')
    return sockets.has(source.kind) ? (
      <div>
        {t.whereTo} <code>{`${here}:${port}`}</code>
      </div>
    ) : null;
  return (
    <div>
      <div>
        {t.whereTo} <code>{`${here}:${port}`}</code>
      </div>
      <p className="hd-faint">{t.tryIt}</p>
      <code className="hd-code">{`logger -n ${here} -P ${port} ${source.kind === 'syslog-udp' ? '-d' : '-T'} --rfc5424 "hello from $(hostname)"`}</code>
    </div>
  );
}
