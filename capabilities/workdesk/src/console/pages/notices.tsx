/**
 * Notices: those that run, and what is still to be told, by unit.
 * @module
 */
import {
  Button,
  DataTable,
  EmptyView,
  ErrorView,
  NounStatus,
  OperationDialog,
  OrganisationName,
  PageFrame,
  Segmented,
  SeverityTag,
  Skeleton,
  StatusTag,
  Table,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useUrlState,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { NoticeSummary, PendingUnit } from '../../shapes.ts';
import { DueText } from '../parts/DueText.tsx';
import { NoticeRecord } from '../parts/NoticeRecord.tsx';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(workdesk);
  const mayIssue = usePermission('workdesk.issue');
  const [{ show }, change] = useUrlState('show');
  if (recordId)
    return (
      <PageFrame title={t.notices}>
        <NoticeRecord id={recordId} />
      </PageFrame>
    );
  const toolbar = mayIssue && (
    <Segmented
      value={show || 'notices'}
      onChange={(next) => change({ show: String(next) })}
      options={[
        { value: 'notices', label: t.notices },
        { value: 'pending', label: t.pending },
      ]}
    />
  );
  if (show === 'pending' && mayIssue)
    return (
      <PageFrame title={t.pending} actions={toolbar}>
        <Pending onIssued={() => change({ show: '' })} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.notices} fill>
      <DataTable<NoticeSummary>
        capability={workdesk}
        list="listNotices"
        toolbar={toolbar}
        emptyText={t.noNotices}
        columns={[
          { id: 'number', title: '', width: 180, narrow: 'line', render: ({ number }) => <code>{number}</code> },
          { id: 'title', title: '', narrow: 'title', render: ({ title }) => title },
          {
            id: 'organisationId',
            title: '',
            width: 170,
            narrow: 'none',
            sort: null,
            filterValue: () => null,
            render: ({ organisationId }) => <OrganisationName id={organisationId} />,
          },
          {
            id: 'severity',
            title: '',
            width: 90,
            narrow: 'none',
            filterValue: ({ severity }) => severity,
            render: ({ severity }) => <SeverityTag severity={severity} />,
          },
          { id: 'findingCount', title: '', width: 80, align: 'right', narrow: 'none' },
          {
            id: 'status',
            title: '',
            width: 150,
            narrow: 'line',
            filterValue: ({ status }) => status,
            render: ({ status, escalation }) => (
              <>
                <NounStatus noun="case" status={status} />
                {escalation > 0 && <StatusTag tone="bad">{t.escalated({ count: escalation })}</StatusTag>}
              </>
            ),
          },
          { id: 'dueOn', title: '', width: 130, narrow: 'line', render: (row) => <DueText summary={row} /> },
          {
            id: 'issuedAt',
            title: '',
            width: 120,
            narrow: 'none',
            render: ({ issuedAt }) => <TimeText at={issuedAt} />,
          },
        ]}
        detail={(id) => <NoticeRecord id={id} />}
      />
    </PageFrame>
  );
}

function Pending({ onIssued }: { readonly onIssued: () => void }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [issuing, setIssuing] = useState(false);
  const query = useOperation<Workdesk, 'listPendingUnits'>(workdesk, 'listPendingUnits', { limit: 500 });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const units = query.data.items as readonly PendingUnit[];
  if (units.length === 0) return <EmptyView kind="nothing-yet" title={t.noPending} />;
  const findings = units.filter(({ id }) => chosen.includes(id)).reduce((sum, each) => sum + each.findings, 0);
  const count = (
    name: 'findings' | 'critical' | 'high' | 'medium' | 'low' | 'exploited' | 'recurrences',
    title: string,
  ) => ({
    title,
    dataIndex: name,
    align: 'right' as const,
    width: name === 'exploited' ? 120 : 96,
    sorter: (a: PendingUnit, b: PendingUnit) => a[name] - b[name],
    render: (value: number) =>
      value === 0 ? (
        <span className="hd-faint">0</span>
      ) : (
        <span className={name === 'critical' || name === 'exploited' ? 'hd-tone-text-bad' : ''}>{value}</span>
      ),
  });
  return (
    <div className="hd-stack">
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start' }}>
        <Button type="primary" disabled={chosen.length === 0} onClick={() => setIssuing(true)}>
          {chosen.length === 0 ? t.issue : t.issueTo({ units: chosen.length, findings })}
        </Button>
      </div>
      <Table<PendingUnit>
        size="middle"
        rowKey="id"
        pagination={false}
        scroll={{ x: 900 }}
        dataSource={[...units]}
        rowSelection={{ selectedRowKeys: [...chosen], onChange: (keys) => setChosen(keys.map(String)) }}
        columns={[
          { title: t.unit, render: (_, row) => <OrganisationName id={row.organisationId} /> },
          count('findings', t.pending),
          count('critical', t.critical),
          count('high', t.high),
          count('medium', t.medium),
          count('low', t.low),
          count('exploited', t.exploited),
          count('recurrences', t.recurred),
          { title: t.oldest, width: 140, render: (_, row) => <TimeText at={row.oldest} /> },
        ]}
      />
      <OperationDialog
        capability={workdesk as Workdesk}
        operation="issueNotices"
        open={issuing}
        preset={{ organisationIds: chosen }}
        onCancel={() => setIssuing(false)}
        onDone={({ notices }) => {
          setIssuing(false);
          setChosen([]);
          feedback.success(t.issued({ count: notices.length }));
          onIssued();
        }}
      />
    </div>
  );
}
