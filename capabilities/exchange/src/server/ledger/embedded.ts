/**
 * The embedded ledger of one domain: its organisations endorse in this process, blocks go to the log with one sync each, whoever waits while the disk
 * works joins the next block. State is in memory; a snapshot shortens the next start.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import './contract-logging.ts';
import { contracts } from '@hedun/exchange/contracts';
import {
  type Assembled,
  assemble,
  type Block,
  BlockCutter,
  Chain,
  type Committed,
  ContractRuntime,
  type CutLimits,
  decodeBlock,
  decodeEntry,
  decodeEnvelope,
  decodeProposal,
  decodeResponse,
  type EndorsedOne,
  type EndorsementPolicy,
  Endorser,
  encodeBlock,
  encodeEnvelope,
  encodeProposal,
  encodeSnapshot,
  equalBytes,
  formatKey,
  fromUtf8,
  type LogTrust,
  type Ordered,
  proofOf,
  type RecordProof,
  type RunnableContract,
  restoreSnapshot,
  type SignedProposal,
  signNote,
  toBase64,
  transactionId,
  transientHash,
  verifyCheckpoint,
} from '@hedun/exchange/ledger';
import { type NoteSigner, nodeCrypto, signNoteWith, signP256 } from './crypto.ts';
import { LogFile, writeDurably } from './log-file.ts';
import { type LedgerEvent, type LedgerPort, LedgerRefusal, type Signer, type Submitted } from './port.ts';

export interface LocalOrganisation {
  readonly msp: string;
  readonly spki: Uint8Array;
  readonly privateKey: Signer['privateKey'];
}
/** An organisation's endorser: in this process, or another one's at the end of a socket. */
export interface EndorserPort {
  readonly msp: string;
  endorse(batch: readonly SignedProposal[]): Promise<readonly EndorsedOne[]>;
}
export interface EmbeddedOptions {
  readonly domain: string;
  readonly folder: string;
  readonly organisations: readonly LocalOrganisation[];
  /** Keys of organisations that endorse elsewhere. */
  readonly elsewhere?: ReadonlyMap<string, Uint8Array>;
  readonly required: number;
  readonly log: NoteSigner;
  readonly now: () => number;
  readonly limits?: CutLimits;
  /** Transactions between two snapshots; where it is not said, a snapshot comes at every doubling of the log. */
  readonly snapshotEvery?: number;
  readonly onCommitted?: (committed: readonly Committed[]) => void;
  /** Each block after it is on disk here. */
  readonly onBlock?: (bytes: Uint8Array) => void;
}

interface Waiting extends Ordered {
  readonly done: (committed: Committed) => void;
  readonly fail: (error: unknown) => void;
}

const ordinaryLimits: CutLimits = { count: 1000, bytes: 4 * 1024 * 1024, milliseconds: 0 };
const mostTries = 6;

export class EmbeddedLedger implements LedgerPort {
  readonly kind = 'embedded';
  readonly chain: Chain;
  readonly runtime: ContractRuntime;
  readonly policy: EndorsementPolicy;
  /** Blocks by where they begin: offset in the log and first leaf. */
  readonly #blocks: { offset: number; first: number }[] = [];
  readonly #options: EmbeddedOptions;
  readonly #log: LogFile;
  readonly #local: readonly Endorser[];
  #endorsers: readonly EndorserPort[];
  readonly #cutter: BlockCutter<Waiting>;
  #asked: { proposal: SignedProposal; done: (assembled: Assembled) => void; fail: (error: unknown) => void }[] = [];
  #writing: Promise<void> | null = null;
  #taking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #sinceSnapshot = 0;
  #closed = false;

