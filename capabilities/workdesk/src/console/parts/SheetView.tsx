/**
 * The sheet of a unit: to fill in, or to read and check. Made for a phone: one column, the two buttons at the end.
 * @module
 */
import {
  Alert,
  Button,
  ClientFailure,
  ErrorView,
  OperationDialog,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  useSay,
  useWrite,
} from '@hedun/ui';
import type { Answers } from '@hedun/workdesk';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type SheetDetail, sheetStatusWords } from '../../task-shapes.ts';
import { AnswerList } from './AnswerList.tsx';
import { FormFill } from './FormFill.tsx';
import { sheetTone } from './sheet-look.ts';

export function SheetView({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getSheet'>(workdesk, 'getSheet', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={query.data.sheet.status} detail={query.data} />;
}

function Loaded({ detail }: { readonly detail: SheetDetail }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const { task, sheet, steps } = detail;
  const returned = sheet.history.findLast(({ step }) => step === 'returned');
  const fills = steps.includes('submit');
  return (
    <div className="hd-record" style={{ maxWidth: 820 }}>
      <RecordHead
        over={sheet.unitName}
        title={task.title}
        tags={
          <>
            <StatusTag tone={sheetTone(sheet.status)}>{say(sheetStatusWords[sheet.status])}</StatusTag>
            {detail.overdue && <StatusTag tone="bad">{t.overdue}</StatusTag>}
            <span className="hd-faint">{t.dueBy({ day: task.dueOn })}</span>
          </>
        }
        actions={!fills && <Checking detail={detail} />}
      />
      {sheet.status === 'returned' && returned && (
        <Alert type="warning" showIcon title={t.returnedBecause({ reason: returned.reason, by: returned.by })} />
      )}
      {sheet.status === 'submitted' && !steps.includes('accept') && (
        <Alert type="info" showIcon title={t.waitingCheck} />
      )}
      {sheet.status === 'accepted' && (
        <Alert
          type="success"
          showIcon
          title={sheet.percent === null ? t.accepted : t.acceptedScore({ percent: sheet.percent })}
        />
      )}
      {task.requirement && <div className="hd-note">{task.requirement}</div>}
      {fills ? <Filling detail={detail} /> : <AnswerList detail={detail} />}
      {sheet.history.length > 0 && (
        <Section title={t.history}>
          {sheet.history.toReversed().map((each) => (
            <div key={each.at}>
              <strong>{each.by}</strong> {t[`step_${each.step}`]}{' '}
              <span className="hd-faint">
                <TimeText at={each.at} exact />
              </span>
              {each.reason && <div className="hd-prose">{each.reason}</div>}
            </div>
          ))}
        </Section>
      )}
    </div>
  );
}

function Filling({ detail: { sheet, task, files } }: { readonly detail: SheetDetail }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const [answers, setAnswers] = useState<Answers>(sheet.answers);
  const save = useWrite<Workdesk, 'saveSheet'>(workdesk, 'saveSheet', { onDone: () => feedback.success(t.draftSaved) });
  const submit = useWrite<Workdesk, 'submitSheet'>(workdesk, 'submitSheet', {
    onDone: () => feedback.success(t.handedIn),
  });
  const wrong = [save.error, submit.error].find(
    (error) => error instanceof ClientFailure && error.code === 'workdesk.answers_wrong',
  );
  const missing = wrong instanceof ClientFailure ? wrong.issues.map(({ where }) => where.replace('answers.', '')) : [];
  // What is wrong is pointed at where it stands; anything else is said as it is.
  const onError = (error: unknown) =>
    error instanceof ClientFailure && error.code === 'workdesk.answers_wrong' ? undefined : feedback.failure(error);
  const given = { id: sheet.id, answers: answers as Record<string, string> };
  return (
    <div className="hd-stack" style={{ gap: 20 }}>
      <FormFill
        form={task.form}
        answers={answers}
        files={files}
        missing={missing}
        onChange={(next) => {
          save.reset();
          submit.reset();
          setAnswers(next);
        }}
      />
      {missing.length > 0 && <Alert type="error" showIcon title={t.missingAnswers({ count: missing.length })} />}
      <div className="hd-faint" style={{ textAlign: 'right' }}>
        {t.handInAsk}
      </div>
      <div className="hd-form-actions">
        <Button size="large" loading={save.isPending} onClick={() => save.mutate(given, { onError })}>
          {t.saveDraft}
        </Button>
        <Button
          size="large"
          type="primary"
          loading={submit.isPending}
          onClick={() => submit.mutate(given, { onError })}
        >
          {t.handIn}
        </Button>
      </div>
    </div>
  );
}

function Checking({ detail: { sheet, steps } }: { readonly detail: SheetDetail }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const [returning, setReturning] = useState(false);
  const accept = useWrite<Workdesk, 'acceptSheet'>(workdesk, 'acceptSheet');
  return (
    <>
      {steps.includes('accept') && (
        <Button
          type="primary"
          loading={accept.isPending}
          onClick={() => accept.mutate({ id: sheet.id }, { onError: (error) => feedback.failure(error) })}
        >
          {t.acceptSheet}
        </Button>
      )}
      {steps.includes('return') && (
        <Button danger onClick={() => setReturning(true)}>
          {t.returnIt}
        </Button>
      )}
      {returning && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="returnSheet"
          open
          preset={{ id: sheet.id }}
          onCancel={() => setReturning(false)}
          onDone={() => setReturning(false)}
        />
      )}
    </>
  );
}
