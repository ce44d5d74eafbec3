/**
 * Endorsement: an organisation simulates proposals on its own state and signs what came out, many at once: one signature over the root of
 * a Merkle tree of the batch, and for each transaction the path to it. Each transaction still proves its endorsement alone.
 * @module
 */
import { equalBytes, fingerprint } from './bytes.ts';
import { batchPaths, type Hash, nodeHash, rootFromInclusion } from './merkle.ts';
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
  /** Told of each proposal whose signature was found good, so that this organisation's committer need not look again. */
  readonly onVerified?: (proposal: SignedProposal) => void;
}

export class Endorser {
  readonly #options: EndorserOptions;
  constructor(options: EndorserOptions) {
    this.#options = options;
  }
  get msp(): string {
    return this.#options.msp;
  }

  /** Checks and simulates each proposal, then signs once for all that went well. */
  async endorse(batch: readonly SignedProposal[]): Promise<EndorsedOne[]> {
    const { crypto, msp, sign } = this.#options;
    const results: (Simulation | Extract<EndorsedOne, { kind: 'refused' }>)[] = [];
    for (const each of batch) results.push(await this.simulate(each));
    const good = results.flatMap((result, index) => ('response' in result ? [{ index, result }] : []));
    if (good.length === 0) return results as Extract<EndorsedOne, { kind: 'refused' }>[];
    const leaves = good.map(({ index, result }) => endorsementLeaf(crypto.sha256, batch[index]!.bytes, result.bytes));
    const { root, paths } = batchPaths(crypto.sha256, leaves);
    const signature = sign(batchMessage(msp, root, leaves.length));
    const endorsed: EndorsedOne[] = results.map((result) => result as Extract<EndorsedOne, { kind: 'refused' }>);
    for (const [at, { index, result }] of good.entries())
      endorsed[index] = {
        kind: 'endorsed',
        simulation: result,
        endorsement: { msp, index: at, size: leaves.length, path: paths[at]!, signature },
      };
    return endorsed;
  }

  /** The checks and the simulation alone: also how a query is answered. */
  async simulate(proposal: SignedProposal): Promise<Simulation | Extract<EndorsedOne, { kind: 'refused' }>> {
    const { crypto, channel, runtime, view, nowSeconds, isKnown, onVerified } = this.#options;
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
    if (!crypto.verifyByCertificate(decoded.creator.certificate, proposal.bytes, proposal.signature))
      return refused('bad_signature', 'expected a signature of the creator, got one that does not hold');
    onVerified?.(proposal);
    const transaction = transactionId(crypto.sha256, decoded);
    if (isKnown(transaction)) return refused('replayed', 'expected a new transaction, got one already on the ledger');
    try {
      const simulation = await runtime.simulate(proposal.bytes, proposal.transient, view, {
        proposal: decoded,
        transaction,
      });
      if (simulation.response.status >= 400) return refused('contract', simulation.response.message);
      return simulation;
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
  /** Batch signatures found good, by root. */
  readonly #good = new Map<number, { readonly message: Uint8Array; readonly signature: Uint8Array }[]>();
  /** Parents computed before, by left child: the paths of a batch share all but their first steps. */
  readonly #parents = new Map<
    number,
    { readonly left: Uint8Array; readonly right: Uint8Array; readonly parent: Uint8Array }
  >();

  constructor(policy: EndorsementPolicy, crypto: LedgerCrypto) {
    this.#policy = policy;
    this.#crypto = crypto;
  }

  /** How many different organisations of the policy stand for this envelope. */
  satisfied(envelope: Envelope): boolean {
    const leaf = endorsementLeaf(this.#crypto.sha256, envelope.proposal, envelope.response);
    const organisations = new Set<string>();
    for (const endorsement of envelope.endorsements)
      if (!organisations.has(endorsement.msp) && this.#holds(endorsement, leaf)) organisations.add(endorsement.msp);
    return organisations.size >= this.#policy.required;
  }

  readonly #combine = (left: Uint8Array, right: Uint8Array): Uint8Array => {
    const name = fingerprint(left, 0);
    const known = this.#parents.get(name);
    if (known && equalBytes(known.left, left) && equalBytes(known.right, right)) return known.parent;
    const parent = nodeHash(this.#crypto.sha256, left, right);
    if (this.#parents.size > 20_000) this.#parents.clear();
    this.#parents.set(name, { left: left.slice(), right: right.slice(), parent });
    return parent;
  };

  #holds({ msp, index, size, path, signature }: Endorsement, leaf: Uint8Array): boolean {
    const key = this.#policy.organisations.get(msp);
    if (!key) return false;
    const root = rootFromInclusion(this.#crypto.sha256, index, size, leaf, path, this.#combine);
    if (!root) return false;
    const message = batchMessage(msp, root, size);
    const name = fingerprint(root, 0);
    const known = this.#good.get(name) ?? [];
    if (known.some((each) => equalBytes(each.message, message) && equalBytes(each.signature, signature))) return true;
    if (!this.#crypto.verifyByKey(key, message, signature)) return false;
    if (this.#good.size > 4096) this.#good.clear();
    this.#good.set(name, [...known.slice(-8), { message, signature: signature.slice() }]);
    return true;
  }
}
