/**
 * Exchange between domains: a record of one chain, proven to another. The receiver needs nothing but the sender's keys: it checks inclusion,
 * cosignatures, that the log continues the one it saw before, that the exchange is meant for it and was not made before.
 * @module
 */
import type { AccessRecord, DataObject } from '../contracts/index.ts';
import { fromUtf8, toHex, utf8, Writer } from '../ledger/bytes.ts';
import type { Checkpoint } from '../ledger/note.ts';
import {
  type Growth,
  type LogTrust,
  type ProofCrypto,
  ProofError,
  type RecordProof,
  type readRecord,
  verifyGrowth,
  verifyRecord,
} from '../ledger/proofs.ts';

export interface ExchangeBundle {
  readonly version: 1;
  readonly from: string;
  readonly to: string;
  /** Seconds at which the sender made it. */
  readonly at: number;
  /** 32 random bytes in hexadecimal. */
  readonly nonce: string;
  readonly proof: RecordProof;
  /** From the checkpoint the receiver said it saw last; null where it saw none. */
  readonly growth: Growth | null;
  /** Policy of the central chain under which the exchange is made. */
  readonly policy: string;
  /** P-256 signature of the sending domain's speaker over all of the above, hexadecimal. */
  readonly signature: string;
}
export type ExchangeFault =
  | ProofError['fault']
  | 'wrong_recipient'
  | 'unknown_sender'
  | 'bad_signature'
  | 'stale'
  | 'replayed'
  | 'not_valid_on_chain'
  | 'not_a_record'
  | 'growth_missing';
export class ExchangeError extends Error {
  readonly fault: ExchangeFault;
  readonly expected: string;
  readonly got: string;
  constructor(fault: ExchangeFault, expected: string, got: string) {
    super(`${fault}: expected ${expected}, got ${got}`);
    this.name = 'ExchangeError';
    this.fault = fault;
    this.expected = expected;
    this.got = got;
  }
}

/** What a receiver knows and remembers of a sender. */
export interface SenderTrust {
  readonly domain: string;
  readonly log: LogTrust;
  /** SubjectPublicKeyInfo of the speaker, hexadecimal. */
  readonly speakerKey: string;
  readonly seen: Checkpoint | null;
}
export interface ReceiverView {
  readonly domain: string;
  readonly nowSeconds: number;
  readonly sender: SenderTrust | null;
  /** Whether an exchange of this id was taken before. */
  readonly isTaken: (id: string) => boolean;
}
export interface ExchangeCrypto extends ProofCrypto {
  readonly verifyByKey: (spki: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}
export interface Received {
  readonly id: string;
  readonly recordDigest: string;
  readonly checkpoint: Checkpoint;
  readonly leaf: number;
  readonly transaction: string;
  readonly object: DataObject | null;
  readonly access: AccessRecord | null;
}

/** How old an exchange may be, and how far clocks may differ. */
export const freshSeconds = 300;

export function bundleMessage(bundle: Omit<ExchangeBundle, 'signature'>): Uint8Array {
  return new Writer()
    .text('hedun.exchange.1')
    .text(bundle.from)
    .text(bundle.to)
    .number(bundle.at)
    .text(bundle.nonce)
    .number(bundle.proof.leaf)
    .text(bundle.proof.entry)
    .list(bundle.proof.path, (writer, step) => writer.text(step))
    .text(bundle.proof.checkpoint)
    .text(JSON.stringify(bundle.growth ? [bundle.growth.from, bundle.growth.proof] : null))
    .text(bundle.policy)
    .done();
}
/** Same record, same recipient, same nonce: the same exchange. The signature is not part of it, since ECDSA allows a second one. */
export const exchangeId = (crypto: ProofCrypto, bundle: Omit<ExchangeBundle, 'signature'>) =>
  toHex(crypto.sha256(bundleMessage(bundle)));

const fromHexLoose = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** @throws ExchangeError; nothing is remembered here, the caller keeps `id` and `checkpoint` once it took the record */
export function receive(crypto: ExchangeCrypto, view: ReceiverView, bundle: ExchangeBundle): Received {
  if (bundle.version !== 1) throw new ExchangeError('malformed', 'version 1', String(bundle.version));
  if (bundle.to !== view.domain) throw new ExchangeError('wrong_recipient', view.domain, bundle.to);
  const { sender } = view;
  if (!sender || sender.domain !== bundle.from)
    throw new ExchangeError('unknown_sender', sender?.domain ?? 'a registered domain', bundle.from);
  const message = bundleMessage(bundle);
  if (!crypto.verifyByKey(fromHexLoose(sender.speakerKey), message, fromHexLoose(bundle.signature)))
    throw new ExchangeError('bad_signature', `a signature of ${bundle.from}`, 'one that does not hold');
  const age = view.nowSeconds - bundle.at;
  if (Math.abs(age) > freshSeconds) throw new ExchangeError('stale', `at most ${freshSeconds} seconds`, String(age));
  const id = toHex(crypto.sha256(message));
  if (view.isTaken(id)) throw new ExchangeError('replayed', 'an exchange not made before', id);
  try {
    const record = verifyRecord(crypto, sender.log, bundle.proof);
    if (sender.seen) continued(crypto, sender.seen, record.checkpoint, bundle.growth);
    if (record.entry.code !== 'VALID') throw new ExchangeError('not_valid_on_chain', 'VALID', record.entry.code);
    const { object, access } = factsOf(record);
    if (!object && !access) throw new ExchangeError('not_a_record', 'a data object or an access', record.proposal.call);
    const recordDigest = toHex(crypto.sha256(utf8(bundle.proof.entry)));
    const { checkpoint, transaction } = record;
    return { id, recordDigest, checkpoint, leaf: bundle.proof.leaf, transaction, object, access };
  } catch (error) {
    if (error instanceof ProofError) throw new ExchangeError(error.fault, error.expected, error.got);
    throw error;
  }
}

function continued(crypto: ExchangeCrypto, seen: Checkpoint, next: Checkpoint, growth: Growth | null): void {
  if (seen.size !== next.size && growth === null)
    throw new ExchangeError('growth_missing', `a consistency proof from ${seen.size}`, 'none');
  verifyGrowth(crypto, seen, next, growth ?? { from: seen.size, proof: [] });
}

/** The data object or access record a transaction wrote, read from its write set: what was endorsed, not what somebody says of it. */
function factsOf({ response }: ReturnType<typeof readRecord>): {
  readonly object: DataObject | null;
  readonly access: AccessRecord | null;
} {
  const written = <T>(kind: string): T | null => {
    const write = response.writes.find(({ key, value }) => value && key.startsWith(`\u0000${kind}\u0000`));
    return write?.value ? (JSON.parse(fromUtf8(write.value)) as T) : null;
  };
  return { object: written<DataObject>('object'), access: written<AccessRecord>('access') };
}
