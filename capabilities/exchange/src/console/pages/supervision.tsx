/**
 * The supervisor's page: marks the contract made, members and their standing, exchanges between domains on the central chain.
 * @module
 */
import {
  Button,
  EmptyView,
  ErrorView,
  OperationDialog,
  PageFrame,
  Section,
  Skeleton,
  Space,
  StatusTag,
  Table,
  TimeText,
  useOperation,
  usePermission,
} from '@hedun/ui';
import { useState } from 'react';
import { type Exchange, exchange } from '../../capability.ts';
import { LedgerSelect, useLedger } from '../parts/LedgerSelect.tsx';
import { useLedgerWords, useSpoken } from '../parts/ledger-words.ts';
import { MembersTable } from '../parts/MembersTable.tsx';

type OfMember = 'inspectMember' | 'restrictMember' | 'liftMember';
type Asked =
  | {
      readonly operation: OfMember;
      readonly preset: { readonly ledgerId: string; readonly did?: string };
    }
  | { readonly operation: 'clearMark'; readonly preset: { readonly ledgerId: string; readonly markId: string } };

export function Page() {
  const t = useLedgerWords();
  const ledger = useLedger();
  const [asked, setAsked] = useState<Asked | null>(null);
  if (ledger.query.isPending) return <Skeleton />;
  if (ledger.query.isError) return <ErrorView error={ledger.query.error} onRetry={() => void ledger.query.refetch()} />;
  const { chosen } = ledger;
  if (!chosen)
    return (
      <PageFrame title={t.marks}>
        <EmptyView kind="nothing-yet" title={t.none} />
      </PageFrame>
    );
  return (
    <PageFrame
      title={t.marks}
      actions={
        <Space>
          <LedgerSelect {...ledger} />
          <Button
            type="primary"
            onClick={() => setAsked({ operation: 'inspectMember', preset: { ledgerId: chosen.id } })}
          >
            {t.inspect}
          </Button>
        </Space>
      }
    >
      <Marks ledgerId={chosen.id} onAsk={setAsked} />
      <Members ledgerId={chosen.id} onAsk={setAsked} />
      <Exchanges enabled={ledger.items.some(({ kind }) => kind === 'central')} />
      {asked && (
        <OperationDialog
          capability={exchange as Exchange}
          operation={asked.operation}
          open
          preset={asked.preset}
          onCancel={() => setAsked(null)}
          onDone={() => setAsked(null)}
        />
      )}
    </PageFrame>
  );
}

function Marks({ ledgerId, onAsk }: { readonly ledgerId: string; readonly onAsk: (asked: Asked) => void }) {
  const t = useLedgerWords();
  const spoken = useSpoken();
  const query = useOperation<Exchange, 'listMarks'>(exchange, 'listMarks', { ledgerId });
  const members = useOperation<Exchange, 'listMembers'>(exchange, 'listMembers', { ledgerId });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) return <EmptyView kind="nothing-yet" title={t.noMarks} />;
  const nameOf = (did: string) => members.data?.items.find((member) => member.did === did)?.name ?? did;
  return (
    <Table
      size="small"
      pagination={false}
      scroll={{ x: 820 }}
      rowKey="id"
      dataSource={[...query.data.items]}
      columns={[
        { title: t.time, width: 180, render: (_, row) => <TimeText at={new Date(row.at * 1000).toISOString()} /> },
        { title: t.subject, render: (_, row) => nameOf(row.subject) },
        { title: t.rule, render: (_, row) => spoken(row.rule) },
        { title: t.count, width: 90, align: 'right', render: (_, row) => `${row.count} / ${row.limit}` },
        { title: t.evidence, width: 90, align: 'right', render: (_, row) => row.evidence.length },
        {
          title: t.state,
          width: 110,
          render: (_, row) => (
            <StatusTag tone={row.state === 'open' ? 'bad' : 'good'}>
              {row.state === 'open' ? t.openMarks : spoken(row.state)}
            </StatusTag>
          ),
        },
        { title: t.note, render: (_, row) => row.note ?? '—' },
        {
          title: '',
          width: 90,
          render: (_, row) =>
            row.state === 'open' && (
              <Button
                size="small"
                type="link"
                onClick={() => onAsk({ operation: 'clearMark', preset: { ledgerId, markId: row.id } })}
              >
                {t.clear}
              </Button>
            ),
        },
      ]}
    />
  );
}

function Members({ ledgerId, onAsk }: { readonly ledgerId: string; readonly onAsk: (asked: Asked) => void }) {
  const t = useLedgerWords();
  const mayLift = usePermission('exchange.govern');
  const ask = (operation: OfMember, did: string, verb: string, danger = false) => (
    <Button size="small" type="link" danger={danger} onClick={() => onAsk({ operation, preset: { ledgerId, did } })}>
      {verb}
    </Button>
  );
  return (
    <MembersTable
      ledgerId={ledgerId}
      title={t.members}
      verbs={({ did, standing }) => (
        <Space>
          {ask('inspectMember', did, t.inspect)}
          {standing === 'active' && ask('restrictMember', did, t.restrict, true)}
          {standing === 'restricted' && mayLift && ask('liftMember', did, t.lift)}
        </Space>
      )}
    />
  );
}

function Exchanges({ enabled }: { readonly enabled: boolean }) {
  const t = useLedgerWords();
  const spoken = useSpoken();
  const query = useOperation<Exchange, 'listExchanges'>(exchange, 'listExchanges', {}, { enabled });
  if (!enabled || query.isPending) return null;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Section title={t.exchanges}>
      <Table
        size="small"
        pagination={false}
        scroll={{ x: 640 }}
        rowKey="id"
        locale={{ emptyText: t.noExchanges }}
        dataSource={[...query.data.items]}
        columns={[
          { title: t.time, width: 180, render: (_, row) => <TimeText at={new Date(row.at * 1000).toISOString()} /> },
          { title: t.from, dataIndex: 'from', width: 120 },
          { title: t.to, dataIndex: 'to', width: 120 },
          { title: t.object, render: (_, row) => row.object.slice(0, 36) },
          {
            title: t.outcome,
            render: (_, row) => (
              <StatusTag tone={row.outcome === 'accepted' ? 'good' : 'bad'}>
                {row.reason ? `${spoken(row.outcome)}：${spoken(row.reason)}` : spoken(row.outcome)}
              </StatusTag>
            ),
          },
        ]}
      />
    </Section>
  );
}
