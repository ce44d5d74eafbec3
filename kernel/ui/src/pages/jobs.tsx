/**
 * Jobs: what ran and runs, with its log; and what runs by itself.
 * @module
 */
import type { Job } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Switch, Tabs } from 'antd';
import { useMemo } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { JobLine } from '../live/JobTray.tsx';
import { useLiveJob } from '../live/stream.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { Fields, PageFrame, RecordHead, Section } from '../parts/PageFrame.tsx';
import { NounStatus } from '../parts/SeverityTag.tsx';
import { EmptyView, Skeleton } from '../parts/states.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { useOperation, useWrite } from '../platform/api.ts';
import { usePermission } from '../platform/session.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/DataTable.tsx';
import { formatNumber, formatTime } from '../texts/format.ts';
import { useSay, useText } from '../texts/index.ts';
import { scheduleWords } from '../texts/schedule.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useText();
  const say = useSay();
  const { locale } = usePreferences();
  const maySchedules = usePermission('job.read');
  const columns = useMemo<readonly Column<Job>[]>(
    () => [
      {
        id: 'title',
        title: t.job,
        narrow: 'title',
        sort: null,
        render: (job) => <strong className="hd-cell-main">{say(job.title)}</strong>,
      },
      {
        id: 'status',
        title: t.status,
        width: 100,
        narrow: 'line',
        sort: 'status',
        render: (job) => <NounStatus noun="job" status={job.status} />,
        filterValue: (job) => job.status,
      },
      {
        id: 'progress',
        title: t.progress,
        width: 150,
        narrow: 'line',
        sort: null,
        render: (job) =>
          job.total > 0 ? (
            <span className="hd-number">{`${formatNumber(job.done, locale)} / ${formatNumber(job.total, locale)}`}</span>
          ) : (
            <span className="hd-faint">—</span>
          ),
      },
      {
        id: 'attempt',
        title: t.attempt,
        width: 80,
        align: 'right',
        sort: null,
        render: (job) => `${job.attempt} / ${job.attempts}`,
      },
      {
        id: 'createdAt',
        title: t.createdAt,
        width: 120,
        narrow: 'line',
        sort: 'createdAt',
        render: (job) => <TimeText at={job.createdAt} />,
      },
      {
        id: 'finishedAt',
        title: t.finishedAt,
        width: 120,
        sort: 'finishedAt',
        render: (job) => <TimeText at={job.finishedAt} />,
      },
    ],
    [t, say, locale],
  );
  if (recordId)
    return (
      <PageFrame title={t.job}>
        <JobDetail id={recordId} />
      </PageFrame>
    );
  const list = (
    <DataTable<Job>
      capability={kernel}
      list="listJobs"
      columns={columns}
      defaultSort="-createdAt"
      detail={(id) => <JobDetail id={id} />}
      emptyText={t.noJobsText}
    />
  );
  return (
    <PageFrame title={t.jobs} fill>
      {maySchedules ? (
        <Tabs
          className="hd-fill-tabs"
          items={[
            { key: 'jobs', label: t.jobs, children: list },
            { key: 'schedules', label: t.schedules, children: <Schedules /> },
          ]}
        />
      ) : (
        list
      )}
    </PageFrame>
  );
}

function JobDetail({ id }: { readonly id: string }) {
  const t = useText();
  const say = useSay();
  const query = useOperation<Kernel, 'getJob'>(kernel, 'getJob', { id });
  const live = useLiveJob(id);
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const job = live ?? (query.data.job as Job);
  return (
    <div className="hd-record">
      <RecordHead
        over={<code>{job.operation}</code>}
        title={say(job.title)}
        tags={<NounStatus noun="job" status={job.status} />}
      />
      <JobLine job={job} />
      <Fields
        rows={[
          [t.createdAt, <TimeText key="c" at={job.createdAt} exact />],
          [t.startedAt, <TimeText key="s" at={job.startedAt} exact />],
          [t.finishedAt, <TimeText key="f" at={job.finishedAt} exact />],
          [t.attempt, `${job.attempt} / ${job.attempts}`],
        ]}
      />
      {job.error !== null && (
        <Section title={t.error}>
          <pre className="hd-code-box">{JSON.stringify(job.error, null, 2)}</pre>
        </Section>
      )}
      <Section title={t.log}>
        {query.data.log.length === 0 ? (
          <p className="hd-faint">{t.noLog}</p>
        ) : (
          <pre className="hd-code-box">
            {query.data.log.map(({ at, text }) => `${formatTime(at)}  ${text}`).join('\n')}
          </pre>
        )}
      </Section>
    </div>
  );
}

function Schedules() {
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const mayWrite = usePermission('job.write');
  const query = useOperation<Kernel, 'listSchedules'>(kernel, 'listSchedules', {});
  const set = useWrite<Kernel, 'setSchedule'>(kernel, 'setSchedule');
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) return <EmptyView kind="nothing-yet" title={t.noSchedules} />;
  return (
    <div className="hd-card">
      <table className="hd-issues">
        <thead>
          <tr>
            <th>{t.job}</th>
            <th>{t.schedule}</th>
            <th>{t.nextAt}</th>
            <th>{t.enabled}</th>
          </tr>
        </thead>
        <tbody>
          {query.data.items.map((item) => (
            <tr key={item.operation}>
              <td>{say(item.title)}</td>
              <td>
                <span title={item.schedule}>{scheduleWords(item.schedule, t)}</span>
              </td>
              <td>
                <TimeText at={item.nextAt} exact />
              </td>
              <td>
                <Switch
                  size="small"
                  checked={item.enabled}
                  disabled={!mayWrite}
                  onChange={(enabled) =>
                    set.mutate(
                      { operation: item.operation, schedule: item.schedule, enabled },
                      { onError: (error) => feedback.failure(error) },
                    )
                  }
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
