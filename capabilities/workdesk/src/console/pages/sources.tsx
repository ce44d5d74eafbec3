/**
 * Sources: who sends or is asked, when it last worked, and how its fields are read.
 * @module
 */
import {
  Alert,
  Button,
  copyText,
  DataTable,
  ErrorView,
  Fields,
  Modal,
  PageFrame,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { mappedFields } from '@hedun/workdesk';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { mappedFieldWords, type SourceSummary, sourceWayWords } from '../../source-shapes.ts';
import { SourceEditor } from '../parts/SourceEditor.tsx';

function SourceState({ source }: { readonly source: SourceSummary }) {
  const t = useMessages(workdesk);
  if (!source.enabled) return <StatusTag tone="neutral">{t.sourceOff}</StatusTag>;
  if (source.lastError) return <StatusTag tone="bad">{t.sourceFailing}</StatusTag>;
  return <StatusTag tone="good">{t.sourceOn}</StatusTag>;
}

export function Page() {
  const t = useMessages(workdesk);
  const say = useSay();
  const may = usePermission('workdesk.write');
  const [making, setMaking] = useState(false);
  return (
    <PageFrame title={t.sources} fill>
      <DataTable<SourceSummary>
        capability={workdesk}
        list="listSources"
        defaultSort="name"
        emptyText={t.noSources}
        emptyAction={
          may && (
            <Button type="primary" onClick={() => setMaking(true)}>
              {t.newSource}
            </Button>
          )
        }
        columns={[
          {
            id: 'name',
            title: '',
            narrow: 'title',
            render: ({ name }) => <strong className="hd-cell-main">{name}</strong>,
          },
          {
            id: 'ways',
            title: '',
            width: 240,
            sort: null,
            narrow: 'line',
            render: ({ ways }) => ways.map((way) => say(sourceWayWords[way])).join(' · '),
          },
          {
            id: 'enabled',
            title: '',
            width: 110,
            sort: null,
            narrow: 'line',
            render: (source) => <SourceState source={source} />,
          },
          {
            id: 'lastSuccessAt',
            title: '',
            width: 150,
            narrow: 'line',
            render: ({ lastSuccessAt }) => (lastSuccessAt ? <TimeText at={lastSuccessAt} /> : '—'),
          },
        ]}
        detail={(id) => <SourceRecord id={id} />}
        {...(may ? { create: { title: t.newSource, run: () => setMaking(true) } } : {})}
      />
      {making && <SourceEditor source={null} onClose={() => setMaking(false)} />}
    </PageFrame>
  );
}

function SourceRecord({ id }: { readonly id: string }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const feedback = useFeedback();
  const may = usePermission('workdesk.write');
  const [editing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const query = useOperation<Workdesk, 'getSource'>(workdesk, 'getSource', { id });
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  const renew = useWrite<Workdesk, 'renewPushSecret'>(workdesk, 'renewPushSecret', {
    onDone: (answer) => setSecret(answer.secret),
  });
  const pull = useWrite<Workdesk, 'pullSource'>(workdesk, 'pullSource');
  const remove = useWrite<Workdesk, 'removeSource'>(workdesk, 'removeSource');
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const source = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        title={source.name}
        tags={<SourceState source={source} />}
        actions={
          may && (
            <>
              {source.connection && (
                <Button type="primary" loading={pull.isPending} onClick={() => pull.mutate({ id }, fail)}>
                  {t.pullNow}
                </Button>
              )}
              <Button onClick={() => setEditing(true)}>{t.edit}</Button>
              <Button loading={renew.isPending} onClick={() => renew.mutate({ id }, fail)}>
                {t.pushSecret}
              </Button>
              <Button danger loading={remove.isPending} onClick={() => remove.mutate({ id }, fail)}>
                {t.remove}
              </Button>
            </>
          )
        }
      />
      {source.lastError && <Alert type="error" showIcon title={t.sourceFailing} description={source.lastError} />}
      {source.connection && (
        <Section title={t.wayPull}>
          <Fields
            rows={[
              [t.address, <code key="url">{source.connection.url}</code>],
              [t.everyMinutes, String(source.connection.everyMinutes)],
              [t.paging, t[`paging_${source.connection.paging.kind}`]],
              [t.credential, source.hasCredential ? t.credentialKept : '—'],
              [t.lastRun, source.lastRunAt ? <TimeText key="run" at={source.lastRunAt} exact /> : '—'],
              [t.nextRun, source.nextRunAt ? <TimeText key="next" at={source.nextRunAt} exact /> : '—'],
            ]}
          />
        </Section>
      )}
      <Section title={t.mapping}>
        <Fields
          rows={mappedFields.flatMap((field) => {
            const column = source.mapping.fields[field];
            return column ? [[say(mappedFieldWords[field]), <code key={field}>{column}</code>] as const] : [];
          })}
        />
      </Section>
      <Section title={t.wayPush}>
        <p className="hd-faint">{t.pushHelp}</p>
        <code>{`POST /api/workdesk/sources/${id}/push`}</code>
      </Section>
      {editing && <SourceEditor source={source} onClose={() => setEditing(false)} />}
      <Modal
        open={secret !== null}
        title={t.pushSecret}
        okText={t.copy}
        onOk={() => {
          void copyText(secret ?? '');
          feedback.success(t.copied);
          setSecret(null);
        }}
        onCancel={() => setSecret(null)}
      >
        <Alert type="warning" showIcon title={t.secretOnce} />
        <p>
          <code>{secret}</code>
        </p>
      </Modal>
    </div>
  );
}
