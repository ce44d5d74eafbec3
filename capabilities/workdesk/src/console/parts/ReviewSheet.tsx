/**
 * The sheet of one unit in an annual review: each entry is confirmed, corrected or retired, differences stand beside it, then it is submitted, signed
 * and accepted. Made for a phone too.
 * @module
 */
import {
  Alert,
  Button,
  EmptyView,
  ErrorView,
  Fields,
  OperationDialog,
  RecordHead,
  Skeleton,
  StatusTag,
  Steps,
  useFeedback,
  useMessages,
  useOperation,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { SystemDetails, SystemKey } from '../../register-shapes.ts';
import { fieldTitle } from '../../register-words.ts';
import { answerWords, type ReviewSheetDetail, reviewSheetWords } from '../../review-shapes.ts';
import { Differences, useFieldValue } from './Differences.tsx';

type Entry = ReviewSheetDetail['entries'][number];
export const sheetTones = {
  waiting: 'warn',
  submitted: 'accent',
  signed: 'accent',
  returned: 'bad',
  accepted: 'good',
} as const;
const answerTones = {
  waiting: 'warn',
  confirmed: 'good',
  corrected: 'accent',
  added: 'accent',
  retired: 'neutral',
} as const;
const way = ['waiting', 'submitted', 'signed', 'accepted'] as const;
const shownKeys: readonly SystemKey[] = [
  'protectionLevel',
  'filingNumber',
  'domains',
  'addresses',
  'leader',
  'leaderPhone',
  'technician',
  'technicianPhone',
  'supplier',
  'operator',
  'dataHeld',
  'personalRecords',
  'deployment',
  'exposure',
  'goLive',
];
type Dialog =
  | { readonly kind: 'correct'; readonly entry: Entry }
  | { readonly kind: 'retire'; readonly entry: Entry }
  | { readonly kind: 'add' | 'sign' | 'accept' | 'return' };

export function ReviewSheet({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getReviewSheet'>(workdesk, 'getReviewSheet', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={id} detail={query.data} />;
}

function Loaded({ detail: { sheet, review, entries, steps } }: { readonly detail: ReviewSheetDetail }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const feedback = useFeedback();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  const rest = useWrite<Workdesk, 'confirmRest'>(workdesk, 'confirmRest');
  const submit = useWrite<Workdesk, 'submitReviewSheet'>(workdesk, 'submitReviewSheet');
  const mayAnswer = steps.includes('answer');
  const close = { onCancel: () => setDialog(null), onDone: () => setDialog(null) };
  const at = way.indexOf((sheet.status === 'returned' ? 'waiting' : sheet.status) as (typeof way)[number]);
  return (
    <div className="hd-record">
      <RecordHead
        over={review.title}
        title={t.sheetOf({ unit: sheet.unitName })}
        tags={
          <>
            <StatusTag tone={sheetTones[sheet.status]}>{say(reviewSheetWords[sheet.status])}</StatusTag>
            <span className={sheet.overdue ? 'hd-tone-text-bad' : 'hd-faint'}>
              {t.reviewDue({ day: review.dueOn })}
            </span>
            <span className="hd-faint">{t.checkedOf({ done: sheet.answered, all: sheet.entries })}</span>
            {sheet.signedBy && <span className="hd-faint">{t.signedBy({ who: sheet.signedBy })}</span>}
          </>
        }
        actions={
          <>
            {steps
              .filter((step) => step !== 'answer')
              .map((step) => (
                <Button
                  key={step}
                  type={step === 'confirm-all' || step === 'return' ? 'default' : 'primary'}
                  danger={step === 'return'}
                  onClick={() =>
                    step === 'confirm-all'
                      ? rest.mutate({ id: sheet.id }, fail)
                      : step === 'submit'
                        ? submit.mutate({ id: sheet.id }, fail)
                        : setDialog({ kind: step as 'sign' | 'accept' | 'return' })
                  }
                >
                  {t[`sheetStep_${step as 'submit'}`]}
                </Button>
              ))}
            {mayAnswer && <Button onClick={() => setDialog({ kind: 'add' })}>{t.addEntry}</Button>}
          </>
        }
      />
      <Steps
        className="hd-case-steps"
        size="small"
        current={at}
        status={sheet.status === 'returned' ? 'error' : sheet.status === 'accepted' ? 'finish' : 'process'}
        items={way.map((status) => ({ title: say(reviewSheetWords[status]) }))}
        responsive={false}
        type="dot"
        titlePlacement="vertical"
      />
      {sheet.status === 'returned' && <Alert type="error" showIcon title={t.returnedWhy({ why: sheet.opinion })} />}
      {review.requirement && <Alert type="info" title={review.requirement} />}
      {entries.length === 0 && <EmptyView kind="nothing-yet" title={t.noEntries} />}
      <div className="hd-stack">
        {entries.map((entry) => (
          <EntryCard key={entry.id} entry={entry} mayAnswer={mayAnswer} onDialog={setDialog} />
        ))}
      </div>
      {dialog?.kind === 'correct' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="correctEntry"
          open
          width={640}
          preset={{ id: dialog.entry.id }}
          initial={{ ...(dialog.entry.after ?? dialog.entry.before), note: dialog.entry.note }}
          {...close}
        />
      )}
      {dialog?.kind === 'retire' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="answerEntry"
          open
          title={t.retireEntry}
          submitText={t.retireEntry}
          preset={{ id: dialog.entry.id, answer: 'retired' }}
          {...close}
        />
      )}
      {dialog?.kind === 'add' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="addEntry"
          open
          width={640}
          preset={{ id: sheet.id }}
          {...close}
        />
      )}
      {(dialog?.kind === 'sign' || dialog?.kind === 'accept' || dialog?.kind === 'return') && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={
            ({ sign: 'signReviewSheet', accept: 'acceptReviewSheet', return: 'returnReviewSheet' } as const)[
              dialog.kind
            ]
          }
          open
          submitText={t[`sheetStep_${dialog.kind}`]}
          preset={{ id: sheet.id }}
          {...close}
        />
      )}
    </div>
  );
}

