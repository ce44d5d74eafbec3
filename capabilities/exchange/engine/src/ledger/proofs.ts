/**
 * What anyone can check without the ledger: a record, its inclusion in the log, the checkpoint the log signed and witnesses cosigned. Runs in a
 * browser: the hash and the verifier come as arguments.
 * @module
 */
import { decodeEntry, type Entry } from './block.ts';
import { equalBytes, fromBase64, toBase64, toHex } from './bytes.ts';
import { type Hash, isConsistent, leafHash, rootFromInclusion } from './merkle.ts';
import { type Checkpoint, type NoteKey, parseCheckpoint, parseKey, type VerifyEd25519, verifyNote } from './note.ts';
import { decodeEnvelope, decodeProposal, decodeResponse, transactionId } from './transaction.ts';

export interface ProofCrypto {
  readonly sha256: Hash;
  readonly verifyEd25519: VerifyEd25519;
}
/** A leaf with its path and the checkpoint it leads to, as JSON. */
export interface RecordProof {
  readonly leaf: number;
  /** The whole record, base64. */
  readonly entry: string;
  readonly path: readonly string[];
  /** A signed note; its size says which tree the path belongs to. */
  readonly checkpoint: string;
}
export interface LogTrust {
  readonly origin: string;
  /** C2SP key text of the log and of its witnesses. */
  readonly logKey: string;
  readonly witnessKeys: readonly string[];
  /** How many witnesses must have cosigned. */
  readonly quorum: number;
}
export type ProofFault =
  | 'malformed'
  | 'unknown_log'
  | 'log_signature_missing'
  | 'too_few_cosignatures'
  | 'not_included'
  | 'equivocation'
  | 'split_view';
export class ProofError extends Error {
  readonly fault: ProofFault;
  readonly expected: string;
  readonly got: string;
  constructor(fault: ProofFault, expected: string, got: string) {
    super(`${fault}: expected ${expected}, got ${got}`);
    this.name = 'ProofError';
    this.fault = fault;
    this.expected = expected;
    this.got = got;
  }
}

/** @throws ProofError */
export function verifyCheckpoint(
  crypto: ProofCrypto,
  trust: LogTrust,
  note: string,
): Checkpoint & { readonly witnesses: readonly { readonly name: string; readonly seconds: number }[] } {
  const keys: NoteKey[] = [trust.logKey, ...trust.witnessKeys].map((text) => parseKey(crypto.sha256, text));
  const { body, signers, cosignatures } = attempt(() => verifyNote(crypto.sha256, crypto.verifyEd25519, note, keys));
  const checkpoint = attempt(() => parseCheckpoint(body));
  if (checkpoint.origin !== trust.origin) throw new ProofError('unknown_log', trust.origin, checkpoint.origin);
  if (!signers.some(({ kind }) => kind === 'log'))
    throw new ProofError('log_signature_missing', `a signature of ${keys[0]?.name}`, 'none');
  if (cosignatures.length < trust.quorum)
    throw new ProofError('too_few_cosignatures', `${trust.quorum} witnesses`, `${cosignatures.length}`);
  return { ...checkpoint, witnesses: cosignatures };
}

/** @returns the record, proven to be in the log the checkpoint speaks of. @throws ProofError */
export function verifyRecord(
  crypto: ProofCrypto,
  trust: LogTrust,
  proof: RecordProof,
): ReturnType<typeof readRecord> & { readonly checkpoint: Checkpoint } {
  const checkpoint = verifyCheckpoint(crypto, trust, proof.checkpoint);
  const bytes = attempt(() => fromBase64(proof.entry));
  const path = attempt(() => proof.path.map(fromBase64));
  const root = rootFromInclusion(crypto.sha256, proof.leaf, checkpoint.size, leafHash(crypto.sha256, bytes), path);
  if (!root || !equalBytes(root, checkpoint.root))
    throw new ProofError('not_included', toHex(checkpoint.root), root ? toHex(root) : 'a path of the wrong length');
  return { ...attempt(() => readRecord(crypto.sha256, bytes)), checkpoint };
}

export function readRecord(hash: Hash, entryBytes: Uint8Array) {
  const entry: Entry = decodeEntry(entryBytes);
  const envelope = decodeEnvelope(entry.envelope);
  const proposal = decodeProposal(envelope.proposal);
  const response = decodeResponse(envelope.response);
  return { entry, envelope, proposal, response, transaction: transactionId(hash, proposal) };
}

export interface Growth {
  /** Size the checkpoint seen before had. */
  readonly from: number;
  readonly proof: readonly string[];
}
/**
 * Whether a new checkpoint continues the one seen before. Two roots of one size are equivocation; a smaller or larger tree that does not
 * contain the other is a split view: somebody was shown a different log. @throws ProofError
 */
export function verifyGrowth(crypto: ProofCrypto, seen: Checkpoint, next: Checkpoint, growth: Growth): void {
  if (seen.origin !== next.origin) throw new ProofError('unknown_log', seen.origin, next.origin);
  if (seen.size === next.size) {
    if (!equalBytes(seen.root, next.root))
      throw new ProofError('equivocation', `root ${toHex(seen.root)} of size ${seen.size}`, toHex(next.root));
    return;
  }
  const [older, newer] = seen.size < next.size ? [seen, next] : [next, seen];
  const steps = attempt(() => growth.proof.map(fromBase64));
  if (!isConsistent(crypto.sha256, older, newer, steps))
    throw new ProofError('split_view', `a log of ${newer.size} that continues the one of ${older.size}`, 'another log');
}

export const proofOf = (
  leaf: number,
  entry: Uint8Array,
  path: readonly Uint8Array[],
  checkpoint: string,
): RecordProof => ({
  leaf,
  entry: toBase64(entry),
  path: path.map(toBase64),
  checkpoint,
});

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProofError) throw error;
    throw new ProofError('malformed', 'a well-formed proof', error instanceof Error ? error.message : String(error));
  }
}

export { fromBase64, fromUtf8, toBase64, toHex } from './bytes.ts';
export { leafHash, rootFromInclusion } from './merkle.ts';
