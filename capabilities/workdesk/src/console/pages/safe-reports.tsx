/**
 * Safe reports (报平安): for a unit one large button, for the office the board of who is missing, the reports, the periods.
 * @module
 */
import {
  Button,
  DataTable,
  EmptyView,
  ErrorView,
  Link,
  PageFrame,
  Segmented,
  SeverityTag,
  Skeleton,
  StatusTag,
  TimeText,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useUrlState,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { reportStatusWords, type SafeReportSummary } from '../../safe-report-shapes.ts';
import { PeriodDialog } from '../parts/PeriodDialog.tsx';
import { SafeBoardView } from '../parts/SafeBoardView.tsx';
import { SafeDuty } from '../parts/SafeDuty.tsx';

export function Page() {
  const t = useMessages(workdesk);
  const office = usePermission('workdesk.read');
  const issues = usePermission('workdesk.issue');
  const [{ show, period }, change] = useUrlState('show', 'period');
  const [making, setMaking] = useState(false);
  if (!office)
    return (
      <PageFrame title={t.safeReports}>
        <Mine />
      </PageFrame>
    );
  const toolbar = (
    <Segmented
      value={show || 'board'}
      onChange={(next) => change({ show: String(next) })}
      options={[
        { value: 'board', label: t.safeBoard },
        { value: 'reports', label: t.safeRecords },
      ]}
    />
  );
  if (show === 'reports')
    return (
      <PageFrame title={t.safeRecords} fill>
        <Reports toolbar={toolbar} />
      </PageFrame>
    );
  return (
    <PageFrame
      title={t.safeBoard}
      actions={
        <>
          {toolbar}
          {issues && (
            <Button type="primary" onClick={() => setMaking(true)}>
              {t.newPeriod}
            </Button>
          )}
        </>
      }
    >
      <Board period={period} onPeriod={(next) => change({ period: next })} />
      {making && (
        <PeriodDialog
          period={null}
          onClose={(id) => {
            setMaking(false);
            if (id) change({ period: id });
          }}
        />
      )}
    </PageFrame>
  );
}

function Mine() {
  const t = useMessages(workdesk);
  // The clock moves on while the page is open: a report opens without anyone doing anything.
  const query = useOperation<Workdesk, 'mySafeReports'>(workdesk, 'mySafeReports', {}, { refreshMs: 60_000 });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) return <EmptyView kind="nothing-yet" title={t.noDuty} text={t.noDutyText} />;
  return (
    <div className="hd-stack" style={{ maxWidth: 720, gap: 16 }}>
      {query.data.items.map((duty) => (
        <SafeDuty key={`${duty.period.id}-${duty.organisationId}`} duty={duty} />
      ))}
    </div>
  );
}

function Board({ period, onPeriod }: { readonly period: string; readonly onPeriod: (id: string) => void }) {
  const t = useMessages(workdesk);
  const query = useOperation<Workdesk, 'listSafePeriods'>(workdesk, 'listSafePeriods', {
    filter: '',
    limit: 100,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { items } = query.data;
  const shown =
    items.find(({ id }) => id === period) ?? items.find(({ status }) => status === 'running') ?? items.at(0);
  if (!shown) return <EmptyView kind="nothing-yet" title={t.noPeriods} text={t.noPeriodsText} />;
  return <SafeBoardView key={shown.id} id={shown.id} periods={items} onPeriod={onPeriod} />;
}

function Reports({ toolbar }: { readonly toolbar: React.ReactNode }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <DataTable<SafeReportSummary>
      capability={workdesk}
      list="listSafeReports"
      toolbar={toolbar}
      defaultSort="-reportedAt"
      emptyText={t.noPeriodsText}
      columns={[
        {
          id: 'status',
          title: '',
          width: 90,
          narrow: 'line',
          sort: null,
          filterValue: ({ status }) => status,
          render: ({ status }) => (
            <StatusTag tone={status === 'safe' ? 'good' : 'bad'}>{say(reportStatusWords[status])}</StatusTag>
          ),
        },
        { id: 'unitName', title: '', width: 160, narrow: 'title', sort: null },
        {
          id: 'detail',
          title: '',
          narrow: 'none',
          sort: null,
          render: ({ detail, findingId, severity }) =>
            findingId ? (
              <>
                {severity && <SeverityTag severity={severity} />}{' '}
                <Link to={`/findings?id=${findingId}` as never}>{detail.split('\n')[0]}</Link>
              </>
            ) : (
              '—'
            ),
        },
        { id: 'periodTitle', title: '', width: 150, narrow: 'none', sort: null },
        {
          id: 'day',
          title: '',
          width: 150,
          narrow: 'line',
          render: ({ day, time }) => <span className="hd-number">{`${day} ${time}`}</span>,
        },
        {
          id: 'late',
          title: '',
          width: 80,
          sort: null,
          filterValue: ({ late }) => String(late),
          render: ({ late }) => (late ? <StatusTag tone="warn">{t.lateCount}</StatusTag> : '—'),
        },
        { id: 'byName', title: '', width: 110, sort: null },
        { id: 'reportedAt', title: '', width: 120, render: ({ reportedAt }) => <TimeText at={reportedAt} /> },
      ]}
    />
  );
}
