/**
 * One lesson: read, answer, and what came of it.
 * @module
 */
import {
  Alert,
  Button,
  ClientFailure,
  ErrorView,
  fileHref,
  RecordHead,
  Skeleton,
  useFeedback,
  useMessages,
  useWrite,
} from '@hedun/ui';
import type { Answers } from '@hedun/workdesk';
import { useEffect, useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { Lesson as OpenLesson, QuizResult } from '../../training-shapes.ts';
import { FormFill } from './FormFill.tsx';
import { PlainBody } from './PlainBody.tsx';

export function Lesson({ id }: { readonly id: string }) {
  const [lesson, setLesson] = useState<OpenLesson | null>(null);
  const open = useWrite<Workdesk, 'openLesson'>(workdesk, 'openLesson', { onDone: setLesson });
  const { mutate } = open;
  useEffect(() => mutate({ id }), [mutate, id]);
  if (open.error) return <ErrorView error={open.error} onRetry={() => open.mutate({ id })} />;
  return lesson ? <Opened lesson={lesson} /> : <Skeleton />;
}

function Opened({ lesson: { enrolment, course, attemptsLeft } }: { readonly lesson: OpenLesson }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const [answers, setAnswers] = useState<Answers>({});
  const [result, setResult] = useState<QuizResult | null>(null);
  const submit = useWrite<Workdesk, 'submitQuiz'>(workdesk, 'submitQuiz', { onDone: setResult });
  const certificate = useWrite<Workdesk, 'makeCertificate'>(workdesk, 'makeCertificate', {
    onDone: (file) => location.assign(fileHref(file.id)),
  });
  const passed = result?.passed || enrolment.status === 'passed';
  const left = result?.attemptsLeft ?? attemptsLeft;
  const missing =
    submit.error instanceof ClientFailure ? submit.error.issues.map(({ where }) => where.replace('answers.', '')) : [];
  return (
    <div className="hd-record" style={{ maxWidth: 820 }}>
      <RecordHead
        over={t.dueBy({ day: enrolment.dueOn })}
        title={course.title}
        tags={<span className="hd-faint">{t.passMark({ percent: course.passPercent })}</span>}
        actions={
          passed && (
            <Button
              type="primary"
              loading={certificate.isPending}
              onClick={() =>
                certificate.mutate({ id: enrolment.id, format: 'pdf' }, { onError: (error) => feedback.failure(error) })
              }
            >
              {t.certificate}
            </Button>
          )
        }
      />
      {course.summary && <p className="hd-faint">{course.summary}</p>}
      <PlainBody text={course.body} />
      {passed && (
        <Alert type="success" showIcon title={t.passed({ percent: result?.percent ?? enrolment.percent ?? 0 })} />
      )}
      {result && !result.passed && (
        <Alert type="warning" showIcon title={t.notPassed({ percent: result.percent, left })} />
      )}
      {!passed && left > 0 && (
        <div className="hd-section hd-stack">
          <FormFill form={course.quiz} answers={answers} missing={missing} onChange={setAnswers} />
          <div className="hd-form-actions">
            <Button
              type="primary"
              loading={submit.isPending}
              onClick={() =>
                submit.mutate(
                  { id: enrolment.id, answers: answers as Record<string, string> },
                  {
                    // Unanswered questions are pointed at where they stand.
                    onError: (error) =>
                      error instanceof ClientFailure && error.code === 'workdesk.answers_wrong'
                        ? undefined
                        : feedback.failure(error),
                  },
                )
              }
            >
              {t.submitAnswers}
            </Button>
          </div>
        </div>
      )}
      {!passed && left === 0 && <Alert type="error" showIcon title={t.noAttempts} />}
    </div>
  );
}
