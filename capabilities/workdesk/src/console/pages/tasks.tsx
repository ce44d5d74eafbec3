/**
 * Tasks and self-checks: the office designs, sends, checks and merges; a unit fills in. A sheet and a template have the page to themselves.
 * @module
 */
import {
  Button,
  DataTable,
  EmptyView,
  ErrorView,
  OperationDialog,
  PageFrame,
  Progress,
  Segmented,
  Skeleton,
  StatusTag,
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
import { sheetStatusWords, type TaskSummary, type TemplateSummary, taskStatusWords } from '../../task-shapes.ts';
import { SheetView } from '../parts/SheetView.tsx';
import { sheetTone } from '../parts/sheet-look.ts';
import { TaskRecord } from '../parts/TaskRecord.tsx';
import { TemplateEditor } from '../parts/TemplateEditor.tsx';

export function Page() {
  const t = useMessages(workdesk);
  const office = usePermission('workdesk.read');
  const writes = usePermission('workdesk.write');
  const [{ show, sheet, template, id }, change] = useUrlState('show', 'sheet', 'template', 'id');
  if (sheet)
    return (
      <PageFrame title={t.tasks} actions={<Button onClick={() => change({ sheet: '' })}>{t.backToList}</Button>}>
        <SheetView key={sheet} id={sheet} />
      </PageFrame>
    );
  if (template && writes)
    return (
      <PageFrame title={t.template} actions={<Button onClick={() => change({ template: '' })}>{t.backToList}</Button>}>
        <TemplateEditor
          key={template}
          id={template === 'new' ? null : template}
          onSaved={() => change({ template: '', show: 'templates' })}
        />
      </PageFrame>
    );
  if (!office)
    return (
      <PageFrame title={t.tasks}>
        <Mine taskId={id} onOpen={(next) => change({ sheet: next })} />
      </PageFrame>
    );
  const toolbar = (
    <Segmented
      value={show || 'tasks'}
      onChange={(next) => change({ show: String(next) })}
      options={[
        { value: 'tasks', label: t.tasks },
        { value: 'templates', label: t.templates },
      ]}
    />
  );
  return (
    <PageFrame title={show === 'templates' ? t.templates : t.tasks} fill>
      {show === 'templates' ? (
        <Templates
          toolbar={toolbar}
          onOpen={(next) => change({ template: next })}
          onSent={() => change({ show: '' })}
        />
      ) : (
        <Tasks toolbar={toolbar} />
      )}
    </PageFrame>
  );
}

function Tasks({ toolbar }: { readonly toolbar: React.ReactNode }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <DataTable<TaskSummary>
      key="tasks"
      capability={workdesk}
      list="listTasks"
      toolbar={toolbar}
      defaultSort="-sentAt"
      emptyText={t.noTasks}
      columns={[
        {
          id: 'title',
          title: '',
          narrow: 'title',
          render: ({ title }) => <strong className="hd-cell-main">{title}</strong>,
        },
        {
          id: 'status',
          title: '',
          width: 100,
          sort: null,
          filterValue: ({ status }) => status,
          render: ({ status }) => (
            <StatusTag tone={status === 'running' ? 'accent' : 'neutral'}>{say(taskStatusWords[status])}</StatusTag>
          ),
        },
        {
          id: 'accepted',
          title: t.progressOf,
          width: 190,
          narrow: 'line',
          sort: null,
          render: ({ accepted, units }) => (
            <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
              <Progress
                percent={units === 0 ? 0 : Math.round((accepted / units) * 100)}
                size="small"
                showInfo={false}
                style={{ width: 80, margin: 0 }}
              />
              <span className="hd-number">{`${accepted} / ${units}`}</span>
            </span>
          ),
        },
        {
          id: 'submitted',
          title: '',
          width: 90,
          align: 'right',
          sort: null,
          render: ({ submitted }) => (submitted > 0 ? <strong>{submitted}</strong> : '—'),
        },
        {
          id: 'late',
          title: '',
          width: 80,
          align: 'right',
          sort: null,
          render: ({ late }) => (late > 0 ? <strong className="hd-tone-text-bad">{late}</strong> : '—'),
        },
        { id: 'dueOn', title: '', width: 120, narrow: 'line' },
        { id: 'sentAt', title: '', width: 120, render: ({ sentAt }) => <TimeText at={sentAt} /> },
      ]}
      detail={(id) => <TaskRecord key={id} id={id} />}
    />
  );
}

