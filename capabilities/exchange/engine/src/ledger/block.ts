/**
 * Blocks and their bytes in the log: what was ordered, what validation said of each, and the checkpoint signed over the log after it. Also
 * the rule by which waiting transactions are cut into blocks.
 * @module
 */
import { Reader, Writer } from './bytes.ts';
import { decodeEnvelope, type Envelope, type PrivateValue } from './transaction.ts';

/** Validation codes, by the names Fabric gives them (fabric-protos, TxValidationCode). */
export const validationCodes = [
  'VALID',
  'BAD_PAYLOAD',
  'BAD_CREATOR_SIGNATURE',
  'ENDORSEMENT_POLICY_FAILURE',
  'DUPLICATE_TXID',
  'MVCC_READ_CONFLICT',
  'PHANTOM_READ_CONFLICT',
  'TARGET_CHAIN_NOT_FOUND',
] as const;
export type ValidationCode = (typeof validationCodes)[number];

/** One transaction as it was ordered; private values travel beside it and never enter the log's leaves. */
export interface Ordered {
  readonly envelope: Uint8Array;
  readonly privateValues: readonly PrivateValue[];
}
/** A leaf of the log: where the transaction stands, what became of it, and all of it. */
export interface Entry {
  readonly block: number;
  readonly index: number;
  readonly code: ValidationCode;
  readonly envelope: Uint8Array;
}
export interface Block {
  readonly number: number;
  readonly milliseconds: number;
  /** Leaves in the log before this block. */
  readonly first: number;
  readonly entries: readonly Uint8Array[];
  readonly privateValues: readonly (readonly PrivateValue[])[];
  readonly root: Uint8Array;
  /** Signed note over the log after this block; empty where no log key is at hand. */
  readonly checkpoint: string;
}

export const encodeEntry = (entry: Entry): Uint8Array =>
  new Writer()
    .text('hedun.entry.1')
    .number(entry.block)
    .size(entry.index)
    .byte(validationCodes.indexOf(entry.code))
    .bytes(entry.envelope)
    .done();
export function decodeEntry(bytes: Uint8Array): Entry {
  const reader = new Reader(bytes);
  const tag = reader.text();
  if (tag !== 'hedun.entry.1') throw new RangeError(`entry: expected hedun.entry.1, got ${tag.slice(0, 40)}`);
  const [block, index, code] = [reader.number(), reader.size(), validationCodes[reader.byte()]];
  if (!code) throw new RangeError('entry: expected a known validation code');
  const envelope = reader.bytes();
  reader.end();
  return { block, index, code, envelope };
}
export const envelopeOf = (entry: Entry): Envelope => decodeEnvelope(entry.envelope);

export function putPrivate(writer: Writer, { collection, key, value }: PrivateValue): void {
  writer.text(collection).text(key);
  if (value === null) writer.byte(0);
  else writer.byte(1).bytes(value);
}
export function takePrivate(reader: Reader): PrivateValue {
  return { collection: reader.text(), key: reader.text(), value: reader.byte() === 0 ? null : reader.bytes() };
}

export const encodeBlock = (block: Block): Uint8Array =>
  new Writer()
    .text('hedun.block.1')
    .number(block.number)
    .number(block.milliseconds)
    .number(block.first)
    .list(block.entries, (writer, entry) => writer.bytes(entry))
    .list(block.privateValues, (writer, values) => writer.list(values, putPrivate))
    .bytes(block.root)
    .text(block.checkpoint)
    .done();
export function decodeBlock(bytes: Uint8Array): Block {
  const reader = new Reader(bytes);
  const tag = reader.text();
  if (tag !== 'hedun.block.1') throw new RangeError(`block: expected hedun.block.1, got ${tag.slice(0, 40)}`);
  const block: Block = {
    number: reader.number(),
    milliseconds: reader.number(),
    first: reader.number(),
    entries: reader.list((from) => from.bytes()),
    privateValues: reader.list((from) => from.list(takePrivate)),
    root: reader.bytes(),
    checkpoint: reader.text(),
  };
  reader.end();
  return block;
}

export interface CutLimits {
  readonly count: number;
  readonly bytes: number;
  /** How long the first of a block may wait. Zero cuts as soon as the log is free: what came meanwhile is one block. */
  readonly milliseconds: number;
}

/** Collects ordered transactions and says when a block is due: by count, by bytes, by time. */
export class BlockCutter<T extends Ordered> {
  readonly #limits: CutLimits;
  #waiting: T[] = [];
  #bytes = 0;
  #since = 0;

  constructor(limits: CutLimits) {
    this.#limits = limits;
  }
  get waiting(): number {
    return this.#waiting.length;
  }
  add(transaction: T, milliseconds: number): void {
    if (this.#waiting.length === 0) this.#since = milliseconds;
    this.#waiting.push(transaction);
    this.#bytes += transaction.envelope.length;
  }
  isDue(milliseconds: number): boolean {
    const { count, bytes, milliseconds: longest } = this.#limits;
    if (this.#waiting.length === 0) return false;
    return this.#waiting.length >= count || this.#bytes >= bytes || milliseconds - this.#since >= longest;
  }
  /** When the oldest one's time is over, or null when none waits. */
  dueAt(): number | null {
    return this.#waiting.length === 0 ? null : this.#since + this.#limits.milliseconds;
  }
  /** The next block's transactions: never more than the limits, but always at least one. */
  cut(milliseconds: number): T[] {
    let [taken, bytes] = [0, 0];
    for (const { envelope } of this.#waiting) {
      if (taken > 0 && (taken >= this.#limits.count || bytes + envelope.length > this.#limits.bytes)) break;
      bytes += envelope.length;
      taken += 1;
    }
    const block = this.#waiting.splice(0, taken);
    this.#bytes -= bytes;
    this.#since = milliseconds;
    return block;
  }
}
