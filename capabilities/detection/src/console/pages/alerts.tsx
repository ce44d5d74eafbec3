/**
 * All alerts, also those that became no incident, with the reason; from each its chain.
 * @module
 */
import {
  DataTable,
  ErrorView,
  Fields,
  PageFrame,
  RecordHead,
  Section,
  SeverityTag,
  Skeleton,
  Tag,
  TimeText,
  useMessages,
  useOperation,
  useSay,
} from '@hedun/ui';
import { type Detection, detection } from '../../capability.ts';
import { type AlertRow, modeWords } from '../../declared/incident-shapes.ts';
import { ChainView } from '../parts/ChainView.tsx';
import { whyOf } from '../parts/why.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(detection);
  const say = useSay();
  if (recordId)
    return (
      <PageFrame title={t.alerts}>
        <AlertRecord id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.alerts} fill>
      <DataTable<AlertRow>
        capability={detection}
        list="listAlerts"
        defaultSort="-time"
        emptyText={t.noAlerts}
        columns={[
          {
            id: 'severity',
            title: '',
            width: 90,
            sort: null,
            narrow: 'line',
            render: ({ severity }) => <SeverityTag severity={severity} />,
            filterValue: ({ severity }) => severity,
          },
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: ({ title }) => <strong className="hd-cell-main">{title}</strong>,
          },
          { id: 'host', title: '', width: 150, narrow: 'line', filterValue: ({ host }) => host || null },
          { id: 'userName', title: '', width: 120, narrow: 'none', filterValue: ({ userName }) => userName || null },
          {
            id: 'mode',
            title: '',
            width: 90,
            narrow: 'none',
            render: ({ mode }) => say(modeWords[mode]),
            filterValue: ({ mode }) => mode,
          },
          {
            id: 'why',
            title: t.why,
            width: 280,
            sort: null,
            narrow: 'none',
            render: (alert) => <span className="hd-faint">{whyOf(t as never, alert)}</span>,
          },
          { id: 'time', title: '', width: 150, narrow: 'line', render: ({ time }) => <TimeText at={time} /> },
        ]}
        detail={(id) => <AlertRecord id={id} />}
      />
    </PageFrame>
  );
}

function AlertRecord({ id }: { readonly id: string }) {
  const t = useMessages(detection);
  const say = useSay();
  const query = useOperation<Detection, 'chainOfAlert'>(detection, 'chainOfAlert', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { alert, chain } = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        over={say(modeWords[alert.mode])}
        title={alert.title}
        tags={
          <>
            <SeverityTag severity={alert.severity} />
            {alert.techniques.map((technique) => (
              <Tag key={technique}>{technique}</Tag>
            ))}
          </>
        }
      />
      <Fields
        rows={[
          [t.why, whyOf(t as never, alert)],
          [t.machines, alert.host],
          [t.users, alert.userName],
          ['', <TimeText key="time" at={alert.time} exact />],
          [
            '',
            <code key="summary" className="hd-code">
              {alert.summary}
            </code>,
          ],
        ]}
      />
      <Section title={t.chain}>
        <ChainView chain={chain} />
      </Section>
    </div>
  );
}
