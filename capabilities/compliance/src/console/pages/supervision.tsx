/**
 * Supervision of data sharing: who answers in time, and what is overdue, with the count of each day.
 * @module
 */
import {
  Button,
  ErrorView,
  OperationDialog,
  PageFrame,
  Section,
  Skeleton,
  Table,
  useMessages,
  useOperation,
  usePermission,
  useSession,
} from '@hedun/ui';
import { useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import { attributes } from '../../sharing-shapes.ts';
import { Clocks } from '../parts/Clocks.tsx';
import { useWords } from '../parts/words.ts';

export function Page() {
  const t = useMessages(compliance);
  const words = useWords();
  const { user } = useSession();
  const maySupervise = usePermission('compliance.issue');
  const [writing, setWriting] = useState(false);
  const query = useOperation<Compliance, 'supervision'>(compliance, 'supervision', {});
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { asOf, tables, names, overdue, use } = query.data;
  const nameOf = (group: string) => {
    const attribute = (attributes as Record<string, { 'zh-CN': string; en: string }>)[group];
    return names[group] ?? (attribute ? words({ zh: attribute['zh-CN'], en: attribute.en }) : group || '—');
  };
  return (
    <PageFrame
      title={words({ zh: '共享监督', en: 'Supervision' })}
      note={t.asOf({ day: asOf })}
      actions={
        maySupervise && (
          <Button type="primary" onClick={() => setWriting(true)}>
            {t.report}
          </Button>
        )
      }
    >
      {tables.map((each) => (
        <Section key={each.id} title={words(each.title)}>
          <Table
            size="small"
            pagination={false}
            scroll={{ x: 640 }}
            rowKey="group"
            locale={{ emptyText: t.noData }}
            dataSource={[...each.rows]}
            columns={[
              { title: t.rankNumber, width: 70, render: (_, row) => row.rank ?? '—' },
              { title: t.group, render: (_, row) => nameOf(row.group) },
              ...(['all', 'inTime', 'late', 'overdue', 'open'] as const).map((name) => ({
                title: t[name],
                dataIndex: name,
                align: 'right' as const,
                width: 100,
              })),
              {
                title: t.rate,
                align: 'right' as const,
                width: 90,
                render: (_, row) => (row.onTimeRate === undefined ? '—' : `${(row.onTimeRate * 100).toFixed(1)}%`),
              },
              { title: t.median, align: 'right' as const, width: 140, render: (_, row) => row.medianDays ?? '—' },
            ]}
          />
        </Section>
      ))}
      <Section title={t.useTable}>
        <Table
          size="small"
          pagination={false}
          scroll={{ x: 900 }}
          rowKey="group"
          locale={{ emptyText: t.noData }}
          dataSource={[...use]}
          columns={[
            { title: t.rankNumber, width: 70, render: (_, row) => row.rank ?? '—' },
            { title: t.requester, render: (_, row) => nameOf(row.group) },
            ...(
              [
                ['shared', t.sharedCount],
                ['recorded', t.recordedCount],
                ['records', t.recordCount],
                ['corrections', t.correctionCount],
                ['suspended', t.suspendedCount],
                ['ended', t.endedCount],
                ['disposed', t.disposedCount],
              ] as const
            ).map(([name, title]) => ({ title, dataIndex: name, align: 'right' as const, width: 100 })),
            {
              title: t.recordedRate,
              align: 'right' as const,
              width: 90,
              render: (_, row) => (row.recordedRate === undefined ? '—' : `${(row.recordedRate * 100).toFixed(1)}%`),
            },
          ]}
        />
      </Section>
      <Section title={t.overdueList}>
        <Clocks deadlines={overdue} empty={t.nothingOverdue} withSubject />
      </Section>
      <OperationDialog
        capability={compliance as Compliance}
        operation="writeSupervisionReport"
        open={writing}
        initial={{ organisationId: user.organisationId }}
        onCancel={() => setWriting(false)}
        onDone={() => setWriting(false)}
      />
    </PageFrame>
  );
}
