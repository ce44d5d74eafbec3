/**
 * One organisation's copy of a chain: validates ordered transactions (signature, endorsement, replay, MVCC, phantoms), gives them their places in the
 * log, and applies a block once the world says it is durable. Same input, same block, same state on every copy.
 * @module
 */

import { CreatorVerifier } from './batch.ts';
import {
  type Block,
  decodeBlock,
  decodeEntry,
  type Entry,
  encodeEntry,
  type Ordered,
  type ValidationCode,
} from './block.ts';
import { compareUtf8, equalBytes, fingerprint, Slab, toHex, utf8 } from './bytes.ts';
import { type EndorsedBefore, type EndorsementPolicy, EndorsementVerifier, type LedgerCrypto } from './endorse.ts';
import { MerkleTree } from './merkle.ts';
import { formatCheckpoint } from './note.ts';
import { Changes, overlaid } from './overlay.ts';
import { versionOf, WorldState } from './state.ts';
import type { HistoryStep, StateView } from './stub.ts';
import {
  decodeEnvelope,
  decodeProposal,
  decodeResponse,
  type Envelope,
  type PrivateValue,
  type Proposal,
  type RangeRead,
  type Response,
  transactionId,
} from './transaction.ts';

export interface ChainOptions {
  readonly channel: string;
  readonly policy: EndorsementPolicy;
  readonly crypto: LedgerCrypto;
  /** Origin line of checkpoints. */
  readonly origin: string;
  /** Signs the checkpoint body as a C2SP note; left out on copies that do not keep the log's key. */
  readonly signCheckpoint?: (body: string) => string;
  /** Reads a leaf of the log again, for the history of a key. */
  readonly readEntry?: (leaf: number) => Promise<Uint8Array>;
}
export interface ChainEvent {
  readonly transaction: string;
  readonly leaf: number;
  readonly name: string;
  readonly payload: Uint8Array;
}
export interface Committed {
  readonly transaction: string;
  readonly leaf: number;
  readonly code: ValidationCode;
  readonly call: string;
  readonly creator: Proposal['creator'];
  readonly seconds: number;
  readonly event: Response['event'];
}
export interface Prepared {
  readonly block: Block;
  readonly committed: readonly Committed[];
}
interface Checked {
  readonly envelope: Envelope;
  readonly proposal: Proposal;
  readonly response: Response;
  readonly transaction: string;
  /** This organisation's endorser found the creator's signature good. */
  readonly isSigned: boolean;
  /** What endorsers sign, where it was computed before. */
  readonly leaf: Uint8Array | null;
}
interface KnownEntry {
  readonly code: ValidationCode;
  readonly checked: Checked | null;
}
/** What this organisation endorsed and has not seen ordered: more than all clients have on the way. */
const mostEndorsed = 8_192;

export class Chain {
  readonly #options: ChainOptions;
  readonly #endorsements: EndorsementVerifier;
  readonly #creators: CreatorVerifier;
  readonly #values = new Slab(32_768);
  /** What this organisation's endorser checked and simulated, by signature, oldest first. */
  readonly #endorsed = new Map<number, EndorsedBefore>();
  readonly world = new WorldState();
  readonly hashed = new WorldState();
  readonly privateValues = new Map<string, Uint8Array>();
  /** Leaf of each transaction id: found again for proofs, refused a second time. */
  readonly transactions = new Map<string, number>();
  /** Leaves that wrote a key, oldest first. */
  readonly writers = new Map<string, number[]>();
  tree: MerkleTree;
  height = 0;
  checkpoint = '';
  /** Leaves of applied blocks: what is on disk and may be spoken of. The tree may already hold more. */
  size = 0;
  #prepared: { readonly block: Block; readonly known: readonly KnownEntry[] } | null = null;

  constructor(options: ChainOptions) {
    this.#options = options;
    this.#endorsements = new EndorsementVerifier(options.policy, options.crypto);
    this.#creators = new CreatorVerifier(options.crypto);
    this.tree = new MerkleTree(options.crypto.sha256);
  }
  get channel(): string {
    return this.#options.channel;
  }

