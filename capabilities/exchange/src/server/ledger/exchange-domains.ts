/**
 * Exchange between domains: witnessed by the central domain, sent, received and verified, recorded on the central chain.
 * @module
 */
import { createPrivateKey } from 'node:crypto';
import { type DistributedPolicy, type Domain, type ExchangeEntry, readCertificate } from '@hedun/exchange/contracts';
import {
  bundleMessage,
  cosign,
  type ExchangeBundle,
  ExchangeError,
  exchangeId,
  receive,
} from '@hedun/exchange/crossdomain';
import { type Checkpoint, fromHex, type Growth, ProofError, toHex } from '@hedun/exchange/ledger';
import { parsePolicy } from '@hedun/exchange/policy';
import { Failure, handlers } from '@hedun/sdk';
import type { Exchange } from '../../capability.ts';
import type { LedgerRow } from '../../ledger-shapes.ts';
import type { Here } from '../here.ts';
import { treeOf } from './bound.ts';
import { nodeCrypto, noteSignerOf, signNoteWith, signP256 } from './crypto.ts';
import type { EmbeddedLedger } from './embedded.ts';
import {
  actorOn,
  centralRow,
  checkpointOf,
  evaluate,
  ledgerRow,
  openLedger,
  rootHex,
  secretsOf,
  submit,
  trustOf,
} from './open.ts';

const secondsOf = (context: Here) => Math.floor(context.now().getTime() / 1000);

function growthBetween(ledger: EmbeddedLedger, from: number | null, to: number): Growth {
  if (from === null || from === 0 || from >= to) return { from: from ?? to, proof: [] };
  return { from, proof: ledger.consistency(from, to) };
}

/** The central domain's witness looks at the newest checkpoint, and remembers it before it hands its signature out. */
async function witnessed(
  context: Here,
  row: LedgerRow,
): Promise<{ readonly note: string; readonly checkpoint: Checkpoint }> {
  const central = await centralRow(context);
  const ledger = await openLedger(context, row);
  const note = await ledger.checkpoint();
  const { size } = checkpointOf(note);
  const seen = await context.db
    .selectFrom('exchangeCosigned')
    .selectAll()
    .where('witnessId', '=', central.id)
    .where('origin', '=', row.origin)
    .executeTakeFirst();
  const before: Checkpoint | null = seen
    ? { origin: row.origin, size: Number(seen.size), root: fromHex(seen.root) }
    : null;
  if (seen && before?.size === size) return { note: seen.note, checkpoint: before };
  const signer = noteSignerOf(
    `${central.domain}.hedun/witness`,
    'witness',
    createPrivateKey(secretsOf(context, central).witness),
  );
  let done: ReturnType<typeof cosign>;
  try {
    done = cosign(
      { crypto: nodeCrypto, key: signer.key, sign: signNoteWith(signer) },
      { origin: row.origin, logKey: row.logKey },
      note,
      before,
      growthBetween(ledger, before?.size ?? null, size),
      secondsOf(context),
    );
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new Failure('exchange.proof', { where: cause.fault, expected: cause.expected, got: cause.got, cause });
  }
  const kept = { size, root: rootHex(done.checkpoint), note: done.note };
  await context.db
    .insertInto('exchangeCosigned')
    .values({ witnessId: central.id, origin: row.origin, ...kept })
    .onConflict((conflict) => conflict.columns(['witnessId', 'origin']).doUpdateSet(kept))
    .execute();
  return done;
}

