/**
 * Announcements: the office writes and counts, the units read and confirm.
 * @module
 */
import {
  DataTable,
  OperationDialog,
  PageFrame,
  Progress,
  StatusTag,
  TimeText,
  type Tone,
  useMessages,
  usePermission,
  useSay,
} from '@hedun/ui';
import { useState } from 'react';
import { type AnnouncementSummary, announcementStatusWords, readingWords } from '../../announcement-shapes.ts';
import { type Workdesk, workdesk } from '../../capability.ts';
import { AnnouncementRecord } from '../parts/AnnouncementRecord.tsx';

const statusTones: Readonly<Record<AnnouncementSummary['status'], Tone>> = {
  draft: 'neutral',
  published: 'good',
  withdrawn: 'bad',
};
const readingTones: Readonly<Record<AnnouncementSummary['mine'], Tone>> = {
  none: 'neutral',
  unread: 'bad',
  unconfirmed: 'warn',
  done: 'good',
};

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const office = usePermission('workdesk.read');
  const may = usePermission('workdesk.write');
  const [writing, setWriting] = useState(false);
  if (recordId)
    return (
      <PageFrame title={t.announcements}>
        <AnnouncementRecord id={recordId} />
      </PageFrame>
    );
  const title = {
    id: 'title',
    title: '',
    narrow: 'title' as const,
    render: (row: AnnouncementSummary) => <strong className="hd-cell-main">{row.title}</strong>,
  };
  const published = {
    id: 'publishedAt',
    title: '',
    width: 120,
    narrow: 'line' as const,
    render: (row: AnnouncementSummary) => <TimeText at={row.publishedAt} />,
  };
  const columns = office
    ? [
        title,
        {
          id: 'status',
          title: '',
          width: 100,
          narrow: 'line' as const,
          sort: null,
          filterValue: ({ status }: AnnouncementSummary) => status,
          render: ({ status }: AnnouncementSummary) => (
            <StatusTag tone={statusTones[status]}>{say(announcementStatusWords[status])}</StatusTag>
          ),
        },
        {
          id: 'opened',
          title: t.reach,
          width: 200,
          narrow: 'line' as const,
          sort: null,
          render: (row: AnnouncementSummary) => row.receivers > 0 && <Reach row={row} />,
        },
        {
          id: 'confirmed',
          title: t.confirmedOf,
          width: 100,
          align: 'right' as const,
          sort: null,
          render: (row: AnnouncementSummary) => (row.confirm && row.receivers > 0 ? row.confirmed : '—'),
        },
        { id: 'authorName', title: '', width: 110, sort: null },
        published,
      ]
    : [
        title,
        {
          id: 'mine',
          title: '',
          width: 110,
          narrow: 'line' as const,
          sort: null,
          filterValue: ({ mine }: AnnouncementSummary) => (mine === 'none' ? null : mine),
          render: ({ mine, status }: AnnouncementSummary) =>
            status === 'withdrawn' ? (
              <StatusTag tone="neutral">{say(announcementStatusWords.withdrawn)}</StatusTag>
            ) : (
              <StatusTag tone={readingTones[mine]}>{say(readingWords[mine])}</StatusTag>
            ),
        },
        {
          id: 'confirmBy',
          title: '',
          width: 120,
          sort: null,
          render: (row: AnnouncementSummary) => row.confirmBy ?? '—',
        },
        { id: 'authorName', title: '', width: 110, sort: null },
        published,
      ];
  return (
    <PageFrame title={t.announcements} fill>
      <DataTable<AnnouncementSummary>
        capability={workdesk}
        list="listAnnouncements"
        defaultSort="-updatedAt"
        emptyText={t.noAnnouncements}
        columns={columns}
        detail={(id) => <AnnouncementRecord key={id} id={id} />}
        {...(may ? { create: { title: t.writeAnnouncement, run: () => setWriting(true) } } : {})}
      />
      <OperationDialog
        capability={workdesk as Workdesk}
        operation="saveAnnouncement"
        title={t.writeAnnouncement}
        submitText={t.keepDraft}
        open={writing}
        omit={['id']}
        onCancel={() => setWriting(false)}
        onDone={() => setWriting(false)}
      />
    </PageFrame>
  );
}

function Reach({ row }: { readonly row: AnnouncementSummary }) {
  const percent = Math.round((row.opened / row.receivers) * 100);
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      <Progress percent={percent} size="small" showInfo={false} style={{ width: 80, margin: 0 }} />
      <span className="hd-number">{`${row.opened} / ${row.receivers}`}</span>
    </span>
  );
}
