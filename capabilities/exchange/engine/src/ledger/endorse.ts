/**
 * Endorsement: an organisation simulates proposals on its own state and signs what came out, many at once: one signature over the root of
 * a Merkle tree of the batch, and for each transaction the path to it. Each transaction still proves its endorsement alone.
 * @module
 */
import { BatchVerifier, CreatorVerifier } from './batch.ts';
import { equalBytes } from './bytes.ts';
import { batchPaths, type Hash } from './merkle.ts';
import type { ContractRuntime, Simulation } from './runtime.ts';
import type { StateView } from './stub.ts';
import {
  batchMessage,
  decodeProposal,
  type Endorsement,
  type Envelope,
  endorsementLeaf,
  type PrivateValue,
  type Proposal,
  type SignedProposal,
  transactionId,
} from './transaction.ts';

/** ECDSA P-256 with SHA-256, DER, and the other primitives the ledger needs; the world gives them. */
export interface LedgerCrypto {
  readonly sha256: Hash;
  /** @param certificate PEM; the signature is checked with its key */
  verifyByCertificate(certificate: string, message: Uint8Array, signature: Uint8Array): boolean;
  verifyByKey(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** Who belongs to the chain and how many of them must endorse. */
export interface EndorsementPolicy {
  readonly required: number;
  /** SubjectPublicKeyInfo of each organisation's endorsing key, by organisation. */
  readonly organisations: ReadonlyMap<string, Uint8Array>;
}

export type EndorsedOne =
  | { readonly kind: 'endorsed'; readonly simulation: Simulation; readonly endorsement: Endorsement }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };
export type RefusalCode = 'bad_signature' | 'wrong_channel' | 'clock_skew' | 'malformed' | 'replayed' | 'contract';

/** Fabric's authentication window: a proposal older or younger than this is not endorsed. */
export const clockWindowSeconds = 900;

export interface EndorserOptions {
  readonly msp: string;
  readonly channel: string;
  readonly runtime: ContractRuntime;
  readonly crypto: LedgerCrypto;
  readonly view: StateView;
  readonly sign: (message: Uint8Array) => Uint8Array;
  readonly nowSeconds: () => number;
  /** Whether a transaction id is already on the ledger. */
  readonly isKnown: (transaction: string) => boolean;
  /** Told of what was checked and simulated, so that this organisation's committer need not do it again. */
  readonly onEndorsed?: (known: EndorsedBefore) => void;
}

/** What an organisation knows of a transaction that it endorsed: signature checked, bytes read, digest computed. */
export interface EndorsedBefore {
  readonly signed: SignedProposal;
  readonly proposal: Proposal;
  readonly transaction: string;
  readonly simulation: Simulation;
  readonly leaf: Uint8Array;
}
interface Simulated {
  readonly simulation: Simulation;
  readonly proposal: Proposal;
  readonly transaction: string;
}
type Refused = Extract<EndorsedOne, { kind: 'refused' }>;

export class Endorser {
  readonly #options: EndorserOptions;
  readonly #creators: CreatorVerifier;
  constructor(options: EndorserOptions) {
    this.#options = options;
    this.#creators = new CreatorVerifier(options.crypto);
  }
  get msp(): string {
    return this.#options.msp;
  }

