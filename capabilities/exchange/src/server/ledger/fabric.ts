/**
 * Hyperledger Fabric behind the same port: transactions and queries through a peer's gateway service, the contracts being the very same classes
 * served as chaincode. Whoever opens it makes the gRPC client, with the TLS it wants. Fabric gives no inclusion proofs that hold without it.
 * @module
 */
import { sign } from 'node:crypto';
import type { ValidationCode } from '@hedun/exchange/ledger';
import { connect, EndorseError, type Gateway, GatewayError, type GrpcClient } from '@hyperledger/fabric-gateway';
import {
  type CallOptions,
  type LedgerEvent,
  type LedgerPort,
  LedgerRefusal,
  type Signer,
  type Submitted,
} from './port.ts';

export interface FabricOptions {
  readonly domain: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly client: GrpcClient;
  /** Whose certificate opens event streams. */
  readonly reader: Signer;
  readonly deadlineMs?: number;
}

/** Validation codes of fabric-protos that the port names; any other stands as its number. */
const codes: Readonly<Record<number, ValidationCode>> = {
  0: 'VALID',
  2: 'BAD_PAYLOAD',
  4: 'BAD_CREATOR_SIGNATURE',
  9: 'DUPLICATE_TXID',
  10: 'ENDORSEMENT_POLICY_FAILURE',
  11: 'MVCC_READ_CONFLICT',
  12: 'PHANTOM_READ_CONFLICT',
  14: 'TARGET_CHAIN_NOT_FOUND',
};
export const validationCode = (number: number): ValidationCode => codes[number] ?? (`CODE_${number}` as ValidationCode);
const mostTries = 6;

export function gatewayOf(client: GrpcClient, signer: Signer, deadlineMs = 30_000): Gateway {
  const until = () => ({ deadline: Date.now() + deadlineMs });
  return connect({
    client,
    identity: { mspId: signer.msp, credentials: Buffer.from(signer.certificate) },
    // Fabric wants DER over the digest it gives, with the smaller of the two possible s.
    signer: async (digest) => lowS(signDigest(signer, digest)),
    hash: (message) => message,
    evaluateOptions: until,
    endorseOptions: until,
    submitOptions: until,
    commitStatusOptions: until,
  });
}

export class FabricLedger implements LedgerPort {
  readonly kind = 'fabric';
  readonly #options: FabricOptions;
  readonly #gateways = new Map<string, Gateway>();

  constructor(options: FabricOptions) {
    this.#options = options;
  }
  get domain(): string {
    return this.#options.domain;
  }

  /** One gateway a signer: it only holds identity and key, the connection is shared. */
  #contract(signer: Signer) {
    const { client, channel, chaincode, deadlineMs } = this.#options;
    const gateway = this.#gateways.get(signer.certificate) ?? gatewayOf(client, signer, deadlineMs);
    this.#gateways.set(signer.certificate, gateway);
    return gateway.getNetwork(channel).getContract(chaincode);
  }

  async submit(signer: Signer, call: string, args: readonly string[], options: CallOptions = {}): Promise<Submitted> {
    const transientData = Object.fromEntries(options.transient ?? []);
    for (let tries = 1; ; tries += 1) {
      try {
        const proposal = this.#contract(signer).newProposal(call, { arguments: [...args], transientData });
        const submitted = await (await proposal.endorse()).submit();
        const status = await submitted.getStatus();
        const code = validationCode(status.code);
        const payload = Buffer.from(submitted.getResult()).toString();
        if (status.successful) return { transaction: submitted.getTransactionId(), code, payload, leaf: null };
        const conflict = code === 'MVCC_READ_CONFLICT' || code === 'PHANTOM_READ_CONFLICT';
        if (!conflict || tries === mostTries) throw new LedgerRefusal(code, `${call}: expected VALID, got ${code}`);
      } catch (error) {
        throw refusalOf(error);
      }
    }
  }
  async evaluate(signer: Signer, call: string, args: readonly string[]): Promise<string> {
    try {
      return Buffer.from(await this.#contract(signer).evaluate(call, { arguments: [...args] })).toString();
    } catch (error) {
      throw refusalOf(error);
    }
  }
  /** From a block on, at most `limit`; ends where nothing new came for a second. */
  async events(from: number, limit: number): Promise<readonly LedgerEvent[]> {
    const { channel, chaincode, reader } = this.#options;
    this.#contract(reader);
    const network = this.#gateways.get(reader.certificate)!.getNetwork(channel);
    const stream = await network.getChaincodeEvents(chaincode, { startBlock: BigInt(from) });
    const found: LedgerEvent[] = [];
    let quiet = setTimeout(() => stream.close(), 1000);
    try {
      for await (const { blockNumber, transactionId, eventName, payload } of stream) {
        clearTimeout(quiet);
        quiet = setTimeout(() => stream.close(), 1000);
        const text = Buffer.from(payload).toString();
        found.push({ leaf: Number(blockNumber), transaction: transactionId, name: eventName, payload: text });
        if (found.length >= limit) break;
      }
    } finally {
      clearTimeout(quiet);
      stream.close();
    }
    return found;
  }
  async close(): Promise<void> {
    for (const gateway of this.#gateways.values()) gateway.close();
    this.#gateways.clear();
  }
}

/** gRPC: deadline exceeded, unavailable. */
const unreachable: readonly number[] = [4, 14];
/** The gateway passes on what the contract said, in the details of the peers. */
function refusalOf(error: unknown): unknown {
  if (error instanceof LedgerRefusal || !(error instanceof GatewayError)) return error;
  const said = error.details.map(({ message }) => message).find((message) => message !== '') ?? error.message;
  const message = said.replace(/^.*chaincode response \d+, /, '');
  const isReached = !unreachable.includes(error.code);
  return new LedgerRefusal(error instanceof EndorseError && isReached ? 'contract' : 'gateway', message);
}

/** With `hash` left as it is the whole message comes here, and OpenSSL hashes it. */
const signDigest = (signer: Signer, message: Uint8Array): Buffer =>
  sign('sha256', message, { key: signer.privateKey, dsaEncoding: 'ieee-p1363' });

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** r ‖ s as DER with s in the lower half of the order, which Fabric demands (bccsp/utils, "low-S"). */
export function lowS(signature: Buffer): Uint8Array {
  const r = BigInt(`0x${signature.subarray(0, 32).toString('hex')}`);
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const integer = (value: bigint) => {
    let hex = value.toString(16);
    if (hex.length % 2 === 1) hex = `0${hex}`;
    if (Number.parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
    return Buffer.concat([Buffer.from([2, hex.length / 2]), Buffer.from(hex, 'hex')]);
  };
  const body = Buffer.concat([integer(r), integer(s > order / 2n ? order - s : s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