  view(): StateView {
    return {
      world: this.world,
      hashed: this.hashed,
      privateValues: this.privateValues,
      history: (key) => this.#history(key),
    };
  }
  isKnown(transaction: string): boolean {
    return this.transactions.has(transaction);
  }
  /** This organisation's endorser checked and simulated it: the committer compares the bytes and need not do it again. */
  noteEndorsed(known: EndorsedBefore): void {
    const { signature } = known.signed;
    // The end of a DER signature is the end of s, of a batch's a sibling's digest: as good as random, in a signature that holds.
    if (signature.length < 8) return;
    this.#endorsed.set(fingerprint(signature, signature.length - 6), known);
    if (this.#endorsed.size <= mostEndorsed) return;
    for (const oldest of this.#endorsed.keys()) {
      this.#endorsed.delete(oldest);
      break;
    }
  }
  #endorsedBefore({ proposal, signature }: Envelope): EndorsedBefore | null {
    if (signature.length < 8) return null;
    const name = fingerprint(signature, signature.length - 6);
    const known = this.#endorsed.get(name);
    if (!known || !equalBytes(known.signed.signature, signature) || !equalBytes(known.signed.bytes, proposal))
      return null;
    this.#endorsed.delete(name);
    return known;
  }

  /** Validates a block's transactions in order and lays it out. The tree already holds the leaves; `apply` or `discard` must follow. */
  prepare(
    ordered: readonly Ordered[],
    milliseconds: number,
    /** Entries of another copy: where this copy's are the same, their bytes are taken. */
    theirs: readonly { readonly bytes: Uint8Array; readonly entry: Entry }[] = [],
  ): Prepared {
    const { tree, height } = this;
    const first = tree.size;
    const changed = new Changes();
    const seen = new Set<string>();
    const entries: Uint8Array[] = [];
    const privateValues: (readonly PrivateValue[])[] = [];
    const committed: Committed[] = [];
    const kept: KnownEntry[] = [];
    for (const [index, each] of ordered.entries()) {
      const checked = this.#check(each);
      const code = typeof checked === 'string' ? checked : this.#validate(checked, changed, seen, each.privateValues);
      kept.push({ code, checked: typeof checked === 'string' ? null : checked });
      const other = theirs[index];
      const isSame = other && other.entry.block === height && other.entry.index === index && other.entry.code === code;
      const entry = isSame ? other.bytes : encodeEntry({ block: height, index, code, envelope: each.envelope });
      entries.push(entry);
      privateValues.push(code === 'VALID' ? each.privateValues : []);
      tree.append(entry);
      if (typeof checked === 'string') {
        committed.push(unreadable(first + index, checked));
        continue;
      }
      const { proposal, response, transaction } = checked;
      if (takesId(code)) seen.add(transaction);
      if (code === 'VALID') changed.note(response, versionOf(height, index));
      const { call, creator, seconds } = proposal;
      const event = code === 'VALID' ? response.event : null;
      committed.push({ transaction, leaf: first + index, code, call, creator, seconds, event });
    }
    const root = tree.root();
    const body = formatCheckpoint({ origin: this.#options.origin, size: tree.size, root });
    const checkpoint = this.#options.signCheckpoint?.(body) ?? '';
    const block: Block = { number: height, milliseconds, first, entries, privateValues, root, checkpoint };
    this.#prepared = { block, known: kept };
    return { block, committed };
  }

  /** Takes a block that is on disk into the state. */
  apply(block: Block): void {
    const known = this.#prepared?.block === block ? this.#prepared.known : null;
    this.#prepared = null;
    this.height = block.number + 1;
    this.checkpoint = block.checkpoint;
    this.size = block.first + block.entries.length;
    for (const [index, bytes] of block.entries.entries()) this.#applyEntry(bytes, block, index, known?.[index] ?? null);
  }
  /**
   * A block that another copy ordered: this copy validates it on its own and must come to the same entries and the same root.
   * @throws RangeError where it does not; nothing is changed then
   */
  follow(bytes: Uint8Array): Prepared {
    const theirs = decodeBlock(bytes);
    if (theirs.number !== this.height || theirs.first !== this.tree.size)
      throw new RangeError(
        `block: expected ${this.height} at leaf ${this.tree.size}, got ${theirs.number} at ${theirs.first}`,
      );
    const entries = theirs.entries.map((each) => ({ bytes: each, entry: decodeEntry(each) }));
    const ordered = entries.map(({ entry }, index) => ({
      envelope: entry.envelope,
      privateValues: theirs.privateValues[index] ?? [],
    }));
    const { block, committed } = this.prepare(ordered, theirs.milliseconds, entries);
    // Where their entry says what this copy would say, its own bytes stand in the block.
    const same = equalBytes(block.root, theirs.root) && block.entries.every((each, at) => each === entries[at]?.bytes);
    if (!same) {
      this.discard(block);
      throw new RangeError(
        `block: expected root ${toHex(block.root)} of block ${block.number}, got ${toHex(theirs.root)}`,
      );
    }
    const taken: Block = { ...block, checkpoint: theirs.checkpoint };
    this.#prepared = { block: taken, known: this.#prepared?.known ?? [] };
    return { block: taken, committed };
  }
  /** The block could not be written: nothing of it remains. */
  discard(block: Block): void {
    this.#prepared = null;
    this.tree.truncate(block.first);
  }

  /** Reads a block from the log again: its root must be what the leaves give, its number the next. @throws RangeError otherwise */
  replay(bytes: Uint8Array): Block {
    const block = decodeBlock(bytes);
    if (block.number !== this.height || block.first !== this.tree.size)
      throw new RangeError(
        `log: expected block ${this.height} at leaf ${this.tree.size}, got ${block.number} at ${block.first}`,
      );
    for (const entry of block.entries) this.tree.append(entry);
    const root = this.tree.root();
    if (!equalBytes(root, block.root)) {
      this.tree.truncate(block.first);
      throw new RangeError(`log: expected root ${toHex(block.root)} after block ${block.number}, got ${toHex(root)}`);
    }
    this.apply(block);
    return block;
  }

  #applyEntry(bytes: Uint8Array, block: Block, index: number, known: KnownEntry | null): void {
    const { code, checked } = known ?? this.#readEntry(bytes);
    const leaf = block.first + index;
    if (code === 'BAD_PAYLOAD' || checked === null) return;
    const { transaction, response } = checked;
    if (takesId(code)) this.transactions.set(transaction, leaf);
    if (code !== 'VALID') return;
    const version = versionOf(block.number, index);
    for (const { key, value } of response.writes) {
      // A copy, so that one small value does not keep a whole block in memory.
      if (value === null) this.world.delete(key);
      else this.world.put(key, this.#values.copy(value), version);
      const leaves = this.writers.get(key);
      if (leaves) leaves.push(leaf);
      else this.writers.set(key, [leaf]);
    }
    for (const { collection, keyHash, valueHash } of response.privateWrites) {
      if (valueHash === null) this.hashed.delete(`${collection}/${keyHash}`);
      else this.hashed.put(`${collection}/${keyHash}`, this.#values.copy(valueHash), version);
    }
    for (const { collection, key, value } of block.privateValues[index] ?? []) {
      if (value === null) this.privateValues.delete(`${collection}/${key}`);
      else this.privateValues.set(`${collection}/${key}`, value.slice());
    }
  }

  #readEntry(bytes: Uint8Array): KnownEntry {
    const { code, envelope } = decodeEntry(bytes);
    const checked = code === 'BAD_PAYLOAD' ? null : this.#check({ envelope, privateValues: [] });
    return { code, checked: typeof checked === 'string' ? null : checked };
  }
  #check({ envelope: bytes }: Ordered): Checked | ValidationCode {
    try {
      const envelope = decodeEnvelope(bytes);
      const before = this.#endorsedBefore(envelope);
      const proposal = before?.proposal ?? decodeProposal(envelope.proposal);
      const transaction = before?.transaction ?? transactionId(this.#options.crypto.sha256, proposal);
      const isOwn = before !== null && equalBytes(before.simulation.bytes, envelope.response);
      const response = isOwn ? before.simulation.response : decodeResponse(envelope.response);
      return { envelope, proposal, response, transaction, isSigned: before !== null, leaf: isOwn ? before.leaf : null };
    } catch {
      return 'BAD_PAYLOAD';
    }
  }

  #validate(
    { envelope, proposal, response, transaction, isSigned, leaf }: Checked,
    changed: Changes,
    seen: ReadonlySet<string>,
    privateValues: readonly PrivateValue[],
  ): ValidationCode {
    if (proposal.channel !== this.#options.channel) return 'TARGET_CHAIN_NOT_FOUND';
    if (!isSigned && !this.#creators.holds(proposal.creator.certificate, envelope.proposal, envelope.signature))
      return 'BAD_CREATOR_SIGNATURE';
    if (seen.has(transaction) || this.transactions.has(transaction)) return 'DUPLICATE_TXID';
    if (response.status !== 200) return 'BAD_PAYLOAD';
    if (!this.#endorsements.satisfied(envelope, leaf)) return 'ENDORSEMENT_POLICY_FAILURE';
    for (const { key, version } of response.reads)
      if (changed.version(changed.keys, this.world, key) !== version) return 'MVCC_READ_CONFLICT';
    for (const { key, version } of response.privateReads)
      if (changed.version(changed.hashes, this.hashed, key) !== version) return 'MVCC_READ_CONFLICT';
    if (!response.ranges.every((range) => this.#sameRange(range, changed))) return 'PHANTOM_READ_CONFLICT';
    return this.#privateMatch(response, privateValues) ? 'VALID' : 'BAD_PAYLOAD';
  }

  /** Private values beside a transaction must be those whose hashes were endorsed. */
  #privateMatch({ privateWrites }: Response, values: readonly PrivateValue[]): boolean {
    const { sha256 } = this.#options.crypto;
    return (
      values.length === privateWrites.length &&
      privateWrites.every(({ collection, keyHash, valueHash }, index) => {
        const { collection: of, key, value } = values[index]!;
        if (of !== collection || toHex(sha256(utf8(key))) !== keyHash) return false;
        return value === null || valueHash === null ? value === valueHash : equalBytes(sha256(value), valueHash);
      })
    );
  }

  /** Runs a range again over the state and what earlier transactions of this block change. */
  #sameRange({ start, end, exhausted, results }: RangeRead, changed: Changes): boolean {
    // An iterator that was never moved saw nothing.
    if (!exhausted && results.length === 0) return true;
    let at = 0;
    for (const [key, version] of overlaid(this.world, changed.keys, start)) {
      if (exhausted ? end !== '' && compareUtf8(key, end) >= 0 : compareUtf8(key, end) > 0) break;
      const expected = results[at];
      if (!expected || expected.key !== key || expected.version !== version) return false;
      at += 1;
    }
    return at === results.length;
  }

  async #history(key: string): Promise<readonly HistoryStep[]> {
    const { readEntry } = this.#options;
    if (!readEntry) throw new Error('history: expected a copy that reads its log');
    const steps: HistoryStep[] = [];
    for (const leaf of this.writers.get(key) ?? []) {
      const envelope = decodeEnvelope(decodeEntry(await readEntry(leaf)).envelope);
      const proposal = decodeProposal(envelope.proposal);
      const write = decodeResponse(envelope.response).writes.find((each) => each.key === key);
      if (!write) continue;
      const transaction = transactionId(this.#options.crypto.sha256, proposal);
      steps.push({ transaction, seconds: proposal.seconds, nanos: proposal.nanos, value: write.value });
    }
    // Fabric 2 gives the newest first.
    return steps.reverse();
  }
}

/** A copy with a broken signature could be anybody's: it must not keep the honest transaction out. */
const takesId = (code: ValidationCode) => code !== 'DUPLICATE_TXID' && code !== 'BAD_CREATOR_SIGNATURE';

const unreadable = (leaf: number, code: ValidationCode): Committed => ({
  transaction: '',
  leaf,
  code,
  call: '',
  creator: { msp: '', certificate: '' },
  seconds: 0,
  event: null,
});
