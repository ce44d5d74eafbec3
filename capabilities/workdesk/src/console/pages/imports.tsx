/**
 * Scan imports: what was brought, what came of it, what could not be read.
 * @module
 */
import { fieldMeta } from '@hedun/sdk';
import {
  Alert,
  Button,
  DataTable,
  ErrorView,
  Fields,
  FileLink,
  IssueList,
  PageFrame,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  type Tone,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import type { z } from 'zod';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type ImportRow, importStatusWords } from '../../shapes.ts';
import { ImportDialog } from '../parts/ImportDialog.tsx';

const tones: Readonly<Record<ImportRow['status'], Tone>> = {
  queued: 'neutral',
  reading: 'accent',
  raising: 'accent',
  done: 'good',
  partial: 'warn',
  broken: 'bad',
};

function ImportStatus({ status }: { readonly status: ImportRow['status'] }) {
  const say = useSay();
  return <StatusTag tone={tones[status]}>{say(importStatusWords[status])}</StatusTag>;
}

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(workdesk);
  const may = usePermission('workdesk.write');
  const [importing, setImporting] = useState(false);
  const number = (id: keyof ImportRow & string) => ({
    id,
    title: '',
    width: 90,
    align: 'right' as const,
    narrow: 'none' as const,
    render: (row: ImportRow) => <span className="hd-number">{String(row[id])}</span>,
  });
  if (recordId)
    return (
      <PageFrame title={t.importScan}>
        <ImportDetail id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.importScan} fill>
      <DataTable<ImportRow>
        capability={workdesk}
        list="listImports"
        emptyText={t.noImports}
        emptyAction={
          may && (
            <Button type="primary" onClick={() => setImporting(true)}>
              {t.importScan}
            </Button>
          )
        }
        columns={[
          { id: 'name', title: '', narrow: 'title', render: ({ name }) => name },
          { id: 'source', title: '', width: 110, narrow: 'line', filterValue: ({ source }) => source },
          {
            id: 'status',
            title: '',
            width: 110,
            narrow: 'line',
            filterValue: ({ status }) => status,
            render: ({ status }) => <ImportStatus status={status} />,
          },
          number('found'),
          number('raised'),
          number('again'),
          number('reopened'),
          number('unresolved'),
          number('issueCount'),
          {
            id: 'createdAt',
            title: '',
            width: 130,
            narrow: 'line',
            render: ({ createdAt }) => <TimeText at={createdAt} />,
          },
        ]}
        detail={(id) => <ImportDetail id={id} />}
        {...(may ? { create: { title: t.importScan, run: () => setImporting(true) } } : {})}
      />
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </PageFrame>
  );
}

function ImportDetail({ id }: { readonly id: string }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const may = usePermission('workdesk.write');
  const query = useOperation<Workdesk, 'getImport'>(workdesk, 'getImport', { id }, { refreshMs: 2000 });
  const accept = useWrite<Workdesk, 'acceptGoodPart'>(workdesk, 'acceptGoodPart');
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const row = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        title={row.name}
        tags={
          <>
            <ImportStatus status={row.status} />
            <span className="hd-faint">
              {row.source} <TimeText at={row.createdAt} exact />
            </span>
          </>
        }
        actions={
          may &&
          row.status === 'broken' &&
          row.found > 0 && (
            <Button
              type="primary"
              loading={accept.isPending}
              onClick={() => accept.mutate({ id }, { onError: (error) => feedback.failure(error) })}
            >
              {t.accept}
            </Button>
          )
        }
      />
      {row.issueCount > 0 && (
        <Alert
          type={row.status === 'broken' ? 'error' : 'warning'}
          showIcon
          title={t.brokenPreview({ count: row.issueCount })}
        />
      )}
      <Section title={t.result}>
        <ImportCounts row={row} />
      </Section>
      {row.issues.length > 0 && (
        <Section title={t.issues}>
          <IssueList issues={row.issues} />
        </Section>
      )}
      <FileLink file={{ id: row.evidenceId, name: row.name, sha256: row.sha256 }} />
    </div>
  );
}

function ImportCounts({ row }: { readonly row: ImportRow }) {
  const say = useSay();
  const names = ['found', 'raised', 'again', 'reopened', 'suppressed', 'unresolved', 'below'] as const;
  const shape = workdesk.operations.getImport.output.shape;
  return <Fields rows={names.map((name) => [say(labelIn(shape[name])), String(row[name])] as const)} />;
}
const labelIn = (schema: z.ZodType) => fieldMeta(schema)?.label ?? { 'zh-CN': '', en: '' };
