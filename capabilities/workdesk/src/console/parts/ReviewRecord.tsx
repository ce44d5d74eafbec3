/**
 * One annual review: how far the units are, what was corrected most, and the sheet of each unit.
 * @module
 */
import {
  Button,
  EmbeddedTable,
  ErrorView,
  FileLink,
  Link,
  OperationDialog,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  useFeedback,
  useMessages,
  useOperation,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { fieldTitle } from '../../register-words.ts';
import {
  answerWords,
  type ReviewDetail,
  type ReviewSheetSummary,
  reviewSheetWords,
  reviewStatusWords,
} from '../../review-shapes.ts';
import { sheetTones } from './ReviewSheet.tsx';

export function ReviewRecord({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getReview'>(workdesk, 'getReview', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={`${id}-${query.data.review.updatedAt}`} detail={query.data} />;
}

function Loaded({ detail: { review, statistics, mayManage } }: { readonly detail: ReviewDetail }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const feedback = useFeedback();
  const [editing, setEditing] = useState(false);
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  const start = useWrite<Workdesk, 'startReview'>(workdesk, 'startReview');
  const close = useWrite<Workdesk, 'closeReview'>(workdesk, 'closeReview');
  const paper = useWrite<Workdesk, 'writeReview'>(workdesk, 'writeReview', {
    onDone: (file) => feedback.success(file.name, { action: <FileLink file={file} /> }),
  });
  const most = Math.max(1, ...statistics.fields.map(({ count }) => count));
  const figures = [
    [t.reviewSigned, t.reviewOf({ part: statistics.signed, whole: statistics.units })],
    [t.reviewAccepted, t.reviewOf({ part: statistics.accepted, whole: statistics.units })],
    [t.reviewEntries, String(statistics.entries)],
    ...(['confirmed', 'corrected', 'added', 'retired', 'waiting'] as const).map(
      (answer) => [say(answerWords[answer]), String(statistics[answer])] as const,
    ),
  ] as const;
  return (
    <div className="hd-record">
      <RecordHead
        over={t.reviewDue({ day: review.dueOn })}
        title={review.title}
        tags={
          <StatusTag tone={review.status === 'closed' ? 'good' : 'accent'}>
            {say(reviewStatusWords[review.status])}
          </StatusTag>
        }
        actions={
          mayManage && (
            <>
              {review.status === 'draft' && (
                <>
                  <Button
                    type="primary"
                    loading={start.isPending}
                    onClick={() => start.mutate({ id: review.id }, fail)}
                  >
                    {t.startReview}
                  </Button>
                  <Button onClick={() => setEditing(true)}>{t.edit}</Button>
                </>
              )}
              {review.status !== 'draft' && (
                <Button loading={paper.isPending} onClick={() => paper.mutate({ id: review.id, format: 'pdf' }, fail)}>
                  {t.writeReview}
                </Button>
              )}
              {review.status === 'running' && (
                <Button onClick={() => close.mutate({ id: review.id }, fail)}>{t.closeReview}</Button>
              )}
            </>
          )
        }
      />
      {review.requirement && <div className="hd-prose">{review.requirement}</div>}
      {review.status !== 'draft' && (
        <>
          <div className="hd-figures" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(104px, 1fr))' }}>
            {figures.map(([label, value]) => (
              <div key={label} className="hd-figure">
                <span className="hd-figure-label">{label}</span>
                <span className="hd-figure-value" style={{ fontSize: 20 }}>
                  {value}
                </span>
              </div>
            ))}
          </div>
          {statistics.fields.length > 0 && (
            <Section title={t.corrections}>
              <div className="hd-bars">
                {statistics.fields.slice(0, 8).map(({ field, count }) => (
                  <div key={field} className="hd-bar" style={{ gridTemplateColumns: '160px 1fr 40px' }}>
                    <span className="hd-bar-label">{say(fieldTitle(field))}</span>
                    <span className="hd-bar-track hd-tone-text-accent">
                      <span style={{ width: `${(count / most) * 100}%` }} />
                    </span>
                    <span className="hd-bar-value">{count}</span>
                  </div>
                ))}
              </div>
            </Section>
          )}
          <Section title={t.sheets}>
            <EmbeddedTable<ReviewSheetSummary>
              capability={workdesk}
              list="listReviewSheets"
              fixed={`review:${review.id}`}
              height={380}
              columns={[
                {
                  id: 'unitName',
                  title: '',
                  narrow: 'title',
                  render: ({ id, unitName }) => (
                    <Link to={'/workdesk/reviews' as never} search={{ sheet: id } as never}>
                      {unitName}
                    </Link>
                  ),
                },
                {
                  id: 'status',
                  title: '',
                  width: 130,
                  narrow: 'line',
                  sort: null,
                  render: ({ status }) => (
                    <StatusTag tone={sheetTones[status]}>{say(reviewSheetWords[status])}</StatusTag>
                  ),
                },
                {
                  id: 'answered',
                  title: '',
                  width: 110,
                  sort: null,
                  align: 'right',
                  render: ({ answered, entries }) => t.reviewOf({ part: answered, whole: entries }),
                },
                { id: 'changed', title: '', width: 100, align: 'right', narrow: 'none' },
                {
                  id: 'overdue',
                  title: '',
                  width: 90,
                  sort: null,
                  narrow: 'none',
                  render: ({ overdue }) => overdue && <StatusTag tone="bad">{t.overdue}</StatusTag>,
                },
              ]}
            />
          </Section>
        </>
      )}
      {editing && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="saveReview"
          open
          preset={{ id: review.id }}
          initial={{ ...review }}
          onCancel={() => setEditing(false)}
          onDone={() => setEditing(false)}
        />
      )}
    </div>
  );
}
