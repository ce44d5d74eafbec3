/**
 * The tunnel twin: live at one second, alarms on the picture, the root cause ringed, the last minutes to replay, faults to inject.
 * @module
 */
import { befalls, type FaultKind, faultKinds } from '@hedun/anomaly/twin';
import {
  Button,
  EmptyView,
  ErrorView,
  marks,
  PageFrame,
  Section,
  Select,
  Skeleton,
  Slider,
  StatusTag,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Anomaly, anomaly } from '../../capability.ts';
import type { TunnelAlarm, TunnelState } from '../../shapes.ts';
import { plan, TunnelPicture } from '../parts/TunnelPicture.tsx';

export function Page() {
  const t = useMessages(anomaly);
  const may = usePermission('anomaly.write');
  const feedback = useFeedback();
  const [second, setSecond] = useState<number | null>(null);
  const live = useOperation<Anomaly, 'getTunnel'>(anomaly, 'getTunnel', {}, { refreshMs: 1000, keep: true });
  const past = useOperation<Anomaly, 'getTunnel'>(
    anomaly,
    'getTunnel',
    { second: second ?? 0 },
    { enabled: second !== null, keep: true },
  );
  const options = { onError: (error: unknown) => feedback.failure(error) };
  const start = useWrite<Anomaly, 'startTunnel'>(anomaly, 'startTunnel');
  const stop = useWrite<Anomaly, 'stopTunnel'>(anomaly, 'stopTunnel');
  const newest = live.data as TunnelState | undefined;
  const shown = (second === null ? newest : ((past.data as TunnelState | undefined) ?? newest)) as
    | TunnelState
    | undefined;
  const open = newest?.status === 'running' || newest?.status === 'learning';
  return (
    <PageFrame
      title={t.tunnel}
      actions={
        may &&
        (open ? (
          <Button onClick={() => stop.mutate({}, options)}>{t.stop}</Button>
        ) : (
          <Button type="primary" loading={start.isPending} onClick={() => start.mutate({ seed: 21 }, options)}>
            {t.start}
          </Button>
        ))
      }
    >
      {live.isPending && <Skeleton />}
      {live.isError && <ErrorView error={live.error} onRetry={() => void live.refetch()} />}
      {newest?.status === 'closed' && <EmptyView kind="nothing-yet" title={t.closed} />}
      {newest?.status === 'failed' && <EmptyView kind="nothing-yet" title={t.failed} />}
      {newest?.status === 'learning' && <EmptyView kind="nothing-yet" title={t.learning} />}
      {newest?.status === 'running' && shown && (
        <Running newest={newest} shown={shown} second={second} setSecond={setSecond} may={may} />
      )}
    </PageFrame>
  );
}

function Running({
  newest,
  shown,
  second,
  setSecond,
  may,
}: {
  readonly newest: TunnelState;
  readonly shown: TunnelState;
  readonly second: number | null;
  readonly setSecond: (second: number | null) => void;
  readonly may: boolean;
}) {
  const t = useMessages(anomaly);
  const [device, setDevice] = useState('fan-09-1');
  return (
    <div className="hd-stack">
      <TunnelPicture values={shown.values} alarms={shown.alarms} chosen={device} onChoose={setDevice} />
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
        <Button size="small" type={second === null ? 'primary' : 'default'} onClick={() => setSecond(null)}>
          {t.live}
        </Button>
        <div style={{ flex: 1, minWidth: 200 }}>
          <Slider
            min={newest.oldest}
            max={Math.max(newest.newest, newest.oldest + 1)}
            value={second ?? newest.newest}
            onChange={(value) => setSecond(value as number)}
          />
        </div>
        <span className="hd-faint">{second === null ? t.at({ second: newest.newest }) : t.replay({ second })}</span>
      </div>
      <p className="hd-faint">
        {t.latency({ middle: newest.middleMs.toFixed(1), slowest: newest.slowestMs.toFixed(1) })}
      </p>
      {may && <Faults device={device} setDevice={setDevice} />}
      <Alarms alarms={shown.alarms} />
    </div>
  );
}

function Faults({ device, setDevice }: { readonly device: string; readonly setDevice: (device: string) => void }) {
  const t = useMessages(anomaly);
  const feedback = useFeedback();
  const [kind, setKind] = useState<FaultKind>('fan-failure');
  const inject = useWrite<Anomaly, 'injectFault'>(anomaly, 'injectFault');
  const clear = useWrite<Anomaly, 'clearFaults'>(anomaly, 'clearFaults');
  const options = { onError: (error: unknown) => feedback.failure(error) };
  const fitting = plan.devices.filter(({ kind: each }) => befalls[kind].includes(each));
  return (
    <div className="hd-form-actions" style={{ justifyContent: 'flex-start', flexWrap: 'wrap' }}>
      <Select
        aria-label={t.fault}
        style={{ width: 200 }}
        value={kind}
        onChange={(next: FaultKind) => {
          setKind(next);
          setDevice(plan.devices.find(({ kind: each, section }) => befalls[next].includes(each) && section === 12)!.id);
        }}
        options={faultKinds.map((value) => ({ value, label: t[value] }))}
      />
      <Select
        aria-label={t.device}
        style={{ width: 180 }}
        showSearch
        value={device}
        onChange={setDevice}
        options={fitting.map(({ id }) => ({ value: id, label: id }))}
      />
      <Button danger onClick={() => inject.mutate({ kind, device, seconds: 600 }, options)}>
        {t.inject}
      </Button>
      <Button onClick={() => clear.mutate({}, options)}>{t.clearFaults}</Button>
    </div>
  );
}

/** Causes first; consequences are counted and the strongest of them shown. */
function Alarms({ alarms }: { readonly alarms: readonly TunnelAlarm[] }) {
  const t = useMessages(anomaly);
  const causes = alarms.filter(({ cause }) => cause);
  const others = alarms.filter(({ cause }) => !cause).sort((a, b) => b.strength - a.strength);
  return (
    <Section title={t.alarms}>
      {alarms.length === 0 && <p className="hd-faint">{t.quiet}</p>}
      {causes.map((alarm) => (
        <p key={alarm.device} data-testid="cause">
          <StatusTag tone="bad">{t.rootCause}</StatusTag> <strong>{alarm.device}</strong> {t[alarm.form]} ·{' '}
          {t.said({ said: wordsOf(alarm.said, alarm.unit), expected: wordsOf(alarm.expected, alarm.unit) })} ·{' '}
          <span className="hd-faint">{t.second({ second: alarm.since })}</span>
        </p>
      ))}
      {others.length > 0 && (
        <p className="hd-faint">
          {t.consequence} {others.length}
          {marks().colon}
          {others
            .slice(0, 8)
            .map(({ device }) => device)
            .join(marks().comma)}
        </p>
      )}
    </Section>
  );
}
const wordsOf = (value: number | null, unit: string) => (value === null ? '—' : `${value.toFixed(1)} ${unit}`);