export const exchangeHandlers = handlers<Exchange>()({
  registerDomain: async ({ ledgerId, speakerId, quorum }, context) => {
    const [row, central] = [await ledgerRow(context, ledgerId), await centralRow(context)];
    const speaker = await context.db
      .selectFrom('exchangeIdentities')
      .select('did')
      .where('ledgerId', '=', central.id)
      .where('id', '=', speakerId)
      .executeTakeFirst();
    if (!speaker) throw new Failure('exchange.unknown', { where: 'speakerId', values: { what: 'identity' } });
    const { witnessKeys } = await trustOf(context, row);
    const domain = { id: row.domain, title: row.title, speaker: speaker.did, logKey: row.logKey, witnessKeys, quorum };
    await submit<Domain>(context, central, 'domains:register', [JSON.stringify(domain)]);
    return { domain: row.domain, speaker: speaker.did };
  },
  witnessLedger: async ({ ledgerId }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const { note, checkpoint } = await witnessed(context, row);
    const central = await centralRow(context);
    const registered = await evaluate<Domain[]>(context, central, 'domains:domains').catch(() => []);
    const { identity } = await actorOn(context, central);
    const anchor = JSON.stringify({ size: checkpoint.size, root: rootHex(checkpoint), checkpoint: note });
    // The speaker anchors; whoever else asks gets the cosignature alone.
    if (registered.some(({ id, speaker }) => id === row.domain && speaker === identity.did))
      await submit(context, central, 'domains:anchor', [row.domain, anchor]);
    return { checkpoint: note, size: checkpoint.size };
  },
  sendRecord: async ({ ledgerId, transaction, to, policy }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const ledger = await openLedger(context, row);
    const { signer, identity } = await actorOn(context, row);
    const receiver = await context.db
      .selectFrom('exchangeLedgers')
      .selectAll()
      .where('domain', '=', to)
      .executeTakeFirst();
    if (!receiver) throw new Failure('exchange.unknown', { where: 'to', got: to, values: { what: 'domain' } });
    const leaf = ledger.chain.transactions.get(transaction);
    if (leaf === undefined)
      throw new Failure('exchange.unknown', {
        where: 'transaction',
        got: transaction,
        values: { what: 'transaction' },
      });
    const { note, checkpoint } = await witnessed(context, row);
    const proof = await ledger.proofOfLeaf(leaf, { note, size: checkpoint.size });
    const seen = await lastSeen(context, receiver, row);
    const draft: Omit<ExchangeBundle, 'signature'> = {
      version: 1,
      from: row.domain,
      to,
      at: secondsOf(context),
      nonce: toHex(context.randomBytes(32)),
      proof,
      growth: seen ? growthBetween(ledger, seen.size, checkpoint.size) : null,
      policy,
    };
    context.audit({ to, transaction, speaker: identity.did });
    const signature = toHex(signP256(signer.privateKey, bundleMessage(draft)));
    return {
      ...draft,
      proof: { ...proof, path: [...proof.path] },
      growth: draft.growth ? { ...draft.growth, proof: [...draft.growth.proof] } : null,
      signature,
    };
  },
  receiveRecord: async ({ ledgerId, bundle }, context) => {
    const row = await ledgerRow(context, ledgerId);
    const central = await centralRow(context);
    const id = exchangeId(nodeCrypto, bundle);
    const record = async (fields: Pick<ExchangeEntry, 'object' | 'recordDigest' | 'checkpointSize' | 'reason'>) =>
      await submit<ExchangeEntry>(context, central, 'domains:recordExchange', [
        JSON.stringify({ id, from: bundle.from, to: row.domain, ...fields }),
      ]);
    try {
      const got = receive(nodeCrypto, await receiverView(context, row, bundle, id), bundle);
      const object = got.access?.object ?? got.object?.id ?? '';
      await record({ object, recordDigest: got.recordDigest, checkpointSize: got.checkpoint.size, reason: null });
      await context.db
        .insertInto('exchangeReceived')
        .values({
          id,
          ledgerId,
          fromDomain: bundle.from,
          size: got.checkpoint.size,
          root: rootHex(got.checkpoint),
          object,
          at: context.now().toISOString(),
        })
        .execute();
      return {
        accepted: true,
        fault: null,
        expected: null,
        got: null,
        exchangeId: id,
        object,
        transaction: got.transaction,
      };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      const { fault, expected } = error;
      // A replay has its entry already; every other refusal is put on record once.
      if (fault !== 'replayed' && fault !== 'unknown_sender')
        await record({
          object: '-',
          recordDigest: toHex(nodeCrypto.sha256(Buffer.from(bundle.proof.entry))),
          checkpointSize: 0,
          reason: fault,
        }).catch((cause: unknown) => context.log('refused exchange not recorded', { cause: String(cause) }));
      context.audit({ refused: fault, from: bundle.from });
      return { accepted: false, fault, expected, got: error.got, exchangeId: id, object: null, transaction: null };
    }
  },
  distributePolicy: async ({ id, title, policy, domains }, context) => {
    const central = await centralRow(context);
    const input = JSON.stringify({ id, title, tree: treeOf(parsePolicy(policy)), domains });
    const done = await submit<DistributedPolicy>(context, central, 'domains:distribute', [input]);
    return { id: done.id, version: done.version };
  },
  listExchanges: async (_input, context) => {
    const items = await evaluate<ExchangeEntry[]>(context, await centralRow(context), 'domains:exchanges');
    return { items: items.sort((a, b) => b.at - a.at) };
  },
});

async function lastSeen(context: Here, receiver: LedgerRow, sender: LedgerRow): Promise<Checkpoint | null> {
  const seen = await context.db
    .selectFrom('exchangeReceived')
    .select(['size', 'root'])
    .where('ledgerId', '=', receiver.id)
    .where('fromDomain', '=', sender.domain)
    .orderBy('size', 'desc')
    .executeTakeFirst();
  return seen ? { origin: sender.origin, size: Number(seen.size), root: fromHex(seen.root) } : null;
}

/** What this domain knows of the sender: keys, the speaker the central chain names, the checkpoint seen last. */
async function receiverView(context: Here, row: LedgerRow, bundle: ExchangeBundle, id: string) {
  const taken = await context.db.selectFrom('exchangeReceived').select('id').where('id', '=', id).executeTakeFirst();
  const from = await context.db
    .selectFrom('exchangeLedgers')
    .selectAll()
    .where('domain', '=', bundle.from)
    .executeTakeFirst();
  const base = { domain: row.domain, nowSeconds: secondsOf(context), isTaken: () => taken !== undefined };
  if (!from) return { ...base, sender: null };
  const trust = await trustOf(context, from);
  const central = await centralRow(context);
  const registered = (await evaluate<Domain[]>(context, central, 'domains:domains')).find(
    ({ id: each }) => each === from.domain,
  );
  if (!registered) return { ...base, sender: null };
  const speaker = await context.db
    .selectFrom('exchangeIdentities')
    .select('certificate')
    .where('ledgerId', '=', from.id)
    .where('userId', '=', registered.speaker.slice(registered.speaker.lastIndexOf(':') + 1))
    .executeTakeFirst();
  const speakerKey = speaker ? readCertificate(speaker.certificate).publicKey : '';
  const log = { ...trust, quorum: registered.quorum };
  return { ...base, sender: { domain: from.domain, log, speakerKey, seen: await lastSeen(context, row, from) } };
}
