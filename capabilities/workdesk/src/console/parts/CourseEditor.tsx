/**
 * Writing a course: its facts by the declared form, its quiz by the designer.
 * @module
 */
import { Alert, ErrorView, OperationForm, Section, Skeleton, useMessages, useOperation } from '@hedun/ui';
import type { Form } from '@hedun/workdesk';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { CourseRow } from '../../training-shapes.ts';
import { FormDesigner } from './FormDesigner.tsx';

export function CourseEditor({ id, onSaved }: { readonly id: string | null; readonly onSaved: () => void }) {
  return id === null ? <Editor course={null} onSaved={onSaved} /> : <Known id={id} onSaved={onSaved} />;
}

function Known({ id, onSaved }: { readonly id: string; readonly onSaved: () => void }) {
  const query = useOperation<Workdesk, 'getCourse'>(workdesk, 'getCourse', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Editor key={id} course={query.data} onSaved={onSaved} />;
}

function Editor({ course, onSaved }: { readonly course: CourseRow | null; readonly onSaved: () => void }) {
  const t = useMessages(workdesk);
  const [quiz, setQuiz] = useState<Form>(course?.quiz ?? { sections: [] });
  return (
    <div className="hd-stack" style={{ maxWidth: 820 }}>
      {course && <Alert type="info" showIcon title={t.courseChanges} />}
      <Section title={t.quiz}>
        <FormDesigner value={quiz} quiz onChange={setQuiz} />
      </Section>
      <OperationForm
        capability={workdesk as Workdesk}
        operation="saveCourse"
        preset={course ? { id: course.id } : {}}
        omit={['quiz', ...(course ? [] : ['id'])]}
        {...(course
          ? {
              initial: {
                title: course.title,
                summary: course.summary,
                body: course.body,
                passPercent: course.passPercent,
                attempts: course.attempts,
                validMonths: course.validMonths,
                published: course.published,
              },
            }
          : {})}
        prepare={(values) => ({ ...values, quiz })}
        onDone={onSaved}
      />
    </div>
  );
}