function Templates({
  toolbar,
  onOpen,
  onSent,
}: {
  readonly toolbar: React.ReactNode;
  readonly onOpen: (id: string) => void;
  readonly onSent: () => void;
}) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const writes = usePermission('workdesk.write');
  const issues = usePermission('workdesk.issue');
  const [sending, setSending] = useState<TemplateSummary | null>(null);
  const remove = useWrite<Workdesk, 'deleteTemplate'>(workdesk, 'deleteTemplate');
  return (
    <>
      <DataTable<TemplateSummary>
        key="templates"
        capability={workdesk}
        list="listTemplates"
        toolbar={toolbar}
        defaultSort="-updatedAt"
        emptyText={t.noTemplates}
        {...(writes ? { create: { title: t.newTemplate, run: () => onOpen('new') } } : {})}
        columns={[
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: ({ id, title }) =>
              writes ? (
                <Button type="link" style={{ padding: 0 }} onClick={() => onOpen(id)}>
                  {title}
                </Button>
              ) : (
                title
              ),
          },
          { id: 'questions', title: '', width: 80, align: 'right', narrow: 'line', sort: null },
          { id: 'points', title: '', width: 90, align: 'right', sort: null },
          { id: 'sent', title: '', width: 90, align: 'right', sort: null },
          {
            id: 'updatedAt',
            title: '',
            width: 120,
            narrow: 'line',
            render: ({ updatedAt }) => <TimeText at={updatedAt} />,
          },
          {
            id: 'verbs',
            title: t.verbs,
            width: 170,
            narrow: 'line',
            sort: null,
            render: (row) => (
              <>
                {issues && (
                  <Button size="small" type="primary" onClick={() => setSending(row)}>
                    {t.sendTask}
                  </Button>
                )}{' '}
                {writes && (
                  <Button
                    size="small"
                    danger
                    type="text"
                    onClick={() =>
                      feedback.confirm({
                        title: t.deleteArticle({ title: row.title }),
                        text: t.templateNote,
                        verb: t.remove,
                        onYes: () => remove.mutateAsync({ id: row.id }).catch((error) => feedback.failure(error)),
                      })
                    }
                  >
                    {t.remove}
                  </Button>
                )}
              </>
            ),
          },
        ]}
      />
      {sending && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="sendTask"
          open
          preset={{ templateId: sending.id }}
          initial={{ title: sending.title }}
          onCancel={() => setSending(null)}
          onDone={() => {
            setSending(null);
            onSent();
          }}
        />
      )}
    </>
  );
}

/** The tasks of the own unit, what is to do first. */
function Mine({ taskId, onOpen }: { readonly taskId: string; readonly onOpen: (sheetId: string) => void }) {
  const t = useMessages(workdesk);
  const query = useOperation<Workdesk, 'listTasks'>(workdesk, 'listTasks', { filter: '', limit: 100 });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data.items.filter(({ sheetId }) => sheetId !== null);
  if (rows.length === 0) return <EmptyView kind="nothing-yet" title={t.noMyTasks} />;
  const weight = (row: TaskSummary) =>
    (row.id === taskId ? 8 : 0) +
    (row.status === 'running' ? 4 : 0) +
    (row.mine === 'returned' ? 2 : row.mine === 'assigned' || row.mine === 'filling' ? 1 : 0);
  return (
    <div className="hd-stack" style={{ maxWidth: 820 }}>
      {rows
        .toSorted((a, b) => weight(b) - weight(a))
        .map((row) => (
          <MyTask key={row.id} row={row} onOpen={onOpen} />
        ))}
    </div>
  );
}

function MyTask({ row, onOpen }: { readonly row: TaskSummary; readonly onOpen: (sheetId: string) => void }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const mine = row.mine ?? 'assigned';
  const open = row.status === 'running' && mine !== 'submitted' && mine !== 'accepted';
  const verb =
    open && mine === 'assigned' ? t.fillIn : open && mine === 'filling' ? t.goOn : open ? t.correct_returned : t.look;
  return (
    <article className="hd-card">
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start', alignItems: 'center', flexWrap: 'wrap' }}>
        <strong>{row.title}</strong>
        <StatusTag tone={sheetTone(mine)}>{say(sheetStatusWords[mine])}</StatusTag>
        {row.late > 0 && <StatusTag tone="bad">{t.overdue}</StatusTag>}
        {row.status === 'closed' && <StatusTag tone="neutral">{say(taskStatusWords.closed)}</StatusTag>}
        <span className="hd-faint">{t.dueBy({ day: row.dueOn })}</span>
        <span className="hd-grow" />
        <Button type={open ? 'primary' : 'default'} onClick={() => row.sheetId && onOpen(row.sheetId)}>
          {verb}
        </Button>
      </div>
    </article>
  );
}
