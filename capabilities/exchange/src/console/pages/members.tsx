/**
 * The consortium: who is a member, who asks to be one, how the administrators vote, whose certificate counts.
 * @module
 */
import {
  Alert,
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
  useFeedback,
  useOperation,
  usePermission,
  useSession,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Exchange, exchange } from '../../capability.ts';
import { FoundDialog } from '../parts/FoundDialog.tsx';
import { LedgerSelect, useLedger } from '../parts/LedgerSelect.tsx';
import { useLedgerWords, useSpoken } from '../parts/ledger-words.ts';
import { MembersTable } from '../parts/MembersTable.tsx';

interface Asked {
  readonly operation: 'enrol' | 'foundLedger' | 'proposeMember' | 'proposeRemoval' | 'revokeCertificate';
  readonly preset: Readonly<Record<string, string>>;
  readonly initial?: Readonly<Record<string, unknown>>;
}

export function Page() {
  const t = useLedgerWords();
  const ledger = useLedger();
  const { user } = useSession();
  const mayEnrol = usePermission('exchange.unit');
  const mayGovern = usePermission('exchange.govern');
  const [asked, setAsked] = useState<Asked | null>(null);
  if (ledger.query.isPending) return <Skeleton />;
  if (ledger.query.isError) return <ErrorView error={ledger.query.error} onRetry={() => void ledger.query.refetch()} />;
  const { chosen } = ledger;
  if (!chosen)
    return (
      <PageFrame title={t.membersTitle}>
        <EmptyView kind="nothing-yet" title={t.none} />
      </PageFrame>
    );
  return (
    <PageFrame
      title={t.membersTitle}
      actions={
        <Space>
          <LedgerSelect {...ledger} />
          {mayGovern && !chosen.founded && (
            <Button onClick={() => setAsked({ operation: 'foundLedger', preset: { ledgerId: chosen.id } })}>
              {t.found}
            </Button>
          )}
          {mayEnrol && <Enrol ledgerId={chosen.id} userId={user.id} onAsk={setAsked} />}
        </Space>
      }
    >
      {!chosen.founded && <Alert type="info" showIcon title={t.notFounded} />}
      {chosen.founded && <Proposals ledgerId={chosen.id} mayVote={mayGovern} />}
      {chosen.founded && <Members ledgerId={chosen.id} mayGovern={mayGovern} onAsk={setAsked} />}
      <Identities ledgerId={chosen.id} mayGovern={mayGovern && chosen.founded} onAsk={setAsked} />
      {asked?.operation === 'foundLedger' && <FoundDialog ledgerId={chosen.id} onClose={() => setAsked(null)} />}
      {asked && asked.operation !== 'foundLedger' && (
        <OperationDialog
          capability={exchange as Exchange}
          operation={asked.operation}
          open
          preset={asked.preset}
          {...(asked.initial ? { initial: asked.initial } : {})}
          onCancel={() => setAsked(null)}
          onDone={() => setAsked(null)}
        />
      )}
    </PageFrame>
  );
}

type Ask = (asked: Asked) => void;

/** Offered until one has an identity on this ledger. */
function Enrol({
  ledgerId,
  userId,
  onAsk,
}: {
  readonly ledgerId: string;
  readonly userId: string;
  readonly onAsk: Ask;
}) {
  const t = useLedgerWords();
  const query = useOperation<Exchange, 'listIdentities'>(exchange, 'listIdentities', { ledgerId });
  if (!query.data || query.data.items.some((identity) => identity.userId === userId)) return null;
  return (
    <Button type="primary" onClick={() => onAsk({ operation: 'enrol', preset: { ledgerId } })}>
      {t.enrol}
    </Button>
  );
}