  private constructor(options: EmbeddedOptions, log: LogFile) {
    this.#options = options;
    this.#log = log;
    this.#cutter = new BlockCutter(options.limits ?? ordinaryLimits);
    const organisations = new Map(options.elsewhere);
    for (const { msp, spki } of options.organisations) organisations.set(msp, spki);
    this.policy = { required: options.required, organisations };
    this.chain = new Chain({
      channel: options.domain,
      policy: this.policy,
      crypto: nodeCrypto,
      origin: options.log.key.name,
      signCheckpoint: (body) => signNote(nodeCrypto.sha256, body, options.log.key, signNoteWith(options.log)),
      readEntry: (leaf) => this.entry(leaf),
    });
    this.runtime = new ContractRuntime(
      contracts.map((each) => new each() as unknown as RunnableContract),
      nodeCrypto.sha256,
    );
    this.#local = options.organisations.map(
      ({ msp, privateKey }) =>
        new Endorser({
          msp,
          channel: options.domain,
          runtime: this.runtime,
          crypto: nodeCrypto,
          view: this.chain.view(),
          sign: (message) => signP256(privateKey, message),
          nowSeconds: () => Math.floor(options.now() / 1000),
          isKnown: (transaction) => this.chain.isKnown(transaction),
          onEndorsed: (known) => this.chain.noteEndorsed(known),
        }),
    );
    this.#endorsers = this.#local;
  }

  /** @throws LogCorrupt where the log is bent before its tail; nothing is changed then */
  static async open(options: EmbeddedOptions): Promise<EmbeddedLedger> {
    const log = await LogFile.open(options.folder);
    try {
      let ledger = new EmbeddedLedger(options, log);
      let from = 0;
      try {
        const bytes = await readFile(path.join(options.folder, 'snapshot.hedun'));
        const place = restoreSnapshot(nodeCrypto.sha256, ledger.chain, bytes);
        ledger.#blocks.push(...place.blocks);
        from = place.offset;
      } catch {
        // None, or one that does not prove itself: the log says all of it.
        ledger = new EmbeddedLedger(options, log);
      }
      for await (const { offset, payload } of log.frames(from)) {
        const block = ledger.chain.replay(payload);
        ledger.#blocks.push({ offset, first: block.first });
      }
      if (ledger.chain.checkpoint !== '') {
        const { size } = verifyCheckpoint(nodeCrypto, ledger.trust(), ledger.chain.checkpoint);
        if (size !== ledger.chain.tree.size)
          throw new RangeError(`log: expected a checkpoint of size ${ledger.chain.tree.size}, got ${size}`);
      }
      return ledger;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  get domain(): string {
    return this.#options.domain;
  }
  get localEndorsers(): readonly Endorser[] {
    return this.#local;
  }
  /** Organisations that endorse elsewhere join here. */
  joinEndorsers(others: readonly EndorserPort[]): void {
    this.#endorsers = [...this.#local, ...others];
  }
  trust(): LogTrust {
    const { key } = this.#options.log;
    return { origin: key.name, logKey: formatKey(nodeCrypto.sha256, key), witnessKeys: [], quorum: 0 };
  }

  propose(
    signer: Signer,
    call: string,
    args: readonly string[],
    transient: ReadonlyMap<string, Uint8Array> = new Map(),
  ): SignedProposal {
    const milliseconds = this.#options.now();
    const bytes = encodeProposal({
      channel: this.domain,
      call,
      args,
      creator: { msp: signer.msp, certificate: signer.certificate },
      nonce: randomBytes(24),
      seconds: Math.floor(milliseconds / 1000),
      nanos: (milliseconds % 1000) * 1_000_000,
      transientHash: transientHash(nodeCrypto.sha256, transient),
    });
    return { bytes, signature: signP256(signer.privateKey, bytes), transient };
  }

  async submit(
    signer: Signer,
    call: string,
    args: readonly string[],
    options: { readonly transient?: ReadonlyMap<string, Uint8Array> } = {},
  ): Promise<Submitted> {
    for (let tries = 1; ; tries += 1) {
      const submitted = await this.#carry(this.propose(signer, call, args, options.transient));
      if (submitted.code === 'VALID') return submitted;
      const conflict = submitted.code === 'MVCC_READ_CONFLICT' || submitted.code === 'PHANTOM_READ_CONFLICT';
      if (!conflict || tries === mostTries)
        throw new LedgerRefusal(submitted.code, `${call}: expected VALID, got ${submitted.code}`);
    }
  }
  async submitSigned(proposal: SignedProposal): Promise<Submitted> {
    return await this.#carry(proposal);
  }
  async #carry(proposal: SignedProposal): Promise<Submitted> {
    const assembled = await this.#endorse(proposal);
    if (assembled.kind === 'refused') throw new LedgerRefusal(assembled.code, assembled.message);
    const { transaction, code, leaf } = await this.order({
      envelope: encodeEnvelope(assembled.envelope),
      privateValues: assembled.privateValues,
    });
    return { transaction, code, leaf, payload: fromUtf8(assembled.payload) };
  }

  /** Proposals of one turn of the event loop are endorsed as one batch. */
  #endorse(proposal: SignedProposal): Promise<Assembled> {
    return new Promise((done, fail) => {
      this.#asked.push({ proposal, done, fail });
      if (this.#asked.length === 1) setImmediate(() => void this.#endorseAsked());
    });
  }
  async #endorseAsked(): Promise<void> {
    const batch = this.#asked;
    this.#asked = [];
    try {
      const proposals = batch.map(({ proposal }) => proposal);
      const answers = await Promise.all(this.#endorsers.map((endorser) => endorser.endorse(proposals)));
      for (const [index, { proposal, done }] of batch.entries())
        done(
          assemble(
            proposal,
            answers.map((answer) => answer[index]!),
          ),
        );
    } catch (error) {
      for (const { fail } of batch) fail(error);
    }
  }

  async evaluate(signer: Signer, call: string, args: readonly string[]): Promise<string> {
    const proposal = this.propose(signer, call, args);
    // The signature is this process's own: only the simulation is needed.
    const { response } = await this.runtime.simulate(proposal.bytes, proposal.transient, this.chain.view());
    if (response.status >= 400) throw new LedgerRefusal('contract', response.message);
    return fromUtf8(response.payload);
  }

  /** Puts a transaction into the next block; answered when the block is on disk. */
  order(ordered: Ordered): Promise<Committed> {
    return new Promise((done, fail) => {
      if (this.#closed) {
        fail(new LedgerRefusal('closed', `${this.domain}: expected an open ledger, got a closed one`));
        return;
      }
      this.#cutter.add({ ...ordered, done, fail }, this.#options.now());
      this.#pump();
    });
  }
  #pump(): void {
    if (this.#writing) return;
    if (this.#cutter.isDue(this.#options.now())) {
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        this.#pump();
      });
      return;
    }
    const dueAt = this.#cutter.dueAt();
    if (dueAt === null || this.#timer) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#pump();
      },
      Math.max(1, dueAt - this.#options.now()),
    );
  }
  async #write(): Promise<void> {
    const batch = this.#cutter.cut(this.#options.now());
    const { block, committed } = this.chain.prepare(batch, this.#options.now());
    const bytes = encodeBlock(block);
    try {
      await this.#keep(block, bytes);
    } catch (error) {
      for (const { fail } of batch) fail(error);
      return;
    }
    for (const [index, { done }] of batch.entries()) done(committed[index]!);
    this.#options.onCommitted?.(committed);
    this.#options.onBlock?.(bytes);
    await this.#snapshotIfDue(batch.length);
  }
  /** On disk first, in the state afterwards; a block that cannot be written leaves no trace. */
  async #keep(block: Block, bytes: Uint8Array): Promise<void> {
    try {
      const offset = await this.#log.append(bytes);
      this.#blocks.push({ offset, first: block.first });
    } catch (error) {
      this.chain.discard(block);
      throw error;
    }
    this.chain.apply(block);
  }
  async #snapshotIfDue(transactions: number): Promise<void> {
    this.#sinceSnapshot += transactions;
    // A snapshot writes all of the state: at every doubling of the log it costs each transaction the same, at fixed intervals ever more.
    const due = this.#options.snapshotEvery ?? Math.max(20_000, this.chain.size >> 1);
    if (this.#sinceSnapshot >= due) await this.snapshot();
  }

  /** A block another organisation's peer ordered, checked and kept here. One after the other, in the order they come. */
  take(bytes: Uint8Array): Promise<void> {
    const taken = this.#taking.then(async () => {
      const { block, committed } = this.chain.follow(bytes);
      this.#requireCheckpoint(block);
      // Root, place and checkpoint are theirs, so the bytes are as well.
      await this.#keep(block, bytes.slice());
      this.#options.onCommitted?.(committed);
      await this.#snapshotIfDue(committed.length);
    });
    this.#taking = taken.catch(() => undefined);
    return taken;
  }
  /** Signed by the log's key over exactly this tree, or the block is not taken: it could not be opened again. */
  #requireCheckpoint(block: Block): void {
    try {
      const { size, root } = verifyCheckpoint(nodeCrypto, this.trust(), block.checkpoint);
      if (size !== block.first + block.entries.length || !equalBytes(root, block.root))
        throw new RangeError(`block: expected a checkpoint of its own tree, got one of size ${size}`);
    } catch (error) {
      this.chain.discard(block);
      throw error;
    }
  }
  async blockBytes(number: number): Promise<Uint8Array> {
    const place = this.#blocks[number];
    if (!place) throw new RangeError(`log: expected a block below ${this.#blocks.length}, got ${number}`);
    return await this.#log.read(place.offset);
  }

  async snapshot(): Promise<void> {
    this.#sinceSnapshot = 0;
    const place = { offset: this.#log.end, blocks: this.#blocks };
    await writeDurably(
      path.join(this.#options.folder, 'snapshot.hedun'),
      encodeSnapshot(nodeCrypto.sha256, this.chain, place),
    );
  }

  /** A leaf of the log, read from disk. */
  async entry(leaf: number): Promise<Uint8Array> {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle]!.first <= leaf) low = middle + 1;
      else high = middle;
    }
    const place = this.#blocks[low - 1];
    const entry = place && decodeBlock(await this.#log.read(place.offset)).entries[leaf - place.first];
    if (!entry) throw new RangeError(`log: expected a leaf below ${this.chain.tree.size}, got ${leaf}`);
    return entry;
  }

  async checkpoint(): Promise<string> {
    return this.chain.checkpoint;
  }
  async proof(transaction: string): Promise<RecordProof> {
    const leaf = this.chain.transactions.get(transaction);
    if (leaf === undefined)
      throw new LedgerRefusal(
        'ledger.unknown',
        `ledger.unknown: expected a transaction of ${this.domain}, got ${transaction}`,
      );
    return await this.proofOfLeaf(leaf);
  }
  /** Under the newest checkpoint, or under an older one that others have signed as well. */
  async proofOfLeaf(leaf: number, under?: { readonly note: string; readonly size: number }): Promise<RecordProof> {
    const entry = await this.entry(leaf);
    // Checkpoint and path must speak of the same tree, so both are taken without a pause between.
    const { checkpoint, tree, size } = this.chain;
    const [note, of] = under ? [under.note, under.size] : [checkpoint, size];
    return proofOf(leaf, entry, tree.inclusion(leaf, of), note);
  }
  consistency(from: number, to: number): readonly string[] {
    return this.chain.tree.consistency(from, to).map(toBase64);
  }

  async events(from: number, limit: number): Promise<readonly LedgerEvent[]> {
    const found: LedgerEvent[] = [];
    const { size } = this.chain;
    for (let leaf = Math.max(0, from); leaf < size && found.length < limit; leaf += 1) {
      const { code, envelope } = decodeEntry(await this.entry(leaf));
      if (code !== 'VALID') continue;
      const { proposal, response } = decodeEnvelope(envelope);
      const { event } = decodeResponse(response);
      if (!event) continue;
      const transaction = transactionId(nodeCrypto.sha256, decodeProposal(proposal));
      found.push({ leaf, transaction, name: event.name, payload: fromUtf8(event.payload) });
    }
    return found;
  }
  /** Waits for what is being written; what waits still is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#writing || this.#cutter.waiting > 0) {
      await (this.#writing ?? new Promise((resolve) => setTimeout(resolve, 5)));
      this.#pump();
    }
    if (this.#timer) clearTimeout(this.#timer);
    await this.#log.close();
  }
}
