/**
 * Fabric's ChaincodeStub over the embedded world state, with Fabric's semantics: a transaction does not see its own writes, ranges run in UTF-8 order
 * and are recorded for the phantom check, a missing key is an empty value, the only time is the proposal's. It records; it never changes the state.
 * @module
 */
import type { Context } from 'fabric-contract-api';
import { fromUtf8, toHex, utf8 } from './bytes.ts';
import type { Hash } from './merkle.ts';
import type { WorldState } from './state.ts';
import type { PrivateValue, PrivateWriteHash, Proposal, RangeRead, ReadOfKey, WriteOfKey } from './transaction.ts';

/** What a simulation reads from: the committed state of one organisation. */
export interface StateView {
  readonly world: WorldState;
  /** Hashes of private values by `collection/hash of key`. */
  readonly hashed: WorldState;
  /** Private values this organisation holds, by `collection/key`. */
  readonly privateValues: ReadonlyMap<string, Uint8Array>;
  history(key: string): Promise<readonly HistoryStep[]>;
}
export interface HistoryStep {
  readonly transaction: string;
  readonly seconds: number;
  readonly nanos: number;
  /** Null for a deletion. */
  readonly value: Uint8Array | null;
}

type ChaincodeStub = Context['stub'];
type SplitCompositekey = ReturnType<ChaincodeStub['splitCompositeKey']>;
interface KeyValue {
  readonly namespace: string;
  readonly key: string;
  readonly value: Uint8Array;
}
interface StateIterator {
  next(): Promise<{ value: KeyValue; done: boolean }>;
  close(): Promise<void>;
}

const emptyKeySubstitute = '\u0001';
const lastRune = '\u{10ffff}';
const nothing = new Uint8Array(0);

/** Seconds the way the shim gives them: an object whose text is the number (the shim's Long). */
class Seconds {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  toNumber(): number {
    return this.#value;
  }
  toInt(): number {
    return this.#value;
  }
  toString(): string {
    return String(this.#value);
  }
  valueOf(): number {
    return this.#value;
  }
}

export class EmbeddedStub {
  readonly #view: StateView;
  readonly #proposal: Proposal;
  readonly #txId: string;
  readonly #transient: ReadonlyMap<string, Uint8Array>;
  readonly #hash: Hash;
  readonly #reads = new Map<string, ReadOfKey>();
  readonly #ranges: RangeRead[] = [];
  readonly #writes = new Map<string, Uint8Array | null>();
  readonly #privateReads = new Map<string, ReadOfKey>();
  readonly #privateWrites = new Map<string, PrivateValue>();
  event: { readonly name: string; readonly payload: Uint8Array } | null = null;

  constructor(
    view: StateView,
    proposal: Proposal,
    txId: string,
    transient: ReadonlyMap<string, Uint8Array>,
    hash: Hash,
  ) {
    this.#view = view;
    this.#proposal = proposal;
    this.#txId = txId;
    this.#transient = transient;
    this.#hash = hash;
  }

