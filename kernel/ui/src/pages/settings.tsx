/**
 * Settings of the platform and its capabilities, channels of notices with their deliveries, sample data, state of the system.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { describeProperty } from '../form/describe.ts';
import { FieldControl } from '../form/FieldItem.tsx';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { SamplesCard } from '../parts/Samples.tsx';
import { StatusTag } from '../parts/SeverityTag.tsx';
import { Skeleton } from '../parts/states.tsx';
import { type OutputOf, useOperation, useWrite } from '../platform/api.ts';
import { useConsoles } from '../platform/registry.tsx';
import { usePermission } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';
import { Channels, Deliveries } from './channels.tsx';

type SettingItem = OutputOf<Kernel, 'listSettings'>['items'][number];

export function Page() {
  const t = useText();
  return (
    <PageFrame title={t.settings} fill>
      <Tabs
        className="hd-fill-tabs"
        items={[
          { key: 'settings', label: t.settings, children: <Settings /> },
          { key: 'channels', label: t.channels, children: <Channels /> },
          { key: 'deliveries', label: t.deliveries, children: <Deliveries /> },
          { key: 'system', label: t.systemState, children: <System /> },
          {
            key: 'samples',
            label: t.samples,
            children: (
              <div className="hd-first-steps">
                <SamplesCard />
              </div>
            ),
          },
        ]}
      />
    </PageFrame>
  );
}

function Settings() {
  const query = useOperation<Kernel, 'listSettings'>(kernel, 'listSettings', {});
  const say = useSay();
  const consoles = useConsoles();
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const owners = [...new Set(query.data.items.map(({ capability }) => capability))];
  return (
    <div className="hd-stack hd-settings">
      {owners.map((owner) => {
        const title = consoles.find(({ capability }) => capability.id === owner)?.capability.title;
        return (
          <section key={owner} className="hd-card">
            <h2>{title ? say(title) : owner}</h2>
            {query.data.items
              .filter(({ capability }) => capability === owner)
              .map((item) => (
                <SettingLine key={item.id} item={item} />
              ))}
          </section>
        );
      })}
    </div>
  );
}

function SettingLine({ item }: { readonly item: SettingItem }) {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const mayWrite = usePermission('setting.write');
  const [value, setValue] = useState<unknown>(item.secret ? undefined : item.value);
  const field = {
    ...describeProperty(item.id, item.schema, false),
    ...(item.secret ? { widget: 'password' as const } : {}),
  };
  const set = useWrite<Kernel, 'setSetting'>(kernel, 'setSetting', { onDone: () => feedback.success(t.saved) });
  const changed = item.secret ? Boolean(value) : JSON.stringify(value ?? null) !== JSON.stringify(item.value ?? null);
  return (
    <div className="hd-setting">
      <div>
        <label htmlFor={item.id}>
          <strong>{say(item.title)}</strong>
        </label>
        <div className="hd-faint">
          {field.label !== item.id && `${say(field.label)} \u00b7 `}
          <code>{item.id}</code>
        </div>
      </div>
      <div className="hd-setting-value">
        <FieldControl id={item.id} field={field} value={value} onChange={setValue} />
        {item.secret && (
          <StatusTag tone={item.isSet ? 'good' : 'neutral'}>{item.isSet ? t.secretSet : t.secretUnset}</StatusTag>
        )}
        <Button
          type="primary"
          disabled={!mayWrite || !changed}
          loading={set.isPending}
          onClick={() =>
            set.mutate(
              { id: item.id, value: value === undefined || value === '' ? null : value },
              { onError: (error) => feedback.failure(error) },
            )
          }
        >
          {t.save}
        </Button>
      </div>
    </div>
  );
}

function System() {
  const t = useText();
  const say = useSay();
  const query = useOperation<Kernel, 'getSystem'>(kernel, 'getSystem', {});
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { version, database, capabilities, checks } = query.data;
  const words = t as unknown as Readonly<Record<string, string>>;
  // What a capability runs in the background carries the capability's id before its own.
  const checkTitle = (name: string) => {
    const owner = capabilities.find(({ id }) => name.startsWith(`${id}.`));
    return owner ? say(owner.title) : (words[`check_${name}`] ?? name);
  };
  return (
    <div className="hd-stack hd-settings">
      <section className="hd-card">
        <h2>{t.systemState}</h2>
        <p>
          {t.version} <code>{version}</code> · {t.database} <code>{database}</code>
        </p>
        <ul className="hd-plain-list">
          {checks.map((check) => (
            <li key={check.name}>
              <StatusTag tone={check.ok ? 'good' : 'bad'}>{check.ok ? t.ok : t.notOk}</StatusTag>
              <strong>{checkTitle(check.name)}</strong>
              <code className="hd-faint">{check.name}</code>
              <span className="hd-grow" />
              <span className="hd-faint">{check.detail}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="hd-card">
        <h2>{t.capabilities}</h2>
        <ul className="hd-plain-list">
          {capabilities.map((capability) => (
            <li key={capability.id}>
              <strong>{say(capability.title)}</strong>
              <code className="hd-faint">{capability.id}</code>
              <span className="hd-grow" />
              <span>{t.operationCount(capability.operations)}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
