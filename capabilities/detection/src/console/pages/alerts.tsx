/**
 * All alerts, also those that became no incident, with the reason; from each its chain.
 * @module
 */
import {
  DataTable,
  Fields,
  RecordHead,
  Section,
  SeverityTag,
  Tag,
  TimeText,
  useMessages,
  useOperation,
  useSay,
} from '@hedun/ui';
import { type Detection, detection } from '../../capability.ts';
import { type AlertRow, modeWords } from '../../declared/incident-shapes.ts';
import { ChainView } from '../parts/ChainView.tsx';
import { Loaded, leadColumns, RecordOrList } from '../parts/records.tsx';
import { whyOf } from '../parts/why.ts';

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(detection);
  const say = useSay();
  return (
    <RecordOrList title={t.alerts} recordId={recordId} record={(id) => <AlertRecord id={id} />}>
      <DataTable<AlertRow>
        capability={detection}
        list="listAlerts"
        defaultSort="-time"
        emptyText={t.noAlerts}
        columns={[
          { ...leadColumns[0], sort: null },
          leadColumns[1],
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
    </RecordOrList>
  );
}

function AlertRecord({ id }: { readonly id: string }) {
  const t = useMessages(detection);
  const say = useSay();
  const query = useOperation<Detection, 'chainOfAlert'>(detection, 'chainOfAlert', { id });
  return (
    <Loaded query={query}>
      {({ alert, chain }) => (
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
      )}
    </Loaded>
  );
}
