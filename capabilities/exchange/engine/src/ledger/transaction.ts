/**
 * Proposal, response, endorsement and envelope of a transaction, and their bytes. The shapes follow Fabric's: a proposal is signed by its creator,
 * simulated by endorsers, and what they agree on is ordered.
 * @module
 */
import { Reader, toHex, Writer } from './bytes.ts';
import type { Hash } from './merkle.ts';
import type { Version } from './state.ts';

export interface Creator {
  readonly msp: string;
  /** PEM of an X.509 certificate. */
  readonly certificate: string;
}
export interface Proposal {
  readonly channel: string;
  /** `contract:function`, as Fabric's Node shim reads it. */
  readonly call: string;
  readonly args: readonly string[];
  readonly creator: Creator;
  readonly nonce: Uint8Array;
  readonly seconds: number;
  readonly nanos: number;
  /** SHA-256 of the transient fields, which themselves stay out of every record; empty where there are none. */
  readonly transientHash: Uint8Array;
}
export interface SignedProposal {
  readonly bytes: Uint8Array;
  /** ECDSA P-256 with SHA-256 over the bytes, DER. */
  readonly signature: Uint8Array;
  readonly transient: ReadonlyMap<string, Uint8Array>;
}
export interface ReadOfKey {
  readonly key: string;
  /** Null where the key was missing. */
  readonly version: Version | null;
}
export interface RangeRead {
  readonly start: string;
  /** Where the iterator stopped: the range's end, or the last key it was asked for, which then belongs to the range. */
  readonly end: string;
  readonly exhausted: boolean;
  readonly results: readonly ReadOfKey[];
}
export interface WriteOfKey {
  readonly key: string;
  /** Null deletes. */
  readonly value: Uint8Array | null;
}
export interface PrivateWriteHash {
  readonly collection: string;
  readonly keyHash: string;
  readonly valueHash: Uint8Array | null;
}
export interface PrivateValue {
  readonly collection: string;
  readonly key: string;
  readonly value: Uint8Array | null;
}
export interface Response {
  readonly status: number;
  readonly message: string;
  readonly payload: Uint8Array;
  readonly reads: readonly ReadOfKey[];
  readonly ranges: readonly RangeRead[];
  readonly writes: readonly WriteOfKey[];
  /** Private keys as `collection/hash`. */
  readonly privateReads: readonly ReadOfKey[];
  readonly privateWrites: readonly PrivateWriteHash[];
  readonly event: { readonly name: string; readonly payload: Uint8Array } | null;
}
/** One organisation's signature over a batch, and the path from this transaction's response to the batch's root. */
export interface Endorsement {
  readonly msp: string;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly signature: Uint8Array;
}
export interface Envelope {
  readonly proposal: Uint8Array;
  readonly signature: Uint8Array;
  readonly response: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

export function encodeProposal(proposal: Proposal): Uint8Array {
  return new Writer()
    .text('hedun.proposal.1')
    .text(proposal.channel)
    .text(proposal.call)
    .list(proposal.args, (writer, arg) => writer.text(arg))
    .text(proposal.creator.msp)
    .text(proposal.creator.certificate)
    .bytes(proposal.nonce)
    .number(proposal.seconds)
    .number(proposal.nanos)
    .bytes(proposal.transientHash)
    .done();
}
export function decodeProposal(bytes: Uint8Array): Proposal {
  const reader = new Reader(bytes);
  expectTag(reader, 'hedun.proposal.1');
  const proposal: Proposal = {
    channel: reader.text(),
    call: reader.text(),
    args: reader.list((each) => each.text()),
    creator: { msp: reader.text(), certificate: reader.text() },
    nonce: reader.bytes(),
    seconds: reader.number(),
    nanos: reader.number(),
    transientHash: reader.bytes(),
  };
  reader.end();
  return proposal;
}
function expectTag(reader: Reader, tag: string): void {
  const got = reader.text();
  if (got !== tag) throw new RangeError(`record: expected ${tag}, got ${got.slice(0, 40)}`);
}

export function transientHash(hash: Hash, transient: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (transient.size === 0) return new Uint8Array(0);
  const sorted = [...transient].sort(([a], [b]) => (a < b ? -1 : 1));
  return hash(new Writer().list(sorted, (writer, [name, value]) => writer.text(name).bytes(value)).done());
}

/** Fabric's: SHA-256 of nonce and creator, in hexadecimal. */
export function transactionId(hash: Hash, { nonce, creator }: Pick<Proposal, 'nonce' | 'creator'>): string {
  return toHex(hash(new Writer().bytes(nonce).text(creator.msp).text(creator.certificate).done()));
}

const optional = (writer: Writer, value: Uint8Array | null) =>
  value === null ? writer.byte(0) : writer.byte(1).bytes(value);
const takeOptional = (reader: Reader) => (reader.byte() === 0 ? null : reader.bytes());
const putRead = (writer: Writer, { key, version }: ReadOfKey) =>
  version === null ? writer.text(key).byte(0) : writer.text(key).byte(1).number(version);
const takeRead = (reader: Reader): ReadOfKey => ({
  key: reader.text(),
  version: reader.byte() === 0 ? null : reader.number(),
});

export function encodeResponse(response: Response): Uint8Array {
  const writer = new Writer()
    .text('hedun.response.1')
    .size(response.status)
    .text(response.message)
    .bytes(response.payload)
    .list(response.reads, putRead)
    .list(response.ranges, (to, range) =>
      to
        .text(range.start)
        .text(range.end)
        .byte(range.exhausted ? 1 : 0)
        .list(range.results, putRead),
    )
    .list(response.writes, (to, { key, value }) => optional(to.text(key), value))
    .list(response.privateReads, putRead)
    .list(response.privateWrites, (to, each) => optional(to.text(each.collection).text(each.keyHash), each.valueHash));
  if (response.event) writer.byte(1).text(response.event.name).bytes(response.event.payload);
  else writer.byte(0);
  return writer.done();
}
export function decodeResponse(bytes: Uint8Array): Response {
  const reader = new Reader(bytes);
  expectTag(reader, 'hedun.response.1');
  const response: Response = {
    status: reader.size(),
    message: reader.text(),
    payload: reader.bytes(),
    reads: reader.list(takeRead),
    ranges: reader.list((from) => ({
      start: from.text(),
      end: from.text(),
      exhausted: from.byte() === 1,
      results: from.list(takeRead),
    })),
    writes: reader.list((from) => ({ key: from.text(), value: takeOptional(from) })),
    privateReads: reader.list(takeRead),
    privateWrites: reader.list((from) => ({
      collection: from.text(),
      keyHash: from.text(),
      valueHash: takeOptional(from),
    })),
    event: reader.byte() === 0 ? null : { name: reader.text(), payload: reader.bytes() },
  };
  reader.end();
  return response;
}

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return new Writer()
    .bytes(envelope.proposal)
    .bytes(envelope.signature)
    .bytes(envelope.response)
    .list(envelope.endorsements, (writer, each) =>
      writer
        .text(each.msp)
        .size(each.index)
        .size(each.size)
        .list(each.path, (to, step) => to.bytes(step))
        .bytes(each.signature),
    )
    .done();
}
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const reader = new Reader(bytes);
  const envelope: Envelope = {
    proposal: reader.bytes(),
    signature: reader.bytes(),
    response: reader.bytes(),
    endorsements: reader.list((from) => ({
      msp: from.text(),
      index: from.size(),
      size: from.size(),
      path: from.list((step) => step.bytes()),
      signature: from.bytes(),
    })),
  };
  reader.end();
  return envelope;
}

/** What an endorser stands for: this response to this proposal. */
export function endorsementLeaf(hash: Hash, proposal: Uint8Array, response: Uint8Array): Uint8Array {
  return hash(new Writer().text('hedun.endorsement.1').bytes(hash(proposal)).bytes(hash(response)).done());
}
/** The bytes an endorser signs for a batch. */
export const batchMessage = (msp: string, root: Uint8Array, size: number): Uint8Array =>
  new Writer().text('hedun.batch.1').text(msp).bytes(root).size(size).done();
