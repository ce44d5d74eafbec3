/**
 * What the rest of the room sees of a ledger, whichever it is: the embedded one or Hyperledger Fabric.
 * @module
 */
import type { KeyObject } from 'node:crypto';
import type { RecordProof, SignedProposal, ValidationCode } from '@hedun/exchange/ledger';

/** Who signs a transaction: a member's certificate and its key. */
export interface Signer {
  readonly msp: string;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: KeyObject;
}
export interface CallOptions {
  /** Fields the endorsers see and no record holds. */
  readonly transient?: ReadonlyMap<string, Uint8Array>;
}
export interface Submitted {
  readonly transaction: string;
  readonly code: ValidationCode;
  /** What the function returned, as text; empty where it returned nothing. */
  readonly payload: string;
  /** Place in the log; null on a ledger without one. */
  readonly leaf: number | null;
}
export interface LedgerEvent {
  readonly leaf: number;
  readonly transaction: string;
  readonly name: string;
  readonly payload: string;
}
export interface LedgerPort {
  readonly domain: string;
  readonly kind: 'embedded' | 'fabric';
  /** Committed and valid when it returns; a conflict is tried again with a new proposal. @throws LedgerRefusal */
  submit(signer: Signer, call: string, args: readonly string[], options?: CallOptions): Promise<Submitted>;
  evaluate(signer: Signer, call: string, args: readonly string[]): Promise<string>;
  /** For holders who sign themselves. Fabric's gateway has a protocol of its own for that, so only the embedded ledger takes it. */
  submitSigned?(proposal: SignedProposal): Promise<Submitted>;
  events(from: number, limit: number): Promise<readonly LedgerEvent[]>;
  /** Null where the ledger gives no proofs that hold without it. */
  proof?(transaction: string): Promise<RecordProof>;
  checkpoint?(): Promise<string>;
  close(): Promise<void>;
}

/** A transaction that did not become valid: the contract's refusal, or what validation said. */
export class LedgerRefusal extends Error {
  readonly code: string;
  readonly expected: string | null;
  readonly got: string | null;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'LedgerRefusal';
    // Contracts say `code: expected …, got …`.
    const match = /^([a-z]+\.[a-z_]+): expected (.*), got (.*)$/s.exec(message);
    this.code = match?.[1] ?? code;
    this.expected = match?.[2] ?? null;
    this.got = match?.[3] ?? null;
  }
}