  /** Checks and simulates each proposal, then signs once for all that went well. */
  async endorse(batch: readonly SignedProposal[]): Promise<EndorsedOne[]> {
    const { crypto, msp, sign, onEndorsed } = this.#options;
    const results: (Simulated | Refused)[] = [];
    for (const each of batch) results.push(await this.#checkAndSimulate(each));
    const good = results.flatMap((result, index) => ('simulation' in result ? [{ index, result }] : []));
    if (good.length === 0) return results as Refused[];
    const leaves = good.map(({ index, result }) =>
      endorsementLeaf(crypto.sha256, batch[index]!.bytes, result.simulation.bytes),
    );
    const { root, paths } = batchPaths(crypto.sha256, leaves);
    const signature = sign(batchMessage(msp, root, leaves.length));
    const endorsed: EndorsedOne[] = results.map((result) => result as Refused);
    for (const [at, { index, result }] of good.entries()) {
      onEndorsed?.({ ...result, signed: batch[index]!, leaf: leaves[at]! });
      endorsed[index] = {
        kind: 'endorsed',
        simulation: result.simulation,
        endorsement: { msp, index: at, size: leaves.length, path: paths[at]!, signature },
      };
    }
    return endorsed;
  }

  /** The checks and the simulation alone. */
  async simulate(proposal: SignedProposal): Promise<Simulation | Refused> {
    const result = await this.#checkAndSimulate(proposal);
    return 'simulation' in result ? result.simulation : result;
  }
  async #checkAndSimulate(proposal: SignedProposal): Promise<Simulated | Refused> {
    const { crypto, channel, runtime, view, nowSeconds, isKnown } = this.#options;
    const refused = (code: RefusalCode, message: string) => ({ kind: 'refused', code, message }) as const;
    let decoded: Proposal;
    try {
      decoded = decodeProposal(proposal.bytes);
    } catch (error) {
      return refused('malformed', String(error));
    }
    if (decoded.channel !== channel) return refused('wrong_channel', `expected ${channel}, got ${decoded.channel}`);
    const skew = decoded.seconds - nowSeconds();
    if (Math.abs(skew) > clockWindowSeconds)
      return refused('clock_skew', `expected a time within ${clockWindowSeconds} seconds, got ${skew}`);
    if (decoded.nonce.length < 16)
      return refused('malformed', `expected a nonce of 16 bytes, got ${decoded.nonce.length}`);
    if (!this.#creators.holds(decoded.creator.certificate, proposal.bytes, proposal.signature))
      return refused('bad_signature', 'expected a signature of the creator, got one that does not hold');
    const transaction = transactionId(crypto.sha256, decoded);
    if (isKnown(transaction)) return refused('replayed', 'expected a new transaction, got one already on the ledger');
    try {
      const simulation = await runtime.simulate(proposal.bytes, proposal.transient, view, {
        proposal: decoded,
        transaction,
      });
      if (simulation.response.status >= 400) return refused('contract', simulation.response.message);
      return { simulation, proposal: decoded, transaction };
    } catch (error) {
      return refused('malformed', String(error));
    }
  }
}

export type Assembled =
  | {
      readonly kind: 'envelope';
      readonly envelope: Envelope;
      readonly privateValues: readonly PrivateValue[];
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode | 'endorsers_disagree'; readonly message: string };

/** Puts the answers of several organisations together; their simulations must be equal to the byte. */
export function assemble(proposal: SignedProposal, answers: readonly EndorsedOne[]): Assembled {
  const refused = answers.find((answer) => answer.kind === 'refused');
  if (refused) return refused;
  const good = answers as readonly Extract<EndorsedOne, { kind: 'endorsed' }>[];
  const [first, ...others] = good;
  if (!first) return { kind: 'refused', code: 'malformed', message: 'expected an answer, got none' };
  const other = others.find((answer) => !equalBytes(answer.simulation.bytes, first.simulation.bytes));
  if (other)
    return {
      kind: 'refused',
      code: 'endorsers_disagree',
      message: `expected equal simulations, got different ones of ${first.endorsement.msp} and ${other.endorsement.msp}`,
    };
  return {
    kind: 'envelope',
    envelope: {
      proposal: proposal.bytes,
      signature: proposal.signature,
      response: first.simulation.bytes,
      endorsements: good.map(({ endorsement }) => endorsement),
    },
    privateValues: first.simulation.privateValues,
    payload: first.simulation.response.payload,
  };
}

/** Verifies endorsements; a batch signature found good once is remembered, since all of a batch share it. */
export class EndorsementVerifier {
  readonly #policy: EndorsementPolicy;
  readonly #crypto: LedgerCrypto;
  readonly #batches: BatchVerifier;

  constructor(policy: EndorsementPolicy, crypto: LedgerCrypto) {
    this.#policy = policy;
    this.#crypto = crypto;
    this.#batches = new BatchVerifier(crypto.sha256);
  }

  /** How many different organisations of the policy stand for this envelope. @param known its leaf, where it was computed before */
  satisfied(envelope: Envelope, known: Uint8Array | null = null): boolean {
    const leaf = known ?? endorsementLeaf(this.#crypto.sha256, envelope.proposal, envelope.response);
    const organisations = new Set<string>();
    for (const endorsement of envelope.endorsements)
      if (!organisations.has(endorsement.msp) && this.#holds(endorsement, leaf)) organisations.add(endorsement.msp);
    return organisations.size >= this.#policy.required;
  }

  #holds({ msp, ...place }: Endorsement, leaf: Uint8Array): boolean {
    const key = this.#policy.organisations.get(msp);
    return (
      key !== undefined &&
      this.#batches.holds(
        msp,
        leaf,
        place,
        (root, size) => batchMessage(msp, root, size),
        (message, signature) => this.#crypto.verifyByKey(key, message, signature),
      )
    );
  }
}
