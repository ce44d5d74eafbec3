/**
 * Runs a contract as Fabric's Node shim does (fabric-shim 2.5, chaincodefromcontract): `contract:function`, text arguments counted, names with an
 * underscore never called, results turned to bytes the same way, an error is a response with status 500.
 * @module
 */
import type { Context } from 'fabric-contract-api';
import { utf8 } from './bytes.ts';
import type { Hash } from './merkle.ts';
import { EmbeddedStub, type StateView } from './stub.ts';
import {
  decodeProposal,
  encodeResponse,
  type PrivateValue,
  type Proposal,
  type Response,
  transactionId,
  transientHash,
} from './transaction.ts';

/** As much of fabric-contract-api's Contract as a runtime needs. */
export interface RunnableContract {
  getName(): string;
  beforeTransaction(context: unknown): Promise<void>;
  afterTransaction(context: unknown, result: unknown): Promise<void>;
  aroundTransaction(context: unknown, name: string, parameters: unknown): Promise<unknown>;
  unknownTransaction(context: unknown): Promise<void>;
  createContext(): object;
}

export interface Simulation {
  readonly response: Response;
  readonly bytes: Uint8Array;
  readonly privateValues: readonly PrivateValue[];
}

const inherited = new Set([
  'constructor',
  'beforeTransaction',
  'afterTransaction',
  'aroundTransaction',
  'unknownTransaction',
  'createContext',
  'getName',
]);
const nothing = new Uint8Array(0);

export class ContractRuntime {
  readonly #contracts = new Map<string, RunnableContract>();
  readonly #functions = new Map<string, number>();
  readonly #first: string;
  readonly #hash: Hash;

  constructor(contracts: readonly RunnableContract[], hash: Hash) {
    this.#hash = hash;
    this.#first = contracts[0]?.getName() ?? '';
    for (const contract of contracts) {
      const name = contract.getName();
      this.#contracts.set(name, contract);
      const prototype = Object.getPrototypeOf(contract) as Record<string, unknown>;
      for (const each of Object.getOwnPropertyNames(prototype)) {
        const value = prototype[each];
        if (typeof value === 'function' && !inherited.has(each) && !each.startsWith('_'))
          this.#functions.set(`${name}:${each}`, value.length - 1);
      }
    }
  }

  /** Simulates a proposal on a state. Nothing is changed; what would change is in the response. */
  async simulate(
    proposalBytes: Uint8Array,
    transient: ReadonlyMap<string, Uint8Array>,
    view: StateView,
    /** Where the caller has them already. */
    known?: { readonly proposal: Proposal; readonly transaction: string },
  ): Promise<Simulation> {
    const proposal = known?.proposal ?? decodeProposal(proposalBytes);
    if (!sameTransient(proposal.transientHash, transientHash(this.#hash, transient)))
      throw new RangeError('proposal: expected the transient fields its signature covers, got others');
    const txId = known?.transaction ?? transactionId(this.#hash, proposal);
    const stub = new EmbeddedStub(view, proposal, txId, transient, this.#hash);
    let payload: Uint8Array = nothing;
    let [status, message] = [200, ''];
    try {
      payload = await this.#call(stub, proposal.call, proposal.args);
    } catch (error) {
      status = 500;
      message = error instanceof Error ? error.message : String(error);
    }
    // What a failed call had written so far counts for nothing, as on a peer.
    const failed = status !== 200;
    const response: Response = {
      status,
      message,
      payload,
      reads: failed ? [] : stub.reads,
      ranges: failed ? [] : stub.ranges,
      writes: failed ? [] : stub.writes,
      privateReads: failed ? [] : stub.privateReads,
      privateWrites: failed ? [] : stub.privateWrites,
      event: failed ? null : stub.event,
    };
    return { response, bytes: encodeResponse(response), privateValues: failed ? [] : stub.privateValues };
  }

  async #call(stub: EmbeddedStub, call: string, args: readonly string[]): Promise<Uint8Array> {
    const colon = call.indexOf(':');
    const [name, fn] = colon < 0 ? [this.#first, call] : [call.slice(0, colon), call.slice(colon + 1)];
    const contract = this.#contracts.get(name);
    if (!contract) throw new Error(`Contract name is not known: ${name}`);
    const context = Object.assign(contract.createContext(), {
      stub: stub.asStub(),
      clientIdentity: identityOf(stub),
      logging: { setLevel: () => undefined, getLogger: () => ({}) },
    });
    const expected = this.#functions.get(`${name}:${fn}`);
    if (expected === undefined) {
      // The inherited one only logs and throws this; an own one is called.
      if (!Object.hasOwn(Object.getPrototypeOf(contract), 'unknownTransaction'))
        throw new Error(`You've asked to invoke a function that does not exist: ${call}`);
      await contract.unknownTransaction(context);
      return nothing;
    }
    // The shim counts parameters only where the function declares some.
    if (expected > 0 && args.length !== expected)
      throw new Error(`Expected ${expected} parameters, but ${args.length} have been supplied`);
    await contract.beforeTransaction(context);
    const result = await contract.aroundTransaction(context, fn, args);
    await contract.afterTransaction(context, result);
    return toBytes(result);
  }
}

function toBytes(result: unknown): Uint8Array {
  if (result === undefined || result === null) return nothing;
  return utf8(typeof result === 'object' ? JSON.stringify(result) : String(result));
}
function sameTransient(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
function identityOf(stub: EmbeddedStub): Context['clientIdentity'] {
  const { mspid, idBytes } = stub.getCreator();
  return { getMSPID: () => mspid, getIDBytes: () => idBytes } as unknown as Context['clientIdentity'];
}
