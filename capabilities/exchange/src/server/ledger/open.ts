/**
 * Ledgers of this instance: opened once per folder, kept open while the server runs, their keys unsealed only to sign. Identities of users, and
 * the projection of the log into a table that lists.
 * @module
 */
import { createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { readCertificate } from '@hedun/exchange/contracts';
import {
  type Checkpoint,
  decodeEntry,
  decodeEnvelope,
  decodeProposal,
  decodeResponse,
  type LogTrust,
  parseCheckpoint,
  splitNote,
  toHex,
  transactionId,
} from '@hedun/exchange/ledger';
import { Failure } from '@hedun/sdk';
import type { IdentityRow, LedgerRow, TransactionRow } from '../../ledger-shapes.ts';
import type { Here } from '../here.ts';
import { certify, exportKey, importKey, newP256, nodeCrypto, noteSignerOf } from './crypto.ts';
import { EmbeddedLedger } from './embedded.ts';
import { fabricDomain, openFabric, readerOf } from './fabric-profile.ts';
import { type LedgerPort, LedgerRefusal, type Signer, type Submitted } from './port.ts';

/** Private keys of a chain, as JSON under the seal. */
export interface LedgerSecrets {
  readonly organisations: readonly { readonly msp: string; readonly key: string; readonly authority: string }[];
  readonly log: string;
  readonly witness: string;
}
export const sealPurpose = (ledgerId: string) => `exchange-ledger:${ledgerId}`;
const identityPurpose = (userId: string) => `exchange-identity:${userId}`;

const opened = new Map<string, Promise<EmbeddedLedger>>();

export async function ledgerRow(context: Here, ledgerId: string): Promise<LedgerRow> {
  const row = await context.db.selectFrom('exchangeLedgers').selectAll().where('id', '=', ledgerId).executeTakeFirst();
  if (!row) throw new Failure('exchange.unknown', { where: 'ledgerId', values: { what: 'ledger' } });
  return row;
}
export async function centralRow(context: Here): Promise<LedgerRow> {
  const row = await context.db
    .selectFrom('exchangeLedgers')
    .selectAll()
    .where('kind', '=', 'central')
    .executeTakeFirst();
  if (!row) throw new Failure('exchange.no_central', { expected: 'a ledger of the central domain' });
  return row;
}
export function secretsOf(context: Here, row: LedgerRow): LedgerSecrets {
  return JSON.parse(context.secrets.open(row.sealed, sealPurpose(row.id))) as LedgerSecrets;
}

/** Whichever ledger the domain is kept on. */
export async function openPort(context: Here, row: LedgerRow): Promise<LedgerPort> {
  const fabric = await fabricDomain(context, row);
  return fabric ? await openFabric(context, row.domain, fabric) : await openEmbedded(context, row);
}
/** For what only a ledger can do that is kept here: proofs, checkpoints, proposals signed elsewhere. */
export async function openLedger(context: Here, row: LedgerRow): Promise<EmbeddedLedger> {
  if (await fabricDomain(context, row))
    throw new Failure('exchange.ledger', {
      where: row.domain,
      expected: 'a domain on the embedded ledger',
      got: 'one on Hyperledger Fabric, which gives no proofs that hold without it',
      values: { code: 'fabric.no_proofs' },
    });
  return await openEmbedded(context, row);
}
/** Whether a consortium was founded on it. */
export async function isFounded(context: Here, row: LedgerRow): Promise<boolean> {
  if (!(await fabricDomain(context, row))) {
    const { chain } = await openEmbedded(context, row);
    return chain.world.get('\u0000parameters\u0000chain\u0000') !== undefined;
  }
  return await evaluate<unknown>(context, row, 'members:parameters').then(
    () => true,
    (error: unknown) => {
      if (error instanceof Failure && error.where !== 'gateway') return false;
      throw error;
    },
  );
}
function openEmbedded(context: Here, row: LedgerRow): Promise<EmbeddedLedger> {
  const folder = path.join(context.folder(), 'ledgers', row.domain);
  let ledger = opened.get(folder);
  if (!ledger) {
    const secrets = secretsOf(context, row);
    const { now } = context;
    ledger = EmbeddedLedger.open({
      domain: row.domain,
      folder,
      organisations: secrets.organisations.map(({ msp, key }) => ({ msp, ...importKey(key) })),
      required: row.required,
      log: noteSignerOf(row.origin, 'log', createPrivateKey(secrets.log)),
      // The clock outlives this context.
      now: () => now().getTime(),
    });
    ledger.catch(() => opened.delete(folder));
    opened.set(folder, ledger);
  }
  return ledger;
}
/** Every ledger of this data folder, when the server ends. */
export async function closeLedgers(folder: string): Promise<void> {
  for (const [each, ledger] of [...opened])
    if (each.startsWith(folder)) {
      opened.delete(each);
      await ledger.then((open) => open.close()).catch(() => undefined);
    }
}

/** The public side of a chain: its log's key, and the central witness's where there is one. */
export async function trustOf(context: Here, row: LedgerRow): Promise<LogTrust> {
  const central = await context.db
    .selectFrom('exchangeLedgers')
    .select(['id', 'witnessKey'])
    .where('kind', '=', 'central')
    .executeTakeFirst();
  const witness = central && central.id !== row.id ? [central.witnessKey] : [];
  return { origin: row.origin, logKey: row.logKey, witnessKeys: witness, quorum: 0 };
}

export async function identityOf(context: Here, row: LedgerRow): Promise<IdentityRow | undefined> {
  return await context.db
    .selectFrom('exchangeIdentities')
    .selectAll()
    .where('ledgerId', '=', row.id)
    .where('userId', '=', context.actor.id)
    .executeTakeFirst();
}
/** A key and certificate for the actor. It counts on chain once the administrators voted it in; until then it is a stranger's. */
export async function enrolActor(
  context: Here,
  row: LedgerRow,
  wish: { readonly msp?: string; readonly days: number },
): Promise<IdentityRow> {
  const organisations = (await fabricDomain(context, row))?.organisations ?? secretsOf(context, row).organisations;
  const organisation = organisations.find(({ msp }) => msp === (wish.msp ?? organisations[0]?.msp));
  if (!organisation)
    throw new Failure('exchange.ledger', {
      where: 'msp',
      expected: organisations.map(({ msp }) => msp).join(', '),
      got: wish.msp ?? '',
    });
  const key = newP256();
  const now = context.now();
  // Clocks of endorsers may be a little behind.
  const from = new Date(now.getTime() - 300_000);
  const to = new Date(now.getTime() + wish.days * 86_400_000);
  const { certificate } = await certify(
    { name: context.actor.name, organisation: organisation.msp, spki: key.spki },
    { name: `ca.${organisation.msp}`, organisation: organisation.msp, key: createPrivateKey(organisation.authority) },
    { from, to },
  );
  const identity: IdentityRow = {
    id: context.newId(),
    ledgerId: row.id,
    userId: context.actor.id,
    did: `did:hedun:${row.domain}:${context.actor.id}`,
    msp: organisation.msp,
    name: context.actor.name,
    organisation: (await context.organisations.get(context.actor.organisationId)).name,
    certificate,
    serial: readCertificate(certificate).serial,
    sealedKey: context.secrets.seal(exportKey(key.privateKey), identityPurpose(context.actor.id)),
    notAfter: to.toISOString(),
    createdAt: now.toISOString(),
  };
  await context.db.insertInto('exchangeIdentities').values(identity).execute();
  return identity;
}
export function signerOf(context: Here, identity: IdentityRow): Signer {
  const { privateKey } = importKey(context.secrets.open(identity.sealedKey, identityPurpose(context.actor.id)));
  return { msp: identity.msp, certificate: identity.certificate, privateKey };
}

/** The actor on a chain, ready to sign. A stranger may speak too: what it may do is the contracts' to refuse and to record. */
export async function actorOn(context: Here, row: LedgerRow) {
  const identity = (await identityOf(context, row)) ?? (await enrolActor(context, row, { days: 365 }));
  return { ledger: await openPort(context, row), signer: signerOf(context, identity), identity };
}

/** The contracts' refusals as one failure of this room, with what they expected and got. */
export function refused(error: unknown): never {
  if (!(error instanceof LedgerRefusal)) throw error;
  throw new Failure('exchange.ledger', {
    where: error.code,
    expected: error.expected ?? 'a transaction that the contracts accept',
    got: error.got ?? error.message,
    values: { code: error.code },
    cause: error,
  });
}
export async function submit<T>(
  context: Here,
  row: LedgerRow,
  call: string,
  args: readonly string[],
  transient?: ReadonlyMap<string, Uint8Array>,
): Promise<T & { readonly ledgerTransaction: string }> {
  const { ledger, signer } = await actorOn(context, row);
  const done: Submitted = await ledger.submit(signer, call, args, transient ? { transient } : {}).catch(refused);
  await project(context, row, ledger);
  context.audit({ ledger: row.domain, call, transaction: done.transaction });
  return { ...(JSON.parse(done.payload) as T), ledgerTransaction: done.transaction };
}
export async function submitForList<T>(
  context: Here,
  row: LedgerRow,
  call: string,
  args: readonly string[],
): Promise<T[]> {
  const { ledger, signer } = await actorOn(context, row);
  const done = await ledger.submit(signer, call, args).catch(refused);
  await project(context, row, ledger);
  return JSON.parse(done.payload) as T[];
}
/** Asks as the actor where it has an identity, else as nobody: a throw-away key whose certificate is registered nowhere. */
export async function evaluate<T>(
  context: Here,
  row: LedgerRow,
  call: string,
  args: readonly string[] = [],
): Promise<T> {
  const ledger = await openPort(context, row);
  const identity = await identityOf(context, row);
  const signer = identity ? signerOf(context, identity) : await strangerOn(context, row);
  return JSON.parse(await ledger.evaluate(signer, call, args).catch(refused)) as T;
}
/** Fabric hears nobody whom no authority of the channel certified. */
async function strangerOn(context: Here, row: LedgerRow): Promise<Signer> {
  const fabric = await fabricDomain(context, row);
  return fabric ? await readerOf(fabric) : await nobody();
}
let nobodySigner: Promise<Signer> | null = null;
function nobody(): Promise<Signer> {
  nobodySigner ??= (async () => {
    const key = newP256();
    const { certificate } = await certify(
      { name: 'nobody', organisation: 'nobody', spki: key.spki },
      { name: 'nobody', organisation: 'nobody', key: key.privateKey },
      { from: new Date(0), to: new Date(1) },
    );
    return { msp: 'nobody', certificate, privateKey: key.privateKey };
  })();
  return nobodySigner;
}

/** Brings the table up to the log. Idempotent: a leaf is written once. What stands on Fabric is looked up there. */
export async function project(context: Here, row: LedgerRow, ledger: LedgerPort): Promise<void> {
  if (!(ledger instanceof EmbeddedLedger)) return;
  const last = await context.db
    .selectFrom('exchangeTransactions')
    .select((select) => select.fn.max('leaf').as('leaf'))
    .where('ledgerId', '=', row.id)
    .executeTakeFirst();
  const from = last?.leaf === null || last?.leaf === undefined ? 0 : Number(last.leaf) + 1;
  const rows: TransactionRow[] = [];
  for (let leaf = from; leaf < ledger.chain.size; leaf += 1)
    rows.push({ id: context.newId(), ledgerId: row.id, leaf, ...described(await ledger.entry(leaf)) });
  for (let at = 0; at < rows.length; at += 500)
    await context.db
      .insertInto('exchangeTransactions')
      .values(rows.slice(at, at + 500))
      .onConflict((conflict) => conflict.columns(['ledgerId', 'leaf']).doNothing())
      .execute();
}
function described(bytes: Uint8Array) {
  const { block, code, envelope } = decodeEntry(bytes);
  const decoded = decodeEnvelope(envelope);
  const proposal = decodeProposal(decoded.proposal);
  return {
    transaction: transactionId(nodeCrypto.sha256, proposal),
    block,
    code,
    call: proposal.call,
    signer: `${readCertificate(proposal.creator.certificate).subject} · ${proposal.creator.msp}`,
    event: code === 'VALID' ? (decodeResponse(decoded.response).event?.name ?? null) : null,
    at: new Date(proposal.seconds * 1000 + Math.floor(proposal.nanos / 1e6)).toISOString(),
  };
}

export function checkpointOf(note: string): Checkpoint {
  return parseCheckpoint(splitNote(note).body);
}
export const rootHex = (checkpoint: Checkpoint) => toHex(checkpoint.root);
