/**
 * The audit log: who did what, and the proof that nobody changed it afterwards.
 * @module
 */
import { SafetyCertificateOutlined } from '@ant-design/icons';
import type { AuditRecord, Text } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Alert, Button } from 'antd';
import { useMemo, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { useFeedback } from '../parts/feedback.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { Fields, PageFrame, RecordHead, Section } from '../parts/PageFrame.tsx';
import { NounStatus } from '../parts/SeverityTag.tsx';
import { EmptyView } from '../parts/states.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { type OutputOf, useClient } from '../platform/api.ts';
import { useConsoles } from '../platform/registry.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/DataTable.tsx';
import { useList } from '../table/use-list.ts';
import { formatNumber, middleTruncate } from '../texts/format.ts';
import { type Catalogue, useSay, useText } from '../texts/index.ts';

type Verdict = OutputOf<Kernel, 'verifyAudit'>;

export function Page() {
  const t = useText();
  const client = useClient<Kernel>(kernel);
  const feedback = useFeedback();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [busy, setBusy] = useState(false);
  const actionTitle = useActionTitles();
  const columns = useMemo<readonly Column<AuditRecord>[]>(
    () => [
      {
        id: 'sequence',
        title: t.sequence,
        width: 80,
        align: 'right',
        sort: 'sequence',
        render: (record) => record.sequence,
      },
      {
        id: 'at',
        title: t.time,
        width: 170,
        narrow: 'line',
        sort: 'at',
        render: (record) => <TimeText at={record.at} exact />,
      },
      {
        id: 'actorName',
        title: t.actor,
        width: 130,
        narrow: 'line',
        sort: 'actorName',
        render: (record) => actorOf(record, t),
        filterValue: (record) => record.actorName,
      },
      {
        id: 'action',
        title: t.action,
        narrow: 'title',
        sort: 'action',
        render: (record) => <span title={record.action}>{actionTitle(record.action)}</span>,
        filterValue: (record) => record.action,
      },
      {
        id: 'outcome',
        title: t.outcome,
        width: 80,
        narrow: 'line',
        sort: 'outcome',
        render: (record) => <NounStatus noun="audit" status={record.outcome} />,
        filterValue: (record) => record.outcome,
      },
      {
        id: 'target',
        title: t.target,
        width: 170,
        sort: null,
        render: (record) =>
          record.target ? (
            <code title={record.target}>{middleTruncate(record.target, 8)}</code>
          ) : (
            <span className="hd-faint">—</span>
          ),
      },
      {
        id: 'address',
        title: t.address,
        width: 130,
        sort: null,
        render: (record) => (record.address ? <code>{record.address}</code> : <span className="hd-faint">—</span>),
      },
      {
        id: 'hash',
        title: t.hash,
        width: 150,
        sort: null,
        hidden: true,
        render: (record) => <code title={record.hash}>{middleTruncate(record.hash, 6)}</code>,
      },
    ],
    [t, actionTitle],
  );
  const verify = async () => {
    setBusy(true);
    try {
      setVerdict(await client.verifyAudit({}));
    } catch (error) {
      feedback.failure(error);
    }
    setBusy(false);
  };
  return (
    <PageFrame
      title={t.auditLog}
      fill
      actions={
        <Button icon={<SafetyCertificateOutlined />} loading={busy} onClick={() => void verify()}>
          {t.verifyChain}
        </Button>
      }
    >
      {verdict && <VerdictView verdict={verdict} onClose={() => setVerdict(null)} />}
      <DataTable<AuditRecord>
        capability={kernel}
        list="listAudit"
        columns={columns}
        rowId={sequenceOf}
        defaultSort="-sequence"
        detail={(id) => <RecordDetail sequence={id} />}
      />
    </PageFrame>
  );
}

const sequenceOf = (record: AuditRecord) => String(record.sequence);

const actorOf = (record: AuditRecord, t: Catalogue) =>
  record.actorName === 'anonymous' ? t.nobodySignedIn : record.actorName;

/** An action is an operation's id or an event of the kernel; operations show their declared title. */
export function useActionTitles(): (action: string) => string {
  const consoles = useConsoles();
  const say = useSay();
  const events = useText() as unknown as Readonly<Record<string, string>>;
  return useMemo(() => {
    const titles = new Map<string, Text>(
      consoles.flatMap(({ capability }) =>
        Object.entries(capability.operations).map(
          ([name, operation]) => [`${capability.id}.${name}`, operation.title] as const,
        ),
      ),
    );
    return (action) => {
      const title = titles.get(action);
      return title ? say(title) : (events[`action_${action.replace('.', '_')}`] ?? action);
    };
  }, [consoles, say, events]);
}

function VerdictView({ verdict, onClose }: { readonly verdict: Verdict; readonly onClose: () => void }) {
  const t = useText();
  const { locale } = usePreferences();
  return (
    <Alert
      className="hd-verdict"
      type={verdict.valid ? 'success' : 'error'}
      showIcon
      closable={{ onClose }}
      title={
        verdict.valid
          ? t.chainValid(formatNumber(verdict.records, locale), verdict.checkpoints)
          : t.chainBroken(verdict.problems.length)
      }
      description={
        verdict.valid ? (
          <code>{verdict.head}</code>
        ) : (
          <ul>
            {verdict.problems.slice(0, 20).map((problem) => (
              <li
                key={`${problem.sequence}${problem.kind}`}
              >{`#${problem.sequence} ${t[`problem_${problem.kind}`]} ${problem.detail}`}</li>
            ))}
          </ul>
        )
      }
    />
  );
}

/** The list already carries whole records; the panel reads the same one by its number. */
function RecordDetail({ sequence }: { readonly sequence: string }) {
  const t = useText();
  const actionTitle = useActionTitles();
  const { rows, query } = useList<AuditRecord>(kernel, 'listAudit', `sequence:${sequence}`, '');
  const record = rows.find((each) => String(each.sequence) === sequence);
  if (!record) return query.isPending ? null : <EmptyView kind="no-match" />;
  return (
    <div className="hd-record">
      <RecordHead
        over={`#${record.sequence}`}
        title={actionTitle(record.action)}
        tags={<NounStatus noun="audit" status={record.outcome} />}
      />
      <Fields
        rows={[
          [t.time, <TimeText key="t" at={record.at} exact />],
          [t.actor, actorOf(record, t)],
          [t.action, <code key="a">{record.action}</code>],
          [t.owner, record.organisationId && <OrganisationName id={record.organisationId} />],
          [t.target, record.target && <code>{record.target}</code>],
          [t.address, record.address && <code>{record.address}</code>],
          [t.requestId, record.requestId && <code>{record.requestId}</code>],
        ]}
      />
      {Object.keys(record.details ?? {}).length > 0 && (
        <Section title={t.parameters}>
          <pre className="hd-code-box">{JSON.stringify(record.details, null, 2)}</pre>
        </Section>
      )}
      <Fields
        rows={[
          [
            t.previousHash,
            <code key="p" className="hd-hash">
              {record.previousHash}
            </code>,
          ],
          [
            t.hash,
            <code key="h" className="hd-hash">
              {record.hash}
            </code>,
          ],
        ]}
      />
    </div>
  );
}
