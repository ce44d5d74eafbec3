/**
 * One task for the office: which unit stands where, the merged table, the counts by question, and what can be done about those who are late.
 * @module
 */
import {
  Button,
  ErrorView,
  fileHref,
  OperationDialog,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  Table,
  Tabs,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useUrlState,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type SheetSummary, sheetStatusWords, type TaskDetail, taskStatusWords } from '../../task-shapes.ts';
import { MergedView } from './MergedView.tsx';
import { sheetTone } from './sheet-look.ts';

type Dialog = 'addTaskUnits' | 'extendTask' | 'exportTask';

export function TaskRecord({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getTask'>(workdesk, 'getTask', { id }, { refreshMs: 30_000 });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded detail={query.data} />;
}

function Loaded({ detail }: { readonly detail: TaskDetail }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const { task, sheets } = detail;
  const issues = usePermission('workdesk.issue');
  return (
    <div className="hd-record">
      <RecordHead
        over={
          <>
            {task.sentBy} <TimeText at={task.sentAt} />
          </>
        }
        title={task.title}
        tags={
          <>
            <StatusTag tone={task.status === 'running' ? 'accent' : 'neutral'}>
              {say(taskStatusWords[task.status])}
            </StatusTag>
            <span className="hd-faint">{t.dueBy({ day: task.dueOn })}</span>
            {task.provisional && <span className="hd-faint">{t.provisional}</span>}
          </>
        }
        actions={issues && <Verbs detail={detail} />}
      />
      <Tabs
        items={[
          { key: 'progress', label: t.progress, children: <Progressed sheets={sheets} /> },
          { key: 'merged', label: t.merged, children: <MergedView id={task.id} part="table" /> },
          { key: 'statistics', label: t.statistics, children: <MergedView id={task.id} part="statistics" /> },
        ]}
      />
      {task.requirement && (
        <Section title={t.taskRequirement}>
          <div className="hd-prose">{task.requirement}</div>
        </Section>
      )}
    </div>
  );
}

function Verbs({ detail: { task, sheets } }: { readonly detail: TaskDetail }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const remind = useWrite<Workdesk, 'remindTask'>(workdesk, 'remindTask', {
    onDone: ({ units }) => feedback.success(t.remindedUnits({ count: units })),
  });
  const close = useWrite<Workdesk, 'closeTask'>(workdesk, 'closeTask');
  const { id } = task;
  const running = task.status === 'running';
  const waiting = sheets.some(({ status }) => status !== 'submitted' && status !== 'accepted');
  return (
    <>
      <Button type="primary" onClick={() => setDialog('exportTask')}>
        {t.exportMerged}
      </Button>
      {running && waiting && (
        <Button
          loading={remind.isPending}
          onClick={() => remind.mutate({ id }, { onError: (error) => feedback.failure(error) })}
        >
          {t.remindUnits}
        </Button>
      )}
      {running && <Button onClick={() => setDialog('addTaskUnits')}>{t.addUnits}</Button>}
      {running && <Button onClick={() => setDialog('extendTask')}>{t.extend}</Button>}
      {running && (
        <Button
          danger
          onClick={() =>
            feedback.confirm({
              title: t.closeTask,
              text: t.closeTaskText,
              verb: t.closeTask,
              onYes: () => close.mutateAsync({ id }).catch((error) => feedback.failure(error)),
            })
          }
        >
          {t.closeTask}
        </Button>
      )}
      {dialog && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={dialog}
          open
          preset={{ id }}
          onCancel={() => setDialog(null)}
          onDone={(done) => {
            setDialog(null);
            if ('href' in done) location.assign(fileHref(done.id));
          }}
        />
      )}
    </>
  );
}

function Progressed({ sheets }: { readonly sheets: readonly SheetSummary[] }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const [, change] = useUrlState('sheet');
  const count = (...wanted: readonly SheetSummary['status'][]) =>
    sheets.filter(({ status }) => wanted.includes(status)).length;
  const figures = [
    { label: t.accepted, value: `${count('accepted')} / ${sheets.length}`, tone: '' },
    { label: t.toCheck, value: String(count('submitted')), tone: count('submitted') > 0 ? 'hd-tone-text-warn' : '' },
    {
      label: t.overdue,
      value: String(sheets.filter(({ overdue }) => overdue).length),
      tone: sheets.some(({ overdue }) => overdue) ? 'hd-tone-text-bad' : '',
    },
  ];
  return (
    <div className="hd-stack">
      <div className="hd-figures" style={{ gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' }}>
        {figures.map(({ label, value, tone }) => (
          <div key={label} className="hd-figure">
            <span className="hd-figure-label">{label}</span>
            <span className={`hd-figure-value ${tone}`}>{value}</span>
          </div>
        ))}
      </div>
      <Table<SheetSummary>
        size="middle"
        rowKey="id"
        scroll={{ x: 'max-content' }}
        pagination={sheets.length > 50 ? { pageSize: 50 } : false}
        dataSource={[...sheets]}
        columns={[
          { title: t.unit, dataIndex: 'unitName' },
          {
            title: t.progress,
            width: 170,
            render: (_, row) => (
              <>
                <StatusTag tone={sheetTone(row.status)}>{say(sheetStatusWords[row.status])}</StatusTag>{' '}
                {row.overdue && <StatusTag tone="bad">{t.overdue}</StatusTag>}
              </>
            ),
          },
          {
            title: t.handedInAt,
            width: 130,
            render: (_, row) => (row.submittedAt ? <TimeText at={row.submittedAt} /> : '—'),
          },
          { title: t.score, width: 80, align: 'right', render: (_, row) => row.percent ?? '—' },
          {
            title: '',
            width: 90,
            render: (_, row) => (
              <Button
                size="small"
                type={row.status === 'submitted' ? 'primary' : 'default'}
                onClick={() => change({ sheet: row.id })}
              >
                {row.status === 'submitted' ? t.check : t.look}
              </Button>
            ),
          },
        ]}
      />
    </div>
  );
}
