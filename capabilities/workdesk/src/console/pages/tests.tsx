/**
 * What an external tester reported, and what became of it. Nothing else of the house is shown here.
 * @module
 */
import {
  Button,
  DataTable,
  ErrorView,
  Fields,
  marks,
  OperationDialog,
  PageFrame,
  RecordHead,
  Section,
  SeverityTag,
  Skeleton,
  StatusTag,
  TimeText,
  useMessages,
  useOperation,
  useSay,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { type TestSummary, testStatusWords } from '../../test-shapes.ts';

const tones = {
  waiting: 'neutral',
  open: 'warn',
  triaged: 'accent',
  in_case: 'accent',
  fixed: 'warn',
  verified: 'good',
  dismissed: 'neutral',
} as const;

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const [reporting, setReporting] = useState(false);
  if (recordId)
    return (
      <PageFrame title={t.tests}>
        <TestRecord id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.tests} fill>
      <DataTable<TestSummary>
        capability={workdesk}
        list="listTests"
        defaultSort="-reportedAt"
        emptyText={t.noTests}
        create={{ title: t.reportTest, run: () => setReporting(true) }}
        detail={(id) => <TestRecord id={id} />}
        columns={[
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: ({ title }) => <strong className="hd-cell-main">{title}</strong>,
          },
          { id: 'target', title: '', width: 260, narrow: 'line', render: ({ target }) => <code>{target}</code> },
          {
            id: 'severity',
            title: '',
            width: 100,
            sort: null,
            filterValue: ({ severity }) => severity,
            render: ({ severity }) => <SeverityTag severity={severity} />,
          },
          {
            id: 'status',
            title: '',
            width: 120,
            narrow: 'line',
            sort: null,
            filterValue: ({ status }) => status,
            render: ({ status }) => <StatusTag tone={tones[status]}>{say(testStatusWords[status])}</StatusTag>,
          },
          {
            id: 'reportedAt',
            title: '',
            width: 120,
            narrow: 'none',
            render: ({ reportedAt }) => <TimeText at={reportedAt} />,
          },
        ]}
      />
      {reporting && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="reportTest"
          open
          width={640}
          onCancel={() => setReporting(false)}
          onDone={() => setReporting(false)}
        />
      )}
    </PageFrame>
  );
}

function TestRecord({ id }: { readonly id: string }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const [again, setAgain] = useState(false);
  const query = useOperation<Workdesk, 'getTest'>(workdesk, 'getTest', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { test, status, files, mayRetest } = query.data;
  return (
    <div className="hd-record">
      <RecordHead
        over={<code>{test.target}</code>}
        title={test.title}
        tags={
          <>
            <SeverityTag severity={test.severity} />
            <StatusTag tone={tones[status]}>{say(testStatusWords[status])}</StatusTag>
            <TimeText at={test.reportedAt} />
          </>
        }
        actions={
          mayRetest && (
            <Button type="primary" onClick={() => setAgain(true)}>
              {t.retest}
            </Button>
          )
        }
      />
      <Fields
        rows={[
          [t.references, test.detail.references.join(marks().comma)],
          [t.description, test.detail.description],
          [t.steps, test.detail.steps],
          [t.advice, test.detail.remediation],
          [t.evidence, files.map(({ name }) => name).join(marks().comma)],
        ]}
      />
      {test.rounds.length > 0 && (
        <Section title={t.testRounds}>
          <ul className="hd-plain-list">
            {test.rounds.map(({ at, stillThere, note }) => (
              <li key={at}>
                <StatusTag tone={stillThere ? 'bad' : 'good'}>{stillThere ? t.stillThereRound : t.goneRound}</StatusTag>
                <span>{note}</span>
                <span className="hd-grow" />
                <TimeText at={at} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {again && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="retestFinding"
          open
          preset={{ id }}
          onCancel={() => setAgain(false)}
          onDone={() => setAgain(false)}
        />
      )}
    </div>
  );
}