function EntryCard({
  entry,
  mayAnswer,
  onDialog,
}: {
  readonly entry: Entry;
  readonly mayAnswer: boolean;
  readonly onDialog: (dialog: Dialog) => void;
}) {
  const t = useMessages(workdesk);
  const say = useSay();
  const written = useFieldValue();
  const feedback = useFeedback();
  const answer = useWrite<Workdesk, 'answerEntry'>(workdesk, 'answerEntry');
  const give = (given: 'confirmed' | 'waiting') =>
    answer.mutate({ id: entry.id, answer: given, note: '' }, { onError: (error) => feedback.failure(error) });
  const details = (entry.before ?? entry.after) as SystemDetails | null;
  return (
    <article className="hd-card" aria-label={entry.name}>
      <div className="hd-form-actions" style={{ justifyContent: 'flex-start', flexWrap: 'wrap', marginBottom: 8 }}>
        <strong>{entry.name}</strong>
        <StatusTag tone={answerTones[entry.answer]}>{say(answerWords[entry.answer])}</StatusTag>
        {entry.answeredBy && <span className="hd-faint">{entry.answeredBy}</span>}
        <span className="hd-grow" />
        {mayAnswer && entry.answer === 'waiting' && (
          <>
            <Button type="primary" size="small" loading={answer.isPending} onClick={() => give('confirmed')}>
              {t.confirmEntry}
            </Button>
            <Button size="small" onClick={() => onDialog({ kind: 'correct', entry })}>
              {t.correctEntry}
            </Button>
            <Button size="small" onClick={() => onDialog({ kind: 'retire', entry })}>
              {t.retireEntry}
            </Button>
          </>
        )}
        {mayAnswer && entry.answer !== 'waiting' && (
          <>
            {(entry.answer === 'corrected' || entry.answer === 'added') && (
              <Button size="small" onClick={() => onDialog({ kind: 'correct', entry })}>
                {t.correctEntry}
              </Button>
            )}
            <Button size="small" loading={answer.isPending} onClick={() => give('waiting')}>
              {t.takeBack}
            </Button>
          </>
        )}
      </div>
      {entry.note && <p className="hd-note">{entry.note}</p>}
      {entry.differences.length > 0 ? (
        <Differences rows={entry.differences} />
      ) : (
        details && (
          <Fields
            rows={shownKeys.flatMap((key) => {
              const text = written(key, details[key]);
              return text === '' ? [] : [[say(fieldTitle(key)), text] as const];
            })}
          />
        )
      )}
    </article>
  );
}
