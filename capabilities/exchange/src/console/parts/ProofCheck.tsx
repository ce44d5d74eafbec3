/**
 * A transaction proven in the browser: the record's hash, its path to the root, the signatures of log and witness, each computed here.
 * @module
 */
import { portableCrypto } from '@hedun/exchange/portable';
import { fromBase64, leafHash, ProofError, type RecordProof, toHex, verifyRecord } from '@hedun/exchange/proofs';
import { Alert, Button, ErrorView, Fields, Space, useOperation } from '@hedun/ui';
import { useState } from 'react';
import { type Exchange, exchange } from '../../capability.ts';
import { useLedgerWords, useSpoken } from './ledger-words.ts';

interface Outcome {
  readonly fault: ProofError | null;
  readonly hash: string;
  readonly root: string;
  readonly witnesses: readonly string[];
}

function check(proof: RecordProof, trust: Parameters<typeof verifyRecord>[1]): Outcome {
  const hash = toHex(leafHash(portableCrypto.sha256, fromBase64(proof.entry)));
  try {
    const { checkpoint } = verifyRecord(portableCrypto, trust, proof);
    const witnesses = trust.witnessKeys
      .map((key) => key.split('+')[0] ?? '')
      .filter((name) => proof.checkpoint.includes(`— ${name} `));
    return { fault: null, hash, root: toHex(checkpoint.root), witnesses };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return { fault: error, hash, root: '', witnesses: [] };
  }
}

export function ProofCheck({
  ledgerId,
  transaction,
  atOnce = false,
}: {
  readonly ledgerId: string;
  readonly transaction: string;
  /** Without being asked: where a click already asked for it. */
  readonly atOnce?: boolean;
}) {
  const t = useLedgerWords();
  const spoken = useSpoken();
  const [asked, setAsked] = useState(atOnce);
  const query = useOperation<Exchange, 'proveTransaction'>(
    exchange,
    'proveTransaction',
    { ledgerId, transaction },
    { enabled: asked },
  );
  if (!asked)
    return (
      <Button type="primary" onClick={() => setAsked(true)}>
        {t.verify}
      </Button>
    );
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Button loading>{t.verify}</Button>;
  const { proof, trust } = query.data;
  const { fault, hash, root, witnesses } = check(proof, trust);
  const href = URL.createObjectURL(new Blob([JSON.stringify({ proof, trust }, null, 2)], { type: 'application/json' }));
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {fault ? (
        <Alert
          type="error"
          showIcon
          title={`${t.failed}：${spoken(fault.fault)}`}
          description={`${t.expected} ${fault.expected}，${t.got} ${fault.got}`}
        />
      ) : (
        <Alert type="success" showIcon title={t.verified} description={t.explain} />
      )}
      <Fields
        rows={[
          [t.leafHash, <code key="hash">{hash}</code>],
          [t.path, `${proof.path.length} ${t.pathSteps}`],
          [t.root, <code key="root">{root}</code>],
          [t.logSignature, trust.origin],
          [t.witness, witnesses.length > 0 ? `${witnesses.join('、')} ${t.witnessed}` : t.notWitnessed],
        ]}
      />
      <a href={href} download={`${transaction.slice(0, 16)}.proof.json`}>
        {t.download}
      </a>
    </Space>
  );
}
