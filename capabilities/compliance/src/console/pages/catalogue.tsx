/**
 * The data catalogue: what is published for all, and the entries an organisation is drafting.
 * @module
 */
import { fieldMeta } from '@hedun/sdk';
import {
  Alert,
  Button,
  ErrorView,
  Fields,
  marks,
  OperationDialog,
  OperationList,
  PageFrame,
  RecordHead,
  Section,
  Segmented,
  Skeleton,
  StatusTag,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useSession,
  useUrlState,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import type { z } from 'zod';
import { type Compliance, compliance } from '../../capability.ts';
import { Clocks } from '../parts/Clocks.tsx';
import { Events } from '../parts/Events.tsx';
import { Steps } from '../parts/Steps.tsx';
import { useWords } from '../parts/words.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(compliance);
  const words = useWords();
  const [{ show }, change] = useUrlState('show');
  if (recordId)
    return (
      <PageFrame title={words({ zh: '目录条目', en: 'Catalogue entry' })}>
        <Either id={recordId} />
      </PageFrame>
    );
  const toolbar = (
    <Segmented
      value={show || 'published'}
      onChange={(next) => change({ show: next })}
      options={[
        { value: 'published', label: t.published },
        { value: 'drafts', label: t.drafts },
      ]}
    />
  );
  return show === 'drafts' ? (
    <OperationList
      key="drafts"
      capability={compliance}
      list="listEntries"
      create="createEntry"
      columns={['name', 'organisationId', 'statusTitle', 'updatedAt']}
      toolbar={toolbar}
      detail={(id) => <DraftDetail id={id} />}
    />
  ) : (
    <OperationList
      key="published"
      capability={compliance}
      list="searchCatalogue"
      columns={['name', 'provider', 'attribute', 'method', 'level', 'publishedAt']}
      toolbar={toolbar}
      detail={(id) => <PublishedDetail id={id} />}
    />
  );
}

/** The entry itself for its department and those above, the published copy for everybody else. */
function Either({ id }: { readonly id: string }) {
  const query = useOperation<Compliance, 'getEntry'>(compliance, 'getEntry', { id });
  if (query.isPending) return <Skeleton />;
  return query.isError ? <PublishedDetail id={id} /> : <DraftDetail id={id} />;
}

function DraftDetail({ id }: { readonly id: string }) {
  const t = useMessages(compliance);
  const query = useOperation<Compliance, 'getEntry'>(compliance, 'getEntry', { id });
  const step = useWrite<Compliance, 'stepEntry'>(compliance, 'stepEntry');
  const record = useWrite<Compliance, 'recordEntryEvent'>(compliance, 'recordEntryEvent');
  const mayShare = usePermission('compliance.unit');
  const [changing, setChanging] = useState(false);
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const entry = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        title={entry.name}
        tags={<StatusTag tone="accent">{entry.statusTitle}</StatusTag>}
        actions={
          <>
            {entry.editable && mayShare && <Button onClick={() => setChanging(true)}>{t.change}</Button>}
            <Steps steps={entry.steps} take={(taken) => step.mutateAsync({ id, ...taken } as never)} />
          </>
        }
      />
      {entry.problems.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t.asksFor}
          description={entry.problems.map((each) => each.words).join(marks().comma)}
        />
      )}
      <Body body={entry.body} />
      <Section title={t.clocks}>
        <Clocks deadlines={entry.deadlines} />
      </Section>
      <Events
        events={entry.events}
        forms={entry.recordable}
        mayRecord={mayShare}
        record={(event) => record.mutateAsync({ id, ...event } as never)}
      />
      {changing && (
        <OperationDialog
          capability={compliance as Compliance}
          operation="updateEntry"
          open
          preset={{ id }}
          initial={entry.body}
          onCancel={() => setChanging(false)}
          onDone={() => setChanging(false)}
        />
      )}
    </div>
  );
}

function PublishedDetail({ id }: { readonly id: string }) {
  const t = useMessages(compliance);
  const { user } = useSession();
  const mayShare = usePermission('compliance.unit');
  const [asking, setAsking] = useState(false);
  const query = useOperation<Compliance, 'getPublished'>(compliance, 'getPublished', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const entry = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        title={entry.name}
        tags={<StatusTag tone="good">{entry.provider}</StatusTag>}
        actions={
          mayShare && (
            <Button type="primary" onClick={() => setAsking(true)}>
              {t.request}
            </Button>
          )
        }
      />
      <Body body={entry.body} />
      <OperationDialog
        capability={compliance as Compliance}
        operation="createRequest"
        open={asking}
        preset={{ entryId: id }}
        initial={{ organisationId: user.organisationId }}
        onCancel={() => setAsking(false)}
        onDone={() => setAsking(false)}
      />
    </div>
  );
}

const fields: Readonly<Record<string, z.ZodType>> = compliance.operations.createEntry.input.shape;
function Body({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
  const say = useSay();
  const t = useMessages(compliance);
  const labelOf = (name: string) => {
    const field = fields[name];
    const label = field && fieldMeta(field)?.label;
    return label ? say(label) : name === 'provider' ? t.provider : name;
  };
  const wordOf = (name: string, value: unknown) => {
    if (Array.isArray(value)) return value.join(marks().comma);
    const field = fields[name];
    const word = field && fieldMeta(field)?.options?.[String(value)];
    return word ? say(word) : String(value);
  };
  return <Fields rows={Object.entries(body).map(([name, value]) => [labelOf(name), wordOf(name, value)] as const)} />;
}
