/**
 * Training: what I have to learn, the courses, who has passed.
 * @module
 */
import {
  Button,
  DataTable,
  EmptyView,
  ErrorView,
  OperationDialog,
  OrganisationName,
  PageFrame,
  Segmented,
  Skeleton,
  StatusTag,
  TimeText,
  type Tone,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useUrlState,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type CourseSummary, type EnrolmentSummary, enrolmentStatusWords } from '../../training-shapes.ts';
import { CourseEditor } from '../parts/CourseEditor.tsx';
import { Lesson } from '../parts/Lesson.tsx';

const tones: Readonly<Record<EnrolmentSummary['status'], Tone>> = {
  assigned: 'warn',
  started: 'accent',
  failed: 'bad',
  passed: 'good',
};

export function Page() {
  const t = useMessages(workdesk);
  const may = usePermission('workdesk.write');
  const [{ show, lesson, course }, change] = useUrlState('show', 'lesson', 'course');
  if (lesson)
    return (
      <PageFrame title={t.training} actions={<Button onClick={() => change({ lesson: '' })}>{t.backToList}</Button>}>
        <Lesson id={lesson} />
      </PageFrame>
    );
  if (course && may)
    return (
      <PageFrame title={t.course} actions={<Button onClick={() => change({ course: '' })}>{t.backToList}</Button>}>
        <CourseEditor id={course === 'new' ? null : course} onSaved={() => change({ course: '' })} />
      </PageFrame>
    );
  const toolbar = (
    <Segmented
      value={show || 'mine'}
      onChange={(next) => change({ show: String(next) })}
      options={[
        { value: 'mine', label: t.myTraining },
        ...(may ? [{ value: 'courses', label: t.courses }] : []),
        { value: 'people', label: t.enrolments },
      ]}
    />
  );
  if (show === 'courses' && may)
    return (
      <PageFrame title={t.courses} fill>
        <Courses toolbar={toolbar} onOpen={(id) => change({ course: id })} />
      </PageFrame>
    );
  if (show === 'people')
    return (
      <PageFrame title={t.enrolments} fill>
        <People toolbar={toolbar} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.myTraining} actions={toolbar}>
      <Mine onOpen={(id) => change({ lesson: id })} />
    </PageFrame>
  );
}

function Status({ row }: { readonly row: EnrolmentSummary }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <>
      <StatusTag tone={tones[row.status]}>{say(enrolmentStatusWords[row.status])}</StatusTag>{' '}
      {row.overdue && <StatusTag tone="bad">{t.overdue}</StatusTag>}
    </>
  );
}

function Mine({ onOpen }: { readonly onOpen: (id: string) => void }) {
  const t = useMessages(workdesk);
  const query = useOperation<Workdesk, 'myTraining'>(workdesk, 'myTraining', {});
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) return <EmptyView kind="nothing-yet" title={t.noTraining} />;
  return (
    <div className="hd-stack">
      {query.data.items.map((row) => (
        <article key={row.id} className="hd-card">
          <div className="hd-form-actions" style={{ justifyContent: 'flex-start', flexWrap: 'wrap' }}>
            <strong>{row.courseTitle}</strong>
            <Status row={row} />
            <span className="hd-faint">{t.dueBy({ day: row.dueOn })}</span>
            {row.percent !== null && <span className="hd-faint">{t.scored({ percent: row.percent })}</span>}
            <span className="hd-grow" />
            <Button type={row.status === 'passed' ? 'default' : 'primary'} onClick={() => onOpen(row.id)}>
              {row.status === 'passed' ? t.review : t.learn}
            </Button>
          </div>
        </article>
      ))}
    </div>
  );
}

function Courses({ toolbar, onOpen }: { readonly toolbar: React.ReactNode; readonly onOpen: (id: string) => void }) {
  const t = useMessages(workdesk);
  const [assigning, setAssigning] = useState<string | null>(null);
  return (
    <>
      <DataTable<CourseSummary>
        key="courses"
        capability={workdesk}
        list="listCourses"
        toolbar={toolbar}
        defaultSort="-updatedAt"
        emptyText={t.noCourses}
        create={{ title: t.newCourse, run: () => onOpen('new') }}
        columns={[
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: ({ id, title, published }) => (
              <>
                <Button type="link" style={{ padding: 0 }} onClick={() => onOpen(id)}>
                  {title}
                </Button>{' '}
                {!published && <StatusTag tone="neutral">{t.draft}</StatusTag>}
              </>
            ),
          },
          { id: 'questions', title: '', width: 80, align: 'right', sort: null },
          { id: 'passPercent', title: '', width: 90, align: 'right', sort: null },
          {
            id: 'passed',
            title: t.passedOf,
            width: 120,
            align: 'right',
            narrow: 'line',
            sort: null,
            render: ({ passed, assigned }) => `${passed} / ${assigned}`,
          },
          {
            id: 'updatedAt',
            title: '',
            width: 120,
            narrow: 'line',
            render: ({ updatedAt }) => <TimeText at={updatedAt} />,
          },
          {
            id: 'assign',
            title: t.assignCourse,
            width: 110,
            sort: null,
            render: ({ id, published }) =>
              published && (
                <Button size="small" onClick={() => setAssigning(id)}>
                  {t.assignCourse}
                </Button>
              ),
          },
        ]}
      />
      <OperationDialog
        capability={workdesk as Workdesk}
        operation="assignCourse"
        open={assigning !== null}
        preset={{ id: assigning ?? '' }}
        omit={['noticeId']}
        onCancel={() => setAssigning(null)}
        onDone={() => setAssigning(null)}
      />
    </>
  );
}

function People({ toolbar }: { readonly toolbar: React.ReactNode }) {
  const t = useMessages(workdesk);
  return (
    <DataTable<EnrolmentSummary>
      key="people"
      capability={workdesk}
      list="listEnrolments"
      toolbar={toolbar}
      defaultSort="-assignedAt"
      emptyText={t.noEnrolments}
      columns={[
        { id: 'userName', title: '', width: 140, narrow: 'title' },
        { id: 'courseTitle', title: '', narrow: 'line', sort: null },
        {
          id: 'organisationId',
          title: t.unit,
          width: 180,
          sort: null,
          render: ({ organisationId }) => <OrganisationName id={organisationId} />,
        },
        {
          id: 'status',
          title: '',
          width: 150,
          narrow: 'line',
          sort: null,
          filterValue: ({ status }) => status,
          render: (row) => <Status row={row} />,
        },
        { id: 'percent', title: '', width: 80, align: 'right', sort: null },
        { id: 'dueOn', title: '', width: 120 },
        { id: 'certificate', title: '', width: 190, sort: null },
      ]}
    />
  );
}
