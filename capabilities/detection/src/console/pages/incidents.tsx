/**
 * Incidents: what belongs together, as a chain one can follow, with the verbs that end it: judge, hand over, close.
 * @module
 */
import {
  Button,
  DataTable,
  Fields,
  Link,
  OperationDialog,
  RecordHead,
  Section,
  SeverityTag,
  StatusTag,
  Table,
  Tag,
  TimeText,
  type Tone,
  useMessages,
  useOperation,
  usePermission,
  useSay,
} from '@hedun/ui';
import { useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import {
  type AlertRow,
  type ChainShape,
  type IncidentRow,
  incidentKindWords,
  incidentStatusWords,
} from '../../declared/incident-shapes.ts';
import { tacticWords } from '../../declared/page-words.ts';
import { ChainView } from '../parts/ChainView.tsx';
import { Loaded, leadColumns, RecordOrList } from '../parts/records.tsx';
import { whyOf } from '../parts/why.ts';

const tones: Readonly<Record<IncidentRow['status'], Tone>> = {
  open: 'bad',
  investigating: 'warn',
  handed_over: 'accent',
  closed: 'neutral',
};

interface Found {
  readonly incident: IncidentRow;
  readonly chain: ChainShape;
  readonly alerts: readonly AlertRow[];
}

/** An exception ends; a month is time enough to mend what makes the noise. */
const exceptionDays = 30;

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(detection);
  const say = useSay();
  return (
    <RecordOrList title={t.incidents} recordId={recordId} record={(id) => <IncidentRecord id={id} />}>
      <DataTable<IncidentRow>
        capability={detection}
        list="listIncidents"
        defaultSort="-openedAt"
        emptyText={t.noIncidents}
        columns={[
          ...leadColumns,
          {
            id: 'status',
            title: '',
            width: 100,
            narrow: 'line',
            render: ({ status }) => <StatusTag tone={tones[status]}>{say(incidentStatusWords[status])}</StatusTag>,
            filterValue: ({ status }) => status,
          },
          {
            id: 'kind',
            title: '',
            width: 110,
            narrow: 'none',
            render: ({ kind }) => say(incidentKindWords[kind]),
            filterValue: ({ kind }) => kind,
          },
          {
            id: 'tactics',
            title: '',
            width: 200,
            sort: null,
            narrow: 'none',
            render: ({ tactics }) =>
              tactics
                .slice(0, 3)
                .map((tactic) => (tacticWords[tactic] ? say(tacticWords[tactic]) : tactic))
                .join('、'),
          },
          { id: 'alerts', title: '', width: 90, align: 'right', narrow: 'none' },
          {
            id: 'openedAt',
            title: '',
            width: 150,
            narrow: 'line',
            render: ({ openedAt }) => <TimeText at={openedAt} />,
          },
        ]}
        detail={(id) => <IncidentRecord id={id} />}
      />
    </RecordOrList>
  );
}

function IncidentRecord({ id }: { readonly id: string }) {
  const query = useOperation<Detection, 'getIncident'>(detection, 'getIncident', { id });
  return <Loaded query={query}>{(found) => <IncidentView {...found} />}</Loaded>;
}

function IncidentView({ incident, chain, alerts }: Found) {
  const { id } = incident;
  const t = useMessages(detection);
  const say = useSay();
  const may = usePermission('detection.respond');
  const [verb, setVerb] = useState<'judgeIncident' | 'handOverIncident' | 'closeIncident' | null>(null);
  const tunes = usePermission('detection.rules');
  const [tuning, setTuning] = useState<AlertRow | null>(null);
  const closed = incident.status === 'closed';
  return (
    <div className="hd-record">
      <RecordHead
        over={say(incidentKindWords[incident.kind])}
        title={incident.title}
        tags={
          <>
            <SeverityTag severity={incident.severity} />
            <StatusTag tone={tones[incident.status]}>{say(incidentStatusWords[incident.status])}</StatusTag>
            {incident.verdict && <Tag>{incident.verdict === 'attack' ? t.verdictAttack : t.verdictHarmless}</Tag>}
          </>
        }
        actions={
          <>
            {incident.caseId ? (
              <Link to={`/cases/${incident.caseId}` as never}>
                <Button type="primary">{t.openCase}</Button>
              </Link>
            ) : (
              may &&
              !closed && (
                <Button type="primary" onClick={() => setVerb('handOverIncident')}>
                  {t.handOver}
                </Button>
              )
            )}
            {may && !closed && <Button onClick={() => setVerb('judgeIncident')}>{t.judge}</Button>}
            {may && !closed && <Button onClick={() => setVerb('closeIncident')}>{t.closeIncident}</Button>}
          </>
        }
      />
      <Section title={t.chain}>
        <ChainView chain={chain} />
      </Section>
      {incident.note && <Fields rows={[[t.judge, incident.note]]} />}
      <Section title={t.shownAlerts({ shown: alerts.length, all: incident.alerts })}>
        <Table<AlertRow>
          size="small"
          rowKey="id"
          pagination={false}
          dataSource={alerts}
          columns={[
            { title: '', width: 170, render: (_, { time }) => <TimeText at={time} exact /> },
            { title: '', width: 80, render: (_, { severity }) => <SeverityTag severity={severity} /> },
            {
              title: '',
              render: (_, alert) => (
                <div>
                  <strong>{alert.title}</strong>{' '}
                  <span className="hd-faint">
                    {[alert.host, alert.userName, alert.address].filter((each) => each !== '').join(' · ')}
                  </span>
                  <div className="hd-code" style={{ overflowWrap: 'anywhere' }}>
                    {alert.summary.slice(0, 300)}
                  </div>
                  <div className="hd-faint">{whyOf(t as never, alert)}</div>
                  {tunes && alert.mode === 'on' && (
                    <Button size="small" type="link" onClick={() => setTuning(alert)}>
                      {t.tune}
                    </Button>
                  )}
                </div>
              ),
            },
          ]}
        />
      </Section>
      {tuning && (
        <OperationDialog
          capability={detection}
          operation="addException"
          open
          title={`${t.tune} · ${tuning.title}`}
          preset={{ ruleKey: tuning.ruleKey, organisationId: tuning.organisationId }}
          initial={{
            condition: `Computer: '${tuning.host.replaceAll("'", "''")}'`,
            expiresAt: new Date(Date.now() + exceptionDays * 86_400_000).toISOString(),
          }}
          onDone={() => setTuning(null)}
          onCancel={() => setTuning(null)}
        />
      )}
      {verb && (
        <OperationDialog
          capability={detection}
          operation={verb}
          open
          title={verb === 'judgeIncident' ? t.judge : verb === 'handOverIncident' ? t.handOver : t.closeIncident}
          preset={{ id }}
          onDone={() => setVerb(null)}
          onCancel={() => setVerb(null)}
        />
      )}
    </div>
  );
}
