/**
 * One announcement: to read and confirm for those it was sent to, to publish and count for the office. Reading counts from opening it here.
 * @module
 */
import {
  Alert,
  Button,
  EmbeddedTable,
  ErrorView,
  fileHref,
  formatTime,
  marks,
  OperationDialog,
  OrganisationName,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  Tabs,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useEffect, useState } from 'react';
import {
  type AnnouncementDetail,
  announcementStatusWords,
  audienceWords,
  type ReceiptSummary,
  readingWords,
} from '../../announcement-shapes.ts';
import { type Workdesk, workdesk } from '../../capability.ts';
import { PlainBody } from './PlainBody.tsx';
import { ReadingByUnit } from './ReadingByUnit.tsx';

export function AnnouncementRecord({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getAnnouncement'>(workdesk, 'getAnnouncement', { id });
  const office = usePermission('workdesk.read');
  const open = useWrite<Workdesk, 'openAnnouncement'>(workdesk, 'openAnnouncement');
  const { mutate } = open;
  const status = query.data?.announcement.status;
  const opened = query.data?.mine?.openedAt ?? null;
  // Whoever it was sent to has it open now; the office only looks at it.
  const reads = status === 'published' && opened === null && (!office || query.data?.mine !== null);
  useEffect(() => {
    if (reads) mutate({ id });
  }, [reads, mutate, id]);
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded detail={query.data} office={office} />;
}

function Loaded({ detail, office }: { readonly detail: AnnouncementDetail; readonly office: boolean }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const { announcement } = detail;
  const body = <Body detail={detail} />;
  return (
    <div className="hd-record" style={{ maxWidth: 860 }}>
      <RecordHead
        over={
          <>
            {announcement.authorName} <TimeText at={announcement.publishedAt ?? announcement.updatedAt} exact />
          </>
        }
        title={announcement.title}
        tags={
          <>
            {office && <StatusTag tone="accent">{say(announcementStatusWords[announcement.status])}</StatusTag>}
            {announcement.confirm && <StatusTag tone="warn">{t.asksConfirm}</StatusTag>}
            {announcement.confirmBy && announcement.status === 'published' && detail.reading !== 'done' && (
              <span className="hd-faint">{t.confirmBefore({ day: announcement.confirmBy })}</span>
            )}
          </>
        }
        actions={office ? <OfficeActions detail={detail} /> : undefined}
      />
      {announcement.status === 'draft' && <Alert type="info" showIcon title={t.draftNote} />}
      {announcement.status === 'withdrawn' && (
        <Alert type="warning" showIcon title={t.withdrawnBecause({ reason: announcement.withdrawnReason ?? '' })} />
      )}
      {office && announcement.status !== 'draft' ? (
        <Tabs
          items={[
            { key: 'receipts', label: t.receiptStatistics, children: <Receipts detail={detail} /> },
            { key: 'body', label: t.body, children: body },
          ]}
        />
      ) : (
        body
      )}
      {office && announcement.status === 'draft' && (
        <div className="hd-faint">
          {t.addressed}
          {t.colon}
          {announcement.organisationIds.length === 0
            ? t.everyUnit
            : announcement.organisationIds.map((each, index) => (
                <span key={each}>
                  {index > 0 && marks().comma}
                  <OrganisationName id={each} />
                </span>
              ))}
          {' · '}
          {say(audienceWords[announcement.audience])}
        </div>
      )}
      <Confirmation detail={detail} />
    </div>
  );
}

function Body({ detail: { announcement } }: { readonly detail: AnnouncementDetail }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const take = useWrite<Workdesk, 'takeAnnouncementFile'>(workdesk, 'takeAnnouncementFile', {
    onDone: (file) => location.assign(fileHref(file.id)),
  });
  return (
    <div className="hd-stack">
      <PlainBody text={announcement.body} />
      {announcement.attachments.length > 0 && (
        <Section title={t.announcementFiles}>
          {announcement.attachments.map((file, position) => (
            <Button
              key={String(position)}
              type="link"
              style={{ alignSelf: 'flex-start', padding: 0 }}
              loading={take.isPending}
              onClick={() =>
                take.mutate({ id: announcement.id, position }, { onError: (error) => feedback.failure(error) })
              }
            >
              {file.name}
            </Button>
          ))}
        </Section>
      )}
    </div>
  );
}

/** What is left to do for whoever reads: one large button. */
function Confirmation({ detail: { announcement, mine, reading } }: { readonly detail: AnnouncementDetail }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const confirm = useWrite<Workdesk, 'confirmAnnouncement'>(workdesk, 'confirmAnnouncement');
  if (!announcement.confirm || announcement.status !== 'published' || !mine) return null;
  if (mine.confirmedAt)
    return <Alert type="success" showIcon title={t.tookNote({ at: formatTime(mine.confirmedAt) })} />;
  if (reading === 'done') return null;
  return (
    <Button
      type="primary"
      size="large"
      block
      loading={confirm.isPending}
      onClick={() => confirm.mutate({ id: announcement.id }, { onError: (error) => feedback.failure(error) })}
    >
      {t.takeNote}
    </Button>
  );
}

type Dialog = 'saveAnnouncement' | 'withdrawAnnouncement' | 'writeReceipts';

function OfficeActions({ detail: { announcement } }: { readonly detail: AnnouncementDetail }) {
  const t = useMessages(workdesk);
  const feedback = useFeedback();
  const writes = usePermission('workdesk.write');
  const issues = usePermission('workdesk.issue');
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const fail = { onError: (error: unknown) => feedback.failure(error) };
  const { id, status, title } = announcement;
  const publish = useWrite<Workdesk, 'publishAnnouncement'>(workdesk, 'publishAnnouncement', {
    onDone: (done) => feedback.success(t.publishedTo(done)),
  });
  const remind = useWrite<Workdesk, 'remindAnnouncement'>(workdesk, 'remindAnnouncement', {
    onDone: ({ reminded }) => feedback.success(t.remindedCount({ count: reminded })),
  });
  const remove = useWrite<Workdesk, 'deleteAnnouncement'>(workdesk, 'deleteAnnouncement');
  return (
    <>
      {status === 'draft' && issues && (
        <Button
          type="primary"
          loading={publish.isPending}
          onClick={() =>
            feedback.confirm({
              title: t.publishAsk({ title }),
              text: t.publishAskText,
              verb: t.publishNow,
              onYes: () => publish.mutateAsync({ id }).catch((error) => feedback.failure(error)),
            })
          }
        >
          {t.publishNow}
        </Button>
      )}
      {status === 'draft' && writes && <Button onClick={() => setDialog('saveAnnouncement')}>{t.edit}</Button>}
      {status === 'draft' && writes && (
        <Button
          danger
          onClick={() =>
            feedback.confirm({
              title: t.deleteArticle({ title }),
              text: t.deleteDraftText,
              verb: t.remove,
              onYes: () => remove.mutateAsync({ id }).catch((error) => feedback.failure(error)),
            })
          }
        >
          {t.remove}
        </Button>
      )}
      {status === 'published' && issues && (
        <Button type="primary" loading={remind.isPending} onClick={() => remind.mutate({ id }, fail)}>
          {t.remindReaders}
        </Button>
      )}
      {status !== 'draft' && issues && <Button onClick={() => setDialog('writeReceipts')}>{t.exportReceipts}</Button>}
      {status === 'published' && issues && (
        <Button danger onClick={() => setDialog('withdrawAnnouncement')}>
          {t.withdraw}
        </Button>
      )}
      {dialog && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={dialog}
          open
          preset={{ id }}
          {...(dialog === 'saveAnnouncement'
            ? {
                initial: {
                  title: announcement.title,
                  body: announcement.body,
                  organisationIds: announcement.organisationIds,
                  audience: announcement.audience,
                  confirm: announcement.confirm,
                  ...(announcement.confirmBy ? { confirmBy: announcement.confirmBy } : {}),
                },
              }
            : {})}
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

function Receipts({ detail: { announcement, units } }: { readonly detail: AnnouncementDetail }) {
  const say = useSay();
  return (
    <div className="hd-stack">
      <ReadingByUnit units={units} confirm={announcement.confirm} />
      <EmbeddedTable<ReceiptSummary>
        capability={workdesk}
        list="listReceipts"
        fixed={`announcementId:${announcement.id}`}
        defaultSort="userName"
        height={Math.min(420, 100 + 36 * units.reduce((sum, { receivers }) => sum + receivers, 0))}
        columns={[
          { id: 'userName', title: '', width: 110, narrow: 'title' },
          { id: 'unitName', title: '', width: 150, narrow: 'line', sort: null },
          {
            id: 'reading',
            title: '',
            width: 90,
            narrow: 'line',
            sort: null,
            render: ({ reading }) => (
              <StatusTag tone={reading === 'done' ? 'good' : reading === 'unread' ? 'bad' : 'warn'}>
                {say(readingWords[reading])}
              </StatusTag>
            ),
          },
          { id: 'openedAt', title: '', width: 110, sort: null, render: ({ openedAt }) => <TimeText at={openedAt} /> },
          {
            id: 'confirmedAt',
            title: '',
            width: 110,
            sort: null,
            render: ({ confirmedAt }) => <TimeText at={confirmedAt} />,
          },
          { id: 'reminders', title: '', width: 90, align: 'right', sort: null },
        ]}
      />
    </div>
  );
}
