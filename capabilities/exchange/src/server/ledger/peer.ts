/**
 * One organisation's peer as a process of its own: endorses with its key on its own copy of the chain, keeps its own log, answers queries and proofs.
 * The first organisation's peer also orders; the others follow its blocks and check every one of them.
 * @module
 */
import { type Committed, encodeProposal, Reader, toBase64, utf8, Writer } from '@hedun/exchange/ledger';
import { nodeCrypto } from './crypto.ts';
import { EmbeddedLedger, type EmbeddedOptions } from './embedded.ts';
import { decodeOrder, decodeProposals, decodeQueries, encodeAnswers, encodeCommitted, kinds } from './messages.ts';
import type { Signer } from './port.ts';
import { type Caller, Connection, listen } from './wire.ts';

export interface PeerOptions extends Omit<EmbeddedOptions, 'onCommitted' | 'onBlock'> {
  readonly port: number;
  readonly role: 'orders' | 'follows';
  /** Certificate of the ordering peer: blocks are taken from nobody else. */
  readonly blocksFrom?: string;
}

export interface Peer {
  readonly port: number;
  readonly ledger: EmbeddedLedger;
  /** The ordering peer sends its blocks to those who follow, from the block each of them has next. */
  follow(port: number, signer: Signer): Promise<void>;
  close(): Promise<void>;
}

const nothing = new Uint8Array(0);

export async function startPeer(options: PeerOptions): Promise<Peer> {
  const followers: { readonly connection: Connection; sending: Promise<unknown> }[] = [];
  const ledger = await EmbeddedLedger.open({
    ...options,
    onBlock: (bytes) => {
      for (const follower of followers)
        follower.sending = follower.sending
          .then(() => follower.connection.ask(kinds.block, bytes))
          .catch(() => undefined);
    },
  });
  const [endorser] = ledger.localEndorsers;
  const serve = async (kind: number, payload: Uint8Array, caller: Caller): Promise<Uint8Array> => {
    switch (kind) {
      case kinds.endorse: {
        const { brief, batch } = decodeProposals(payload);
        return encodeAnswers(await endorser!.endorse(batch), brief, nodeCrypto.sha256);
      }
      case kinds.order: {
        if (options.role !== 'orders') throw new Error('peer: expected the ordering peer, got one that follows');
        const committed: Committed[] = await Promise.all(decodeOrder(payload).map((each) => ledger.order(each)));
        return encodeCommitted(committed);
      }
      case kinds.block:
        if (caller.certificate !== options.blocksFrom) throw new Error('peer: expected the ordering peer, got another');
        await ledger.take(payload);
        return nothing;
      case kinds.query:
        return await answerQueries(ledger, payload, caller, options.now());
      case kinds.proof:
        return utf8(JSON.stringify(await ledger.proof(Buffer.from(payload).toString())));
      case kinds.checkpoint:
        return utf8(await ledger.checkpoint());
      case kinds.consistency: {
        const { from, to } = JSON.parse(Buffer.from(payload).toString()) as { from: number; to: number };
        return utf8(JSON.stringify(ledger.consistency(from, to)));
      }
      case kinds.status: {
        const { height, size, tree } = ledger.chain;
        return utf8(JSON.stringify({ height, size, root: toBase64(tree.root(size)) }));
      }
      case kinds.cpu: {
        const { user, system } = process.cpuUsage();
        return utf8(JSON.stringify({ microseconds: user + system }));
      }
      default:
        throw new Error(`peer: expected a known request, got ${kind}`);
    }
  };
  const { server, port } = await listen(options.port, serve);
  return {
    port,
    ledger,
    follow: async (at, signer) => {
      const connection = await Connection.open(at, signer);
      const { height } = JSON.parse(Buffer.from(await connection.ask(kinds.status, nothing)).toString()) as {
        height: number;
      };
      for (let number = height; number < ledger.chain.height; number += 1)
        await connection.ask(kinds.block, await ledger.blockBytes(number));
      followers.push({ connection, sending: Promise.resolve() });
    },
    close: async () => {
      await Promise.all(followers.map(({ sending }) => sending));
      for (const { connection } of followers) connection.close();
      await ledger.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        setImmediate(() => resolve());
      });
    },
  };
}

/** The connection's caller asks: who it is was proven when the connection began. */
async function answerQueries(
  ledger: EmbeddedLedger,
  payload: Uint8Array,
  caller: Caller,
  milliseconds: number,
): Promise<Uint8Array> {
  const answers: (readonly [number, Uint8Array])[] = [];
  for (const { call, args } of decodeQueries(payload)) {
    const proposal = encodeProposal({
      channel: ledger.domain,
      call,
      args,
      creator: caller,
      nonce: nothing,
      seconds: Math.floor(milliseconds / 1000),
      nanos: 0,
      transientHash: nothing,
    });
    const { response } = await ledger.runtime.simulate(proposal, new Map(), ledger.chain.view());
    answers.push([response.status, response.status === 200 ? response.payload : utf8(response.message)]);
  }
  return new Writer().list(answers, (writer, [status, bytes]) => writer.size(status).bytes(bytes)).done();
}
export function decodeQueryAnswers(payload: Uint8Array): { readonly status: number; readonly payload: string }[] {
  const reader = new Reader(payload);
  const answers = reader.list((from) => ({ status: from.size(), payload: Buffer.from(from.bytes()).toString() }));
  reader.end();
  return answers;
}
