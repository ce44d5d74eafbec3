/**
 * A witness: remembers the newest checkpoint of each log it cosigns and signs only what continues it (C2SP tlog-witness). Two different
 * logs under one name can therefore never both collect its cosignature.
 * @module
 */
import type { Checkpoint, NoteKey, SignEd25519 } from '../ledger/note.ts';
import { cosignNote } from '../ledger/note.ts';
import { type Growth, type LogTrust, type ProofCrypto, verifyCheckpoint, verifyGrowth } from '../ledger/proofs.ts';

export interface WitnessPorts {
  readonly crypto: ProofCrypto;
  readonly key: NoteKey;
  readonly sign: SignEd25519;
}

/**
 * @param seen what this witness cosigned last of the log, null for a log it meets for the first time
 * @returns the cosigned note and the checkpoint to remember before it is handed out
 * @throws ProofError `equivocation` or `split_view` where the note does not continue what was seen
 */
export function cosign(
  ports: WitnessPorts,
  trust: Omit<LogTrust, 'witnessKeys' | 'quorum'>,
  note: string,
  seen: Checkpoint | null,
  growth: Growth,
  seconds: number,
): { readonly note: string; readonly checkpoint: Checkpoint } {
  const log: LogTrust = { ...trust, witnessKeys: [], quorum: 0 };
  const { origin, size, root } = verifyCheckpoint(ports.crypto, log, note);
  const checkpoint: Checkpoint = { origin, size, root };
  if (seen) {
    if (size < seen.size) throw new RangeError(`witness: expected at least size ${seen.size}, got ${size}`);
    verifyGrowth(ports.crypto, seen, checkpoint, growth);
  }
  return { note: cosignNote(ports.crypto.sha256, note, ports.key, ports.sign, seconds), checkpoint };
}