  // What was recorded, in the order that makes equal simulations equal bytes.
  get reads(): ReadOfKey[] {
    return [...this.#reads.values()];
  }
  get ranges(): readonly RangeRead[] {
    return this.#ranges;
  }
  get writes(): WriteOfKey[] {
    return Array.from(this.#writes, ([key, value]) => ({ key, value }));
  }
  get privateReads(): ReadOfKey[] {
    return [...this.#privateReads.values()];
  }
  get privateValues(): PrivateValue[] {
    return [...this.#privateWrites.values()];
  }
  get privateWrites(): PrivateWriteHash[] {
    return this.privateValues.map(({ collection, key, value }) => ({
      collection,
      keyHash: toHex(this.#hash(utf8(key))),
      valueHash: value === null ? null : this.#hash(value),
    }));
  }

  getArgs(): string[] {
    return [this.#proposal.call, ...this.#proposal.args];
  }
  getStringArgs(): string[] {
    return this.getArgs();
  }
  getFunctionAndParameters(): { fcn: string; params: string[] } {
    return { fcn: this.#proposal.call, params: [...this.#proposal.args] };
  }
  getTxID(): string {
    return this.#txId;
  }
  getChannelID(): string {
    return this.#proposal.channel;
  }
  getCreator(): { mspid: string; idBytes: Uint8Array } {
    return { mspid: this.#proposal.creator.msp, idBytes: utf8(this.#proposal.creator.certificate) };
  }
  getMspID(): string {
    return this.#proposal.creator.msp;
  }
  getTransient(): Map<string, Uint8Array> {
    return new Map(this.#transient);
  }
  getTxTimestamp(): { seconds: Seconds; nanos: number } {
    return { seconds: new Seconds(this.#proposal.seconds), nanos: this.#proposal.nanos };
  }

  async getState(name: string): Promise<Uint8Array> {
    const key = sent(name);
    const entry = this.#view.world.get(key);
    if (!this.#reads.has(key)) this.#reads.set(key, { key, version: entry?.version ?? null });
    return entry?.value ?? nothing;
  }
  async putState(key: string, value: Uint8Array | string): Promise<void> {
    requireKey(key);
    this.#writes.set(key, typeof value === 'string' ? utf8(value) : value.slice());
  }
  async deleteState(key: string): Promise<void> {
    requireKey(key);
    this.#writes.set(key, null);
  }

  getStateByRange(startKey: string, endKey: string) {
    try {
      for (const key of [startKey, endKey])
        if (key?.startsWith('\u0000'))
          throw new Error(`first character of the key [${key}] contains a null character which is not allowed`);
    } catch (error) {
      return rejected(error);
    }
    return this.#iterate(startKey || emptyKeySubstitute, endKey);
  }
  getStateByPartialCompositeKey(objectType: string, attributes: string[]) {
    const prefix = this.createCompositeKey(objectType, attributes);
    return this.#iterate(prefix, prefix + lastRune);
  }
  /** Read-only, as in Fabric: a page is not recorded for the phantom check, so it may not decide a write. */
  async getStateByRangeWithPagination(startKey: string, endKey: string, pageSize: number, bookmark = '') {
    return this.#page(bookmark || startKey || emptyKeySubstitute, endKey, pageSize);
  }
  async getStateByPartialCompositeKeyWithPagination(
    objectType: string,
    attributes: string[],
    pageSize: number,
    bookmark = '',
  ) {
    const prefix = this.createCompositeKey(objectType, attributes);
    return this.#page(bookmark || prefix, prefix + lastRune, pageSize);
  }
  #page(start: string, end: string, pageSize: number) {
    const found: KeyValue[] = [];
    let bookmark = '';
    for (const [key, { value }] of this.#view.world.range(start, end)) {
      if (found.length === pageSize) {
        bookmark = key;
        break;
      }
      found.push({ namespace: '', key, value });
    }
    return { iterator: plainIterator(found), metadata: { fetchedRecordsCount: found.length, bookmark } };
  }

  #iterate(from: string, to: string) {
    const [start, end] = [sent(from), sent(to)];
    const results: ReadOfKey[] = [];
    const at = this.#ranges.length;
    this.#ranges.push({ start, end: start, exhausted: false, results });
    const source = this.#view.world.range(start, end);
    const note = (stop: string, exhausted: boolean) => {
      this.#ranges[at] = { start, end: stop, exhausted, results };
    };
    const iterator: StateIterator = {
      next: async () => {
        const next = source.next();
        if (next.done) {
          note(end, true);
          return { value: undefined as unknown as KeyValue, done: true };
        }
        const [key, { value, version }] = next.value;
        results.push({ key, version });
        note(key, false);
        return { value: { namespace: '', key, value }, done: false };
      },
      close: async () => undefined,
    };
    return Object.assign(Promise.resolve(iterator), asyncIterable(iterator));
  }

  getHistoryForKey(key: string) {
    const iterator = (async () =>
      plainIterator(
        (await this.#view.history(key)).map(({ transaction, seconds, nanos, value }) => ({
          txId: transaction,
          isDelete: value === null,
          value: value ?? nothing,
          timestamp: { seconds: new Seconds(seconds), nanos },
        })),
      ))();
    return Object.assign(iterator, {
      async *[Symbol.asyncIterator]() {
        for (const each of (await iterator).all) yield each;
      },
    });
  }
  getQueryResult(): Promise<never> {
    return Promise.reject(new Error('ExecuteQuery not supported for leveldb'));
  }
  getQueryResultWithPagination(): Promise<never> {
    return this.getQueryResult();
  }
  invokeChaincode(): Promise<never> {
    return Promise.reject(new Error('invokeChaincode: expected one chaincode per ledger'));
  }
  setStateValidationParameter(): Promise<never> {
    return Promise.reject(new Error('setStateValidationParameter: expected the endorsement policy of the chain'));
  }

  setEvent(name: string, payload: Uint8Array): void {
    if (typeof name !== 'string' || name === '') throw new Error('Event name must be a non-empty string');
    this.event = { name: sent(name), payload: payload.slice() };
  }

  createCompositeKey(objectType: string, attributes: readonly string[]): string {
    requirePart(objectType);
    if (!Array.isArray(attributes)) throw new Error('attributes must be an array');
    let key = `\u0000${objectType}\u0000`;
    for (const attribute of attributes) {
      requirePart(attribute);
      key += `${attribute}\u0000`;
    }
    return key;
  }
  splitCompositeKey(key: string): SplitCompositekey {
    if (!key || key.length < 2 || !key.startsWith('\u0000'))
      return { objectType: null, attributes: [] } as unknown as SplitCompositekey;
    const parts = key.slice(1).split('\u0000');
    parts.pop();
    const [objectType = '', ...attributes] = parts;
    return { objectType, attributes };
  }

  async getPrivateData(collection: string, key: string): Promise<Uint8Array> {
    this.#notePrivate(collection, key);
    return this.#view.privateValues.get(`${collection}/${key}`) ?? nothing;
  }
  async getPrivateDataHash(collection: string, key: string): Promise<Uint8Array> {
    return this.#notePrivate(collection, key)?.value ?? nothing;
  }
  async putPrivateData(collection: string, key: string, value: Uint8Array): Promise<void> {
    requireKey(key);
    this.#privateWrites.set(`${collection}/${key}`, { collection: sent(collection), key, value: value.slice() });
  }
  async deletePrivateData(collection: string, key: string): Promise<void> {
    requireKey(key);
    this.#privateWrites.set(`${collection}/${key}`, { collection: sent(collection), key, value: null });
  }
  #notePrivate(of: string, key: string) {
    const collection = sent(of);
    const name = `${collection}/${toHex(this.#hash(utf8(key)))}`;
    const entry = this.#view.hashed.get(name);
    if (!this.#privateReads.has(name)) this.#privateReads.set(name, { key: name, version: entry?.version ?? null });
    return entry;
  }

  asStub(): ChaincodeStub {
    return this as unknown as ChaincodeStub;
  }
}

/** A name as everybody reads it who gets the transaction: a lone surrogate has no UTF-8 and becomes U+FFFD on the way. */
const sent = (name: string): string => (name.isWellFormed() ? name : name.toWellFormed());
function requireKey(key: string): void {
  if (typeof key !== 'string' || key === '') throw new Error('key must be not empty');
  // A lone surrogate has no UTF-8, so two keys would become one.
  if (!key.isWellFormed()) throw new Error(`key [${fromUtf8(utf8(key))}] is not a valid utf8 string`);
}
function requirePart(part: string): void {
  if (!part || typeof part !== 'string') throw new Error('object type or attribute not a non-zero length string');
}
function rejected(error: unknown) {
  const promise = Promise.reject(error) as Promise<StateIterator>;
  return Object.assign(promise, {
    [Symbol.asyncIterator]: () => ({ next: () => promise as Promise<never> }),
  });
}
function plainIterator<T>(all: readonly T[]) {
  let at = 0;
  return {
    all,
    next: async () => {
      const done = at >= all.length;
      const value = all[at] as T;
      at += 1;
      return { value, done };
    },
    close: async () => undefined,
  };
}
function asyncIterable(iterator: StateIterator) {
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<KeyValue> {
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    },
  };
}
