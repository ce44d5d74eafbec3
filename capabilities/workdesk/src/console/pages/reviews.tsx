/**
 * Annual reviews: those there are, the sheet of one unit, and the statistics.
 * @module
 */
import {
  Button,
  DataTable,
  OperationDialog,
  PageFrame,
  Segmented,
  StatusTag,
  useMessages,
  usePermission,
  useSay,
  useUrlState,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import {
  type ReviewSheetSummary,
  type ReviewSummary,
  reviewSheetWords,
  reviewStatusWords,
} from '../../review-shapes.ts';
import { ReviewRecord } from '../parts/ReviewRecord.tsx';
import { ReviewSheet, sheetTones } from '../parts/ReviewSheet.tsx';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(workdesk);
  const office = usePermission('workdesk.issue');
  const [{ sheet, show }, change] = useUrlState('sheet', 'show');
  const [making, setMaking] = useState(false);
  if (sheet)
    return (
      <PageFrame title={t.reviews} actions={<Button onClick={() => change({ sheet: '' })}>{t.backToReviews}</Button>}>
        <ReviewSheet id={sheet} />
      </PageFrame>
    );
  if (recordId)
    return (
      <PageFrame title={t.reviews}>
        <ReviewRecord id={recordId} />
      </PageFrame>
    );
  // A unit begins with its sheets, the office with the campaigns.
  const shown = show || (office ? 'reviews' : 'sheets');
  const toolbar = (
    <Segmented
      value={shown}
      onChange={(next) => change({ show: String(next) })}
      options={[
        { value: 'reviews', label: t.reviews },
        { value: 'sheets', label: t.sheets },
      ]}
    />
  );
  return (
    <PageFrame title={t.reviews} actions={toolbar} fill>
      {shown === 'sheets' ? (
        <Sheets onOpen={(id) => change({ sheet: id })} />
      ) : (
        <Campaigns create={office ? () => setMaking(true) : undefined} />
      )}
      {making && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="saveReview"
          open
          onCancel={() => setMaking(false)}
          onDone={() => setMaking(false)}
        />
      )}
    </PageFrame>
  );
}

function Campaigns({ create }: { readonly create: (() => void) | undefined }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <DataTable<ReviewSummary>
      key="reviews"
      capability={workdesk}
      list="listReviews"
      defaultSort="-dueOn"
      emptyText={t.noReviews}
      detail={(id) => <ReviewRecord id={id} />}
      {...(create ? { create: { title: t.newReview, run: create } } : {})}
      columns={[
        {
          id: 'title',
          title: '',
          narrow: 'title',
          render: ({ title }) => <strong className="hd-cell-main">{title}</strong>,
        },
        { id: 'dueOn', title: '', width: 130, narrow: 'line' },
        {
          id: 'status',
          title: '',
          width: 120,
          narrow: 'line',
          sort: null,
          filterValue: ({ status }) => status,
          render: ({ status }) => (
            <StatusTag tone={status === 'closed' ? 'good' : 'accent'}>{say(reviewStatusWords[status])}</StatusTag>
          ),
        },
        {
          id: 'accepted',
          title: t.reviewAccepted,
          width: 130,
          align: 'right',
          sort: null,
          render: ({ accepted, units }) => t.reviewOf({ part: accepted, whole: units }),
        },
      ]}
    />
  );
}

function Sheets({ onOpen }: { readonly onOpen: (id: string) => void }) {
  const t = useMessages(workdesk);
  const say = useSay();
  return (
    <DataTable<ReviewSheetSummary & { readonly reviewTitle?: string }>
      key="sheets"
      capability={workdesk}
      list="listReviewSheets"
      defaultSort="unitName"
      emptyText={t.noReviews}
      columns={[
        {
          id: 'unitName',
          title: '',
          narrow: 'title',
          render: ({ id, unitName }) => (
            <Button type="link" style={{ padding: 0 }} onClick={() => onOpen(id)}>
              {unitName}
            </Button>
          ),
        },
        {
          id: 'status',
          title: '',
          width: 150,
          narrow: 'line',
          sort: null,
          filterValue: ({ status }) => status,
          render: ({ status, overdue }) => (
            <>
              <StatusTag tone={sheetTones[status]}>{say(reviewSheetWords[status])}</StatusTag>{' '}
              {overdue && <StatusTag tone="bad">{t.overdue}</StatusTag>}
            </>
          ),
        },
        {
          id: 'answered',
          title: '',
          width: 120,
          align: 'right',
          narrow: 'line',
          sort: null,
          render: ({ answered, entries }) => t.reviewOf({ part: answered, whole: entries }),
        },
        { id: 'changed', title: '', width: 110, align: 'right', narrow: 'none' },
        { id: 'signedBy', title: t.reviewSigned, width: 150, sort: null, narrow: 'none' },
      ]}
    />
  );
}