function Proposals({ ledgerId, mayVote }: { readonly ledgerId: string; readonly mayVote: boolean }) {
  const t = useLedgerWords();
  const spoken = useSpoken();
  const feedback = useFeedback();
  const query = useOperation<Exchange, 'listProposals'>(exchange, 'listProposals', { ledgerId });
  const vote = useWrite<Exchange, 'voteOnProposal'>(exchange, 'voteOnProposal', {
    onDone: ({ state }) => feedback.success(spoken(state)),
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const tone = { open: 'accent', accepted: 'good', rejected: 'bad' } as const;
  return (
    <Section title={t.proposals}>
      {vote.isError && <ErrorView error={vote.error} />}
      <Table
        size="small"
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        scroll={{ x: 720 }}
        rowKey="id"
        locale={{ emptyText: t.noProposals }}
        dataSource={[...query.data.items]}
        columns={[
          { title: t.time, width: 180, render: (_, row) => <TimeText at={new Date(row.at * 1000).toISOString()} /> },
          { title: t.call, width: 100, render: (_, row) => spoken(row.kind) },
          { title: t.subject, render: (_, row) => row.subject },
          { title: t.votes, width: 150, render: (_, row) => `${row.yes} : ${row.no}（${t.needed} ${row.needed}）` },
          {
            title: t.state,
            width: 110,
            render: (_, row) => <StatusTag tone={tone[row.state]}>{spoken(row.state)}</StatusTag>,
          },
          {
            title: '',
            width: 150,
            render: (_, row) =>
              mayVote &&
              row.state === 'open' && (
                <Space>
                  {(['yes', 'no'] as const).map((choice) => (
                    <Button
                      key={choice}
                      size="small"
                      danger={choice === 'no'}
                      loading={vote.isPending}
                      onClick={() => vote.mutate({ ledgerId, proposalId: row.id, choice })}
                    >
                      {t[choice]}
                    </Button>
                  ))}
                </Space>
              ),
          },
        ]}
      />
    </Section>
  );
}

function Members({
  ledgerId,
  mayGovern,
  onAsk,
}: {
  readonly ledgerId: string;
  readonly mayGovern: boolean;
  readonly onAsk: Ask;
}) {
  const t = useLedgerWords();
  return (
    <MembersTable
      ledgerId={ledgerId}
      title={t.membersTitle}
      verbs={({ did, standing }) =>
        mayGovern &&
        standing !== 'removed' && (
          <Button
            size="small"
            type="link"
            danger
            onClick={() => onAsk({ operation: 'proposeRemoval', preset: { ledgerId, did } })}
          >
            {t.removeMember}
          </Button>
        )
      }
    />
  );
}

function Identities({
  ledgerId,
  mayGovern,
  onAsk,
}: {
  readonly ledgerId: string;
  readonly mayGovern: boolean;
  readonly onAsk: Ask;
}) {
  const t = useLedgerWords();
  const spoken = useSpoken();
  const query = useOperation<Exchange, 'listIdentities'>(exchange, 'listIdentities', { ledgerId });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Section title={t.identities}>
      <Table
        size="small"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        scroll={{ x: 860 }}
        rowKey="id"
        locale={{ emptyText: '—' }}
        dataSource={[...query.data.items]}
        columns={[
          { title: t.subject, render: (_, row) => `${row.name}（${row.organisation}）` },
          { title: 'DID', render: (_, row) => <code>{row.did}</code> },
          { title: t.validUntil, width: 170, render: (_, row) => <TimeText at={row.notAfter} /> },
          {
            title: t.standing,
            width: 120,
            render: (_, row) => (
              <StatusTag tone={row.standing === 'good' ? 'good' : row.standing === 'unregistered' ? 'warn' : 'bad'}>
                {spoken(row.standing)}
              </StatusTag>
            ),
          },
          {
            title: '',
            width: 170,
            render: (_, row) =>
              mayGovern && (
                <Space>
                  {row.standing === 'unregistered' && (
                    <Button
                      size="small"
                      type="link"
                      onClick={() =>
                        onAsk({
                          operation: 'proposeMember',
                          preset: { ledgerId, identityId: row.id },
                          initial: { roles: ['member'] },
                        })
                      }
                    >
                      {t.propose}
                    </Button>
                  )}
                  {row.standing === 'good' && (
                    <Button
                      size="small"
                      type="link"
                      danger
                      onClick={() =>
                        onAsk({ operation: 'revokeCertificate', preset: { ledgerId, identityId: row.id } })
                      }
                    >
                      {t.revoke}
                    </Button>
                  )}
                </Space>
              ),
          },
        ]}
      />
    </Section>
  );
}
