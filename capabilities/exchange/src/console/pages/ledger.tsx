/**
 * The ledger explorer: chains with their roots, transactions with what they read and wrote, and a proof checked in the browser.
 * @module
 */
import {
  Button,
  Card,
  ErrorView,
  Fields,
  OperationDialog,
  OperationList,
  Section,
  Skeleton,
  Space,
  StatusTag,
  TimeText,
  useFeedback,
  useOperation,
  usePermission,
  useSay,
  useSession,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Exchange, exchange } from '../../capability.ts';
import { callWords, codeWords } from '../../declared/call-words.ts';
import { useLedgerWords, useSpoken } from '../parts/ledger-words.ts';
import { ProofCheck } from '../parts/ProofCheck.tsx';

export function Page() {
  const t = useLedgerWords();
  const { user } = useSession();
  const mayGovern = usePermission('exchange.govern');
  const [creating, setCreating] = useState(false);
  return (
    <>
      <OperationList
        capability={exchange}
        list="listTransactions"
        title={t.ledger}
        columns={['at', 'call', 'code', 'signer', 'event', 'block', 'leaf']}
        emptyText={t.none}
        above={() => <Ledgers />}
        detail={(id) => <Transaction id={id} />}
        {...(mayGovern ? { toolbar: <Button onClick={() => setCreating(true)}>{t.create}</Button> } : {})}
      />
      <OperationDialog
        capability={exchange as Exchange}
        operation="createLedger"
        open={creating}
        initial={{ organisationId: user.organisationId }}
        onCancel={() => setCreating(false)}
        onDone={() => setCreating(false)}
      />
    </>
  );
}

function Ledgers() {
  const t = useLedgerWords();
  const feedback = useFeedback();
  const query = useOperation<Exchange, 'listLedgers'>(exchange, 'listLedgers', {});
  const witness = useWrite<Exchange, 'witnessLedger'>(exchange, 'witnessLedger', {
    onDone: ({ size }) => feedback.success(`${t.witnessed}：${size}`),
  });
  const mayWitness = usePermission('exchange.unit');
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const items = query.data?.items ?? [];
  if (items.length === 0) return null;
  const hasCentral = items.some(({ kind }) => kind === 'central');
  return (
    <Space wrap size="small" style={{ padding: '8px 12px' }}>
      {items.map(({ id, title, kind, transactions, blocks, root }) => (
        <Card key={id} size="small" styles={{ body: { padding: '6px 12px' } }}>
          <Space wrap>
            <strong>{title}</strong>
            <StatusTag tone={kind === 'central' ? 'accent' : 'neutral'}>
              {kind === 'central' ? t.central : t.business}
            </StatusTag>
            <span>
              {t.transactions} {transactions} · {t.blocks} {blocks}
            </span>
            <span className="hd-faint" title={root}>
              {t.root} <code>{root.slice(0, 12)}…</code>
            </span>
            {kind !== 'central' && hasCentral && mayWitness && transactions > 0 && (
              <Button
                size="small"
                type="link"
                loading={witness.isPending}
                onClick={() => witness.mutate({ ledgerId: id })}
              >
                {t.witnessNow}
              </Button>
            )}
          </Space>
        </Card>
      ))}
    </Space>
  );
}

function Transaction({ id }: { readonly id: string }) {
  const t = useLedgerWords();
  const say = useSay();
  const spoken = useSpoken();
  const query = useOperation<Exchange, 'getTransaction'>(exchange, 'getTransaction', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const {
    domain,
    transaction,
    ledgerId,
    call,
    code,
    signer,
    at,
    args,
    endorsers,
    reads,
    writes,
    payload,
    event,
    block,
    leaf,
  } = query.data;
  return (
    <div className="hd-stack" style={{ padding: 12 }}>
      <ProofCheck key={transaction} ledgerId={ledgerId} transaction={transaction} />
      <Section title={callWords[call] ? `${say(callWords[call])} · ${call}` : call}>
        <Fields
          rows={[
            [t.transactions, <code key="id">{transaction}</code>],
            [t.place, `${domain} · ${t.blocks} ${block} · ${leaf}`],
            [t.time, <TimeText key="at" at={at} />],
            [
              t.code,
              <StatusTag key="code" tone={code === 'VALID' ? 'good' : 'bad'}>
                {codeWords[code] ? `${say(codeWords[code])} · ${code}` : code}
              </StatusTag>,
            ],
            [t.signer, signer],
            [t.endorsers, endorsers.join('、')],
            [t.event, event ? spoken(event) : null],
            [t.reads, String(reads)],
            [
              t.writes,
              <ul key="writes">
                {writes.map((key) => (
                  <li key={key}>
                    <code>{key}</code>
                  </li>
                ))}
              </ul>,
            ],
            [
              t.args,
              <pre key="args" style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
                {args.join('\n').slice(0, 2000)}
              </pre>,
            ],
            [
              t.payload,
              <pre key="payload" style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
                {payload.slice(0, 2000)}
              </pre>,
            ],
          ]}
        />
      </Section>
    </div>
  );
}
