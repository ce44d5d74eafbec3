/**
 * Provenance: the path of an attribute, of data, of a user, drawn from the chain; each step can be proven.
 * @module
 */
import {
  Button,
  EmptyView,
  ErrorView,
  FlowDiagram,
  formatTime,
  Input,
  PageFrame,
  Section,
  Segmented,
  Skeleton,
  Space,
  Table,
  useOperation,
  useUrlState,
} from '@hedun/ui';
import { useState } from 'react';
import { type Exchange, exchange } from '../../capability.ts';
import { LedgerSelect, useLedger } from '../parts/LedgerSelect.tsx';
import { useLedgerWords, useSpoken } from '../parts/ledger-words.ts';
import { ProofCheck } from '../parts/ProofCheck.tsx';

type Kind = 'attribute' | 'data' | 'user';
const [perRow, width, height] = [4, 250, 110];
const bad = new Set([
  'policy_not_satisfied',
  'object_withdrawn',
  'certificate_revoked',
  'certificate_expired',
  'member_restricted',
  'member_removed',
  'unregistered',
  'alarm',
]);

export function Page() {
  const t = useLedgerWords();
  const ledger = useLedger();
  const [{ kind, of }, setUrl] = useUrlState('kind', 'of');
  const [text, setText] = useState(of);
  const chosenKind: Kind = kind === 'data' || kind === 'user' ? kind : 'attribute';
  const hints = { attribute: t.attributeHint, data: t.dataHint, user: t.userHint };
  if (ledger.query.isPending) return <Skeleton />;
  if (ledger.query.isError) return <ErrorView error={ledger.query.error} onRetry={() => void ledger.query.refetch()} />;
  return (
    <PageFrame title={t.trace}>
      {ledger.chosen ? (
        <div className="hd-stack">
          <Space wrap>
            <LedgerSelect {...ledger} />
            <Segmented
              value={chosenKind}
              onChange={(value) => setUrl({ kind: value, of: '' })}
              options={[
                { value: 'attribute', label: t.kindAttribute },
                { value: 'data', label: t.kindData },
                { value: 'user', label: t.kindUser },
              ]}
            />
            <Input
              aria-label={t.traceOf}
              style={{ width: 360 }}
              value={text}
              placeholder={hints[chosenKind]}
              onChange={(event) => setText(event.target.value)}
              onPressEnter={() => setUrl({ of: text.trim() })}
            />
            <Button type="primary" disabled={text.trim() === ''} onClick={() => setUrl({ of: text.trim() })}>
              {t.trace}
            </Button>
          </Space>
          {of === '' ? (
            <EmptyView kind="nothing-yet" title={t.traceEmpty} />
          ) : (
            <Path ledgerId={ledger.chosen.id} kind={chosenKind} of={of} />
          )}
        </div>
      ) : (
        <EmptyView kind="nothing-yet" title={t.none} />
      )}
    </PageFrame>
  );
}

function Path({ ledgerId, kind, of }: { readonly ledgerId: string; readonly kind: Kind; readonly of: string }) {
  const t = useLedgerWords();
  const spoken = useSpoken();
  const [proving, setProving] = useState('');
  const query = useOperation<Exchange, 'trace'>(exchange, 'trace', { ledgerId, kind, of });
  const members = useOperation<Exchange, 'listMembers'>(exchange, 'listMembers', { ledgerId });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { steps } = query.data;
  if (steps.length === 0) return <EmptyView kind="nothing-yet" title={t.noSteps} />;
  const nameOf = (did: string) => members.data?.items.find((member) => member.did === did)?.name ?? did.slice(0, 28);
  const shown = steps.slice(-24);
  const timeOf = (seconds: number) => formatTime(new Date(seconds * 1000).toISOString());
  return (
    <div className="hd-stack">
      <FlowDiagram
        height={Math.ceil(shown.length / perRow) * height + 40}
        nodes={shown.map((step, index) => ({
          id: String(index),
          tone: bad.has(step.outcome)
            ? 'bad'
            : step.outcome === 'permitted' || step.outcome === 'accepted'
              ? 'good'
              : 'neutral',
          at: { x: (index % perRow) * width, y: Math.floor(index / perRow) * height },
          label: (
            <div style={{ textAlign: 'left', maxWidth: 200 }}>
              <strong>{spoken(step.action)}</strong>
              <div>{nameOf(step.actor)}</div>
              <div className="hd-faint">{spoken(step.outcome)}</div>
            </div>
          ),
        }))}
        edges={shown.slice(1).map((_, index) => ({ from: String(index), to: String(index + 1) }))}
        onNode={(id) => setProving(shown[Number(id)]?.transaction ?? '')}
      />
      {proving !== '' && (
        <Section title={proving.slice(0, 16)}>
          <ProofCheck key={proving} atOnce ledgerId={ledgerId} transaction={proving} />
        </Section>
      )}
      <Table
        size="small"
        pagination={false}
        scroll={{ x: 760 }}
        rowKey={(row) => `${row.transaction}${row.action}`}
        dataSource={[...steps]}
        columns={[
          { title: t.time, width: 180, render: (_, row) => timeOf(row.at) },
          { title: t.call, width: 140, render: (_, row) => spoken(row.action) },
          { title: t.signer, render: (_, row) => nameOf(row.actor) },
          { title: t.outcome, render: (_, row) => spoken(row.outcome) },
          {
            title: '',
            width: 150,
            render: (_, row) => (
              <Button size="small" type="link" onClick={() => setProving(row.transaction)}>
                {t.verify}
              </Button>
            ),
          },
        ]}
      />
    </div>
  );
}
